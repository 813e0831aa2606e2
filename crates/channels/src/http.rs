//! One request over HTTP and its answer: within limits of time and size, following nothing, and only where it may go.
//!
//! The only file of this crate that knows an HTTP client.

use std::error::Error as StdError;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use model::network::is_inside;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use url::{Host, Url};

use crate::outcome::{Failure, said};

/// Where requests may go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Wherever the operator's settings say.
    Set,
    /// To the public internet only, because a stranger chose the address: each name is looked up once, what
    /// lies inside is left out, and the connection goes to what is left.
    Outside,
}

/// A request.
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) url: Url,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Option<Vec<u8>>,
}

/// An answer, whatever its status.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// `Retry-After` in seconds; dates are not read.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    /// The address lies inside.
    #[error("the address leads to this machine or its networks")]
    Inside,
    /// Nobody proved to be who should be there.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// Nobody answered, or not in time.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The answer is longer than any of this kind.
    #[error("the answer is longer than {MOST_BYTES} bytes")]
    TooLong,
    /// It cannot be asked at all.
    #[error("the request cannot be made: {0}")]
    Request(String),
}

impl HttpError {
    /// What that means for a message: silence may end, the rest is for the operator.
    pub(crate) fn failure(&self) -> Failure {
        match self {
            Self::Inside => Failure::permanent(self.to_string()),
            Self::NoAnswer(_) => Failure::temporary(self.to_string()),
            Self::Tls(_) | Self::TooLong | Self::Request(_) => Failure::technical(self.to_string()),
        }
    }
}

/// The longest that anybody can ask us to wait: whoever asks for more is a stranger.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// Far above a page of 250 received texts, which is the longest that is asked for.
const MOST_BYTES: usize = 4 << 20;

/// A client.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    client: Client,
    is_guarded: bool,
}

impl Http {
    /// A client with a limit of time for each request. It uses no proxy of the environment.
    pub(crate) fn new(reach: Reach, timeout: Duration) -> Result<Self, HttpError> {
        let builder = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(timeout)
            .connect_timeout(timeout.min(Duration::from_secs(10)))
            .user_agent("wardround");
        let is_guarded = reach == Reach::Outside;
        let builder = if is_guarded { builder.dns_resolver(Arc::new(Outside)) } else { builder };
        let client = builder.build().map_err(|error| HttpError::Request(root(&error)))?;
        Ok(Self { client, is_guarded })
    }

    /// Asks.
    pub(crate) async fn ask(&self, request: Request) -> Result<Answer, HttpError> {
        // An address that is written out is not looked up, so nobody else would ask about it.
        let written = match request.url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) | None => None,
        };
        if self.is_guarded && written.is_some_and(is_inside) {
            return Err(HttpError::Inside);
        }
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|error| HttpError::Request(root(&error)))?;
        let mut building = self.client.request(method, request.url);
        for (name, value) in request.headers {
            building = building.header(name, value);
        }
        if let Some(body) = request.body {
            building = building.body(body);
        }
        let mut response = building.send().await.map_err(no_answer)?;
        let retry_after = response
            .headers()
            .get("retry-after")
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(|seconds| Duration::from_secs(seconds).min(LONGEST_WAIT));
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(no_answer)? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, retry_after, body })
    }
}

/// Looks names up and leaves out what lies inside.
struct Outside;

#[derive(Debug, thiserror::Error)]
#[error("the name leads inside")]
struct LedInside;

impl Resolve for Outside {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let all: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let outside = outside(&all);
            if outside.is_empty() && !all.is_empty() {
                return Err(LedInside.into());
            }
            let addresses: Addrs = Box::new(outside.into_iter());
            Ok(addresses)
        })
    }
}

/// Those addresses that are of the public internet.
fn outside(all: &[SocketAddr]) -> Vec<SocketAddr> {
    all.iter().copied().filter(|address| !is_inside(address.ip())).collect()
}

fn no_answer(error: reqwest::Error) -> HttpError {
    let error = error.without_url();
    let mut source: Option<&(dyn StdError + 'static)> = Some(&error);
    while let Some(cause) = source {
        if cause.downcast_ref::<LedInside>().is_some() {
            return HttpError::Inside;
        }
        if is_tls(cause) {
            return HttpError::Tls(root(&error));
        }
        source = cause.source();
    }
    if error.is_builder() {
        return HttpError::Request(root(&error));
    }
    HttpError::NoAnswer(root(&error))
}

/// Whether a cause is that of a failed handshake: `tokio-rustls` reports those as invalid data.
pub(crate) fn is_tls(cause: &(dyn StdError + 'static)) -> bool {
    cause
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::InvalidData)
}

/// The innermost cause, in few words.
pub(crate) fn root(error: &(dyn StdError + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    said(&innermost.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_guarded_client_goes_nowhere_inside_however_it_is_written() {
        let http = Http::new(Reach::Outside, Duration::from_secs(5)).unwrap();
        for url in [
            "http://127.0.0.1:1/",
            "http://2130706433:1/",
            "http://0x7f.1:1/",
            "http://[::1]:1/",
            "http://[::ffff:169.254.169.254]/latest/meta-data/",
            "http://10.1.2.3/",
            "http://localhost:1/",
        ] {
            let url = url.parse().unwrap();
            let request = Request { method: "GET", url, headers: Vec::new(), body: None };
            assert!(matches!(http.ask(request).await, Err(HttpError::Inside)));
        }
    }

    #[test]
    fn of_a_name_with_addresses_inside_and_outside_only_those_outside_are_used() {
        let all = ["10.0.0.1:0", "192.0.2.1:0", "[::1]:0"].map(|text| text.parse().unwrap());
        assert_eq!(outside(&all), ["192.0.2.1:0".parse().unwrap()]);
    }
}
