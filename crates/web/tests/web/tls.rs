//! TLS in the server, and connections that come to nothing.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rcgen::{CertificateParams, KeyPair};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use web::{Certificate, CertificateError, Settings, Tls};

use super::bare::Bare;

fn now() -> Timestamp {
    "2026-06-01T00:00:00Z".parse().unwrap()
}

/// A certificate of this name, good for some years around `now`, with its key: PEM.
pub(super) fn made(name: &str) -> (String, String, rustls::pki_types::CertificateDer<'static>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(2090, 1, 1);
    let certificate = params.self_signed(&key).unwrap();
    (certificate.pem(), key.serialize_pem(), certificate.der().clone())
}

fn read(chain: &str, key: &str) -> Result<Certificate, CertificateError> {
    Certificate::read(chain.as_bytes(), key.as_bytes(), now())
}

fn secured(chain: &str, key: &str) -> (Bare, Tls) {
    let tls = Tls::new(&read(chain, key).unwrap()).unwrap();
    let head_patience = Duration::from_millis(400);
    let settings = Settings { tls: Some(tls.clone()), head_patience, ..Settings::default() };
    (Bare::new(settings), tls)
}

type Secure = StreamOwned<ClientConnection, TcpStream>;

/// Shakes hands, trusting this certificate alone.
fn shaken(
    bare: &Bare,
    trusted: &rustls::pki_types::CertificateDer<'static>,
    versions: &[&'static rustls::SupportedProtocolVersion],
    alpn: &[&str],
) -> std::io::Result<Secure> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider);
    let builder = builder.with_protocol_versions(versions).unwrap();
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let name = ServerName::try_from("localhost").unwrap();
    let client = ClientConnection::new(Arc::new(config), name).unwrap();
    let stream = TcpStream::connect(bare.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut stream = StreamOwned::new(client, stream);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

fn asked(stream: &mut Secure, path: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut text = Vec::new();
    // Some end without saying so in TLS.
    let _ = stream.read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

const BOTH: [&rustls::SupportedProtocolVersion; 2] =
    [&rustls::version::TLS13, &rustls::version::TLS12];

#[test]
fn a_client_of_either_version_is_served_and_told_to_come_by_tls_only() {
    let (chain, key, der) = made("localhost");
    let (bare, _) = secured(&chain, &key);
    for version in BOTH {
        let mut stream = shaken(&bare, &der, &[version], &["http/1.1"]).unwrap();
        let answer = asked(&mut stream, "/sign-in");
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("strict-transport-security: max-age="), "{answer}");
    }
    // Where nothing is secured nothing is promised.
    let plain = Bare::new(Settings::default());
    let answer = plain.client().get("/sign-in");
    assert_eq!(answer.header("strict-transport-security"), None);
}

#[test]
fn http_2_is_spoken_where_the_client_offers_it() {
    let (chain, key, der) = made("localhost");
    let (bare, _) = secured(&chain, &key);
    let mut stream = shaken(&bare, &der, &BOTH, &["h2", "http/1.1"]).unwrap();
    assert_eq!(stream.conn.alpn_protocol(), Some(&b"h2"[..]));
    // Preface and empty settings; the first frame that comes back is its settings (RFC 9113, 3.4).
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").unwrap();
    let mut head = [0; 9];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(head[3], 4, "{head:?}");
}

#[test]
fn a_certificate_is_replaced_while_serving() {
    let (chain, key, first) = made("localhost");
    let (bare, tls) = secured(&chain, &key);
    let mut held = shaken(&bare, &first, &BOTH, &[]).unwrap();
    let (chain, key, second) = made("localhost");
    tls.replace(&read(&chain, &key).unwrap());
    assert!(shaken(&bare, &first, &BOTH, &[]).is_err(), "the old one is shown no more");
    shaken(&bare, &second, &BOTH, &[]).unwrap();
    // Who came before goes on.
    assert!(asked(&mut held, "/healthz").starts_with("HTTP/1.1 200"));
}

#[test]
fn what_cannot_be_used_is_told_apart() {
    let (chain, key, _) = made("localhost");
    let (_, other, _) = made("localhost");
    let of = |chain: &str, key: &str| read(chain, key).unwrap_err();
    assert!(matches!(of("", &key), CertificateError::NoCertificate));
    assert!(matches!(of(&chain, ""), CertificateError::NoKey));
    assert!(matches!(of(&chain, &chain), CertificateError::NoKey));
    assert!(matches!(of(&chain, &other), CertificateError::Mismatch));
    let broken = chain.replace("MII", "AAA");
    assert!(matches!(of(&broken, &key), CertificateError::Unreadable { .. }));
    let at = |instant: &str| {
        let instant = instant.parse().unwrap();
        Certificate::read(chain.as_bytes(), key.as_bytes(), instant).unwrap_err()
    };
    assert!(matches!(at("2091-01-01T00:00:00Z"), CertificateError::Expired(_)));
    assert!(matches!(at("2019-01-01T00:00:00Z"), CertificateError::NotYet(_)));
}

#[test]
fn who_says_nothing_is_let_go_and_keeps_nobody_waiting() {
    let (chain, key, der) = made("localhost");
    let (bare, _) = secured(&chain, &key);
    let mut silent: Vec<TcpStream> =
        (0..50).map(|_| TcpStream::connect(bare.address).unwrap()).collect();
    // Half a head, after the handshake.
    let mut slow = shaken(&bare, &der, &BOTH, &["http/1.1"]).unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: loc").unwrap();
    let began = Instant::now();
    let mut stream = shaken(&bare, &der, &BOTH, &["http/1.1"]).unwrap();
    assert!(asked(&mut stream, "/healthz").starts_with("HTTP/1.1 200"));
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
    for stream in &mut silent {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        // Closed, or reset: the read does not run into its own time.
        let read = stream.read(&mut [0; 16]);
        assert!(!matches!(&read, Err(e) if e.kind() == std::io::ErrorKind::WouldBlock), "{read:?}");
    }
    let mut rest = Vec::new();
    let read = slow.read_to_end(&mut rest);
    assert!(!matches!(&read, Err(e) if e.kind() == std::io::ErrorKind::WouldBlock), "{read:?}");
}

#[test]
fn who_comes_beyond_the_most_connections_waits_until_one_goes() {
    let settings = Settings { most_connections: 2, ..Settings::default() };
    let bare = Bare::new(settings);
    let connect = || {
        let stream = TcpStream::connect(bare.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    };
    let mut open: Vec<TcpStream> = (0..2).map(|_| connect()).collect();
    for stream in &mut open {
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
        assert!(stream.read(&mut [0; 512]).unwrap() > 0);
    }
    let mut third = connect();
    third.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    third.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    assert!(third.read(&mut [0; 16]).is_err(), "there was no place");
    drop(open.pop());
    third.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut text = String::new();
    third.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
}

/// A connection from an address of this machine.
fn connected_from(own: &str, to: std::net::SocketAddr) -> TcpStream {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind(format!("{own}:0").parse().unwrap()).unwrap();
        socket.connect(to).await.unwrap()
    });
    let stream = stream.into_std().unwrap();
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// Whether a connection is served; else it was closed or reset.
fn is_served(stream: &mut TcpStream) -> bool {
    let sent = stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    // All of the answer, which is short: the next is read by itself.
    let mut head = [0; 16_384];
    match sent.and_then(|()| stream.read(&mut head)) {
        Ok(read) => head[..read].starts_with(b"HTTP/1.1 200"),
        Err(error) => {
            assert_ne!(error.kind(), std::io::ErrorKind::WouldBlock, "it was left waiting");
            false
        }
    }
}

#[test]
fn one_address_takes_no_more_connections_than_it_may_and_keeps_nobody_else_out() {
    let bare = Bare::new(Settings { most_of_one_address: 2, ..Settings::default() });
    let from = |own: &str| connected_from(own, bare.address);
    let mut open: Vec<TcpStream> = (0..2).map(|_| from("127.0.0.1")).collect();
    assert!(open.iter_mut().all(is_served));
    assert!(!is_served(&mut from("127.0.0.1")), "the third of one address");
    assert!(is_served(&mut from("127.0.0.2")), "another address");
    assert!(open.iter_mut().all(is_served), "those that were there go on");
    drop(open.pop());
    // That it is gone is noticed in its own time.
    let began = Instant::now();
    while !is_served(&mut from("127.0.0.1")) {
        assert!(began.elapsed() < Duration::from_secs(20), "its place is not free again");
    }
    // Behind a proxy all have its address.
    let limits = web::Limits { trusted_proxies: 1, ..web::Limits::default() };
    let behind = Bare::new(Settings { most_of_one_address: 2, limits, ..Settings::default() });
    let mut all: Vec<TcpStream> =
        (0..5).map(|_| connected_from("127.0.0.1", behind.address)).collect();
    assert!(all.iter_mut().all(is_served));
}

#[test]
fn the_end_waits_for_what_is_under_way_and_for_nobody_who_is_idle() {
    let mut bare = Bare::new(Settings::default());
    let mut idle = TcpStream::connect(bare.address).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    assert!(idle.read(&mut [0; 512]).unwrap() > 0);
    // A form that is half sent.
    let mut busy = TcpStream::connect(bare.address).unwrap();
    let kind = "content-type: application/x-www-form-urlencoded\r\nsec-fetch-site: same-origin\r\n\
                expect: 100-continue";
    let body = "login=officer&password=wrong-wrong";
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nhost: x\r\n{kind}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    busy.write_all(head.as_bytes()).unwrap();
    busy.write_all(&body.as_bytes()[..10]).unwrap();
    // Its head was read once the rest is asked for; before that it would be nobody's request yet.
    let mut told = [0; 512];
    let length = busy.read(&mut told).unwrap();
    assert!(told[..length].starts_with(b"HTTP/1.1 100"), "{:?}", &told[..length]);
    bare.end();
    assert!(!bare.has_ended_within(Duration::from_millis(500)));
    busy.write_all(&body.as_bytes()[10..]).unwrap();
    let mut text = String::new();
    busy.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    assert!(bare.has_ended_within(Duration::from_secs(20)));
}
