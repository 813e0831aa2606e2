//! Telling people about alerts, and hearing from them: who is told by which way (`ladder.rs`), what is said
//! (`words.rs`), by which carriers (`carriers.rs`), by which codes they answer (`codes.rs`).
//!
//! A run begins for each organisation and occasion (`begin.rs`). A [`Postman`] of one server at a time sends what is
//! due (`postman.rs`), most exposed first and within the carriers' limits (`queue.rs`), and records what came of it (`back.rs`). What carriers and
//! people say comes in by `hear.rs` and `acknowledge.rs`; `see.rs` shows how far it is. What a message needs that was
//! never recorded is sent again after a restart: nothing is lost, and something may arrive twice.

mod acknowledge;
mod back;
mod begin;
mod carriers;
mod codes;
mod compose;
mod hear;
mod ladder;
mod poll;
mod postman;
mod queue;
pub(crate) mod record;
mod replies;
#[cfg(test)]
mod round_trip;
mod see;
mod words;

pub use acknowledge::{Answered, Asked, Choice, acknowledge, asked};
pub use carriers::{Carriers, Health, Inlet, Way};
pub use codes::{Code, CodeKey};
pub(crate) use codes::{Codes, Target};
pub use hear::{CallError, Receipts, hear};
pub use postman::Postman;
pub use record::DELIVERY_KINDS;
pub use replies::reply;
pub use see::{Contacted, Counts, Delivered, Message, Told, delivery, organisation};
