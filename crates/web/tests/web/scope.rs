//! Nothing of another organisation comes through a list, a count, a search or an export.

use super::world::World;

#[test]
fn a_lead_sees_no_other_organisation_anywhere() {
    let world = World::shared();
    let (own, other) = (world.trusts[0].as_str(), world.trusts[1].as_str());
    let mut lead = world.signed_in("lead");
    let mut officer = world.signed_in("officer");
    for path in [
        "/situation".to_owned(),
        "/organisations".to_owned(),
        format!("/organisations?q={other}"),
        format!("/search?q={other}"),
        "/record".to_owned(),
        "/api/v1/exposure/MS17-010".to_owned(),
        "/api/v1/organisations".to_owned(),
        "/api/v1/events".to_owned(),
        "/advisories/MS17-010".to_owned(),
        "/alerts".to_owned(),
        format!("/alerts/{}", world.alert),
        format!("/alerts/{}/calls", world.alert),
        format!("/organisations/{own}/alerts"),
        format!("/organisations/{own}/alerts/{}", world.alert),
        "/api/v1/alerts".to_owned(),
        format!("/api/v1/alerts/{}", world.alert),
    ] {
        let answer = lead.get(&path);
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        // The search word itself is said again; a link or a row is not.
        let body = answer
            .body
            .replace(&format!("value=\"{other}\""), "")
            .replace(&format!("“{other}”"), "");
        assert!(!body.contains(other), "{path} tells of {other}: {body}");
    }
    let all: serde_json::Value =
        serde_json::from_str(&officer.get("/api/v1/exposure/MS17-010").body).unwrap();
    let mine: serde_json::Value =
        serde_json::from_str(&lead.get("/api/v1/exposure/MS17-010").body).unwrap();
    let rows = mine["organisations"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["code"], own);
    // The sum is that of what is seen, not that of the sector.
    assert_eq!(mine["total"], rows[0]["hosts"]);
    assert!(all["total"]["hosts"].as_u64() > mine["total"]["hosts"].as_u64());
    let same = all["organisations"].as_array().unwrap().iter().find(|row| row["code"] == own);
    assert_eq!(same.unwrap(), &rows[0]);
}

#[test]
fn a_regional_officer_sees_the_region_and_no_more() {
    let world = World::shared();
    let answer = world.signed_in("region").get("/api/v1/exposure/MS17-010");
    let seen: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let rows = seen["organisations"].as_array().unwrap();
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row["region"] == world.region.as_str()), "{answer:?}");
}
