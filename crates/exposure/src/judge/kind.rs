//! Kinds of reason: a reason without its facts, so that reasons can be counted.
//!
//! A kind has a code that never changes its meaning (it is stored), a name in JSON and words for a
//! table. Which evidence it rests on decides how fast it ages. It decides no verdict.

use super::reason::Reason;

/// What kind of reason it is. The number is stored: it is never given to another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
#[expect(missing_docs, reason = "the variants are those of `Reason`; `words` says what each means")]
pub enum ReasonKind {
    BuildShowsFix = 1,
    BuildBelowFix = 2,
    UpdateInstalled = 3,
    UpdateContainsFix = 4,
    UpdateRaisesBuild = 5,
    TitleShowsFix = 6,
    PendingRestart = 7,
    RestartUnclear = 8,
    NoFixInList = 9,
    ListIncomplete = 10,
    NoUpdateList = 11,
    NewerUpdateUnrecognised = 12,
    ContainerUnverified = 13,
    TitleOfSameMonth = 14,
    NoFixYet = 15,
    NoFixKnown = 16,
    Unsupported = 17,
    NoFixExists = 18,
    ServicePackNeeded = 19,
    ReleasedAfterFix = 20,
    NotNamed = 21,
    NotAssessed = 22,
    OtherSystem = 23,
    ProductNotCovered = 24,
    ProductNotShown = 25,
    LevelNotShown = 26,
    ComponentNotShown = 27,
    ControlOff = 28,
    VersionAffected = 29,
    VersionFixed = 30,
    VersionBelowFix = 31,
    VersionOutside = 32,
    VersionNotShown = 33,
    VersionNotComparable = 34,
    RangeInWords = 35,
    OtherStream = 36,
    PublisherSaysNot = 37,
    UnderInvestigation = 38,
    ScannerSaysVulnerable = 39,
    ScannerSuspects = 40,
    ScannerSaysNot = 41,
    ScannerCannotTell = 42,
    Conflict = 43,
    NotInKnowledge = 44,
    NotInstalled = 46,
    SoftwareNotShown = 47,
    VersionNotNamed = 48,
    ArchitectureNotShown = 49,
    ProductNotJudged = 50,
    /// The evidence is too old: it says what was, not what is.
    Stale = 60,
}

/// The evidence that a reason rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RestsOn {
    /// The operating system, its build, updates and settings.
    PatchState,
    /// Lists of software.
    Software,
    /// Findings of scanners.
    Findings,
    /// No evidence: knowledge alone.
    Nothing,
}

impl ReasonKind {
    /// Every kind, in the order of codes.
    pub const ALL: [Self; 50] = [
        Self::BuildShowsFix,
        Self::BuildBelowFix,
        Self::UpdateInstalled,
        Self::UpdateContainsFix,
        Self::UpdateRaisesBuild,
        Self::TitleShowsFix,
        Self::PendingRestart,
        Self::RestartUnclear,
        Self::NoFixInList,
        Self::ListIncomplete,
        Self::NoUpdateList,
        Self::NewerUpdateUnrecognised,
        Self::ContainerUnverified,
        Self::TitleOfSameMonth,
        Self::NoFixYet,
        Self::NoFixKnown,
        Self::Unsupported,
        Self::NoFixExists,
        Self::ServicePackNeeded,
        Self::ReleasedAfterFix,
        Self::NotNamed,
        Self::NotAssessed,
        Self::OtherSystem,
        Self::ProductNotCovered,
        Self::ProductNotShown,
        Self::LevelNotShown,
        Self::ComponentNotShown,
        Self::ControlOff,
        Self::VersionAffected,
        Self::VersionFixed,
        Self::VersionBelowFix,
        Self::VersionOutside,
        Self::VersionNotShown,
        Self::VersionNotComparable,
        Self::RangeInWords,
        Self::OtherStream,
        Self::PublisherSaysNot,
        Self::UnderInvestigation,
        Self::ScannerSaysVulnerable,
        Self::ScannerSuspects,
        Self::ScannerSaysNot,
        Self::ScannerCannotTell,
        Self::Conflict,
        Self::NotInKnowledge,
        Self::NotInstalled,
        Self::SoftwareNotShown,
        Self::VersionNotNamed,
        Self::ArchitectureNotShown,
        Self::ProductNotJudged,
        Self::Stale,
    ];

    /// The kind of a stored code.
    pub fn of_code(code: u8) -> Option<Self> {
        const BY_CODE: [Option<ReasonKind>; 64] = by_code();
        BY_CODE.get(usize::from(code)).copied().flatten()
    }

    /// The stored code.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The name in JSON and CSV.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BuildShowsFix => "build_shows_fix",
            Self::BuildBelowFix => "build_below_fix",
            Self::UpdateInstalled => "update_installed",
            Self::UpdateContainsFix => "update_contains_fix",
            Self::UpdateRaisesBuild => "update_raises_build",
            Self::TitleShowsFix => "title_shows_fix",
            Self::PendingRestart => "pending_restart",
            Self::RestartUnclear => "restart_unclear",
            Self::NoFixInList => "no_fix_in_list",
            Self::ListIncomplete => "list_incomplete",
            Self::NoUpdateList => "no_update_list",
            Self::NewerUpdateUnrecognised => "newer_update_unrecognised",
            Self::ContainerUnverified => "container_unverified",
            Self::TitleOfSameMonth => "title_of_same_month",
            Self::NoFixYet => "no_fix_yet",
            Self::NoFixKnown => "no_fix_known",
            Self::Unsupported => "unsupported",
            Self::NoFixExists => "no_fix_exists",
            Self::ServicePackNeeded => "service_pack_needed",
            Self::ReleasedAfterFix => "released_after_fix",
            Self::NotNamed => "not_named",
            Self::NotAssessed => "not_assessed",
            Self::OtherSystem => "other_system",
            Self::ProductNotCovered => "product_not_covered",
            Self::ProductNotShown => "product_not_shown",
            Self::LevelNotShown => "level_not_shown",
            Self::ComponentNotShown => "component_not_shown",
            Self::ControlOff => "control_off",
            Self::VersionAffected => "version_affected",
            Self::VersionFixed => "version_fixed",
            Self::VersionBelowFix => "version_below_fix",
            Self::VersionOutside => "version_outside",
            Self::VersionNotShown => "version_not_shown",
            Self::VersionNotComparable => "version_not_comparable",
            Self::RangeInWords => "range_in_words",
            Self::OtherStream => "other_stream",
            Self::PublisherSaysNot => "publisher_says_not",
            Self::UnderInvestigation => "under_investigation",
            Self::ScannerSaysVulnerable => "scanner_says_vulnerable",
            Self::ScannerSuspects => "scanner_suspects",
            Self::ScannerSaysNot => "scanner_says_not",
            Self::ScannerCannotTell => "scanner_cannot_tell",
            Self::Conflict => "conflict",
            Self::NotInKnowledge => "not_in_knowledge",
            Self::NotInstalled => "not_installed",
            Self::SoftwareNotShown => "software_not_shown",
            Self::VersionNotNamed => "version_not_named",
            Self::ArchitectureNotShown => "architecture_not_shown",
            Self::ProductNotJudged => "product_not_judged",
            Self::Stale => "stale",
        }
    }

    /// For a person, without the facts of one host.
    pub const fn words(self) -> &'static str {
        match self {
            Self::BuildShowsFix => "the build has the fix",
            Self::BuildBelowFix => "the build is below the fix",
            Self::UpdateInstalled => "an update with the fix is installed",
            Self::UpdateContainsFix => "a later update that contains the fix is installed",
            Self::UpdateRaisesBuild => "an installed update raises the build past the fix",
            Self::TitleShowsFix => "a cumulative update of a later month is installed",
            Self::PendingRestart => "the fix waits for a restart",
            Self::RestartUnclear => "whether the host restarted since the fix is unclear",
            Self::NoFixInList => "the list of updates has no fix",
            Self::ListIncomplete => "the list of updates does not show everything",
            Self::NoUpdateList => "there is no list of updates",
            Self::NewerUpdateUnrecognised => "an installed update is newer than this knowledge",
            Self::ContainerUnverified => "an installed update may contain the fix",
            Self::TitleOfSameMonth => "a cumulative update of the month of the fix is installed",
            Self::NoFixYet => "no fix was out on the day",
            Self::NoFixKnown => "no fix is known",
            Self::Unsupported => "the product was out of support",
            Self::NoFixExists => "the publisher states that no fix exists",
            Self::ServicePackNeeded => "the service pack is too old for the fix",
            Self::ReleasedAfterFix => "the product came out after the fix",
            Self::NotNamed => "the publisher does not name the product",
            Self::NotAssessed => "the publisher did not assess the product",
            Self::OtherSystem => "it is a flaw of another system",
            Self::ProductNotCovered => "knowledge has nothing on the product",
            Self::ProductNotShown => "the evidence does not show the operating system",
            Self::LevelNotShown => "the evidence does not show release or service pack",
            Self::ComponentNotShown => {
                "the evidence does not show whether the component is installed"
            }
            Self::ControlOff => "a setting closes the way in",
            Self::VersionAffected => "the version is affected",
            Self::VersionFixed => "the version has the fix",
            Self::VersionBelowFix => "the version is below the fix",
            Self::VersionOutside => "the version is outside the affected ones",
            Self::VersionNotShown => "the evidence does not show the version",
            Self::VersionNotComparable => "the version cannot be compared",
            Self::RangeInWords => "the affected versions are stated in words",
            Self::OtherStream => "the statement is for another product stream",
            Self::PublisherSaysNot => "the publisher says not affected",
            Self::UnderInvestigation => "the publisher is still investigating",
            Self::ScannerSaysVulnerable => "a scanner found it vulnerable",
            Self::ScannerSuspects => "a scanner suspects it",
            Self::ScannerSaysNot => "a scanner found it not vulnerable",
            Self::ScannerCannotTell => "a scanner could not tell",
            Self::Conflict => "pieces of evidence contradict each other",
            Self::NotInKnowledge => "knowledge has no row of it",
            Self::NotInstalled => "the complete list of packages does not have it",
            Self::SoftwareNotShown => "the evidence does not show the software that it concerns",
            Self::VersionNotNamed => "the publisher names other versions one by one",
            Self::ArchitectureNotShown => "32-bit and 64-bit differ, and which it is is not shown",
            Self::ProductNotJudged => "it is a flaw of another product, which is not judged",
            Self::Stale => "the evidence is too old",
        }
    }

    /// The evidence that a verdict of this reason rests on.
    pub const fn rests_on(self) -> RestsOn {
        match self {
            Self::VersionAffected
            | Self::VersionFixed
            | Self::VersionBelowFix
            | Self::VersionOutside
            | Self::VersionNotShown
            | Self::VersionNotComparable
            | Self::RangeInWords
            | Self::OtherStream
            | Self::PublisherSaysNot
            | Self::UnderInvestigation
            | Self::NotInstalled
            | Self::SoftwareNotShown
            | Self::VersionNotNamed => RestsOn::Software,
            Self::ScannerSaysVulnerable
            | Self::ScannerSuspects
            | Self::ScannerSaysNot
            | Self::ScannerCannotTell
            | Self::Conflict => RestsOn::Findings,
            Self::NotInKnowledge | Self::ProductNotJudged | Self::Stale => RestsOn::Nothing,
            _ => RestsOn::PatchState,
        }
    }
}

#[expect(clippy::indexing_slicing, reason = "evaluated when compiled: a wrong index is no program")]
const fn by_code() -> [Option<ReasonKind>; 64] {
    let mut table = [None; 64];
    let mut at = 0;
    while at < ReasonKind::ALL.len() {
        table[ReasonKind::ALL[at].code() as usize] = Some(ReasonKind::ALL[at]);
        at += 1;
    }
    table
}

impl Reason {
    /// What kind of reason it is.
    pub const fn kind(&self) -> ReasonKind {
        use ReasonKind as K;
        match self {
            Self::BuildShowsFix { .. } => K::BuildShowsFix,
            Self::BuildBelowFix { .. } => K::BuildBelowFix,
            Self::UpdateInstalled { .. } => K::UpdateInstalled,
            Self::UpdateContainsFix { .. } => K::UpdateContainsFix,
            Self::UpdateRaisesBuild { .. } => K::UpdateRaisesBuild,
            Self::TitleShowsFix { .. } => K::TitleShowsFix,
            Self::PendingRestart { .. } => K::PendingRestart,
            Self::RestartUnclear { .. } => K::RestartUnclear,
            Self::NoFixInList { .. } => K::NoFixInList,
            Self::ListIncomplete { .. } => K::ListIncomplete,
            Self::NoUpdateList => K::NoUpdateList,
            Self::NewerUpdateUnrecognised { .. } => K::NewerUpdateUnrecognised,
            Self::ContainerUnverified { .. } => K::ContainerUnverified,
            Self::TitleOfSameMonth { .. } => K::TitleOfSameMonth,
            Self::NoFixYet { .. } => K::NoFixYet,
            Self::NoFixKnown => K::NoFixKnown,
            Self::Unsupported { .. } => K::Unsupported,
            Self::NoFixExists => K::NoFixExists,
            Self::ServicePackNeeded { .. } => K::ServicePackNeeded,
            Self::ReleasedAfterFix { .. } => K::ReleasedAfterFix,
            Self::NotNamed { .. } => K::NotNamed,
            Self::NotAssessed { .. } => K::NotAssessed,
            Self::OtherSystem { .. } => K::OtherSystem,
            Self::ProductNotCovered { .. } => K::ProductNotCovered,
            Self::ProductNotShown => K::ProductNotShown,
            Self::LevelNotShown { .. } => K::LevelNotShown,
            Self::ComponentNotShown { .. } => K::ComponentNotShown,
            Self::ControlOff { .. } => K::ControlOff,
            Self::VersionAffected { .. } => K::VersionAffected,
            Self::VersionFixed { .. } => K::VersionFixed,
            Self::VersionBelowFix { .. } => K::VersionBelowFix,
            Self::VersionOutside { .. } => K::VersionOutside,
            Self::VersionNotShown { .. } => K::VersionNotShown,
            Self::VersionNotComparable { .. } => K::VersionNotComparable,
            Self::RangeInWords { .. } => K::RangeInWords,
            Self::OtherStream { .. } => K::OtherStream,
            Self::PublisherSaysNot { .. } => K::PublisherSaysNot,
            Self::UnderInvestigation { .. } => K::UnderInvestigation,
            Self::ScannerSaysVulnerable { .. } => K::ScannerSaysVulnerable,
            Self::ScannerSuspects { .. } => K::ScannerSuspects,
            Self::ScannerSaysNot { .. } => K::ScannerSaysNot,
            Self::ScannerCannotTell { .. } => K::ScannerCannotTell,
            Self::Conflict => K::Conflict,
            Self::NotInKnowledge => K::NotInKnowledge,
            Self::NotInstalled { .. } => K::NotInstalled,
            Self::SoftwareNotShown { .. } => K::SoftwareNotShown,
            Self::VersionNotNamed { .. } => K::VersionNotNamed,
            Self::ArchitectureNotShown => K::ArchitectureNotShown,
            Self::ProductNotJudged { .. } => K::ProductNotJudged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_names_are_told_apart_and_read_again() {
        let mut names: Vec<&str> = ReasonKind::ALL.iter().map(|kind| kind.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ReasonKind::ALL.len());
        for kind in ReasonKind::ALL {
            assert_eq!(ReasonKind::of_code(kind.code()), Some(kind));
        }
        assert!(ReasonKind::ALL.windows(2).all(|w| w[0].code() < w[1].code()));
        assert_eq!(ReasonKind::of_code(0), None);
    }

    /// Stored codes: a change here makes stored answers say something else.
    #[test]
    fn codes_stay_as_they_are() {
        let codes: Vec<String> =
            ReasonKind::ALL.iter().map(|k| format!("{} {}", k.code(), k.name())).collect();
        let codes = codes.join("\n");
        insta::assert_snapshot!(codes);
    }
}
