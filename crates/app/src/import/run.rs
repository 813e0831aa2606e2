//! An import from files to acknowledged facts.
//!
//! Blobs first, under names that follow from their content; then one event that names them; then the
//! projection, which is only a fold. A crash before the event leaves blobs that nobody names, a
//! crash after it a projection that catches up: nothing is half visible, and the same files again
//! record nothing new.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::event::{Marking, NewEvent};
use model::organisation::OrganisationCode;
use store::BlobId;

use super::archive;
use super::body::{ImportBody, KIND, VERSION};
use super::hold::Hold;
use super::plan::{Plan, Setting, plan};
use super::read::ReadFile;
use super::summary::Summary;
use crate::access::Permission;
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::estate::fold::RecognitionList;
use crate::estate::kept;
use crate::estate::table::PackRef;
use crate::hex;
use crate::organisations::kept as registers;
use crate::quiet::aside;

/// What is asked to be imported.
#[derive(Clone, Debug)]
pub struct Request {
    /// Whose evidence it is.
    pub organisation: OrganisationCode,
    /// Where it comes from, in the importer's words.
    pub source: String,
    /// The day that counts for files that do not say when they were made; without it, today.
    pub undated: Option<Date>,
}

/// Imports files that were read. What the record holds already changes nothing.
pub async fn import(
    context: &Context,
    caller: &Caller,
    request: &Request,
    files: Vec<ReadFile>,
) -> Result<Summary, Error> {
    let organisation = &request.organisation;
    let today = context.now.to_zoned(TimeZone::UTC).date();
    registers::expect(context, caller, organisation, today).await?;
    caller.expect(Permission::AddEvidence, Some(organisation))?;
    let hold = Hold::take(context, &kept::space(organisation)).await?;
    let hold = hold.ok_or_else(|| Error::Busy(organisation.clone()))?;
    let result = under_lease(context, caller, request, (files, &hold)).await;
    hold.let_go().await?;
    result
}

/// Imports files for whoever holds the organisation's lease.
pub(super) async fn under_lease(
    context: &Context,
    caller: &Caller,
    request: &Request,
    (files, hold): (Vec<ReadFile>, &Hold),
) -> Result<Summary, Error> {
    let organisation = &request.organisation;
    let (table, _) = kept::now(context, organisation).await?;
    let mut held = 0;
    let mut new = Vec::with_capacity(files.len());
    for file in files {
        // What could not be read is told again each time.
        if file.reading.is_ok() && is_held(context, request, &file).await? {
            held += 1;
        } else {
            new.push(file);
        }
    }
    let today = context.now.to_zoned(TimeZone::UTC).date();
    let (own, who, asked) = (context.at(context.now), caller.clone(), request.clone());
    let work = move || -> Result<Result<Staged, Summary>, Error> {
        let setting = Setting { organisation: &asked.organisation, undated: asked.undated, today };
        let mut planned = plan(&table, &setting, &mut new);
        planned.summary.held = held;
        if planned.summary.files == 0 {
            return Ok(Err(planned.summary));
        }
        stage(&own, &who, &asked, &new, planned).map(Ok)
    };
    let staged = match aside(work).await? {
        Ok(staged) => staged,
        Err(nothing_new) => return Ok(nothing_new),
    };
    context.store.put_all(staged.blobs).await?;
    if !hold.is_held().await? {
        return Err(Error::Busy(organisation.clone()));
    }
    context.store.append_once(&staged.key, vec![staged.event], context.now).await?;
    kept::now(context, organisation).await?;
    Ok(staged.summary)
}

async fn is_held(context: &Context, request: &Request, file: &ReadFile) -> Result<bool, Error> {
    let key = kept::file_key(&hex(&file.sha256), request.undated);
    Ok(context.store.projected(&kept::space(&request.organisation), &key).await?.is_some())
}

/// An import that is ready to be recorded: the blobs first, then the event that names them.
pub(crate) struct Staged {
    pub(crate) blobs: Vec<Vec<u8>>,
    pub(crate) event: NewEvent,
    /// Its idempotency key.
    pub(crate) key: String,
    pub(crate) recognition: RecognitionList,
    pub(crate) pack: PackRef,
    pub(crate) summary: Summary,
}

/// Makes the blobs and the event of an import that was decided on.
pub(crate) fn stage(
    context: &Context,
    caller: &Caller,
    request: &Request,
    files: &[ReadFile],
    planned: Plan,
) -> Result<Staged, Error> {
    let subject = format!("import/{}", planned.import);
    let broken = |what, source| Error::damaged(what, subject.clone(), source);
    let archive = archive::write(files.iter().map(|f| (f.path.as_str(), f.bytes.as_slice())))
        .map_err(|source| Error::damaged("archive", subject.clone(), source))?;
    let pieces: Vec<_> =
        planned.pieces.iter().map(|(path, evidence)| (path.as_str(), evidence)).collect();
    let pack = exposure::pack::encode(&pieces);
    let recognition =
        serde_json::to_vec(&planned.recognition).map_err(|e| broken("recognition", e))?;
    let report = serde_json::to_vec(&planned.summary).map_err(|e| broken("report", e))?;
    let blobs = vec![archive, pack, recognition, report];
    let name = |at: usize| blobs.get(at).map(|b| BlobId::of(b).to_string()).unwrap_or_default();
    let summary = &planned.summary;
    let body = ImportBody {
        version: VERSION,
        import: planned.import.clone(),
        source: request.source.clone(),
        archive: name(0),
        pack: name(1),
        recognition: name(2),
        report: name(3),
        files: summary.files,
        refused: summary.refused,
        held: summary.held,
        warnings: summary.warnings,
        pieces: summary.pieces,
        hosts: summary.hosts,
        new_hosts: summary.new_hosts,
        collected_first: summary.collected_first,
        collected_last: summary.collected_last,
    };
    let pack =
        PackRef { blob: body.pack.clone(), archive: body.archive.clone(), event: String::new() };
    let body = serde_json::to_string(&body).map_err(|e| broken("body", e))?;
    let event = NewEvent {
        kind: KIND.to_owned(),
        subject,
        organisation: Some(request.organisation.clone()),
        actor: caller.actor.clone(),
        on_behalf_of: caller.on_behalf_of.clone(),
        authority: caller.authority.clone(),
        reason: caller.reason.clone(),
        as_at: as_at(summary.collected_last, context.now),
        caused_by: None,
        corrects: None,
        marking: Marking::Amber,
        body,
        personal: None,
    };
    let key = format!("import/{}", planned.import);
    let Plan { recognition, summary, .. } = planned;
    Ok(Staged { blobs, event, key, recognition, pack, summary })
}

/// When it was so: the end of the last day on which any of it was collected, but not after now.
fn as_at(last: Option<Date>, now: Timestamp) -> Timestamp {
    last.and_then(|day| day.at(23, 59, 59, 0).to_zoned(TimeZone::UTC).ok())
        .map_or(now, |end| end.timestamp().min(now))
}
