//! From paths to evidence: folders are walked, archives opened, formats recognised, files read.
//!
//! One bad file costs that file: it becomes an error in the report, the others are judged.

mod gather;
mod read;

pub(crate) use gather::{gather, problem_words};
