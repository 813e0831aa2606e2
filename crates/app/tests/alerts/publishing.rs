//! What other tools are given: what everybody may read and nothing else, and what hosts show as VEX.

use app::alerts::publish::{
    self, CapStatus, IssuedAlert, Library, Publisher, Shelf, VexOf, file_of,
};
use app::alerts::{AlertsError, Change, Say};
use app::exposure::desk::Moment;
use formats::advisory::csaf::validate::validate;
use jiff::civil::date;
use model::event::Marking;
use response::alert::{AlertNumber, Audience, Content};
use response::answer::Applicability;
use serde_json::{Value, json};

use super::world::{World, code, content, lead, officer, person, words};

fn publisher() -> Publisher {
    Publisher::new(
        "Health service of Example",
        "https://health.example",
        "Security operations: 0100",
        "https://alerts.example",
    )
    .unwrap()
}

fn marked(marking: Marking, headline: &str) -> Content {
    Content { marking, headline: headline.into(), ..content() }
}

async fn published(world: &World) -> Vec<IssuedAlert> {
    let books = (&world.books, &world.desk);
    publish::published(&world.context, books, &Shelf::default()).await.unwrap()
}

/// Everything that everybody may read, as one text.
async fn everything(world: &World) -> String {
    let (publisher, alerts) = (publisher(), published(world).await);
    let files: Vec<String> = alerts.iter().map(IssuedAlert::cap_file).collect();
    let library = Library::new((&publisher, CapStatus::Actual), alerts, world.context.now);
    let mut all = vec![
        library.metadata().unwrap(),
        library.rolie().unwrap(),
        library.index(),
        library.changes(),
        library.atom().unwrap(),
    ];
    for file in files {
        all.push(library.message(&file).unwrap().unwrap().0);
    }
    for year in library.years() {
        for name in library.of_year(&year.to_string()) {
            let (document, _) = library.of_folder(&year.to_string(), &name).unwrap().unwrap();
            let validation = validate(&document, Some(&name)).unwrap();
            assert!(validation.valid(), "{:?}", validation.failed());
            all.push(document);
        }
    }
    all.into_iter().map(|bytes| String::from_utf8(bytes).unwrap()).collect()
}

async fn vex(
    world: &World,
    caller: &app::Caller,
    own: &str,
    of: VexOf,
) -> Result<Value, AlertsError> {
    let books = (&world.books, &world.desk);
    let about = (&code(own), &of);
    let moment = Moment::default();
    let made = publish::vex(&world.context, caller, books, about, &publisher(), moment).await?;
    let validation = validate(&made.bytes, Some(&made.name)).unwrap();
    assert!(validation.valid(), "{:?}", validation.failures);
    Ok(serde_json::from_slice(&made.bytes).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_clear_is_published_and_nothing_else_is_hinted_at() {
    let world = World::new().await;
    assert!(everything(&world).await.contains("provider-metadata.json"), "nothing is there yet");
    let hidden = world.issued(marked(Marking::Amber, "Known to few")).await;
    let draft = marked(Marking::Clear, "A draft");
    app::alerts::draft(&world.context, &officer(), &world.books, draft).await.unwrap();
    let open = world.issued(marked(Marking::Clear, "Known to all")).await;
    let all = published(&world).await;
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].number.as_str(), all[0].marking), (&*open.to_string(), Marking::Clear));
    // The flaws are those that the knowledge had of the bulletin.
    assert!(all[0].cves.contains(&"CVE-2017-0144".to_owned()), "{:?}", all[0].cves);
    let text = everything(&world).await;
    assert!(text.contains("Known to all"));
    for word in ["few", "draft", &hidden.to_string(), &hidden.to_string().to_lowercase()] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    // Who was asked is nobody's business, and what those who wrote it said to each other is theirs.
    for word in ["TR1", "TR2", "a reason", "officer", "second person"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_is_a_revision_and_what_is_not_clear_any_more_is_gone() {
    let mut world = World::new().await;
    let number = world.issued(marked(Marking::Clear, "Known to all")).await;
    let first = published(&world).await.remove(0);
    assert!(first.updates.is_empty());
    let revise = async |world: &World, content: Content| {
        let change = Change::Revise(Box::new(content));
        world.change(&officer(), number, change).await.unwrap();
        world.change(&officer(), number, Change::Submit).await.unwrap();
        world.change(&super::world::second(), number, Change::Approve).await.unwrap();
    };
    world.at("2017-05-02T08:00:00Z");
    let mut binding = marked(Marking::Clear, "Known to all");
    binding.steps.push("Say when.".into());
    world.change(&officer(), number, Change::Revise(Box::new(binding.clone()))).await.unwrap();
    assert!(!everything(&world).await.contains("Say when."), "it is proposed and not in force");
    revise(&world, binding).await;
    let updated = published(&world).await.remove(0);
    assert_eq!(updated.updates[0].1, "Changed: what to do.");
    let text = everything(&world).await;
    assert!(text.contains("\"2017/a1c.json\",\"2017-05-02T08:00:00Z\""), "{text}");
    assert!(text.contains("<msgType>Update</msgType>"), "{text}");
    // Whoever may read less of it now reads nothing of it, and its readers all that was.
    world.at("2017-05-03T08:00:00Z");
    revise(&world, marked(Marking::Amber, "Known to few")).await;
    let text = everything(&world).await;
    assert!(!text.contains("a1c") && !text.contains("A1C") && !text.contains("few"), "{text}");
    let (books, shelf) = ((&world.books, &world.desk), Shelf::default());
    let own = publish::readable(&world.context, &lead(), books, &shelf, number).await.unwrap();
    assert_eq!((own.marking, own.updates.len()), (Marking::Amber, 2));
    let by = (&publisher(), CapStatus::Actual);
    let document = file_of(by, &own, "a1c.json").unwrap().unwrap();
    assert!(validate(&document, Some("a1c.json")).unwrap().valid());
    let document: Value = serde_json::from_slice(&document).unwrap();
    let marked_so = json!({"tlp": {"label": "AMBER"}, "text": "TLP:AMBER"});
    assert_eq!(document["document"]["distribution"], marked_so);
    let cap = String::from_utf8(file_of(by, &own, "a1c.cap.xml").unwrap().unwrap()).unwrap();
    assert!(cap.contains("<restriction>TLP:AMBER</restriction>"), "{cap}");
    assert_eq!(file_of(by, &own, "a2e.json").unwrap(), None);
    // And to all again: the version between leaves no trace.
    world.at("2017-05-04T08:00:00Z");
    revise(&world, marked(Marking::Clear, "Known to all again")).await;
    let text = everything(&world).await;
    assert!(!text.contains("few") && !text.contains("2017-05-03"), "{text}");
    assert_eq!(published(&world).await[0].updates.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_says_so_and_names_no_alert_that_is_not_public() {
    let world = World::new().await;
    let over = world.issued(marked(Marking::Clear, "Known to all")).await;
    let hidden = world.issued(marked(Marking::Amber, "Known to few")).await;
    let open = world.issued(marked(Marking::Clear, "Known to all, too")).await;
    world.change(&officer(), over, Change::Supersede(hidden)).await.unwrap();
    let text = everything(&world).await;
    assert!(!text.contains(&hidden.to_string()), "{text}");
    assert!(text.contains("<msgType>Cancel</msgType>") && text.contains("Closed."), "{text}");
    // Its own readers know where to look.
    let (books, shelf) = ((&world.books, &world.desk), Shelf::default());
    world.change(&officer(), open, Change::Withdraw).await.unwrap();
    let all = published(&world).await;
    let ended = all[0].ended.as_ref().unwrap();
    assert!(ended.is_withdrawn && ended.how.starts_with("withdrawn"), "{ended:?}");
    let seen = publish::readable(&world.context, &lead(), books, &shelf, over).await.unwrap();
    assert_eq!(seen.ended.unwrap().how, "closed", "a document of a marking is one for all");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_files_of_an_alert_are_for_whoever_may_read_it() {
    let world = World::new().await;
    let mut only_two = marked(Marking::Amber, "For the second only");
    only_two.audience = Audience { named: [code("TR2")].into(), ..Audience::default() };
    let number = world.issued(only_two).await;
    let draft = marked(Marking::Clear, "A draft");
    let draft = app::alerts::draft(&world.context, &officer(), &world.books, draft).await.unwrap();
    let (books, shelf) = ((&world.books, &world.desk), Shelf::default());
    let read = async |caller: app::Caller, number: AlertNumber| {
        publish::readable(&world.context, &caller, books, &shelf, number).await
    };
    assert!(read(officer(), number).await.is_ok());
    for caller in [lead(), app::Caller::public()] {
        assert_eq!(words(read(caller, number).await), format!("there is no alert {number}"));
    }
    // A draft is no document, not even for those who write it.
    assert_eq!(words(read(officer(), draft).await), format!("there is no alert {draft}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_risk_that_is_lived_with_stays_affected_and_so_does_what_is_said_not_to_apply() {
    let world = World::new().await;
    let number = world.issued(marked(Marking::Amber, "Known to few")).await;
    let of = || VexOf::Alert(number);
    let before = vex(&world, &lead(), "TR1", of()).await.unwrap();
    let says = Say::AcceptRisk {
        owner: "Ms Name, chief executive".to_owned(),
        control: "Port 445 is closed around it".to_owned(),
        until: Some(date(2017, 6, 1)),
    };
    world.say(&lead(), (number, "TR1"), says).await.unwrap();
    world.say(&lead(), (number, "TR1"), Say::Applicability(Applicability::DoesNot)).await.unwrap();
    let after = vex(&world, &lead(), "TR1", of()).await.unwrap();
    let flaws = |document: &Value| document["vulnerabilities"].as_array().unwrap().clone();
    assert_eq!(flaws(&before).len(), 6, "MS17-010 closes six flaws");
    for (before, after) in flaws(&before).iter().zip(flaws(&after)) {
        let status = json!({"known_affected": ["ward-1", "ward-2"]});
        assert_eq!((&before["product_status"], &after["product_status"]), (&status, &status));
        let accepted = after["remediations"].as_array().unwrap();
        let accepted = accepted.iter().find(|one| one["category"] == "no_fix_planned").unwrap();
        let details = accepted["details"].as_str().unwrap();
        assert!(
            details.contains("Port 445 is closed") && details.contains("2017-06-01"),
            "{details}"
        );
        assert!(!before.to_string().contains("no_fix_planned"));
        // Nothing justifies it, and nobody is named.
        let text = after.to_string();
        assert!(!text.contains("impact") && !text.contains("flags"), "{text}");
        assert!(!text.contains("Ms Name"), "{text}");
    }
    // By itself or with all that it is asked about, it is the same.
    for of in [VexOf::AllAlerts, VexOf::Advisory("MS17-010".to_owned())] {
        assert_eq!(flaws(&vex(&world, &lead(), "TR1", of).await.unwrap()), flaws(&after));
    }
    assert_eq!(after["document"]["distribution"]["text"], "TLP:AMBER");
}

#[tokio::test(flavor = "multi_thread")]
async fn vex_is_of_an_organisation_and_for_who_may_see_its_hosts() {
    let world = World::new().await;
    let mut only_two = marked(Marking::AmberStrict, "For the second only");
    only_two.audience = Audience { named: [code("TR2")].into(), ..Audience::default() };
    let foreign = world.issued(only_two).await;
    let fixed = vex(&world, &officer(), "TR2", VexOf::Alert(foreign)).await.unwrap();
    let text = fixed.to_string();
    assert!(text.contains(r#""fixed":["desk-1"]"#) && !text.contains("ward"), "{text}");
    assert_eq!(fixed["document"]["distribution"]["text"], "TLP:AMBER+STRICT");
    // Who has shown nothing is no product, and that is said.
    let silent = vex(&world, &officer(), "GP1", VexOf::Advisory("MS17-010".into())).await.unwrap();
    assert!(silent.get("product_tree").is_none());
    assert!(silent.to_string().contains("How many hosts there should be is not known."));
    let unknown = VexOf::Advisory("CVE-1999-99999".into());
    let unknown = vex(&world, &officer(), "TR2", unknown).await.unwrap();
    let status = &unknown["vulnerabilities"][0]["product_status"];
    assert_eq!(*status, json!({"under_investigation": ["desk-1"]}), "{unknown}");
    for (caller, own, of, words_of_it) in [
        (lead(), "TR2", VexOf::AllAlerts, "there is no organisation TR2".to_owned()),
        (lead(), "ZZ9", VexOf::AllAlerts, "there is no organisation ZZ9".to_owned()),
        (lead(), "TR1", VexOf::Alert(foreign), format!("there is no alert {foreign}")),
        (app::Caller::public(), "TR1", VexOf::AllAlerts, "there is no organisation TR1".to_owned()),
    ] {
        assert_eq!(words(vex(&world, &caller, own, of).await), words_of_it);
    }
    let refused = vex(&world, &officer(), "TR1", VexOf::Alert(foreign)).await;
    assert!(matches!(refused, Err(AlertsError::NotAsked(..))), "{refused:?}");
    let auditor = person("auditor", app::access::Role::Auditor, &[]);
    assert!(vex(&world, &auditor, "TR1", VexOf::AllAlerts).await.is_ok());
}
