//! One connection: TLS where there is some, then HTTP/1.1 or HTTP/2, with no end of patience for nobody.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::Watcher;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;
use tokio_rustls::TlsAcceptor;

use super::address::Peer;
use super::crowd::Seat;
use super::tls::Tls;

/// How long a connection may take to say what it wants: the handshake, and the head of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) handshake: Duration,
    pub(crate) head: Duration,
}

/// Most requests of one HTTP/2 connection at once.
const STREAMS: u32 = 100;
/// An HTTP/2 connection is asked so often whether it is still there.
const ALIVE: Duration = Duration::from_secs(30);

/// What a connection came with.
pub(crate) struct Line {
    pub(crate) stream: TcpStream,
    pub(crate) peer: Peer,
    pub(crate) tls: Option<Tls>,
    pub(crate) room: Room,
    /// Its place among the open connections.
    pub(crate) place: OwnedSemaphorePermit,
    /// Its place among those of its address; `None` where addresses are a proxy's.
    pub(crate) seat: Option<Seat>,
}

/// Serves a connection to its end.
pub(crate) async fn serve_connection(line: Line, router: Router, watcher: Watcher) {
    let Line { stream, peer, tls, room, place, seat } = line;
    // Answers are written whole: nothing is gained by waiting for more of them.
    let _ = stream.set_nodelay(true);
    let ended = match tls {
        None => speak(stream, Version::One, (peer, room), router, watcher).await,
        Some(tls) => {
            let acceptor = TlsAcceptor::from(tls.config());
            let shaken = tokio::time::timeout(room.handshake, acceptor.accept(stream)).await;
            match shaken {
                Ok(Ok(stream)) => {
                    let is_two = stream.get_ref().1.alpn_protocol() == Some(b"h2");
                    let version = if is_two { Version::Two } else { Version::One };
                    speak(stream, version, (peer, room), router, watcher).await
                }
                Ok(Err(error)) => Err(error.into()),
                Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
            }
        }
    };
    drop((place, seat));
    if let Err(error) = ended {
        // Strangers end connections in any way they like: no matter of the operator's.
        tracing::debug!(%error, "a connection ended");
    }
}

enum Version {
    One,
    Two,
}

async fn speak<S>(
    stream: S,
    version: Version,
    (peer, room): (Peer, Room),
    router: Router,
    watcher: Watcher,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let inner = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        inner.call(request)
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(room.head);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(ALIVE)
        .keep_alive_timeout(room.head);
    // The version is known: nobody may keep us waiting to find out.
    let builder = match version {
        Version::One => builder.http1_only(),
        Version::Two => builder.http2_only(),
    };
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    watcher.watch(connection).await
}
