//! Alerts written by a program of somebody who is signed in: a token never writes one.

use std::sync::Arc;

use app::access::SignedIn;
use app::alerts;
use app::exposure::desk::Moment;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use response::alert::AlertNumber;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::change::read;
use super::number_of;
use super::words;
use super::write::Fields;
use crate::error::{ApiError, Refusal};
use crate::frame::check_csrf;
use crate::guard::Visitor;
use crate::once::{self, Done, Sending};
use crate::site::Site;

/// What an alert is to say.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[schema(as = Writing)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WritingDocument {
    /// Of the session: the value of the hidden field `csrf` of any page that has a form.
    csrf: String,
    /// What to do, in one line of at most 120 characters.
    headline: String,
    /// What it is about, in plain words.
    description: String,
    /// What to do, step by step.
    steps: Vec<String>,
    /// What evidence is held against: names of advisories, CVEs or updates.
    advisories: Vec<String>,
    /// How binding it is: `advise`, `require` or `direct`.
    level: String,
    /// By what law, contract or standard, where it is more than advice.
    basis: String,
    /// `Minor`, `Moderate`, `Severe` or `Extreme` (CAP 1.2, as are the next two).
    severity: String,
    /// `Future`, `Expected` or `Immediate`.
    urgency: String,
    /// `Observed`, `Likely`, `Possible` or `Unlikely`.
    certainty: String,
    /// Who may read it: a label of the Traffic Light Protocol 2.0, such as `TLP:AMBER`.
    marking: String,
    /// Kinds of organisation that it is for, such as `trust`.
    kinds: Vec<String>,
    /// Codes of bodies: only for those below one of them.
    below: Vec<String>,
    /// Codes of organisations: only for these.
    named: Vec<String>,
    /// Only for those with a host that is open, or of which nobody can tell.
    exposed_only: bool,
    /// Within how many hours it must be acknowledged; 48 where it is not said.
    acknowledge_within_hours: Option<u32>,
    /// By when it must be done: a day (`2017-05-12`), the name of a policy, or empty for no day.
    act_by: String,
}

impl WritingDocument {
    fn fields(self) -> Fields {
        let day = self.act_by.trim().to_owned();
        let act = match day.parse::<jiff::civil::Date>() {
            Ok(_) => "day".to_owned(),
            Err(_) if day.is_empty() => "none".to_owned(),
            Err(_) => day.clone(),
        };
        let hours = self.acknowledge_within_hours.map_or(48, u64::from);
        // A step or a name with the end of a line in it would come apart into two.
        let one_line = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        Fields {
            headline: self.headline,
            description: self.description,
            steps: self.steps.iter().map(one_line).collect::<Vec<_>>().join("\n"),
            advisories: self.advisories.join(","),
            level: self.level,
            basis: self.basis,
            severity: self.severity,
            urgency: self.urgency,
            certainty: self.certainty,
            marking: self.marking,
            kinds: self.kinds,
            below: self.below.join(","),
            named: self.named.join(","),
            exposed_only: self.exposed_only,
            hours: hours.to_string(),
            act,
            day,
            ..Fields::default()
        }
    }
}

/// What is done with an alert.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[schema(as = AlertChange)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ChangeDocument {
    /// Of the session: the value of the hidden field `csrf` of any page that has a form.
    csrf: String,
    /// `submit`, `approve`, `send-back`, `supersede`, `withdraw` or `close`.
    #[serde(rename = "do")]
    what: String,
    /// Why: needed where it is sent back, withdrawn or closed.
    reason: String,
    /// Of `approve`: `said` of the answer in which it was read. What was changed since is not approved unread.
    seen: Option<u64>,
    /// Of `supersede`: the number of the alert that stands in its place.
    by: String,
}

/// An alert after something was done with it.
#[derive(Serialize, ToSchema)]
#[schema(as = AlertStands)]
pub(crate) struct AlertStandsDocument {
    /// Its number, such as `A17M`.
    number: String,
    /// `draft`, `awaiting-second-person`, `issued` or `ended`.
    phase: &'static str,
    /// How often something has been said of it.
    said: usize,
    /// How many organisations are newly asked by that.
    asked: usize,
}

/// Write an alert
///
/// Nobody is asked anything by that: it is submitted, and somebody else approves it. A token never may: what is said to many
/// is said by people who are signed in.
#[utoipa::path(
    post,
    path = "/api/v1/alerts",
    tag = "alerts",
    request_body(content = WritingDocument, content_type = "application/json"),
    responses((status = 201, description = "It is a draft", body = AlertStandsDocument)),
)]
pub(crate) async fn api_write(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    headers: HeaderMap,
    body: Result<Json<WritingDocument>, JsonRejection>,
) -> Result<Response, ApiError> {
    let mut document = sent(body)?;
    check_csrf(&visitor, &document.csrf)?;
    document.csrf.clear();
    let mut sending = Sending::default();
    sending.add(serde_json::to_vec(&document).unwrap_or_default());
    let work = async {
        let content = document.fields().content().map_err(Refusal::Wrong)?;
        let context = site.context();
        let number = alerts::draft(&context, &visitor.caller, &site.alerts, content).await?;
        let stands = stands(&site, &visitor, number, 0).await?;
        let location = Some(format!("/api/v1/alerts/{number}"));
        Ok(Done { status: StatusCode::CREATED, location, document: stands })
    };
    once::once(&site, (&visitor, &headers), ("POST alert", sending), work).await
}

/// Submit an alert, approve it, send it back, end it
#[utoipa::path(
    post,
    path = "/api/v1/alerts/{alert}",
    tag = "alerts",
    params(("alert" = String, Path, description = "The alert's number, such as A17M")),
    request_body(content = ChangeDocument, content_type = "application/json"),
    responses((status = 200, description = "Where it stands now", body = AlertStandsDocument)),
)]
pub(crate) async fn api_change(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    headers: HeaderMap,
    Path(number): Path<String>,
    body: Result<Json<ChangeDocument>, JsonRejection>,
) -> Result<Response, ApiError> {
    let mut document = sent(body)?;
    check_csrf(&visitor, &document.csrf)?;
    document.csrf.clear();
    let number = number_of(&number)?;
    let mut sending = Sending::default();
    sending.add(number.to_string());
    sending.add(serde_json::to_vec(&document).unwrap_or_default());
    let work = async {
        let change = read(&document.what, &document.by)?;
        let seen = document.seen.map(|seen| usize::try_from(seen).unwrap_or(usize::MAX));
        let (context, books) = (site.context(), (&*site.alerts, &*site.desk));
        let reason = Some(document.reason.as_str());
        let asked =
            alerts::change(&context, &visitor.caller, books, number, (&change, seen), reason);
        let asked = asked.await?;
        Ok(Done::ok(stands(&site, &visitor, number, asked).await?))
    };
    once::once(&site, (&visitor, &headers), ("POST alert change", sending), work).await
}

fn sent<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Refusal> {
    let Json(document) = body.map_err(|rejection| match rejection {
        // A form of any page can send that, and it carries no proof.
        JsonRejection::MissingJsonContentType(_) => Refusal::Foreign,
        other => Refusal::Framework {
            status: other.status(),
            words: format!("What was sent cannot be read: {}.", other.body_text()),
        },
    })?;
    Ok(document)
}

async fn stands(
    site: &Site,
    visitor: &SignedIn,
    number: AlertNumber,
    asked: usize,
) -> Result<AlertStandsDocument, Refusal> {
    let books = (&*site.alerts, &*site.desk);
    let now = Moment::default();
    let seen = alerts::alert(&site.context(), &visitor.caller, books, number, now).await?;
    let view = seen.answer;
    let phase = words::phase_code(&view.alert);
    Ok(AlertStandsDocument { number: number.to_string(), phase, said: view.said, asked })
}
