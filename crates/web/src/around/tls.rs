//! TLS in the server: a certificate that is checked before it is used, and can be replaced while serving.
//!
//! Versions 1.2 and 1.3, ring as everywhere. Files are read by whoever runs the server: here are bytes.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use x509_cert::Certificate as Parsed;
use x509_cert::der::Decode as _;

/// A certificate with its key, read and found to belong together.
#[derive(Clone)]
pub struct Certificate {
    key: Arc<CertifiedKey>,
    until: Timestamp,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("until", &self.until).finish_non_exhaustive()
    }
}

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The file has none.
    #[error("there is no certificate in it: a line `-----BEGIN CERTIFICATE-----` is expected")]
    NoCertificate,
    /// The file has none.
    #[error("there is no private key in it: a line `-----BEGIN PRIVATE KEY-----` is expected")]
    NoKey,
    /// The PEM or what is in it is broken.
    #[error("the {what} cannot be read")]
    Unreadable {
        /// Certificate or private key.
        what: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Another key's certificate.
    #[error("the private key does not belong to the certificate")]
    Mismatch,
    /// It was good once.
    #[error("the certificate expired at {0}")]
    Expired(Timestamp),
    /// It will be good.
    #[error("the certificate is good from {0} on, which is yet to come")]
    NotYet(Timestamp),
}

impl Certificate {
    /// Reads a chain (the server's own certificate first) and its private key, both PEM.
    pub fn read(chain: &[u8], key: &[u8], now: Timestamp) -> Result<Self, CertificateError> {
        let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<_, _>>()
            .map_err(|source| unreadable("certificate", source))?;
        let own = certificates.first().ok_or(CertificateError::NoCertificate)?;
        let parsed =
            Parsed::from_der(own.as_ref()).map_err(|source| unreadable("certificate", source))?;
        let validity = parsed.tbs_certificate().validity();
        let (from, until) = (instant(&validity.not_before), instant(&validity.not_after));
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|source| match source {
            pem::Error::NoItemsFound => CertificateError::NoKey,
            source => unreadable("private key", source),
        })?;
        let certified =
            CertifiedKey::from_der(certificates, key, &default_provider()).map_err(|source| {
                match source {
                    rustls::Error::InconsistentKeys(_) => CertificateError::Mismatch,
                    source => unreadable("private key", source),
                }
            })?;
        match certified.keys_match() {
            Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => {}
            Err(_) => return Err(CertificateError::Mismatch),
        }
        if now > until {
            return Err(CertificateError::Expired(until));
        }
        if now < from {
            return Err(CertificateError::NotYet(from));
        }
        Ok(Self { key: Arc::new(certified), until })
    }

    /// Until when it is good.
    pub fn until(&self) -> Timestamp {
        self.until
    }
}

fn unreadable(
    what: &'static str,
    source: impl std::error::Error + Send + Sync + 'static,
) -> CertificateError {
    CertificateError::Unreadable { what, source: Box::new(source) }
}

fn instant(time: &x509_cert::time::Time) -> Timestamp {
    let since = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(since).unwrap_or(Timestamp::MAX)
}

/// TLS of a server. Clones are the same.
#[derive(Clone, Debug)]
pub struct Tls {
    present: Arc<Present>,
    config: Arc<ServerConfig>,
}

#[derive(Debug)]
struct Present(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Present {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // Only ever replaced as a whole.
        Some(Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Tls {
    /// With a certificate to begin with.
    pub fn new(certificate: &Certificate) -> Result<Self, CertificateError> {
        let present = Arc::new(Present(RwLock::new(Arc::clone(&certificate.key))));
        let resolver: Arc<dyn ResolvesServerCert> = Arc::clone(&present) as _;
        let provider: Arc<CryptoProvider> = Arc::new(default_provider());
        let versions = [&rustls::version::TLS13, &rustls::version::TLS12];
        let builder = ServerConfig::builder_with_provider(provider);
        let builder = builder
            .with_protocol_versions(&versions)
            .map_err(|source| unreadable("TLS of this program", source))?;
        let mut config = builder.with_no_client_auth().with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { present, config: Arc::new(config) })
    }

    /// Shows another certificate from the next connection on.
    pub fn replace(&self, certificate: &Certificate) {
        let mut present = self.present.0.write().unwrap_or_else(PoisonError::into_inner);
        *present = Arc::clone(&certificate.key);
    }

    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }
}
