//! The replacement of the knowledge file, killed and failed at every step.

use std::fs;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use wardround::fetch::{
    CallbackError, ReplaceError, ReplaceStep, previous_of, replace, replace_watched,
};

fn build(text: &'static str) -> impl FnOnce(&Path) -> Result<(), CallbackError> {
    move |path| Ok(fs::write(path, text)?)
}

fn prove(path: &Path) -> Result<(), CallbackError> {
    match fs::read_to_string(path)?.as_str() {
        "old" | "new" => Ok(()),
        other => Err(format!("`{other}` does not read").into()),
    }
}

#[test]
fn the_new_file_replaces_the_old_which_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("knowledge.wrk");
    let first = replace(&target, build("old"), prove).expect("replaced");
    assert_eq!(first.previous, None);
    let second = replace(&target, build("new"), prove).expect("replaced");
    assert_eq!(second.bytes, 3);
    assert_eq!(second.previous.as_deref(), Some(&*previous_of(&target)));
    assert_eq!(fs::read_to_string(&target).expect("read"), "new");
    assert_eq!(fs::read_to_string(previous_of(&target)).expect("read"), "old");
}

#[test]
fn a_file_that_does_not_read_back_is_not_installed() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("knowledge.wrk");
    replace(&target, build("old"), prove).expect("replaced");
    let error = replace(&target, build("rubbish"), prove).expect_err("refused");
    assert!(matches!(error, ReplaceError::Step { step: ReplaceStep::Prove, .. }), "{error}");
    assert_eq!(fs::read_to_string(&target).expect("read"), "old");
    assert!(!previous_of(&target).exists());
}

#[test]
fn a_failure_at_any_step_leaves_a_whole_file() {
    for failing in ReplaceStep::ALL {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("knowledge.wrk");
        replace(&target, build("old"), prove).expect("replaced");
        let mut watch = |step| {
            if step == failing { Err(io::Error::other("the disk is full")) } else { Ok(()) }
        };
        let error =
            replace_watched(&target, build("new"), prove, &mut watch).expect_err("a failure");
        assert!(matches!(error, ReplaceError::Step { step, .. } if step == failing));
        let now = fs::read_to_string(&target).expect("a file");
        let wanted = if failing == ReplaceStep::SyncFolder { "new" } else { "old" };
        assert_eq!(now, wanted, "at {failing:?}");
        let left: Vec<_> = fs::read_dir(folder.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name())
            .filter(|name| name.to_string_lossy().ends_with(".new"))
            .collect();
        assert!(left.is_empty(), "{left:?} is left at {failing:?}");
        replace(&target, build("new"), prove).expect("the next run works");
    }
}

#[test]
fn killed_at_any_step_the_file_is_the_old_or_the_new_one() {
    for killed_at in ReplaceStep::ALL {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("knowledge.wrk");
        replace(&target, build("old"), prove).expect("replaced");
        // Unwinding out of the middle runs none of the tidying, as a kill would not.
        let killed = catch_unwind(AssertUnwindSafe(|| {
            let mut watch = |step| {
                if step == killed_at {
                    std::panic::resume_unwind(Box::new("killed"));
                }
                Ok(())
            };
            replace_watched(&target, build("new"), prove, &mut watch)
        }));
        assert!(killed.is_err());
        prove(&target).unwrap_or_else(|error| panic!("at {killed_at:?}: {error}"));
        let after = replace(&target, build("new"), prove).expect("the next run works");
        prove(&after.previous.expect("there was one")).expect("it reads");
        assert_eq!(fs::read_to_string(&target).expect("read"), "new");
    }
}

#[test]
fn half_a_file_of_a_killed_build_is_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("knowledge.wrk");
    let killed = catch_unwind(AssertUnwindSafe(|| {
        let half = |path: &Path| -> Result<(), CallbackError> {
            fs::write(path, "ne")?;
            std::panic::resume_unwind(Box::new("killed"));
        };
        replace(&target, half, prove)
    }));
    assert!(killed.is_err() && !target.exists());
    let replaced = replace(&target, build("new"), prove).expect("replaced");
    assert_eq!(replaced.previous, None);
}

#[test]
fn two_replacements_at_once_do_not_meet() {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("knowledge.wrk");
    let outer = |path: &Path| -> Result<(), CallbackError> {
        let inner = replace(&target, build("new"), prove);
        assert!(matches!(inner, Err(ReplaceError::Busy(_))));
        build("old")(path)
    };
    replace(&target, outer, prove).expect("replaced");
    assert_eq!(fs::read_to_string(&target).expect("read"), "old");
}
