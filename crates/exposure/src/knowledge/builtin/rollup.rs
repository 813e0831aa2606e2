//! Lines of cumulative updates: which update of a product line holds everything before it.
//!
//! A line is what Microsoft services together (Windows 7 SP1 with Server 2008 R2 SP1, Windows 10
//! versions 2004 to 22H2). In a line each rollup holds every earlier one; a security-only update
//! holds none, and is listed so that it is recognised for what it is.

use jiff::civil::Date;
use model::kb::Kb;
use model::windows::{WindowsBuild, WindowsProduct};

use super::table::{BuiltinError, ProductLabel, Standing, read};
use super::update::UpdateKind;

/// A line of updates and the products it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Short name ("nt6.1", "14393").
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The products.
    pub products: Vec<ProductLabel>,
    /// Address of the publisher's list.
    pub source: String,
}

impl Line {
    /// Whether the line is for this product.
    pub fn covers(&self, product: &WindowsProduct) -> bool {
        self.products.iter().any(|(_, own)| own.covers(product))
    }
}

/// An update of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rollup {
    /// The line.
    pub line: String,
    /// Day of publication; rows of a line are in this order.
    pub date: Date,
    /// The update.
    pub kb: Kb,
    /// What kind it is.
    pub kind: UpdateKind,
    /// The build it brings, where known.
    pub build: Option<WindowsBuild>,
    /// How well its place in the line is founded.
    pub standing: Standing,
    /// Address of the publisher's page.
    pub source: String,
}

/// Up to where a line's list is believed complete.
///
/// An installed update that is unknown here and higher than this may hold any fix: then the
/// answer is "cannot tell", not "affected".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// The line.
    pub line: String,
    /// The day.
    pub complete_to: Date,
    /// The highest update number within it.
    pub highest_kb: Kb,
    /// What "complete" means for this line, in words.
    pub covers: String,
    /// Address of the publisher's list.
    pub source: String,
}

/// The lines.
pub fn lines() -> Result<Vec<Line>, BuiltinError> {
    const COLUMNS: &[&str] = &["line", "name", "products", "source"];
    read("lines.csv", include_str!("lines.csv"), COLUMNS, |row| {
        Ok(Line {
            id: row.text("line")?,
            name: row.text("name")?,
            products: row.products("products")?,
            source: row.text("source")?,
        })
    })
}

/// The updates of the lines, each line in order of publication.
pub fn rollups() -> Result<Vec<Rollup>, BuiltinError> {
    const COLUMNS: &[&str] = &["line", "date", "kb", "kind", "build", "status", "source"];
    read("rollups.csv", include_str!("rollups.csv"), COLUMNS, |row| {
        Ok(Rollup {
            line: row.text("line")?,
            date: row.date("date")?,
            kb: row.value("kb", "a KB number")?,
            kind: UpdateKind::read(row)?,
            build: row.optional("build", "a build")?,
            standing: row.standing()?,
            source: row.text("source")?,
        })
    })
}

/// Up to where the lines are complete.
pub fn horizons() -> Result<Vec<Horizon>, BuiltinError> {
    const COLUMNS: &[&str] = &["line", "complete_to", "highest_kb", "covers", "source"];
    read("horizons.csv", include_str!("horizons.csv"), COLUMNS, |row| {
        Ok(Horizon {
            line: row.text("line")?,
            complete_to: row.date("complete_to")?,
            highest_kb: row.value("highest_kb", "a KB number")?,
            covers: row.text("covers")?,
            source: row.text("source")?,
        })
    })
}
