//! Numbers of events as the databases keep them: signed, and never negative.

/// An event's number as a BIGINT. No log gets that long; one that did would stop here.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A BIGINT that is never negative.
pub(crate) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
