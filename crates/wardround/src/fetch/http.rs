//! One question and one answer over HTTP, with every limit set. With `directory.rs`, the sender of traces and the visitor of
//! the demo's story the only file that knows `ureq`.
//!
//! TLS is rustls with ring. The trusted authorities are Mozilla's list, built in (`webpki-roots`):
//! the same answer on every machine, also in a container without certificates. A site whose proxy
//! opens TLS names its own authority as `ca_file`; the system's store is not read, because what it
//! holds differs by machine and could not be told in an error.

use std::fs;
use std::io::{self, Read};
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use model::network::is_inside;
use ureq::http::Uri;
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use super::error::{Cause, UpdateError};
use super::feed::Feed;
use super::inside::{Place, own_places};
use super::settings::Network;

/// The proxy to go through, if any.
#[derive(Debug, Clone, Default)]
pub struct Proxy(Option<ureq::Proxy>);

impl Proxy {
    /// Goes straight.
    pub fn none() -> Self {
        Self(None)
    }

    /// Goes through the proxy at an address (`http://proxy.inside:3128`); `None` if it is none.
    pub fn at(address: &str) -> Option<Self> {
        ureq::Proxy::new(address).ok().map(|proxy| Self(Some(proxy)))
    }

    /// Reads `ALL_PROXY`, `HTTPS_PROXY`, `HTTP_PROXY` (the first that is set, for every address)
    /// and `NO_PROXY`. For the command only.
    pub fn from_environment() -> Self {
        Self(ureq::Proxy::try_from_env())
    }
}

/// The authorities to trust.
pub(super) fn roots(network: &Network) -> Result<RootCerts, UpdateError> {
    let Some(path) = &network.ca_file else { return Ok(RootCerts::WebPki) };
    let wrong = |why: String| UpdateError::Certificates { path: path.clone(), why };
    let pem = fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| wrong(error.to_string()))? {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(wrong("it holds no certificate in PEM form".into()));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}

/// Asks the servers of one feed.
#[derive(Debug)]
pub(super) struct Client {
    agent: ureq::Agent,
}

/// One question.
#[derive(Debug)]
pub(super) struct Question<'a> {
    pub(super) url: &'a str,
    pub(super) accept: &'a str,
    pub(super) headers: Vec<(&'static str, String)>,
}

/// One answer, its body not read yet.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
    pub(super) retry_after: Option<String>,
    pub(super) content_range: Option<String>,
    /// Bytes on the wire, where announced.
    pub(super) length: Option<u64>,
    /// Whether the body was compressed for the journey only.
    pub(super) encoded: bool,
    /// The body, with any transfer compression undone.
    pub(super) body: Box<dyn Read>,
}

impl Client {
    pub(super) fn new(network: &Network, roots: RootCerts, proxy: &Proxy, feed: &Feed) -> Self {
        let idle = Duration::from_secs(network.idle_timeout_secs.max(1));
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            // A feed that begins secure stays so, through redirects and lists.
            .https_only(feed.url.starts_with("https://"))
            .max_redirects(network.max_redirects)
            .user_agent(concat!("wardround/", env!("CARGO_PKG_VERSION")))
            .proxy(proxy.0.clone())
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .timeout_connect(Some(Duration::from_secs(network.connect_timeout_secs.max(1))))
            .timeout_resolve(Some(Duration::from_secs(network.connect_timeout_secs.max(1))))
            .timeout_recv_response(Some(idle))
            .timeout_per_read(Some(idle))
            .timeout_per_write(Some(idle))
            .timeout_global(Some(Duration::from_secs(feed.timeout_secs)))
            .build();
        let names = Names { own: own_places(feed), of_the_system: DefaultResolver::default() };
        Self { agent: ureq::Agent::with_parts(config, DefaultConnector::default(), names) }
    }

    pub(super) fn ask(&self, question: &Question<'_>) -> Result<Answer, Cause> {
        let mut request = self.agent.get(question.url).header("Accept", question.accept);
        for (name, value) in &question.headers {
            request = request.header(*name, value);
        }
        let response = request.call().map_err(cause)?;
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let encoding = header("content-encoding").unwrap_or_default().to_ascii_lowercase();
        let encoded = match encoding.as_str() {
            "" | "identity" => false,
            "gzip" | "x-gzip" => true,
            other => {
                return Err(Cause::Protocol(format!(
                    "it is encoded as `{other}`, which was not asked for"
                )));
            }
        };
        let (status, etag) = (response.status().as_u16(), header("etag"));
        let (last_modified, retry_after) = (header("last-modified"), header("retry-after"));
        let content_range = header("content-range");
        let length = header("content-length").and_then(|text| text.trim().parse().ok());
        let raw = response.into_body().into_reader();
        let body: Box<dyn Read> =
            if encoded { Box::new(MultiGzDecoder::new(raw)) } else { Box::new(raw) };
        Ok(Answer {
            status,
            etag,
            last_modified,
            retry_after,
            content_range,
            length,
            encoded,
            body,
        })
    }
}

/// Finds the addresses of hosts; none inside the operator's network but of places that the settings name. Asked for
/// each connection, so that neither a redirect, nor a list, nor a name that is answered anew gets past it. A proxy is
/// the operator's, wherever it stands, and finds addresses by itself: then where it may lead is the proxy's to say.
#[derive(Debug)]
struct Names {
    own: Vec<Place>,
    of_the_system: DefaultResolver,
}

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.of_the_system.resolve(uri, config, timeout)?;
        let place = |uri: &Uri| {
            Place::new(uri.host().unwrap_or_default(), uri.scheme_str(), uri.port_u16())
        };
        let asked = place(uri);
        let is_proxy = config.proxy().is_some_and(|proxy| place(proxy.uri()) == asked);
        let may = is_proxy || asked.is_among(&self.own);
        if !may && found.iter().any(|address| is_inside(address.ip())) {
            return Err(ureq::Error::Other(Box::new(Inside(uri.to_string()))));
        }
        Ok(found)
    }
}

/// An address inside the operator's network to which a publisher led.
#[derive(Debug, thiserror::Error)]
#[error("{0} is inside this network")]
struct Inside(String);

/// Says in our words why reading a body stopped.
pub(super) fn read_cause(error: io::Error) -> Cause {
    cause(ureq::Error::from(error))
}

fn cause(error: ureq::Error) -> Cause {
    match error {
        ureq::Error::Timeout(which) => Cause::Timeout(which.to_string()),
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => {
            Cause::Timeout(error.to_string())
        }
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::InvalidInput => {
            Cause::Protocol(error.to_string())
        }
        // rustls reports through io::Error; what it says is not cured by asking again.
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            Cause::Tls(error.to_string())
        }
        ureq::Error::Io(error) => Cause::Connection(error.to_string()),
        ureq::Error::HostNotFound => Cause::Connection("the host's name is not known".into()),
        ureq::Error::ConnectionFailed => Cause::Connection("no server answers".into()),
        ureq::Error::ConnectProxyFailed(why) => Cause::Connection(format!("proxy: {why}")),
        ureq::Error::TooManyRedirects | ureq::Error::RedirectFailed => Cause::Redirects,
        ureq::Error::RequireHttpsOnly(url) => Cause::Insecure(url),
        ureq::Error::Other(other) => match other.downcast::<Inside>() {
            Ok(inside) => Cause::Inside(inside.0),
            Err(other) => Cause::Protocol(other.to_string()),
        },
        ureq::Error::Tls(why) => Cause::Tls(why.into()),
        ureq::Error::Rustls(error) => Cause::Tls(error.to_string()),
        other => Cause::Protocol(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_secure_feed_asks_nothing_that_others_can_read_on_the_way() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/a.json", listener.local_addr().unwrap());
        let text =
            "name='f'\nkind='csaf-directory'\nurl='https://127.0.0.1/changes.csv'\nmax_bytes=9";
        let feed: Feed = toml::from_str(text).unwrap();
        let client = Client::new(&Network::default(), RootCerts::WebPki, &Proxy::none(), &feed);
        let asked = client.ask(&Question { url: &url, accept: "*/*", headers: Vec::new() });
        assert!(matches!(asked.err(), Some(Cause::Insecure(_))));
        listener.set_nonblocking(true).unwrap();
        assert!(listener.accept().is_err(), "it was asked");
    }
}
