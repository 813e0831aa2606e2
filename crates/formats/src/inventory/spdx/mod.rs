//! Stub.
use super::{Input, Reading};
use model::reading::{Place, ReadError};
/// Stub.
pub fn sniff(_: &Input<'_>) -> bool {
    false
}
/// Stub.
pub fn read(_: &Input<'_>) -> Result<Reading, ReadError> {
    Err(ReadError::new(Place::Whole, "", ""))
}
