//! What evidence shows of organisations' hosts, for their readiness: how many there are, how fresh it is, and what
//! they are open to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use exposure::index::Asked;
use jiff::civil::Date;
use model::organisation::{OrganisationCode, OrganisationKind};
use model::verdict::Verdict;
use response::answer::Hosts;
use response::readiness::Estate;

use super::Desk;
use super::advisory::inputs;
use super::held::Open;
use super::moment::{Moment, Seen};
use super::shown;
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::exposure::answer::{Evidence, OrganisationAnswer, SectorAnswer, assemble};
use crate::exposure::ask::broken;

/// What evidence shows of one organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EstateRow {
    /// Its name, or its code where no name is known.
    pub(crate) name: String,
    /// Its kind, where it is registered.
    pub(crate) kind: Option<OrganisationKind>,
    /// Its region, where one is above it.
    pub(crate) region: Option<OrganisationCode>,
    /// Its hosts.
    pub(crate) estate: Estate,
    /// Its hosts under each set of advisories that was asked about, in that order; `None`: nothing is shown, or nobody
    /// knows of how many.
    pub(crate) under: Vec<Option<Hosts>>,
}

impl Desk {
    /// What evidence shows of each organisation that the caller may see (of one: only of that), and its hosts under
    /// some sets of advisories.
    pub(crate) async fn estates(
        &self,
        context: &Context,
        caller: &Caller,
        sets: Vec<Vec<String>>,
        only: Option<OrganisationCode>,
        moment: Moment,
    ) -> Result<Seen<BTreeMap<OrganisationCode, EstateRow>>, Error> {
        let question = move |open: &Open<'_, '_, '_>,
                             wanted: &dyn Fn(&OrganisationCode) -> bool| {
            estates(open, &sets, wanted)
        };
        self.look_at(context, caller, (only, moment), question).await
    }
}

fn estates(
    open: &Open<'_, '_, '_>,
    sets: &[Vec<String>],
    wanted: &dyn Fn(&OrganisationCode) -> bool,
) -> Result<BTreeMap<OrganisationCode, EstateRow>, Error> {
    let flaws = exploited(open);
    let answer = under_exploited(open, &flaws)?;
    let facts = open.view.organisations().iter().filter(|facts| wanted(&facts.code));
    // Whoever has no evidence of patch state has none that counts.
    let fresh: BTreeMap<&OrganisationCode, u64> = facts
        .map(|facts| {
            (&facts.code, u64::from(facts.hosts.saturating_sub(facts.patch_state_too_old)))
        })
        .collect();
    let mut rows = BTreeMap::new();
    for own in answer.organisations.iter().filter(|own| wanted(&own.code)) {
        let fresh = fresh.get(&own.code).copied().unwrap_or(0);
        let expected = open.register.get(&own.code).and_then(|own| own.expected_hosts.as_ref());
        let row = EstateRow {
            name: own.name.clone(),
            kind: own.kind,
            region: own.region.clone(),
            estate: Estate {
                hosts: expected.map(|_| own.counts.hosts()),
                seen: own.counts.shown(),
                beyond_expected: own.counts.beyond_expected,
                fresh,
                latest: own.latest,
                median_days: own.age.median_days,
                exploited: (!flaws.is_empty()).then(|| hosts(own)),
            },
            under: Vec::with_capacity(sets.len()),
        };
        rows.insert(own.code.clone(), row);
    }
    for (before, set) in sets.iter().enumerate() {
        for (code, found) in shown::rows(open, set, &BTreeSet::new(), wanted)? {
            if let Some(row) = rows.get_mut(&code) {
                row.under.push(found.shown.hosts.filter(|_| found.shown.is_size_known));
            }
        }
        for row in rows.values_mut() {
            row.under.resize(before + 1, None);
        }
    }
    Ok(rows)
}

/// Flaws that were known to be exploited on the day.
fn exploited(open: &Open<'_, '_, '_>) -> Vec<u32> {
    let day: Date = open.view.as_at();
    let rows = (0_u32..).zip(open.knowledge.vulnerabilities.iter());
    let known = rows.filter(|(_, row)| row.kev.is_some() && inputs(row, day).kev_added.is_some());
    known.map(|(position, _)| position).collect()
}

/// Every organisation's hosts under these flaws taken together; without a flaw nothing is asked of any host, and each
/// is counted all the same.
fn under_exploited(open: &Open<'_, '_, '_>, flaws: &[u32]) -> Result<Arc<SectorAnswer>, Error> {
    /// No advisory has a name that begins with the end of a line.
    const NAME: &str = "\nexploited";
    if let Some(known) = open.national.known(NAME) {
        return Ok(known);
    }
    let asked =
        Asked { vulnerabilities: flaws.to_vec(), is_silent: flaws.is_empty(), ..Asked::default() };
    let asked = open.view.as_public(asked);
    let answer = open.view.ask(&asked).map_err(broken)?;
    let evidence =
        Evidence { facts: open.view.organisations(), machines: open.machines, answer: &answer };
    let all = Arc::new(assemble(NAME, false, open.register, &evidence, &|_| true));
    open.national.keep(Arc::clone(&all));
    Ok(all)
}

fn hosts(own: &OrganisationAnswer) -> Hosts {
    let of = |verdict| own.counts.of(verdict);
    Hosts {
        affected: of(Verdict::Affected),
        unknown: of(Verdict::Unknown),
        mitigated: of(Verdict::Mitigated),
        fixed: of(Verdict::Fixed),
        not_affected: of(Verdict::NotAffected),
    }
}
