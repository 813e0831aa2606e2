//! The faces that people and programs see over HTTP: pages that work without scripts, and an API.
//!
//! What lives here: a folder for each use case, named as in `app`, its templates in `templates/`
//! under the same name. What it must not know: rules. Who may do what is asked of `app`, which also
//! scopes whatever is read; a page only shows it.
//!
//! [`doors`] lists every route with what it needs; there is no other way in.

mod account;
mod advisory;
mod alerts;
mod around;
mod assets;
mod delivery;
mod door;
mod emergency;
mod error;
mod etag;
mod frame;
mod guard;
mod health;
mod home;
mod host;
mod import;
mod jobs;
mod knowledge;
mod once;
mod openapi;
mod organisation;
mod paging;
mod people;
mod practice;
mod readiness;
mod record;
mod refused;
mod search;
mod serve;
mod settings;
mod sign_in;
mod site;
mod situation;
mod trend;
mod when;
mod words;

pub use around::limits::Limits;
pub use around::spans::{Span, Spans, otlp_json};
pub use around::tls::{Certificate, CertificateError, Tls};
pub use door::{Door, Needs, doors};
pub use serve::{Listening, Settings, serve, serve_metrics};
pub use site::{Clock, Site};
