//! Scanners' claims, weighed for many hosts.
//!
//! The rule is that of the judgement (`judge::weigh_step`); here is only which hosts a claim is on,
//! and in what form findings are kept. It must not know how the verdict that it weighs came about.

use model::cve::CveId;
use model::evidence::{Finding, FindingMethod, FindingOutcome};
use model::kb::Kb;
use model::reading::Place;
use model::verdict::Verdict;

use crate::judge::{ReasonKind, Weighed, gravity, weigh_step};
use crate::pack::term;
use crate::wire::{Reader, WireError, Writer};

/// A host with a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClaimRow {
    pub(super) host: u16,
    /// The day on which it was seen, as in the days of hosts; 0 if not shown.
    pub(super) seen_on: u16,
}

/// A claim on a vulnerability.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) outcome: FindingOutcome,
    pub(super) method: FindingMethod,
    pub(super) seen_on: u16,
}

/// What stands before claims are weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Weighing {
    pub(super) verdict: Verdict,
    pub(super) kind: ReasonKind,
    /// Whether any part of knowledge spoke.
    pub(super) is_spoken: bool,
}

/// Weighs the claims on one host; `fixed_on` gives the day on which what fixed it was installed.
pub(super) fn weigh(
    before: Weighing,
    claims: &mut [Claim],
    fixed_on: &dyn Fn() -> Option<u16>,
) -> (Verdict, ReasonKind) {
    claims.sort_by_key(|claim| gravity(claim.outcome));
    let (mut verdict, mut kind) = if before.is_spoken {
        (before.verdict, Some(before.kind))
    } else {
        (Verdict::Unknown, None)
    };
    for claim in claims {
        let older =
            || claim.seen_on != 0 && fixed_on().is_some_and(|installed| claim.seen_on < installed);
        let conflicts = kind == Some(ReasonKind::Conflict);
        match weigh_step(claim.outcome, claim.method, verdict, conflicts, &older) {
            Weighed::TakesOver => {
                verdict = Verdict::Affected;
                kind = Some(kind_of(claim.outcome));
            }
            Weighed::Contradicts => {
                verdict = Verdict::Unknown;
                kind = Some(ReasonKind::Conflict);
            }
            Weighed::Differs(_) => {}
            Weighed::Agrees => kind = kind.or(Some(kind_of(claim.outcome))),
        }
    }
    (verdict, kind.unwrap_or(before.kind))
}

const fn kind_of(outcome: FindingOutcome) -> ReasonKind {
    match outcome {
        FindingOutcome::Vulnerable => ReasonKind::ScannerSaysVulnerable,
        FindingOutcome::LikelyVulnerable => ReasonKind::ScannerSuspects,
        FindingOutcome::NotVulnerable => ReasonKind::ScannerSaysNot,
        FindingOutcome::Inconclusive => ReasonKind::ScannerCannotTell,
    }
}

/// Writes what of a finding judgement can depend on, but for the day.
pub(super) fn write_finding(finding: &Finding, to: &mut Writer) {
    to.text(finding.scanner);
    to.text(&finding.check);
    to.text(&finding.title);
    to.count(finding.cves.len());
    for cve in &finding.cves {
        to.number(u64::from(cve.year()));
        to.number(u64::from(cve.number()));
    }
    to.count(finding.missing_kbs.len());
    for kb in &finding.missing_kbs {
        to.number(u64::from(kb.number()));
    }
    to.byte(finding.outcome as u8);
    to.byte(finding.method as u8);
}

/// Reads a finding.
pub(super) fn read_finding(from: &mut Reader<'_>) -> Result<Finding, WireError> {
    let scanner = term(from.text()?);
    let check = from.text()?.to_owned();
    let title = from.text()?.to_owned();
    let count = from.count(2)?;
    let mut cves = Vec::new();
    for _ in 0..count {
        cves.push(CveId::new(from.u16()?, from.u32()?));
    }
    let count = from.count(1)?;
    let mut missing_kbs = Vec::new();
    for _ in 0..count {
        let kb = Kb::new(from.u32()?);
        missing_kbs.push(kb.ok_or_else(|| from.error())?);
    }
    let outcome = *[
        FindingOutcome::Vulnerable,
        FindingOutcome::LikelyVulnerable,
        FindingOutcome::NotVulnerable,
        FindingOutcome::Inconclusive,
    ]
    .get(usize::from(from.byte()?))
    .ok_or_else(|| from.error())?;
    let method = *[
        FindingMethod::Remote,
        FindingMethod::Authenticated,
        FindingMethod::Inferred,
        FindingMethod::NotStated,
    ]
    .get(usize::from(from.byte()?))
    .ok_or_else(|| from.error())?;
    Ok(Finding {
        scanner,
        check,
        title,
        cves,
        missing_kbs,
        outcome,
        method,
        severity: None,
        observed_at: None,
        place: Place::Whole,
    })
}
