//! What closes most in one organisation: the steps of its systems, added up.
//!
//! Hosts of one class have the same verdicts on their own system, so each class is judged once and
//! counts for all its hosts. Software that is no part of a system is not in it: whoever asks about an
//! advisory sees it there. Hosts whose evidence is too old get no steps: what they need is unknown.

use std::collections::{BTreeMap, BTreeSet};

use model::verdict::Verdict;
use rustc_hash::FxHashMap;

use super::view::View;
use crate::bits::is_in;
use crate::deadline::Policy;
use crate::judge::{Line, Remedy, Severity, Urgency, judge, steps, urgency};
use crate::wire::u16_at;

/// A step and what it does in an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganisationStep {
    /// On how many hosts.
    pub hosts: u64,
    /// What it closes there, one host and one line each.
    pub findings: u64,
    /// Advisories of which it closes at least one line, by name.
    pub advisories: BTreeSet<String>,
    /// On how many hosts it closes something that spreads by itself.
    pub worm_hosts: u64,
    /// On how many hosts it closes something that is known to be exploited.
    pub kev_hosts: u64,
    /// The gravest severity of anything it closes; `None` if no source states one.
    pub severity: Option<Severity>,
}

/// The steps of an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganisationSteps {
    /// Steps by remedy.
    pub steps: BTreeMap<Remedy, OrganisationStep>,
    /// Hosts whose steps these are.
    pub hosts: u64,
    /// Hosts of which the evidence is too old or missing to say what they need.
    pub too_old: u64,
}

impl<B: AsRef<[u8]>> View<'_, '_, B> {
    /// The steps of the systems of an organisation, by its place in [`View::organisations`]. `policy`
    /// says what is due when.
    pub fn steps_of(&self, organisation: usize, policy: &Policy) -> OrganisationSteps {
        let mut found = OrganisationSteps::default();
        let at = self.segments.iter().rposition(|segment| segment.first <= organisation);
        let Some((at, segment, view)) =
            at.and_then(|at| Some((at, self.index.segments.get(at)?, self.segments.get(at)?)))
        else {
            return found;
        };
        let own = segment.organisations().get(organisation - view.first);
        let Some((from, to)) = own.map(|own| own.hosts) else { return found };
        let [patch_too_old, ..] = &view.too_old;
        let mut classes: FxHashMap<u32, u64> = FxHashMap::default();
        for host in from..to {
            if is_in(patch_too_old, host) {
                found.too_old += 1;
                continue;
            }
            let class = self.index.class_numbers.get(at).and_then(|numbers| {
                numbers.get(usize::from(u16_at(segment.class_of(), host))).copied()
            });
            if let Some(class) = class {
                *classes.entry(class).or_default() += 1;
            }
            found.hosts += 1;
        }
        let mut classes: Vec<(u32, u64)> = classes.into_iter().collect();
        classes.sort_unstable();
        for (class, hosts) in classes {
            self.add_class(class, hosts, policy, &mut found);
        }
        found
    }

    fn add_class(&self, class: u32, hosts: u64, policy: &Policy, found: &mut OrganisationSteps) {
        let Some(class) = self.index.classes.get(class as usize) else { return };
        let question = &self.judging.question;
        let host = class.to_host();
        let verdicts = judge(question, &host);
        let is_open = |line: &Line<'_>| line.verdict == Verdict::Affected;
        let urgencies: Vec<_> = verdicts
            .lines
            .iter()
            .map(|line| is_open(line).then(|| urgency(question, line, policy, None)))
            .collect();
        let weight = |urgency: &Option<Urgency>| urgency.as_ref().map_or(1, Urgency::weight);
        let weights: Vec<u64> = urgencies.iter().map(weight).collect();
        for step in steps(question, &verdicts, &weights) {
            let sum = found.steps.entry(step.remedy).or_default();
            sum.hosts += hosts;
            let (mut worm, mut kev) = (false, false);
            for at in step.closes {
                let Some(line) = verdicts.lines.get(at) else { continue };
                sum.findings += hosts * line.vulnerabilities.len() as u64;
                sum.advisories.insert(line.advisory.clone().into_owned());
                if let Some(Some(urgency)) = urgencies.get(at) {
                    worm |= urgency.worm;
                    kev |= urgency.kev;
                    sum.severity = sum.severity.max(urgency.severity);
                }
            }
            sum.worm_hosts += if worm { hosts } else { 0 };
            sum.kev_hosts += if kev { hosts } else { 0 };
        }
    }
}
