//! stub
use super::vulnerabilities::Vulnerabilities;
use crate::knowledge::builtin::BuiltinError;
use crate::knowledge::schema::{Bulletin, Lifecycle};

pub(super) fn compile(_v: &mut Vulnerabilities) -> Result<Vec<Bulletin>, BuiltinError> {
    Ok(Vec::new())
}

pub(super) fn lifecycles() -> Result<Vec<Lifecycle>, BuiltinError> {
    Ok(Vec::new())
}
