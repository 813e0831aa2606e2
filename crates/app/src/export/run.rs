//! The export, organisation by organisation.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::Arc;

use exposure::index::{
    Advisory, Answer, Asked as Resolved, Index, OrganisationFacts, Prepared as Ready, View,
};
use exposure::knowledge::build::day_number;
use formats::export::rows::{Cell, RowWriter};
use jiff::Timestamp;
use jiff::civil::Date;
use model::organisation::register::Register;
use model::organisation::{OrganisationCode, OrganisationKind};
use model::verdict::Verdict;

use super::columns::{KNOWLEDGE, TABLES, TableKind};
use super::hosts;
use super::knowledge;
use crate::access::Permission;
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::estate::kept;
use crate::estate::table::HostTable;
use crate::exposure::answer::{Evidence as Shown, OrganisationAnswer, SectorAnswer, assemble};
use crate::exposure::ask::{Question, broken, prepare, view};
use crate::exposure::building;
use crate::exposure::segments::Bytes;
use crate::organisations::kept as registers;

/// The tables that were written, with the instants of the answers in them.
#[derive(Debug)]
pub struct Exported<W> {
    /// As at which day.
    pub as_at: Date,
    /// As known at which instant.
    pub as_known: Timestamp,
    /// When the knowledge was compiled.
    pub knowledge_built_at: Timestamp,
    /// The blob with the knowledge.
    pub knowledge: String,
    /// The policy by which evidence ages.
    pub freshness: String,
    /// The advisories with verdicts, as they were asked for.
    pub advisories: Vec<String>,
    /// Those of them of which knowledge has nothing.
    pub not_in_knowledge: Vec<String>,
    /// How much of the estate the evidence covers.
    pub coverage: Coverage,
    /// The tables.
    pub tables: Vec<ExportedTable<W>>,
}

/// Hosts that evidence shows, of those expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Hosts that the record has seen.
    pub seen: u64,
    /// Hosts expected, of the organisations of which somebody said how many they have.
    pub expected: u64,
    /// Organisations that have shown nothing.
    pub silent: u64,
}

/// A table that was written.
#[derive(Debug)]
pub struct ExportedTable<W> {
    /// Its name.
    pub name: &'static str,
    /// How many rows it has.
    pub rows: u64,
    /// What it was written to.
    pub out: W,
}

impl<W> Exported<W> {
    /// The same with what each table was written to turned into something else.
    pub fn try_map<V, E>(
        self,
        mut turn: impl FnMut(&'static str, W) -> Result<V, E>,
    ) -> Result<Exported<V>, E> {
        let mut tables = Vec::with_capacity(self.tables.len());
        for ExportedTable { name, rows, out } in self.tables {
            tables.push(ExportedTable { name, rows, out: turn(name, out)? });
        }
        Ok(Exported {
            tables,
            coverage: self.coverage,
            as_at: self.as_at,
            as_known: self.as_known,
            knowledge_built_at: self.knowledge_built_at,
            knowledge: self.knowledge,
            freshness: self.freshness,
            advisories: self.advisories,
            not_in_knowledge: self.not_in_knowledge,
        })
    }
}

/// A table in the making.
pub(super) struct Open<W: Write + Send> {
    kind: TableKind,
    rows: RowWriter<W>,
}

impl<W: Write + Send> Open<W> {
    /// Adds a row.
    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Error> {
        self.rows.row(cells).map_err(|source| refused(self.kind, source))
    }

    fn finish(self) -> Result<ExportedTable<W>, Error> {
        let (kind, rows) = (self.kind, self.rows.rows());
        let out = self.rows.finish().map_err(|source| refused(kind, source))?;
        Ok(ExportedTable { name: kind.name, rows, out })
    }
}

/// Writes the tables. `open` gives what a table is written to, by its name; `progress` hears how many
/// of how many organisations are done.
pub async fn export<W: Write + Send>(
    context: &Context,
    caller: &Caller,
    question: &Question,
    with_knowledge: bool,
    open: &mut dyn FnMut(&'static str) -> io::Result<W>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Exported<W>, Error> {
    for organisation in &question.organisations {
        if !caller.can(Permission::SeeHosts, Some(organisation)) {
            return Err(Error::NoOrganisation(organisation.clone()));
        }
    }
    let prepared = prepare(context, question).await?;
    let as_at = prepared.as_at;
    let as_known = question.as_known.unwrap_or(context.now);
    let register = registers::history(context, question.as_known).await?.at(as_at);
    if let Some(missing) = question.organisations.iter().find(|o| register.get(o).is_none()) {
        return Err(Error::NoOrganisation(missing.clone()));
    }
    let known = prepared.knowledge.view()?;
    let built_at =
        Timestamp::from_microsecond(known.built_at_us.to_native()).unwrap_or(Timestamp::UNIX_EPOCH);
    let index = Index::open(prepared.segments, known).map_err(broken)?;
    let view = view(context, &index, &prepared.knowledge, question, as_at).await?;
    let wanted = |code: &OrganisationCode| {
        caller.can(Permission::SeeHosts, Some(code))
            && (question.organisations.is_empty() || question.organisations.contains(code))
    };
    let advisories: Vec<String> = if question.advisories.is_empty() {
        known.bulletins.iter().map(|b| b.id.as_str().to_owned()).collect()
    } else {
        let mut seen = BTreeSet::new();
        question.advisories.iter().filter(|id| seen.insert(id.as_str())).cloned().collect()
    };
    let asked: Vec<(String, Resolved)> = advisories
        .iter()
        .map(|id| (id.clone(), view.as_public(index.resolve(&Advisory(id.clone())))))
        .collect();

    let mut exported = Exported {
        as_at,
        as_known,
        knowledge_built_at: built_at,
        knowledge: prepared.knowledge.blob.to_string(),
        freshness: question.freshness.name.clone(),
        not_in_knowledge: asked
            .iter()
            .filter(|(_, resolved)| resolved.is_unresolved)
            .map(|(id, _)| id.clone())
            .collect(),
        advisories,
        coverage: Coverage::default(),
        tables: Vec::new(),
    };
    let facts = view.organisations();
    // Who is there is the same whatever is asked, and is known before any row is written.
    let nothing = Shown { facts, machines: &prepared.machines, answer: &Answer::default() };
    let there = assemble("", true, &register, &nothing, &wanted);
    let there = who_is_there(&there, &register, facts);
    exported.coverage = coverage(&there);
    let notes = notes(&exported);
    let mut begin = |kind: TableKind| -> Result<Open<W>, Error> {
        let out = open(kind.name).map_err(|source| refused(kind, source))?;
        let rows = RowWriter::new(out, kind.columns, &notes).map_err(|e| refused(kind, e))?;
        Ok(Open { kind, rows })
    };
    let [organisations, hosts, updates, items, verdicts] = TABLES.map(&mut begin);
    let (mut organisations, mut verdicts) = (organisations?, verdicts?);
    let mut evidence = Evidence { hosts: hosts?, updates: updates?, items: items? };

    organisation_rows(&there, &mut organisations)?;
    for (advisory, resolved) in &asked {
        let answer = view.ask(resolved).map_err(broken)?;
        let shown = Shown { facts, machines: &prepared.machines, answer: &answer };
        let answer = assemble(advisory, resolved.is_unresolved, &register, &shown, &wanted);
        silent(&answer, &mut verdicts)?;
    }

    let of_them: Vec<(usize, &OrganisationFacts)> =
        facts.iter().enumerate().filter(|(_, fact)| wanted(&fact.code)).collect();
    let total = of_them.len() as u64;
    progress(0, total);
    let mut ready: Vec<(&str, Ready<'_>)> =
        asked.iter().map(|(id, resolved)| (id.as_str(), view.prepare(resolved))).collect();
    for (done, (at, fact)) in (1_u64..).zip(of_them) {
        answers(&view, at, &fact.code, &mut ready, &mut verdicts)?;
        let table = hosts_of(context, &fact.code, as_at, question.as_known).await?;
        evidence.organisation(context, &fact.code, &table).await?;
        progress(done, total);
    }
    exported.tables.push(organisations.finish()?);
    exported.tables.push(evidence.hosts.finish()?);
    exported.tables.push(evidence.updates.finish()?);
    exported.tables.push(evidence.items.finish()?);
    exported.tables.push(verdicts.finish()?);
    if with_knowledge {
        let mut tables = Vec::new();
        for kind in KNOWLEDGE {
            tables.push(begin(kind)?);
        }
        knowledge::write(known, &exported.advisories, &asked, &mut tables)?;
        for table in tables {
            exported.tables.push(table.finish()?);
        }
    }
    Ok(exported)
}

/// What is kept in each file beside its rows.
fn notes<W>(exported: &Exported<W>) -> Vec<(&'static str, String)> {
    vec![
        ("wardround.as_at", exported.as_at.to_string()),
        ("wardround.as_known", exported.as_known.to_string()),
        ("wardround.knowledge", exported.knowledge.clone()),
        ("wardround.knowledge_built_at", exported.knowledge_built_at.to_string()),
        ("wardround.freshness", exported.freshness.clone()),
        ("wardround.advisories", exported.advisories.join(",")),
        ("wardround.hosts_seen", exported.coverage.seen.to_string()),
        ("wardround.hosts_expected", exported.coverage.expected.to_string()),
        ("wardround.organisations_silent", exported.coverage.silent.to_string()),
    ]
}

/// An organisation of the answers: its row, how many hosts it should have, how many it has shown.
type There<'t> = (&'t OrganisationAnswer, Option<u64>, u64);

/// The organisations that the answers name; they are the same whatever is asked.
fn who_is_there<'t>(
    answer: &'t SectorAnswer,
    register: &Register,
    facts: &[OrganisationFacts],
) -> Vec<There<'t>> {
    let seen: BTreeMap<&OrganisationCode, u32> =
        facts.iter().map(|fact| (&fact.code, fact.hosts)).collect();
    answer
        .organisations
        .iter()
        .map(|row| {
            let expected = register.get(&row.code).and_then(|o| o.expected_hosts.as_ref());
            let seen = seen.get(&row.code).copied().unwrap_or(0);
            (row, expected.map(|expected| expected.count), u64::from(seen))
        })
        .collect()
}

fn coverage(there: &[There<'_>]) -> Coverage {
    let mut coverage = Coverage::default();
    for (_, expected, seen) in there {
        coverage.seen += seen;
        coverage.expected += expected.unwrap_or(0);
        coverage.silent += u64::from(*seen == 0);
    }
    coverage
}

fn organisation_rows<W: Write + Send>(
    there: &[There<'_>],
    organisations: &mut Open<W>,
) -> Result<(), Error> {
    for (row, expected, seen) in there {
        organisations.row(&[
            row.code.as_str().into(),
            Cell::Text(Some(&row.name)),
            Cell::Text(row.kind.map(OrganisationKind::code)),
            Cell::Text(row.region.as_ref().map(OrganisationCode::as_str)),
            Cell::Integer(expected.map(whole)),
            Cell::Integer(Some(whole(*seen))),
        ])?;
    }
    Ok(())
}

/// Hosts that nobody has seen, as verdicts without a host.
fn silent<W: Write + Send>(answer: &SectorAnswer, verdicts: &mut Open<W>) -> Result<(), Error> {
    for row in &answer.organisations {
        let mut unseen = |reason: &str, hosts: Option<i64>| {
            verdicts.row(&[
                row.code.as_str().into(),
                Cell::Text(None),
                answer.advisory.as_str().into(),
                Verdict::Unknown.code().into(),
                reason.into(),
                Cell::Text(None),
                Cell::Integer(hosts),
            ])
        };
        if row.counts.unseen > 0 {
            unseen("never_seen", Some(whole(row.counts.unseen)))?;
        }
        // How many hosts it has is not known: null, not zero.
        if row.counts.of_unknown_size > 0 {
            unseen("no_evidence_size_unknown", None)?;
        }
    }
    Ok(())
}

/// The verdicts of the hosts of one organisation.
fn answers<W: Write + Send>(
    view: &View<'_, '_, Bytes>,
    at: usize,
    code: &OrganisationCode,
    ready: &mut [(&str, Ready<'_>)],
    verdicts: &mut Open<W>,
) -> Result<(), Error> {
    for (advisory, question) in ready {
        for answer in view.hosts_of(question, at).map_err(broken)? {
            verdicts.row(&[
                code.as_str().into(),
                answer.id.to_string().as_str().into(),
                (*advisory).into(),
                answer.code.verdict.code().into(),
                answer.code.reason.name().into(),
                Cell::Text(answer.code.last_known.map(Verdict::code)),
                Cell::Integer(Some(1)),
            ])?;
        }
    }
    Ok(())
}

/// The hosts of an organisation, as the answers have them.
async fn hosts_of(
    context: &Context,
    code: &OrganisationCode,
    as_at: Date,
    as_known: Option<Timestamp>,
) -> Result<Arc<HostTable>, Error> {
    if as_known.is_none_or(|known| known >= context.now) {
        let (table, _) = kept::now(context, code).await?;
        if table.hosts.values().all(|host| host.last_seen <= as_at) {
            return Ok(table);
        }
    }
    Ok(Arc::new(kept::at(context, code, as_at, as_known.unwrap_or(context.now)).await?))
}

/// The tables of evidence.
struct Evidence<W: Write + Send> {
    hosts: Open<W>,
    updates: Open<W>,
    items: Open<W>,
}

impl<W: Write + Send> Evidence<W> {
    async fn organisation(
        &mut self,
        context: &Context,
        code: &OrganisationCode,
        table: &HostTable,
    ) -> Result<(), Error> {
        let packs = building::packs(context, table).await?;
        for (id, record) in &table.hosts {
            let shown = hosts::Shown::of(table, record, &packs);
            shown.host_row(code, id, record, &mut self.hosts)?;
            shown.update_rows(code, id, &mut self.updates)?;
            shown.item_rows(code, id, &mut self.items)?;
        }
        Ok(())
    }
}

/// A count as a cell.
pub(super) fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A day as a cell.
pub(super) fn day(day: Option<Date>) -> Cell<'static> {
    Cell::Day(day.map(day_number))
}

fn refused(kind: TableKind, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Table { table: kind.name, source: source.into() }
}
