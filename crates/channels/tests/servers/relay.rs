//! A relay for mail (aiosmtpd) that takes, refuses, delays and bounces by who the mail is to (`mail.py`).

use std::fs;

use channels::smtp::{Security, Settings};
use serde_json::Value;
use tempfile::TempDir;

use super::leash::{Leashed, python};

const SCRIPT: &str = include_str!("mail.py");

/// A relay that ends when this goes.
pub(crate) struct Relay {
    leash: Leashed,
    port: u16,
    _folder: TempDir,
}

impl Relay {
    /// Starts a relay; with a certificate and its key, one that asks for TLS and a password. `None`, said aloud, where
    /// there is no aiosmtpd.
    pub(crate) fn start(certificate: Option<(&str, &str)>) -> Option<Self> {
        let python = python("WARDROUND_AIOSMTPD_PYTHON", "mail against a relay (aiosmtpd)")?;
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mail.py"), SCRIPT).unwrap();
        let mut arguments = vec!["mail.py"];
        if let Some((certificate, key)) = certificate {
            fs::write(folder.path().join("certificate.pem"), certificate).unwrap();
            fs::write(folder.path().join("key.pem"), key).unwrap();
            arguments.extend(["certificate.pem", "key.pem"]);
        }
        let leash = Leashed::start(folder.path(), &python, &arguments);
        let port = leash.wait_for(|line| line.strip_prefix("ready ")?.parse().ok());
        Some(Self { leash, port: port.expect("the relay starts"), _folder: folder })
    }

    /// How it is reached, without TLS.
    pub(crate) fn settings(&self) -> Settings {
        let from = "alerts@ward.example".parse().unwrap();
        let mut settings = Settings::new("localhost", self.port, from);
        settings.security = Security::Plain;
        settings
    }

    /// The next thing of a kind that the relay tells.
    pub(crate) fn next(&self, kind: &str) -> Value {
        self.leash
            .wait_for(|line| {
                let said: Value = serde_json::from_str(line).ok()?;
                (said["kind"] == kind).then_some(said)
            })
            .expect("the relay is there")
    }
}
