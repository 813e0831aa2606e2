//! The URI of CPE 2.2: NISTIR 7695 section 6.1.
//!
//! Seven components, those missing at the end mean any; signs are percent-encoded, `%01` is `?` and
//! `%02` is `*`; the newer attributes hide in the edition as `~edition~sw_edition~target_sw~target_hw~other`.

use super::attribute::Unit;
use super::name::ATTRIBUTES;
use super::{Attribute, CpeError};

const COMPONENTS: usize = 7;
const EDITION: usize = 5;

/// Reads what follows `cpe:/`.
pub(super) fn read(text: &str) -> Result<[Attribute; 11], CpeError> {
    let components: Vec<&str> = text.split(':').collect();
    if components.len() > COMPONENTS {
        return Err(CpeError::Count { found: components.len(), wanted: COMPONENTS });
    }
    let mut attributes = [const { Attribute::Any }; 11];
    let mut set = |index: usize, value: &str| {
        let name = ATTRIBUTES.get(index).copied().unwrap_or_default();
        let read = read_value(value).map_err(|why| CpeError::Value {
            attribute: name,
            value: value.chars().take(100).collect(),
            why,
        })?;
        if let Some(slot) = attributes.get_mut(index) {
            *slot = read;
        }
        Ok::<(), CpeError>(())
    };
    for (index, component) in components.into_iter().enumerate() {
        match component.strip_prefix('~') {
            Some(packed) if index == EDITION => {
                // edition, then sw_edition, target_sw, target_hw, other: places 7 to 10.
                for (place, value) in [EDITION, 7, 8, 9, 10].into_iter().zip(packed.splitn(5, '~'))
                {
                    set(place, value)?;
                }
            }
            _ => set(index, component)?,
        }
    }
    Ok(attributes)
}

fn read_value(value: &str) -> Result<Attribute, &'static str> {
    match value {
        "" => return Ok(Attribute::Any),
        "-" => return Ok(Attribute::Na),
        _ => {}
    }
    let mut units = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(c) = rest.chars().next() {
        let (_, after) = rest.split_at(c.len_utf8());
        rest = after;
        if c != '%' {
            units.push(Unit::Literal(c));
            continue;
        }
        let (code, after) = rest.split_at_checked(2).ok_or("a percent sign without two digits")?;
        let code = u8::from_str_radix(code, 16).map_err(|_| "a percent sign without two digits")?;
        rest = after;
        units.push(match code {
            1 => Unit::Question,
            2 => Unit::Star,
            0x21..=0x7E => Unit::Literal(char::from(code)),
            _ => return Err("a percent code that the standard does not have"),
        });
    }
    Attribute::from_units(&units)
}
