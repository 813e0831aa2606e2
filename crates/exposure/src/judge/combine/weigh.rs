//! Scanners' claims against what knowledge says.

use std::sync::Arc;

use jiff::civil::Date;
use model::verdict::Verdict;

use crate::host::Standing;
use crate::judge::line::{Disagreement, Line};
use crate::judge::reason::Reason;
use crate::judge::scanner::{ScannerClaim, Weighed, gravity, weigh_step};

pub(super) fn weigh(
    line: &mut Line<'_>,
    nothing_known: bool,
    claims: &[&ScannerClaim<'_>],
    standing: &Standing<'_>,
) {
    if claims.is_empty() {
        return;
    }
    let mut reasons = if nothing_known { Vec::new() } else { line.reasons.to_vec() };
    // The gravest claim first, so that it leads the reasons.
    let mut claims: Vec<&&ScannerClaim<'_>> = claims.iter().collect();
    claims.sort_by_key(|claim| gravity(claim.outcome));
    for claim in claims {
        let reason = claim.reason();
        let differs =
            |verdict| Disagreement { source: claim.source(), verdict, reason: reason.clone() };
        let conflicts = reasons.first() == Some(&Reason::Conflict);
        let older = || older_than_fix(claim, &reasons, standing);
        let weighed = weigh_step(claim.outcome, claim.method, line.verdict, conflicts, &older);
        match weighed {
            Weighed::TakesOver => {
                line.verdict = Verdict::Affected;
                reasons.insert(0, reason);
            }
            Weighed::Contradicts => {
                line.disagreements.push(differs(Verdict::Affected));
                line.verdict = Verdict::Unknown;
                reasons.insert(0, Reason::Conflict);
            }
            Weighed::Differs(verdict) => line.disagreements.push(differs(verdict)),
            Weighed::Agrees => reasons.push(reason),
        }
    }
    line.reasons = Arc::from(reasons);
}

/// Whether the scanner looked before the fix was installed.
fn older_than_fix(claim: &ScannerClaim<'_>, reasons: &[Reason], standing: &Standing<'_>) -> bool {
    let Some(seen) = claim.observed_at.map(|at| at.latest.date()) else { return false };
    let installed: Option<Date> = reasons.iter().find_map(|reason| match reason {
        Reason::UpdateInstalled { kb, .. }
        | Reason::UpdateContainsFix { installed: kb, .. }
        | Reason::UpdateRaisesBuild { installed: kb, .. }
        | Reason::TitleShowsFix { installed: kb, .. } => {
            standing.installed.get(kb)?.row.installed_on.as_ref().map(|on| on.earliest)
        }
        _ => None,
    });
    installed.is_some_and(|day| seen < day)
}
