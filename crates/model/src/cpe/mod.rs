//! CPE names: reading, writing and matching.
//!
//! Source: NISTIR 7695 (naming: formatted string 2.3 and URI 2.2) and NISTIR 7696 (matching). This
//! module must not know which products exist, nor judge versions beyond the standard's matching.
//!
//! ```
//! use model::cpe::{Cpe, matches};
//! let family = Cpe::parse("cpe:/o:microsoft:windows_7").unwrap();
//! let host = Cpe::parse("cpe:2.3:o:microsoft:windows_7:-:sp1:*:*:*:*:x64:*").unwrap();
//! assert!(matches(&family, &host) && !matches(&host, &family));
//! ```

mod attribute;
mod error;
mod formatted;
mod matching;
mod name;
mod uri;

pub use attribute::Attribute;
pub use error::CpeError;
pub use matching::{NameRelation, compare, compare_attributes, matches};
pub use name::Cpe;
