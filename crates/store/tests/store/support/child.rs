//! A second process: this test binary again, asked for one test that is a part to play.

use std::process::{Command, Stdio};

use store::{Address, Options};

use super::World;

const STORE: &str = "WARDROUND_TEST_STORE";
const OBJECTS: &str = "WARDROUND_TEST_OBJECTS";
const PART: &str = "WARDROUND_TEST_PART";

/// A process that plays a part on the store of a world. `test` is the test that calls [`part`].
pub(crate) fn child(world: &World, test: &str, part: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let folder = world.folder().display().to_string();
    command
        .args(["--exact", test, "--nocapture", "--test-threads", "1"])
        .env(STORE, world.url.clone().unwrap_or_else(|| folder.clone()))
        .env(OBJECTS, folder)
        .env(PART, part)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The part to play in this process; `None` where it is an ordinary run of the tests.
pub(crate) fn part() -> Option<(String, Address, Options)> {
    let part = std::env::var(PART).ok()?;
    let (store, objects) = (std::env::var(STORE).unwrap(), std::env::var(OBJECTS).unwrap());
    let address = Address::parse(&store, Some(&objects)).unwrap();
    Some((part, address, super::world::options()))
}
