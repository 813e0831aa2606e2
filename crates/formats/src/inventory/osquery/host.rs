//! The rows of each host, and what they make together.

mod build;

use std::collections::{BTreeMap, HashMap};

use model::evidence::Evidence;
use model::reading::Place;
use serde_json::{Map, Value};

use super::tables::Table;
use crate::inventory::json_rows::text_of;

/// Where rows of a log come from.
#[derive(Clone, Debug, Default)]
pub(super) struct Source {
    pub(super) query: String,
    pub(super) identifier: Option<String>,
    pub(super) name: Option<String>,
    pub(super) unix_time: Option<i64>,
    /// Whether this is the query's first run, which logs every row.
    pub(super) first_run: bool,
    pub(super) place: Place,
}

/// A row and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    fields: Map<String, Value>,
    place: Place,
}

/// The rows of one table of one query on one host.
#[derive(Debug)]
struct Rows {
    query: String,
    table: Table,
    content: Vec<Option<Stored>>,
    /// Where a changed row stands, by its content; only for logs of changes.
    index: HashMap<String, Vec<usize>>,
    whole: bool,
}

#[derive(Debug, Default)]
struct Host {
    names: Vec<String>,
    identifier: Option<String>,
    unix_time: Option<i64>,
    rows: Vec<Rows>,
}

/// All hosts of a file.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    all: Vec<Host>,
    known: HashMap<String, usize>,
    unused: BTreeMap<String, usize>,
}

impl Hosts {
    /// The host of a log entry.
    pub(super) fn entry(&mut self, source: &Source) -> usize {
        let key =
            source.identifier.as_ref().or(source.name.as_ref()).map(|name| name.to_lowercase());
        let at = self.at(key.as_deref().unwrap_or(""));
        if let Some(host) = self.all.get_mut(at) {
            host.unix_time = host.unix_time.max(source.unix_time);
            for name in [&source.name, &source.identifier].into_iter().flatten() {
                if is_identifier(name) {
                    host.identifier.get_or_insert_with(|| name.clone());
                } else if !host.names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                    host.names.push(name.clone());
                }
            }
        }
        at
    }

    fn at(&mut self, key: &str) -> usize {
        if let Some(at) = self.known.get(key) {
            return *at;
        }
        self.all.push(Host::default());
        self.known.insert(key.to_owned(), self.all.len() - 1);
        self.all.len() - 1
    }

    /// A row without a log entry around it; some tables name the host.
    pub(super) fn bare(&mut self, fields: Map<String, Value>, place: &Place) {
        let name = text_of(
            &fields,
            &["csname", "computer_name", "hostname", "host_identifier", "hostIdentifier"],
        )
        .map(std::borrow::Cow::into_owned);
        let source = Source { name, place: place.clone(), ..Source::default() };
        let at = self.entry(&source);
        self.add(at, &source, fields, true);
    }

    /// Adds a row. `whole`: the rows around it are all there are.
    pub(super) fn add(
        &mut self,
        at: usize,
        source: &Source,
        fields: Map<String, Value>,
        whole: bool,
    ) {
        let Some(table) = Table::recognise(&fields) else {
            *self.unused.entry(source.query.clone()).or_default() += 1;
            return;
        };
        let Some(host) = self.all.get_mut(at) else { return };
        let rows = host.rows_of(&source.query, table);
        if !whole {
            rows.index.entry(content(&fields)).or_default().push(rows.content.len());
        }
        rows.whole |= whole || source.first_run;
        rows.content.push(Some(Stored { fields, place: source.place.clone() }));
    }

    /// Takes a row away that an earlier entry added.
    pub(super) fn remove(&mut self, at: usize, source: &Source, fields: &Map<String, Value>) {
        let Some(table) = Table::recognise(fields) else {
            *self.unused.entry(source.query.clone()).or_default() += 1;
            return;
        };
        let Some(host) = self.all.get_mut(at) else { return };
        let rows = host.rows_of(&source.query, table);
        let found = rows.index.get_mut(&content(fields)).and_then(Vec::pop);
        if let Some(row) = found.and_then(|at| rows.content.get_mut(at)) {
            *row = None;
        }
    }

    /// A snapshot replaces what the query said before.
    pub(super) fn replace(&mut self, at: usize, source: &Source) {
        if let Some(host) = self.all.get_mut(at)
            && !source.query.is_empty()
        {
            host.rows.retain(|rows| rows.query != source.query);
        }
    }

    /// How many rows of which queries were of no use.
    pub(super) fn unused(&self) -> impl Iterator<Item = (&str, usize)> {
        self.unused.iter().map(|(query, count)| {
            (if query.is_empty() { "an unknown table" } else { query.as_str() }, *count)
        })
    }

    /// The evidence of every host, in order of appearance.
    pub(super) fn into_evidence(mut self) -> Vec<Evidence> {
        // Rows that name no host belong to the only host that the others name.
        if let Some(nameless) = self.known.get("").copied()
            && self.all.len() == 2
        {
            let rest = self.all.remove(nameless);
            if let Some(host) = self.all.first_mut() {
                host.rows.extend(rest.rows);
            }
        }
        self.all.into_iter().map(build::evidence).collect()
    }
}

impl Host {
    fn rows_of(&mut self, query: &str, table: Table) -> &mut Rows {
        let found = self.rows.iter().position(|rows| rows.table == table && rows.query == query);
        let at = found.unwrap_or_else(|| {
            self.rows.push(Rows {
                query: query.to_owned(),
                table,
                content: Vec::new(),
                index: HashMap::new(),
                whole: false,
            });
            self.rows.len() - 1
        });
        // The index was found or has just been made.
        #[expect(clippy::indexing_slicing, reason = "the place was found or made two lines above")]
        &mut self.rows[at]
    }
}

/// What a row says, as a key: osquery writes a removed row as it wrote the added one.
fn content(fields: &Map<String, Value>) -> String {
    serde_json::to_string(fields).unwrap_or_default()
}

/// Whether a host identifier is a UUID and no name (osquery's `--host_identifier`).
fn is_identifier(name: &str) -> bool {
    name.len() == 36
        && name.bytes().filter(|b| *b == b'-').count() == 4
        && name.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}
