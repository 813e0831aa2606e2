//! The seal: what the newest durable checkpoint covers, in the database.

use record::checkpoint::{self, Head, Keys};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use crate::Error;
use crate::database::{Database, Transaction};
use crate::error::cause;
use crate::number::{signed, unsigned};

/// The newest checkpoint and whose it may be to go on from.
#[derive(Clone, Debug)]
pub(crate) struct Seal {
    pub(crate) size: u64,
    /// The signed checkpoint; empty in a store that has none yet.
    pub(crate) note: Vec<u8>,
    /// Events in rows, sealed or not.
    pub(crate) rows: u64,
}

const SELECT: &str = "SELECT s.size, s.note, h.next_number FROM seal s, head h \
     WHERE s.one = 1 AND h.one = 1";

impl Seal {
    pub(crate) async fn read(database: &Database) -> Result<Self, Error> {
        let row = sqlx::query(SELECT).fetch_one(database.reader()).await;
        row.and_then(|row| Self::of_row(&row))
            .map_err(|source| database.fault("reading the checkpoint", source))
    }

    /// As it is in a transaction's instant.
    pub(crate) async fn read_in(transaction: &mut Transaction) -> Result<Self, Error> {
        let doing = "reading the checkpoint";
        let row = transaction.one(doing, sqlx::query(SELECT)).await?;
        Self::of_row(&row).map_err(|source| transaction.database().fault(doing, source))
    }

    fn of_row(row: &AnyRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            size: unsigned(row.try_get(0)?),
            note: row.try_get(1)?,
            rows: unsigned(row.try_get(2)?),
        })
    }

    /// The size and root that were signed, proved.
    pub(crate) fn head(&self, keys: &Keys) -> Result<Head, Error> {
        let number = self.size;
        let wrong = |source| Error::Log { number, source };
        let head = checkpoint::open(&self.note, keys).map_err(|error| wrong(cause(error)))?.head;
        if head.size != self.size {
            return Err(wrong(cause("the size beside the checkpoint is another than in it")));
        }
        Ok(head)
    }

    /// Puts a checkpoint in the place of this one, if nobody else has gone on from here.
    pub(super) async fn replace(
        &self,
        database: &Database,
        (size, note): (u64, &[u8]),
        epoch: i64,
    ) -> Result<(), Error> {
        const REPLACE: &str = "UPDATE seal SET size = $1, note = $2 \
             WHERE one = 1 AND size = $3 AND epoch = $4";
        let mut transaction = database.begin().await?;
        let statement =
            sqlx::query(REPLACE).bind(signed(size)).bind(note).bind(signed(self.size)).bind(epoch);
        if transaction.execute("writing the checkpoint", statement).await? == 0 {
            transaction.roll_back().await?;
            return Err(Error::LeaseLost);
        }
        transaction.commit().await
    }

    /// Makes the rows that there is one of.
    pub(super) async fn begin(database: &Database) -> Result<(), Error> {
        const HEAD: &str = "INSERT INTO head (one, next_number, last_known) VALUES (1, 0, 0) \
             ON CONFLICT (one) DO NOTHING";
        const SEAL: &str = "INSERT INTO seal (one, size, note, epoch) VALUES (1, 0, $1, 0) \
             ON CONFLICT (one) DO NOTHING";
        let mut transaction = database.begin().await?;
        transaction.execute("beginning the record", sqlx::query(HEAD)).await?;
        let empty: &[u8] = &[];
        transaction.execute("beginning the record", sqlx::query(SEAL).bind(empty)).await?;
        transaction.commit().await
    }

    /// From now on only the sequencer of this epoch may put checkpoints.
    pub(super) async fn fence(transaction: &mut Transaction, epoch: i64) -> Result<(), Error> {
        const FENCE: &str = "UPDATE seal SET epoch = $1 WHERE one = 1 AND epoch < $1";
        let statement = sqlx::query(FENCE).bind(epoch);
        transaction.execute("taking over the log", statement).await.map(|_| ())
    }
}
