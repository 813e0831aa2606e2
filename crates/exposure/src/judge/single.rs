//! Parts of a judgement one by one, for whoever answers for many hosts at once: what is said of a
//! system that no advisory names, and what is said of one piece of software.
//!
//! The rules are those of the other files here; nothing is decided twice. What it must not know:
//! how many hosts there are.

use model::evidence::{ControlState, Software};
use model::verdict::Verdict;
use model::windows::WindowsProduct;

use super::combine::{silent_reason, stated_platform};
use super::kind::ReasonKind;
use super::package::{self, Identity};
use super::question::Question;
use super::shown::{Matter, Shown, silence};
use super::{absent, windows};
use crate::host::Standing;
use crate::knowledge::lookup;
use crate::knowledge::schema::{ArchivedStatement, NONE};

pub(crate) use super::package::{Distribution, Spoken};

/// What makes two rows of software one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ItemIdentity {
    keys: Vec<String>,
    version: Option<String>,
    vendor: Option<String>,
    source_version: Option<String>,
}

/// Every key under which knowledge may speak of a piece of software.
pub(crate) fn keys_of_item(
    software: &Software,
    distribution: Option<&Distribution>,
) -> Vec<String> {
    package::keys_of(software, distribution)
}

/// What makes a row one with others.
pub(crate) fn identity_of(software: &Software, keys: &[String]) -> ItemIdentity {
    let rest = Identity::of(software, &std::rc::Rc::from([]));
    ItemIdentity {
        keys: keys.to_vec(),
        version: rest.version.map(ToOwned::to_owned),
        vendor: rest.vendor,
        source_version: rest.source_version.map(ToOwned::to_owned),
    }
}

/// The distribution that the packages of a host are of.
pub(crate) fn distribution_of(standing: &Standing<'_>) -> Option<Distribution> {
    package::distribution(standing)
}

/// As a person reads it; software of a host is taken in the order of this.
pub(crate) fn printed_of(software: &Software) -> String {
    package::printed(software)
}

/// What is said of a vulnerability (or, without one, of statements that name none) on one piece of
/// software. `under` gives, for a key, the statements to be heard.
pub(crate) fn spoken_of_item<'k, S: Iterator<Item = (u32, &'k ArchivedStatement)>>(
    software: &Software,
    distribution: Option<&Distribution>,
    keys: &[String],
    as_at_day: i32,
    vulnerability: Option<u32>,
    under: impl Fn(&str) -> S,
) -> Vec<Spoken<'k>> {
    package::speak(software, distribution, keys, as_at_day, vulnerability, under)
}

/// The month for which a title says that an update is cumulative.
pub(crate) fn cumulative_month_of(title: &str, product: &WindowsProduct) -> Option<(i16, i8)> {
    windows::cumulative_month(title, product)
}

/// An answer for a system of which no group of fixes and no software speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Default {
    pub(crate) verdict: Verdict,
    pub(crate) kind: ReasonKind,
    /// Whether some part of knowledge spoke: then a scanner's claim is weighed against it.
    pub(crate) is_spoken: bool,
}

/// What is said of a vulnerability that other Windows products are listed for: of a system of
/// Windows, and of nothing else.
///
/// The question must watch all vulnerabilities ([`Question::watching_all`]).
pub(crate) fn absent_default(
    question: &Question<'_>,
    standing: &Standing<'_>,
    vulnerability: u32,
) -> Option<Default> {
    let places = question.listed().get(&vulnerability).map_or(&[][..], Vec::as_slice);
    let product = standing.windows.filter(|_| !places.is_empty())?;
    let support = lookup::windows_support(question.knowledge, product);
    let (verdict, reason, _) =
        absent::answer(question, standing, product, support, vulnerability, places)?;
    let (verdict, kind) =
        if verdict == Verdict::Affected && is_off(question, standing, vulnerability) {
            (Verdict::Mitigated, ReasonKind::ControlOff)
        } else {
            (verdict, reason.kind())
        };
    Some(Default { verdict, kind, is_spoken: true })
}

/// What is said where no part of knowledge speaks of a host.
pub(crate) fn silent_default(
    question: &Question<'_>,
    standing: &Standing<'_>,
    vulnerability: u32,
    is_windows_matter: bool,
    matter: &Matter,
    shown: Shown,
    is_named: bool,
) -> Default {
    let silence = silence(question.knowledge, matter, stated_platform(standing), shown, is_named);
    let kind =
        silent_reason(question, standing, vulnerability, is_windows_matter, Some(matter), silence)
            .kind();
    Default { verdict: verdict_of_silence(kind), kind, is_spoken: false }
}

/// The verdict that goes with a reason of silence.
pub(crate) const fn verdict_of_silence(kind: ReasonKind) -> Verdict {
    match kind {
        ReasonKind::OtherSystem | ReasonKind::NotInstalled => Verdict::NotAffected,
        _ => Verdict::Unknown,
    }
}

/// Whether a setting that mitigates the vulnerability's bulletin is shown to be off.
fn is_off(question: &Question<'_>, standing: &Standing<'_>, vulnerability: u32) -> bool {
    let Some(row) = lookup::row(question.knowledge, vulnerability) else { return false };
    let bulletin = row.bulletin.to_native();
    if bulletin == NONE {
        return false;
    }
    question.knowledge.bulletins.get(bulletin as usize).is_some_and(|bulletin| {
        bulletin.mitigations.iter().any(|name| {
            standing
                .control(name.as_str())
                .is_some_and(|(_, control)| control.state == ControlState::Disabled)
        })
    })
}
