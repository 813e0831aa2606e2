//! One folder of migrations: both engines end in the same schema, and know other versions.

use std::collections::BTreeSet;

use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};
use store::{Error, Store};

use crate::support::{World, on_both, runtime};

on_both!(a_later_schema_is_refused_and_left_alone);

/// Table, column, type, whether it may be empty, whether it is in the primary key.
type Column = (String, String, String, bool, bool);

#[test]
fn both_engines_end_in_the_same_schema() {
    runtime().block_on(async {
        let Some(postgres) = World::postgres().await else { return };
        let sqlite = World::sqlite();
        for world in [&sqlite, &postgres] {
            world.open().await.close().await.unwrap();
        }
        let (of_sqlite, of_postgres) = (columns(&sqlite).await, columns(&postgres).await);
        assert!(of_sqlite.len() > 30);
        assert_eq!(of_sqlite, of_postgres);
        let types: BTreeSet<_> = of_sqlite.iter().map(|column| column.2.as_str()).collect();
        assert!(
            types.is_subset(&["text", "bigint", "double precision", "bytea"].into()),
            "{types:?}"
        );
        assert_eq!(indexes(&sqlite).await, indexes(&postgres).await);
    });
}

async fn columns(world: &World) -> BTreeSet<Column> {
    const SQLITE: &str = "SELECT m.name, p.name, lower(p.type), p.\"notnull\" = 0, p.pk > 0 \
         FROM sqlite_master m JOIN pragma_table_info(m.name) p \
         WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name NOT LIKE '_sqlx%'";
    const POSTGRES: &str = "SELECT c.table_name::text, c.column_name::text, c.data_type::text, \
         (CASE c.is_nullable WHEN 'YES' THEN 1 ELSE 0 END)::bigint, \
         (SELECT count(*) FROM information_schema.key_column_usage k \
          JOIN information_schema.table_constraints t USING (constraint_name, table_name) \
          WHERE t.constraint_type = 'PRIMARY KEY' AND k.table_name = c.table_name \
          AND k.column_name = c.column_name) \
         FROM information_schema.columns c \
         WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_sqlx%'";
    let mut connection = connect(world).await;
    let text = if world.is_sqlite() { SQLITE } else { POSTGRES };
    let rows = connection.fetch_all(text).await.unwrap();
    let flag = |row: &sqlx::any::AnyRow, at| row.get::<i64, usize>(at) != 0;
    rows.iter()
        .map(|row| (row.get(0), row.get(1), row.get(2), flag(row, 3), flag(row, 4)))
        .collect()
}

async fn indexes(world: &World) -> BTreeSet<String> {
    const SQLITE: &str = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL";
    const POSTGRES: &str = "SELECT indexname::text FROM pg_indexes WHERE schemaname = 'public' \
         AND indexname NOT LIKE '%\\_pkey' AND indexname NOT LIKE '%\\_key'";
    let mut connection = connect(world).await;
    let text = if world.is_sqlite() { SQLITE } else { POSTGRES };
    let rows = connection.fetch_all(text).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn a_later_schema_is_refused_and_left_alone(world: World) {
    world.open().await.close().await.unwrap();
    let mut connection = connect(&world).await;
    let copy = "INSERT INTO _sqlx_migrations \
         SELECT version + 1000, description, installed_on, success, checksum, execution_time \
         FROM _sqlx_migrations";
    connection.execute(copy).await.unwrap();
    for options in [world.options.clone(), store::Options::read()] {
        let refused = Store::open(&world.address, options).await.unwrap_err();
        assert!(matches!(refused, Error::LaterSchema { .. }), "{refused:?}");
    }
}

/// A connection of the test's own, past the store.
pub(crate) async fn connect(world: &World) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let file = world.folder().join("record.db");
    let url = world.url.clone().unwrap_or_else(|| format!("sqlite://{}?mode=rw", file.display()));
    AnyConnection::connect(&url).await.unwrap()
}

/// Runs a statement of the test's own.
pub(crate) async fn run(world: &World, statement: &str) {
    connect(world).await.execute(AssertSqlSafe(statement.to_owned())).await.unwrap();
}
