//! What pages say, and that each has its parts.

use super::world::World;

#[test]
fn each_begins_where_their_work_is() {
    let world = World::shared();
    let start = |login: &str| world.signed_in(login).get("/").location().to_owned();
    assert_eq!(start("officer"), "/situation");
    assert_eq!(start("auditor"), "/situation");
    assert_eq!(start("lead"), format!("/organisations/{}", world.trusts[0]));
    assert_eq!(start("practice"), format!("/organisations/{}/practice", world.practice));
    assert_eq!(start("guest"), "/account");
}

#[test]
fn every_page_has_a_sentence_first_and_says_as_of_when() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let trust = &world.trusts[0];
    for path in [
        "/situation".to_owned(),
        format!("/situation?region={}", world.region),
        "/situation?advisory=CVE-2019-0708".to_owned(),
        "/situation?as_at=2017-05-01&as_known=2017-05-02T09:00".to_owned(),
        "/advisories/MS17-010".to_owned(),
        format!("/organisations/{trust}"),
        format!("/organisations/{trust}/hosts"),
        format!("/organisations/{trust}/practice"),
        "/alerts".to_owned(),
        format!("/alerts/{}", world.alert),
        format!("/alerts/{}?as_at=2017-05-19", world.alert),
        format!("/alerts/{}/calls", world.alert),
        format!("/organisations/{trust}/alerts/{}", world.alert),
    ] {
        let answer = officer.get(&path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        assert!(answer.heading().len() > 10, "{path}: {}", answer.heading());
        assert_eq!(answer.body.matches("<h1").count(), 1, "{path}");
        assert!(answer.body.contains("As at "), "{path}: {}", answer.body);
    }
}

#[test]
fn what_is_held_open_answers_as_the_record_does() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    for advisory in ["MS17-010", "CVE-2017-0144", "CVE-2019-0708"] {
        let now: serde_json::Value =
            serde_json::from_str(&officer.get(&format!("/api/v1/exposure/{advisory}")).body)
                .unwrap();
        let day = now["as_at"].as_str().unwrap();
        // Asked for by its day, the same answer is worked out from the record.
        let path = format!("/api/v1/exposure/{advisory}?as_at={day}");
        let again: serde_json::Value = serde_json::from_str(&officer.get(&path).body).unwrap();
        assert_eq!(now["organisations"], again["organisations"], "{advisory}");
        assert_eq!(now["total"], again["total"], "{advisory}");
    }
}

#[test]
fn an_organisations_page_adds_up_to_its_part_of_the_whole() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let all: serde_json::Value =
        serde_json::from_str(&officer.get("/api/v1/exposure/MS17-010").body).unwrap();
    let row = &all["organisations"].as_array().unwrap()[0];
    let page = officer.get(&format!("/organisations/{}", row["code"].as_str().unwrap()));
    for (name, word) in [("affected", "open"), ("unknown", "unknown"), ("fixed", "fixed")] {
        let count = row["hosts"][name].as_u64().unwrap();
        let words = format!("<strong>{count}</strong> {word}");
        assert!(page.body.contains(&words), "{words}: {}", page.body);
    }
}

/// Evidence that is too old answers nothing, on the host's own page as little as in a sum.
#[test]
fn a_host_of_which_the_evidence_is_too_old_is_neither_fixed_nor_open() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let mut ask = |path: &str| -> serde_json::Value {
        serde_json::from_str(&officer.get(path).body).unwrap()
    };
    let all = ask("/api/v1/organisations");
    let (mut old, mut fresh) = (0, 0);
    for own in all["organisations"].as_array().unwrap() {
        let path = format!("/api/v1/organisations/{}/hosts", own["code"].as_str().unwrap());
        let hosts = ask(&path);
        for host in hosts["hosts"].as_array().unwrap().iter().take(3) {
            let shown = ask(&format!("{path}/{}", host["id"].as_str().unwrap()));
            let verdicts = shown[0]["verdicts"].as_array().unwrap();
            let is_told =
                verdicts.iter().any(|v| v["verdict"] == "fixed" || v["verdict"] == "affected");
            let day: jiff::civil::Date = host["last_seen"].as_str().unwrap().parse().unwrap();
            if (jiff::civil::date(2017, 5, 19) - day).get_days() > 14 {
                assert!(!is_told, "{path}: {shown}");
                old += 1;
            } else {
                fresh += u32::from(is_told);
            }
        }
    }
    assert!(old > 2 && fresh > 2, "{old} old, {fresh} fresh");
}

#[test]
fn a_practice_is_all_right_only_where_nothing_is_open_or_unknown() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let all: serde_json::Value =
        serde_json::from_str(&officer.get("/api/v1/exposure/MS17-010").body).unwrap();
    for row in all["organisations"].as_array().unwrap() {
        let path = format!("/organisations/{}/practice", row["code"].as_str().unwrap());
        let said = officer.get(&path).heading();
        let open = row["hosts"]["affected"].as_u64().unwrap();
        let unknown = row["hosts"]["unknown"].as_u64().unwrap();
        assert!(said.contains("No:") || open == 0, "{row}: {said}");
        assert!(!said.contains("Yes") || (open == 0 && unknown == 0), "{row}: {said}");
    }
}

#[test]
fn wrong_questions_are_answered_with_what_to_do() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    for (path, status, words) in [
        ("/situation?as_at=yesterday", 400, "year, month, day"),
        ("/situation?as_known=noon", 400, "2017-05-12T12:00"),
        ("/situation?as_known=2031-01-01", 400, "lies in the future"),
        ("/nowhere", 404, "start page"),
        ("/organisations/NOPE1", 404, "There is no organisation NOPE1"),
        ("/organisations/%3Cb%3E", 404, "There is no organisation"),
        ("/advisories/CVE-1999-99999", 404, "nothing of any host"),
        ("/record/99999999", 404, "There is no"),
    ] {
        let answer = officer.get(path);
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        assert!(answer.body.contains(words), "{path}: {}", answer.body);
        assert!(!answer.body.contains("<b>"), "{path}");
    }
}

#[test]
fn pages_are_small() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    for path in ["/situation", "/organisations", "/advisories", "/record", "/search?q=a"] {
        let answer = officer.get_with(path, &[("accept-encoding", "gzip")]);
        let plain = officer.get(path);
        let size =
            answer.header("content-length").map_or(answer.body.len(), |n| n.parse().unwrap());
        assert!(size < 60_000, "{path}: {size} bytes");
        assert!(plain.body.len() < 600_000, "{path}: {} bytes", plain.body.len());
    }
}
