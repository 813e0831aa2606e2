//! Alerts and answers for programs.

use std::sync::Arc;

use app::alerts::{self, AlertLine, Funnel, OrganisationRow, Say};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use jiff::civil::Date;
use response::alert::{Alert, Content};
use response::answer::{Flag, Hosts, Proof, Route, Standing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::number_of;
use super::saying::Saying;
use super::words;
use crate::error::{ApiError, Refusal};
use crate::guard::Visitor;
use crate::once::{self, Sending};
use crate::organisation::code_of;
use crate::paging::{PageQuery, Paged, cursor};
use crate::site::Site;
use crate::when::WhenQuery;

/// The alerts that the caller may see.
#[derive(Serialize, ToSchema)]
#[schema(as = Alerts)]
pub(crate) struct AlertsDocument {
    /// The day for which it is answered.
    #[schema(format = Date)]
    as_at: String,
    /// What the record held at this instant counts.
    #[schema(format = DateTime)]
    as_known: String,
    /// The newest first.
    alerts: Vec<AlertDocument>,
    /// `after` of the next page; none at the end.
    next: Option<String>,
}

/// An alert.
#[derive(Serialize, ToSchema)]
#[schema(as = Alert)]
pub(crate) struct AlertDocument {
    /// Its number, such as `A17M`.
    number: String,
    /// `draft`, `awaiting-second-person`, `issued` or `ended`.
    phase: &'static str,
    /// Since when it is in force; none for a draft.
    #[schema(format = DateTime)]
    issued: Option<String>,
    /// What to do, in one line.
    headline: String,
    /// Who may read it (Traffic Light Protocol 2.0).
    marking: Option<&'static str>,
    /// How much is at stake, as the Common Alerting Protocol says it.
    severity: Option<&'static str>,
    /// What evidence is held against.
    advisories: Vec<String>,
    /// How far the organisations are that the caller may see.
    funnel: FunnelDocument,
}

/// How many organisations are how far. Each of the first six counts all who got so far or farther.
#[derive(Serialize, ToSchema)]
#[schema(as = Funnel)]
pub(crate) struct FunnelDocument {
    asked: u64,
    delivered: u64,
    acknowledged: u64,
    acting: u64,
    claimed: u64,
    /// Where evidence agrees.
    proved: u64,
    /// Where evidence contradicts a claim.
    disputed: u64,
    /// Closed against evidence by a named person.
    overridden: u64,
    silent: u64,
    late: u64,
    overdue: u64,
    unreachable: u64,
    accepted: u64,
}

impl FunnelDocument {
    const fn of(funnel: &Funnel) -> Self {
        Self {
            asked: funnel.asked,
            delivered: funnel.delivered,
            acknowledged: funnel.acknowledged,
            acting: funnel.acting,
            claimed: funnel.claimed,
            proved: funnel.proved,
            disputed: funnel.disputed,
            overridden: funnel.overridden,
            silent: funnel.silent,
            late: funnel.late,
            overdue: funnel.overdue,
            unreachable: funnel.unreachable,
            accepted: funnel.accepted,
        }
    }
}

impl AlertDocument {
    fn of(alert: &Alert, funnel: &Funnel) -> Self {
        let proposed = alert.proposal.as_ref().map(|one| &one.content);
        let content: Option<&Content> = alert.current().map(|one| &one.content).or(proposed);
        Self {
            number: alert.number.to_string(),
            phase: words::phase_code(alert),
            issued: alert.issued_at().map(|at| at.to_string()),
            headline: content.map_or(String::new(), |one| one.headline.clone()),
            marking: content.map(|one| one.marking.label()),
            severity: content.map(|one| one.severity.code()),
            advisories: content.map_or(Vec::new(), |one| one.advisories.clone()),
            funnel: FunnelDocument::of(funnel),
        }
    }
}

/// The cursors of each list are its own.
const LIST: &str = "alerts";
const ANSWERS: &str = "answers";

/// The alerts that the caller may see
#[utoipa::path(
    get,
    path = "/api/v1/alerts",
    tag = "alerts",
    params(WhenQuery, PageQuery),
    responses((status = 200, description = "A page of alerts", body = AlertsDocument)),
)]
pub(crate) async fn api_list(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    uri: Uri,
    Query(when): Query<WhenQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Paged<AlertsDocument>, ApiError> {
    let context = site.context();
    let (when, part) = (when.of_program()?.until(context.now)?, page.read(LIST)?);
    let before = match part.after.as_deref() {
        None => None,
        Some(text) => Some(number_of(text)?),
    };
    let books = (&*site.alerts, &*site.desk);
    let seen = alerts::alerts(&context, &visitor.caller, books, when.moment()).await?;
    let mut lines: Vec<&AlertLine> = seen.answer.iter().collect();
    lines.retain(|line| before.is_none_or(|before| line.alert.number < before));
    let is_more = lines.len() > part.limit;
    lines.truncate(part.limit);
    let next = lines.last().filter(|_| is_more);
    let next = next.map(|line| cursor(LIST, &line.alert.number.to_string()));
    let document = AlertsDocument {
        as_at: seen.as_at.to_string(),
        as_known: seen.as_known.to_string(),
        alerts: lines
            .into_iter()
            .map(|line| AlertDocument::of(&line.alert, &line.funnel))
            .collect(),
        next: next.clone(),
    };
    Ok(Paged { document, next, asked: uri })
}

/// How organisations stand under an alert.
#[derive(Serialize, ToSchema)]
#[schema(as = Answers)]
pub(crate) struct AnswersDocument {
    /// The day for which it is answered.
    #[schema(format = Date)]
    as_at: String,
    /// What the record held at this instant counts.
    #[schema(format = DateTime)]
    as_known: String,
    /// The alert.
    alert: AlertDocument,
    /// What it is, in plain words.
    description: String,
    /// What to do.
    steps: Vec<String>,
    /// In the order of their codes.
    organisations: Vec<AnswerDocument>,
    /// `after` of the next page; none at the end.
    next: Option<String>,
}

/// How one organisation stands under an alert: what it declares beside what evidence says.
#[derive(Serialize, ToSchema)]
#[schema(as = Answer)]
pub(crate) struct AnswerDocument {
    code: String,
    name: String,
    /// What it declares: `pending`, `notified`, `acknowledged`, `applicability-stated`, `acting`, `claimed`,
    /// `reopened` or `closed`.
    stage: &'static str,
    /// What evidence says to what it declared; none where it declared nothing.
    proof: Option<ProofDocument>,
    /// What else is to be said: `unreachable`, `acknowledgement-overdue`, `overdue`, `extension-asked`,
    /// `risk-accepted`, `acceptance-expired`, `deferred`, `overridden`.
    flags: Vec<&'static str>,
    /// By which day it must be done; none where no day is set.
    #[schema(format = Date)]
    due: Option<String>,
    /// Its hosts by what the alert's advisories say of them; none where nothing was shown.
    hosts: Option<HostsDocument>,
}

/// What evidence says to a claim.
#[derive(Serialize, ToSchema)]
#[schema(as = Proof)]
pub(crate) struct ProofDocument {
    /// `disputed`, `unproved`, `older-than-claim` or `agrees`.
    is: &'static str,
    /// Hosts that are open, or of which nobody can tell, where it is about hosts.
    hosts: Option<u64>,
    /// The oldest day of evidence, where it is about that.
    #[schema(format = Date)]
    oldest: Option<String>,
}

/// Hosts of an organisation; the unseen are among the unknown.
#[derive(Serialize, ToSchema)]
#[schema(as = AnswerHosts)]
pub(crate) struct HostsDocument {
    affected: u64,
    unknown: u64,
    mitigated: u64,
    fixed: u64,
    not_affected: u64,
}

impl ProofDocument {
    fn of(proof: Proof) -> Self {
        let (hosts, oldest): (Option<u64>, Option<Date>) = match proof {
            Proof::Disputed { affected } => (Some(affected), None),
            Proof::Unproved { unknown } => (unknown, None),
            Proof::Older { oldest } => (None, oldest),
            Proof::Agrees => (None, None),
        };
        Self { is: proof.code(), hosts, oldest: oldest.map(|day| day.to_string()) }
    }
}

impl HostsDocument {
    const fn of(hosts: Hosts) -> Self {
        Self {
            affected: hosts.affected,
            unknown: hosts.unknown,
            mitigated: hosts.mitigated,
            fixed: hosts.fixed,
            not_affected: hosts.not_affected,
        }
    }
}

impl AnswerDocument {
    fn of(row: &OrganisationRow) -> Self {
        Self {
            code: row.code.to_string(),
            name: row.name.clone(),
            stage: row.standing.stage.code(),
            proof: row.standing.proof.map(ProofDocument::of),
            flags: flags(&row.standing),
            due: row.answer.due_by().map(|day| day.to_string()),
            hosts: row.shown.hosts.map(HostsDocument::of),
        }
    }
}

fn flags(standing: &Standing) -> Vec<&'static str> {
    let code = |flag: &Flag| match flag {
        Flag::Unreachable => "unreachable",
        Flag::AcknowledgementOverdue => "acknowledgement-overdue",
        Flag::Overdue { .. } => "overdue",
        Flag::ExtensionAsked => "extension-asked",
        Flag::RiskAccepted { .. } => "risk-accepted",
        Flag::AcceptanceExpired { .. } => "acceptance-expired",
        Flag::Deferred { .. } => "deferred",
        Flag::Overridden => "overridden",
    };
    standing.flags.iter().map(code).collect()
}

/// One alert, and how each organisation stands under it
#[utoipa::path(
    get,
    path = "/api/v1/alerts/{alert}",
    tag = "alerts",
    params(
        ("alert" = String, Path, description = "The alert's number, such as A17M"),
        WhenQuery,
        PageQuery,
    ),
    responses((status = 200, description = "The alert with a page of organisations", body = AnswersDocument)),
)]
pub(crate) async fn api_one(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    uri: Uri,
    Path(number): Path<String>,
    Query(when): Query<WhenQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Paged<AnswersDocument>, ApiError> {
    let context = site.context();
    let (when, part) = (when.of_program()?.until(context.now)?, page.read(ANSWERS)?);
    let (number, books) = (number_of(&number)?, (&*site.alerts, &*site.desk));
    let seen = alerts::alert(&context, &visitor.caller, books, number, when.moment()).await?;
    let view = seen.answer;
    let mut rows: Vec<&OrganisationRow> = view.rows.iter().collect();
    rows.retain(|row| part.after.as_deref().is_none_or(|after| row.code.as_str() > after));
    rows.sort_by(|a, b| a.code.cmp(&b.code));
    let is_more = rows.len() > part.limit;
    rows.truncate(part.limit);
    let next = rows.last().filter(|_| is_more).map(|row| cursor(ANSWERS, row.code.as_str()));
    let content = view.alert.current().map(|one| &one.content);
    let content = content.or_else(|| view.alert.proposal.as_ref().map(|one| &one.content));
    let document = AnswersDocument {
        as_at: seen.as_at.to_string(),
        as_known: seen.as_known.to_string(),
        alert: AlertDocument::of(&view.alert, &view.funnel),
        description: content.map_or(String::new(), |one| one.description.clone()),
        steps: content.map_or(Vec::new(), |one| one.steps.clone()),
        organisations: rows.into_iter().map(AnswerDocument::of).collect(),
        next: next.clone(),
    };
    Ok(Paged { document, next, asked: uri })
}

/// What a program says for an organisation.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[schema(as = Saying)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SayingDocument {
    /// `acknowledge`, `acknowledge-by-phone`, `applicability`, `act`, `claim`, `withdraw-claim`, `ask-extension`, `accept-risk`,
    /// `end-acceptance`, `ask-window`, `decide-window`, `defer`, `decide-extension` or `override`.
    say: String,
    /// Why, in one's own words: needed where something does not apply, is put off or lived with.
    reason: String,
    /// Of `applicability`: `applies`, `does-not-apply` or `investigating`.
    what: String,
    /// Of `act`: the day by which more is said.
    next_update: String,
    /// Of `ask-extension`, `accept-risk` and `defer`: the day on which it ends.
    until: String,
    /// Of `accept-risk` and `defer`: who answers for it, by name and office.
    owner: String,
    /// Of `accept-risk`: what stands between the flaw and harm.
    control: String,
    /// Of `ask-window`: when it begins.
    from: String,
    /// Of `ask-window`: when it ends.
    to: String,
    /// Of `ask-window`: what care it touches.
    care: String,
    /// Of `decide-window` and `override`: who decides, by name and office; of `acknowledge-by-phone`: who rang.
    by: String,
    /// Of `decide-window`: `sign` or `refuse`; of `decide-extension`: `give` or `refuse`.
    answer: String,
}

impl SayingDocument {
    fn saying(self) -> Saying {
        Saying {
            csrf: String::new(),
            step: "send".to_owned(),
            say: self.say,
            reason: self.reason,
            what: self.what,
            next_update: self.next_update,
            until: self.until,
            owner: self.owner,
            control: self.control,
            from: self.from,
            to: self.to,
            care: self.care,
            by: self.by,
            answer: self.answer,
        }
    }
}

/// Where an organisation stands after something was said for it.
#[derive(Serialize, ToSchema)]
#[schema(as = Stands)]
pub(crate) struct StandsDocument {
    /// What it declares.
    stage: &'static str,
    /// What evidence says to what it declared.
    proof: Option<ProofDocument>,
    /// What else is to be said.
    flags: Vec<&'static str>,
}

/// What a program may say: what somebody must answer for by name is said by people who are signed in.
fn by_program(say: Say) -> Result<Say, Refusal> {
    match say {
        Say::Acknowledge(_) => Ok(Say::Acknowledge(Route::Webhook)),
        Say::AcceptRisk { .. }
        | Say::DecideWindow { .. }
        | Say::Defer { .. }
        | Say::DecideExtension(_)
        | Say::Override { .. } => Err(Refusal::NotAllowed),
        say => Ok(say),
    }
}

/// Say something for an organisation under an alert
///
/// A claim is held against the evidence at once, and the answer says what that gave.
#[utoipa::path(
    post,
    path = "/api/v1/organisations/{code}/alerts/{alert}",
    tag = "alerts",
    params(
        ("code" = String, Path, description = "The organisation's code"),
        ("alert" = String, Path, description = "The alert's number, such as A17M"),
    ),
    request_body(content = SayingDocument, content_type = "application/json"),
    responses((status = 200, description = "Where it stands now", body = StandsDocument)),
)]
pub(crate) async fn api_say(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    headers: HeaderMap,
    Path((code, number)): Path<(String, String)>,
    body: Result<Json<SayingDocument>, JsonRejection>,
) -> Result<Response, ApiError> {
    // A browser answers by the form of the page, which carries its proof.
    if visitor.session.is_some() {
        return Err(Refusal::Foreign.into());
    }
    let (code, number) = (code_of(&code)?, number_of(&number)?);
    let Json(document) = body.map_err(|rejection| Refusal::Framework {
        status: rejection.status(),
        words: format!("What was sent cannot be read: {}.", rejection.body_text()),
    })?;
    let mut sending = Sending::default();
    sending.add(code.as_str());
    sending.add(number.to_string());
    sending.add(serde_json::to_vec(&document).unwrap_or_default());
    let saying = document.saying();
    let work = async {
        let say = by_program(saying.read().map_err(Refusal::Wrong)?)?;
        let books = (&*site.alerts, &*site.desk);
        let (context, about) = (site.context(), (number, &code));
        let standing =
            alerts::say(&context, &visitor.caller, books, about, &say, saying.reason()).await?;
        Ok(once::Done::ok(StandsDocument {
            stage: standing.stage.code(),
            proof: standing.proof.map(ProofDocument::of),
            flags: flags(&standing),
        }))
    };
    once::once(&site, (&visitor, &headers), ("POST answer", sending), work).await
}
