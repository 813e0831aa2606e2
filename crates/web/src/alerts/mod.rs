//! Alerts: what is asked of organisations, how far they have got, and what they answer.
//!
//! Each page has its file: the list (`list.rs`), one alert with everybody under it (`one.rs`), writing one (`write.rs`), what its
//! authors do with it (`change.rs`; both by a program, `api_write.rs`), who is to be rung (`calls.rs`), one organisation's own answer (`answer.rs`, read by
//! `saying.rs`), and one answer for many (`many.rs`). `words.rs` puts it all into words, `publish/` gives it as files.

mod answer;
mod api;
mod api_write;
mod calls;
mod change;
mod funnel;
mod list;
mod many;
mod one;
mod own;
pub(crate) mod publish;
mod saying;
mod words;
mod write;

use app::alerts::AlertsError;
use axum::http::StatusCode;
use model::words::capital;
use response::alert::AlertNumber;

pub(crate) use answer::{page as answer, submit as say};
pub(crate) use api::*;
pub(crate) use api_write::*;
pub(crate) use calls::page as calls;
pub(crate) use change::submit as change;
pub(crate) use list::page as list;
pub(crate) use many::submit as say_many;
pub(crate) use one::page as one;
pub(crate) use own::{Waiting, page as own, waiting};
pub(crate) use words::Mark;
pub(crate) use write::{create, form as write, revise, submit as new};

use crate::error::{PageError, Refusal};

/// The alert of a path; what is no number of one is not there.
pub(crate) fn number_of(text: &str) -> Result<AlertNumber, Refusal> {
    text.parse().map_err(|_| {
        Refusal::NotFound(format!(
            "There is no alert {}.",
            text.chars().take(20).collect::<String>()
        ))
    })
}

impl From<AlertsError> for Refusal {
    fn from(error: AlertsError) -> Self {
        match error {
            AlertsError::App(error) => error.into(),
            AlertsError::NoAlert(_) | AlertsError::NotAsked(..) => Self::NotFound(sentence(&error)),
            AlertsError::Crowded | AlertsError::Changed(_) => Self::Busy(sentence(&error)),
            AlertsError::Full => Self::Framework {
                status: StatusCode::INSUFFICIENT_STORAGE,
                words: sentence(&error),
            },
            AlertsError::Alert(_)
            | AlertsError::Answer(_)
            | AlertsError::Nobody
            | AlertsError::NoPolicy(_) => Self::Wrong(sentence(&error)),
        }
    }
}

fn sentence(error: &AlertsError) -> String {
    let mut text = capital(&error.to_string());
    text.push('.');
    text
}

/// What to say beside a form that was refused; what is no matter of the form is a page of its own.
fn beside(error: AlertsError) -> Result<String, PageError> {
    match Refusal::from(error) {
        Refusal::Wrong(words) | Refusal::Busy(words) => Ok(words),
        refusal => Err(refusal.into()),
    }
}
