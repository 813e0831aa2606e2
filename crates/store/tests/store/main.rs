//! The store, on SQLite and on PostgreSQL: every test runs on both unless it is about one of them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests fail the test"
)]

mod accounts;
mod append;
mod attacks;
mod backup;
mod backup_killed;
mod blobs;
mod clock;
mod erase;
mod faults;
mod jobs;
mod kill;
mod leases;
mod locked;
mod once;
mod projections;
mod read;
mod refused;
mod s3;
mod schema;
mod servers;
mod steps;
mod support;
mod ways_in;
