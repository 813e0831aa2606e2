//! What OWASP ASVS asks of a server and no other test shows ([docs/asvs.md](../../../../docs/asvs.md)).

use super::bare::Bare;
use super::client::Answer;
use super::world::World;

fn attributes(answer: &Answer, header: &str) -> Vec<String> {
    let value = answer.header(header).unwrap_or_else(|| panic!("no {header}: {answer:?}"));
    value.split(';').map(|part| part.trim().to_owned()).collect()
}

#[test]
fn behind_tls_the_cookie_is_bound_to_this_host() {
    let bare = Bare::behind_tls();
    let mut officer = bare.client();
    let fields = [("login", "officer"), ("password", ""), ("code", bare.code.as_str())];
    let answer = officer.post("/sign-in", &fields);
    assert_eq!(answer.status, 303, "{answer:?}");
    let cookie = attributes(&answer, "set-cookie");
    assert!(cookie[0].starts_with("__Host-wardround="), "{cookie:?}");
    for wanted in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
        assert!(cookie.iter().any(|own| own == wanted), "{wanted}: {cookie:?}");
    }
    assert!(!cookie.iter().any(|own| own.starts_with("Domain")), "{cookie:?}");
    let transport = attributes(&answer, "strict-transport-security");
    assert_eq!(transport, ["max-age=31536000", "includeSubDomains"]);
    assert_eq!(officer.get("/account").status, 200);
}

#[test]
fn without_tls_nothing_promises_it() {
    let world = World::shared();
    let answer = world.nobody().get("/sign-in");
    assert_eq!(answer.header("strict-transport-security"), None);
}

#[test]
fn every_answer_says_what_it_is() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let body = officer.get("/situation").body;
    let asset = |ending: &str| {
        let end = body.find(ending).unwrap() + ending.len();
        body[body[..end].rfind('"').unwrap() + 1..end].to_owned()
    };
    for (path, wanted) in [
        ("/situation".to_owned(), "text/html; charset=utf-8"),
        ("/nowhere".to_owned(), "text/html; charset=utf-8"),
        ("/api/v1/organisations".to_owned(), "application/json"),
        ("/api/v1/exposure/MS17-010?as_at=soon".to_owned(), "application/problem+json"),
        ("/record/checkpoint".to_owned(), "text/plain; charset=utf-8"),
        (asset(".css"), "text/css; charset=utf-8"),
        (asset(".js"), "text/javascript; charset=utf-8"),
        (asset(".svg"), "image/svg+xml"),
    ] {
        let answer = officer.get(&path);
        assert_eq!(answer.header("content-type"), Some(wanted), "{path}");
    }
}

#[test]
fn no_secret_is_in_an_address() {
    let world = World::new();
    let mut lead = world.signed_in("lead");
    let cookie = lead.cookie().unwrap().to_owned();
    let (_, session) = cookie.split_once('=').unwrap();
    let csrf = lead.get("/account").field("csrf");
    let fields = [("csrf", csrf.as_str()), ("name", "collector"), ("days", "9"), ("sends", "on")];
    let made = lead.post("/account/tokens", &fields);
    let from = made.body.find("wr_").unwrap_or_else(|| panic!("no token: {}", made.body));
    let token: String = made.body[from..].chars().take_while(|c| *c != '<').collect();
    for path in ["/", "/account", "/organisations", "/situation", "/record", "/search?q=a"] {
        let answer = lead.get(path);
        assert!(!answer.location().contains(session), "{path}");
        for quoted in ["href=\"", "action=\"", "src=\""] {
            for rest in answer.body.split(quoted).skip(1) {
                let address = &rest[..rest.find('"').unwrap()];
                for secret in [session, csrf.as_str(), token.as_str()] {
                    assert!(!address.contains(secret), "{path} leads to {address}");
                }
            }
        }
    }
    // A token in the address is none.
    assert_eq!(world.stranger().get(&format!("/api/v1/events?token={token}")).status, 401);
}

#[test]
fn nothing_is_served_but_doors() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    for path in ["/.git/config", "/Cargo.toml", "/assets", "/assets/", "/record.db", "/objects/"] {
        assert_eq!(officer.get(path).status, 404, "{path}");
    }
    for method in ["TRACE", "PUT", "DELETE", "CONNECTED"] {
        let answer = officer.method(method, "/situation");
        assert_eq!(answer.status, 405, "{method}: {answer:?}");
    }
}

#[test]
fn fields_of_secrets_are_masked_and_may_be_pasted_into() {
    let world = World::shared();
    let mut lead = world.stranger();
    let mut pages = vec![lead.get("/sign-in").body];
    let fields = [("login", "practice"), ("password", ""), ("code", world.code("practice"))];
    assert_eq!(lead.post("/sign-in", &fields).status, 303);
    pages.push(lead.get("/account").body);
    let mut seen = 0;
    for page in &pages {
        for input in page.split("<input").skip(1).map(|rest| &rest[..rest.find('>').unwrap()]) {
            let is_secret = ["name=\"password\"", "name=\"new\"", "name=\"present\""]
                .iter()
                .any(|name| input.contains(name));
            if !is_secret {
                continue;
            }
            seen += 1;
            assert!(input.contains("type=\"password\""), "{input}");
            assert!(input.contains("-password\""), "no hint for password managers: {input}");
            assert!(!input.contains("maxlength"), "{input}");
        }
        assert!(!page.contains("onpaste"));
    }
    assert!(seen >= 2, "{seen} fields of secrets");
}

#[test]
fn who_leaves_leaves_nothing_in_the_browser() {
    let world = World::shared();
    let mut auditor = world.signed_in("auditor");
    let cookie = auditor.cookie().map(ToOwned::to_owned);
    let csrf = auditor.get("/account").field("csrf");
    let answer = auditor.post("/sign-out", &[("csrf", &csrf)]);
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(answer.header("clear-site-data"), Some("\"cache\", \"storage\""));
    assert_eq!(auditor.cookie(), None);
    auditor.with_cookie(cookie.as_deref());
    assert_eq!(auditor.get("/account").status, 303, "the session goes on");
}
