//! Classes of systems, coarser: what some of the rules look at only.

use model::windows::{WindowsFamily, WindowsProduct};

use super::class::{Build, System, SystemClass};

/// The Windows product of a class.
pub(super) fn windows_of(class: &SystemClass) -> Option<&WindowsProduct> {
    match &class.system {
        System::Windows { product, .. } => Some(product),
        _ => None,
    }
}

/// What is said where nothing speaks depends on the kind of system, not on the product of Windows.
pub(super) fn silence_group(profile: &SystemClass) -> SystemClass {
    let system = match &profile.system {
        System::Windows { is_guess, .. } => System::Windows {
            is_guess: *is_guess,
            product: WindowsProduct::of(WindowsFamily::Ten),
            build: Build::NotShown,
        },
        other => other.clone(),
    };
    SystemClass { system, off: Vec::new(), ..profile.clone() }
}
