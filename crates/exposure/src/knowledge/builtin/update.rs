//! Which update fixes which bulletin on which Windows product.
//!
//! Rows of one product are alternatives: any one of them is the fix. A row without an update
//! says that the product is affected and that no fix was made for it.

use jiff::civil::Date;
use model::kb::Kb;
use model::windows::WindowsBuild;

use super::table::{BuiltinError, Fault, ProductLabel, Row, read};

/// One fix of a bulletin on some products, or the word that there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The bulletin.
    pub bulletin: String,
    /// The products, as labelled.
    pub products: Vec<ProductLabel>,
    /// The component or role that is at fault, if it is not part of every installation.
    pub component: Option<String>,
    /// The update; `None` if the product is affected and no fix exists for it.
    pub kb: Option<Kb>,
    /// What kind of update it is.
    pub kind: UpdateKind,
    /// Day of publication.
    pub published: Date,
    /// The build of the system that holds the fix, where builds show it.
    pub fixed_build: Option<WindowsBuild>,
    /// Older updates that it replaces. They do not hold this fix.
    pub supersedes: Vec<Kb>,
    /// Address of the publisher's page.
    pub source: String,
}

/// Kinds of Windows updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UpdateKind {
    /// One month's security fixes and nothing older.
    SecurityOnly,
    /// Everything of its line up to its day (before Windows 10).
    MonthlyRollup,
    /// A monthly rollup ahead of its month.
    Preview,
    /// Everything of its line up to its day (from Windows 10 on).
    Cumulative,
    /// A cumulative update ahead of its month.
    CumulativePreview,
    /// Between the months; within a line it holds everything before it.
    OutOfBand,
    /// A month's security fixes on top of its quarter's cumulative update, without a restart.
    Hotpatch,
    /// An update for one flaw.
    Standalone,
    /// Affected, and there is no fix.
    None,
}

impl UpdateKind {
    const WORDS: [(&'static str, Self); 9] = [
        ("security-only", Self::SecurityOnly),
        ("monthly-rollup", Self::MonthlyRollup),
        ("preview", Self::Preview),
        ("cumulative", Self::Cumulative),
        ("cumulative-preview", Self::CumulativePreview),
        ("out-of-band", Self::OutOfBand),
        ("hotpatch", Self::Hotpatch),
        ("standalone", Self::Standalone),
        ("none", Self::None),
    ];

    /// What Microsoft's advisories call it.
    pub const fn label(self) -> Option<&'static str> {
        match self {
            Self::SecurityOnly => Some("Security Only"),
            Self::MonthlyRollup => Some("Monthly Rollup"),
            Self::Preview => Some("Preview of Monthly Rollup"),
            Self::Cumulative => Some("Cumulative Update"),
            Self::OutOfBand => Some("Out-of-band Update"),
            Self::Standalone => Some("Security Update"),
            Self::CumulativePreview => Some("Preview of Cumulative Update"),
            Self::Hotpatch => Some("Security Hotpatch Update"),
            Self::None => Some("none"),
        }
    }

    /// Whether such an update of a line holds everything that came before it in the line.
    pub const fn holds_what_came_before(self) -> bool {
        !matches!(self, Self::SecurityOnly | Self::Standalone | Self::None)
    }

    pub(super) fn read(row: &Row<'_>) -> Result<Self, Fault> {
        row.word("kind", &Self::WORDS, "a kind of update")
    }
}

/// The fixes of the bulletins.
pub fn updates() -> Result<Vec<Update>, BuiltinError> {
    const COLUMNS: &[&str] = &[
        "advisory",
        "products",
        "component",
        "kb",
        "kind",
        "published",
        "fixed_build",
        "supersedes",
        "source",
    ];
    read("updates.csv", include_str!("updates.csv"), COLUMNS, |row| {
        Ok(Update {
            bulletin: row.text("advisory")?,
            products: row.products("products")?,
            component: row.text("component").ok(),
            kb: row.optional("kb", "a KB number")?,
            kind: UpdateKind::read(row)?,
            published: row.date("published")?,
            fixed_build: row.optional("fixed_build", "a build")?,
            supersedes: row.values("supersedes", "a KB number")?,
            source: row.text("source")?,
        })
    })
}
