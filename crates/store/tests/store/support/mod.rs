//! What the tests share: worlds to run in, and events to record.

mod child;
mod cluster;
mod event;
mod s3;
mod world;

pub(crate) use child::{child, part};
pub(crate) use cluster::Cluster;
pub(crate) use event::{event, instant, named};
pub(crate) use s3::S3Server;
pub(crate) use world::{World, now, on_postgres, on_sqlite, runtime};

/// Makes two tests of each function, one on SQLite and one on PostgreSQL.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        $(mod $name {
            #[test]
            fn sqlite() {
                crate::support::on_sqlite(super::$name);
            }

            #[test]
            fn postgres() {
                crate::support::on_postgres(super::$name);
            }
        })*
    };
}
pub(crate) use on_both;
