//! The server: what is around every door, and how it ends in good order.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::door;
use crate::site::Site;

/// How often the record is looked at for what other processes have added.
const KEEP_UP: Duration = Duration::from_secs(1);

/// How a server is run.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long a request may take.
    pub patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { patience: Duration::from_mins(2) }
    }
}

/// A server that has its port.
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
}

impl Listening {
    /// Takes a port; 0 takes any that is free.
    pub async fn on(address: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Serves a site until `end` comes; requests that are under way are finished.
pub async fn serve(
    listening: Listening,
    site: Arc<Site>,
    settings: Settings,
    end: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let keeper = tokio::spawn(keep_up(Arc::clone(&site)));
    let served = axum::serve(listening.listener, around(door::router(&site), &site, settings))
        .with_graceful_shutdown(end)
        .await;
    keeper.abort();
    // It ends when it is told to; how it ended says nothing.
    let _ = keeper.await;
    served
}

async fn keep_up(site: Arc<Site>) {
    loop {
        if let Err(error) = site.keep_up().await {
            tracing::warn!(%error, "the index could not be brought up to date");
        }
        tokio::time::sleep(KEEP_UP).await;
    }
}

fn around(router: Router, site: &Arc<Site>, settings: Settings) -> Router {
    let is_plain = site.is_plain;
    let policy = policy(site);
    router
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, settings.patience))
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(move |request: Request, next: Next| {
            let policy = policy.clone();
            async move { protected(next.run(request).await, policy, is_plain) }
        }))
}

/// What a browser is told on every answer (OWASP ASVS 5.0, chapter V3): nothing is loaded from
/// elsewhere, nothing in the page itself is run, nobody frames it, no address leaks.
const PROTECTION: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ),
];

/// What a page may load and where its forms may lead: nowhere else, but to the other directory, to which
/// the form is sent on.
fn policy(site: &Site) -> HeaderValue {
    let own = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
               connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
    let text = match &site.openid {
        Some(directory) => format!("{own} {}", directory.origin()),
        None => own.to_owned(),
    };
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(own))
}

fn protected(mut response: Response, policy: HeaderValue, is_plain: bool) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in PROTECTION {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !is_plain {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}
