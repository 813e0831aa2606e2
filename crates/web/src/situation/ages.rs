//! How old the evidence of the organisations is, in bands.

use app::exposure::answer::OrganisationAnswer;
use jiff::civil::Date;

use crate::words::number;

/// A band of ages.
#[derive(Clone, Debug)]
pub(crate) struct Band {
    pub(crate) words: &'static str,
    pub(crate) organisations: String,
    pub(crate) hosts: String,
}

/// The last day of each band, in days before the day that is asked about. Fourteen are the days for which
/// evidence of patch state counts, thirty those of software.
const BANDS: [(i32, &str); 4] = [
    (1, "of today or the day before"),
    (7, "2 to 7 days old"),
    (14, "8 to 14 days old"),
    (30, "15 to 30 days old"),
];

/// Organisations and their hosts by the age of their newest evidence.
pub(super) fn bands(organisations: &[OrganisationAnswer], as_at: Date) -> Vec<Band> {
    let mut sums = [(0_u64, 0_u64); BANDS.len() + 2];
    for row in organisations {
        let at = match row.latest {
            None => BANDS.len() + 1,
            Some(latest) => {
                let days = (as_at - latest).get_days();
                BANDS.iter().position(|(last, _)| days <= *last).unwrap_or(BANDS.len())
            }
        };
        if let Some((count, hosts)) = sums.get_mut(at) {
            *count += 1;
            *hosts += row.counts.hosts();
        }
    }
    let words = BANDS.iter().map(|(_, words)| *words);
    words
        .chain(["more than 30 days old", "none was ever sent"])
        .zip(sums)
        .map(|(words, (count, hosts))| Band {
            words,
            organisations: number(count),
            hosts: number(hosts),
        })
        .collect()
}
