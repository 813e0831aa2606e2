//! What more than one part, or any scanner, speaks of.

use super::part::Part;
use super::voice::Voice;
use super::weigh::weigh;
use super::worst::line_of;
use crate::host::Standing;
use crate::judge::line::{Line, VulnerabilityRef};
use crate::judge::question::Question;
use crate::judge::scanner::ScannerClaim;
use crate::knowledge::schema::NONE;

/// Which vulnerabilities more than one part or any scanner speaks of.
pub(super) struct Shared {
    /// How many speak of each vulnerability of the knowledge, up to two; empty where nobody does.
    voices: Vec<u8>,
}

impl Shared {
    pub(super) fn of(
        question: &Question<'_>,
        parts: &[Part<'_>],
        claims: &[ScannerClaim<'_>],
    ) -> Self {
        if parts.is_empty() && claims.is_empty() {
            return Self { voices: Vec::new() };
        }
        let mut voices = vec![0_u8; question.knowledge.vulnerabilities.len()];
        let mut add = |vulnerability: &VulnerabilityRef, by: u8| {
            if let VulnerabilityRef::Known(position) = vulnerability
                && let Some(count) = voices.get_mut(*position as usize)
            {
                *count = (*count + by).min(2);
            }
        };
        for vulnerability in parts.iter().flat_map(|part| part.vulnerabilities.iter()) {
            add(vulnerability, 1);
        }
        for vulnerability in claims.iter().flat_map(|claim| &claim.vulnerabilities) {
            add(vulnerability, 2);
        }
        Self { voices }
    }

    /// What knowledge has no row of may be spoken of by anybody.
    pub(super) fn is(&self, vulnerability: VulnerabilityRef) -> bool {
        match vulnerability {
            VulnerabilityRef::Known(position) => {
                self.voices.get(position as usize).is_none_or(|count| *count > 1)
            }
            VulnerabilityRef::Unlisted(_) => true,
        }
    }
}

/// The lines of what several parts, or any scanner, speak of. Vulnerabilities with the same parts and
/// claims share a line.
pub(super) fn shared_lines<'q>(
    question: &'q Question<'_>,
    standing: &Standing<'_>,
    parts: &[Part<'q>],
    claims: &[ScannerClaim<'_>],
    shared: &Shared,
) -> Vec<Line<'q>> {
    // Who speaks of what: parts by position, then claims.
    let of_parts = (0_u32..).zip(parts).flat_map(|(speaker, part)| {
        let about = part.vulnerabilities.iter().filter(|v| shared.is(**v));
        about.map(move |vulnerability| (*vulnerability, speaker))
    });
    let first_claim = u32::try_from(parts.len()).unwrap_or(NONE);
    let of_claims = (first_claim..).zip(claims).flat_map(|(speaker, claim)| {
        claim.vulnerabilities.iter().map(move |vulnerability| (*vulnerability, speaker))
    });
    let mut said: Vec<(VulnerabilityRef, u32)> = of_parts.chain(of_claims).collect();
    said.sort_unstable();
    let speakers: Vec<u32> = said.iter().map(|(_, speaker)| *speaker).collect();
    let mut begin = 0;
    let mut by_speakers: Vec<(&[u32], VulnerabilityRef)> = said
        .chunk_by(|(one, _), (other, _)| one == other)
        .filter_map(|chunk| {
            let own = speakers.get(begin..begin + chunk.len())?;
            begin += chunk.len();
            Some((own, chunk.first()?.0))
        })
        .collect();
    by_speakers.sort_unstable();
    by_speakers
        .chunk_by(|(one, _), (other, _)| one == other)
        .map(|chunk| {
            let vulnerabilities = chunk.iter().map(|(_, vulnerability)| *vulnerability).collect();
            let speakers = chunk.first().map_or(&[][..], |(speakers, _)| speakers);
            let mut own: Vec<&Part<'q>> =
                speakers.iter().filter_map(|speaker| parts.get(*speaker as usize)).collect();
            own.sort_by_key(|part| part.order);
            let own: Vec<Voice<'_, 'q>> = own.into_iter().map(Voice::Part).collect();
            let weighed: Vec<&ScannerClaim<'_>> = speakers
                .iter()
                .filter_map(|speaker| claims.get(speaker.checked_sub(first_claim)? as usize))
                .collect();
            let nothing_known = own.is_empty();
            let mut line = line_of(question, own, vulnerabilities);
            weigh(&mut line, nothing_known, &weighed, standing);
            line
        })
        .collect()
}
