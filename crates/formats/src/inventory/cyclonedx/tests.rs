use super::{read, sniff};
