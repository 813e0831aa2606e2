//! Forms: made here, for this session, by whoever is signed in.

use web::{Needs, Settings, doors};

use super::bare::Bare;
use super::world::World;

#[test]
fn a_form_of_another_site_is_not_heeded() {
    let world = World::shared();
    for headers in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://elsewhere.example")],
        &[],
    ] {
        let mut lead = world.signed_in("lead");
        let csrf = lead.get("/account").field("csrf");
        let answer = lead.post_from("/sign-out", &[("csrf", &csrf)], headers);
        assert_eq!(answer.status, 403, "{headers:?}");
        assert_eq!(lead.get("/account").status, 200, "still signed in");
    }
    // A browser that sends no such headers sends at least the origin.
    let mut lead = world.signed_in("lead");
    let csrf = lead.get("/account").field("csrf");
    let origin = format!("http://{}", world.address);
    assert_eq!(lead.post_from("/sign-out", &[("csrf", &csrf)], &[("origin", &origin)]).status, 303);
}

#[test]
fn a_form_of_another_session_is_not_heeded() {
    let world = World::shared();
    let mut lead = world.signed_in("lead");
    let other = world.signed_in("officer").get("/account").field("csrf");
    for csrf in ["", "x", &other] {
        assert_eq!(lead.post("/sign-out", &[("csrf", csrf)]).status, 403);
    }
    let csrf = lead.get("/account").field("csrf");
    assert_eq!(lead.post("/sign-out", &[("csrf", &csrf)]).status, 303);
    assert_eq!(lead.get("/account").location(), "/sign-in?to=%2Faccount");
}

/// What any form of the site asks for, so that each is read as far as its proof.
const FIELDS: [(&str, &str); 20] = [
    ("login", "nobody"),
    ("password", ""),
    ("name", "x"),
    ("days", "1"),
    ("new", "a lamp beside the fourth window"),
    ("present", ""),
    ("ceremony", ""),
    ("answer", "{}"),
    ("passkey", "none"),
    ("token", "none"),
    ("session", ""),
    ("role", "auditor"),
    ("organisation", "XT1"),
    ("person", "none"),
    ("what", "close"),
    ("reason", "x"),
    ("event", "none"),
    ("outcome", "justified"),
    ("kind", "index-rebuild"),
    ("change", "cancel"),
];

/// A path of a door with something in its places.
fn path_of(path: &str, world: &World) -> String {
    path.replace("{code}", world.trusts[0].as_str()).replace("{id}", "nothing-has-this-id")
}

#[test]
fn nothing_that_changes_something_heeds_another_site() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let csrf = officer.get("/account").field("csrf");
    let mut fields = vec![("csrf", csrf.as_str())];
    fields.extend(FIELDS);
    let mut asked = 0;
    for door in doors().iter().filter(|door| door.method == "POST") {
        let path = path_of(door.path, world);
        for headers in [&[("sec-fetch-site", "cross-site")][..], &[]] {
            let answer = officer.post_from(&path, &fields, headers);
            assert_eq!(answer.status, 403, "{door:?} {headers:?}: {answer:?}");
            // A carrier is no page: it proves itself by its own secret, or is refused without a word.
            let is_refused = answer.body.contains("did not come from a page of this site");
            assert!(is_refused || door.needs == Needs::Carrier, "{door:?}");
            asked += 1;
        }
    }
    assert!(asked > 40, "{asked}");
    assert_eq!(officer.get("/account").field("csrf"), csrf, "still signed in, as before");
}

#[test]
fn each_form_of_somebody_who_is_signed_in_asks_for_the_proof_of_their_session() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let other = world.signed_in("lead").get("/account").field("csrf");
    let mut asked = 0;
    let doors = doors();
    let forms = doors.iter().filter(|door| {
        door.method == "POST" && !matches!(door.needs, Needs::Nothing | Needs::Carrier)
    });
    for door in forms {
        let path = path_of(door.path, world);
        for csrf in ["", other.as_str()] {
            let mut fields = vec![("csrf", csrf)];
            fields.extend(FIELDS);
            let answer = if door.path.ends_with("/evidence") {
                officer.upload(&path, csrf, &[("ward.txt", b"Host Name: WARD-7")])
            } else {
                officer.post(&path, &fields)
            };
            assert_eq!(answer.status, 403, "{door:?} {csrf:?}: {answer:?}");
            assert!(answer.body.contains("did not come from a page of this site"), "{door:?}");
            asked += 1;
        }
    }
    assert!(asked > 30, "{asked}");
    assert_eq!(officer.get("/account").status, 200, "still signed in");
}

#[test]
fn whoever_plants_a_session_is_not_signed_in_as_who_comes_in_with_it() {
    // A session that nobody has, and one that the attacker has themselves.
    for is_own in [false, true] {
        let bare = Bare::new(Settings::default());
        let planted = if is_own { bare.secret.clone() } else { "A".repeat(43) };
        let planted = format!("wardround={planted}");
        let mut thief = bare.client();
        thief.with_cookie(Some(&planted));
        let before = if is_own { 200 } else { 303 };
        assert_eq!(thief.get("/account").status, before);
        let mut victim = bare.client();
        victim.with_cookie(Some(&planted));
        let code = [("login", "officer"), ("password", ""), ("code", bare.code.as_str())];
        assert_eq!(victim.post("/sign-in", &code).status, 303);
        assert_ne!(victim.cookie(), Some(planted.as_str()), "the planted session goes on");
        assert_eq!(victim.get("/account").status, 200);
        assert_eq!(thief.get("/account").status, 303, "the planted session is good");
    }
}

#[test]
fn signing_in_again_gives_another_session_and_ends_the_first() {
    let world = World::shared();
    let mut lead = world.signed_in("lead");
    let first = lead.cookie().unwrap().to_owned();
    let id = lead.get("/sign-in").field("person");
    assert_eq!(lead.post("/demo/role", &[("person", &id)]).status, 303);
    assert_ne!(lead.cookie(), Some(first.as_str()));
    let mut thief = world.nobody();
    thief.with_cookie(Some(&first));
    assert_eq!(thief.get("/account").status, 303);
}

#[test]
fn a_session_that_somebody_made_up_is_none() {
    let world = World::shared();
    for cookie in
        ["wardround=", "wardround=abc", "wardround=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
    {
        let mut client = world.nobody();
        client.with_cookie(Some(cookie));
        assert_eq!(client.get("/account").status, 303, "{cookie}");
    }
}

#[test]
fn who_is_not_signed_in_cannot_fill_the_memory() {
    let world = World::shared();
    let huge = "x".repeat(30_000);
    for path in ["/sign-in", "/demo/role"] {
        let answer = world.nobody().post(path, &[("login", &huge), ("person", &huge)]);
        assert_eq!(answer.status, 413, "{path}");
    }
}

#[test]
fn signing_in_leads_nowhere_else() {
    let world = World::shared();
    let mut lead = world.signed_in("lead");
    let id = lead.get("/sign-in").field("person");
    for to in ["https://elsewhere.example/", "//elsewhere.example", "/\t/elsewhere.example"] {
        let answer = lead.post("/demo/role", &[("person", &id), ("to", to)]);
        assert_eq!(answer.location(), "/", "{to:?}");
    }
}
