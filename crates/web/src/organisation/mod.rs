//! Organisations: the list, and one as its security lead sees it.

mod estate;
mod hosts;

use std::sync::Arc;

use app::access::Permission;
use app::exposure::answer::OrganisationAnswer;
use app::exposure::desk::BulletinAnswer;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::Response;
use exposure::index::{OrganisationStep, OrganisationSteps};
use exposure::judge::Remedy;
use model::organisation::register::Register;
use model::organisation::{OrganisationCode, Party};
use model::verdict::Verdict;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::alerts::{self, Waiting};
use crate::error::{ApiError, PageError, Refusal};
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::paging::{PageQuery, Paged, cursor};
use crate::site::Site;
use crate::situation::{Ahead, Next, ahead, evidence_words};
use crate::when::Asking;
use crate::words::{Sign, counted, day, number, percent, sign, sums, why_unknown, worst};

use estate::NameRow;

pub(crate) use hosts::{__path_api_hosts, api_hosts, hosts};

/// Most steps and bulletins on the page.
const MOST: usize = 12;
/// Most names of software that the knowledge does not know.
const MOST_NAMES: usize = 25;

/// The code in an address; what is no code names no organisation.
pub(crate) fn code_of(text: &str) -> Result<OrganisationCode, Refusal> {
    text.parse().map_err(|_| Refusal::NotFound(format!("There is no organisation {text}.")))
}

#[derive(askama::Template)]
#[template(path = "organisations.html")]
struct ListPage {
    frame: Frame,
    status: String,
    query: String,
    rows: Vec<ListRow>,
    more: usize,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Organisation)]
pub(crate) struct ListRow {
    code: String,
    name: String,
    kind: String,
    /// How many hosts it should have; none where nobody has said.
    expected_hosts: Option<u64>,
}

impl ListRow {
    fn expected(&self) -> String {
        self.expected_hosts.map_or("not said".to_owned(), number)
    }
}

/// What part of the list is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// A part of a name or a code.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    q: String,
}

/// Most rows of a list on one page.
const MOST_ROWS: usize = 200;

pub(crate) async fn list(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(query): Query<ListQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let register = site.desk.register(&site.context(), asking.when.moment()).await?;
    let mut rows = list_rows(&register, &visitor.caller, &query.q);
    let more = rows.len().saturating_sub(MOST_ROWS);
    let status = if query.q.trim().is_empty() {
        format!(
            "{} are yours to see.",
            model::words::count(rows.len(), "organisation", "organisations")
        )
    } else {
        format!(
            "{} of that name.",
            model::words::count(rows.len(), "organisation", "organisations")
        )
    };
    rows.truncate(MOST_ROWS);
    Ok(frame::html(&ListPage {
        frame: Frame::of(&site, &visitor, "Organisations", "/organisations").at(asking),
        status,
        query: query.q,
        rows,
        more,
    }))
}

/// Organisations that are open and that the caller may see, by name, of those whose name or code has
/// `text` in it.
fn list_rows(register: &Register, caller: &app::Caller, text: &str) -> Vec<ListRow> {
    let wanted = text.trim().to_lowercase();
    let mut rows: Vec<ListRow> = register
        .open()
        .filter(|organisation| caller.can(Permission::SeeHosts, Some(&organisation.code)))
        .filter(|organisation| {
            organisation.label().to_lowercase().contains(&wanted)
                || organisation.code.as_str().to_lowercase().contains(&wanted)
        })
        .map(|organisation| ListRow {
            code: organisation.code.to_string(),
            name: organisation.label().to_owned(),
            kind: organisation.kind.to_string(),
            expected_hosts: organisation.expected_hosts.as_ref().map(|expected| expected.count),
        })
        .collect();
    rows.sort_by(|a, b| (&a.name, &a.code).cmp(&(&b.name, &b.code)));
    rows
}

/// A list for programs, a page at a time.
#[derive(Serialize, ToSchema)]
#[schema(as = Organisations)]
pub(crate) struct ListDocument {
    /// In the order of their codes.
    organisations: Vec<ListRow>,
    /// `after` of the next page; none at the end.
    next: Option<String>,
}

/// The cursors of this list are its own.
const LIST: &str = "organisations";

/// The organisations that the caller may see
#[utoipa::path(
    get,
    path = "/api/v1/organisations",
    tag = "organisations",
    params(ListQuery, PageQuery),
    responses((status = 200, description = "A page of organisations", body = ListDocument)),
)]
pub(crate) async fn api_list(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    uri: Uri,
    Query(query): Query<ListQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Paged<ListDocument>, ApiError> {
    let part = page.read(LIST)?;
    let held = site.desk.held(&site.context()).await?;
    let mut rows = list_rows(held.register(), &visitor.caller, &query.q);
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    rows.retain(|row| part.after.as_ref().is_none_or(|after| row.code > *after));
    let is_more = rows.len() > part.limit;
    rows.truncate(part.limit);
    let next = rows.last().filter(|_| is_more).map(|row| cursor(LIST, &row.code));
    let document = ListDocument { organisations: rows, next: next.clone() };
    Ok(Paged { document, next, asked: uri })
}

#[derive(askama::Template)]
#[template(path = "organisation.html")]
struct OrganisationPage {
    frame: Frame,
    code: String,
    name: String,
    kind: String,
    advisory: String,
    status: String,
    as_of: String,
    next: Option<Next>,
    is_unresolved: bool,
    sign: Sign,
    counts: Vec<(Sign, String)>,
    why_unknown: Vec<(String, String)>,
    coverage: String,
    evidence: String,
    steps: Vec<StepRow>,
    steps_note: String,
    bulletins: Vec<BulletinRow>,
    more_bulletins: String,
    contradictions: Vec<(String, String)>,
    covered: Vec<(&'static str, String)>,
    devices: Vec<NameRow>,
    unpatchable: Vec<String>,
    unrecognised: Vec<NameRow>,
    more_unrecognised: String,
    ahead: Ahead,
    people: Vec<Answering>,
    may_add: bool,
    may_see_hosts: bool,
    /// What alerts still wait for, now.
    waiting: Vec<Waiting>,
    /// Hosts with fresh evidence, and hosts that were ever seen.
    fresh: u64,
    seen: u64,
}

struct StepRow {
    text: String,
    why: String,
    is_worm: bool,
    is_exploited: bool,
}

struct BulletinRow {
    id: String,
    title: String,
    sign: Sign,
    affected: String,
    unknown: String,
}

/// What is asked.
#[derive(Deserialize)]
pub(crate) struct AdvisoryQuery {
    #[serde(default)]
    advisory: String,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(code): Path<String>,
    Query(query): Query<AdvisoryQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let code = code_of(&code)?;
    let caller = &visitor.caller;
    let context = site.context();
    let advisory = match query.advisory.trim() {
        "" => "MS17-010".to_owned(),
        given => given.to_owned(),
    };
    let moment = asking.when.moment();
    let seen = site.desk.organisation(&context, caller, &code, advisory.clone(), moment).await?;
    let as_at = seen.as_at;
    let as_of = asking.when.as_of(seen.as_at, seen.as_known, seen.knowledge_built_at);
    let (register, exposure) = (seen.register, seen.answer);
    let known = register.get(&code);
    let name = known.map_or_else(|| code.to_string(), |own| own.label().to_owned());
    let counts = exposure.asked.as_ref().map(|row| row.counts.clone()).unwrap_or_default();
    let steps = steps(&exposure.steps);
    let unrecognised = estate::unrecognised(&exposure);
    let may_add = caller.can(Permission::AddEvidence, Some(&code));
    let waiting =
        if moment.is_now() { alerts::waiting(&site, caller, &code).await? } else { Vec::new() };
    let bulletins: Vec<BulletinRow> = exposure.bulletins.iter().take(MOST).map(bulletin).collect();
    Ok(frame::html(&OrganisationPage {
        waiting,
        status: status(&name, &advisory, exposure.asked.as_ref()),
        as_of,
        next: next(&code, steps.first(), &counts, may_add),
        is_unresolved: exposure.is_unresolved,
        sign: sign(worst(&counts)),
        why_unknown: why_unknown(&counts),
        fresh: exposure.steps.hosts,
        seen: counts.shown(),
        counts: sums(&counts),
        coverage: coverage(exposure.asked.as_ref()),
        evidence: exposure.asked.as_ref().map_or("none".to_owned(), evidence_words),
        steps_note: steps_note(&exposure.steps),
        steps,
        more_bulletins: more(exposure.bulletins.len(), bulletins.len()),
        bulletins,
        contradictions: estate::contradictions(&exposure),
        covered: estate::covered(exposure.asked.as_ref(), known),
        devices: estate::devices(&exposure),
        unpatchable: estate::unpatchable(&exposure),
        more_unrecognised: more(unrecognised.len(), MOST_NAMES),
        unrecognised: unrecognised.into_iter().take(MOST_NAMES).collect(),
        ahead: ahead(&exposure.support, as_at, Some(code.as_str()), &asking.when.query('&')),
        people: people(&register, &code),
        may_add,
        may_see_hosts: caller.can(Permission::SeeHosts, Some(&code)),
        kind: known.map_or("not registered".to_owned(), |own| own.kind.to_string()),
        frame: Frame::of(&site, &visitor, name.clone(), "/organisations").at(asking),
        code: code.to_string(),
        name,
        advisory,
    }))
}

fn status(name: &str, advisory: &str, asked: Option<&OrganisationAnswer>) -> String {
    let Some(row) = asked.filter(|row| row.counts.hosts() > 0) else {
        return format!(
            "Nobody can tell whether {name} is open to {advisory}: it has shown nothing, and how \
             many hosts it has is not known."
        );
    };
    let counts = &row.counts;
    let (affected, unknown) = (counts.of(Verdict::Affected), counts.of(Verdict::Unknown));
    if unknown == counts.hosts() {
        return format!(
            "Nobody can tell whether any of the {} at {name} is open to {advisory}.",
            counted(counts.hosts(), "host", "hosts")
        );
    }
    let mut text = format!(
        "{} of {} at {name} {} open to {advisory}",
        number(affected),
        counted(counts.hosts(), "host", "hosts"),
        if affected == 1 { "is" } else { "are" },
    );
    if unknown > 0 {
        text.push_str(&format!("; of {} nobody can tell", number(unknown)));
    }
    text.push('.');
    text
}

/// How many are not shown; empty where all are.
fn more(all: usize, shown: usize) -> String {
    match all.saturating_sub(shown) {
        0 => String::new(),
        more => number(more as u64),
    }
}

/// The one thing to do: the step that closes most; without one, evidence.
fn next(
    code: &OrganisationCode,
    step: Option<&StepRow>,
    counts: &app::exposure::answer::Counts,
    may_add: bool,
) -> Option<Next> {
    let evidence = || Next {
        text: if counts.of(Verdict::Unknown) == counts.hosts() {
            "Nothing can be told without fresh evidence.".to_owned()
        } else {
            format!(
                "Fresh evidence of {} would tell.",
                counted(counts.of(Verdict::Unknown), "host", "hosts")
            )
        },
        href: format!("/organisations/{}/evidence", percent(code.as_str())),
        label: "Send evidence".to_owned(),
    };
    match step {
        Some(step) => Some(Next {
            text: format!("{}. {}", step.text, step.why),
            href: "#steps".to_owned(),
            label: "See what to fix first".to_owned(),
        }),
        None if may_add && counts.of(Verdict::Unknown) > 0 => Some(evidence()),
        None => None,
    }
}

fn coverage(asked: Option<&OrganisationAnswer>) -> String {
    let Some(row) = asked else { return "No host was ever seen.".to_owned() };
    let mut text = format!(
        "{} of {} seen",
        number(row.counts.shown()),
        counted(row.counts.hosts(), "host", "hosts")
    );
    for (count, words) in [
        (row.counts.unseen, "expected and never seen"),
        (row.counts.maybe_twice, "may stand in the record twice"),
        (row.counts.beyond_expected, "more than expected"),
        (row.age.too_old, "with evidence too old to count"),
    ] {
        if count > 0 {
            text.push_str(&format!("; {} {words}", number(count)));
        }
    }
    text.push('.');
    text
}

/// Steps, those against a worm first, then against what is exploited, then by what they close.
fn steps(found: &OrganisationSteps) -> Vec<StepRow> {
    let mut steps: Vec<_> = found.steps.iter().collect();
    let key = |step: &OrganisationStep| (step.worm_hosts, step.kev_hosts, step.findings);
    steps.sort_by(|(a, x), (b, y)| key(y).cmp(&key(x)).then_with(|| a.cmp(b)));
    steps
        .into_iter()
        .take(MOST)
        .map(|(remedy, step)| {
            let names: Vec<&str> = step.advisories.iter().take(3).map(String::as_str).collect();
            let more = step.advisories.len().saturating_sub(names.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            StepRow {
                text: format!(
                    "{} on {}",
                    model::words::capital(remedy.to_string().trim_end_matches('.')),
                    counted(step.hosts, "host", "hosts")
                ),
                why: format!(
                    "{} {} of {}{more}.",
                    if closes(remedy) { "Closes" } else { "Stays open to" },
                    counted(step.findings, "finding", "findings"),
                    names.join(", ")
                ),
                is_worm: step.worm_hosts > 0,
                is_exploited: step.kev_hosts > 0,
            }
        })
        .collect()
}

/// Whether a remedy closes anything: that there is none is said as a step too.
const fn closes(remedy: &Remedy) -> bool {
    !matches!(remedy, Remedy::NoneAvailable | Remedy::NoneKnown)
}

fn steps_note(found: &OrganisationSteps) -> String {
    if found.hosts == 0 {
        return "No host has fresh evidence: what is to be fixed cannot be told.".to_owned();
    }
    let mut text = format!(
        "From the systems of {} with fresh evidence; software that is no part of a system is \
         counted by advisory below.",
        counted(found.hosts, "host", "hosts")
    );
    if found.too_old > 0 {
        text.push_str(&format!(
            " What {} need cannot be told: their evidence is too old.",
            counted(found.too_old, "more host", "more hosts")
        ));
    }
    text
}

fn bulletin(answer: &BulletinAnswer) -> BulletinRow {
    BulletinRow {
        id: answer.id.clone(),
        title: answer.title.clone(),
        sign: sign(worst(&answer.counts)),
        affected: number(answer.counts.of(Verdict::Affected)),
        unknown: number(answer.counts.of(Verdict::Unknown)),
    }
}

/// Somebody who answers for an organisation.
pub(crate) struct Answering {
    pub(crate) role: String,
    pub(crate) who: String,
    /// Numbers as a telephone takes them, and as they are printed.
    pub(crate) phones: Vec<(String, String)>,
    pub(crate) mail: Option<String>,
    pub(crate) confirmed: String,
}

/// Who answers for what, with the day it was last confirmed.
pub(crate) fn people(register: &Register, code: &OrganisationCode) -> Vec<Answering> {
    let Some(own) = register.get(code) else { return Vec::new() };
    own.responsibilities
        .iter()
        .map(|(slot, responsibility)| {
            let named = match &responsibility.party {
                Party::Organisation(code) => register
                    .get(code)
                    .map_or_else(|| code.to_string(), |other| other.label().to_owned()),
                Party::Person(_) => "a person".to_owned(),
            };
            let contact = responsibility.personal.contact().filter(|contact| !contact.is_empty());
            let phones = contact.iter().flat_map(|contact| [&contact.phone, &contact.mobile]);
            Answering {
                role: model::words::capital(&slot.role.to_string()),
                who: contact.and_then(|contact| contact.name.clone()).unwrap_or(named),
                phones: phones.flatten().map(|text| (dialled(text), text.clone())).collect(),
                mail: contact.and_then(|contact| contact.mail.clone()),
                confirmed: responsibility
                    .confirmed_on
                    .map_or("never confirmed".to_owned(), |on| format!("confirmed {}", day(on))),
            }
        })
        .collect()
}

/// A number as a telephone takes it.
fn dialled(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
}
