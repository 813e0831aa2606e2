//! An event as a row of the database.

use jiff::Timestamp;
use model::event::{Event, EventId, Marking, NewEvent};
use record::Hash;
use record::leaf::{Leaf, PersonalHash};
use sqlx::any::AnyRow;
use sqlx::{Any, Decode, Row as _, Type};

use crate::Error;
use crate::error::cause;

/// The columns that [`Stored::of_row`] reads, of `event e` joined with `personal p`.
macro_rules! columns {
    () => {
        "e.number, e.id, e.kind, e.subject, e.organisation, e.actor, e.on_behalf_of, e.authority, \
         e.reason, e.as_at, e.as_known, e.caused_by, e.corrects, e.marking, e.body, \
         e.personal_hash, e.leaf_hash, p.content"
    };
}
pub(super) use columns;

/// An event with what the log holds of it.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) event: Event,
    pub(crate) personal_hash: Option<PersonalHash>,
    pub(crate) leaf_hash: Hash,
}

impl Stored {
    pub(super) fn of_row(row: &AnyRow) -> Result<Self, Error> {
        let number: i64 = row.try_get(0).map_err(|error| damaged(0, error))?;
        let number = u64::try_from(number).map_err(|error| damaged(0, error))?;
        let read = Reading { row, number };
        let parsed = |at, text: Option<&str>| read.parsed(at, text);
        let event = NewEvent {
            kind: read.get(2)?,
            subject: read.get(3)?,
            organisation: read.parsed(4, read.get(4)?)?,
            actor: read.get(5)?,
            on_behalf_of: read.get(6)?,
            authority: read.get(7)?,
            reason: read.get(8)?,
            as_at: read.instant(9)?,
            caused_by: parsed(11, read.get(11)?)?,
            corrects: parsed(12, read.get(12)?)?,
            marking: Marking::of_label(read.get::<&str>(13)?)
                .ok_or_else(|| damaged(number, "its marking is none of TLP 2.0"))?,
            body: read.get(14)?,
            personal: read.get(17)?,
        };
        let personal_hash = read.parsed(15, read.get(15)?)?;
        let leaf_hash = Hash::from_slice(read.get::<&[u8]>(16)?)
            .ok_or_else(|| damaged(number, "its leaf hash has not 32 bytes"))?;
        let id: EventId = read.get::<&str>(1)?.parse().map_err(|error| damaged(number, error))?;
        let event = Event {
            number,
            id,
            as_known: read.instant(10)?,
            event,
            has_personal: personal_hash.is_some(),
        };
        Ok(Self { event, personal_hash, leaf_hash })
    }

    /// The entry of the log, proved to be the one that was appended.
    pub(crate) fn leaf(&self) -> Result<Leaf, Error> {
        let number = self.event.number;
        let leaf = record::leaf::encode(&self.event, self.personal_hash)
            .map_err(|source| Error::Log { number, source: cause(source) })?;
        if leaf.hash() != self.leaf_hash {
            return Err(Error::EditedRow { number });
        }
        Ok(leaf)
    }
}

struct Reading<'r> {
    row: &'r AnyRow,
    number: u64,
}

impl<'r> Reading<'r> {
    fn get<T: Decode<'r, Any> + Type<Any>>(&self, column: usize) -> Result<T, Error> {
        self.row.try_get(column).map_err(|error| damaged(self.number, error))
    }

    fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(
        &self,
        column: usize,
        text: Option<&str>,
    ) -> Result<Option<T>, Error> {
        let parsed = text.map(str::parse).transpose();
        parsed.map_err(|error| damaged(self.number, format!("column {column}: {error}")))
    }

    fn instant(&self, column: usize) -> Result<Timestamp, Error> {
        Timestamp::from_microsecond(self.get(column)?).map_err(|error| damaged(self.number, error))
    }
}

fn damaged(number: u64, reason: impl std::fmt::Display) -> Error {
    Error::DamagedRow { number, reason: reason.to_string() }
}
