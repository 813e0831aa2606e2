//! Signing in by another directory: a directory of our own making, which can be told to lie.

use std::sync::{Arc, Mutex};

use app::Context;
use app::access::{
    AccessError, Answered, Asked, CEREMONY_TIME, Came, FRESH_TIME, FetchError, Means, OpenId,
    OpenIdFault, OpenIdSettings, Returned, Role, SignInError, SignedIn, begin_link, begin_open_id,
    disable_person, invite, is_linked, return_open_id, set_password, signed_in, unlink,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

use crate::support::{PASSWORD, World, operator, world};

const ISSUER: &str = "https://login.example";

/// A directory and what it says next.
#[derive(Clone)]
struct Directory {
    /// What the identity token holds, beside what it must.
    claims: Value,
    /// The head of the token.
    head: Value,
    /// The key that signs.
    signs: u8,
    /// Whom its document names as its issuer.
    issuer: &'static str,
    /// Whether it answers at all.
    is_up: bool,
    /// What was asked at the place of tokens.
    asked: Vec<String>,
}

type Shared = Arc<Mutex<Directory>>;

fn directory() -> (OpenId, Shared) {
    let shared = Arc::new(Mutex::new(Directory {
        claims: json!({}),
        head: json!({ "alg": "ES256", "kid": "1" }),
        signs: 1,
        issuer: ISSUER,
        is_up: true,
        asked: Vec::new(),
    }));
    let settings = OpenIdSettings {
        issuer: ISSUER.to_owned(),
        client_id: "wardround".to_owned(),
        client_secret: Some("a secret that both know".to_owned()),
        public_url: "https://wardround.example/".to_owned(),
    };
    let answering = Arc::clone(&shared);
    let fetch = Arc::new(move |asked: &Asked| answer(&mut answering.lock().unwrap(), asked));
    (OpenId::new(settings, fetch).unwrap(), shared)
}

fn answer(directory: &mut Directory, asked: &Asked) -> Result<Answered, FetchError> {
    if !directory.is_up {
        return Err(FetchError("connection refused".to_owned()));
    }
    let body = match asked.url.strip_prefix(ISSUER).unwrap() {
        "/.well-known/openid-configuration" => json!({
            "issuer": directory.issuer,
            "authorization_endpoint": format!("{ISSUER}/authorize"),
            "token_endpoint": format!("{ISSUER}/token"),
            "jwks_uri": format!("{ISSUER}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
        }),
        "/keys" => {
            let point =
                SigningKey::from_slice(&[1; 32]).unwrap().verifying_key().to_sec1_point(false);
            json!({ "keys": [{
                "kty": "EC", "crv": "P-256", "kid": "1", "use": "sig", "alg": "ES256",
                "x": text(point.x().unwrap()), "y": text(point.y().unwrap()),
            }]})
        }
        "/token" => {
            assert!(asked.is_post);
            directory.asked.push(String::from_utf8(asked.body.clone()).unwrap());
            json!({ "access_token": "x", "token_type": "Bearer", "id_token": token(directory) })
        }
        other => panic!("nobody asks for {other}"),
    };
    let kind = Some("application/json".to_owned());
    Ok(Answered { status: 200, content_type: kind, body: body.to_string().into_bytes() })
}

/// What the machine's clock says, by which the end of a token is told.
#[expect(clippy::disallowed_methods, reason = "a directory has a clock of its own")]
fn seconds() -> i64 {
    Timestamp::now().as_second()
}

fn token(directory: &Directory) -> String {
    let now = seconds();
    let mut claims = json!({
        "iss": ISSUER, "sub": "4711", "aud": "wardround", "iat": now, "exp": now + 300,
    });
    for (name, value) in directory.claims.as_object().unwrap() {
        claims[name] = value.clone();
    }
    let signed = format!(
        "{}.{}",
        text(directory.head.to_string().as_bytes()),
        text(claims.to_string().as_bytes())
    );
    if directory.head["alg"] == "none" {
        return format!("{signed}.");
    }
    let key = SigningKey::from_slice(&[directory.signs; 32]).unwrap();
    let signature: Signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", text(&signature.to_bytes()))
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A part of an address's query.
fn part<'u>(url: &'u str, name: &str) -> &'u str {
    let begin = format!("{name}=");
    let query = url.split_once('?').unwrap().1;
    query.split('&').find_map(|pair| pair.strip_prefix(&begin)).unwrap()
}

/// Goes to the directory and comes back; the token says the nonce that was sent, if not told otherwise.
async fn come(
    context: &Context,
    (openid, shared): &(OpenId, Shared),
    who: Option<&SignedIn>,
) -> Result<Came, SignInError> {
    let sent = begin_open_id(context, openid, "/situation").await?;
    back(context, (openid, shared), who, (&sent.url, &sent.ceremony)).await
}

async fn back(
    context: &Context,
    (openid, shared): (&OpenId, &Shared),
    who: Option<&SignedIn>,
    (url, ceremony): (&str, &str),
) -> Result<Came, SignInError> {
    {
        let claims = &mut shared.lock().unwrap().claims;
        if claims.get("nonce").is_none() {
            claims["nonce"] = json!(part(url, "nonce"));
        }
    }
    let state = part(url, "state").to_owned();
    let returned = Returned { code: "a code".to_owned(), state, iss: None };
    let came = return_open_id(context, openid, who, (ceremony, &returned), "a browser").await;
    shared.lock().unwrap().claims = json!({});
    came
}

/// Links who is signed in.
async fn link(
    world: &World,
    (openid, shared): &(OpenId, Shared),
    who: &SignedIn,
) -> Result<Came, SignInError> {
    let context = &world.context;
    let sent = begin_link(context, &world.settings, openid, who, None).await.unwrap();
    back(context, (openid, shared), Some(who), (&sent.url, &sent.ceremony)).await
}

#[tokio::test]
async fn who_has_linked_themselves_comes_in_and_nobody_else() {
    let world = world().await;
    let context = &world.context;
    let there = directory();
    let who = world.signed_in("a.lead", Role::OrganisationLead, Some("RX1")).await;
    // Known there, and even of the same name: nobody here.
    there.1.lock().unwrap().claims = json!({ "email": "a.lead", "email_verified": true });
    let refused = come(context, &there, None).await.unwrap_err();
    assert!(matches!(refused, SignInError::NotLinked), "{refused}");
    assert!(!is_linked(context, &there.0, &who).await.unwrap());
    assert_eq!(link(&world, &there, &who).await.unwrap(), Came::Linked);
    assert!(is_linked(context, &there.0, &who).await.unwrap());
    let Came::In(new, to) = come(context, &there, None).await.unwrap() else { panic!() };
    assert_eq!((new.person, to.as_str()), (who.person.clone(), "/situation"));
    let again = signed_in(context, &new.secret).await.unwrap().unwrap();
    assert_eq!(again.means, Means::OpenId);
    // PKCE and the client's own proof went with the code.
    let asked = there.1.lock().unwrap().asked.last().unwrap().clone();
    assert!(asked.contains("code_verifier=") && asked.contains("grant_type=authorization_code"));
    // One person there is one person here.
    let other = world.signed_in("b.lead", Role::OrganisationLead, Some("RX2")).await;
    let refused = link(&world, &there, &other).await.unwrap_err();
    assert!(matches!(refused, SignInError::LinkedElsewhere), "{refused}");
    assert_eq!(link(&world, &there, &who).await.unwrap(), Came::Linked, "twice is once");
    assert_eq!(unlink(context, &there.0, &who).await.unwrap(), 1);
    assert!(come(context, &there, None).await.is_err());
}

#[tokio::test]
async fn a_token_that_proves_nothing_lets_nobody_in() {
    let world = world().await;
    let context = &world.context;
    let there = directory();
    let who = world.signed_in("a.lead", Role::OrganisationLead, Some("RX1")).await;
    link(&world, &there, &who).await.unwrap();
    let now = seconds();
    for (why, claims) in [
        ("for another service", json!({ "aud": "another" })),
        ("for others, too", json!({ "aud": ["wardround", "another"] })),
        ("over", json!({ "exp": now - 600, "iat": now - 900 })),
        ("of another sign-in", json!({ "nonce": "another" })),
        ("of another directory", json!({ "iss": "https://login.elsewhere.example" })),
        ("of nobody", json!({ "sub": null })),
    ] {
        there.1.lock().unwrap().claims = claims;
        let refused = come(context, &there, None).await.unwrap_err();
        let unproven = matches!(refused, SignInError::Directory(OpenIdFault::Unproven(_)));
        assert!(unproven, "{why}: {refused:?}");
    }
    for (why, head, signs) in [
        ("signed by nobody", json!({ "alg": "none" }), 1),
        ("signed by another", json!({ "alg": "ES256", "kid": "1" }), 2),
        ("signed with what both know", json!({ "alg": "HS256" }), 1),
        ("signed by a key that is not there", json!({ "alg": "ES256", "kid": "9" }), 2),
    ] {
        {
            let mut directory = there.1.lock().unwrap();
            (directory.head, directory.signs) = (head, signs);
        }
        let refused = come(context, &there, None).await.unwrap_err();
        let unproven = matches!(refused, SignInError::Directory(OpenIdFault::Unproven(_)));
        assert!(unproven, "{why}: {refused:?}");
    }
    {
        let mut directory = there.1.lock().unwrap();
        (directory.head, directory.signs) = (json!({ "alg": "ES256", "kid": "1" }), 1);
    }
    assert!(come(context, &there, None).await.is_ok(), "and then it is as it was");
}

#[tokio::test]
async fn a_return_is_held_against_what_was_begun_once_and_for_five_minutes() {
    let world = world().await;
    let context = &world.context;
    let there = directory();
    let who = world.signed_in("a.lead", Role::OrganisationLead, Some("RX1")).await;
    link(&world, &there, &who).await.unwrap();
    let unproven = |came: Result<Came, SignInError>| matches!(came, Err(SignInError::Unproven));
    let sent = begin_open_id(context, &there.0, "/").await.unwrap();
    let state = part(&sent.url, "state").to_owned();
    let wrong = Returned { code: "x".to_owned(), state: "another".to_owned(), iss: None };
    let came = return_open_id(context, &there.0, None, (&sent.ceremony, &wrong), "").await;
    assert!(unproven(came), "another state");
    let right = Returned { state, ..wrong };
    let came = return_open_id(context, &there.0, None, (&sent.ceremony, &right), "").await;
    assert!(unproven(came), "a second try of the same");
    let came = return_open_id(context, &there.0, None, ("AAAA", &right), "").await;
    assert!(unproven(came), "without the cookie");
    let sent = begin_open_id(context, &there.0, "/").await.unwrap();
    let state = part(&sent.url, "state").to_owned();
    let iss = Some("https://login.elsewhere.example".to_owned());
    let mixed = Returned { code: "x".to_owned(), state, iss };
    let came = return_open_id(context, &there.0, None, (&sent.ceremony, &mixed), "").await;
    assert!(unproven(came), "said by another directory");
    let sent = begin_open_id(context, &there.0, "/").await.unwrap();
    let late = world.after(CEREMONY_TIME);
    let shown = (sent.url.as_str(), sent.ceremony.as_str());
    assert!(unproven(back(&late, (&there.0, &there.1), None, shown).await), "too late");
    // What one began to link, another does not end.
    let settings = &world.settings;
    let sent = begin_link(context, settings, &there.0, &who, None).await.unwrap();
    let other = world.signed_in("b.lead", Role::OrganisationLead, Some("RX2")).await;
    let shown = (sent.url.as_str(), sent.ceremony.as_str());
    assert!(unproven(back(context, (&there.0, &there.1), Some(&other), shown).await));
    assert!(!is_linked(context, &there.0, &other).await.unwrap());
}

#[tokio::test]
async fn a_document_of_another_issuer_is_not_believed() {
    let world = world().await;
    let there = directory();
    there.1.lock().unwrap().issuer = "https://login.elsewhere.example";
    let refused = begin_open_id(&world.context, &there.0, "/").await.unwrap_err();
    assert!(matches!(refused, SignInError::Directory(OpenIdFault::Down(_))), "{refused}");
}

#[tokio::test]
async fn a_directory_that_is_down_is_no_more_than_that() {
    let world = world().await;
    let there = directory();
    there.1.lock().unwrap().is_up = false;
    let refused = begin_open_id(&world.context, &there.0, "/").await.unwrap_err();
    assert!(matches!(refused, SignInError::Directory(OpenIdFault::Down(_))), "{refused}");
    let who = world.signed_in("a.lead", Role::OrganisationLead, Some("RX1")).await;
    let refused = begin_link(&world.context, &world.settings, &there.0, &who, None).await;
    assert!(matches!(refused, Err(AccessError::Directory(_))));
    there.1.lock().unwrap().is_up = true;
    let sent = begin_open_id(&world.context, &there.0, "/").await.unwrap();
    // It goes down while somebody is there.
    there.1.lock().unwrap().is_up = false;
    let shown = (sent.url.as_str(), sent.ceremony.as_str());
    let refused = back(&world.context, (&there.0, &there.1), None, shown).await.unwrap_err();
    assert!(matches!(refused, SignInError::Directory(OpenIdFault::Down(_))), "{refused}");
}

#[tokio::test]
async fn a_link_is_made_by_who_has_just_shown_who_they_are_and_ends_with_everything_else() {
    let world = world().await;
    let (context, settings) = (&world.context, &world.settings);
    let there = directory();
    let who = world.signed_in("a.lead", Role::OrganisationLead, Some("RX1")).await;
    let late = world.after(FRESH_TIME);
    let refused = begin_link(&late, settings, &there.0, &who, None).await.unwrap_err();
    assert!(matches!(refused, AccessError::NotFresh), "{refused}");
    link(&world, &there, &who).await.unwrap();
    set_password(context, settings, &who, None, PASSWORD).await.unwrap();
    assert!(!is_linked(context, &there.0, &who).await.unwrap(), "outlives a password");
    link(&world, &there, &who).await.unwrap();
    invite(context, &operator(), &who.person.id).await.unwrap();
    let refused = come(context, &there, None).await.unwrap_err();
    assert!(matches!(refused, SignInError::NotLinked), "outlives a new code: {refused}");
    let who = world.again(&who.person.id).await;
    link(&world, &there, &who).await.unwrap();
    let soon = world.after(SignedDuration::from_secs(1));
    assert!(come(&soon, &there, None).await.is_ok());
    disable_person(context, &operator(), &who.person.id).await.unwrap();
    assert!(come(context, &there, None).await.is_err(), "outlives the account");
}
