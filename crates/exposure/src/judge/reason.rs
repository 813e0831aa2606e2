//! Why a verdict is what it is.
//!
//! A reason carries the facts that decided; [`sentence`] turns it into words for a person. The
//! words never decide anything.

use std::sync::Arc;

use jiff::civil::Date;
use model::evidence::Completeness;
use model::kb::Kb;
use model::windows::WindowsBuild;

use crate::host::Host;
use crate::judge::RowRef;

/// The deciding facts of a verdict.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields are named for what they hold; variants are documented")]
pub enum Reason {
    /// The build is at or past the one with the fix.
    BuildShowsFix { build: WindowsBuild, fixed: WindowsBuild },
    /// The build is below the one with the fix. Decides over any list of updates.
    BuildBelowFix { build: WindowsBuild, fixed: WindowsBuild },
    /// One of the alternatives is installed.
    UpdateInstalled { kb: Kb, kind: u8, row: Arc<RowRef>, same_day: bool },
    /// An installed update supersedes one of the alternatives, directly or through others.
    UpdateContainsFix { installed: Kb, chain: Vec<Kb>, row: Arc<RowRef>, same_day: bool },
    /// An installed update raises the build past the one with the fix.
    UpdateRaisesBuild {
        installed: Kb,
        build: WindowsBuild,
        fixed: WindowsBuild,
        row: Arc<RowRef>,
        same_day: bool,
    },
    /// An update's own title says that it is cumulative and of a later month.
    TitleShowsFix { installed: Kb, month: (i16, i8), row: Arc<RowRef> },
    /// A fix is installed, but the host has not started since.
    PendingRestart { kb: Kb, installed_on: String, last_boot: String, row: Arc<RowRef> },
    /// A fix is installed; its date can be read as before or after the last start.
    RestartUnclear { kb: Kb, installed_on: String, last_boot: String, row: Arc<RowRef> },
    /// Nothing that contains the fix is in a list that shows everything.
    NoFixInList { entries: usize, row: Arc<RowRef> },
    /// No fix was found, and the list does not show everything.
    ListIncomplete { completeness: Completeness, row: Arc<RowRef> },
    /// The evidence has no list of updates.
    NoUpdateList,
    /// An installed update is newer than this knowledge and may contain the fix.
    NewerUpdateUnrecognised { raw: String, horizon: Option<Date>, row: Arc<RowRef> },
    /// An installed update may contain the fix, by a second-hand list only.
    ContainerUnverified { kb: Kb, row: Arc<RowRef> },
    /// An update's own title says that it is cumulative and of the very month of the fix.
    TitleOfSameMonth { kb: Kb, month: (i16, i8), row: Arc<RowRef> },
    /// Every fix came out after the day as at which is judged.
    NoFixYet { as_at: Date },
    /// No update is known that fixes it on this product.
    NoFixKnown,
    /// The product was out of support when it was published; no fix exists.
    Unsupported { product: String, ended: Option<Date> },
    /// The publisher states that no fix exists.
    NoFixExists,
    /// A later service pack of the same product is affected; this level gets no fix.
    ServicePackNeeded { product: String, needed: u8 },
    /// The product came out after the fix.
    ReleasedAfterFix { product: String, released: Date, published: Date },
    /// The publisher's list of affected products leaves this supported product out.
    NotNamed { product: String },
    /// The product was out of support when the publisher listed the affected products.
    NotAssessed { product: String, ended: Option<Date> },
    /// It is a flaw of another system.
    OtherSystem { product: String },
    /// Knowledge has nothing on this product.
    ProductNotCovered { product: String },
    /// The evidence does not show which product it is.
    ProductNotShown,
    /// The evidence names a family of Windows, and neither its release nor its service pack.
    LevelNotShown { product: String },
    /// The architectures that it may be differ.
    ArchitectureNotShown,
    /// A Microsoft product besides Windows has the flaw; what is installed of such is not judged.
    ProductNotJudged { product: String },
    /// Fixed where the component is there; the evidence does not show whether it is.
    ComponentNotShown { component: String },
    /// A setting that closes the way in is shown to be off.
    ControlOff { control: String, row: Arc<RowRef> },
    /// The version lies in an affected range.
    VersionAffected { version: String, range: String, row: Arc<RowRef> },
    /// The version is at or past the one with the fix.
    VersionFixed { version: String, fixed: String, row: Arc<RowRef> },
    /// The version is below the one with the fix.
    VersionBelowFix { version: String, fixed: String, row: Arc<RowRef> },
    /// The version lies outside the affected ranges.
    VersionOutside { version: String, range: String, row: Arc<RowRef> },
    /// The publisher names the affected versions one by one, and this is none of them.
    VersionNotNamed { version: String, named: String, row: Arc<RowRef> },
    /// The evidence shows no version, or a cut one.
    VersionNotShown { range: String, row: Arc<RowRef> },
    /// The version and the range cannot be compared.
    VersionNotComparable { version: String, range: String, row: Arc<RowRef> },
    /// The affected versions are stated in words that were not understood.
    RangeInWords { words: String, row: Arc<RowRef> },
    /// The statement is for another release of the distribution.
    OtherStream { stated: String, row: Arc<RowRef> },
    /// The publisher says not affected.
    PublisherSaysNot { row: Arc<RowRef> },
    /// The publisher is still looking into it.
    UnderInvestigation { row: Arc<RowRef> },
    /// A scanner found it vulnerable.
    ScannerSaysVulnerable { scanner: String, check: String, row: Arc<RowRef> },
    /// A scanner suspects it, from a version or a banner.
    ScannerSuspects { scanner: String, check: String, row: Arc<RowRef> },
    /// A scanner's check found it not vulnerable; no patch evidence confirms it.
    ScannerSaysNot { scanner: String, check: String, row: Arc<RowRef> },
    /// A scanner's check could not tell.
    ScannerCannotTell { scanner: String, check: String, row: Arc<RowRef> },
    /// Two pieces of evidence contradict each other.
    Conflict,
    /// Knowledge has no row of what was asked.
    NotInKnowledge,
    /// A complete list of the distribution's packages has none that it concerns.
    NotInstalled { product: String },
    /// The evidence does not show whether the software that it concerns is there.
    SoftwareNotShown { product: String },
}

impl Reason {
    /// The row of evidence that decided, if one did.
    pub fn row(&self) -> Option<&RowRef> {
        match self {
            Self::UpdateInstalled { row, .. }
            | Self::UpdateContainsFix { row, .. }
            | Self::UpdateRaisesBuild { row, .. }
            | Self::TitleShowsFix { row, .. }
            | Self::PendingRestart { row, .. }
            | Self::RestartUnclear { row, .. }
            | Self::NoFixInList { row, .. }
            | Self::ListIncomplete { row, .. }
            | Self::NewerUpdateUnrecognised { row, .. }
            | Self::ContainerUnverified { row, .. }
            | Self::TitleOfSameMonth { row, .. }
            | Self::ControlOff { row, .. }
            | Self::VersionAffected { row, .. }
            | Self::VersionFixed { row, .. }
            | Self::VersionBelowFix { row, .. }
            | Self::VersionOutside { row, .. }
            | Self::VersionNotNamed { row, .. }
            | Self::VersionNotShown { row, .. }
            | Self::VersionNotComparable { row, .. }
            | Self::RangeInWords { row, .. }
            | Self::OtherStream { row, .. }
            | Self::PublisherSaysNot { row }
            | Self::UnderInvestigation { row }
            | Self::ScannerSaysVulnerable { row, .. }
            | Self::ScannerSuspects { row, .. }
            | Self::ScannerSaysNot { row, .. }
            | Self::ScannerCannotTell { row, .. } => Some(row),
            _ => None,
        }
    }
}

/// The reason in one sentence, with the row behind it.
pub fn sentence(reason: &Reason, host: &Host) -> String {
    let at = |row: &RowRef| ["`", row.raw.trim(), "` in ", &row.words(host)].concat();
    let day = |d: &Option<Date>| d.map_or(String::new(), |d| format!(" on {d}"));
    let same_day = |same: &bool| {
        if *same {
            " (installed on the day of the last start; the evidence does not show which came first)"
        } else {
            ""
        }
    };
    match reason {
        Reason::BuildShowsFix { build, fixed } => {
            format!("build {build} is at or past {fixed}, which has the fix")
        }
        Reason::BuildBelowFix { build, fixed } => {
            format!("build {build} is below {fixed}, the first with the fix")
        }
        Reason::UpdateInstalled { kb, kind, row, same_day: same } => format!(
            "{kb}, a {} with the fix, is installed: {}{}",
            crate::knowledge::schema::update_kind::name(*kind),
            at(row),
            same_day(same)
        ),
        Reason::UpdateContainsFix { installed, chain, row, same_day: same } => {
            let fix = chain.last().map_or(String::new(), ToString::to_string);
            let steps = chain.len().saturating_sub(1);
            let how = if steps <= 1 {
                format!("{installed} replaces {fix}")
            } else {
                format!("{installed} replaces {fix} through {steps} steps")
            };
            format!("{how}, which has the fix: {}{}", at(row), same_day(same))
        }
        Reason::UpdateRaisesBuild { installed, build, fixed, row, same_day: same } => format!(
            "{installed} brings build {build}, at or past {fixed}, which has the fix: {}{}",
            at(row),
            same_day(same)
        ),
        Reason::TitleShowsFix { installed, month: (year, month), row } => format!(
            "{installed} calls itself the cumulative update of {year}-{month:02}, later than the \
             fix: {}",
            at(row)
        ),
        Reason::PendingRestart { kb, installed_on, last_boot, row } => format!(
            "{kb} was installed on {installed_on}, after the last start ({last_boot}): it takes \
             effect at the next restart; {}",
            at(row)
        ),
        Reason::RestartUnclear { kb, installed_on, last_boot, row } => format!(
            "{kb} has the fix, but its date {installed_on} can be read as before or after the last \
             start ({last_boot}); {}",
            at(row)
        ),
        Reason::NoFixInList { entries, row } => format!(
            "none of the {entries} installed updates contains the fix: list in {}",
            row.words(host)
        ),
        Reason::ListIncomplete { completeness, row } => match completeness {
            Completeness::Truncated { declared: Some(declared), listed } => format!(
                "no fix is in the list, but it declares {declared} updates and shows {listed}: \
                 absence proves nothing; {}",
                row.words(host)
            ),
            Completeness::Truncated { declared: None, listed } => format!(
                "no fix is among the {listed} updates shown, but the list is cut: absence proves \
                 nothing; {}",
                row.words(host)
            ),
            Completeness::Partial(why) => format!(
                "no fix is in the list, but the list never shows everything ({why}); {}",
                row.words(host)
            ),
            Completeness::Complete => "no fix is in the list".to_owned(),
        },
        Reason::NoUpdateList => {
            "the evidence has no list of installed updates and no build with its revision"
                .to_owned()
        }
        Reason::NewerUpdateUnrecognised { raw, horizon, row } => format!(
            "no known fix is installed, but `{raw}` is newer than this knowledge{} and may contain \
             it: {}",
            horizon.map_or(String::new(), |d| format!(" (complete up to {d})")),
            row.words(host)
        ),
        Reason::ContainerUnverified { kb, row } => format!(
            "no proved fix is installed, but {kb} is said to be cumulative and later than the fix, by a \
             second-hand list only: {}",
            at(row)
        ),
        Reason::TitleOfSameMonth { kb, month: (year, month), row } => format!(
            "{kb} calls itself the cumulative update of {year}-{month:02}, the month of the fix: it \
             may be from before or after it: {}",
            at(row)
        ),
        Reason::NoFixYet { as_at } => format!("no fix had come out up to {as_at}"),
        Reason::NoFixKnown => {
            "the product is named as affected and no update that fixes it is known".to_owned()
        }
        Reason::Unsupported { product, ended } => {
            format!("support of {product} ended{}: no fix exists", day(ended))
        }
        Reason::NoFixExists => "the publisher states that no fix exists".to_owned(),
        Reason::ServicePackNeeded { product, needed } => {
            format!("{product} is below service pack {needed}, the level that gets the fix")
        }
        Reason::ReleasedAfterFix { product, released, published } => format!(
            "{product} came out on {released}, after the fix of {published}, and contains it"
        ),
        Reason::NotNamed { product } => format!(
            "the publisher's list of affected products does not name {product}, which was \
             supported at the time"
        ),
        Reason::OtherSystem { product } => {
            format!("it is a flaw of Windows, and this host runs {product}")
        }
        Reason::NotAssessed { product, ended } => format!(
            "support of {product} ended{} before the publisher assessed the flaw",
            day(ended)
        ),
        Reason::ProductNotCovered { product } => {
            format!("this knowledge has nothing on {product}")
        }
        Reason::ProductNotShown => {
            "the evidence does not show which operating system it is".to_owned()
        }
        Reason::LevelNotShown { product } => format!(
            "the evidence says {product} and shows neither its build nor its release or service pack"
        ),
        Reason::ArchitectureNotShown => {
            "the evidence does not show whether it is 32-bit or 64-bit, and they \
             differ: on one it is affected"
                .to_owned()
        }
        Reason::ProductNotJudged { product } => {
            format!("it is a flaw of {product}, whose updates are not judged yet")
        }
        Reason::ComponentNotShown { component } => {
            format!(
                "no fix is shown, and the evidence does not show whether {component} is installed"
            )
        }
        Reason::ControlOff { control, row } => {
            format!("{control} is shown to be off: {}", at(row))
        }
        Reason::VersionAffected { version, range, row } => {
            ["version ", version, " is affected (", range, "): ", &at(row)].concat()
        }
        Reason::VersionFixed { version, fixed, row } => {
            ["version ", version, " is at or past ", fixed, ", which has the fix: ", &at(row)]
                .concat()
        }
        Reason::VersionBelowFix { version, fixed, row } => {
            ["version ", version, " is below ", fixed, ", the first with the fix: ", &at(row)]
                .concat()
        }
        Reason::VersionOutside { version, range, row } => {
            format!("version {version} is outside the affected versions ({range}): {}", at(row))
        }
        Reason::VersionNotNamed { version, named, row } => format!(
            "the publisher names these versions one by one ({named}); this one, {version}, is not \
             among them: {}",
            at(row)
        ),
        Reason::VersionNotShown { range, row } => {
            format!("the evidence shows no whole version to compare with {range}: {}", at(row))
        }
        Reason::VersionNotComparable { version, range, row } => {
            format!("version {version} cannot be compared with {range}: {}", at(row))
        }
        Reason::RangeInWords { words, row } => {
            format!("the affected versions are stated in words (\"{words}\"): {}", at(row))
        }
        Reason::OtherStream { stated, row } => {
            format!("the statement is for {stated}, another product stream: {}", at(row))
        }
        Reason::PublisherSaysNot { row } => {
            format!("the publisher states that it is not affected: {}", at(row))
        }
        Reason::UnderInvestigation { row } => {
            format!("the publisher is still investigating: {}", at(row))
        }
        Reason::ScannerSaysVulnerable { scanner, check, row } => {
            format!("{scanner} ({check}) found it vulnerable: {}", at(row))
        }
        Reason::ScannerSuspects { scanner, check, row } => {
            format!("{scanner} ({check}) suspects it without proof: {}", at(row))
        }
        Reason::ScannerSaysNot { scanner, check, row } => format!(
            "{scanner} ({check}) found it not vulnerable, and no patch evidence confirms it: {}",
            at(row)
        ),
        Reason::ScannerCannotTell { scanner, check, row } => {
            format!("{scanner} ({check}) could not tell: {}", at(row))
        }
        Reason::Conflict => "the pieces of evidence contradict each other".to_owned(),
        Reason::NotInKnowledge => "this knowledge has no row of it".to_owned(),
        Reason::NotInstalled { product } => {
            format!("{product} is not in the complete list of installed packages")
        }
        Reason::SoftwareNotShown { product } => {
            format!("the evidence does not show whether {product} is there")
        }
    }
}
