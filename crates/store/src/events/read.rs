//! Reading events: by kind, subject, organisation, and by when they were known.

use jiff::Timestamp;
use model::event::Event;
use model::organisation::OrganisationCode;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::row::{Stored, columns};
use crate::database::{Database, Transaction};
use crate::number::signed;
use crate::{Error, Store};

/// Which events. The default is all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of any of these kinds; none means any.
    pub kinds: Vec<String>,
    /// About this.
    pub subject: Option<String>,
    /// Of this organisation.
    pub organisation: Option<OrganisationCode>,
    /// Known at this instant: recorded then or before. Never cuts an append in two.
    pub known_until: Option<Timestamp>,
    /// With this number or a greater one.
    pub from_number: u64,
}

/// Kinds in one statement, so many as one use case reads together; shorter lists repeat their last. What is asked in
/// two statements reads rows twice.
const KINDS: usize = 48;

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM event e LEFT JOIN personal p ON p.number = e.number \
             WHERE e.number >= $1 AND e.number < $2 ",
            $condition,
            " ORDER BY e.number LIMIT $3"
        )
    };
    // The numbers come from the index by kind alone, and are put in order before a row is read.
    (kinds, $condition:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM event e LEFT JOIN personal p ON p.number = e.number WHERE e.number IN \
             (SELECT e.number FROM event e \
             WHERE e.number >= $1 AND e.number < $2 AND e.kind IN \
             ($4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
             $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, \
             $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51) ",
            $condition,
            " ORDER BY e.number LIMIT $3) ORDER BY e.number"
        )
    };
}

const ALL: &str = select!("");
const SUBJECT: &str = select!("AND e.subject = $4");
const ORGANISATION: &str = select!("AND e.organisation = $4");
const BOTH: &str = select!("AND e.subject = $4 AND e.organisation = $5");
const KIND: &str = select!(kinds, "");
const KIND_SUBJECT: &str = select!(kinds, "AND e.subject = $52");
const KIND_ORGANISATION: &str = select!(kinds, "AND e.organisation = $52");
const KIND_BOTH: &str = select!(kinds, "AND e.subject = $52 AND e.organisation = $53");

impl Store {
    /// Events in the order of their numbers, at most `limit`. To go on, ask from the number after
    /// the last one.
    pub async fn events(&self, filter: &Filter, limit: usize) -> Result<Vec<Event>, Error> {
        let below = below(self.database(), filter.known_until).await?;
        let mut found = Vec::new();
        if filter.kinds.is_empty() {
            found = select(self.database(), filter, &[], below, limit).await?;
        }
        for kinds in filter.kinds.chunks(KINDS) {
            found.extend(select(self.database(), filter, kinds, below, limit).await?);
        }
        if filter.kinds.len() > KINDS {
            found.sort_by_key(|event| event.number);
            // A kind may stand in the list twice.
            found.dedup_by_key(|event| event.number);
            found.truncate(limit);
        }
        Ok(found)
    }

    /// How many events the record has: the size that the newest durable checkpoint covers.
    pub async fn size(&self) -> Result<u64, Error> {
        below(self.database(), None).await.map(crate::number::unsigned)
    }
}

async fn select(
    database: &Database,
    filter: &Filter,
    kinds: &[String],
    below: i64,
    limit: usize,
) -> Result<Vec<Event>, Error> {
    let (subject, organisation) = (filter.subject.as_deref(), filter.organisation.as_ref());
    let text = match (kinds.is_empty(), subject.is_some(), organisation.is_some()) {
        (true, false, false) => ALL,
        (true, true, false) => SUBJECT,
        (true, false, true) => ORGANISATION,
        (true, true, true) => BOTH,
        (false, false, false) => KIND,
        (false, true, false) => KIND_SUBJECT,
        (false, false, true) => KIND_ORGANISATION,
        (false, true, true) => KIND_BOTH,
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = sqlx::query(text).bind(signed(filter.from_number)).bind(below).bind(limit);
    if let Some(last) = kinds.last() {
        for kind in kinds.iter().chain(std::iter::repeat(last)).take(KINDS) {
            statement = statement.bind(kind);
        }
    }
    for text in subject.into_iter().chain(organisation.map(OrganisationCode::as_str)) {
        statement = statement.bind(text);
    }
    let rows = statement.fetch_all(database.reader()).await;
    let rows = rows.map_err(|source| database.fault("reading events", source))?;
    rows.iter().map(|row| Stored::of_row(row).map(|stored| stored.event)).collect()
}

/// The number that all visible events are below: sealed, and known at the instant.
async fn below(database: &Database, known_until: Option<Timestamp>) -> Result<i64, Error> {
    // The greater of the two is never seen: what is known later has the greater number.
    const KNOWN: &str = "SELECT s.size, \
         (SELECT e.number FROM event e WHERE e.as_known > $1 ORDER BY e.as_known, e.number LIMIT 1) \
         FROM seal s WHERE s.one = 1";
    const SIZE: &str = "SELECT s.size FROM seal s WHERE s.one = 1";
    let read = |row: AnyRow| -> Result<i64, sqlx::Error> {
        let size: i64 = row.try_get(0)?;
        let later: Option<i64> = if row.len() > 1 { row.try_get(1)? } else { None };
        Ok(later.map_or(size, |later| later.min(size)))
    };
    let statement = match known_until {
        Some(instant) => sqlx::query(KNOWN).bind(instant.as_microsecond()),
        None => sqlx::query(SIZE),
    };
    let row = statement.fetch_one(database.reader()).await.and_then(read);
    row.map_err(|source| database.fault("reading how far the record goes", source))
}

/// What the log does not hold yet, in order: at most `limit` from a number on, below another.
pub(crate) async fn unsealed(
    database: &Database,
    (from, below): (u64, u64),
    limit: u32,
) -> Result<Vec<Stored>, Error> {
    let statement = sqlx::query(ALL).bind(signed(from)).bind(signed(below)).bind(i64::from(limit));
    let rows = statement.fetch_all(database.reader()).await;
    let rows = rows.map_err(|source| database.fault("reading events", source))?;
    rows.iter().map(Stored::of_row).collect()
}

/// The events of one append, sealed or not.
pub(crate) async fn at(
    transaction: &mut Transaction,
    first: u64,
    count: u64,
) -> Result<Vec<Event>, Error> {
    let statement =
        sqlx::query(ALL).bind(signed(first)).bind(signed(first + count)).bind(signed(count));
    let rows = transaction.all("reading events", statement).await?;
    rows.iter().map(|row| Stored::of_row(row).map(|stored| stored.event)).collect()
}
