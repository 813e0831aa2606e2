//! What of an organisation's estate no update closes, what nobody knows, and where its sources differ.

use app::exposure::answer::OrganisationAnswer;
use app::exposure::desk::OrganisationExposure;
use exposure::index::InstalledName;
use model::organisation::register::Organisation;

use super::closes;
use crate::words::{counted, number};

/// Software or a device, by name.
pub(crate) struct NameRow {
    pub(crate) name: String,
    pub(crate) note: String,
    pub(crate) hosts: String,
}

/// Bulletins on which sources contradict each other, with their hosts.
pub(super) fn contradictions(exposure: &OrganisationExposure) -> Vec<(String, String)> {
    let found = exposure.contradictions().into_iter();
    found.map(|(own, hosts)| (own.id.clone(), counted(hosts, "host", "hosts"))).collect()
}

/// How much of the estate is seen, and how fresh that is.
pub(super) fn covered(
    asked: Option<&OrganisationAnswer>,
    known: Option<&Organisation>,
) -> Vec<(&'static str, String)> {
    let expected = known.and_then(|own| own.expected_hosts.as_ref());
    let expected = expected.map_or("nobody has said".to_owned(), |own| number(own.count));
    let Some(row) = asked else {
        return vec![("Expected", expected), ("Seen", number(0))];
    };
    let counts = &row.counts;
    let fresh = row.age.hosts.saturating_sub(row.age.too_old);
    let mut rows = vec![
        ("Expected", expected),
        ("Seen", number(counts.shown())),
        ("With fresh evidence of patch state", number(fresh)),
        ("Expected and never seen", number(counts.unseen)),
    ];
    if counts.beyond_expected > 0 {
        rows.push(("More than expected", number(counts.beyond_expected)));
    }
    if counts.maybe_twice > 0 {
        rows.push(("May stand in the record twice", number(counts.maybe_twice)));
    }
    rows
}

/// Devices: hardware and its firmware, which their makers alone can mend.
pub(super) fn devices(exposure: &OrganisationExposure) -> Vec<NameRow> {
    exposure.installed.iter().filter(|own| own.is_device).map(row).collect()
}

/// What no update closes on its systems, in sentences.
pub(super) fn unpatchable(exposure: &OrganisationExposure) -> Vec<String> {
    let steps = exposure.steps.steps.iter().filter(|(remedy, _)| !closes(remedy));
    steps
        .map(|(remedy, step)| {
            let names: Vec<&str> = step.advisories.iter().take(3).map(String::as_str).collect();
            let more = step.advisories.len().saturating_sub(names.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!(
                "{}: {} stay open to {}{more}.",
                model::words::capital(remedy.to_string().trim_end_matches('.')),
                counted(step.hosts, "host", "hosts"),
                names.join(", ")
            )
        })
        .collect()
}

/// Names that the knowledge does not know.
pub(super) fn unrecognised(exposure: &OrganisationExposure) -> Vec<NameRow> {
    let unknown = exposure.installed.iter().filter(|own| !own.is_known && !own.is_device);
    unknown.map(row).collect()
}

fn row(own: &InstalledName) -> NameRow {
    let versions = counted(u64::from(own.versions), "version", "versions");
    let known = if own.is_known { "" } else { "; the knowledge does not know it" };
    NameRow {
        name: own.name.clone(),
        note: match (&own.vendor, own.is_device) {
            (Some(vendor), true) => format!("{vendor}, {versions}{known}"),
            (Some(vendor), false) => format!("{vendor}, {versions}"),
            (None, true) => format!("{versions}{known}"),
            (None, false) => versions,
        },
        hosts: number(u64::from(own.hosts)),
    }
}
