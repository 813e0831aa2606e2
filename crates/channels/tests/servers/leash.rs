//! A program that ends when the test does.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const SCRIPT: &str = include_str!("leash.sh");

/// How long a program may take to say what is waited for.
const PATIENCE: Duration = Duration::from_secs(40);

/// A program on a leash: its standard input is held open, and it is killed when that closes.
pub(crate) struct Leashed {
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Leashed {
    /// Starts a program in a folder.
    pub(crate) fn start(folder: &Path, program: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new("bash");
        command.args(["-c", SCRIPT, "leash", program]).args(arguments).current_dir(folder);
        // What ends a run of tests by its process group must not end who ends the program.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("bash is there");
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        // Read to its end, whether or not anybody listens: a full pipe would stop the program.
        std::thread::spawn(move || {
            for line in output.split(b'\n').map_while(Result::ok) {
                drop(sender.send(String::from_utf8_lossy(&line).into_owned()));
            }
        });
        let input = child.stdin.take();
        Self { child, input, lines }
    }

    /// The first line from now on of which something can be made; `None` where the program ended before.
    pub(crate) fn wait_for<T>(&self, mut of: impl FnMut(&str) -> Option<T>) -> Option<T> {
        let until = Instant::now() + PATIENCE;
        let mut heard = Vec::new();
        loop {
            match self.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(line) => match of(&line) {
                    Some(found) => return Some(found),
                    None => heard.push(line),
                },
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return None,
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {
                    panic!("nothing of what is waited for in:\n{}", heard.join("\n"))
                }
            }
        }
    }
}

impl Drop for Leashed {
    fn drop(&mut self) {
        drop(self.input.take());
        drop(self.child.wait());
    }
}

/// A port of loopback that is free now. Another program may take it: whoever uses it must be ready to ask again.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A tool's Python, as `scripts/lib.sh` names it; says aloud where it is missing.
pub(crate) fn python(variable: &str, what: &str) -> Option<String> {
    let found = std::env::var(variable).ok().filter(|path| !path.is_empty());
    if found.is_none() {
        eprintln!(
            "SKIPPED: {what}: {variable} names no Python that has it (./scripts/test sets it)"
        );
    }
    found
}
