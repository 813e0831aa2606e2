//! CVSS scores from vector strings: versions 2.0, 3.0, 3.1 and 4.0.
//!
//! Source: FIRST's specifications, as the `cvss` crate computes them; its types do not leave this
//! module. It must not know advisories: who scored what, and whose score counts, is decided elsewhere.
//!
//! ```
//! use model::cvss::{CvssVector, Severity};
//! let vector = CvssVector::parse("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H").unwrap();
//! assert_eq!((vector.base_score(), vector.severity()), (9.8, Severity::Critical));
//! ```

mod severity;
mod vector;

pub use severity::Severity;
pub use vector::{CvssError, CvssScores, CvssVector, CvssVersion};
