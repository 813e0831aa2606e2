//! Emergency access: taken at once, for four hours, with a reason; and its review by somebody else.

use std::sync::Arc;

use app::access::{self, Outcome, Permission};
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use model::event::EventId;
use serde::Deserialize;

use crate::error::{PageError, Refusal, beside_form};
use crate::frame::{self, Frame, check_csrf};
use crate::guard::Visitor;
use crate::organisation::code_of;
use crate::site::Site;
use crate::words::{counted, minute};

#[derive(askama::Template)]
#[template(path = "emergency.html")]
struct EmergencyPage {
    frame: Frame,
    may_take: bool,
    may_review: bool,
    status: String,
    own: Vec<(String, String)>,
    reviews: Vec<ReviewRow>,
    organisation: String,
    reason: String,
    fault: Option<String>,
}

struct ReviewRow {
    event: String,
    who: String,
    organisation: String,
    reason: String,
    when: String,
    is_own: bool,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
) -> Result<Response, PageError> {
    show(&site, &visitor, ("", ""), None).await
}

async fn show(
    site: &Site,
    visitor: &access::SignedIn,
    (organisation, reason): (&str, &str),
    fault: Option<String>,
) -> Result<Response, PageError> {
    let caller = &visitor.caller;
    let may_review = caller.can(Permission::ReviewEmergency, None);
    let open =
        if may_review { access::open_reviews(&site.context(), caller).await? } else { Vec::new() };
    let status = match (visitor.emergencies.as_slice(), open.len()) {
        ([], 0) => "No emergency access is running for you, and none waits for your review.".into(),
        ([], waiting) => {
            format!(
                "{} for your review.",
                counted(waiting as u64, "emergency access waits", "emergency accesses wait")
            )
        }
        ([own], _) => format!(
            "You have emergency access to {} until {}.",
            own.organisation,
            minute(own.until)
        ),
        (several, _) => {
            format!("You have emergency access to {} organisations.", several.len())
        }
    };
    Ok(frame::html(&EmergencyPage {
        frame: Frame::of(site, visitor, "Emergency access", "/emergency"),
        may_take: caller.can(Permission::EmergencyAccess, None),
        may_review,
        status,
        own: visitor
            .emergencies
            .iter()
            .map(|own| (own.organisation.to_string(), minute(own.until)))
            .collect(),
        reviews: open
            .into_iter()
            .map(|review| ReviewRow {
                event: review.emergency.event.to_string(),
                who: review.person.map_or(review.emergency.account.clone(), |person| person.name),
                organisation: review.emergency.organisation.to_string(),
                reason: review.emergency.reason,
                when: minute(review.emergency.since),
                is_own: review.emergency.account == visitor.person.id,
            })
            .collect(),
        organisation: organisation.to_owned(),
        reason: reason.to_owned(),
        fault,
    }))
}

/// What is taken, and why.
#[derive(Deserialize)]
pub(crate) struct Taken {
    csrf: String,
    organisation: String,
    reason: String,
}

pub(crate) async fn take(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<Taken>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    let typed = (form.organisation.as_str(), form.reason.as_str());
    let code = match code_of(form.organisation.trim()) {
        Ok(code) => code,
        Err(refusal) => return show(&site, &visitor, typed, Some(refusal.words())).await,
    };
    match access::emergency(&site.context(), &visitor.caller, &code, &form.reason).await {
        Ok(_) => Ok(Redirect::to(&format!("/organisations/{code}")).into_response()),
        Err(error) => show(&site, &visitor, typed, Some(beside_form(error)?)).await,
    }
}

/// What a review found.
#[derive(Deserialize)]
pub(crate) struct Found {
    csrf: String,
    event: String,
    outcome: String,
    #[serde(default)]
    note: String,
}

pub(crate) async fn review(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<Found>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    let event: EventId = form
        .event
        .parse()
        .map_err(|_| Refusal::Wrong("Say which emergency access is reviewed.".to_owned()))?;
    let outcome = Outcome::of_code(&form.outcome)
        .ok_or_else(|| Refusal::Wrong("Say whether it was justified.".to_owned()))?;
    let note = Some(form.note.as_str());
    access::review(&site.context(), &visitor.caller, &event, outcome, note).await?;
    Ok(Redirect::to("/emergency").into_response())
}
