//! Who is told about an organisation, in which order: its own lead, deputies and executive, who runs its IT, who
//! commissions it, and in the end who watches over it.

use std::collections::BTreeSet;

use channels::address::{MailAddress, PhoneNumber};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::organisation::register::{CallPolicy, CallStep, Hours, Level, Register};
use model::organisation::{Contact, OrganisationCode, Party, PersonReference, Role};
use response::alert::Severity;
use response::escalation::{Ladder, Recipient, Step};

use super::carriers::Ways;

/// Most steps: a ladder that has more keeps its last, which is who watches over the organisation.
const MOST_STEPS: usize = 12;
/// Most people of a step.
const MOST_PEOPLE: usize = 20;

/// The ladder of an organisation; `None`: the register names nobody whom a carrier could reach.
pub(super) fn ladder(
    (register, ways): (&Register, &Ways),
    code: &OrganisationCode,
    severity: Severity,
    now: Timestamp,
) -> Option<Ladder> {
    let wait = wait(severity);
    let list = register.call_list(code, hours(now), CallPolicy::default());
    let mut seen = BTreeSet::new();
    let mut steps: Vec<(Key, Step)> = Vec::new();
    for own in &list.steps {
        let person = person(own);
        let contact = own.responsibility.personal.contact();
        let routes = contact.map_or_else(Vec::new, |contact| ways.routes(contact));
        if routes.is_empty() || !seen.insert(person.clone()) {
            continue;
        }
        let who = Recipient { person, routes };
        let key = key(own);
        match steps.last_mut() {
            Some((last, step)) if *last == key && step.people.len() < MOST_PEOPLE => {
                step.people.push(who);
            }
            _ => {
                let is_watching = own.level == Level::Region;
                let label = label(own, code);
                steps.push((key, Step { label, people: vec![who], wait, is_watching }));
            }
        }
    }
    let mut steps: Vec<Step> = steps.into_iter().map(|(_, step)| step).collect();
    let programs = ways.programs(code);
    if !programs.is_empty() {
        // Rooms and programs of the organisation hear it at once, beside its first person, if it has one.
        match steps.first_mut() {
            Some(first)
                if !first.is_watching && first.people.len() + programs.len() <= MOST_PEOPLE =>
            {
                first.people.extend(programs);
            }
            _ => {
                let people = programs.into_iter().take(MOST_PEOPLE).collect();
                let label = "rooms and programs".to_owned();
                steps.insert(0, Step { label, people, wait, is_watching: false });
            }
        }
    }
    if steps.len() > MOST_STEPS {
        let last = steps.pop();
        steps.truncate(MOST_STEPS - 1);
        steps.extend(last);
    }
    Ladder::new(steps).ok()
}

/// A notice: the first step of a ladder, without climbing it.
pub(super) fn notice(ladder: &Ladder) -> Option<Ladder> {
    let first = ladder.steps().iter().find(|step| !step.is_watching)?;
    Ladder::new(vec![Step { wait: SignedDuration::from_hours(1), ..first.clone() }]).ok()
}

/// What stands on one step together.
#[derive(PartialEq)]
struct Key {
    level: Level,
    organisation: OrganisationCode,
    role: Role,
    /// Deputies come one after the other.
    deputy: u16,
}

fn key(own: &CallStep<'_>) -> Key {
    Key {
        level: own.level,
        organisation: own.organisation.clone(),
        role: own.slot.role,
        deputy: if own.slot.role == Role::Deputy { own.slot.call_order } else { 0 },
    }
}

fn label(own: &CallStep<'_>, code: &OrganisationCode) -> String {
    let role = match own.slot.role {
        Role::Deputy => format!("deputy {}", own.slot.call_order),
        role => role.to_string(),
    };
    if own.organisation == code { role } else { format!("{role} of {}", own.organisation) }
}

/// What the register calls them.
pub(super) fn person(own: &CallStep<'_>) -> String {
    match &own.responsibility.party {
        Party::Person(person) => person.as_str().to_owned(),
        Party::Organisation(_) => {
            PersonReference::of_slot(own.organisation, own.slot).as_str().to_owned()
        }
    }
}

/// Everybody of an organisation's call list who can be reached, as the register has it now.
pub(super) fn people<'r>(
    register: &'r Register,
    code: &OrganisationCode,
) -> impl Iterator<Item = (String, &'r Contact)> {
    let list = register.call_list(code, Hours::Working, CallPolicy::default());
    let each = list.steps.into_iter();
    each.filter_map(|own| Some((person(&own), own.responsibility.personal.contact()?)))
}

/// How to reach somebody of a call list.
pub(super) fn contact<'r>(
    register: &'r Register,
    code: &OrganisationCode,
    who: &str,
) -> Option<&'r Contact> {
    people(register, code).find(|(person, _)| person == who).map(|(_, contact)| contact)
}

/// A telephone number as it is printed, with the country that is meant where it names none.
pub(super) fn phone(printed: &str, country: &str) -> Option<PhoneNumber> {
    let printed = printed.trim();
    printed.parse().ok().or_else(|| {
        let rest = printed.strip_prefix('0').filter(|rest| !rest.starts_with('0'))?;
        format!("+{country} {rest}").parse().ok()
    })
}

/// A mail address as it is printed.
pub(super) fn mail(printed: &str) -> Option<MailAddress> {
    printed.trim().parse().ok()
}

/// How long each step is given. Ours: what is extreme climbs a ladder of five steps within an hour.
const fn wait(severity: Severity) -> SignedDuration {
    match severity {
        Severity::Extreme => SignedDuration::from_mins(10),
        Severity::Severe => SignedDuration::from_mins(30),
        Severity::Moderate => SignedDuration::from_hours(4),
        Severity::Minor => SignedDuration::from_hours(24),
    }
}

/// Working hours are 7 to 19 on weekdays, in UTC as everywhere in the record.
fn hours(now: Timestamp) -> Hours {
    let now = now.to_zoned(TimeZone::UTC);
    let is_weekday = now.weekday().to_monday_one_offset() <= 5;
    if is_weekday && (7..19).contains(&now.hour()) { Hours::Working } else { Hours::Night }
}
