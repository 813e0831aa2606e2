//! Rows as evidence: what each proves, whatever someone may have made of it.

use record::Hash;
use record::leaf::{self, PersonalHash, Salt};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::row::{Stored, columns};
use crate::Error;
use crate::database::Database;
use crate::number::{signed, unsigned};

/// What a row proves.
#[derive(Debug)]
pub(crate) struct Evidence {
    pub(crate) number: u64,
    /// The hash of the entry that the row would be now; `None` where it is no event any more.
    pub(crate) leaf: Option<Hash>,
    /// Whether what is personal is what was recorded, or was erased.
    pub(crate) personal_is_sound: bool,
}

const SELECT: &str = concat!(
    "SELECT ",
    columns!(),
    ", p.salt FROM event e LEFT JOIN personal p ON p.number = e.number \
     WHERE e.number >= $1 AND e.number < $2 ORDER BY e.number LIMIT $3"
);

/// The column after those of [`columns`].
const SALT: usize = 18;

/// Rows from a number on, below another, at most `limit`.
pub(crate) async fn evidence(
    database: &Database,
    (from, below): (u64, u64),
    limit: u32,
) -> Result<Vec<Evidence>, Error> {
    let statement =
        sqlx::query(SELECT).bind(signed(from)).bind(signed(below)).bind(i64::from(limit));
    let fault = |source| database.fault("reading events to verify", source);
    let rows = statement.fetch_all(database.reader()).await.map_err(fault)?;
    rows.iter().map(|row| of_row(row).map_err(fault)).collect()
}

fn of_row(row: &AnyRow) -> Result<Evidence, sqlx::Error> {
    let number = unsigned(row.try_get(0)?);
    let Ok(stored) = Stored::of_row(row) else {
        return Ok(Evidence { number, leaf: None, personal_is_sound: false });
    };
    let salt: Option<Vec<u8>> = row.try_get(SALT)?;
    let leaf = leaf::encode(&stored.event, stored.personal_hash).ok();
    let personal_is_sound = match (&stored.event.event.personal, salt) {
        (None, None) => true,
        (Some(personal), Some(salt)) => {
            let found =
                Salt::new(salt).ok().and_then(|salt| PersonalHash::of(personal, &salt).ok());
            found.is_some() && found == stored.personal_hash
        }
        _ => false,
    };
    Ok(Evidence { number, leaf: leaf.map(|leaf| leaf.hash()), personal_is_sound })
}
