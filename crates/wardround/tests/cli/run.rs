//! Runs the binary in a home of its own, without what the tester's environment holds.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A folder to work in and the binary in it.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Run {
    /// Exit code; `None`: a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(&path, content).expect("written");
        path
    }

    /// The binary with arguments, in the folder, with an empty home.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardround"));
        self.prepare(&mut command);
        command.args(arguments);
        command
    }

    /// The binary under a limit of address space, in kibibytes.
    #[cfg(unix)]
    pub(crate) fn limited(&self, kibibytes: u64, arguments: &[&str]) -> Run {
        let mut command = Command::new("sh");
        self.prepare(&mut command);
        command
            .arg("-c")
            .arg(format!("ulimit -v {kibibytes}; exec \"$0\" \"$@\""))
            .arg(env!("CARGO_BIN_EXE_wardround"))
            .args(arguments);
        run(&mut command)
    }

    fn prepare(&self, command: &mut Command) {
        let home = self.path("home");
        command
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .env_remove("NO_COLOR")
            .env("HOME", &home)
            .env("WARDROUND_DATA", home.join("data"))
            .env_remove("WARDROUND_KNOWLEDGE")
            .env_remove("WARDROUND_STORE")
            .env_remove("WARDROUND_OBJECTS")
            .env("WARDROUND_ACTOR", "a.tester")
            .env("COLUMNS", "100")
            .env("TERM", "xterm-256color")
            .env("RUST_BACKTRACE", "0")
            .env("NO_PROXY", "127.0.0.1");
        for proxy in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            command.env_remove(proxy);
        }
    }

    /// Runs to the end.
    pub(crate) fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Run {
        run(&mut self.command(arguments))
    }

    /// Runs to the end with this on standard input.
    pub(crate) fn feed(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut child = Self::start(self.command(arguments).stdin(Stdio::piped()));
        let mut pipe = child.stdin.take().expect("a pipe");
        let input = input.to_vec();
        // The child may stop reading early; that it did is seen in what it says.
        let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
        let output = child.wait_with_output().expect("an end");
        writer.join().expect("no panic");
        Run::of(&output)
    }

    /// Starts without waiting.
    pub(crate) fn start(command: &mut Command) -> Child {
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started")
    }

    /// Runs `check` on these, as at 12 May 2017 unless the arguments say otherwise.
    pub(crate) fn check(&self, arguments: &[&str]) -> Run {
        let mut all = vec!["check"];
        if !arguments.contains(&"--as-at") {
            all.extend(["--as-at", "2017-05-12"]);
        }
        all.extend(arguments);
        self.run(&all)
    }
}

fn run(command: &mut Command) -> Run {
    Run::of(&command.output().expect("started"))
}

impl Run {
    fn of(output: &std::process::Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Fails unless it ended with this code and without a panic.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert!(!self.err.contains("panicked"), "{self:?}");
        assert_eq!(self.code, Some(code), "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// Fails unless standard output has all of these.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(flat(&self.out).contains(part), "no `{part}` in: {}", self.out);
        }
        self
    }

    /// Fails unless standard error has all of these.
    #[track_caller]
    pub(crate) fn complains(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(flat(&self.err).contains(part), "no `{part}` in: {}", self.err);
        }
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e} in: {}", self.out))
    }
}

/// Lines joined, so that a search does not depend on where they were broken.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
