//! Microsoft's words as stored numbers.

use model::windows::{Architecture, WindowsFamily};

use crate::knowledge::schema::update_kind;

/// Position of a family in [`WindowsFamily::ALL`].
pub(super) fn family_position(family: WindowsFamily) -> u8 {
    WindowsFamily::ALL
        .iter()
        .position(|f| *f == family)
        .and_then(|p| u8::try_from(p).ok())
        .unwrap_or(u8::MAX)
}

/// Number of an architecture in the compiled form.
pub(super) const fn architecture_number(architecture: Option<Architecture>) -> u8 {
    match architecture {
        None => 0,
        Some(Architecture::X86) => 1,
        Some(Architecture::X64) => 2,
        Some(Architecture::Ia64) => 3,
        Some(Architecture::Arm) => 4,
        Some(Architecture::Arm64) => 5,
    }
}

pub(super) fn severity_of(text: &str) -> u8 {
    match text.trim().to_ascii_lowercase().as_str() {
        "low" => 1,
        "moderate" | "medium" => 2,
        "important" | "high" => 3,
        "critical" => 4,
        _ => 0,
    }
}

pub(super) fn kind_of(text: &str) -> u8 {
    let lower = text.to_ascii_lowercase();
    let has = |word: &str| lower.contains(word);
    if has("security only") || has("security-only") || has("securityonly") {
        update_kind::SECURITY_ONLY
    } else if has("preview") {
        update_kind::PREVIEW
    } else if has("out-of-band") || has("out of band") {
        update_kind::OUT_OF_BAND
    } else if has("ie cumulative") {
        update_kind::STANDALONE
    } else if has("rollup") {
        update_kind::MONTHLY_ROLLUP
    } else if has("cumulative") {
        update_kind::CUMULATIVE
    } else if has("service pack") {
        update_kind::SERVICE_PACK
    } else if has("security update") || has("standalone") {
        update_kind::STANDALONE
    } else {
        update_kind::UNKNOWN
    }
}
