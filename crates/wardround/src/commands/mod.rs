//! One file per command; the doc comment of its arguments is its help text.

pub(crate) mod admin;
pub(crate) mod check;
pub(crate) mod csaf;
pub(crate) mod demo;
pub(crate) mod estate;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod exposure;
pub(crate) mod formats;
pub(crate) mod host;
pub(crate) mod import;
pub(crate) mod knowledge;
pub(crate) mod organisation;
pub(crate) mod record;
pub(crate) mod sector;
pub(crate) mod serve;
mod shared;
mod with_store;
