//! What is done in the background: answered at once or followed, seen, and dropped by nobody.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::client::Client;
use super::world::World;

const FILE: &[u8] = b"\r\nHost Name:                 JOB-PC\r\n\
    OS Name:                   Microsoft Windows 7 Professional\r\n\
    OS Version:                6.1.7601 Service Pack 1 Build 7601\r\n\
    System Type:               x64-based PC\r\n\
    Hotfix(s):                 1 Hotfix(s) Installed.\r\n                           [01]: KB3212646\r\n";

/// A token of the lead that may send and read.
fn bearer(world: &World) -> String {
    let mut lead = world.signed_in("lead");
    let csrf = lead.get("/account").field("csrf");
    let fields = [("csrf", csrf.as_str()), ("name", "program"), ("days", "30"), ("sends", "on")];
    let page = lead.post("/account/tokens", &fields).body;
    let from = page.find("<code>wr_").unwrap() + "<code>".len();
    format!("Bearer {}", &page[from..from + page[from..].find('<').unwrap()])
}

fn json(body: &str) -> serde_json::Value {
    serde_json::from_str(body).unwrap()
}

/// The job as it is when it is over: what is told of it ends then.
fn over(client: &mut Client, id: &str, with: &[(&str, &str)]) -> serde_json::Value {
    let told = client.get_with(&format!("/jobs/{id}/events"), with);
    assert!(told.body.contains("event: over"), "{told:?}");
    let answer = client.get_with(&format!("/api/v1/jobs/{id}"), with);
    assert_eq!(answer.status, 200, "{answer:?}");
    json(&answer.body)
}

#[test]
fn a_program_that_does_not_wait_is_told_where_its_job_is() {
    let world = World::new();
    let bearer = bearer(&world);
    let with = [("authorization", bearer.as_str()), ("prefer", "respond-async")];
    let path = format!("/api/v1/organisations/{}/evidence", world.trusts[0]);
    let mut program = world.stranger();
    let sent = program.upload_with(&path, &[("pc.txt", FILE)], &with);
    assert_eq!(sent.status, 202, "{sent:?}");
    let place = sent.location().to_owned();
    let id = place.strip_prefix("/api/v1/jobs/").unwrap();
    let job = over(&mut program, id, &with);
    assert_eq!(job["state"], "done", "{job}");
    assert_eq!(job["result"]["summary"]["hosts"], 1);
    assert_eq!(job["kind"], "import");
    assert!(job["result"]["after"]["hosts"].is_u64(), "{job}");
    let mut lead = world.signed_in("lead");
    let events = lead.get(&format!("/api/v1/events?organisation={}", world.trusts[0]));
    let events = json(&events.body);
    let last = events["events"].as_array().unwrap().last().unwrap();
    assert_eq!(last["body"]["source"], "sent by the API");
    // The page of it says what the page of sending would have said.
    assert_eq!(job["id"], id);
    let page = lead.get(&format!("/jobs/{id}"));
    assert!(page.heading().contains("1 host from 1 file"), "{page:?}");
    assert!(!page.body.contains("http-equiv"), "it is over: nothing is loaded again");
    let told = lead.get(&format!("/jobs/{id}/events"));
    assert_eq!(told.header("content-type"), Some("text/event-stream"));
    assert!(told.body.contains("event: over"), "{told:?}");
    // Nobody changes a job by a browser's cookie alone.
    let change = format!("/api/v1/jobs/{id}/cancel");
    assert_eq!(lead.post(&change, &[]).status, 403);
    assert_eq!(program.post_from(&change, &[], &with).status, 200);
}

#[test]
fn who_leaves_before_the_answer_has_sent_it_all_the_same() {
    let world = World::new();
    let bearer = bearer(&world);
    let mut body =
        b"--line\r\ncontent-disposition: form-data; name=\"files\"; filename=\"pc.txt\"\r\n\r\n"
            .to_vec();
    body.extend(FILE);
    body.extend(b"\r\n--line--\r\n");
    let mut wire = TcpStream::connect(world.strict).unwrap();
    write!(
        wire,
        "POST /api/v1/organisations/{}/evidence HTTP/1.1\r\nhost: x\r\nauthorization: {bearer}\r\n\
         content-type: multipart/form-data; boundary=line\r\ncontent-length: {}\r\n\r\n",
        world.trusts[0],
        body.len()
    )
    .unwrap();
    wire.write_all(&body).unwrap();
    let with = [("authorization", bearer.as_str())];
    let mut program = world.stranger();
    let list = format!("/api/v1/jobs?organisation={}", world.trusts[0]);
    let until = Instant::now() + Duration::from_secs(30);
    let id = loop {
        let jobs = json(&program.get_with(&list, &with).body);
        if let Some(job) = jobs["jobs"].as_array().unwrap().first() {
            break job["id"].as_str().unwrap().to_owned();
        }
        assert!(Instant::now() < until);
    };
    drop(wire);
    let job = over(&mut program, &id, &with);
    assert_eq!(job["result"]["summary"]["hosts"], 1, "{job}");
    // And nothing keeps the next sending waiting.
    let path = format!("/api/v1/organisations/{}/evidence", world.trusts[0]);
    let again = program.upload_with(&path, &[("pc.txt", FILE)], &with);
    assert_eq!(json(&again.body)["summary"]["held"], 1, "{again:?}");
}

#[test]
fn an_upload_that_breaks_off_is_no_job() {
    let world = World::new();
    let bearer = bearer(&world);
    let mut wire = TcpStream::connect(world.strict).unwrap();
    let begun = format!(
        "POST /api/v1/organisations/{}/evidence HTTP/1.1\r\nhost: x\r\nauthorization: {bearer}\r\n\
         content-type: multipart/form-data; boundary=line\r\ncontent-length: 100000\r\n\r\n\
         --line\r\ncontent-disposition: form-data; name=\"files\"; filename=\"pc.txt\"\r\n\r\nHost",
        world.trusts[0]
    );
    wire.write_all(begun.as_bytes()).unwrap();
    drop(wire);
    let mut lead = world.signed_in("lead");
    let jobs = json(&lead.get("/api/v1/jobs").body);
    assert_eq!(jobs["jobs"].as_array().unwrap().len(), 0, "{jobs}");
}

#[test]
fn jobs_are_seen_where_they_may_be_and_are_nowhere_else() {
    let world = World::new();
    let mut lead = world.signed_in("lead");
    let path = format!("/organisations/{}/evidence", world.trusts[0]);
    let csrf = lead.get(&path).field("csrf");
    assert_eq!(lead.upload(&path, &csrf, &[("pc.txt", FILE)]).status, 200);
    let jobs = json(&lead.get("/api/v1/jobs").body);
    let id = jobs["jobs"][0]["id"].as_str().unwrap().to_owned();
    for (login, list, one) in [
        ("officer", 200, 200),
        ("region", 200, 404),
        ("lead", 200, 200),
        ("practice", 200, 404),
        ("auditor", 200, 200),
        ("guest", 403, 404),
    ] {
        let mut client = world.signed_in(login);
        for (path, expected) in [
            ("/jobs".to_owned(), list),
            ("/api/v1/jobs".to_owned(), list),
            (format!("/jobs/{id}"), one),
            (format!("/jobs/{id}/events"), one),
            (format!("/api/v1/jobs/{id}"), one),
        ] {
            let answer = client.get(&path);
            // A region may be that of the trust.
            let is_own = login == "region" && answer.status == 200;
            assert!(answer.status == expected || is_own, "{login} {path}: {answer:?}");
            if answer.status != 200 {
                assert!(!answer.body.contains(world.trusts[0].as_str()), "{login} {path}");
            }
        }
    }
    // An auditor sees and changes nothing.
    let mut auditor = world.signed_in("auditor");
    let csrf = auditor.get("/account").field("csrf");
    let fields = [("csrf", csrf.as_str()), ("change", "cancel")];
    assert_eq!(auditor.post(&format!("/jobs/{id}"), &fields).status, 403);
}

#[test]
fn an_officer_asks_for_work_and_sees_what_came_of_it() {
    let world = World::new();
    let mut officer = world.signed_in("officer");
    let csrf = officer.get("/jobs").field("csrf");
    let fields = [("csrf", csrf.as_str()), ("kind", "index-rebuild")];
    let asked = officer.post("/jobs", &fields);
    assert_eq!(asked.status, 303, "{asked:?}");
    let id = asked.location().strip_prefix("/jobs/").unwrap().to_owned();
    let page = officer.get(asked.location());
    if !page.body.contains("built anew") {
        assert!(page.body.contains("http-equiv=\"refresh\""), "{page:?}");
        assert!(page.body.contains("Look again"), "{page:?}");
    }
    let job = over(&mut officer, &id, &[]);
    assert_eq!(job["state"], "done", "{job}");
    assert!(officer.get(&format!("/jobs/{id}")).body.contains("built anew"));
    assert!(officer.get("/jobs").body.contains("Rebuilding the index"));
}
