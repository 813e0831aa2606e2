//! Forms: made here, for this session, by whoever is signed in.

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
