//! How ready organisations have shown themselves to be: one by its parts, and all of them, the least ready first.

mod api;
mod chart;
mod list;
mod next;
mod page;
mod words;

pub(crate) use api::{__path_api_list, __path_api_one, api_list, api_one};
pub(crate) use list::page as list;
pub(crate) use page::page;
