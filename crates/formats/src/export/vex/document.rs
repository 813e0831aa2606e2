//! Gathers hosts and writes the document.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{self, Write};

use model::cve::CveId;
use serde_json::{Value, json};

use super::header::VexHeader;
use super::statement::{Statement, Status, statements};
use super::vulnerability::{Name, Vulnerability};
use crate::export::report::{ErrorReport, Frame, HostReport, Summary, VerdictReport};
use crate::export::stream::Export;

/// Writes the VEX document.
#[derive(Debug)]
pub struct Vex {
    header: VexHeader,
    frame: Option<Frame>,
    /// Product identifiers: the hosts' labels, made unique.
    ids: Vec<String>,
    /// Names: label, operating system, build.
    names: Vec<String>,
    taken: HashSet<String>,
    vulnerabilities: BTreeMap<Name, Vulnerability>,
    statements: Vec<Statement>,
    number_of: HashMap<Statement, u32>,
}

impl Vex {
    /// Begins a document.
    pub fn new(header: VexHeader) -> Self {
        Self {
            header,
            frame: None,
            ids: Vec::new(),
            names: Vec::new(),
            taken: HashSet::new(),
            vulnerabilities: BTreeMap::new(),
            statements: Vec::new(),
            number_of: HashMap::new(),
        }
    }

    /// Adds a host to the product tree and tells its position.
    fn product(&mut self, host: &HostReport) -> io::Result<u32> {
        let position = number(self.ids.len())?;
        let label = if host.host.is_empty() { "(no name)" } else { &host.host };
        let mut id = label.to_owned();
        let mut copies = 1_u64;
        while !self.taken.insert(id.clone()) {
            copies += 1;
            id = format!("{label}#{copies}");
        }
        let about: Vec<&str> = [&host.product, &host.build]
            .into_iter()
            .filter_map(|part| part.as_deref().filter(|part| !part.is_empty()))
            .collect();
        let about = if about.is_empty() { "system not shown".into() } else { about.join(", ") };
        self.names.push(format!("{label} ({about})"));
        self.ids.push(id);
        Ok(position)
    }

    /// The position of a statement in the table.
    fn statement(&mut self, statement: Statement) -> io::Result<u32> {
        if let Some(number) = self.number_of.get(&statement) {
            return Ok(*number);
        }
        let next = number(self.statements.len())?;
        self.statements.push(statement.clone());
        self.number_of.insert(statement, next);
        Ok(next)
    }
}

impl Export for Vex {
    fn begin(&mut self, frame: &Frame, _: &mut dyn Write) -> io::Result<()> {
        self.frame = Some(frame.clone());
        Ok(())
    }

    fn host(&mut self, host: &HostReport, _: &mut dyn Write) -> io::Result<()> {
        let position = self.product(host)?;
        let mut said: BTreeMap<Name, (Status, BTreeSet<u32>)> = BTreeMap::new();
        for line in &host.verdicts {
            let status = Status::of(line);
            let mut numbers = BTreeSet::new();
            for statement in statements(line) {
                numbers.insert(self.statement(statement)?);
            }
            let names = names(line);
            let exploited = exploited(line, names.len());
            let covered = covered_by(line);
            for name in names {
                let vulnerability = self.vulnerabilities.entry(name.clone()).or_default();
                if !vulnerability.covered_by.contains(&covered) {
                    vulnerability.covered_by.insert(covered.clone());
                }
                vulnerability.exploited.extend(exploited.clone());
                let (prevailing, all) = said.entry(name).or_insert((status, BTreeSet::new()));
                if status < *prevailing {
                    *prevailing = status;
                    all.clear();
                }
                if status == *prevailing {
                    all.extend(&numbers);
                }
            }
        }
        for (name, (status, numbers)) in said {
            self.vulnerabilities.entry(name).or_default().add(position, status, &numbers);
        }
        Ok(())
    }

    fn end(
        &mut self,
        errors: &[ErrorReport],
        summary: &Summary,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let Some(frame) = &self.frame else {
            return Err(io::Error::other("the report was ended before it was begun"));
        };
        let document =
            self.header.document(frame, summary, errors.len(), self.vulnerabilities.len());
        out.write_all(b"{\"document\":")?;
        serde_json::to_writer(&mut *out, &document)?;
        let products = self.ids.iter().zip(&self.names);
        let products = products.map(|(id, name)| json!({"name": name, "product_id": id}));
        list(out, "product_tree\":{\"full_product_names", "]}", products)?;
        let items = self
            .vulnerabilities
            .iter()
            .map(|(name, vulnerability)| vulnerability.item(name, &self.statements, &self.ids));
        list(out, "vulnerabilities", "]", items)?;
        out.write_all(b"}\n")
    }
}

/// Writes a member whose value is a list, an item a line; nothing where the list is empty, as
/// CSAF has no empty lists.
fn list(
    out: &mut dyn Write,
    key: &str,
    end: &str,
    items: impl Iterator<Item = Value>,
) -> io::Result<()> {
    let mut is_first = true;
    for item in items {
        if is_first {
            write!(out, ",\n\"{key}\":[\n")?;
        } else {
            out.write_all(b",\n")?;
        }
        is_first = false;
        serde_json::to_writer(&mut *out, &item)?;
    }
    if is_first { Ok(()) } else { out.write_all(end.as_bytes()) }
}

/// The vulnerabilities that a line is about: its CVEs and other identifiers, else its advisory.
fn names(line: &VerdictReport) -> BTreeSet<Name> {
    let all = line.cves.iter().chain(&line.other_ids).filter(|id| !id.is_empty());
    let mut names: BTreeSet<Name> = all.map(|id| name(id)).collect();
    if names.is_empty() {
        names.insert(name(&line.advisory));
    }
    names
}

fn name(id: &str) -> Name {
    match id.parse::<CveId>() {
        Ok(cve) => Name::Cve(cve.to_string()),
        Err(_) if id.starts_with("GHSA-") => Name::Other("GitHub Advisory", id.to_owned()),
        Err(_) if id.is_empty() => Name::Other("Advisory", "(no identifier)".to_owned()),
        Err(_) => Name::Other("Advisory", id.to_owned()),
    }
}

fn covered_by(line: &VerdictReport) -> String {
    match &line.title {
        Some(title) if !title.is_empty() => format!("{} ({title})", line.advisory),
        _ => line.advisory.clone(),
    }
}

/// The flags are a line's. Where it covers several vulnerabilities, one of them is meant, and the
/// report does not say which.
fn exploited(line: &VerdictReport, covers: usize) -> Option<String> {
    let whom = if covers == 1 { "Listed" } else { "At least one of its advisory's is listed" };
    let ransom = if line.ransomware { ", with known use by ransomware" } else { "" };
    let catalogue = "in CISA's Known Exploited Vulnerabilities catalogue";
    line.kev.then(|| format!("{}: {whom} {catalogue}{ransom}.", line.advisory))
}

fn number(position: usize) -> io::Result<u32> {
    u32::try_from(position).map_err(|_| io::Error::other("more than 4,294,967,296 items"))
}
