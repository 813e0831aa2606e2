//! The invented nation as rows for other engines, with our answers and what they cost.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use exposure::index::{Asked, View as Answers};
use exposure::knowledge::View;
use exposure::knowledge::build::day_number;
use exposure::knowledge::lookup::{superseding, vulnerability, windows_of};
use exposure::knowledge::schema::{ArchivedFixGroup, ArchivedWindowsKnowledge, update_kind};
use formats::export::columns::ColumnType::{self, Boolean, Day, Integer, Text};
use formats::export::rows::{Cell, RowWriter};
use model::evidence::{Ecosystem, Platform};

use super::clock::{memory, timed};
use super::nation::{AS_AT, Nation};

/// What is asked: its name, the flaw, and the software with the first version that is not affected.
const QUESTIONS: [(&str, &str, Option<&str>); 5] = [
    ("Windows flaw", "CVE-2017-0144", None),
    ("top program", "CVE-2016-100000", Some("Ward Program 0")),
    ("middle program", "CVE-2016-100400", Some("Ward Program 2000")),
    ("tail program", "CVE-2016-103600", Some("Ward Program 18000")),
    ("Debian package", "CVE-2016-110020", Some("package100")),
];
/// So many that the clock of a thread, which on some machines ticks in four milliseconds, is fine enough.
const TIMES: u32 = 5_000;

type Table = RowWriter<BufWriter<File>>;

/// Writes rows, answers and figures.
pub(super) fn write(
    folder: &Path,
    nation: &Nation,
    view: &Answers<'_, '_, &[u8]>,
    knowledge: View<'_>,
    index_bytes: usize,
) {
    fs::create_dir_all(folder).unwrap();
    evidence(folder, nation);
    fixes(folder, nation, knowledge);
    answers(folder, view, knowledge, index_bytes);
}

fn table(folder: &Path, name: &str, columns: &[(&str, ColumnType)]) -> Table {
    let file = File::create(folder.join(format!("{name}.parquet"))).unwrap();
    RowWriter::new(BufWriter::new(file), columns, &[("as_at", AS_AT.to_string())]).unwrap()
}

fn number(number: usize) -> Cell<'static> {
    Cell::Integer(Some(i64::try_from(number).unwrap()))
}

fn evidence(folder: &Path, nation: &Nation) {
    let mut hosts = table(
        folder,
        "hosts",
        &[
            ("host", Integer),
            ("organisation", Text),
            ("system", Text),
            ("has_update_list", Boolean),
            ("complete_packages", Boolean),
            ("seen_on", Day),
        ],
    );
    let mut updates = table(folder, "updates", &[("host", Integer), ("kb", Integer)]);
    let mut items = table(
        folder,
        "items",
        &[("host", Integer), ("ecosystem", Text), ("name", Text), ("version", Text)],
    );
    let mut host = 0;
    for organisation in 0..nation.sizes.len() {
        let code = format!("O{organisation}");
        for evidence in nation.hosts(organisation) {
            host += 1;
            let os = evidence.os.as_ref().unwrap();
            let system = match &os.platform {
                Platform::Windows { product, .. } => product.to_string(),
                Platform::Linux { distribution, .. } => distribution.clone(),
                Platform::Other => os.raw_name.clone(),
            };
            let day = evidence.collected_at.as_ref().map(|at| day_number(at.latest.date()));
            hosts
                .row(&[
                    number(host),
                    code.as_str().into(),
                    system.as_str().into(),
                    Cell::Boolean(Some(!evidence.updates.is_empty())),
                    Cell::Boolean(Some(matches!(os.platform, Platform::Linux { .. }))),
                    Cell::Day(day),
                ])
                .unwrap();
            for update in evidence.updates.iter().flat_map(|list| &list.entries) {
                let kb = update.kb.map(|kb| i64::from(kb.number()));
                updates.row(&[number(host), Cell::Integer(kb)]).unwrap();
            }
            for software in &evidence.software {
                let ecosystem =
                    if software.ecosystem == Ecosystem::Dpkg { "dpkg" } else { "program" };
                items
                    .row(&[
                        number(host),
                        ecosystem.into(),
                        software.name.as_str().into(),
                        Cell::Text(software.version.as_deref()),
                    ])
                    .unwrap();
            }
        }
    }
    println!("rows: {host} hosts, {} updates, {} items", updates.rows(), items.rows());
    for table in [hosts, updates, items] {
        table.finish().unwrap();
    }
}

/// For each system and each part of the flaw on it: every update that fixes it, closed over
/// supersedence, and every one that may.
fn fixes(folder: &Path, nation: &Nation, knowledge: View<'_>) {
    let mut parts = table(
        folder,
        "parts",
        &[("system", Text), ("part", Integer), ("is_out", Boolean), ("is_component", Boolean)],
    );
    let mut fixing = table(
        folder,
        "fixing",
        &[("system", Text), ("part", Integer), ("kb", Integer), ("proves", Boolean)],
    );
    let flaw = vulnerability(knowledge, QUESTIONS[0].1).unwrap();
    for system in &nation.systems {
        let name = system.product.to_string();
        let mut part = 0;
        for position in windows_of(knowledge, &system.product) {
            let row = &knowledge.windows[position as usize];
            for group in row.groups.iter() {
                if !group.flaws.iter().any(|f| f.vulnerability.to_native() == flaw) {
                    continue;
                }
                part += 1;
                let first = first_fix(row, group);
                parts
                    .row(&[
                        name.as_str().into(),
                        number(part),
                        Cell::Boolean(Some(first.is_some_and(|day| day <= day_number(AS_AT)))),
                        Cell::Boolean(Some(group.component.to_native() != u32::MAX)),
                    ])
                    .unwrap();
                for (kb, proves) in kbs(row, group, first) {
                    fixing
                        .row(&[
                            name.as_str().into(),
                            number(part),
                            Cell::Integer(Some(i64::from(kb))),
                            Cell::Boolean(Some(proves)),
                        ])
                        .unwrap();
                }
            }
        }
    }
    parts.finish().unwrap();
    fixing.finish().unwrap();
}

/// The day of the first fix.
fn first_fix(row: &ArchivedWindowsKnowledge, group: &ArchivedFixGroup) -> Option<i32> {
    let days = group
        .alternatives
        .iter()
        .filter_map(|at| row.updates.get(at.to_native() as usize))
        .map(|update| update.published.to_native());
    days.min()
}

fn kbs(
    row: &ArchivedWindowsKnowledge,
    group: &ArchivedFixGroup,
    first: Option<i32>,
) -> Vec<(u32, bool)> {
    let roots: Vec<u32> = group.alternatives.iter().map(|at| at.to_native()).collect();
    let mut found: Vec<(u32, bool)> = superseding(row, &roots)
        .into_iter()
        .chain(roots)
        .map(|at| (row.updates[at as usize].kb.to_native(), true))
        .collect();
    for update in row.updates.iter() {
        let build = update.build.map(rkyv::rend::u32_le::to_native);
        // A build that an update brings shows the fix as well.
        let shows = group.fixed_builds.iter().any(|fixed| {
            let fixed = fixed.map(rkyv::rend::u32_le::to_native);
            build[..3] == fixed[..3] && build[3] >= fixed[3]
        });
        let may = update.kind == update_kind::UNVERIFIED_CONTAINER
            && first.is_some_and(|first| update.published.to_native() >= first);
        if shows || may {
            found.push((update.kb.to_native(), shows));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn answers(folder: &Path, view: &Answers<'_, '_, &[u8]>, knowledge: View<'_>, index_bytes: usize) {
    let columns =
        [("question", Text), ("organisation", Text), ("verdict", Text), ("hosts", Integer)];
    let mut table = table(folder, "answers", &columns);
    let mut figures = Vec::new();
    for (question, flaw, name) in QUESTIONS {
        let asked = Asked::vulnerability(vulnerability(knowledge, flaw).unwrap());
        let answer = view.ask(&asked).unwrap();
        let ((), cpu) = timed(|| {
            for _ in 0..TIMES {
                std::hint::black_box(view.ask(&asked).unwrap());
            }
        });
        for (at, facts) in view.organisations().iter().enumerate() {
            for (code, hosts) in answer.of(at) {
                table
                    .row(&[
                        question.into(),
                        facts.code.as_str().into(),
                        code.verdict.code().into(),
                        Cell::Integer(Some(i64::from(hosts))),
                    ])
                    .unwrap();
            }
        }
        let before = name.map(|_| {
            let position = vulnerability(knowledge, flaw).unwrap();
            let mut of = knowledge
                .statements
                .iter()
                .filter(|s| s.vulnerabilities.iter().any(|v| v.to_native() == position));
            of.next().unwrap().ranges[0].upper.as_str()
        });
        figures.push(serde_json::json!({
            "question": question, "flaw": flaw, "name": name, "before": before,
            "cpu_secs": cpu / f64::from(TIMES),
        }));
    }
    table.finish().unwrap();
    let document = serde_json::json!({
        "as_at": AS_AT.to_string(),
        "questions": figures,
        "index_bytes": index_bytes,
        "peak_mib": memory("VmHWM:"),
    });
    fs::write(folder.join("ours.json"), document.to_string()).unwrap();
}
