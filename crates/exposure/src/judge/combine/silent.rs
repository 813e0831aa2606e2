//! The reason where nothing speaks of a host.

use model::evidence::Platform;

use crate::host::Standing;
use crate::judge::line::VulnerabilityRef;
use crate::judge::question::Question;
use crate::judge::reason::Reason;
use crate::judge::shown::{Matter, Shown, Silence, silence};

/// What is said of a vulnerability that nothing speaks of on a host.
pub(super) fn silent(
    question: &Question<'_>,
    standing: &Standing<'_>,
    vulnerability: VulnerabilityRef,
    shown: &dyn Fn() -> Shown,
    is_named: &dyn Fn(&Matter) -> bool,
) -> Reason {
    let VulnerabilityRef::Known(v) = vulnerability else { return Reason::NotInKnowledge };
    let is_windows_matter = question.listed().get(&v).is_some_and(|places| !places.is_empty());
    let matter = question.matter(v);
    let silence = matter.map_or(Silence::NoMatter, |matter| {
        silence(question.knowledge, matter, stated_platform(standing), shown(), is_named(matter))
    });
    silent_reason(question, standing, v, is_windows_matter, matter, silence)
}

/// The platform that the host itself states.
pub(in crate::judge) fn stated_platform<'h>(standing: &Standing<'h>) -> Option<&'h Platform> {
    standing.os.filter(|(_, os)| os.guess_percent.is_none()).map(|(_, os)| &os.platform)
}

/// The reason where nothing speaks of a host.
pub(in crate::judge) fn silent_reason(
    question: &Question<'_>,
    standing: &Standing<'_>,
    vulnerability: u32,
    is_windows_matter: bool,
    matter: Option<&Matter>,
    silence: Silence,
) -> Reason {
    if let Some(product) = question.other_product(vulnerability).filter(|_| !is_windows_matter) {
        return Reason::ProductNotJudged { product };
    }
    let platform = stated_platform(standing);
    let is_linux = matches!(platform, Some(Platform::Linux { .. }));
    let is_of_own = || matter.is_some_and(|matter| matter.is_of(question.knowledge, platform));
    let by_software = !is_windows_matter || (is_linux && is_of_own());
    let product = || matter.map_or(String::new(), |m| m.product(question.knowledge));
    let system = |os: &model::evidence::OperatingSystem| os.raw_name.trim().to_owned();
    match (silence, standing.os) {
        (Silence::NotInstalled, Some(_)) if by_software => {
            Reason::NotInstalled { product: product() }
        }
        (Silence::NotShown, _) if by_software => Reason::SoftwareNotShown { product: product() },
        (_, Some((_, os))) if standing.windows.is_some() || by_software => {
            Reason::ProductNotCovered { product: system(os) }
        }
        (_, Some((_, os))) if is_linux => Reason::OtherSystem { product: system(os) },
        _ => Reason::ProductNotShown,
    }
}
