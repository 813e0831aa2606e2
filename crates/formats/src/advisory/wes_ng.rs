//! The definitions CSV of wes-ng: one row per flaw, Microsoft product and update.
//!
//! ```csv
//! "DatePosted","CVE","BulletinKB","Title","AffectedProduct","AffectedComponent","Severity","Impact","Supersedes","Exploits"
//! "20170314","CVE-2017-0144","4012215","An example","Windows 7 for x64-based Systems Service Pack 1","Windows SMB Server","Critical","Remote Code Execution","3212646",""
//! ```
//!
//! The column `Exploits` is never read. Rows of service packs carry markers such as `SP81X86`
//! where a flaw or an update belongs: they give an update without a flaw where they name a real
//! update (it still replaces others), and no fact where they name none.

use std::borrow::Cow;

use jiff::civil::Date;
use model::cve::CveId;
use model::fact::{Fact, FactSink, Source, SourceKind, WindowsUpdateFact};
use model::reading::{Place, ReadError};

use crate::advisory::Summary;
use crate::advisory::content;
use crate::advisory::day::day;
use crate::advisory::kb_cell;
use crate::advisory::table::{Row, Table};
use crate::advisory::tally::Tally;
use crate::inventory::Input;

/// Whether the first line that is no comment is the header of the definitions.
pub fn sniff(input: &Input<'_>) -> bool {
    let text = content::head(input.bytes, 16_384);
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'))
        .is_some_and(|line| line.contains("BulletinKB") && line.contains("AffectedProduct"))
}

/// Reads the definitions.
pub fn read(input: &Input<'_>, sink: &mut dyn FactSink) -> Result<Summary, ReadError> {
    let table = Table::open(input.bytes)?;
    let columns = Columns::find(&table)?;
    sink.source(source(input, newest_day(&table, &columns)));
    let mut tally = Tally::default();
    let mut nothing_named = 0;
    table.rows(|place, row| match row {
        Err(message) => tally.unreadable(place, message),
        Ok(row) => match columns.fact(&row, &place, &mut tally) {
            Err(message) => tally.unreadable(place, message),
            Ok(fact) => {
                tally.record();
                match fact {
                    Some(fact) => sink.fact(Fact::WindowsUpdate(fact)),
                    None => nothing_named += 1,
                }
            }
        },
    });
    tally.warn_count(nothing_named, "rows name neither a CVE nor an update and give no fact");
    Ok(tally.finish())
}

fn source(input: &Input<'_>, as_of: Option<Date>) -> Source {
    let name = input.file_name.and_then(|name| name.split('.').next()).filter(|n| !n.is_empty());
    Source {
        kind: SourceKind::WesNg,
        id: name.unwrap_or("definitions").to_owned(),
        title: Some("wes-ng definitions".to_owned()),
        publisher: Some("wes-ng, from Microsoft's bulletins and update guide".to_owned()),
        url: None,
        published: None,
        as_of,
    }
}

/// The newest day of publication: a feed speaks up to its newest row, not to the day of its file.
fn newest_day(table: &Table<'_>, columns: &Columns) -> Option<Date> {
    let mut newest: Option<String> = None;
    table.rows(|_, row| {
        if let Ok(row) = row {
            let cell = row.cell(columns.posted);
            // Days are eight digits, so the greatest text is the newest day.
            if newest.as_deref().is_none_or(|newest| *cell > *newest) && day(&cell).is_some() {
                newest = Some(cell.into_owned());
            }
        }
    });
    day(&newest?)
}

/// Where the columns stand.
struct Columns {
    posted: usize,
    cve: usize,
    update: usize,
    title: usize,
    product: usize,
    component: usize,
    severity: usize,
    impact: usize,
    supersedes: usize,
}

impl Columns {
    fn find(table: &Table<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            posted: table.column("DatePosted")?,
            cve: table.column("CVE")?,
            update: table.column("BulletinKB")?,
            title: table.column("Title")?,
            product: table.column("AffectedProduct")?,
            component: table.column("AffectedComponent")?,
            severity: table.column("Severity")?,
            impact: table.column("Impact")?,
            supersedes: table.column("Supersedes")?,
        })
    }

    /// What a row says; nothing if it names neither a flaw nor an update.
    fn fact(
        &self,
        row: &Row<'_>,
        place: &Place,
        tally: &mut Tally,
    ) -> Result<Option<WindowsUpdateFact>, &'static str> {
        let product = row.cell(self.product);
        if product.is_empty() {
            return Err("this row names no product");
        }
        let posted = row.cell(self.posted);
        let published = day(&posted);
        if published.is_none() && !posted.is_empty() {
            tally.warn(place.clone(), format!("`{posted}` is no day; read without one"));
        }
        let cve: Option<CveId> = row.cell(self.cve).parse().ok();
        let update = row.cell(self.update);
        let kb = kb_cell::update(&update);
        if cve.is_none() && kb.is_none() {
            return Ok(None);
        }
        let impact = cell(row, self.impact);
        Ok(Some(WindowsUpdateFact {
            cve,
            kb,
            supersedes: replaced(row, self.supersedes, place, tally),
            title: cell(row, self.title),
            severity: cell(row, self.severity),
            component: cell(row, self.component),
            kind: kind(kb.is_some(), &update, &impact),
            impact,
            product: product.into_owned(),
            published,
            fixed_build: None,
            restart: None,
        }))
    }
}

fn cell(row: &Row<'_>, column: usize) -> String {
    match row.cell(column) {
        Cow::Borrowed(text) => kb_cell::cleaned(text).to_owned(),
        Cow::Owned(text) => kb_cell::cleaned(&text).to_owned(),
    }
}

fn replaced(row: &Row<'_>, column: usize, place: &Place, tally: &mut Tally) -> Vec<model::kb::Kb> {
    let cell = row.cell(column);
    if cell.is_empty() {
        return Vec::new();
    }
    let (updates, understood) = kb_cell::superseded(&cell);
    // Markers of service packs are expected here; they name no update.
    if !understood && !cell.split(';').any(is_service_pack_marker) {
        tally.warn(place.clone(), format!("`{cell}` names more than updates; kept the updates"));
    }
    updates
}

/// What the row says of the update's kind: the impact "No more updates" marks a service pack or a
/// feature release; a cell that names no KB says where else the fix is ("Release Notes", a package).
fn kind(is_update: bool, update: &str, impact: &str) -> Option<String> {
    if impact.eq_ignore_ascii_case("No more updates") {
        return Some("Service Pack".to_owned());
    }
    (!is_update && !update.is_empty() && kb_cell::cleaned(update) == update)
        .then(|| update.to_owned())
}

/// `SP81U1X64`, `SPSRV8R2X64SP1`, `SP10X86V1607`: markers that wes-ng made up.
fn is_service_pack_marker(word: &str) -> bool {
    word.strip_prefix("SP").is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
    })
}
