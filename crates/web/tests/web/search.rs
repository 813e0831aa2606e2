//! What is found, and by whom.

use super::world::World;

#[test]
fn organisations_hosts_advisories_products_and_updates_are_found() {
    let world = World::shared();
    let mut lead = world.signed_in("lead");
    let hosts: serde_json::Value = serde_json::from_str(
        &lead.get(&format!("/api/v1/organisations/{}/hosts", world.trusts[0])).body,
    )
    .unwrap();
    let host = hosts["hosts"][0]["label"].as_str().unwrap().to_lowercase();
    let id = hosts["hosts"][0]["id"].as_str().unwrap();
    for (text, group, link) in [
        (
            world.trusts[0].to_string(),
            "Organisations",
            format!("/organisations/{}", world.trusts[0]),
        ),
        (host, "Hosts", format!("/hosts/{id}")),
        ("eternalblue".to_owned(), "Advisories and flaws", "/advisories/MS17-010".to_owned()),
        ("cve-2017-014".to_owned(), "Advisories and flaws", "/advisories/CVE-2017-0144".to_owned()),
        ("KB4012212".to_owned(), "Updates", "/situation?advisory=KB4012212".to_owned()),
        ("40122".to_owned(), "Updates", "/situation?advisory=KB4012215".to_owned()),
        ("windows 7".to_owned(), "Products", "Windows 7".to_owned()),
    ] {
        let answer = lead.get(&format!("/search?q={}", text.replace(' ', "%20")));
        assert_eq!(answer.status, 200, "{text}: {answer:?}");
        assert!(answer.body.contains(&format!("<h2>{group}</h2>")), "{text}: {}", answer.body);
        assert!(answer.body.contains(&link), "{text}: {link}: {}", answer.body);
    }
    let none = lead.get("/search?q=nothing-is-called-so");
    assert!(none.heading().starts_with("Nothing that you may see"), "{}", none.heading());
    assert_eq!(lead.get(&format!("/search?q={}", "x".repeat(4_000))).status, 200);
}

#[test]
fn suggestions_hold_what_the_caller_may_see_and_nothing_else() {
    let world = World::shared();
    let texts = |login: &str, q: &str| -> Vec<String> {
        let answer = world.signed_in(login).get(&format!("/api/v1/suggestions?q={q}"));
        let found: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        let own = found["suggestions"].as_array().unwrap().iter();
        own.map(|own| own["text"].as_str().unwrap().to_owned()).collect()
    };
    let other = world.trusts[1].as_str();
    assert_eq!(texts("officer", other).len(), 1);
    assert!(texts("lead", other).is_empty());
    assert!(texts("lead", "a").is_empty(), "one letter offers nothing");
    assert!(texts("lead", "KB40122").contains(&"KB4012212".to_owned()));
    assert!(texts("lead", "ms17").contains(&"MS17-010".to_owned()));
}
