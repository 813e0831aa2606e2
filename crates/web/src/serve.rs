//! The server: what is around every door, and how it ends in good order.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::exposure::history::Worked;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::around::address::Peer;
use crate::around::limits::{self, Gate, Limits};
use crate::around::spans::Spans;
use crate::around::tls::Tls;
use crate::around::watch::{self, Numbers, Watch};
use crate::around::{Crowd, Line, Room, metrics, serve_connection};
use crate::door;
use crate::refused;
use crate::site::Site;

/// How often the record is looked at for what other processes have added.
const KEEP_UP: Duration = Duration::from_secs(1);
/// How often it is looked for days of the history that are missing, when none was.
const IDLE: Duration = Duration::from_secs(2);
/// So many times as long as a day of the history took it is rested afterwards.
const RESTS: u32 = 3;

/// How a server is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long a request may take.
    pub patience: Duration,
    /// How long a sending of files may take.
    pub sending_patience: Duration,
    /// How long a connection may take for its handshake, and for the head of each request.
    pub head_patience: Duration,
    /// Most connections that are open at once; who comes beyond waits.
    pub most_connections: usize,
    /// Most connections of one address that are open at once; who comes beyond is let go. Behind trusted
    /// proxies, who have one address for everybody, it does not count.
    pub most_of_one_address: usize,
    /// TLS of its own; `None` where it is plain, or a proxy has it.
    pub tls: Option<Tls>,
    /// How much may be asked.
    pub limits: Limits,
    /// Where spans of requests go.
    pub spans: Option<Spans>,
    /// What makes the identities of requests: random, and of this run alone.
    pub seed: [u8; 16],
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            patience: Duration::from_mins(2),
            sending_patience: Duration::from_hours(2),
            head_patience: Duration::from_secs(20),
            most_connections: 4_096,
            most_of_one_address: 1_024,
            tls: None,
            limits: Limits::default(),
            spans: None,
            seed: [0; 16],
        }
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
    let historian = tokio::spawn(fill_history(Arc::clone(&site)));
    let worker = tokio::spawn(Arc::clone(&site.jobs).work());
    let postman = tokio::spawn(Arc::clone(&site.postman).work());
    let jobs = Arc::clone(&site.jobs);
    // Whoever waits for a job or follows one is told first, or requests would never end.
    let end = async move {
        end.await;
        jobs.end();
    };
    let router = around(door::router(&site), &site, &settings);
    accept(listening, &router, &settings, end).await;
    site.jobs.end();
    site.postman.end();
    if postman.await.is_err() {
        tracing::error!("telling people broke off; it is taken up when the server starts again");
    }
    if worker.await.is_err() {
        tracing::error!(
            "the worker broke off; what it did is taken up when the server starts again"
        );
    }
    keeper.abort();
    historian.abort();
    // It ends when it is told to; how it ended says nothing.
    let _ = keeper.await;
    let _ = historian.await;
    Ok(())
}

/// Serves the numbers of a site until `end` comes: to whoever watches the service, never beside its
/// pages.
pub async fn serve_metrics(
    listening: Listening,
    site: Arc<Site>,
    end: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let settings =
        Settings { most_connections: 64, most_of_one_address: 32, ..Settings::default() };
    accept(listening, &metrics::router(site), &settings, end).await;
    Ok(())
}

/// Takes connections until `end` comes, then lets those that are open finish what is under way.
async fn accept(
    listening: Listening,
    router: &Router,
    settings: &Settings,
    end: impl Future<Output = ()> + Send + 'static,
) {
    let places = Arc::new(Semaphore::new(settings.most_connections));
    let crowd =
        (settings.limits.trusted_proxies == 0).then(|| Crowd::new(settings.most_of_one_address));
    let room = Room { handshake: settings.head_patience, head: settings.head_patience };
    let open = GracefulShutdown::new();
    let mut end = pin!(end);
    loop {
        let come = async {
            // Who has no place waits outside: the system keeps the line.
            let place = Arc::clone(&places).acquire_owned().await.ok()?;
            let (stream, from) = next(&listening.listener).await;
            Some((place, stream, Peer(from)))
        };
        let (place, stream, peer) = tokio::select! {
            come = come => match come { Some(come) => come, None => break },
            () = &mut end => break,
        };
        let seat = crowd.as_ref().map(|crowd| crowd.seat(peer.0.ip()));
        if let Some(None) = seat {
            tracing::debug!("a connection was let go: its address has as many as it may");
            continue;
        }
        let (seat, tls) = (seat.flatten(), settings.tls.clone());
        let line = Line { stream, peer, tls, room, place, seat };
        tokio::spawn(serve_connection(line, router.clone(), open.watcher()));
    }
    drop(listening);
    let finished = tokio::time::timeout(settings.patience, open.shutdown()).await;
    if finished.is_err() {
        tracing::warn!("connections were cut off: what they asked took longer than it may");
    }
}

/// The next connection. What goes wrong is a matter of one, or of too many that are open: it is waited.
async fn next(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(come) => return come,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn keep_up(site: Arc<Site>) {
    // Alerts before the estate, which takes all cores for a moment: whoever acknowledges one waits for nothing else.
    if let Err(error) = site.read_alerts().await {
        tracing::warn!(%error, "alerts could not be read; they are when somebody looks");
    }
    loop {
        if let Err(error) = site.keep_up().await {
            tracing::warn!(%error, "the index could not be brought up to date");
        } else if let Err(error) = site.check_claims().await {
            tracing::warn!(%error, "claims could not be held against the evidence");
        }
        tokio::time::sleep(KEEP_UP).await;
    }
}

/// Works out what is missing of the history, a day at a time; between two it rests for longer than it
/// worked, so that whoever asks about today hardly notices.
async fn fill_history(site: Arc<Site>) {
    loop {
        let begun = Instant::now();
        let rest = match site.desk.fill_history(&site.context()).await {
            Ok(Worked::Nothing) => IDLE,
            Ok(Worked::Read(_)) => Duration::ZERO,
            Ok(Worked::Day(_)) => begun.elapsed() * RESTS,
            Err(error) => {
                tracing::warn!(%error, "a day of the history could not be worked out");
                IDLE
            }
        };
        tokio::time::sleep(rest).await;
    }
}

fn around(router: Router, site: &Arc<Site>, settings: &Settings) -> Router {
    let is_plain = site.is_plain;
    let policy = policy(site);
    let watch = Arc::new(Watch {
        metrics: Arc::clone(&site.metrics),
        gate: Gate::of(settings.limits),
        spans: settings.spans.clone(),
        numbers: Numbers::new(settings.seed),
    });
    let (patience, sending_patience) = (settings.patience, settings.sending_patience);
    router
        .layer(middleware::from_fn(move |request: Request, next: Next| async move {
            let takes_files = door::takes_files(request.uri().path());
            let patience = if takes_files { sending_patience } else { patience };
            match tokio::time::timeout(patience, next.run(request)).await {
                Ok(response) => response,
                Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            }
        }))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn(refused::in_our_words))
        .layer(middleware::from_fn_with_state(Arc::clone(&watch), limits::by_address))
        .layer(axum::Extension(Arc::clone(&watch)))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(move |request: Request, next: Next| {
            let policy = policy.clone();
            async move {
                let begun = Instant::now();
                let mut response = protected(next.run(request).await, policy, is_plain);
                // How long it took here, for whoever looks from outside (W3C Server Timing).
                let millis = begun.elapsed().as_secs_f64() * 1e3;
                if let Ok(value) = HeaderValue::try_from(format!("total;dur={millis:.1}")) {
                    response.headers_mut().insert(HeaderName::from_static("server-timing"), value);
                }
                response
            }
        }))
        .layer(middleware::from_fn_with_state(watch, watch::watched))
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
