//! The wardround command. The only crate that prints and reads arguments and the environment.
fn main() {}
