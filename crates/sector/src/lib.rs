//! An invented health service with its estate and its history, from a seed.
