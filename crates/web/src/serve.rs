//! The server: what is around every door, and how it ends in good order.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::door;
use crate::site::Site;

/// How often the record is looked at for what other processes have added.
const KEEP_UP: Duration = Duration::from_secs(1);

/// How a server is run.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long a request may take.
    pub patience: Duration,
    /// How long a sending of files may take.
    pub sending_patience: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { patience: Duration::from_mins(2), sending_patience: Duration::from_hours(2) }
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
    let worker = tokio::spawn(Arc::clone(&site.jobs).work());
    let jobs = Arc::clone(&site.jobs);
    // Whoever waits for a job or follows one is told first, or requests would never end.
    let end = async move {
        end.await;
        jobs.end();
    };
    let served = axum::serve(listening.listener, around(door::router(&site), &site, settings))
        .with_graceful_shutdown(end)
        .await;
    site.jobs.end();
    if worker.await.is_err() {
        tracing::error!(
            "the worker broke off; what it did is taken up when the server starts again"
        );
    }
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
    router
        .layer(middleware::from_fn(move |request: Request, next: Next| async move {
            let patience = if door::takes_files(request.uri().path()) {
                settings.sending_patience
            } else {
                settings.patience
            };
            match tokio::time::timeout(patience, next.run(request)).await {
                Ok(response) => response,
                Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            }
        }))
        .layer(CatchPanicLayer::new())
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(move |request: Request, next: Next| async move {
            let begun = Instant::now();
            let mut response = protected(next.run(request).await, is_plain);
            // How long it took here, for whoever looks from outside (W3C Server Timing).
            let millis = begun.elapsed().as_secs_f64() * 1e3;
            if let Ok(value) = HeaderValue::try_from(format!("total;dur={millis:.1}")) {
                response.headers_mut().insert(HeaderName::from_static("server-timing"), value);
            }
            response
        }))
}

/// What a browser is told on every answer (OWASP ASVS 5.0, chapter V3): nothing is loaded from
/// elsewhere, nothing in the page itself is run, nobody frames it, no address leaks.
const PROTECTION: [(HeaderName, &str); 6] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ),
];

fn protected(mut response: Response, is_plain: bool) -> Response {
    let headers = response.headers_mut();
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
