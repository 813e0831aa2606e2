//! Signed knowledge bundles: written, read, and attacked.
#![expect(clippy::expect_used, reason = "helpers of tests fail the test")]

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use wardround::fetch::{
    BundleError, CallbackError, KeyError, KnowledgeSource, Manifest, NewBundle, PublicKey,
    ReadBundle, Replaced, RollBack, SecretKey, keygen, read_bundle, read_manifest, write_bundle,
};

const KNOWLEDGE: &str = "what the world knows, what the world knows, what the world knows";

struct Site {
    folder: TempDir,
    key: SecretKey,
    public: PublicKey,
    bundle: PathBuf,
    installed: PathBuf,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let secret = folder.path().join("key");
        let public = keygen(&secret).expect("a key");
        let key = SecretKey::load(&secret).expect("a key");
        let bundle = folder.path().join("knowledge.bundle");
        let installed = folder.path().join("installed.wrk");
        let site = Self { folder, key, public, bundle, installed };
        site.write(KNOWLEDGE.as_bytes());
        site
    }

    fn write(&self, knowledge: &[u8]) -> Manifest {
        let path = self.folder.path().join("knowledge.wrk");
        fs::write(&path, knowledge).expect("written");
        let sources =
            vec![KnowledgeSource { name: "kev".into(), as_of: Some("2026-11-21".into()) }];
        let new = NewBundle {
            bundle: &self.bundle,
            knowledge: &path,
            built_at: "2026-11-22T06:00:00Z".parse().expect("time"),
            sources,
            key: &self.key,
            now: "2026-11-22T08:00:00Z".parse().expect("time"),
        };
        write_bundle(new).expect("a bundle")
    }

    fn read(&self) -> Result<(Manifest, Replaced), BundleError> {
        self.read_over(None, RollBack::Refuse)
    }

    fn read_over(
        &self,
        installed: Option<&str>,
        roll_back: RollBack,
    ) -> Result<(Manifest, Replaced), BundleError> {
        let read = ReadBundle {
            bundle: &self.bundle,
            knowledge: &self.installed,
            trusted: std::slice::from_ref(&self.public),
            installed_built_at: installed.map(|text| text.parse().expect("time")),
            roll_back,
        };
        read_bundle(&read, |_| Ok(()))
    }

    /// Changes the bundle's bytes, expects a refusal, and that nothing was installed.
    fn refused(&self, change: impl FnOnce(&mut Vec<u8>)) -> BundleError {
        let mut bytes = fs::read(&self.bundle).expect("a bundle");
        change(&mut bytes);
        fs::write(&self.bundle, bytes).expect("written");
        let error = self.read().expect_err("a refusal");
        assert!(!self.installed.exists(), "{error}");
        error
    }
}

fn find(bytes: &[u8], text: &str) -> usize {
    bytes.windows(text.len()).position(|w| w == text.as_bytes()).expect("it is there")
}

#[test]
fn what_is_written_is_read_back() {
    let site = Site::new();
    let (manifest, replaced) = site.read().expect("read");
    assert_eq!(fs::read_to_string(&site.installed).expect("read"), KNOWLEDGE);
    assert_eq!(replaced.bytes, KNOWLEDGE.len() as u64);
    assert_eq!(manifest.sources[0].name, "kev");
    assert_eq!(manifest.signer, site.public.id());
    let said = read_manifest(&site.bundle, std::slice::from_ref(&site.public)).expect("read");
    assert_eq!(said, manifest);
}

#[test]
fn the_same_knowledge_and_time_give_the_same_bytes() {
    let site = Site::new();
    let first = fs::read(&site.bundle).expect("read");
    site.write(KNOWLEDGE.as_bytes());
    assert_eq!(first, fs::read(&site.bundle).expect("read"));
}

#[test]
fn cut_anywhere_it_is_refused() {
    let whole = fs::read(&Site::new().bundle).expect("read").len();
    for keep in [0, 1, 20, 40, 200, whole / 2, whole - 1] {
        let error = Site::new().refused(|bytes| bytes.truncate(keep));
        assert!(
            matches!(
                error,
                BundleError::NoBundle { .. }
                    | BundleError::Truncated { .. }
                    | BundleError::Version { .. }
            ),
            "{keep}: {error}"
        );
    }
}

#[test]
fn every_changed_byte_is_noticed() {
    let whole = fs::read(&Site::new().bundle).expect("read").len();
    let site = Site::new();
    let good = fs::read(&site.bundle).expect("read");
    for at in 0..whole {
        let mut bytes = good.clone();
        bytes[at] ^= 0x01;
        fs::write(&site.bundle, &bytes).expect("written");
        let outcome = site.read();
        // Some bits of a gzip head (its time, its system) mean nothing to the content, which the
        // signed hash covers: what is installed is what was signed, or nothing is.
        match outcome {
            Ok(_) => {
                assert_eq!(fs::read_to_string(&site.installed).expect("read"), KNOWLEDGE, "{at}");
                fs::remove_file(&site.installed).expect("removed");
            }
            Err(_) => assert!(!site.installed.exists(), "at {at}"),
        }
    }
}

#[test]
fn a_changed_manifest_is_a_bad_signature() {
    let error = Site::new().refused(|bytes| {
        let at = find(bytes, "\"kev\"");
        bytes[at + 1] = b'x';
    });
    assert!(matches!(error, BundleError::BadSignature { .. }), "{error}");
}

#[test]
fn swapped_content_is_noticed_by_its_hash() {
    let site = Site::new();
    let first = fs::read(&site.bundle).expect("read");
    site.write(KNOWLEDGE.replace("knows", "shows").as_bytes());
    let second = fs::read(&site.bundle).expect("read");
    // Equal lengths of the packed parts let the head of one carry the tail of the other.
    let head = |bytes: &[u8]| {
        let line = bytes.iter().position(|b| *b == b'\n').expect("a line");
        let text = std::str::from_utf8(&bytes[..line]).expect("text");
        let size: usize = text.rsplit(' ').next().and_then(|n| n.parse().ok()).expect("a size");
        line + 1 + size + 130
    };
    let mut swapped = first[..head(&first)].to_vec();
    swapped.extend_from_slice(&second[head(&second)..]);
    assert_eq!(swapped.len(), first.len(), "the test needs packed parts of one length");
    let error = site.refused(|bytes| *bytes = swapped);
    assert!(matches!(error, BundleError::Content { .. }), "{error}");
}

#[test]
fn added_bytes_are_refused() {
    let error = Site::new().refused(|bytes| bytes.extend_from_slice(b"more"));
    assert!(matches!(error, BundleError::Truncated { .. }), "{error}");
}

#[test]
fn a_stranger_s_bundle_is_refused_with_both_key_ids() {
    let (site, stranger) = (Site::new(), Site::new());
    fs::copy(&stranger.bundle, &site.bundle).expect("copied");
    let error = site.refused(|_| ());
    let said = error.to_string();
    assert!(matches!(error, BundleError::Untrusted { .. }), "{said}");
    assert!(said.contains(&site.public.id()) && said.contains(&stranger.public.id()), "{said}");
}

#[test]
fn a_stranger_who_names_a_trusted_key_is_refused() {
    let (site, stranger) = (Site::new(), Site::new());
    fs::copy(&stranger.bundle, &site.bundle).expect("copied");
    let error = site.refused(|bytes| {
        let at = find(bytes, &stranger.public.id());
        bytes[at..at + 16].copy_from_slice(site.public.id().as_bytes());
    });
    assert!(matches!(error, BundleError::BadSignature { .. }), "{error}");
}

#[test]
fn another_version_and_absurd_sizes_are_named() {
    let error = Site::new().refused(|bytes| {
        let at = find(bytes, " 1 ");
        bytes[at + 1] = b'2';
    });
    assert!(matches!(&error, BundleError::Version { found, .. } if found == "2"), "{error}");
    for head in ["wardround-knowledge-bundle 1 99999999999\n", "wardround-knowledge-bundle 1 -4\n"]
    {
        let error = Site::new().refused(|bytes| *bytes = head.as_bytes().to_vec());
        assert!(matches!(error, BundleError::NoBundle { .. }), "{error}");
    }
    let error = Site::new().refused(|bytes| *bytes = vec![b'w'; 1_000_000]);
    assert!(matches!(error, BundleError::NoBundle { .. }), "{error}");
}

#[test]
fn older_knowledge_is_installed_only_if_forced() {
    let site = Site::new();
    let newer = Some("2026-11-22T06:00:01Z");
    let error = site.read_over(newer, RollBack::Refuse).expect_err("older");
    assert!(matches!(error, BundleError::Older { .. }), "{error}");
    assert!(!site.installed.exists());
    site.read_over(Some("2026-11-22T06:00:00Z"), RollBack::Refuse).expect("the same again");
    site.read_over(newer, RollBack::Allow).expect("forced");
}

#[test]
fn knowledge_that_the_reader_cannot_open_is_not_installed() {
    let site = Site::new();
    let read = ReadBundle {
        bundle: &site.bundle,
        knowledge: &site.installed,
        trusted: std::slice::from_ref(&site.public),
        installed_built_at: None,
        roll_back: RollBack::Refuse,
    };
    let prove = |_: &Path| -> Result<(), CallbackError> { Err("another version".into()) };
    let error = read_bundle(&read, prove).expect_err("refused");
    assert!(matches!(error, BundleError::Replace(_)), "{error}");
    assert!(!site.installed.exists());
}

#[test]
fn a_bundle_never_overwrites_the_knowledge_it_is_made_from() {
    let site = Site::new();
    let path = site.folder.path().join("knowledge.wrk");
    let time = "2026-11-22T08:00:00Z".parse().expect("time");
    let new = NewBundle {
        bundle: &path,
        knowledge: &path,
        built_at: time,
        sources: vec![],
        key: &site.key,
        now: time,
    };
    write_bundle(new).expect_err("refused");
    assert_eq!(fs::read_to_string(&path).expect("read"), KNOWLEDGE);
}

#[test]
fn keys_are_lines_that_read_back_and_are_never_shown() {
    let site = Site::new();
    let line = site.public.to_line();
    assert_eq!(PublicKey::parse(&format!("# ours\n\n{line}")).expect("a key"), site.public);
    let secret = fs::read_to_string(site.folder.path().join("key")).expect("read");
    let code = secret.split_whitespace().last().expect("a word");
    assert!(!format!("{:?}", site.key).contains(code));
    let error = PublicKey::parse(&secret).expect_err("a secret key");
    assert!(error.to_string().contains("secret") && !error.to_string().contains(code));
    for wrong in [
        "",
        "wardround-public-key 1 x",
        "wardround-public-key 2 x y",
        "wardround-public-key 1 x AAAA",
    ] {
        PublicKey::parse(wrong).expect_err(wrong);
    }
    assert!(matches!(
        keygen(&site.folder.path().join("key")).expect_err("it is there"),
        KeyError::Exists(_)
    ));
}

#[cfg(unix)]
#[test]
fn a_secret_key_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let site = Site::new();
    let path = site.folder.path().join("key");
    let mode = fs::metadata(&path).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("changed");
    assert!(matches!(SecretKey::load(&path).expect_err("open"), KeyError::Open(_)));
}
