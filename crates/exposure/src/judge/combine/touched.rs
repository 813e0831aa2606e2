//! Which vulnerabilities of the groups anything else speaks of: software, scanners, what no
//! advisory names.

use rustc_hash::FxHashMap;

use super::part::Part;
use crate::judge::chorus::{Chorus, Speaks};
use crate::judge::line::VulnerabilityRef;
use crate::judge::scanner::ScannerClaim;

/// By who of the groups speaks of them: the vulnerabilities of which others speak, too.
pub(super) struct Touched(FxHashMap<Speaks, Vec<VulnerabilityRef>>);

impl Touched {
    pub(super) fn of(chorus: &Chorus, parts: &[Part<'_>], claims: &[ScannerClaim<'_>]) -> Self {
        let mut touched: FxHashMap<Speaks, Vec<VulnerabilityRef>> = FxHashMap::default();
        let of_parts = parts.iter().flat_map(|part| part.vulnerabilities.iter());
        let of_claims = claims.iter().flat_map(|claim| &claim.vulnerabilities);
        for vulnerability in of_parts.chain(of_claims) {
            if let Some(place) = chorus.places.get(vulnerability) {
                touched.entry(*place).or_default().push(*vulnerability);
            }
        }
        for vulnerabilities in touched.values_mut() {
            vulnerabilities.sort_unstable();
            vulnerabilities.dedup();
        }
        Self(touched)
    }

    /// Parts `all`, which is sorted: of what others speak, and of what only the groups do.
    pub(super) fn split(
        &self,
        place: Speaks,
        all: &[VulnerabilityRef],
    ) -> (Vec<VulnerabilityRef>, Vec<VulnerabilityRef>) {
        let touched = self.0.get(&place).map_or(&[][..], Vec::as_slice);
        all.iter().partition(|vulnerability| touched.binary_search(vulnerability).is_ok())
    }

    /// Whether others speak of anything that stands there.
    pub(super) fn is(&self, place: Speaks) -> bool {
        !self.0.is_empty() && self.0.contains_key(&place)
    }
}
