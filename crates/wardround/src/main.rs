//! The wardround command. The only crate that prints and reads arguments and the environment.

use std::process::ExitCode;

/// Verdicts are many small values, made on several threads and freed on one: this allocator does
/// that in a third of the time of the system's (`bench/fleet.py`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    wardround::run()
}
