//! One program for every target: `WARDROUND_FUZZ_TARGET` names the one to run, so that thirty
//! readers cost one build.

#![no_main]
#![allow(dead_code, reason = "the short fuzz run uses the rest of the list")]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

#[path = "../targets.rs"]
mod targets;

fn target() -> &'static targets::Target {
    static TARGET: OnceLock<targets::Target> = OnceLock::new();
    TARGET.get_or_init(|| {
        let name =
            std::env::var("WARDROUND_FUZZ_TARGET").expect("WARDROUND_FUZZ_TARGET names a target");
        let all = targets::targets();
        let names: Vec<String> = all.iter().map(|target| target.name.clone()).collect();
        all.into_iter()
            .find(|target| target.name == name)
            .unwrap_or_else(|| panic!("no target {name}; there are {}", names.join(", ")))
    })
}

fuzz_target!(|data: &[u8]| (target().run)(data));
