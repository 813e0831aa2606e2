//! One host: what it is open to and why, down to the row of evidence, and where all of it comes from.

use std::sync::Arc;

use app::estate::ask::{KnownHost, Rows, system_words};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use exposure::freshness::FreshnessPolicy;
use exposure::judge::{Line, Question, VulnerabilityRef, judge, sentence};
use exposure::knowledge::{View as Knowledge, lookup};
use model::verdict::Verdict;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::error::{ApiError, PageError, Refusal};
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::organisation::code_of;
use crate::site::Site;
use crate::when::{Asking, When, WhenQuery};
use crate::words::{Sign, counted, day, instant, minute, sign};

/// A host as it is shown.
#[derive(Serialize, ToSchema)]
#[schema(as = Host)]
pub(crate) struct HostView {
    id: String,
    label: String,
    system: String,
    #[schema(format = Date)]
    support_ends: Option<String>,
    #[schema(format = Date)]
    first_seen: String,
    #[schema(format = Date)]
    last_seen: String,
    names: Vec<String>,
    #[schema(format = Date)]
    as_at: String,
    #[schema(format = DateTime)]
    knowledge_built_at: String,
    /// Whether reasons name rows as they were printed. If not they name them as they are kept, because
    /// the files that came with this host's are many: ask with `rows=printed` to have them read.
    rows_as_printed: bool,
    evidence: Vec<EvidenceRow>,
    may_be: Vec<MayBe>,
    verdicts: Vec<VerdictRow>,
    unrecognised: Vec<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = EvidenceOfHost)]
struct EvidenceRow {
    format: String,
    file: String,
    collected: String,
    recognised: String,
    confidence_percent: u8,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MayBeSameHost)]
struct MayBe {
    host: String,
    by: &'static str,
    confidence_percent: u8,
}

#[derive(Serialize, ToSchema)]
#[schema(as = VerdictOnHost)]
struct VerdictRow {
    advisory: String,
    /// One of `affected`, `unknown`, `mitigated`, `fixed`, `not_affected`.
    verdict: &'static str,
    #[serde(skip)]
    sign: Sign,
    cves: Vec<String>,
    reasons: Vec<String>,
    remedies: Vec<String>,
    disagreements: usize,
}

impl Serialize for Sign {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word)
    }
}

/// Which rows reasons name.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RowsQuery {
    /// `printed`: evidence is read again from the files as they came, whatever that takes. Where it is
    /// not said they are read if they are few, and else rows are named as they are kept.
    #[param(inline)]
    rows: Option<RowsWanted>,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RowsWanted {
    Printed,
}

impl RowsQuery {
    fn rows(self) -> Rows {
        match self.rows {
            Some(RowsWanted::Printed) => Rows::AsPrinted,
            None => Rows::AsQuick,
        }
    }
}

async fn find(
    site: &Site,
    visitor: &app::access::SignedIn,
    (code, name): (&str, &str),
    (when, rows): (When, RowsQuery),
) -> Result<Vec<HostView>, Refusal> {
    let code = code_of(code)?;
    let context = site.context();
    let moment = when.until(context.now)?.moment();
    let found =
        site.desk.host(&context, &visitor.caller, (&code, name), (moment, rows.rows())).await?;
    if found.is_empty() {
        return Err(Refusal::NotFound(format!("{code} has no host {name} in the record.")));
    }
    // Where the knowledge lies: it is neither read nor held a second time.
    let judged = site.desk.knowledge(&context, moment, move |knowledge, day| {
        let question = Question::new(knowledge, day, &[]);
        found.iter().map(|known| view(known, &question, knowledge, day)).collect()
    });
    Ok(judged.await?.answer)
}

fn view(
    known: &KnownHost,
    question: &Question<'_>,
    knowledge: Knowledge<'_>,
    today: jiff::civil::Date,
) -> HostView {
    let record = &known.record;
    let verdicts = judge(question, &known.host);
    let built_at = jiff::Timestamp::from_microsecond(knowledge.built_at_us.to_native())
        .unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let pieces = known.host.pieces.iter().zip(&record.pieces);
    HostView {
        id: known.id.clone(),
        label: record.label.clone(),
        system: system_words(&known.host).unwrap_or_else(|| "not shown".to_owned()),
        support_ends: known.support_ends(knowledge).map(|end| end.to_string()),
        first_seen: record.first_seen.to_string(),
        last_seen: record.last_seen.to_string(),
        names: record.names.clone(),
        as_at: today.to_string(),
        knowledge_built_at: built_at.to_string(),
        rows_as_printed: known.is_as_printed,
        evidence: pieces
            .map(|(piece, kept)| EvidenceRow {
                format: kept.format.clone(),
                file: piece.path.clone(),
                collected: kept.collected.to_string(),
                recognised: kept.rule.words().to_owned(),
                confidence_percent: kept.confidence,
            })
            .collect(),
        may_be: record
            .possible
            .iter()
            .map(|other| MayBe {
                host: other.host.clone(),
                by: other.rule.words(),
                confidence_percent: other.confidence,
            })
            .collect(),
        verdicts: rows(&verdicts.lines, known, knowledge, today),
        unrecognised: verdicts
            .unrecognised
            .iter()
            .map(|own| match &own.version {
                Some(version) => format!("{} {version}", own.name),
                None => own.name.clone(),
            })
            .collect(),
    }
}

/// The lines, the worst first, each aged by the evidence that it rests on.
fn rows(
    lines: &[Line<'_>],
    known: &KnownHost,
    knowledge: Knowledge<'_>,
    today: jiff::civil::Date,
) -> Vec<VerdictRow> {
    let policy = FreshnessPolicy::default();
    let mut rows: Vec<(Verdict, VerdictRow)> = lines
        .iter()
        .map(|line| {
            let aged = known.aged(line, today, &policy);
            let verdict = aged.map_or(line.verdict, |aged| aged.verdict);
            let last_known = aged.and_then(|aged| aged.last_known);
            (verdict, row(line, (verdict, last_known), knowledge, known))
        })
        .collect();
    // The order of the lines stays within a verdict.
    rows.sort_by_key(|(verdict, _)| *verdict);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn row(
    line: &Line<'_>,
    (verdict, last_known): (Verdict, Option<Verdict>),
    knowledge: Knowledge<'_>,
    known: &KnownHost,
) -> VerdictRow {
    let stale = last_known
        .map(|last| format!("The evidence is too old to tell. When it was made this was {last}:"));
    let reasons = line.reasons.iter().map(|reason| sentence(reason, &known.host));
    VerdictRow {
        advisory: line.advisory.clone().into_owned(),
        verdict: verdict.code(),
        sign: sign(verdict),
        cves: line.vulnerabilities.iter().map(|v| name_of(knowledge, *v)).collect(),
        reasons: stale.into_iter().chain(reasons).collect(),
        remedies: line.remedies.iter().map(ToString::to_string).collect(),
        disagreements: line.disagreements.len(),
    }
}

fn name_of(knowledge: Knowledge<'_>, vulnerability: VulnerabilityRef) -> String {
    match vulnerability {
        VulnerabilityRef::Known(position) => {
            lookup::row(knowledge, position).map_or(String::new(), |row| row.id.as_str().to_owned())
        }
        VulnerabilityRef::Unlisted(cve) => cve.to_string(),
    }
}

#[derive(askama::Template)]
#[template(path = "host.html")]
struct HostPage {
    frame: Frame,
    code: String,
    hosts: Vec<HostView>,
    status: String,
    as_known: String,
    /// The heading of a host's sections: a level lower where each host has a heading of its own.
    level: &'static str,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path((code, name)): Path<(String, String)>,
    Query(rows): Query<RowsQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let hosts = find(&site, &visitor, (&code, &name), (asking.when, rows)).await?;
    let status = match hosts.as_slice() {
        [host] => status(host),
        several => format!(
            "{} of the record go by the name {name}. They were not merged: nothing shows that \
             they are one machine.",
            model::words::count(several.len(), "host", "hosts")
        ),
    };
    let asking_known = asking.when.as_known.map_or_else(|| minute(site.context().now), instant);
    Ok(frame::html(&HostPage {
        frame: Frame::of(&site, &visitor, format!("Host {name}"), "/organisations").at(asking),
        as_known: asking_known,
        level: if hosts.len() > 1 { "h3" } else { "h2" },
        code,
        hosts,
        status,
    }))
}

fn status(host: &HostView) -> String {
    let of = |verdict: Verdict| {
        host.verdicts.iter().filter(|row| row.verdict == verdict.code()).count() as u64
    };
    let (open, unknown) = (of(Verdict::Affected), of(Verdict::Unknown));
    let mut text = match open {
        0 if host.verdicts.is_empty() => {
            format!("Nothing can be told of {}: no evidence shows what it runs.", host.label)
        }
        0 => format!("{} is not known to be open to anything.", host.label),
        open => format!("{} is open to {}.", host.label, counted(open, "advisory", "advisories")),
    };
    if unknown > 0 {
        text.push_str(&format!(" Of {} nobody can tell.", counted(unknown, "more", "more")));
    }
    text
}

/// A host, with each verdict and why
///
/// Several hosts of the record may go by one name: all of them are answered.
#[utoipa::path(
    get,
    path = "/api/v1/organisations/{code}/hosts/{host}",
    tag = "organisations",
    params(
        ("code" = String, Path, description = "The organisation's code"),
        ("host" = String, Path, description = "The host's identity, or a name of it"),
        RowsQuery,
        WhenQuery,
    ),
    responses((status = 200, description = "The hosts of that name", body = Vec<HostView>)),
)]
pub(crate) async fn api(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path((code, name)): Path<(String, String)>,
    Query(rows): Query<RowsQuery>,
    Query(when): Query<WhenQuery>,
) -> Result<Json<Vec<HostView>>, ApiError> {
    Ok(Json(find(&site, &visitor, (&code, &name), (when.of_program()?, rows)).await?))
}

impl HostView {
    /// The verdicts that are on the page at once: what is closed is folded away.
    fn open(&self) -> impl Iterator<Item = &VerdictRow> {
        self.verdicts.iter().filter(|row| !row.is_closed())
    }

    fn closed(&self) -> Vec<&VerdictRow> {
        self.verdicts.iter().filter(|row| row.is_closed()).collect()
    }

    /// As of when, and from what.
    fn as_of(&self, as_known: &str) -> String {
        let in_words = |text: &str| text.parse().map_or_else(|_| text.to_owned(), day);
        let built = self.knowledge_built_at.split('T').next().unwrap_or_default();
        format!(
            "As at {}, as known at {as_known}; last seen {}; knowledge of flaws as of {}.",
            in_words(&self.as_at),
            in_words(&self.last_seen),
            in_words(built)
        )
    }
}

impl VerdictRow {
    fn is_closed(&self) -> bool {
        ![Verdict::Affected.code(), Verdict::Unknown.code()].contains(&self.verdict)
    }
}
