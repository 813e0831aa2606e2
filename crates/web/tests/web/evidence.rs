//! Evidence that is sent by a page: recorded, judged, and in the numbers before the answer is read.

use super::world::World;

fn systeminfo(name: &str, kbs: &[&str]) -> Vec<u8> {
    let mut text = format!(
        "\r\nHost Name:                 {name}\r\nOS Name:                   Microsoft Windows 7 Professional\r\n\
         OS Version:                6.1.7601 Service Pack 1 Build 7601\r\n\
         OS Manufacturer:           Microsoft Corporation\r\nOS Configuration:          Member Workstation\r\n\
         System Type:               x64-based PC\r\n\
         Hotfix(s):                 {} Hotfix(s) Installed.\r\n",
        kbs.len()
    );
    for (at, kb) in kbs.iter().enumerate() {
        text.push_str(&format!("                           [{:02}]: {kb}\r\n", at + 1));
    }
    text.into_bytes()
}

fn affected(world: &World, login: &str) -> u64 {
    let answer = world.signed_in(login).get("/api/v1/exposure/MS17-010");
    let sums: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    sums["total"]["affected"].as_u64().unwrap()
}

#[test]
fn an_open_host_that_is_sent_moves_the_number_and_the_proof_of_it_holds() {
    let world = World::new();
    let before = affected(&world, "officer");
    let mut lead = world.signed_in("lead");
    let path = format!("/organisations/{}/evidence", world.trusts[0]);
    let csrf = lead.get(&path).field("csrf");
    let file = systeminfo("NEW-WARD-PC", &["KB3212646"]);
    let answer = lead.upload(&path, &csrf, &[("ward.txt", &file)]);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.heading().contains("1 host from 1 file"), "{}", answer.heading());
    assert_eq!(affected(&world, "officer"), before + 1);
    // Sent again it changes nothing.
    let again = lead.upload(&path, &csrf, &[("ward.txt", &file)]);
    assert!(again.heading().contains("1 file was in the record already"), "{}", again.heading());
    assert_eq!(affected(&world, "officer"), before + 1);
    let host = lead.get(&format!("/organisations/{}/hosts/NEW-WARD-PC", world.trusts[0]));
    assert!(host.heading().contains("is open to"), "{}", host.heading());
    let events = lead.get(&format!("/api/v1/events?organisation={}", world.trusts[0]));
    let events: serde_json::Value = serde_json::from_str(&events.body).unwrap();
    let last = events["events"].as_array().unwrap().last().unwrap();
    let proof = lead.get(&format!("/record/{}/proof", last["number"]));
    assert!(proof.body.starts_with("wardround-proof@v1"), "{proof:?}");
    let key = world.nobody().get("/record/key").body;
    let key: record::checkpoint::PublicKey = key.trim().parse().unwrap();
    let keys = record::checkpoint::Keys::new(vec![key]);
    let proved = record::proof::verify_proof(proof.body.as_bytes(), &keys).unwrap();
    assert_eq!(proved.decoded.event.number, last["number"].as_u64().unwrap());
}

#[test]
fn what_is_sent_twice_with_one_key_is_answered_twice_and_done_once() {
    let world = World::new();
    let mut lead = world.signed_in("lead");
    let code = &world.trusts[0];
    let csrf = lead.get(&format!("/organisations/{code}/evidence")).field("csrf");
    let path = format!("/api/v1/organisations/{code}/evidence");
    let file = systeminfo("SENT-ONCE-PC", &["KB3212646"]);
    let other = systeminfo("SENT-LATER-PC", &["KB3212646"]);
    let send = |lead: &mut super::client::Client, key: &str, name: &str, file: &[u8]| {
        let headers = [("sec-fetch-site", "same-origin"), ("idempotency-key", key)];
        lead.upload_as(&path, &csrf, &[(name, file)], &headers)
    };
    let first = send(&mut lead, "\"k-1\"", "a.txt", &file);
    assert_eq!(first.status, 200, "{first:?}");
    assert_eq!(first.header("idempotency-replayed"), None);
    // The same key without its quotes is the same key.
    let again = send(&mut lead, "k-1", "a.txt", &file);
    assert_eq!((again.status, &again.body), (200, &first.body));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    // With a new key it is done, and finds that the record holds it.
    let anew = send(&mut lead, "k-2", "a.txt", &file);
    let anew: serde_json::Value = serde_json::from_str(&anew.body).unwrap();
    assert_eq!(anew["summary"]["held"], 1);
    for (name, file) in [("a.txt", &other), ("b.txt", &file)] {
        let refused = send(&mut lead, "k-1", name, file);
        assert_eq!(refused.status, 422, "{refused:?}");
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    }
    for bad in ["", "a b", &"x".repeat(256)] {
        assert_eq!(send(&mut lead, bad, "a.txt", &file).status, 400, "{bad}");
    }
    // What failed may be sent again with its key.
    let none = lead.upload_as(
        &path,
        &csrf,
        &[],
        &[("sec-fetch-site", "same-origin"), ("idempotency-key", "k-3")],
    );
    assert_eq!(none.status, 400);
    assert_eq!(send(&mut lead, "k-3", "c.txt", &other).status, 200);
    // Another person's key is another key.
    let mut officer = world.signed_in("officer");
    let csrf = officer.get(&format!("/organisations/{code}/evidence")).field("csrf");
    let headers = [("sec-fetch-site", "same-origin"), ("idempotency-key", "k-1")];
    let theirs = officer.upload_as(&path, &csrf, &[("b.txt", &file)], &headers);
    assert_eq!(theirs.status, 200, "{theirs:?}");
    assert_eq!(theirs.header("idempotency-replayed"), None);
}

#[test]
fn what_cannot_be_read_costs_itself_and_says_what_to_do() {
    let world = World::new();
    let mut lead = world.signed_in("lead");
    let path = format!("/organisations/{}/evidence", world.trusts[0]);
    let csrf = lead.get(&path).field("csrf");
    let good = systeminfo("GOOD-PC", &["KB4012212"]);
    let script = "<script>alert(1)</script>";
    let answer = lead.upload(&path, &csrf, &[("good.txt", &good), (script, b"\0\0not evidence")]);
    assert_eq!(answer.status, 200);
    assert!(answer.heading().contains("1 host from 1 file"), "{}", answer.heading());
    assert!(answer.body.contains("not recognised"), "{}", answer.body);
    assert!(!answer.body.contains("<script>alert"), "{}", answer.body);
    let none = lead.upload(&path, &csrf, &[]);
    assert_eq!(none.status, 400);
    let bad = lead.upload(&path, "wrong", &[("good.txt", &good)]);
    assert_eq!(bad.status, 403);
}

#[test]
fn a_host_whose_name_is_a_script_is_shown_and_not_run() {
    let world = World::new();
    let mut lead = world.signed_in("lead");
    let code = &world.trusts[0];
    let path = format!("/organisations/{code}/evidence");
    let csrf = lead.get(&path).field("csrf");
    // A name that is none is not taken; the host is then called as its file is.
    let file = systeminfo("<svg/onload=alert(1)>", &["KB3212646"]);
    assert_eq!(lead.upload(&path, &csrf, &[("<svg onload=alert(1)>.txt", &file)]).status, 200);
    let list = lead.get(&format!("/organisations/{code}/hosts?q=onload"));
    assert!(list.body.contains("&lt;svg") || list.body.contains("&#60;svg"), "{}", list.body);
    for path in [
        format!("/organisations/{code}/hosts"),
        "/search?q=onload".to_owned(),
        "/record".to_owned(),
    ] {
        assert!(!lead.get(&path).body.contains("<svg"), "{path}");
    }
}

/// Text that does not pack well.
fn noise(bytes: usize) -> String {
    let mut state = 1_u64;
    let letters = (0..bytes).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(b'a' + u8::try_from((state >> 33) % 26).unwrap())
    });
    letters.collect()
}

#[test]
fn rows_of_many_files_are_read_as_they_were_printed_when_somebody_asks() {
    let world = World::new();
    let mut lead = world.signed_in("lead");
    let code = &world.trusts[0];
    let path = format!("/organisations/{code}/evidence");
    let csrf = lead.get(&path).field("csrf");
    let small = systeminfo("FEW-PC", &["KB3212646"]);
    let mut large = systeminfo("MANY-PC", &["KB3212646"]);
    large
        .extend_from_slice(format!("Registered Owner:          {}\r\n", noise(2 << 20)).as_bytes());
    for (name, file) in [("few.txt", &small), ("many.txt", &large)] {
        assert_eq!(lead.upload(&path, &csrf, &[(name, file)]).status, 200);
    }
    let mut hosts = |name: &str, query: &str| {
        let path = format!("/organisations/{code}/hosts/{name}{query}");
        let api = lead.get(&format!("/api/v1{path}"));
        let api: serde_json::Value = serde_json::from_str(&api.body).unwrap();
        (lead.get(&path).body, api[0].clone())
    };
    let link = "Read them as they were printed";
    let (page, few) = hosts("FEW-PC", "");
    assert!(!page.contains(link));
    assert_eq!(few["rows_as_printed"], true);
    let (page, kept) = hosts("MANY-PC", "");
    assert!(page.contains(link), "{page}");
    assert_eq!(kept["rows_as_printed"], false);
    let (page, printed) = hosts("MANY-PC", "?rows=printed");
    assert!(!page.contains(link));
    assert_eq!(printed["rows_as_printed"], true);
    // What is said is the same; where it is read is nearer.
    let said = |host: &serde_json::Value| {
        let rows = host["verdicts"].as_array().unwrap().iter();
        rows.map(|row| (row["advisory"].clone(), row["verdict"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(said(&kept), said(&printed));
    assert!(!said(&kept).is_empty());
    assert_ne!(kept["verdicts"], printed["verdicts"], "the line of the file is named");
}
