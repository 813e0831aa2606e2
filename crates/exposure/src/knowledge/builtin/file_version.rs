//! From which version on a file holds a bulletin's fix. A file's version beats a list of updates.

use model::windows::WindowsBuild;

use super::table::{BuiltinError, ProductLabel, Standing, read};

/// The first fixed version of a file on some products.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileVersion {
    /// The bulletin.
    pub bulletin: String,
    /// The file's name.
    pub file: String,
    /// The products.
    pub products: Vec<ProductLabel>,
    /// The first version with the fix.
    pub fixed: WindowsBuild,
    /// Where the row's servicing branch begins, if the product has two (general and limited
    /// distribution): a version below it belongs to the other row.
    pub branch_from: Option<WindowsBuild>,
    /// How well the version is founded.
    pub standing: Standing,
    /// Address of the publisher's page.
    pub source: String,
}

/// The known file versions.
pub fn file_versions() -> Result<Vec<FileVersion>, BuiltinError> {
    const COLUMNS: &[&str] =
        &["advisory", "file", "products", "fixed_version", "branch_from", "status", "source"];
    read("file_versions.csv", include_str!("file_versions.csv"), COLUMNS, |row| {
        Ok(FileVersion {
            bulletin: row.text("advisory")?,
            file: row.text("file")?,
            products: row.products("products")?,
            fixed: row.value("fixed_version", "a file version")?,
            branch_from: row.optional("branch_from", "a file version")?,
            standing: row.standing()?,
            source: row.text("source")?,
        })
    })
}
