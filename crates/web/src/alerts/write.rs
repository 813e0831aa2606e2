//! Writing an alert, or a new version of one.

use std::sync::Arc;

use app::access::{Permission, SignedIn};
use app::alerts::{self, Change};
use app::exposure::desk::Moment;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use exposure::deadline::Policy;
use jiff::SignedDuration;
use model::event::Marking;
use model::organisation::{OrganisationCode, OrganisationKind};
use response::alert::{
    ActBy, AlertNumber, Audience, Authority, Basis, Certainty, Clocks, Content, Level, Severity,
    Urgency,
};

use super::{beside, number_of};
use crate::error::{PageError, Refusal};
use crate::frame::{self, Frame, check_csrf};
use crate::guard::Visitor;
use crate::site::Site;

/// How long there is to acknowledge where nobody says (NHS DSP Toolkit 6.3.2: 48 hours).
const HOURS: i64 = 48;

#[derive(askama::Template)]
#[template(path = "alert_form.html")]
struct FormPage {
    frame: Frame,
    title: String,
    /// Where it is sent.
    action: String,
    fields: Fields,
    kinds: Vec<(&'static str, String, bool)>,
    policies: Vec<(&'static str, bool)>,
    fault: Option<String>,
}

/// What was typed, as it was.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub(super) csrf: String,
    pub(super) headline: String,
    pub(super) description: String,
    /// One on each line.
    pub(super) steps: String,
    /// With commas or spaces between.
    pub(super) advisories: String,
    pub(super) level: String,
    pub(super) basis: String,
    pub(super) severity: String,
    pub(super) urgency: String,
    pub(super) certainty: String,
    pub(super) marking: String,
    pub(super) kinds: Vec<String>,
    pub(super) below: String,
    pub(super) named: String,
    pub(super) exposed_only: bool,
    pub(super) hours: String,
    /// A policy, `day` or `none`.
    pub(super) act: String,
    pub(super) day: String,
}

impl Fields {
    /// What an empty form has in it: what is right most often.
    fn new() -> Self {
        Self {
            level: Level::Advise.code().to_owned(),
            severity: Severity::Severe.code().to_owned(),
            urgency: Urgency::Expected.code().to_owned(),
            certainty: Certainty::Likely.code().to_owned(),
            marking: Marking::Amber.label().to_owned(),
            kinds: [OrganisationKind::Trust, OrganisationKind::Practice]
                .map(|kind| kind.code().to_owned())
                .into(),
            hours: HOURS.to_string(),
            act: Policy::BUILT_IN[0].to_owned(),
            ..Self::default()
        }
    }

    /// A form with what a content says.
    fn of(content: &Content) -> Self {
        let audience = &content.audience;
        let codes = |codes: &std::collections::BTreeSet<OrganisationCode>| {
            codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        let (act, day) = match &content.clocks.act {
            ActBy::Policy(policy) => (policy.clone(), String::new()),
            ActBy::Day(day) => ("day".to_owned(), day.to_string()),
            ActBy::Open => ("none".to_owned(), String::new()),
        };
        Self {
            csrf: String::new(),
            headline: content.headline.clone(),
            description: content.description.clone(),
            steps: content.steps.join("\n"),
            advisories: content.advisories.join(", "),
            level: content.authority.level().code().to_owned(),
            basis: content.authority.basis().map_or(String::new(), |one| one.as_str().to_owned()),
            severity: content.severity.code().to_owned(),
            urgency: content.urgency.code().to_owned(),
            certainty: content.certainty.code().to_owned(),
            marking: content.marking.label().to_owned(),
            kinds: audience.kinds.iter().map(|kind| kind.code().to_owned()).collect(),
            below: codes(&audience.below),
            named: codes(&audience.named),
            exposed_only: audience.exposed_only,
            hours: content.clocks.acknowledge_within.as_hours().to_string(),
            act,
            day,
        }
    }

    /// What a form sent: a kind of organisation may stand in it several times.
    fn sent(pairs: Vec<(String, String)>) -> Self {
        let mut fields = Self::default();
        for (name, value) in pairs {
            let place = match name.as_str() {
                "csrf" => &mut fields.csrf,
                "headline" => &mut fields.headline,
                "description" => &mut fields.description,
                "steps" => &mut fields.steps,
                "advisories" => &mut fields.advisories,
                "level" => &mut fields.level,
                "basis" => &mut fields.basis,
                "severity" => &mut fields.severity,
                "urgency" => &mut fields.urgency,
                "certainty" => &mut fields.certainty,
                "marking" => &mut fields.marking,
                "below" => &mut fields.below,
                "named" => &mut fields.named,
                "hours" => &mut fields.hours,
                "act" => &mut fields.act,
                "day" => &mut fields.day,
                "kinds" => {
                    fields.kinds.push(value);
                    continue;
                }
                "exposed_only" => {
                    fields.exposed_only = value == "yes";
                    continue;
                }
                _ => continue,
            };
            *place = value;
        }
        fields
    }

    /// The content that it makes, or what is wrong with it, in a sentence.
    pub(super) fn content(&self) -> Result<Content, String> {
        let one_of = |what: &str| format!("Choose {what} from the list.");
        let level = Level::of_code(&self.level).ok_or_else(|| one_of("how binding it is"))?;
        let basis = Basis::new(&self.basis);
        let authority = Authority::new(level, basis).ok_or(
            "Say by what law, contract or standard it is required: without one you can only advise.",
        )?;
        let kinds = self.kinds.iter().map(|code| {
            OrganisationKind::of_code(code).ok_or_else(|| one_of("kinds of organisation"))
        });
        let act = match self.act.as_str() {
            "none" => ActBy::Open,
            "day" => ActBy::Day(
                self.day
                    .trim()
                    .parse()
                    .map_err(|_| "Say on which day it must be done.".to_owned())?,
            ),
            policy => ActBy::Policy(policy.to_owned()),
        };
        let hours: i64 = self
            .hours
            .trim()
            .parse()
            .ok()
            .filter(|hours| (1..=31 * 24).contains(hours))
            .ok_or("Say within how many hours it must be acknowledged: 1 to 744.")?;
        let content = Content {
            headline: self.headline.clone(),
            description: self.description.replace("\r\n", "\n"),
            steps: self.steps.lines().map(ToOwned::to_owned).collect(),
            advisories: listed(&self.advisories),
            authority,
            severity: Severity::of_code(&self.severity).ok_or_else(|| one_of("the severity"))?,
            urgency: Urgency::of_code(&self.urgency).ok_or_else(|| one_of("the urgency"))?,
            certainty: Certainty::of_code(&self.certainty)
                .ok_or_else(|| one_of("the certainty"))?,
            marking: Marking::of_label(&self.marking).ok_or_else(|| one_of("the marking"))?,
            audience: Audience {
                kinds: kinds.collect::<Result<_, _>>()?,
                below: codes(&self.below)?,
                named: codes(&self.named)?,
                exposed_only: self.exposed_only,
            },
            clocks: Clocks {
                acknowledge_within: SignedDuration::from_hours(hours),
                act,
                expires: None,
            },
        };
        content.checked().map_err(|error| format!("{}.", model::words::capital(&error.to_string())))
    }
}

fn listed(text: &str) -> Vec<String> {
    text.split([',', ';', ' ', '\n', '\r', '\t'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(ToOwned::to_owned)
        .collect()
}

fn codes(text: &str) -> Result<std::collections::BTreeSet<OrganisationCode>, String> {
    let read =
        |part: String| part.parse().map_err(|_| format!("“{part}” is no code of an organisation."));
    listed(text).into_iter().map(read).collect()
}

/// An empty form.
pub(crate) async fn form(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
) -> Result<Response, PageError> {
    expect(&visitor)?;
    Ok(show(&site, &visitor, None, Fields::new(), None))
}

/// A form with what an alert says now, or is proposed to say.
pub(crate) async fn revise(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(number): Path<String>,
) -> Result<Response, PageError> {
    expect(&visitor)?;
    let number = number_of(&number)?;
    let books = (&*site.alerts, &*site.desk);
    let seen =
        alerts::alert(&site.context(), &visitor.caller, books, number, Moment::default()).await?;
    let alert = seen.answer.alert;
    let content = alert.proposal.as_ref().map(|proposal| &proposal.content);
    let content = content.or_else(|| alert.current().map(|issue| &issue.content));
    let fields = content.map_or_else(Fields::new, Fields::of);
    Ok(show(&site, &visitor, Some(number), fields, None))
}

/// A first version.
pub(crate) async fn submit(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    write(&site, &visitor, None, pairs).await
}

/// Another version.
pub(crate) async fn create(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(number): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    write(&site, &visitor, Some(&number), pairs).await
}

async fn write(
    site: &Site,
    visitor: &SignedIn,
    number: Option<&str>,
    pairs: Vec<(String, String)>,
) -> Result<Response, PageError> {
    let fields = Fields::sent(pairs);
    check_csrf(visitor, &fields.csrf)?;
    let number = number.map(number_of).transpose()?;
    let content = match fields.content() {
        Ok(content) => content,
        Err(fault) => return Ok(show(site, visitor, number, fields, Some(fault))),
    };
    let (context, caller) = (site.context(), &visitor.caller);
    let written = match number {
        None => alerts::draft(&context, caller, &site.alerts, content).await,
        Some(number) => {
            let books = (&*site.alerts, &*site.desk);
            let seen = alerts::alert(&context, caller, books, number, Moment::default()).await?;
            let before = seen.answer.alert;
            let before = before
                .proposal
                .map(|one| one.content.clocks.expires)
                .or_else(|| before.issues.last().map(|issue| issue.content.clocks.expires));
            // No field sets it, and none takes it away.
            let mut content = content;
            content.clocks.expires = before.flatten();
            let change = Change::Revise(Box::new(content));
            alerts::change(&context, caller, books, number, (&change, None), None)
                .await
                .map(|_| number)
        }
    };
    match written {
        Ok(number) => Ok(Redirect::to(&format!("/alerts/{number}")).into_response()),
        Err(error) => Ok(show(site, visitor, number, fields, Some(beside(error)?))),
    }
}

fn expect(visitor: &SignedIn) -> Result<(), Refusal> {
    let may = visitor.caller.can_everywhere(Permission::IssueAlerts);
    if may { Ok(()) } else { Err(Refusal::NotAllowed) }
}

fn show(
    site: &Site,
    visitor: &SignedIn,
    number: Option<AlertNumber>,
    fields: Fields,
    fault: Option<String>,
) -> Response {
    let title = number.map_or("Write an alert".to_owned(), |n| format!("A new version of {n}"));
    let asked = OrganisationKind::ALL.into_iter().map(|kind| {
        let is_chosen = fields.kinds.iter().any(|code| code == kind.code());
        (kind.code(), model::words::capital(&kind.to_string()), is_chosen)
    });
    frame::html(&FormPage {
        kinds: asked.collect(),
        policies: Policy::BUILT_IN.map(|name| (name, fields.act == name)).into(),
        action: number.map_or("/alerts".to_owned(), |n| format!("/alerts/{n}/write")),
        frame: Frame::of(site, visitor, title.clone(), "/alerts"),
        title,
        fields,
        fault,
    })
}
