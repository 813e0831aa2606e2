//! The steps.

use serde_json::{Value, json};

use super::evidence::{Patched, file};
use super::told::{Form, Teller};
use super::visitor::{Person, Visitor};
use super::{Untold, number, rows, text, until};
use crate::error::CliError;

/// What the alert is about.
const ADVISORY: &str = "MS17-010";

/// Who plays, and where.
struct Cast {
    base: String,
    officer: Visitor,
    deputy: Visitor,
    lead: Visitor,
    /// The lead's organisation, and its name.
    code: String,
    place: String,
}

pub(super) fn tell(base: &str, form: Form) -> Result<(), CliError> {
    let mut cast = cast(base)?;
    let mut teller = Teller::new(form, &mut cast.officer)?;
    let alert = asked(&mut cast, &mut teller)?;
    answered(&mut cast, &mut teller, &alert)?;
    proved(&mut cast, &mut teller, &alert)?;
    teller.end(&mut cast.officer)
}

fn cast(base: &str) -> Result<Cast, Untold> {
    let people = Visitor::at(base).people()?;
    let enter = |who: &str| -> Result<Visitor, Untold> {
        let found: Option<&Person> = people.iter().find(|person| person.name.starts_with(who));
        let person = found.ok_or_else(|| {
            Untold::new(format!(
                "{base} lets nobody be chosen who is “{who}”: is it `wardround demo`?"
            ))
        })?;
        let mut visitor = Visitor::at(base);
        visitor.come_in(person)?;
        Ok(visitor)
    };
    let mut lead = enter("Practice manager")?;
    lead.take_token()?;
    let own = lead.json("/api/v1/organisations")?;
    let own = rows(&own, "/organisations").next();
    let own = own.ok_or_else(|| Untold::new("the practice manager has no organisation"))?;
    let (code, place) = (text(own, "/code").to_owned(), text(own, "/name").to_owned());
    Ok(Cast {
        base: base.to_owned(),
        officer: enter("National operations officer")?,
        deputy: enter("Deputy operations officer")?,
        lead,
        code,
        place,
    })
}

/// An alert is written by one, approved by another, and asks one organisation.
fn asked(cast: &mut Cast, teller: &mut Teller) -> Result<String, CliError> {
    let headline = "Story: install the March 2017 update, and show that it is there";
    let draft = json!({
        "headline": headline,
        "description": "A worm can use a flaw in how Windows shares files.",
        "steps": ["Install it.", "Start the machine again.", "Send fresh lists of your machines."],
        "advisories": [ADVISORY],
        "level": "advise",
        "severity": "Severe",
        "urgency": "Expected",
        "certainty": "Observed",
        "marking": "TLP:GREEN",
        "named": [cast.code],
        "act_by": "nhs-14-day",
    });
    let key = key("draft", &unique()?);
    let made = cast.officer.post("/api/v1/alerts", draft, &key)?;
    expect(&made, "phase", "draft")?;
    let alert = text(&made, "/number").to_owned();
    let path = format!("/api/v1/alerts/{alert}");
    let subject = format!("alert/{alert}");
    let told = format!(
        "{} writes {alert} for {}: “{headline}”. It asks nobody yet.",
        cast.officer.name, cast.place
    );
    let about_it = [about(&subject)];
    let events = teller.said(&mut cast.officer, &about_it, &["alert.drafted"])?;
    teller.step(&mut cast.officer, &told, events)?;

    let key = |what: &str| format!("story-{alert}-{what}");
    let waits = cast.officer.post(&path, json!({ "do": "submit" }), &key("submit"))?;
    expect(&waits, "phase", "awaiting-second-person")?;
    let refused = cast.officer.post(&path, json!({ "do": "approve" }), &key("own"));
    if !matches!(&refused, Err(Untold(why)) if why.contains("answers 400")) {
        return Err(Untold::new("who wrote an alert is not refused to approve it").into());
    }
    let told = format!("{} asks for a second person, and may not be that.", cast.officer.name);
    let events = teller.said(&mut cast.officer, &about_it, &["alert.submitted"])?;
    teller.step(&mut cast.officer, &told, events)?;

    let read = number(&waits, "/said");
    let approve = json!({ "do": "approve", "seen": read });
    let issued = cast.deputy.post(&path, approve, &key("approve"))?;
    expect(&issued, "phase", "issued")?;
    if number(&issued, "/asked") != Some(1) {
        return Err(Untold::new(format!("{alert} does not ask one, but: {issued}")).into());
    }
    let told =
        format!("{} approves it: it is in force, and {} is asked.", cast.deputy.name, cast.place);
    let also = [about(&subject), about(&format!("{subject}/{}", cast.code))];
    let kinds = ["alert.issued", "answer.addressed"];
    let events = teller.said(&mut cast.officer, &also, &kinds)?;
    teller.step(&mut cast.officer, &told, events)?;
    Ok(alert)
}

/// The organisation reads it, works on it, and says that it is done.
fn answered(cast: &mut Cast, teller: &mut Teller, alert: &str) -> Result<(), CliError> {
    let path = format!("/api/v1/organisations/{}/alerts/{alert}", cast.code);
    let own = [about(&format!("alert/{alert}/{}", cast.code))];
    for (say, stage, kind, words) in [
        ("acknowledge", "acknowledged", "answer.acknowledged", "we have read it"),
        ("act", "acting", "answer.acting", "we are working on it"),
    ] {
        let key = key(say, alert);
        let stands = cast.lead.post(&path, json!({ "say": say }), &key)?;
        expect(&stands, "stage", stage)?;
        let told = format!("{}: “{words}”.", cast.lead.name);
        let events = teller.said(&mut cast.officer, &own, &[kind])?;
        teller.step(&mut cast.officer, &told, events)?;
    }
    let stands = cast.lead.post(&path, json!({ "say": "claim" }), &key("claim", alert))?;
    let told = format!(
        "{}: “it is done”. Evidence says to that at once: {}.",
        cast.lead.name,
        proof(&stands)
    );
    let kinds = ["answer.claimed", "answer.found"];
    let events = teller.said(&mut cast.officer, &own, &kinds)?;
    teller.step(&mut cast.officer, &told, events)?;
    Ok(())
}

/// Evidence disagrees, and both see it; then it shows the fix, and the claim is closed.
fn proved(cast: &mut Cast, teller: &mut Teller, alert: &str) -> Result<(), CliError> {
    let evidence = format!("/api/v1/organisations/{}/evidence", cast.code);
    let own = [imports(cast), about(&format!("alert/{alert}/{}", cast.code))];
    let kinds = ["evidence.imported", "answer.found"];
    let machines = machines(cast)?;
    let open = machines.first().ok_or_else(|| Untold::new("the practice has no machine"))?;
    let files = [file(open, Patched::No, alert)];
    cast.lead.upload(&evidence, &files, &key("open", alert))?;
    stands(cast, alert, |row| text(row, "/proof/is") == "disputed", "disputed")?;
    let told = format!(
        "{} sends the list of its machine {open}, which has not the update: officer and practice both see the claim disputed.",
        cast.place
    );
    let events = teller.said(&mut cast.officer, &own, &kinds)?;
    teller.step(&mut cast.officer, &told, events)?;

    let files: Vec<_> = machines.iter().map(|machine| file(machine, Patched::Yes, alert)).collect();
    cast.lead.upload(&evidence, &files, &key("fixed", alert))?;
    let is_closed =
        |row: &Value| text(row, "/proof/is") == "agrees" && text(row, "/stage") == "closed";
    stands(cast, alert, is_closed, "proved and closed")?;
    let told = format!(
        "{} sends fresh lists of all its {} machines, each with the update: evidence agrees, and {alert} is closed for it.",
        cast.place,
        machines.len()
    );
    let events = teller.said(&mut cast.officer, &own, &kinds)?;
    teller.step(&mut cast.officer, &told, events)?;
    Ok(())
}

/// What an organisation sends.
fn imports(cast: &Cast) -> String {
    format!("organisation={}&kind=evidence.imported", cast.code)
}

/// What is said about a subject.
fn about(subject: &str) -> String {
    format!("subject={subject}")
}

/// Every machine of the practice by its name; those that nobody has seen yet are given one.
fn machines(cast: &mut Cast) -> Result<Vec<String>, Untold> {
    let (mut names, mut after) = (Vec::new(), String::new());
    let base = format!("/api/v1/organisations/{}/hosts?limit=1000", cast.code);
    loop {
        let page = cast.lead.json(&format!("{base}{after}"))?;
        names.extend(rows(&page, "/hosts").map(|host| text(host, "/label").to_owned()));
        if let Some(next) = page.pointer("/next").and_then(Value::as_str) {
            after = format!("&after={next}");
            continue;
        }
        let unseen = number(&page, "/never_seen_hosts").unwrap_or(0);
        names.extend((1..=unseen).map(|at| format!("FOUND-{at}")));
        return Ok(names);
    }
}

/// Waits until the officer and the lead both see the organisation so.
fn stands(
    cast: &mut Cast,
    alert: &str,
    is_so: impl Fn(&Value) -> bool,
    how: &str,
) -> Result<(), Untold> {
    let path = format!("/api/v1/alerts/{alert}");
    let code = cast.code.clone();
    for visitor in [&mut cast.officer, &mut cast.lead] {
        let mut last = Value::Null;
        let seen = until(|| {
            let view = visitor.json(&path)?;
            let own = rows(&view, "/organisations").find(|row| text(row, "/code") == code);
            last = own.cloned().unwrap_or_default();
            Ok(is_so(&last).then_some(()))
        })?;
        if seen.is_none() {
            return Err(Untold::new(format!(
                "{} does not see {code} {how} at {}, but: {last}",
                visitor.name, cast.base
            )));
        }
    }
    Ok(())
}

fn expect(document: &Value, name: &str, wanted: &str) -> Result<(), Untold> {
    match text(document, &format!("/{name}")) {
        found if found == wanted => Ok(()),
        found => Err(Untold::new(format!("{name} is {found} and not {wanted}"))),
    }
}

/// What evidence says to a claim, in words.
fn proof(stands: &Value) -> String {
    match (text(stands, "/proof/is"), number(stands, "/proof/hosts")) {
        ("disputed", Some(1)) => "1 host is open".to_owned(),
        ("disputed", Some(hosts)) => format!("{hosts} hosts are open"),
        ("unproved", Some(hosts)) => format!("of {hosts} nobody can tell"),
        ("unproved", None) => "nobody can tell".to_owned(),
        ("older-than-claim", _) => "it is older than the claim".to_owned(),
        ("agrees", _) => "it agrees".to_owned(),
        _ => "nothing".to_owned(),
    }
}

/// A key by which a step of a telling is done once.
fn key(step: &str, telling: &str) -> String {
    format!("story-{telling}-{step}")
}

/// A text that no other telling has.
fn unique() -> Result<String, Untold> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)
        .map_err(|error| Untold::new(format!("the system gives no randomness: {error}")))?;
    Ok(u64::from_le_bytes(bytes).to_string())
}
