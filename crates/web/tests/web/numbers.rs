//! Every number opens what it is made of; what the server runs with and by what it judges can be read.

use super::world::World;

fn json(body: &str) -> serde_json::Value {
    serde_json::from_str(body).unwrap()
}

#[test]
fn each_number_of_an_organisation_opens_the_hosts_that_it_counts() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let all = json(&officer.get("/api/v1/exposure/MS17-010").body);
    let mut opened = 0;
    for row in all["organisations"].as_array().unwrap() {
        let code = row["code"].as_str().unwrap();
        let page = officer.get(&format!("/organisations/{code}")).body;
        for verdict in ["affected", "mitigated", "fixed", "not_affected"] {
            let count = row["hosts"][verdict].as_u64().unwrap();
            let link =
                format!("/organisations/{code}/hosts?advisory=MS17-010&amp;verdict={verdict}");
            assert_eq!(page.contains(&link), count > 0, "{code} {verdict}: {count}");
            let mut found = Vec::new();
            let mut after = String::new();
            loop {
                let path = format!(
                    "/api/v1/organisations/{code}/hosts?advisory=MS17-010&verdict={verdict}&after={after}"
                );
                let part = json(&officer.get(&path).body);
                for host in part["hosts"].as_array().unwrap() {
                    assert_eq!(host["verdict"], verdict);
                    assert!(!host["reason"].as_str().unwrap().is_empty());
                    found.push(host["id"].as_str().unwrap().to_owned());
                }
                let Some(next) = part["next"].as_str() else { break };
                after = next.to_owned();
            }
            assert_eq!(found.len() as u64, count, "{code} {verdict}");
            opened += found.len();
        }
    }
    assert!(opened > 20, "{opened}");
    let path = format!("/organisations/{}/hosts", world.trusts[0]);
    for (query, words) in
        [("advisory=MS17-010&verdict=perhaps", "is no verdict"), ("verdict=affected", "say which")]
    {
        let answer = officer.get(&format!("{path}?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.body.contains(words), "{query}: {}", answer.body);
    }
    let differing = officer.get(&format!("{path}?advisory=MS17-010&verdict=differ"));
    assert!(differing.heading().contains("contradicted"), "{}", differing.heading());
}

#[test]
fn each_sum_of_the_situation_opens_the_organisations_that_it_adds_up() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let all = json(&officer.get("/api/v1/exposure/MS17-010").body);
    let page = officer.get("/situation").body;
    let mut opened = 0;
    for verdict in ["affected", "unknown", "mitigated", "fixed", "not_affected"] {
        let rows = all["organisations"].as_array().unwrap();
        let of = |row: &serde_json::Value| row["hosts"][verdict].as_u64().unwrap();
        let sum: u64 = rows.iter().map(of).sum();
        let path = format!("/situation/organisations?advisory=MS17-010&verdict={verdict}");
        assert_eq!(page.contains(&path.replace('&', "&#38;")), sum > 0, "{verdict}: {page}");
        let list = officer.get(&path);
        assert_eq!(list.status, 200, "{verdict}: {list:?}");
        let (body, heading) = (&list.body, list.heading().replace(',', ""));
        assert!(sum == 0 || heading.contains(&format!("{sum} host")), "{verdict}: {heading}");
        if verdict == "affected" {
            let unknown = &all["total"]["unknown"];
            assert!(heading.contains(&format!("of {unknown} nobody can tell")), "{heading}");
        }
        for row in rows.iter().filter(|row| of(row) > 0) {
            let code = row["code"].as_str().unwrap();
            assert!(body.contains(&format!("/organisations/{code}")), "{verdict} {code}: {body}");
            opened += 1;
        }
    }
    assert!(opened > 5, "{opened}");
    let wrong = officer.get("/situation/organisations?verdict=perhaps");
    assert!(wrong.status == 400 && wrong.body.contains("Say which verdict"), "{wrong:?}");
    // Behind a number of an organisation, too, few that are open are not all that is to be said.
    let trust = world.trusts[0].as_str();
    let row = all["organisations"].as_array().unwrap().iter().find(|row| row["code"] == trust);
    let hosts = &row.unwrap()["hosts"];
    let seen = hosts["unknown"].as_u64().unwrap() - hosts["never_seen"].as_u64().unwrap();
    let path = format!("/organisations/{trust}/hosts?advisory=MS17-010&verdict=affected");
    let heading = officer.get(&path).heading().replace(',', "");
    assert_eq!(heading.contains(&format!("of {seen} nobody can tell")), seen > 0, "{heading}");
    // A lead's list has no number of anybody else.
    let own = world.signed_in("lead").get("/situation/organisations?verdict=unknown").body;
    assert!(!own.contains(world.trusts[1].as_str()), "{own}");
}

#[test]
fn an_organisations_page_says_what_is_seen_what_cannot_be_patched_and_what_nobody_knows() {
    let world = World::shared();
    let page = world.signed_in("lead").get(&format!("/organisations/{}", world.trusts[0])).body;
    for heading in [
        "How much of it is seen",
        "What you cannot patch",
        "End of support",
        "Software that the knowledge does not know",
    ] {
        assert!(page.contains(&format!("<h2>{heading}</h2>")), "{heading}: {page}");
    }
}

#[test]
fn the_situation_says_what_is_not_worked_out_yet_and_opens_each_list() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let page = officer.get("/situation?advisory=MS17-010&days=90").body;
    assert!(page.contains("The last 90 days"), "{page}");
    assert_eq!(page.matches("<svg class=\"chart\"").count(), 2);
    // A row for each day and for the page's own.
    assert_eq!(page.matches("as_known=2017-").count(), 90, "{page}");
    for heading in ["What changed since yesterday", "Age of the evidence", "End of support"] {
        assert!(page.contains(&format!("<h2>{heading}</h2>")), "{heading}");
    }
    let wrong = officer.get("/situation/changes?what=nonsense");
    assert_eq!(wrong.status, 400);
    for what in ["affected", "unknown", "silent"] {
        let list = officer.get(&format!("/situation/changes?what={what}"));
        assert_eq!(list.status, 200, "{what}: {list:?}");
        assert!(list.heading().len() > 20, "{what}");
    }
    assert_eq!(officer.get("/support?system=Windows%20Nonsense").status, 404);
    // A lead's page has no number of anybody else.
    let own = world.signed_in("lead").get("/support").body;
    let foreign = world.trusts[1].as_str();
    assert!(!own.contains(foreign));
    let other = format!("/support?organisation={foreign}");
    assert_eq!(world.signed_in("lead").get(&other).status, 404);
}

#[test]
fn the_knowledge_says_what_it_is_made_of_and_what_it_lacks() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    let page = officer.get("/knowledge");
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.body.contains("built-in") && page.body.contains("What is missing"), "{page:?}");
    let product = officer.get("/knowledge?product=Windows%207%20x64%20SP1");
    assert!(product.heading().contains("Windows 7 x64 SP1"), "{}", product.heading());
    assert_eq!(officer.get("/knowledge?product=none-is-called-so").status, 404);
    // Before the record had any.
    let before = officer.get("/knowledge?as_known=2016-01-01");
    assert_eq!(before.status, 404);
    assert!(before.body.contains("no knowledge of flaws yet"), "{}", before.body);
}

#[test]
fn settings_show_policies_and_no_place_of_the_machine() {
    let world = World::shared();
    let page = world.signed_in("auditor").get("/settings").body;
    for words in ["nhs-evidence", "14 days", "30 minutes", "National officer", "one writer"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let place = std::env::temp_dir();
    assert!(!page.contains(&*place.to_string_lossy()), "{page}");
    assert!(!page.contains("<form method=\"post\" action=\"/settings"));
}
