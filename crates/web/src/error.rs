//! What goes wrong, as a page or as a problem document (RFC 9457).
//!
//! What a stranger reads and what the operator reads are two texts: only the first is in the
//! answer, the second goes to the log with the same reference.

use app::access::{AccessError, PasswordError};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use model::words::capital;
use serde::Serialize;
use utoipa::ToSchema;

use crate::frame::{self, Frame};
use crate::words::percent;

/// Why a request is not answered as asked.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// Nobody is signed in; afterwards they go on to what they wanted.
    NotSignedIn {
        /// Path and query.
        wanted: String,
    },
    /// Whoever is signed in may not do that anywhere.
    NotAllowed,
    /// A form that was not sent from a page of this site.
    Foreign,
    /// There is nothing there, or nothing that the caller may know of.
    NotFound(String),
    /// What was asked is no question: what is wrong with it, and what to do.
    Wrong(String),
    /// Somebody else does the same at the moment.
    Busy(String),
    /// Too much was asked.
    TooMany {
        /// When there is room again.
        secs: u64,
    },
    /// A key that stands for one request was sent with another.
    Reused,
    /// More was sent than is taken: how much that is, and what to do.
    TooMuch(String),
    /// No room is left to take what was sent; the operator is told more.
    Full(app::Error),
    /// It is our fault; the operator is told more.
    Broken(app::Error),
    /// What the framework refuses before a handler sees it.
    Framework {
        /// As it says.
        status: StatusCode,
        /// In our words.
        words: String,
    },
}

impl From<app::Error> for Refusal {
    fn from(error: app::Error) -> Self {
        match error {
            app::Error::NoOrganisation(code) => {
                Self::NotFound(format!("There is no organisation {code}."))
            }
            app::Error::Busy(code) => Self::Busy(format!(
                "Another import for {code} is under way. Wait a minute, then send it again: \
                 nothing was lost, and nothing is recorded twice."
            )),
            app::Error::NoEvent(number) => Self::NotFound(format!("There is no event {number}.")),
            app::Error::NoJob(id) => Self::NotFound(format!("There is no job {id}.")),
            app::Error::NotAllowed(_) => Self::NotAllowed,
            app::Error::NoAccount => {
                Self::NotFound("There is no such person, or their account is closed.".to_owned())
            }
            app::Error::NoKnowledge => Self::NotFound(
                "The record has no knowledge of flaws yet as known at that instant, so nothing \
                 can be judged."
                    .to_owned(),
            ),
            full if full.is_no_room() => Self::Full(full),
            other => Self::Broken(other),
        }
    }
}

impl From<AccessError> for Refusal {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::App(error) => error.into(),
            AccessError::NoPerson | AccessError::NoReview | AccessError::NoGrant => {
                Self::NotFound(sentence(&error))
            }
            AccessError::BeyondOwn | AccessError::OperatorOnly | AccessError::SignedInOnly => {
                Self::NotAllowed
            }
            other => Self::Wrong(sentence(&other)),
        }
    }
}

/// What to say beside a form that was refused; what is our fault is no matter of the form.
pub(crate) fn beside_form(error: AccessError) -> Result<String, PageError> {
    match error {
        AccessError::App(error) => match Refusal::from(error) {
            broken @ Refusal::Broken(_) => Err(PageError(broken)),
            refusal => Ok(refusal.words()),
        },
        AccessError::Directory(error) => {
            tell(&*error, "the other directory does not answer");
            Ok(sentence(&AccessError::Directory(error)))
        }
        // What it says of files is for the operator.
        AccessError::Password(PasswordError::App(error)) => Err(PageError(Refusal::from(error))),
        AccessError::Password(fault @ PasswordError::List { .. }) => {
            tracing::error!(error = %fault, "no password can be accepted");
            Ok("No password can be accepted at the moment. Tell whoever runs this service.".into())
        }
        other => Ok(sentence(&other)),
    }
}

/// Tells the operator what the answer does not say.
pub(crate) fn tell(error: &dyn std::error::Error, what: &str) {
    tracing::error!(error = %with_causes(error), "{what}");
}

/// An error with its causes.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        words.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    words
}

/// An error as a sentence, with what to do.
fn sentence(error: &AccessError) -> String {
    let mut text = capital(&error.to_string());
    text.push('.');
    if let Some(hint) = error.hint() {
        text.push_str(&format!(" {}.", capital(hint)));
    }
    text
}

impl Refusal {
    const fn status(&self) -> StatusCode {
        match self {
            Self::NotSignedIn { .. } => StatusCode::UNAUTHORIZED,
            Self::NotAllowed | Self::Foreign => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Wrong(_) => StatusCode::BAD_REQUEST,
            Self::Busy(_) => StatusCode::CONFLICT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Reused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMuch(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Full(_) => StatusCode::INSUFFICIENT_STORAGE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Framework { status, .. } => *status,
        }
    }

    const fn title(&self) -> &'static str {
        match self {
            Self::NotSignedIn { .. } => "Sign in first",
            Self::NotAllowed => "You may not see this",
            Self::Foreign => "This was not sent from here",
            Self::NotFound(_) => "There is no such page",
            Self::Wrong(_) => "That cannot be asked so",
            Self::Busy(_) => "Somebody else does the same",
            Self::TooMany { .. } => "Too much at once",
            Self::Reused => "That key stands for something else",
            Self::TooMuch(_) => "That is too much at once",
            Self::Full(_) => "No room is left here",
            Self::Broken(_) => "Something is broken here",
            Self::Framework { status, .. } => match status.as_u16() {
                404 => "There is no such page",
                405 => "That cannot be done here",
                408 | 503 => "It took too long",
                413 => "That is too much at once",
                500.. => "Something is broken here",
                _ => "That cannot be read",
            },
        }
    }

    /// What happened and what to do, for whoever asked.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::NotSignedIn { .. } => {
                "Sign in, or send a token in the Authorization header.".to_owned()
            }
            Self::NotAllowed => "Your role does not allow it. Whoever gave you access can give \
                                 more; in an emergency, ask for emergency access."
                .to_owned(),
            Self::Foreign => "The form did not come from a page of this site, so it was not \
                              heeded. Open the page again and send it from there."
                .to_owned(),
            Self::NotFound(text)
            | Self::Wrong(text)
            | Self::Busy(text)
            | Self::TooMuch(text)
            | Self::Framework { words: text, .. } => text.clone(),
            Self::TooMany { secs } => format!(
                "More was asked than one may ask in so short a time. Wait {}, then go on.",
                model::words::count(
                    usize::try_from(*secs).unwrap_or(usize::MAX),
                    "second",
                    "seconds"
                )
            ),
            Self::Reused => {
                "This Idempotency-Key was sent before with something else, and nothing \
                             was done now. Send a new key with what is new."
                    .to_owned()
            }
            Self::Full(_) => "The disk of this service is full, so nothing of what you sent was \
                              recorded. Keep your files, tell whoever runs this service, and send \
                              them again when there is room."
                .to_owned(),
            Self::Broken(_) => "It is not your fault, and nothing that was recorded is lost. Try \
                                again in a minute; if it stays so, tell whoever runs this service."
                .to_owned(),
        }
    }

    /// The answer, with how long to wait where that is the matter.
    fn with_wait(&self, mut response: Response) -> Response {
        if let Self::TooMany { secs } = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*secs));
        }
        response
    }

    /// Tells the operator what the answer does not say.
    fn tell(&self) {
        if let Self::Broken(error) | Self::Full(error) = self {
            let words = with_causes(error);
            tracing::error!(error = %words, hint = error.hint(), "a request could not be answered");
        }
    }
}

/// A refusal as a page.
#[derive(Debug)]
pub(crate) struct PageError(Refusal);

impl<E: Into<Refusal>> From<E> for PageError {
    fn from(refusal: E) -> Self {
        Self(refusal.into())
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        if let Refusal::NotSignedIn { wanted } = &self.0 {
            return Redirect::to(&format!("/sign-in?to={}", percent(wanted))).into_response();
        }
        self.0.tell();
        let page = ErrorPage { frame: Frame::bare(self.0.title()), detail: self.0.words() };
        self.0.with_wait((self.0.status(), frame::html(&page)).into_response())
    }
}

#[derive(askama::Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    detail: String,
}

/// Why something was not answered as asked (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(crate) struct ProblemDocument {
    /// What kind of refusal it is, the same words each time.
    title: &'static str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened, and what to do.
    detail: String,
}

/// A refusal as a problem document.
#[derive(Debug)]
pub(crate) struct ApiError(Refusal);

impl<E: Into<Refusal>> From<E> for ApiError {
    fn from(refusal: E) -> Self {
        Self(refusal.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.0.tell();
        let status = self.0.status();
        let body = ProblemDocument {
            title: self.0.title(),
            status: status.as_u16(),
            detail: self.0.words(),
        };
        let mut response = (status, Json(body)).into_response();
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        self.0.with_wait(response)
    }
}
