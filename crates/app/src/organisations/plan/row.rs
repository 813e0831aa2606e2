//! What one row would change.

use jiff::civil::Date;
use model::organisation::register::{Change, ExpectedHosts, Life, Opening};
use model::organisation::{
    Listing, OrganisationCode, OrganisationKind, OrganisationName, Party, PersonReference,
    Personal, Responsibility, Role, Slot,
};

use super::draft::Draft;
use super::reconcile::{Given, Setting, reconcile};

const SINCE_OPENING: &str = "the file shows its own day; counted since the organisation opened";
const AS_NEEDED: &str = "the file does not say when it opened; open at least since then";
const ON_FILE_DAY: &str = "counted from the day of the file that shows it";

/// Plans what a row would change.
pub(super) fn plan(draft: &mut Draft<'_>, row: &Listing, needed: Option<Date>) {
    let before = draft.extent();
    if draft.history.life(&row.code).is_none() {
        register(draft, row, needed);
    } else {
        opening(draft, row);
    }
    // First, because what else the row says is so until then at the latest.
    closing(draft, row);
    if let Some(life) = draft.history.life(&row.code).cloned() {
        name_and_kind(draft, row, &life);
        parent(draft, row, &life);
        if life.last_day().is_none_or(|last_day| draft.options.as_at <= last_day) {
            responsibilities(draft, row, &life);
            expected_hosts(draft, row, &life);
        }
    }
    if draft.extent() == before {
        draft.unchanged();
    }
}

fn register(draft: &mut Draft<'_>, row: &Listing, needed: Option<Date>) {
    let day = draft.options.as_at;
    let assumed = needed.map_or(day, |needed| needed.min(day));
    // Nobody can have opened after they closed.
    let assumed = row.closed.map_or(assumed, |closed| closed.min(assumed));
    let (opened, opening, reason) = match row.opened {
        Some(opened) => (opened, Opening::Stated, None),
        None => (assumed, Opening::Assumed, Some(AS_NEEDED)),
    };
    if row.kind.is_none() {
        draft.kind_unknown();
    }
    let kind = row.kind.unwrap_or(OrganisationKind::Other);
    let change = Change::Registered { name: row.name.clone(), kind, opening };
    draft.offer(row, (opened, day), change, reason);
}

fn opening(draft: &mut Draft<'_>, row: &Listing) {
    let (Some(opened), Some(life)) = (row.opened, draft.history.life(&row.code)) else { return };
    let known = life.opened();
    match life.opening() {
        Opening::Stated if known != opened => {
            let message = format!(
                "opened on {opened} here and on {known} in the register, which was kept: correct \
                 whichever is wrong"
            );
            draft.conflict(row, message);
        }
        Opening::Stated => {}
        Opening::Assumed => {
            let day = draft.options.as_at;
            draft.offer(row, (opened, day), Change::OpeningStated, None);
        }
    }
}

fn name_and_kind(draft: &mut Draft<'_>, row: &Listing, life: &Life) {
    if let Some(name) = &row.name {
        let given = given(draft, Some(name.clone()), life.opened());
        // Some lists print capitals only: letter case alone is no new name.
        let lower = |name: &Option<OrganisationName>| {
            name.as_ref().map(|name| name.as_str().to_lowercase())
        };
        let is_same = |one: &_, other: &_| lower(one) == lower(other);
        for Setting { as_at, stated_on, value } in
            reconcile(life, Some(life.names()), given, is_same, Option::is_none)
        {
            let Some(name) = value else { continue };
            draft.offer(row, (as_at, stated_on), Change::Renamed { name }, why(life, as_at));
        }
    }
    // `Other` says little: it takes no better word away.
    if let Some(kind) = row.kind.filter(|kind| *kind != OrganisationKind::Other) {
        let given = given(draft, kind, life.opened());
        let is_unknown = |kind: &OrganisationKind| *kind == OrganisationKind::Other;
        for Setting { as_at, stated_on, value } in
            reconcile(life, Some(life.kinds()), given, PartialEq::eq, is_unknown)
        {
            let change = Change::KindSet { kind: value };
            draft.offer(row, (as_at, stated_on), change, why(life, as_at));
        }
    }
}

fn parent(draft: &mut Draft<'_>, row: &Listing, life: &Life) {
    let Some(parent) = &row.parent else { return };
    let mut given = given(draft, Some(parent.clone()), life.opened());
    given.since = row.parent_since;
    for Setting { as_at, stated_on, value } in
        reconcile(life, Some(life.parents()), given, PartialEq::eq, |_| false)
    {
        let reason = if Some(as_at) == row.parent_since { None } else { why(life, as_at) };
        draft.offer(row, (as_at, stated_on), Change::ParentSet { parent: value }, reason);
    }
}

fn responsibilities(draft: &mut Draft<'_>, row: &Listing, life: &Life) {
    let organisation = |code: &OrganisationCode| Responsibility {
        party: Party::Organisation(code.clone()),
        personal: Personal::None,
        confirmed_on: row.confirmed_on,
    };
    let first = |role| Slot { role, call_order: 1 };
    let mut wanted = Vec::new();
    if let Some(code) = &row.it_provider {
        wanted.push((first(Role::ItProvider), organisation(code)));
    }
    // Where the commissioner is the parent, the hierarchy says it.
    if let Some(code) = row.commissioner.as_ref().filter(|code| Some(*code) != row.parent.as_ref())
    {
        wanted.push((first(Role::Commissioner), organisation(code)));
    }
    wanted.extend(row.contacts.iter().map(|(slot, contact)| {
        let party = Party::Person(PersonReference::of_slot(&row.code, *slot));
        let personal = Personal::Given(contact.clone());
        (*slot, Responsibility { party, personal, confirmed_on: row.confirmed_on })
    }));
    for (slot, wanted) in wanted {
        let track = life.responsibility(slot);
        let day = life.nearest(draft.options.as_at);
        let known = track.and_then(|track| track.at(day)).and_then(|known| known.value.as_ref());
        if known.is_some_and(|known| known.personal == Personal::Erased) {
            let role = slot.role;
            let message = format!(
                "the details of its {role} were erased and were not taken again: set them by hand \
                 if somebody else has the role now"
            );
            draft.conflict(row, message);
            continue;
        }
        let given = given(draft, Some(wanted), day);
        for Setting { as_at, stated_on, value } in
            reconcile(life, track, given, PartialEq::eq, Option::is_none)
        {
            let change = Change::ResponsibilitySet { slot, responsibility: value };
            draft.offer(row, (as_at, stated_on), change, Some(ON_FILE_DAY));
        }
    }
}

fn expected_hosts(draft: &mut Draft<'_>, row: &Listing, life: &Life) {
    let Some(count) = row.expected_hosts else { return };
    let hosts = Some(ExpectedHosts { count, source: draft.options.source.clone() });
    let given = given(draft, hosts, life.nearest(draft.options.as_at));
    let count = |hosts: &Option<ExpectedHosts>| hosts.as_ref().map(|hosts| hosts.count);
    // The same number from a file of another name is no news.
    let is_same = |one: &_, other: &_| count(one) == count(other);
    for Setting { as_at, stated_on, value } in
        reconcile(life, Some(life.expected_hosts()), given, is_same, Option::is_none)
    {
        let change = Change::ExpectedHostsSet { hosts: value };
        draft.offer(row, (as_at, stated_on), change, Some(ON_FILE_DAY));
    }
}

fn closing(draft: &mut Draft<'_>, row: &Listing) {
    let day = draft.options.as_at;
    let Some(life) = draft.history.life(&row.code) else { return };
    match (row.closed, life.last_day()) {
        (Some(closed), None) => {
            let change = Change::Closed { successors: row.successors.clone() };
            draft.offer(row, (closed, day), change, None);
        }
        (Some(closed), Some(known)) if closed == known => {
            let is_new = |code: &&OrganisationCode| {
                !life.successions().iter().any(|(_, known)| known == *code)
            };
            let successors: Vec<_> = row.successors.iter().filter(is_new).cloned().collect();
            if !successors.is_empty() {
                draft.offer(row, (closed, day), Change::Succeeded { successors }, None);
            }
        }
        (Some(closed), Some(known)) => {
            let message = format!(
                "closed on {closed} here and on {known} in the register, which was kept: correct \
                 the closing if it is wrong"
            );
            draft.conflict(row, message);
        }
        // A mention does not say that it is open.
        (None, Some(known))
            if known < day && row.class != model::organisation::ListingClass::Mentioned =>
        {
            let message = format!(
                "listed without a closing, but closed on {known} in the register, which was kept: take the \
                 closing back with a correction if it was wrong"
            );
            draft.conflict(row, message);
        }
        (None, _) => {}
    }
}

fn given<T>(draft: &Draft<'_>, value: T, first: Date) -> Given<T> {
    Given { day: draft.options.as_at, since: None, first, value }
}

fn why(life: &Life, as_at: Date) -> Option<&'static str> {
    Some(if as_at == life.opened() { SINCE_OPENING } else { ON_FILE_DAY })
}
