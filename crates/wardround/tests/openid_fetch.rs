//! What is asked of another directory by the server: its own host, no further, not for long, not for much.
//! Each of these fails without its defence.
#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it")]

mod support;

use std::sync::Arc;

use app::Context;
use app::access::{Asked, OpenId, OpenIdFault, OpenIdSettings, SignInError, begin_open_id};
use store::{Address, Options, Store};
use support::server::{Reply, Request, Server, ok, status};
use wardround::directory::fetch;

fn directory(issuer: &str) -> OpenId {
    let settings = OpenIdSettings {
        issuer: issuer.to_owned(),
        client_id: "wardround".to_owned(),
        client_secret: None,
        public_url: "http://localhost:8417".to_owned(),
    };
    OpenId::new(settings, fetch()).unwrap()
}

/// What a directory says of itself; it may say that its parts are elsewhere.
fn document(issuer: &str, keys: &str, authorize: &str) -> Vec<u8> {
    let text = serde_json::json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{authorize}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{keys}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    text.to_string().into_bytes()
}

fn json(body: Vec<u8>) -> Reply {
    Reply::Full(200, vec![("Content-Type", "application/json".to_owned())], body)
}

/// A server whose answers may name itself.
fn serving(script: impl Fn(&Request, &str) -> Reply + Send + 'static) -> Server {
    Server::start(move |request, _| {
        let url = format!("http://{}", request.header("host").unwrap());
        script(request, &url)
    })
}

/// Begins a sign-in at a directory.
fn begin(issuer: &str) -> Result<String, SignInError> {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let address = Address::folder(folder.path().join("store"));
        let store = Arc::new(Store::open(&address, Options::default()).await.unwrap());
        let context = Context { store, now: "2017-05-12T09:00:00Z".parse().unwrap() };
        begin_open_id(&context, &directory(issuer), "/").await.map(|sent| sent.url)
    })
}

fn is_down(tried: &Result<String, SignInError>) -> bool {
    matches!(tried, Err(SignInError::Directory(OpenIdFault::Down(_))))
}

#[test]
fn a_directory_that_keeps_to_its_host_is_asked() {
    let server = serving(|request, url| match request.path.as_str() {
        "/.well-known/openid-configuration" => json(document(url, url, url)),
        "/keys" => json(br#"{"keys":[]}"#.to_vec()),
        _ => status(404),
    });
    let sent = begin(&server.url).unwrap();
    assert!(sent.starts_with(&format!("{}/authorize?", server.url)), "{sent}");
    for part in ["response_type=code", "code_challenge_method=S256", "scope=openid", "nonce="] {
        assert!(sent.contains(part), "{part} in {sent}");
    }
    assert!(
        sent.contains("redirect_uri=http%3A%2F%2Flocalhost%3A8417%2Fsign-in%2Fopenid%2Freturn")
    );
}

#[test]
fn what_a_document_names_elsewhere_is_not_asked() {
    let inside = Server::start(|_, _| json(br#"{"keys":[]}"#.to_vec()));
    let (keys, authorize) = (inside.url.clone(), inside.url.clone());
    let server = serving(move |_, url| json(document(url, &keys, url)));
    assert!(is_down(&begin(&server.url)), "its keys are elsewhere");
    assert!(inside.requests().is_empty(), "{:?}", inside.requests());
    let server = serving(move |request, url| match request.path.as_str() {
        "/keys" => json(br#"{"keys":[]}"#.to_vec()),
        _ => json(document(url, url, &authorize)),
    });
    assert!(is_down(&begin(&server.url)), "people are sent elsewhere");
    assert!(inside.requests().is_empty(), "{:?}", inside.requests());
}

#[test]
fn a_redirect_leads_nowhere() {
    let inside = serving(|_, url| json(document(url, url, url)));
    let to = format!("{}/.well-known/openid-configuration", inside.url);
    let server =
        Server::start(move |_, _| Reply::Full(302, vec![("Location", to.clone())], vec![]));
    assert!(is_down(&begin(&server.url)));
    assert!(inside.requests().is_empty(), "{:?}", inside.requests());
}

#[test]
fn an_answer_without_end_or_without_haste_is_given_up() {
    let asked = |url: &str| Asked {
        url: url.to_owned(),
        is_post: false,
        headers: Vec::new(),
        body: Vec::new(),
    };
    let endless = Server::start(|_, _| Reply::Endless);
    let error = fetch()(&asked(&endless.url)).unwrap_err();
    assert!(
        error.to_string().contains("too large") || error.to_string().contains("limit"),
        "{error}"
    );
    let begun = std::time::Instant::now();
    let slow = Server::start(|_, _| Reply::Drip);
    assert!(fetch()(&asked(&slow.url)).is_err());
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    let long = Server::start(|_, _| ok(&vec![b' '; 2 << 20]));
    assert!(fetch()(&asked(&long.url)).is_err());
}

#[test]
fn addresses_that_others_can_read_on_the_way_are_refused() {
    for issuer in ["http://login.example", "http://192.0.2.7", "ftp://login.example", "login", ""] {
        let settings = OpenIdSettings {
            issuer: issuer.to_owned(),
            client_id: "wardround".to_owned(),
            client_secret: None,
            public_url: "https://wardround.example".to_owned(),
        };
        assert!(OpenId::new(settings, fetch()).is_err(), "{issuer}");
    }
}
