//! What the hosts of one organisation show of the flaws that it is asked about, as CSAF VEX.
//!
//! Every status is that of the evidence, as it is counted everywhere. What the organisation says is beside it and never in
//! its place: a risk that it lives with leaves a host affected, and its word that something does not apply makes none
//! unaffected.

use std::collections::{BTreeMap, BTreeSet};

use exposure::judge::ReasonKind;
use formats::advisory::csaf::validate::file_name_for;
use formats::export::alert::Publisher;
use formats::export::report::{
    Frame, HostReport, KnowledgeInfo, RemedyReport, Summary, VerdictReport,
};
use formats::export::{Export as _, RISK_ACCEPTED, Vex, VexError, VexHeader};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::cve::CveId;
use model::event::Marking;
use model::organisation::OrganisationCode;
use model::verdict::Verdict;
use response::alert::AlertNumber;
use response::answer::Acceptance;

use super::super::error::AlertsError;
use super::super::kept::{Books, When};
use super::super::see::visible;
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::exposure::desk::{AdvisoryFacts, Desk, JudgedHost, Moment};

/// Of which flaws it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VexOf {
    /// Those of an alert by which the organisation is asked.
    Alert(AlertNumber),
    /// Those of an advisory.
    Advisory(String),
    /// Those of every alert by which it is asked.
    AllAlerts,
}

/// A VEX document as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VexFile {
    /// Its name (CSAF 2.0, 5.1).
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// An alert by which the organisation is asked.
struct Asked {
    number: AlertNumber,
    marking: Marking,
    advisories: Vec<String>,
    accepted: Option<Acceptance>,
    /// When something was said last of the organisation under it.
    said: Option<Timestamp>,
}

/// What the hosts of an organisation show, for whoever may see its hosts.
pub async fn vex(
    context: &Context,
    caller: &Caller,
    (books, desk): (&Books, &Desk),
    (code, of): (&OrganisationCode, &VexOf),
    publisher: &Publisher,
    moment: Moment,
) -> Result<VexFile, AlertsError> {
    let register = desk.expected(context, caller, code, moment).await?;
    let mut asked = asked(context, caller, books, (code, of), moment).await?;
    let named: BTreeSet<&String> = match of {
        VexOf::Advisory(name) => [name].into(),
        VexOf::Alert(_) | VexOf::AllAlerts => {
            asked.iter().flat_map(|one| &one.advisories).collect()
        }
    };
    let advisories: Vec<String> = named.into_iter().cloned().collect();
    asked.retain(|one| one.advisories.iter().any(|name| advisories.contains(name)));
    let found = desk.advisories(context, advisories.clone(), moment).await?.answer;
    let lines: Vec<Line> = advisories.iter().zip(&found).flat_map(Line::of).collect();
    let names = lines.iter().map(|line| line.name.clone()).collect();
    let judged = desk.judged_on(context, caller, (code, names), moment).await?;
    let estate = desk.hosts(context, caller, code, moment).await?;
    let missing: Vec<String> = advisories
        .iter()
        .zip(&found)
        .filter(|(_, facts)| facts.is_none())
        .map(|(name, _)| name.clone())
        .collect();
    let mut hosts: BTreeMap<&str, HostReport> = estate
        .table
        .hosts
        .iter()
        .map(|(id, record)| (id.as_str(), host(&record.label, system(record))))
        .collect();
    for (line, own) in lines.iter().zip(&judged.answer) {
        let accepted: Vec<RemedyReport> =
            asked.iter().filter_map(|one| accepted(one, line)).collect();
        for one in own {
            if let Some(host) = hosts.get_mut(one.id.as_str()) {
                host.verdicts.push(verdict(line, one, &accepted));
            }
        }
    }
    let said = asked.iter().filter_map(|one| one.said).max();
    let date = said.map_or(judged.as_known, |said| said.max(judged.as_known));
    let what = match of {
        VexOf::Alert(number) => number.to_string(),
        VexOf::Advisory(name) => name.clone(),
        VexOf::AllAlerts => "alerts".to_owned(),
    };
    let stamp = date.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ");
    let id = format!("VEX-{code}-{what}-{}-{stamp}", judged.as_at);
    let marking = asked.iter().map(|one| one.marking).max().unwrap_or_default();
    let name = register.get(code).map_or(estate.name.as_str(), |own| own.label());
    let header = header(publisher, &id, date)?;
    let header = header.of_organisation(name, marking.max(Marking::Amber));
    let frame = Frame {
        as_at: judged.as_at.to_string(),
        knowledge: KnowledgeInfo {
            built_at: judged.knowledge_built_at.to_string(),
            sources: Vec::new(),
        },
        policy: String::new(),
        only: advisories,
        not_in_knowledge: missing,
    };
    let reports: Vec<HostReport> = hosts.into_values().collect();
    let bytes = write(limited(header, estate.never_seen()), &frame, &reports)?;
    Ok(VexFile { name: file_name_for(&id), bytes })
}

/// The alerts by which the organisation is asked and that the caller may see; of one alert that one.
async fn asked(
    context: &Context,
    caller: &Caller,
    books: &Books,
    (code, of): (&OrganisationCode, &VexOf),
    moment: Moment,
) -> Result<Vec<Asked>, AlertsError> {
    let (when, day) = (When::of_moment(context, moment), moment.day(context.now));
    books
        .with(context, |book| {
            let one = |number: AlertNumber| -> Result<Option<Asked>, AlertsError> {
                let kept = visible(caller, book, number, when)?;
                let (alert, answer) = (kept.alert(number, when), kept.answer(code, when));
                let Some(issue) = alert.current().filter(|_| answer.addressed.is_some()) else {
                    return Ok(None);
                };
                let entries = kept.answer_entries(code).iter();
                let shown = entries.filter(|kept| when.shows(kept, kept.entry.at));
                Ok(Some(Asked {
                    number,
                    marking: issue.content.marking,
                    advisories: issue.content.advisories.clone(),
                    accepted: answer.accepted_on(day).cloned(),
                    said: shown.map(|kept| kept.known).max(),
                }))
            };
            if let VexOf::Alert(number) = of {
                let found = one(*number)?;
                return found
                    .map(|one| vec![one])
                    .ok_or(AlertsError::NotAsked(*number, code.clone()));
            }
            Ok(book.alerts().filter_map(|(number, _)| one(number).ok().flatten()).collect())
        })
        .await?
}

/// A flaw, asked about by itself: of several that an advisory names each has its own answer.
struct Line<'a> {
    name: String,
    advisory: &'a str,
    facts: Option<&'a AdvisoryFacts>,
    exploited: bool,
    ransomware: bool,
}

impl<'a> Line<'a> {
    fn of((advisory, facts): (&'a String, &'a Option<AdvisoryFacts>)) -> Vec<Self> {
        let facts = facts.as_ref();
        let line = |name: &str| Self {
            name: name.to_owned(),
            advisory,
            facts,
            exploited: false,
            ransomware: false,
        };
        let flaws = facts.map_or(&[][..], |facts| &facts.flaws);
        if flaws.is_empty() {
            return vec![line(advisory)];
        }
        let own = flaws.iter().map(|flaw| Self {
            exploited: flaw.exploited_since.is_some(),
            ransomware: flaw.ransomware,
            ..line(&flaw.id)
        });
        own.collect()
    }
}

/// What it says of a risk that it lives with; nobody is named.
fn accepted(asked: &Asked, line: &Line<'_>) -> Option<RemedyReport> {
    let accepted = asked.accepted.as_ref()?;
    asked.advisories.iter().any(|name| name == line.advisory).then(|| RemedyReport {
        action: RISK_ACCEPTED,
        value: None,
        text: format!(
            "under {} the organisation lives with this risk until {}: {}. Between the flaw and harm stands: {}",
            asked.number, accepted.until, accepted.reason, accepted.control
        ),
    })
}

fn verdict(line: &Line<'_>, host: &JudgedHost, accepted: &[RemedyReport]) -> VerdictReport {
    let is_cve = line.name.parse::<CveId>().is_ok();
    let (cves, other_ids): (Vec<String>, Vec<String>) =
        [line.name.clone()].into_iter().partition(|_| is_cve);
    let mut reason = host.code.reason.words().to_owned();
    if let Some(last) = host.code.last_known {
        reason.push_str(&format!("; last known {last}"));
    }
    let fix = matches!(host.code.verdict, Verdict::Affected | Verdict::Mitigated)
        .then(|| remedy(line, host.code.reason));
    let title = line.facts.map(|facts| facts.title.clone()).filter(|title| !title.is_empty());
    VerdictReport {
        advisory: line.advisory.to_owned(),
        title,
        cves,
        other_ids,
        verdict: host.code.verdict.code(),
        reason,
        more_reasons: Vec::new(),
        disagreements: Vec::new(),
        remedies: fix.into_iter().chain(accepted.iter().cloned()).collect(),
        software: None,
        worm: line.facts.is_some_and(|facts| facts.worm),
        kev: line.exploited,
        ransomware: line.ransomware,
        epss: None,
        severity: None,
        due: None,
        due_because: None,
        row: None,
    }
}

/// What to do where a host is open, as far as the reason tells.
fn remedy(line: &Line<'_>, reason: ReasonKind) -> RemedyReport {
    let advisory = line.advisory;
    let has_update = line.facts.is_some_and(|facts| !facts.fixes.is_empty());
    let (action, text) = match reason {
        ReasonKind::PendingRestart => {
            ("restart", "start the machine again: the fix is installed and waits for it".to_owned())
        }
        ReasonKind::ServicePackNeeded => (
            "service_pack",
            format!("install the newest service pack, then the update of {advisory}"),
        ),
        ReasonKind::NoFixYet
        | ReasonKind::NoFixKnown
        | ReasonKind::NoFixExists
        | ReasonKind::Unsupported => ("none_available", reason.words().to_owned()),
        _ if has_update => (
            "update",
            format!(
                "install the update of {advisory} for this system, or a later one that contains it"
            ),
        ),
        _ => ("publisher", format!("do what the publisher of {advisory} says")),
    };
    RemedyReport { action, value: None, text }
}

fn host(label: &str, product: Option<String>) -> HostReport {
    HostReport {
        host: label.to_owned(),
        evidence: Vec::new(),
        product,
        build: None,
        verdicts: Vec::new(),
        unrecognised: Vec::new(),
        notes: Vec::new(),
    }
}

/// The operating system that its newest evidence states.
fn system(record: &crate::estate::table::HostRecord) -> Option<String> {
    record.pieces.iter().rev().find_map(|piece| piece.system.clone())
}

fn header(publisher: &Publisher, id: &str, date: Timestamp) -> Result<VexHeader, Error> {
    let version = env!("CARGO_PKG_VERSION");
    VexHeader::new(id, date, &publisher.name, &publisher.namespace, version)
        .map_err(|source: VexError| Error::damaged("document", id, source))
}

/// Who was never seen is no product, and is said.
fn limited(header: VexHeader, never_seen: Option<u64>) -> VexHeader {
    header.with_limit(match never_seen {
        Some(hosts) => format!("Hosts that were expected and never seen: {hosts}."),
        None => "How many hosts there should be is not known.".to_owned(),
    })
}

fn write(header: VexHeader, frame: &Frame, hosts: &[HostReport]) -> Result<Vec<u8>, Error> {
    let (mut bytes, mut summary) = (Vec::new(), Summary::default());
    let mut vex = Vex::new(header);
    let written = (|| {
        vex.begin(frame, &mut bytes)?;
        for host in hosts {
            summary.count(host);
            vex.host(host, &mut bytes)?;
        }
        vex.end(&[], &summary, &mut bytes)
    })();
    written.map_err(|source| Error::damaged("document", "VEX", source))?;
    Ok(bytes)
}
