//! Every way in, as everybody: who may not enter is turned away, and no way is without a guard.

use app::access::Permission;
use web::{Door, Needs, doors};

use super::world::World;

/// A path of a door with something of this world in its places.
fn path_of(door: &Door, world: &World) -> String {
    door.path
        .replace("{code}", world.trusts[0].as_str())
        .replace("{host}", "nobody-has-this-name")
        .replace("{advisory}", "MS17-010")
        .replace("{number}", "0")
        .replace("{alert}", &world.alert)
        .replace("{id}", "nothing-has-this-id")
        .replace("{secret}", "0000000000")
        .replace("{file}", "none.css")
        .replace("{year}", "2017")
        .replace("{document}", "none.json")
        .replace("{message}", "none.cap.xml")
}

fn ask(world: &World, login: Option<&str>, door: &Door) -> super::client::Answer {
    let mut client = login.map_or_else(|| world.nobody(), |login| world.signed_in(login));
    let path = path_of(door, world);
    if door.method == "POST" { client.post(&path, &[]) } else { client.get(&path) }
}

#[test]
fn who_is_not_signed_in_enters_no_door_that_needs_somebody() {
    let world = World::shared();
    let mut open = Vec::new();
    for door in doors() {
        if door.needs == Needs::Nothing {
            open.push(format!("{} {}", door.method, door.path));
            continue;
        }
        let answer = ask(world, None, &door);
        if door.needs == Needs::Carrier {
            assert_eq!(answer.status, 403, "{door:?}: {answer:?}");
            continue;
        }
        if door.is_api {
            assert_eq!(answer.status, 401, "{door:?}: {answer:?}");
            assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{door:?}");
        } else {
            assert_eq!(answer.status, 303, "{door:?}: {answer:?}");
            assert!(answer.location().starts_with("/sign-in?to="), "{door:?}: {answer:?}");
        }
    }
    // Whoever adds a door that everybody enters says so here.
    assert_eq!(
        open,
        [
            "GET /sign-in",
            "POST /sign-in",
            "POST /sign-in/openid",
            "GET /sign-in/openid/return",
            "POST /sign-in/passkey/begin",
            "POST /sign-in/passkey",
            "POST /demo/role",
            "GET /demo/outbox",
            "GET /a",
            "POST /a",
            "GET /a/{secret}",
            "POST /a/{secret}",
            "GET /.well-known/csaf/provider-metadata.json",
            "GET /csaf/feed-tlp-white.json",
            "GET /csaf/white/",
            "GET /csaf/white/index.txt",
            "GET /csaf/white/changes.csv",
            "GET /csaf/white/{year}/",
            "GET /csaf/white/{year}/{document}",
            "GET /public/alerts/{message}",
            "GET /alerts.atom",
            "GET /record/key",
            "GET /assets/{file}",
            "GET /healthz",
            "GET /readyz",
            "GET /api/v1/openapi.json",
        ]
    );
}

/// The document that programs read is walked too: what it says of a door is what happens there.
#[test]
fn who_is_refused_is_refused_as_the_document_says() {
    let world = World::shared();
    let document = world.nobody().get("/api/v1/openapi.json").body;
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let doors = doors();
            let door = doors
                .iter()
                .find(|door| door.path == path && door.method.as_str() == method.to_uppercase());
            let door = door.unwrap_or_else(|| panic!("{method} {path} is no door"));
            let everybody = World::LOGINS.into_iter().map(Some).chain([None]);
            for login in everybody {
                let answer = ask(world, login, door);
                let said = &operation["responses"][answer.status.to_string()];
                assert!(said.is_object(), "{login:?} {door:?}: not in the document: {answer:?}");
                let is_open = operation["security"].as_array().unwrap().is_empty();
                match login {
                    _ if is_open => assert_eq!(answer.status, 200, "{login:?} {door:?}"),
                    None => assert_eq!(answer.status, 401, "{door:?}: {answer:?}"),
                    Some("guest") if matches!(door.needs, Needs::May(_)) => {
                        assert_eq!(answer.status, 403, "{door:?}: {answer:?}");
                    }
                    Some(_) => assert_ne!(answer.status, 401, "{login:?} {door:?}"),
                }
            }
        }
    }
}

#[test]
fn who_has_no_role_enters_no_door_that_needs_one() {
    let world = World::shared();
    for door in doors() {
        if let Needs::May(_) = door.needs {
            let answer = ask(world, Some("guest"), &door);
            assert_eq!(answer.status, 403, "{door:?}: {answer:?}");
            assert!(!answer.body.contains(world.trusts[0].as_str()), "{door:?}");
        }
    }
}

#[test]
fn each_role_enters_what_it_may_and_nothing_else() {
    let world = World::shared();
    for login in World::LOGINS {
        for door in doors() {
            let Needs::May(permission) = door.needs else { continue };
            let answer = ask(world, Some(login), &door);
            // A form without its fields is refused further in, by other words.
            let entered = answer.status != 403 || answer.body.contains("not sent from here");
            assert_eq!(entered, may(login, permission), "{login} {door:?}: {answer:?}");
        }
    }
}

/// What each of these people may do somewhere: written here a second time, so that a change of it
/// is seen.
fn may(login: &str, permission: Permission) -> bool {
    use Permission::{
        AddEvidence, AnswerAlerts, EmergencyAccess, IssueAlerts, ManageJobs, ManagePeople,
        ReviewEmergency, SeeHosts, SeeRecord,
    };
    match login {
        "officer" if matches!(permission, ManageJobs | IssueAlerts) => true,
        "officer" | "region" | "lead" | "practice" => matches!(
            permission,
            SeeHosts
                | SeeRecord
                | AddEvidence
                | AnswerAlerts
                | ManagePeople
                | EmergencyAccess
                | ReviewEmergency
        ),
        "auditor" => {
            matches!(permission, SeeHosts | SeeRecord | EmergencyAccess | ReviewEmergency)
        }
        _ => false,
    }
}

#[test]
fn another_organisations_pages_are_not_there() {
    let world = World::shared();
    let other = world.trusts[1].as_str();
    let mut lead = world.signed_in("lead");
    for path in [
        format!("/organisations/{other}"),
        format!("/organisations/{other}/hosts"),
        format!("/organisations/{other}/hosts/any"),
        format!("/organisations/{other}/practice"),
        format!("/organisations/{other}/readiness"),
        format!("/api/v1/organisations/{other}/readiness"),
        format!("/organisations/{other}/evidence"),
        format!("/api/v1/organisations/{other}/hosts"),
        format!("/api/v1/organisations/{other}/hosts/any"),
        format!("/record?organisation={other}"),
        format!("/api/v1/events?organisation={other}"),
    ] {
        let answer = lead.get(&path);
        assert_eq!(answer.status, 404, "{path}: {answer:?}");
        // The same words as of a code that nobody has.
        let unheard = lead.get(&path.replace(other, "ZZZ99"));
        assert_eq!(unheard.status, 404, "{path}");
        assert_eq!(unheard.body.replace("ZZZ99", other), answer.body, "{path}");
    }
    let answer = lead.upload(&format!("/organisations/{other}/evidence"), "", &[("a", b"b")]);
    assert_eq!(answer.status, 404, "{answer:?}");
}
