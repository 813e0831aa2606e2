//! One attribute of a CPE name.

use std::fmt;

/// The value of an attribute: anything, not applicable, or a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attribute {
    /// `*`: any value.
    Any,
    /// `-`: the attribute does not apply.
    Na,
    /// A text as it stands in a formatted string: small letters, signs behind a backslash, and `*`
    /// or `?` without one only as a wildcard at either end. [`Attribute::literal`] is the plain text.
    Value(String),
}

/// One character of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Literal(char),
    /// `?`: one character or none, at either end.
    Question,
    /// `*`: any characters, at either end.
    Star,
}

impl Attribute {
    /// The text as in a formatted string, escapes and wildcards included; `None` for any and not
    /// applicable.
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Value(text) => Some(text),
            Self::Any | Self::Na => None,
        }
    }

    /// The plain text without escapes; `None` for any, not applicable and values with wildcards.
    pub fn literal(&self) -> Option<String> {
        self.units()?
            .map(|unit| match unit {
                Unit::Literal(c) => Some(c),
                Unit::Question | Unit::Star => None,
            })
            .collect()
    }

    pub(super) fn units(&self) -> Option<impl Iterator<Item = Unit>> {
        let Self::Value(text) = self else { return None };
        let mut chars = text.chars();
        Some(std::iter::from_fn(move || {
            Some(match chars.next()? {
                '\\' => Unit::Literal(chars.next().unwrap_or('\\')),
                '?' => Unit::Question,
                '*' => Unit::Star,
                c => Unit::Literal(c),
            })
        }))
    }

    /// Builds a value, or says why these characters are none.
    pub(super) fn from_units(units: &[Unit]) -> Result<Self, &'static str> {
        if units.is_empty() {
            return Err("it is empty");
        }
        refuse_inner_wildcards(units)?;
        let mut text = String::with_capacity(units.len());
        for unit in units {
            match unit {
                Unit::Question => text.push('?'),
                Unit::Star => text.push('*'),
                Unit::Literal(c) if c.is_whitespace() || c.is_control() => {
                    return Err("it holds a blank or a control character");
                }
                Unit::Literal(c) => {
                    // A hyphen alone would read as "not applicable".
                    let is_plain = c.is_alphanumeric()
                        || matches!(c, '_' | '.')
                        || (*c == '-' && units.len() > 1);
                    if !is_plain {
                        text.push('\\');
                    }
                    text.extend(c.to_lowercase());
                }
            }
        }
        Ok(Self::Value(text))
    }
}

/// A star stands alone at either end, question marks in a row at either end.
fn refuse_inner_wildcards(units: &[Unit]) -> Result<(), &'static str> {
    let is_question = |unit: &&Unit| **unit == Unit::Question;
    let without_end = |units: &mut &[Unit], from_back: bool| {
        let at_end = if from_back { units.last() } else { units.first() };
        let count = match at_end {
            Some(Unit::Star) => 1,
            _ if from_back => units.iter().rev().take_while(is_question).count(),
            _ => units.iter().take_while(is_question).count(),
        };
        let (front, back) = units.split_at(if from_back { units.len() - count } else { count });
        *units = if from_back { front } else { back };
    };
    let mut inner = units;
    without_end(&mut inner, false);
    without_end(&mut inner, true);
    let only_stars = units.len() > 1 && units.iter().all(|unit| *unit == Unit::Star);
    if inner.iter().all(|unit| matches!(unit, Unit::Literal(_))) && !only_stars {
        Ok(())
    } else {
        Err("a wildcard without a backslash stands only at either end")
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "*",
            Self::Na => "-",
            Self::Value(text) => text,
        })
    }
}
