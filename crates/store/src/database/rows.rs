//! Many rows in one statement: a statement a row would be a round trip a row.

use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};

use super::Transaction;
use super::transaction::Statement;
use crate::Error;

/// Rows in one statement. SQLite allows 32,766 values, PostgreSQL 65,535; the widest row has 22.
const ROWS_AT_ONCE: usize = 200;

/// Inserts rows: `head` is the statement up to `VALUES`, `tail` what follows the rows. `bind` adds
/// the values of one row, exactly `columns` of them.
pub(crate) async fn insert_rows<'q, T>(
    transaction: &mut Transaction,
    doing: &'static str,
    (head, columns, tail): (&'static str, usize, &'static str),
    rows: &'q [T],
    bind: impl Fn(Statement<'q>, &'q T) -> Statement<'q>,
) -> Result<(), Error> {
    for rows in rows.chunks(ROWS_AT_ONCE) {
        // Safe: two static texts and numbers; every value is bound.
        let text = AssertSqlSafe(format!("{head} {} {tail}", placeholders(rows.len(), columns)));
        let mut statement: Query<'q, Any, _> = sqlx::query(text);
        if rows.len() != ROWS_AT_ONCE {
            // A last piece of any length would only fill the cache of prepared statements.
            statement = statement.persistent(rows.len() == 1);
        }
        for row in rows {
            statement = bind(statement, row);
        }
        transaction.execute(doing, statement).await?;
    }
    Ok(())
}

/// `($1,$2),($3,$4)` for two rows of two columns.
fn placeholders(rows: usize, columns: usize) -> String {
    let mut text = String::new();
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        for column in 1..=columns {
            if column > 1 {
                text.push(',');
            }
            text.push('$');
            text.push_str(&(row * columns + column).to_string());
        }
        text.push(')');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::placeholders;

    #[test]
    fn placeholders_are_numbered_through() {
        assert_eq!(placeholders(2, 3), "($1,$2,$3),($4,$5,$6)");
    }
}
