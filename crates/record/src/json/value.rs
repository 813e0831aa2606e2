//! JSON values without floating point numbers.

use std::cmp::Ordering;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Integer(Integer),
    /// A text.
    Text(String),
    /// A list.
    Array(Vec<Self>),
    /// Members by their keys.
    Object(Object),
}

/// A whole number within `i64` or `u64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Integer(i128);

/// Members in the order of their keys, each key once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Object(Vec<(String, Value)>);

impl Integer {
    /// The number, where it is within `i64` or `u64`.
    pub fn new(number: i128) -> Option<Self> {
        (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&number).then_some(Self(number))
    }

    /// The number.
    pub const fn get(self) -> i128 {
        self.0
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(Integer(number.into()))
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Integer(Integer(number.into()))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Object {
    /// Members in any order, or the key that stands twice.
    pub fn new(mut members: Vec<(String, Value)>) -> Result<Self, String> {
        members.sort_by(|a, b| key_order(&a.0, &b.0));
        let twice = members.windows(2).find_map(|pair| match pair {
            [a, b] if a.0 == b.0 => Some(a.0.clone()),
            _ => None,
        });
        twice.map_or(Ok(Self(members)), Err)
    }

    /// The members in the order of their keys.
    pub fn members(&self) -> &[(String, Value)] {
        &self.0
    }

    /// The members, given away.
    pub fn into_members(self) -> Vec<(String, Value)> {
        self.0
    }
}

/// The order of keys by UTF-16 code units, as RFC 8785 section 3.2.3 demands.
fn key_order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}
