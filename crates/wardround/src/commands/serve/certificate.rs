//! The server's certificate as two files: read, watched, and read again when they change.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use web::{Certificate, CertificateError, Tls};

use super::super::shared::now;
use crate::error::CliError;
use crate::files;

/// Largest file: chains are a few kilobytes.
const LARGEST: u64 = 1 << 20;
/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(5);

/// A certificate and its key in two files, and the TLS that shows it.
pub(super) struct Files {
    chain: PathBuf,
    key: PathBuf,
    tls: Tls,
    seen: Seen,
}

/// When the files were last changed, as far as the system says.
type Seen = [Option<(SystemTime, u64)>; 2];

impl Files {
    /// Reads both.
    pub(super) fn open(chain: &Path, key: &Path) -> Result<Self, CliError> {
        let seen = seen(chain, key);
        let certificate = read(chain, key)?;
        let tls = Tls::new(&certificate).map_err(|e| CliError::failed("no TLS").because(e))?;
        Ok(Self { chain: chain.to_owned(), key: key.to_owned(), tls, seen })
    }

    pub(super) fn tls(&self) -> &Tls {
        &self.tls
    }

    /// Reads them again whenever they change or the process is told to (SIGHUP). What cannot be used is
    /// complained of, and the one before shown on.
    pub(super) async fn watch(mut self) {
        let mut hangup = Hangup::new();
        loop {
            let is_told = tokio::select! {
                () = tokio::time::sleep(LOOK) => false,
                () = hangup.told() => true,
            };
            let present = seen(&self.chain, &self.key);
            if !is_told && present == self.seen {
                continue;
            }
            self.seen = present;
            match read(&self.chain, &self.key) {
                Ok(certificate) => {
                    self.tls.replace(&certificate);
                    let until = certificate.until();
                    tracing::info!(%until, "the certificate was read again");
                }
                Err(error) => {
                    tracing::error!(%error, "the certificate cannot be used; the one before is shown on");
                }
            }
        }
    }
}

fn seen(chain: &Path, key: &Path) -> Seen {
    [chain, key].map(|path| {
        let about = std::fs::metadata(path).ok()?;
        Some((about.modified().ok()?, about.len()))
    })
}

fn read(chain: &Path, key: &Path) -> Result<Certificate, CliError> {
    let bytes = |path: &Path| {
        files::read(path, LARGEST).map_err(|e| CliError::failed(format!("{} {e}", path.display())))
    };
    let (first, second) = (bytes(chain)?, bytes(key)?);
    Certificate::read(&first, &second, now()).map_err(|error| {
        let (path, hint) = match &error {
            CertificateError::NoKey => (key, "--tls-key wants the private key, not encrypted"),
            CertificateError::Unreadable { what: "private key", .. } => {
                (key, "--tls-key wants a private key in PEM: PKCS #8, PKCS #1 or SEC1")
            }
            CertificateError::Mismatch => {
                (key, "give the key that the certificate was requested with")
            }
            CertificateError::Expired(_) => (chain, "get a new one from who issued it"),
            CertificateError::NotYet(_) => (chain, "is the clock of this machine right?"),
            _ => (chain, "--tls-cert wants the server's certificate in PEM, then those above it"),
        };
        CliError::failed(format!("{} cannot be used for TLS", path.display()))
            .because(error)
            .hint(hint)
    })
}

/// By what the process is told to read its files again.
struct Hangup {
    #[cfg(unix)]
    signal: Option<tokio::signal::unix::Signal>,
}

impl Hangup {
    fn new() -> Self {
        Self {
            #[cfg(unix)]
            signal: tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok(),
        }
    }

    async fn told(&mut self) {
        #[cfg(unix)]
        if let Some(signal) = &mut self.signal {
            signal.recv().await;
            return;
        }
        std::future::pending::<()>().await;
    }
}
