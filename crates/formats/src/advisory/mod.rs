//! What publishers state: advisories and feeds, one module per format.

pub mod csaf;
