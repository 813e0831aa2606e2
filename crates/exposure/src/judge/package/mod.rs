//! Software: packages, programs, components, devices, by version against ranges.
//!
//! A distribution's package is judged only by statements of its own ecosystem: an upstream version
//! range says nothing of a backported fix. Versions compare only inside one product stream
//! ("el8" against "el9" does not). What no statement names is unrecognised, never safe.

mod beside;
mod evaluate;
mod identity;
mod matching;
mod order;
mod position;
mod remedies;
mod software;
mod spoken;
mod stream;

pub(super) use identity::Identity;
pub(crate) use identity::{Distribution, distribution, keys_of, printed};
pub(super) use software::judge;
pub(crate) use spoken::speak;
pub(super) use stream::{release_fits, rpm_stream_of};
