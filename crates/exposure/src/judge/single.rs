//! Parts of a judgement one by one, for whoever answers for many hosts at once: what is said of a
//! system that no advisory names, and what is said of one piece of software.
//!
//! The rules are those of the other files here; nothing is decided twice. What it must not know:
//! how many hosts there are.

use model::evidence::{ControlState, Software};
use model::verdict::Verdict;

use super::absent;
use super::combine::{silent_reason, stated_platform};
use super::kind::ReasonKind;
use super::package::Identity;
use super::question::Question;
use super::shown::{Matter, Shown, silence};
use crate::host::Standing;
use crate::knowledge::lookup;
use crate::knowledge::schema::NONE;

pub(crate) use super::package::{
    Distribution, distribution as distribution_of, keys_of as keys_of_item, printed as printed_of,
    speak as spoken_of_item,
};
pub(crate) use super::windows::cumulative_month as cumulative_month_of;

/// What makes two rows of software one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ItemIdentity {
    keys: Vec<String>,
    version: Option<String>,
    vendor: Option<String>,
    source_version: Option<String>,
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
