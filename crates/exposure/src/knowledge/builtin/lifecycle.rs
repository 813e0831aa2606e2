//! When products came out and when their publishers stop fixing them.
//!
//! The day a product came out matters as much as its end: what came out after an advisory's fix
//! holds the fix.

use jiff::civil::Date;
use model::windows::{Edition, WindowsProduct};

use super::table::{BuiltinError, Standing, read};

/// The life of one release of a product, for one class of editions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifecycle {
    /// What it is the life of.
    pub subject: Subject,
    /// For which editions.
    pub edition: LifecycleEdition,
    /// The day it came out, if known.
    pub released: Option<Date>,
    /// The last day of ordinary support; for Windows before 10, of mainstream support.
    pub support_end: Option<Date>,
    /// The last day of extended support that comes with the product.
    pub extended_end: Option<Date>,
    /// The last day of support that can be bought.
    pub paid_end: Option<Date>,
    /// How well the dates are founded.
    pub standing: Standing,
    /// Address of the publisher's page.
    pub source: String,
}

/// What a lifecycle is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A Windows release or service-pack level.
    Windows {
        /// The label.
        label: String,
        /// The product it names; no architecture unless the label shows one.
        product: WindowsProduct,
    },
    /// A release of another product ("PostgreSQL" "12").
    Software {
        /// The product's name.
        product: String,
        /// The release.
        cycle: String,
    },
}

/// Classes of editions with a lifecycle of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LifecycleEdition {
    /// All editions alike.
    Any,
    /// Home and Pro.
    HomePro,
    /// Enterprise and Education.
    Enterprise,
    /// Long-term servicing.
    LongTerm,
    /// Embedded.
    Embedded,
    /// Server.
    Server,
}

impl LifecycleEdition {
    /// Whether the row holds for an edition; one that is not shown may be any.
    pub const fn fits(self, edition: Edition) -> bool {
        matches!(
            (self, edition),
            (Self::Any, _)
                | (_, Edition::NotShown)
                | (Self::HomePro, Edition::HomePro)
                | (Self::Enterprise, Edition::Enterprise)
                | (Self::LongTerm, Edition::LongTerm)
                | (Self::Embedded, Edition::Embedded)
                | (Self::Server, Edition::Server)
        )
    }
}

impl Lifecycle {
    /// The last day on which the product gets fixes without buying more; `None` while the
    /// publisher has named no end.
    pub fn fixes_end(&self) -> Option<Date> {
        self.extended_end.max(self.support_end)
    }
}

const EDITIONS: [(&str, LifecycleEdition); 6] = [
    ("any", LifecycleEdition::Any),
    ("home-pro", LifecycleEdition::HomePro),
    ("enterprise", LifecycleEdition::Enterprise),
    ("long-term", LifecycleEdition::LongTerm),
    ("embedded", LifecycleEdition::Embedded),
    ("server", LifecycleEdition::Server),
];

/// The lifecycles.
pub fn lifecycles() -> Result<Vec<Lifecycle>, BuiltinError> {
    const COLUMNS: &[&str] = &[
        "class",
        "product",
        "cycle",
        "edition",
        "released",
        "support_end",
        "extended_end",
        "paid_end",
        "status",
        "source",
    ];
    read("lifecycles.csv", include_str!("lifecycles.csv"), COLUMNS, |row| {
        let windows =
            row.word("class", &[("windows", true), ("software", false)], "windows or software")?;
        let name = row.text("product")?;
        let subject = if windows {
            let (label, product) = row.product("product", &name)?;
            Subject::Windows { label, product }
        } else {
            Subject::Software { product: name, cycle: row.text("cycle")? }
        };
        Ok(Lifecycle {
            subject,
            edition: row.word("edition", &EDITIONS, "a class of editions")?,
            released: row.optional_date("released")?,
            support_end: row.optional_date("support_end")?,
            extended_end: row.optional_date("extended_end")?,
            paid_end: row.optional_date("paid_end")?,
            standing: row.standing()?,
            source: row.text("source")?,
        })
    })
}
