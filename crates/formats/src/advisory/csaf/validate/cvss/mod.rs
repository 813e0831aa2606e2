//! CVSS in a document: its shape, its scores, and that its properties say what its vector says.

mod agreement;
mod metric;
mod shape;
mod vector;

pub(super) use agreement::{test_6_1_7, test_6_1_8, test_6_1_9, test_6_1_10};
