//! What other tools are given of alerts: what everybody may read, what somebody may read who has signed in, and what
//! the hosts of an organisation show (VEX).
//!
//! What is public is what is in force as TLP:CLEAR, or was when it ended. A version that is marked stricter is in no
//! document of a wider marking: neither its words nor that it was there (`issued.rs`).

mod files;
mod issued;
mod shelf;
mod vex;
mod words;

pub use files::{Library, file_of};
pub use formats::export::alert::{CapStatus, IssuedAlert, Publisher};
pub use shelf::{Shelf, published, readable};
pub use vex::{VexFile, VexOf, vex};
pub use words::audience;
