//! The wardround command. The only crate that prints and reads arguments and the environment.

use std::process::ExitCode;

fn main() -> ExitCode {
    wardround::run()
}
