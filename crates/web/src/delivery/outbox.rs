//! What a demonstration would have sent: the messages of people who are invented, with their codes. Nowhere else is there
//! such a page: whoever has a code can acknowledge.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::error::{PageError, Refusal};
use crate::frame::{self, Frame};
use crate::guard::Perhaps;
use crate::site::Site;
use crate::words::minute;

/// Most messages on the page.
const MOST: usize = 50;

#[derive(askama::Template)]
#[template(path = "outbox.html")]
struct OutboxPage {
    frame: Frame,
    messages: Vec<MessageView>,
}

struct MessageView {
    at: String,
    kind: &'static str,
    to: String,
    subject: String,
    lines: Vec<String>,
    /// The page of its code, on this site.
    link: Option<String>,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Perhaps(visitor): Perhaps,
) -> Result<Response, PageError> {
    let nothing = || Refusal::NotFound("There is no such page.".to_owned());
    if !site.is_demo {
        return Err(nothing().into());
    }
    let laid = site.postman.carriers().laid(MOST).await.ok_or_else(nothing)?;
    let messages = laid.into_iter().map(|own| MessageView {
        at: minute(own.at),
        kind: if own.kind == "sms" { "Text message" } else { "Mail" },
        to: own.to,
        link: own
            .text
            .split_whitespace()
            .find_map(|word| word.split_once("/a/").map(|(_, code)| format!("/a/{code}"))),
        subject: if own.kind == "sms" { String::new() } else { own.subject },
        lines: own.text.lines().map(ToOwned::to_owned).collect(),
    });
    let title = "What people were sent";
    let frame = match &visitor {
        Some(visitor) => Frame::of(&site, visitor, title, ""),
        None => Frame::open(&site, title),
    };
    Ok(frame::html(&OutboxPage { frame, messages: messages.collect() }))
}
