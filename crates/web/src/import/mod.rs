//! Sending evidence: files of any format that `wardround check` reads, and what they changed.

use std::sync::Arc;

use app::exposure::answer::Counts;
use app::import::read::{ReadFile, ReadOptions, read};
use app::import::run::{Request, import};
use app::import::summary::Summary;
use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use model::organisation::OrganisationCode;
use model::verdict::Verdict;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::error::{ApiError, PageError, Refusal};
use crate::frame::{self, Frame, check_csrf};
use crate::guard::Visitor;
use crate::once::{self, Sending};
use crate::organisation::code_of;
use crate::site::Site;
use crate::words::{counted, number};

/// Largest member of an archive: what `wardround import` takes as well.
const MAX_MEMBER: u64 = 1 << 30;
/// Most files of one sending.
const MAX_FILES: usize = 1_000;
/// Which question the page answers before and after.
const ASKED: &str = "MS17-010";

#[derive(askama::Template)]
#[template(path = "evidence.html")]
struct EvidencePage {
    frame: Frame,
    code: String,
    name: String,
    result: Option<ResultView>,
}

struct ResultView {
    status: String,
    changed: Vec<(&'static str, String, String)>,
    facts: Vec<String>,
    problems: Vec<(String, String)>,
    more_problems: usize,
}

pub(crate) async fn form(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    let code = code_of(&code)?;
    may_add(&visitor.caller, &code)?;
    page(&site, &visitor, &code, None).await
}

/// Whether the caller may add evidence of an organisation; who may not may not know that it is there.
fn may_add(caller: &app::Caller, code: &OrganisationCode) -> Result<(), Refusal> {
    if caller.can(app::access::Permission::AddEvidence, Some(code)) {
        return Ok(());
    }
    Err(app::Error::NoOrganisation(code.clone()).into())
}

async fn page(
    site: &Site,
    visitor: &app::access::SignedIn,
    code: &OrganisationCode,
    result: Option<ResultView>,
) -> Result<Response, PageError> {
    let held = site.desk.held(&site.context()).await?;
    held.expect(&visitor.caller, code)?;
    let name =
        held.register().get(code).map_or_else(|| code.to_string(), |own| own.label().to_owned());
    Ok(frame::html(&EvidencePage {
        frame: Frame::of(site, visitor, format!("Send evidence of {name}"), "/organisations"),
        code: code.to_string(),
        name,
        result,
    }))
}

pub(crate) async fn submit(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(code): Path<String>,
    sent: Multipart,
) -> Result<Response, PageError> {
    let code = code_of(&code)?;
    may_add(&visitor.caller, &code)?;
    let sent = Sent::read(sent).await?;
    check_csrf(&visitor, &sent.csrf)?;
    let done = take(&site, &visitor.caller, &code, sent).await?;
    let result = done.view(&code);
    page(&site, &visitor, &code, Some(result)).await
}

/// What came of a sending, for programs.
#[derive(Serialize, ToSchema)]
#[schema(as = EvidenceTaken)]
pub(crate) struct Document {
    summary: Summary,
    /// The advisory that is asked about before and after.
    asked: &'static str,
    /// None where nothing could be judged before.
    before: Option<VerdictSums>,
    after: Option<VerdictSums>,
}

/// Hosts of the organisation by verdict.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = HostsByVerdict)]
struct VerdictSums {
    hosts: u64,
    affected: u64,
    unknown: u64,
    mitigated: u64,
    fixed: u64,
    not_affected: u64,
}

impl VerdictSums {
    /// Each with its name.
    const fn rows(self) -> [(&'static str, u64); 6] {
        [
            ("Hosts", self.hosts),
            ("Open", self.affected),
            ("Unknown", self.unknown),
            ("Mitigated", self.mitigated),
            ("Fixed", self.fixed),
            ("Not affected", self.not_affected),
        ]
    }

    fn of(counts: &Counts) -> Self {
        Self {
            hosts: counts.hosts(),
            affected: counts.of(Verdict::Affected),
            unknown: counts.of(Verdict::Unknown),
            mitigated: counts.of(Verdict::Mitigated),
            fixed: counts.of(Verdict::Fixed),
            not_affected: counts.of(Verdict::NotAffected),
        }
    }
}

/// What is sent.
#[derive(ToSchema)]
#[schema(as = Evidence)]
#[expect(dead_code, reason = "says to programs what the parts of the form are")]
struct Parts {
    /// Files of any format that `wardround check` reads, or archives of them.
    #[schema(value_type = Vec<String>, format = Binary, content_media_type = "application/octet-stream")]
    files: Vec<String>,
    /// Only with a cookie: the proof that a page of this session holds.
    csrf: Option<String>,
}

/// Send evidence of an organisation's hosts
///
/// What the record holds already changes nothing when it is sent again.
#[utoipa::path(
    post,
    path = "/api/v1/organisations/{code}/evidence",
    tag = "evidence",
    params(("code" = String, Path, description = "The organisation's code")),
    request_body(content = Parts, content_type = "multipart/form-data"),
    responses((status = 200, description = "What was recorded, and what it changed", body = Document)),
)]
pub(crate) async fn api(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(code): Path<String>,
    headers: HeaderMap,
    sent: Multipart,
) -> Result<Response, ApiError> {
    let code = code_of(&code)?;
    may_add(&visitor.caller, &code)?;
    let sent = Sent::read(sent).await?;
    // A browser's cookie is as good as a form's proof only with the proof beside it.
    if visitor.session.is_some() {
        check_csrf(&visitor, &sent.csrf)?;
    }
    let sending = sent.sending(&code);
    let work = async {
        let done = take(&site, &visitor.caller, &code, sent).await?;
        Ok(once::Done::ok(Document {
            summary: done.summary,
            asked: ASKED,
            before: done.before,
            after: done.after,
        }))
    };
    once::once(&site, (&visitor, &headers), ("POST evidence", sending), work).await
}

/// What was sent.
#[derive(Default)]
struct Sent {
    csrf: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Sent {
    async fn read(mut parts: Multipart) -> Result<Self, Refusal> {
        let mut sent = Self::default();
        while let Some(part) = parts.next_field().await.map_err(|error| cut_short(&error))? {
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(ToOwned::to_owned);
            if name == "csrf" {
                sent.csrf = part.text().await.map_err(|error| cut_short(&error))?;
                continue;
            }
            let Some(file) = file.filter(|file| !file.is_empty()) else { continue };
            if sent.files.len() == MAX_FILES {
                return Err(Refusal::Wrong(format!(
                    "More than {MAX_FILES} files at once: put them into one zip archive."
                )));
            }
            let bytes = part.bytes().await.map_err(|error| cut_short(&error))?;
            sent.files.push((plain_name(&file), bytes.to_vec()));
        }
        if sent.files.is_empty() {
            return Err(Refusal::Wrong("No file was sent. Choose at least one.".to_owned()));
        }
        Ok(sent)
    }
}

impl Sent {
    /// What decides what is recorded: for whom, and each file's name and content.
    fn sending(&self, code: &OrganisationCode) -> Sending {
        let mut sending = Sending::default();
        sending.add(code.as_str());
        for (name, bytes) in &self.files {
            sending.add(name);
            sending.add(Sha256::digest(bytes));
        }
        sending
    }
}

fn cut_short(error: &MultipartError) -> Refusal {
    Refusal::Wrong(format!(
        "What was sent could not be read ({}). Nothing was recorded; send it again.",
        error.body_text()
    ))
}

/// The last part of a file's name: where it lay on the sender's machine is not ours to know.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let clean: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    if clean.trim_matches('.').is_empty() { "file".to_owned() } else { clean }
}

struct Done {
    summary: Summary,
    before: Option<VerdictSums>,
    after: Option<VerdictSums>,
}

/// Reads, records, and asks again.
async fn take(
    site: &Site,
    caller: &app::Caller,
    code: &OrganisationCode,
    sent: Sent,
) -> Result<Done, Refusal> {
    let context = site.context();
    let before = sums(site, caller, code).await?;
    let files: Vec<ReadFile> = tokio::task::spawn_blocking(move || {
        let options = ReadOptions { max_size: MAX_MEMBER, ..ReadOptions::default() };
        sent.files.into_iter().flat_map(|(name, bytes)| read(&name, bytes, &options)).collect()
    })
    .await
    .map_err(|_| Refusal::Wrong("The files could not be read. Nothing was recorded.".to_owned()))?;
    let request =
        Request { organisation: code.clone(), source: "sent by a page".to_owned(), undated: None };
    let summary = import(&context, caller, &request, files).await?;
    site.metrics.evidence(summary.files);
    // What was just recorded is in the next answer, whoever asks.
    site.desk.refresh(&site.context()).await?;
    let after = sums(site, caller, code).await?;
    Ok(Done { summary, before, after })
}

async fn sums(
    site: &Site,
    caller: &app::Caller,
    code: &OrganisationCode,
) -> Result<Option<VerdictSums>, Refusal> {
    let held = match site.desk.held(&site.context()).await {
        Ok(held) => held,
        // Before the first evidence there is nothing to compare with.
        Err(app::Error::NoKnowledge) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let exposure = held.organisation(caller, code, ASKED.to_owned()).await?;
    Ok(exposure.asked.map(|row| VerdictSums::of(&row.counts)))
}

impl Done {
    fn view(&self, code: &OrganisationCode) -> ResultView {
        /// Most problems on the page.
        const MOST: usize = 50;
        let summary = &self.summary;
        let mut status = if summary.files + summary.held == 0 {
            format!("Nothing of what was sent could be read, and nothing is recorded for {code}.")
        } else {
            format!(
                "Recorded for {code}: {} from {}.",
                counted(summary.hosts, "host", "hosts"),
                counted(summary.files, "file", "files"),
            )
        };
        if summary.held > 0 {
            status.push_str(&format!(
                " {} in the record already.",
                counted(summary.held, "file was", "files were")
            ));
        }
        let facts = [
            (summary.new_hosts, "of the hosts not known before"),
            (summary.possible_duplicates, "may be a host that is known by another name"),
            (summary.undated, "pieces do not say when they were made: today counts"),
            (summary.refused, "files could not be read"),
            (summary.warnings, "rows could not be used or had to be guessed"),
        ];
        let problems: Vec<(String, String)> = summary
            .problems
            .iter()
            .take(MOST)
            .map(|problem| (problem.file.clone(), problem.message.clone()))
            .collect();
        ResultView {
            status,
            changed: changed(self.before, self.after),
            facts: facts
                .iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, words)| format!("{} {words}", number(*count)))
                .collect(),
            more_problems: summary.problems.len().saturating_sub(problems.len()),
            problems,
        }
    }
}

fn changed(
    before: Option<VerdictSums>,
    after: Option<VerdictSums>,
) -> Vec<(&'static str, String, String)> {
    let Some(after) = after else { return Vec::new() };
    let before = before.map(VerdictSums::rows);
    let of = |at: usize| before.and_then(|rows| rows.get(at).map(|(_, hosts)| number(*hosts)));
    let rows = after.rows().into_iter().enumerate();
    rows.map(|(at, (name, hosts))| (name, of(at).unwrap_or("none".to_owned()), number(hosts)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn a_sent_files_name_holds_no_path() {
        assert_eq!(plain_name("C:\\Users\\jo\\ward 7.txt"), "ward 7.txt");
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name(".."), "file");
        assert_eq!(plain_name("a\r\nb"), "ab");
    }
}
