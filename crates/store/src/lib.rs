//! The record at rest: events in SQLite or PostgreSQL, blobs and tiles in an object store.
