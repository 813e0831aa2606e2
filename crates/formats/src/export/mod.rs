//! Answers in the formats other tools read. [`report`] is the plain form every export starts from.

pub mod report;
