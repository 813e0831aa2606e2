//! Letting people in, lending access in an emergency, tokens for programs.

use super::world::World;

#[test]
fn a_lead_lets_in_a_responder_of_their_own_and_nobody_else() {
    let world = World::new();
    let mut lead = world.signed_in("lead");
    let (own, other) = (world.trusts[0].as_str(), world.trusts[1].as_str());
    let csrf = lead.get("/people").field("csrf");
    let mut invite = |role: &str, organisation: &str| {
        let fields = [
            ("csrf", csrf.as_str()),
            ("name", "Sam Example"),
            ("login", "s.example"),
            ("role", role),
            ("organisation", organisation),
        ];
        lead.post("/people", &fields).body
    };
    for (role, organisation) in
        [("national-officer", ""), ("auditor", ""), ("responder", other), ("organisation-lead", "")]
    {
        let page = invite(role, organisation);
        assert!(page.contains("Nobody was let in"), "{role} {organisation}: {page}");
        // What was typed is still there.
        assert!(page.contains("value=\"Sam Example\""), "{page}");
    }
    let page = invite("responder", own);
    let from = page.find("<p><code>").expect("a code") + "<p><code>".len();
    let code = page[from..from + page[from..].find('<').unwrap()].to_owned();
    let mut sam = world.stranger();
    let fields = [("login", "s.example"), ("password", ""), ("code", code.as_str())];
    assert_eq!(sam.post("/sign-in", &fields).location(), "/account");
    assert_eq!(sam.get(&format!("/organisations/{own}/hosts")).status, 200);
    assert_eq!(sam.get(&format!("/organisations/{other}/hosts")).status, 404);
    assert_eq!(sam.get("/people").status, 403);
    // Closed, Sam is out at once.
    let page = lead.get("/people").body;
    let at = page.find("s.example").unwrap();
    let id = &page[at..][page[at..].find("name=\"person\" value=\"").unwrap() + 21..];
    let id = &id[..id.find('"').unwrap()];
    let closed = [("csrf", csrf.as_str()), ("person", id), ("what", "close")];
    assert_eq!(lead.post("/people/change", &closed).status, 200);
    assert_eq!(sam.get("/account").status, 303);
}

#[test]
fn emergency_access_works_at_once_is_shown_and_waits_for_somebody_else() {
    let world = World::new();
    let (own, other) = (world.trusts[0].as_str(), world.trusts[1].as_str());
    let mut lead = world.signed_in("lead");
    assert_eq!(lead.get(&format!("/organisations/{other}/hosts")).status, 404);
    let csrf = lead.get("/emergency").field("csrf");
    let without = [("csrf", csrf.as_str()), ("organisation", other), ("reason", " ")];
    assert!(lead.post("/emergency", &without).body.contains("needs a reason"));
    let fields = [
        ("csrf", csrf.as_str()),
        ("organisation", other),
        ("reason", "their staff are cut off; we restore for them"),
    ];
    let taken = lead.post("/emergency", &fields);
    assert_eq!(taken.location(), format!("/organisations/{other}"), "{taken:?}");
    let page = lead.get(&format!("/organisations/{other}/hosts"));
    assert_eq!(page.status, 200);
    assert!(page.body.contains(&format!("Emergency access to {other} until")), "{}", page.body);
    // Their own is still theirs, and a third stays closed.
    assert_eq!(lead.get(&format!("/organisations/{own}/hosts")).status, 200);
    assert_eq!(lead.get(&format!("/organisations/{}/hosts", world.practice)).status, 404);
    let mut officer = world.signed_in("officer");
    let review = officer.get("/emergency");
    assert!(review.heading().contains("1 emergency access waits"), "{}", review.heading());
    assert!(review.body.contains("their staff are cut off"));
    let fields = [
        ("csrf", &review.field("csrf")),
        ("event", &review.field("event")),
        ("outcome", &"not-justified".to_owned()),
    ];
    let fields = fields.map(|(name, value)| (name, value.as_str()));
    assert_eq!(officer.post("/emergency/review", &fields).status, 303);
    assert_eq!(lead.get(&format!("/organisations/{other}/hosts")).status, 404);
    assert!(officer.get("/emergency").body.contains("Nothing waits"));
}

#[test]
fn a_token_reads_what_its_owner_reads_and_sends_only_if_it_may() {
    let world = World::new();
    let (own, other) = (world.trusts[0].as_str(), world.trusts[1].as_str());
    let mut lead = world.signed_in("lead");
    let csrf = lead.get("/account").field("csrf");
    let fields = [("csrf", csrf.as_str()), ("name", "nightly"), ("days", "30")];
    let page = lead.post("/account/tokens", &fields).body;
    let from = page.find("<code>wr_").expect("a token") + "<code>".len();
    let token = page[from..from + page[from..].find('<').unwrap()].to_owned();
    assert!(!lead.get("/account").body.contains(&token), "it is shown once");
    let bearer = format!("Bearer {token}");
    let with = [("authorization", bearer.as_str())];
    let mut program = world.stranger();
    let read = program.get_with(&format!("/api/v1/organisations/{own}/hosts"), &with);
    assert_eq!(read.status, 200, "{read:?}");
    assert_eq!(
        program.get_with(&format!("/api/v1/organisations/{other}/hosts"), &with).status,
        404
    );
    let path = format!("/api/v1/organisations/{own}/evidence");
    let sent = program.upload_with(&path, &[("a.txt", b"Host Name: X")], &with);
    assert_eq!(sent.status, 403, "{sent:?}");
    assert_eq!(program.get_with("/people", &with).status, 403);
    // What its owner takes in an emergency is not the program's.
    let reason = "they are cut off";
    let fields = [("csrf", csrf.as_str()), ("organisation", other), ("reason", reason)];
    assert_eq!(lead.post("/emergency", &fields).status, 303);
    let path = format!("/api/v1/organisations/{other}/hosts");
    assert_eq!(lead.get(&path).status, 200);
    assert_eq!(program.get_with(&path, &with).status, 404);
    let id = lead.get("/account").field("token");
    let fields = [("csrf", csrf.as_str()), ("token", id.as_str())];
    assert_eq!(lead.post("/account/tokens/revoke", &fields).status, 303);
    let read = program.get_with(&format!("/api/v1/organisations/{own}/hosts"), &with);
    assert_eq!(read.status, 401, "{read:?}");
}

#[test]
fn a_token_that_may_send_evidence_sends_it() {
    let world = World::new();
    let own = world.trusts[0].as_str();
    let mut lead = world.signed_in("lead");
    let csrf = lead.get("/account").field("csrf");
    let fields = [("csrf", csrf.as_str()), ("name", "collector"), ("days", "30"), ("sends", "on")];
    let page = lead.post("/account/tokens", &fields).body;
    let from = page.find("<code>wr_").expect("a token") + "<code>".len();
    let bearer = format!("Bearer {}", &page[from..from + page[from..].find('<').unwrap()]);
    let with = [("authorization", bearer.as_str())];
    let path = format!("/api/v1/organisations/{own}/evidence");
    let file = b"ProductName: x\r\n";
    let sent = world.stranger().upload_with(&path, &[("a.txt", file)], &with);
    assert_eq!(sent.status, 200, "{sent:?}");
    let said: serde_json::Value = serde_json::from_str(&sent.body).unwrap();
    assert_eq!(said["summary"]["refused"], 1, "{said}");
    // A cookie alone sends nothing by the API: a page of another site could make a browser do that.
    let foreign = lead.upload_with(&path, &[("a.txt", file)], &[]);
    assert_eq!(foreign.status, 403, "{foreign:?}");
}

#[test]
fn a_person_whose_account_is_closed_is_chosen_by_nobody() {
    let world = World::new();
    let mut officer = world.signed_in("officer");
    let csrf = officer.get("/people").field("csrf");
    let id = world.account("lead");
    let closed = [("csrf", csrf.as_str()), ("person", id), ("what", "close")];
    assert_eq!(officer.post("/people/change", &closed).status, 200);
    let mut visitor = world.nobody();
    assert!(!visitor.get("/sign-in").body.contains(id));
    let answer = visitor.post("/demo/role", &[("person", id)]);
    assert_eq!(answer.status, 404, "{answer:?}");
}

#[test]
fn who_is_chosen_in_a_demonstration_gets_nothing_to_sign_in_with() {
    let world = World::new();
    let mut lead = world.signed_in("lead");
    let csrf = lead.get("/account").field("csrf");
    let new = "a lamp beside the fourth window";
    for (path, field) in [("/account/password", "new"), ("/account/codes", "present")] {
        let answer = lead.post(path, &[("csrf", csrf.as_str()), (field, new)]);
        assert!(answer.body.contains("That was not done"), "{path}: {answer:?}");
    }
    let fields = [("login", "lead"), ("password", new)];
    assert_eq!(world.stranger().post("/sign-in", &fields).status, 200);
}

#[test]
fn all_emergency_access_that_runs_is_announced() {
    let world = World::new();
    let mut lead = world.signed_in("lead");
    let csrf = lead.get("/emergency").field("csrf");
    let taken = [world.trusts[1].as_str(), world.practice.as_str()];
    for organisation in taken {
        let reason = "they are cut off";
        let fields = [("csrf", csrf.as_str()), ("organisation", organisation), ("reason", reason)];
        assert_eq!(lead.post("/emergency", &fields).status, 303);
    }
    let page = lead.get("/account").body;
    assert!(page.contains("Emergency access to 2 organisations"), "{page}");
    assert!(taken.iter().all(|code| page.contains(&format!("{code} until"))), "{page}");
    assert_eq!(lead.get("/emergency").heading(), "You have emergency access to 2 organisations.");
}

#[test]
fn a_role_is_given_to_somebody_who_is_there() {
    let world = World::new();
    let mut officer = world.signed_in("officer");
    let page = officer.get("/people");
    assert!(page.body.contains("value=\"give\""), "{}", page.body);
    let csrf = page.field("csrf");
    let (id, own) = (world.account("guest"), world.trusts[0].as_str());
    let mut give = |role: &str, organisation: &str| {
        let fields = [
            ("csrf", csrf.as_str()),
            ("person", id),
            ("what", "give"),
            ("role", role),
            ("organisation", organisation),
        ];
        officer.post("/people/change", &fields).body
    };
    let refused = give("responder", "");
    assert!(refused.contains("That was not done"), "{refused}");
    let given = give("responder", own);
    assert!(given.contains("The role is given"), "{given}");
    let mut guest = world.signed_in("guest");
    assert_eq!(guest.get(&format!("/organisations/{own}/hosts")).status, 200);
}

#[test]
fn many_people_are_shown_a_page_at_a_time_and_found_by_name() {
    let world = World::new();
    let mut officer = world.signed_in("officer");
    let csrf = officer.get("/people").field("csrf");
    let before = officer.get("/people").body.matches("<li><p><strong>").count();
    for number in 0..60 {
        let (name, login) = (format!("Person {number:02}"), format!("p{number:02}.example"));
        let fields = [
            ("csrf", csrf.as_str()),
            ("name", &name),
            ("login", &login),
            ("role", "responder"),
            ("organisation", world.trusts[0].as_str()),
        ];
        let page = officer.post("/people", &fields).body;
        // Whoever was let in is shown, and nobody else of those before.
        assert_eq!(page.matches("<li><p><strong>").count(), 1, "{page}");
        assert!(page.contains(&name));
    }
    let (mut seen, mut pages) = (0, 0);
    let mut path = "/people".to_owned();
    loop {
        let page = officer.get(&path).body;
        let rows = page.matches("<li><p><strong>").count();
        assert!(rows <= 50);
        seen += rows;
        pages += 1;
        let Some(at) = page.find("href=\"/people?q=&amp;after=") else { break };
        let rest = &page[at + 6..];
        path = rest[..rest.find('"').unwrap()].replace("&amp;", "&");
    }
    assert_eq!((seen, pages), (before + 60, 2));
    let found = officer.get("/people?q=PERSON%2007").body;
    assert_eq!(found.matches("<li><p><strong>").count(), 1);
    assert!(found.contains("p07.example") && !found.contains("1 to 1 of 1"), "{found}");
    let of_trust = officer.get(&format!("/people?q={}", world.trusts[0])).body;
    assert!(of_trust.contains("1 to 50 of"), "{of_trust}");
    assert!(officer.get("/people?q=nobody-at-all").body.contains("Nobody here has that"));
    // What is done to somebody who was sought leaves the same people on the page.
    let at = found.find("name=\"person\" value=\"").unwrap() + 21;
    let id = &found[at..at + found[at..].find('"').unwrap()];
    let close = [("csrf", csrf.as_str()), ("person", id), ("what", "close"), ("q", "person 07")];
    let page = officer.post("/people/change", &close).body;
    assert!(
        page.contains("The account is closed") && page.matches("<li><p><strong>").count() == 1,
        "{page}"
    );
}
