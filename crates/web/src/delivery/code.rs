//! The page of a code: one screen on a telephone, at most ten kilobytes with its style sheet. Looking at it changes nothing:
//! programs that read mail and texts open links by themselves. Only what is sent from it does.

use std::sync::Arc;

use app::delivery::{self, Answered, Asked, Choice, Code};
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use response::answer::Route;
use serde::Deserialize;

use crate::error::{PageError, Refusal};
use crate::frame;
use crate::site::Site;
use crate::words::{day, minute};

#[derive(askama::Template)]
#[template(path = "code.html")]
struct CodePage {
    title: String,
    is_demo: bool,
    marking: Option<&'static str>,
    lines: Vec<String>,
    /// Where its form leads; empty: there is nothing to say.
    code: String,
    choices: Vec<(&'static str, &'static str, bool)>,
    asks_code: bool,
    typed: String,
    links: Vec<(String, String)>,
}

/// What was typed.
#[derive(Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    code: String,
}

/// What is said with a code.
#[derive(Deserialize)]
pub(crate) struct SayForm {
    #[serde(default)]
    say: String,
}

pub(crate) async fn type_code(State(site): State<Arc<Site>>) -> Response {
    frame::html(&ask(&site, String::new(), None))
}

/// Goes to the page of the code that was typed; what is none is asked for again.
pub(crate) async fn typed(State(site): State<Arc<Site>>, Form(form): Form<Typed>) -> Response {
    match form.code.parse::<Code>() {
        Ok(code) => Redirect::to(&format!("/a/{}", code.as_str())).into_response(),
        Err(error) => {
            let fault = format!("That is no code: {error}.");
            let page = ask(&site, form.code.chars().take(20).collect(), Some(fault));
            (StatusCode::UNPROCESSABLE_ENTITY, frame::html(&page)).into_response()
        }
    }
}

pub(crate) async fn asked(
    State(site): State<Arc<Site>>,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    let Ok(code) = code.parse::<Code>() else { return Ok(unknown(&site)) };
    let known = (&*site.alerts, &*site.desk);
    let found = delivery::asked(&site.context(), known, &code).await.map_err(Refusal::from)?;
    Ok(found
        .map_or_else(|| unknown(&site), |asked| frame::html(&shown(&site, &code, &asked, None))))
}

pub(crate) async fn answer(
    State(site): State<Arc<Site>>,
    Path(code): Path<String>,
    Form(form): Form<SayForm>,
) -> Result<Response, PageError> {
    let Ok(code) = code.parse::<Code>() else { return Ok(unknown(&site)) };
    let choice = Choice::of_code(&form.say).ok_or_else(|| {
        Refusal::Wrong("Say what you want: choose one of the buttons.".to_owned())
    })?;
    let known = (&*site.alerts, &*site.desk);
    let context = site.context();
    let said = delivery::acknowledge(&context, known, (&code, Route::Code), choice)
        .await
        .map_err(Refusal::from)?;
    let Some(answered) = said else { return Ok(unknown(&site)) };
    let found = delivery::asked(&context, known, &code).await.map_err(Refusal::from)?;
    let page = found.map_or_else(
        || unknown(&site),
        |asked| frame::html(&shown(&site, &code, &asked, Some(answered))),
    );
    Ok(page)
}

fn ask(site: &Site, typed: String, fault: Option<String>) -> CodePage {
    CodePage {
        title: "Acknowledge an alert".to_owned(),
        is_demo: site.is_demo,
        marking: None,
        lines: fault.into_iter().collect(),
        code: String::new(),
        choices: Vec::new(),
        asks_code: true,
        typed,
        links: Vec::new(),
    }
}

/// A code that is nobody's: a wrong one and one that is too old look alike.
fn unknown(site: &Site) -> Response {
    let fault = "No alert waits for that code. Look at the message again, or ring whoever sent it.";
    let page = ask(site, String::new(), Some(fault.to_owned()));
    (StatusCode::NOT_FOUND, frame::html(&page)).into_response()
}

fn shown(site: &Site, code: &Code, asked: &Asked, answered: Option<Answered>) -> CodePage {
    let (number, (organisation, name)) = (asked.alert, &asked.organisation);
    let mut lines = Vec::new();
    let title = match answered {
        Some(Answered::Acknowledged) => {
            lines.push(
                "That you have read it is in the record. It is not done yet: sign in and say how far \
                 you are."
                    .to_owned(),
            );
            format!("{number} is acknowledged for {name}")
        }
        Some(Answered::TakenOn) => {
            lines.push(
                "Nobody else is told. Ring them: the call sheet is on the alert's page.".to_owned(),
            );
            format!("You have taken on {number} for {name}")
        }
        Some(Answered::Passed) => format!("{number}: the next person of {name} is told now"),
        Some(Answered::NobodyNext) => {
            lines.push("There is nobody after you: acknowledge it, or ask to be rung.".to_owned());
            format!("{number} was not passed on")
        }
        Some(Answered::WillRing) => format!("You will be rung about {number}"),
        _ if asked.is_over => format!("{number} is over: there is nothing more to do"),
        _ if asked.answered.is_some() => format!("{number} was acknowledged for {name}"),
        _ if asked.is_watching => format!("Nobody at {name} has answered {number}"),
        _ => format!("{number} asks {name} to act"),
    };
    let is_open = !asked.is_over && asked.answered.is_none();
    if let Some(at) = asked.answered.filter(|_| answered.is_none_or(|one| one == Answered::Already))
    {
        lines.push(format!("On {}. Thank you.", minute(at)));
    }
    if is_open {
        match &asked.headline {
            Some(headline) => lines.push(headline.clone()),
            None => lines.push(format!(
                "What it says is marked {}: sign in to read it.",
                asked.marking.label()
            )),
        }
        lines.push(format!("Severity: {}.", asked.severity.code().to_lowercase()));
        lines.extend(asked.due.map(|due| format!("To be done by {}.", day(due))));
        lines.push(format!("You were told as {}.", asked.role));
    }
    let may_say =
        is_open && matches!(answered, None | Some(Answered::NobodyNext | Answered::Already));
    let first = if asked.is_watching { "I take it on" } else { "We have read it" };
    let choices = [
        (Choice::Acknowledge, first, true),
        (Choice::CannotLead, "I cannot lead: tell the next", false),
        (Choice::CallMe, "Ring me", false),
    ];
    CodePage {
        title,
        is_demo: site.is_demo,
        marking: Some(asked.marking.label()),
        lines,
        code: if may_say { code.as_str().to_owned() } else { String::new() },
        choices: choices.map(|(choice, label, is_first)| (choice.code(), label, is_first)).into(),
        asks_code: false,
        typed: String::new(),
        links: vec![(
            format!("/organisations/{organisation}/alerts/{number}"),
            "Sign in to read it and to answer".to_owned(),
        )],
    }
}
