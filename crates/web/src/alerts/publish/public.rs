//! What everybody may read, without signing in: a CSAF provider (CSAF 2.0, section 7), CAP messages and an Atom feed.
//!
//! What is here is decided in `app`: only what is TLP:CLEAR as it stands.

use std::sync::Arc;

use app::alerts::publish::{self, Library};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;

use super::{ATOM, CAP, CSV, JSON, Kept, TEXT, answer, nothing, publisher};
use crate::error::{PageError, Refusal};
use crate::frame::{self, Frame};
use crate::site::Site;

async fn library(site: &Site) -> Result<Library<'_>, Refusal> {
    let by = publisher(site)?;
    let context = site.context();
    let books = (&*site.alerts, &*site.desk);
    let alerts = publish::published(&context, books, &site.shelf).await?;
    Ok(Library::new(by, alerts, context.now))
}

/// `/.well-known/csaf/provider-metadata.json`
pub(crate) async fn provider(
    State(site): State<Arc<Site>>,
    asked: HeaderMap,
) -> Result<Response, PageError> {
    let library = library(&site).await?;
    let kept = Kept::ByAll(library.changed());
    Ok(answer(&asked, (JSON, library.metadata()?), kept))
}

/// The ROLIE feed.
pub(crate) async fn rolie(
    State(site): State<Arc<Site>>,
    asked: HeaderMap,
) -> Result<Response, PageError> {
    let library = library(&site).await?;
    let kept = Kept::ByAll(library.changed());
    Ok(answer(&asked, (JSON, library.rolie()?), kept))
}

/// `index.txt`
pub(crate) async fn index(
    State(site): State<Arc<Site>>,
    asked: HeaderMap,
) -> Result<Response, PageError> {
    let library = library(&site).await?;
    Ok(answer(&asked, (TEXT, library.index()), Kept::ByAll(library.changed())))
}

/// `changes.csv`
pub(crate) async fn changes(
    State(site): State<Arc<Site>>,
    asked: HeaderMap,
) -> Result<Response, PageError> {
    let library = library(&site).await?;
    Ok(answer(&asked, (CSV, library.changes()), Kept::ByAll(library.changed())))
}

/// The Atom feed.
pub(crate) async fn atom(
    State(site): State<Arc<Site>>,
    asked: HeaderMap,
) -> Result<Response, PageError> {
    let library = library(&site).await?;
    let kept = Kept::ByAll(library.changed());
    Ok(answer(&asked, (ATOM, library.atom()?), kept))
}

/// A CSAF document, or a hash of one.
pub(crate) async fn document(
    State(site): State<Arc<Site>>,
    asked: HeaderMap,
    Path((year, file)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let library = library(&site).await?;
    let found = library.of_folder(&year, &file)?;
    let (bytes, changed) = found.ok_or_else(|| nothing(&format!("{year}/{file}")))?;
    let kind = if matches!(file.rsplit_once('.'), Some((_, "json"))) { JSON } else { TEXT };
    Ok(answer(&asked, (kind, bytes), Kept::ByAll(Some(changed))))
}

/// A CAP message.
pub(crate) async fn message(
    State(site): State<Arc<Site>>,
    asked: HeaderMap,
    Path(file): Path<String>,
) -> Result<Response, PageError> {
    let library = library(&site).await?;
    let (bytes, changed) = library.message(&file)?.ok_or_else(|| nothing(&file))?;
    Ok(answer(&asked, (CAP, bytes), Kept::ByAll(Some(changed))))
}

/// What a folder of the public holds.
#[derive(askama::Template)]
#[template(path = "folder.html")]
struct FolderPage {
    frame: Frame,
    /// Names, each relative to the folder.
    names: Vec<String>,
}

/// The folder of all documents: a folder for each year, and the lists (requirement 14).
pub(crate) async fn folder(State(site): State<Arc<Site>>) -> Result<Response, PageError> {
    let library = library(&site).await?;
    let lists = ["index.txt", "changes.csv"].map(ToOwned::to_owned);
    let years = library.years().into_iter().map(|year| format!("{year}/"));
    let frame = Frame::open(&site, "Alerts that everybody may read");
    Ok(frame::html(&FolderPage { frame, names: years.chain(lists).collect() }))
}

/// The folder of a year.
pub(crate) async fn year(
    State(site): State<Arc<Site>>,
    Path(year): Path<String>,
) -> Result<Response, PageError> {
    let library = library(&site).await?;
    let documents = library.of_year(&year);
    if documents.is_empty() {
        return Err(nothing(&format!("{year}/")).into());
    }
    let with_hashes = |name: String| {
        let hashes = [".sha256", ".sha512"].map(|ending| format!("{name}{ending}"));
        [name].into_iter().chain(hashes)
    };
    let names = documents.into_iter().flat_map(with_hashes).collect();
    let frame = Frame::open(&site, format!("Alerts of {year} that everybody may read"));
    Ok(frame::html(&FolderPage { frame, names }))
}
