//! The formatted string of CPE 2.3: NISTIR 7695 section 6.2.

use super::attribute::Unit;
use super::name::ATTRIBUTES;
use super::{Attribute, CpeError};

/// Reads what follows `cpe:2.3:`.
pub(super) fn read(text: &str) -> Result<[Attribute; 11], CpeError> {
    let values = split(text);
    let found = values.len();
    let mut attributes = Vec::with_capacity(ATTRIBUTES.len());
    for (value, attribute) in values.into_iter().zip(ATTRIBUTES) {
        attributes.push(read_value(value).map_err(|why| CpeError::Value {
            attribute,
            value: value.chars().take(100).collect(),
            why,
        })?);
    }
    let wanted = ATTRIBUTES.len();
    match attributes.try_into() {
        Ok(attributes) if found == wanted => Ok(attributes),
        _ => Err(CpeError::Count { found, wanted }),
    }
}

/// Splits at the colons that no backslash precedes.
fn split(text: &str) -> Vec<&str> {
    let mut escaped = false;
    text.split(|c| {
        let is_end = c == ':' && !escaped;
        escaped = c == '\\' && !escaped;
        is_end
    })
    .collect()
}

fn read_value(value: &str) -> Result<Attribute, &'static str> {
    match value {
        "*" => return Ok(Attribute::Any),
        "-" => return Ok(Attribute::Na),
        _ => {}
    }
    let mut units = Vec::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        units.push(match c {
            '\\' => Unit::Literal(chars.next().ok_or("it ends with a backslash")?),
            '*' => Unit::Star,
            '?' => Unit::Question,
            // The standard wants signs escaped and reads them without, too.
            _ => Unit::Literal(c),
        });
    }
    Attribute::from_units(&units)
}
