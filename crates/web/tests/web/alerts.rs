//! Alerts by pages and by the API: written, approved, acknowledged, claimed, disputed.

use super::client::Client;
use super::world::World;

const HEADLINE: &str = "Close port 445 at every boundary by tonight";

/// The fields of a form that is right, with some of them changed.
pub(super) fn written<'f>(
    csrf: &'f str,
    changed: &[(&'f str, &'f str)],
) -> Vec<(&'f str, &'f str)> {
    let mut fields = vec![
        ("csrf", csrf),
        ("headline", HEADLINE),
        ("description", "A worm comes in by it."),
        ("steps", "Close it.\r\n\r\nTell your region."),
        ("advisories", "MS17-010, CVE-2017-0144"),
        ("level", "require"),
        ("basis", "Standard Contract, SC 21"),
        ("severity", "Extreme"),
        ("urgency", "Immediate"),
        ("certainty", "Observed"),
        ("marking", "TLP:AMBER"),
        ("kinds", "trust"),
        ("kinds", "practice"),
        ("hours", "4"),
        ("act", "day"),
        ("day", "2017-05-20"),
    ];
    for (name, value) in changed {
        fields.retain(|(own, _)| own != name);
        fields.push((name, value));
    }
    fields
}

/// A machine of the first trust that is open to MS17-010.
fn send_open_host(world: &World, lead: &mut Client) {
    let file = "\r\nHost Name:                 OPEN-WARD-PC\r\n\
        OS Name:                   Microsoft Windows 7 Professional\r\n\
        OS Version:                6.1.7601 Service Pack 1 Build 7601\r\n\
        System Type:               x64-based PC\r\n\
        Hotfix(s):                 1 Hotfix(s) Installed.\r\n                           [01]: KB3212646\r\n";
    let path = format!("/organisations/{}/evidence", world.trusts[0]);
    let token = csrf(lead, &path);
    let sent = lead.upload(&path, &token, &[("ward.txt", file.as_bytes())]);
    assert!(sent.heading().contains("1 host from 1 file"), "{sent:?}");
}

pub(super) fn csrf(client: &mut Client, path: &str) -> String {
    client.get(path).field("csrf")
}

#[test]
fn an_alert_is_written_by_one_approved_by_another_and_answered_with_evidence_beside_it() {
    let world = World::new();
    let mut officer = world.signed_in("officer");
    let token = csrf(&mut officer, "/alerts/new");
    let made = officer.post("/alerts", &written(&token, &[]));
    assert_eq!(made.status, 303, "{made:?}");
    let path = made.location().to_owned();
    let draft = officer.get(&path);
    assert!(draft.heading().contains("nobody is asked anything yet"), "{}", draft.heading());
    // Until it is in force it is nobody's but theirs who write alerts.
    let mut lead = world.signed_in("lead");
    assert_eq!(lead.get(&path).status, 404);
    assert!(!lead.get("/alerts").body.contains(HEADLINE));
    let refused = officer.post(&path, &[("csrf", &token), ("do", "approve")]);
    assert_eq!(refused.status, 400, "{refused:?}");
    assert_eq!(officer.post(&path, &[("csrf", &token), ("do", "submit")]).status, 303);
    let own = officer.post(&path, &[("csrf", &token), ("do", "approve")]);
    assert!(own.status == 400 && own.body.contains("somebody else must approve"), "{own:?}");
    let mut deputy = world.signed_in("deputy");
    let list = deputy.get("/alerts").body;
    assert!(list.contains("waits for a second person"), "{list}");
    let token = csrf(&mut deputy, &path);
    assert_eq!(deputy.post(&path, &[("csrf", &token), ("do", "approve")]).status, 303);
    let issued = deputy.get(&path);
    assert!(issued.heading().contains("silent"), "{}", issued.heading());
    for words in
        ["Standard Contract, SC 21", "Tell your region.", "20 May 2017", "TLP:AMBER", "The deputy"]
    {
        assert!(issued.body.contains(words), "{words}: {}", issued.body);
    }

    // The lead reads it, then claims; the claim is looked at before it is sent.
    send_open_host(&world, &mut lead);
    let answer = format!("/organisations/{}{path}", world.trusts[0]);
    let page = lead.get(&answer);
    assert!(page.body.contains("OPEN-WARD-PC"), "{}", page.body);
    assert!(page.heading().contains("is open to it"), "{}", page.heading());
    assert!(page.body.contains("We have read it"));
    let token = page.field("csrf");
    let said = lead.post(&answer, &[("csrf", &token), ("say", "acknowledge")]);
    assert_eq!((said.status, said.location()), (303, answer.as_str()));
    assert!(!lead.get(&answer).body.contains("We have read it</button>"));
    let check = lead.post(&answer, &[("csrf", &token), ("say", "claim")]);
    assert_eq!(check.status, 200, "{check:?}");
    assert!(check.body.contains("everybody who follows the alert sees that it is disputed"));
    assert!(!lead.get(&answer).heading().contains("says that it is done"), "nothing was sent yet");
    let sent = lead.post(&answer, &[("csrf", &token), ("say", "claim"), ("step", "send")]);
    assert_eq!(sent.status, 303, "{sent:?}");
    let heading = lead.get(&answer).heading();
    assert!(heading.contains("says that it is done, and evidence shows"), "{heading}");
    // Both see it, first.
    let seen = officer.get(&path);
    assert!(
        seen.heading().starts_with("1 organisation says it is done and evidence disagrees"),
        "{}",
        seen.heading()
    );
    assert!(officer.get("/alerts").body.contains("Evidence contradicts 1 claim"));
    let shown = officer.get(&format!("{path}?show=disputed")).body;
    assert!(
        shown.contains("Evidence disagrees")
            && shown.contains(&format!("/organisations/{}{path}", world.trusts[0]))
    );
    // Each step is in the record with its proof.
    let events = lead.get(&format!("/api/v1/events?organisation={}", world.trusts[0])).body;
    for kind in ["answer.addressed", "answer.acknowledged", "answer.claimed", "answer.found"] {
        assert!(events.contains(kind), "{kind}: {events}");
    }
    // Nobody may say something for another, nor an auditor anything.
    let mut practice = world.signed_in("practice");
    let token = csrf(&mut practice, "/account");
    let foreign = practice.post(&answer, &[("csrf", &token), ("say", "acknowledge")]);
    assert_eq!(foreign.status, 404, "{foreign:?}");
    let mut auditor = world.signed_in("auditor");
    let token = csrf(&mut auditor, "/account");
    assert_eq!(auditor.post(&answer, &[("csrf", &token), ("say", "acknowledge")]).status, 403);
    assert_eq!(auditor.get(&answer).status, 200);
}

#[test]
fn what_is_missing_in_a_form_is_said_beside_it_and_what_was_typed_stays() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let token = csrf(&mut officer, "/alerts/new");
    for (name, value, words) in [
        ("headline", " ", "no headline"),
        ("steps", "", "at least one step"),
        ("basis", "", "by what law"),
        ("day", "tomorrow", "on which day"),
        ("hours", "0", "within how many hours"),
        ("kinds", "hospital", "from the list"),
        ("named", "TR 1, ä", "no code"),
        ("marking", "SECRET", "from the list"),
        ("act", "some-policy", "no policy of deadlines"),
    ] {
        let answer = officer.post("/alerts", &written(&token, &[(name, value)]));
        assert_eq!(answer.status, 200, "{name}: {answer:?}");
        let fault = answer.body.split("id=\"fault\"").nth(1).unwrap_or_default();
        assert!(fault.contains(words), "{name}: {}", answer.body);
        assert!(answer.body.contains("A worm comes in by it."), "{name}");
    }
    let answer = format!("/organisations/{}/alerts/{}", world.trusts[0], world.alert);
    let mut lead = world.signed_in("lead");
    let token = csrf(&mut lead, &answer);
    for (fields, words) in [
        (vec![("say", "defer"), ("until", "2017-06-01")], "name the person"),
        (vec![("say", "defer"), ("owner", "A. Person"), ("reason", "Busy")], "on which day"),
        (
            vec![("say", "accept-risk"), ("owner", "A"), ("until", "2017-06-01"), ("reason", "x")],
            "what stands between",
        ),
        (vec![("say", "applicability"), ("what", "does-not-apply")], "why it does not concern"),
        (vec![("say", "ask-extension"), ("until", "June")], "no day"),
        (vec![("say", "nothing")], "what you want to answer"),
    ] {
        let mut fields = fields;
        fields.extend([("csrf", token.as_str()), ("step", "send")]);
        let refused = lead.post(&answer, &fields);
        let fault = refused.body.split("id=\"fault\"").nth(1).unwrap_or_default();
        assert!(fault.to_lowercase().contains(words), "{fields:?}: {refused:?}");
    }
    for path in ["/alerts/A999999A", "/alerts/nonsense", "/organisations/NOPE1/alerts/A1C"] {
        assert_eq!(officer.get(path).status, 404, "{path}");
    }
}

/// A number that opens a list opens just those whom it counts.
#[test]
fn each_step_of_the_funnel_opens_as_many_as_it_counts() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let path = format!("/alerts/{}", world.alert);
    let api: serde_json::Value =
        serde_json::from_str(&officer.get(&format!("/api/v1{path}?limit=1000")).body).unwrap();
    let funnel = &api["alert"]["funnel"];
    let rows = api["organisations"].as_array().unwrap().len() as u64;
    assert_eq!(funnel["asked"].as_u64().unwrap(), rows);
    assert!(rows > 3);
    for (show, name) in
        [("all", "asked"), ("silent", "silent"), ("claimed", "claimed"), ("disputed", "disputed")]
    {
        let mut counted = 0;
        let mut next = format!("{path}?show={show}");
        while !next.is_empty() {
            let page = officer.get(&next).body;
            counted += page.matches("data-l=\"Where it stands\"").count() as u64;
            let more = page
                .split("Next organisations")
                .next()
                .filter(|_| page.contains("Next organisations"));
            let href = more.and_then(|before| before.rsplit("href=\"").next());
            next = href.map_or(String::new(), |href| {
                href.split('"').next().unwrap().replace("&amp;", "&")
            });
        }
        assert_eq!(counted, funnel[name].as_u64().unwrap(), "{show}");
    }
}

#[test]
fn one_answer_for_many_is_an_event_for_each_and_for_nobody_elses() {
    let world = World::new();
    let mut officer = world.signed_in("officer");
    let path = format!("/alerts/{}", world.alert);
    let page = officer.get(&path);
    assert!(page.body.contains("For all that are chosen"), "{}", page.body);
    let token = page.field("csrf");
    let (one, other) = (world.trusts[0].as_str(), world.practice.as_str());
    let many = format!("{path}/answers");
    let mut fields =
        vec![("csrf", token.as_str()), ("say", "acknowledge"), ("code", one), ("code", other)];
    let check = officer.post(&many, &fields);
    assert!(check.heading().starts_with("Check before you send it for 2"), "{}", check.heading());
    assert!(officer.get(&path).heading().contains("silent"));
    fields.push(("step", "send"));
    let sent = officer.post(&many, &fields);
    assert_eq!(sent.heading(), "Sent for 2 organisations.");
    for code in [one, other] {
        let events = officer.get(&format!("/api/v1/events?organisation={code}")).body;
        assert_eq!(events.matches("answer.acknowledged").count(), 1, "{code}: {events}");
    }
    let none = officer.post(&many, &[("csrf", &token), ("say", "claim")]);
    assert!(none.status == 400 && none.body.contains("at least one"), "{none:?}");
    // A lead answers for nobody else, not even among their own.
    let mut lead = world.signed_in("lead");
    let token = csrf(&mut lead, "/account");
    assert!(!lead.get(&path).body.contains("For all that are chosen"));
    let fields = [
        ("csrf", token.as_str()),
        ("say", "claim"),
        ("code", one),
        ("code", other),
        ("step", "send"),
    ];
    assert_eq!(lead.post(&many, &fields).status, 404);
    let own = lead.get(&format!("/organisations/{one}/alerts"));
    assert!(own.body.contains("claimed nothing so far"), "{own:?}");
}

#[test]
fn a_program_answers_with_a_token_and_is_told_what_evidence_says() {
    let world = World::new();
    let mut lead = world.signed_in("lead");
    let token = csrf(&mut lead, "/account");
    let fields = [("csrf", token.as_str()), ("name", "agent"), ("days", "30"), ("answers", "on")];
    let page = lead.post("/account/tokens", &fields).body;
    let secret = page.split("wr_").nth(1).map(|rest| {
        rest.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
            .collect::<String>()
    });
    let bearer = format!("Bearer wr_{}", secret.unwrap_or_else(|| panic!("{page}")));
    send_open_host(&world, &mut lead);
    let path = format!("/api/v1/organisations/{}/alerts/{}", world.trusts[0], world.alert);
    let mut program = world.nobody();
    let mut say = |body: &str, key: &str| {
        let with = [("authorization", bearer.as_str()), ("idempotency-key", key)];
        program.post_json(&path, body, &with)
    };
    let done = say(r#"{"say":"claim"}"#, "one");
    assert_eq!(done.status, 200, "{done:?}");
    let stands: serde_json::Value = serde_json::from_str(&done.body).unwrap();
    assert_eq!((&stands["stage"], &stands["proof"]["is"]), (&"claimed".into(), &"disputed".into()));
    let again = say(r#"{"say":"claim"}"#, "one");
    assert_eq!((again.status, again.header("idempotency-replayed")), (200, Some("true")));
    for (at, (body, status)) in [
        (r#"{"say":"shout"}"#, 400),
        (r#"{"says":"claim"}"#, 422),
        ("{", 400),
        (r#"{"say":"override","by":"A. Person","reason":"because"}"#, 403),
    ]
    .into_iter()
    .enumerate()
    {
        let refused = say(body, &format!("wrong-{at}"));
        assert_eq!(refused.status, status, "{body}: {refused:?}");
        assert_eq!(refused.header("content-type"), Some("application/problem+json"), "{body}");
    }
    // A browser's session answers by the page.
    let by_session =
        lead.post_json(&path, r#"{"say":"claim"}"#, &[("sec-fetch-site", "same-origin")]);
    assert_eq!(by_session.status, 403, "{by_session:?}");
}

#[test]
fn an_alert_is_written_and_approved_through_the_api_by_two_who_are_signed_in_and_by_no_token() {
    let world = World::new();
    let [mut officer, mut deputy] = ["officer", "deputy"].map(|login| world.signed_in(login));
    let (own, other) = (csrf(&mut officer, "/account"), csrf(&mut deputy, "/account"));
    let here = ("sec-fetch-site", "same-origin");
    let draft = |csrf: &str| {
        format!(
            r#"{{"csrf":"{csrf}","headline":"{HEADLINE}","description":"A worm comes in by it.",
                "steps":["Close it."],"advisories":["MS17-010"],"level":"advise","severity":"Severe",
                "urgency":"Immediate","certainty":"Observed","marking":"TLP:GREEN",
                "named":["{}"],"act_by":"2017-05-20"}}"#,
            world.trusts[0]
        )
    };
    let json = |answer: &super::client::Answer| -> serde_json::Value {
        serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"))
    };
    let key = ("idempotency-key", "draft");
    let made = officer.post_json("/api/v1/alerts", &draft(&own), &[here, key]);
    assert_eq!(made.status, 201, "{made:?}");
    let number = json(&made)["number"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/alerts/{number}");
    assert_eq!(made.location(), path);
    // With the same key it is written once.
    let again = officer.post_json("/api/v1/alerts", &draft(&own), &[here, key]);
    assert_eq!((again.status, json(&again)["number"].as_str()), (201, Some(number.as_str())));
    // Without the proof of the session, or with another's, nothing is written.
    for wrong in ["", other.as_str()] {
        let refused = officer.post_json("/api/v1/alerts", &draft(wrong), &[here]);
        assert_eq!(refused.status, 403, "{refused:?}");
    }
    let foreign = officer.post_json("/api/v1/alerts", &draft(&own), &[]);
    assert_eq!(foreign.status, 403, "{foreign:?}");
    let change = |what: &str, csrf: &str, seen: u64| {
        format!(r#"{{"csrf":"{csrf}","do":"{what}","seen":{seen}}}"#)
    };
    let waits = officer.post_json(&path, &change("submit", &own, 1), &[here]);
    assert_eq!(json(&waits)["phase"], "awaiting-second-person", "{waits:?}");
    let alone = officer.post_json(&path, &change("approve", &own, 2), &[here]);
    assert_eq!(alone.status, 400, "{alone:?}");
    let unread = deputy.post_json(&path, &change("approve", &other, 1), &[here]);
    assert_eq!(unread.status, 409, "{unread:?}");
    let issued = deputy.post_json(&path, &change("approve", &other, 2), &[here]);
    assert_eq!(json(&issued)["phase"], "issued", "{issued:?}");
    assert_eq!(json(&issued)["asked"], 1);
    let mut lead = world.signed_in("lead");
    assert_eq!(lead.get(&path).status, 200);
    // An officer's token reads, and writes no alert.
    let fields = [("csrf", own.as_str()), ("name", "agent"), ("days", "30"), ("answers", "on")];
    let page = officer.post("/account/tokens", &fields).body;
    let secret = page.split("<code>").nth(1).and_then(|rest| rest.split('<').next()).unwrap();
    let bearer = format!("Bearer {secret}");
    let mut program = world.nobody();
    for path in ["/api/v1/alerts", path.as_str()] {
        let refused = program.post_json(path, &draft(""), &[("authorization", bearer.as_str())]);
        assert_eq!(refused.status, 403, "{refused:?}");
    }
    // What cannot be sent says why, in a problem document.
    let wrong = draft(&own).replace("TLP:GREEN", "TLP:PINK");
    let refused = officer.post_json("/api/v1/alerts", &wrong, &[here]);
    assert!(refused.status == 400 && refused.body.contains("marking"), "{refused:?}");
    let unknown = draft(&own).replace("\"level\"", "\"levle\"");
    assert_eq!(officer.post_json("/api/v1/alerts", &unknown, &[here]).status, 422);
}
