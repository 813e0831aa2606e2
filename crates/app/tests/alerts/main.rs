//! Urged, answered, proved: what the record says of alerts, and what it refuses.
#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it")]

mod chaos;
mod delivery;
mod issuing;
mod loop_of;
mod publishing;
mod ready;
mod relay;
mod seeing;
mod servers;
mod world;
