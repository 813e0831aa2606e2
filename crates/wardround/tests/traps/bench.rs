//! A folder of its own for each test, and the command in it.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// The folder of a test.
pub(crate) struct Bench {
    folder: TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder") }
    }

    /// Writes a file.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    }

    /// Runs the command; only what is in the folder or built in is known to it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_wardround"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env("XDG_DATA_HOME", self.folder.path())
            .env("COLUMNS", "200")
            .env_remove("WARDROUND_KNOWLEDGE")
            .output()
            .expect("runs")
    }

    /// What it prints; it must succeed.
    pub(crate) fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// `check --json` on files of the folder.
    pub(crate) fn check(&self, arguments: &[&str]) -> Value {
        let mut all = vec!["check", "--json"];
        all.extend(arguments);
        serde_json::from_str(&self.text(&all)).expect("JSON")
    }

    /// The verdict on a CVE of the only host, with its whole row.
    pub(crate) fn verdict(&self, id: &str, arguments: &[&str]) -> (String, Value) {
        let mut all = vec!["--only", id];
        all.extend(arguments);
        let report = self.check(&all);
        let hosts = report["hosts"].as_array().expect("hosts");
        assert_eq!(hosts.len(), 1, "{report:#}");
        let rows = hosts[0]["verdicts"].as_array().expect("verdicts");
        assert_eq!(rows.len(), 1, "{report:#}");
        (rows[0]["verdict"].as_str().expect("a verdict").to_owned(), rows[0].clone())
    }
}

/// What `systeminfo` prints of a host with these updates; `declared` is the number it says.
pub(crate) fn systeminfo(name: &str, version: &str, declared: usize, updates: &[&str]) -> String {
    let mut text = format!(
        "\r\nHost Name:                 WARD-7\r\n\
         OS Name:                   {name}\r\n\
         OS Version:                {version}\r\n\
         OS Manufacturer:           Microsoft Corporation\r\n\
         OS Configuration:          Standalone Workstation\r\n\
         OS Build Type:             Multiprocessor Free\r\n\
         Registered Owner:          ward\r\n\
         System Type:               X86-based PC\r\n\
         Hotfix(s):                 {declared} Hotfix(s) Installed.\r\n"
    );
    for (number, update) in (1..).zip(updates) {
        let _ = write!(text, "                           [{number:02}]: {update}\r\n");
    }
    text.push_str(
        "Network Card(s):           1 NIC(s) Installed.\r\n\
         \x20                          [01]: Ethernet adapter\r\n",
    );
    text
}

/// Windows 7 SP1 with these updates.
pub(crate) fn seven(declared: usize, updates: &[&str]) -> String {
    systeminfo(
        "Microsoft Windows 7 Enterprise ",
        "6.1.7601 Service Pack 1 Build 7601",
        declared,
        updates,
    )
}
