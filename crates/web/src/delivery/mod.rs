//! Telling people, and hearing from them: how far an alert's messages are (`page.rs`, `document.rs`), the page of a code
//! (`code.rs`), where carriers call (`calls.rs`), and what a demonstration would have sent
//! (`outbox.rs`).

mod calls;
mod code;
mod document;
mod outbox;
mod page;
mod words;

pub(crate) use calls::{bounces, kannel_receipts, kannel_texts, notify_receipts, notify_texts};
pub(crate) use code::{answer, asked, type_code, typed};
pub(crate) use document::*;
pub(crate) use outbox::page as outbox;
pub(crate) use page::{RunView, page, runs};
