//! JSON that has one spelling only: sorted keys, no spaces, integers, the escapes of RFC 8785.
//!
//! The same value is always the same bytes, so a hash of the bytes is a hash of the value. Numbers
//! with a fraction or an exponent are refused: programs do not agree on how to write them. Unlike
//! RFC 8785, integers keep their full 64 bits.
//!
//! ```
//! assert_eq!(record::json::canonical(r#"{ "b": 1, "a": "\u00e9" }"#)?, r#"{"a":"é","b":1}"#);
//! let error = record::json::canonical(r#"{"a":[0,1.5]}"#).unwrap_err();
//! assert!(error.to_string().starts_with("at `/a/1`"));
//! # Ok::<(), record::json::JsonError>(())
//! ```

mod error;
mod read;
mod text;
mod value;
mod write;

pub use error::{JsonError, JsonFault};
pub use read::read;
pub use value::{Integer, Object, Value};
pub use write::{canonical, write};

#[cfg(test)]
mod tests;
