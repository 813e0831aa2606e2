//! An alert as files for whoever may read it, and what its page says of them.

use std::sync::Arc;

use app::alerts::publish;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use model::event::Marking;
use response::alert::Alert;

use super::{CAP, JSON, Kept, UNSET, answer, nothing, publisher};
use crate::alerts::number_of;
use crate::error::PageError;
use crate::guard::Visitor;
use crate::site::Site;

/// An alert's CSAF document or CAP message, with the alert's marking in it.
pub(crate) async fn file(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    asked: HeaderMap,
    Path((number, file)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let (number, by) = (number_of(&number)?, publisher(&site)?);
    let books = (&*site.alerts, &*site.desk);
    let context = site.context();
    let alert = publish::readable(&context, &visitor.caller, books, &site.shelf, number).await?;
    let bytes = publish::file_of(by, &alert, &file)?.ok_or_else(|| nothing(&file))?;
    let kind = if file == alert.csaf_file() { JSON } else { CAP };
    Ok(answer(&asked, (kind, bytes), Kept::ByWhom(&file)))
}

/// What an alert's page says of its files.
pub(crate) struct Offer {
    pub(crate) words: String,
    /// Name and address of each.
    pub(crate) files: Vec<(&'static str, String)>,
}

/// The files of an alert that was ever in force.
pub(crate) fn offer(site: &Site, alert: &Alert) -> Option<Offer> {
    let issue = alert.current()?;
    let is_public = issue.content.marking == Marking::Clear;
    if site.publisher.is_none() {
        return Some(Offer { words: UNSET.to_owned(), files: Vec::new() });
    }
    let words = if is_public {
        "Everybody may read it, without signing in: other tools follow the feeds of this service."
            .to_owned()
    } else {
        let marking = issue.content.marking.label();
        format!("It is in no public feed. These files are marked {marking}: keep to that.")
    };
    let number = alert.number;
    let name = number.to_string().to_lowercase();
    let mut files = vec![
        ("CSAF 2.0", format!("/alerts/{number}/files/{name}.json")),
        ("CAP 1.2", format!("/alerts/{number}/files/{name}.cap.xml")),
    ];
    if is_public {
        files.push(("All that is public, as folders", "/csaf/white/".to_owned()));
        files.push(("Atom feed", "/alerts.atom".to_owned()));
    }
    Some(Offer { words, files })
}
