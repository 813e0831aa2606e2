//! What evidence shows of organisations under an alert, which may name several advisories: what each one's word
//! is held against.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use exposure::deadline::{Due, Inputs, Policy, Starts, due};
use exposure::index::{Advisory, Asked, HostAnswer};
use exposure::judge::RestsOn;
use exposure::knowledge::lookup;
use jiff::civil::Date;
use model::organisation::{OrganisationCode, OrganisationKind};
use model::verdict::Verdict;
use response::answer::{Hosts, Shown};

use super::Desk;
use super::advisory::inputs;
use super::held::Open;
use super::moment::{Moment, Seen};
use super::question::one;
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::exposure::answer::{Evidence, OrganisationAnswer, SectorAnswer, assemble};
use crate::exposure::ask::broken;

/// What evidence shows of one organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownRow {
    /// Its name, or its code where no name is known.
    pub name: String,
    /// Its kind, where it is registered.
    pub kind: Option<OrganisationKind>,
    /// Its region, where one is above it.
    pub region: Option<OrganisationCode>,
    /// Its hosts by verdict.
    pub shown: Shown,
}

/// Of whom it is asked.
#[derive(Clone, Debug, Default)]
pub struct Of {
    /// Only of this one; `None`: of all that the caller may see.
    pub only: Option<OrganisationCode>,
    /// Of whom the oldest day of evidence is wanted: it costs a look at each of their hosts.
    pub aged: BTreeSet<OrganisationCode>,
}

/// When an alert is due under a policy, and how that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertDue {
    /// The day; `None`: the policy sets none.
    pub by: Option<Date>,
    /// Why.
    pub because: String,
}

impl Desk {
    /// What evidence shows of each organisation that the caller may see, of advisories taken together: a host is
    /// affected that is open to any of them. Organisations that have shown nothing are in it too.
    pub async fn shown(
        &self,
        context: &Context,
        caller: &Caller,
        advisories: Vec<String>,
        of: Of,
        moment: Moment,
    ) -> Result<Seen<BTreeMap<OrganisationCode, ShownRow>>, Error> {
        let Of { only, aged } = of;
        let question = move |open: &Open<'_, '_, '_>,
                             wanted: &dyn Fn(&OrganisationCode) -> bool| {
            rows(open, &advisories, &aged, wanted)
        };
        self.look_at(context, caller, (only, moment), question).await
    }

    /// By which day advisories must be dealt with under a policy that an alert of a day names, as the knowledge
    /// of now has it: the earliest of all their flaws.
    pub async fn alert_due(
        &self,
        context: &Context,
        (policy, advisories): (&str, Vec<String>),
        issued: Date,
    ) -> Result<Option<AlertDue>, Error> {
        let Ok(policy) = Policy::built_in(policy) else { return Ok(None) };
        let held = self.held(context).await?;
        let found = held
            .with(move |open| {
                let flaws: BTreeSet<u32> = advisories
                    .iter()
                    .flat_map(|name| open.index.resolve(&Advisory(name.clone())).vulnerabilities)
                    .collect();
                let day = open.view.as_at();
                let rows = flaws.iter().filter_map(|flaw| lookup::row(open.knowledge, *flaw));
                let known = rows.map(|row| inputs(row, day));
                earliest(&policy, known, issued)
            })
            .await?;
        Ok(Some(found))
    }
}

/// The earliest day of several flaws; of none known, that of the alert itself. A policy that counts from
/// publication counts from that of the alert: it is what organisations are held to.
fn earliest(policy: &Policy, known: impl Iterator<Item = Inputs>, issued: Date) -> AlertDue {
    let from_alert = matches!(policy.starts, Starts::Publication);
    let of = |inputs: Inputs| {
        let published = if from_alert { Some(issued) } else { inputs.published };
        due(policy, &Inputs { published, ..inputs })
    };
    let alone = of(Inputs { published: Some(issued), ..Inputs::default() });
    let dues = known.map(of);
    let first: Due = dues.min_by_key(|due| (due.by.is_none(), due.by)).unwrap_or(alone);
    AlertDue { by: first.by, because: format!("{}: {}", policy.title, first.because) }
}

pub(super) fn rows(
    open: &Open<'_, '_, '_>,
    advisories: &[String],
    aged: &BTreeSet<OrganisationCode>,
    wanted: &dyn Fn(&OrganisationCode) -> bool,
) -> Result<BTreeMap<OrganisationCode, ShownRow>, Error> {
    let answer = together(open, advisories, wanted)?;
    // Of what knowledge does not have nobody can tell, whatever it says of the rest.
    let is_dark = advisories.len() > 1 && advisories.iter().any(|name| is_dark(open, name));
    let mut rows = BTreeMap::new();
    for own in answer.organisations {
        let known = open.register.get(&own.code);
        let mut hosts = hosts(&own, advisories);
        if let Some(hosts) = hosts.as_mut().filter(|_| is_dark) {
            let unknown = hosts.all().saturating_sub(hosts.affected);
            *hosts = Hosts { affected: hosts.affected, unknown, ..Hosts::default() };
        }
        let is_size_known = known.is_some_and(|own| own.expected_hosts.is_some());
        let mut shown = Shown { hosts, oldest: None, is_size_known };
        let is_settled = shown.hosts.is_some_and(|hosts| hosts.in_question() == 0);
        if is_settled && aged.contains(&own.code) {
            shown.oldest = oldest(open, advisories, &own.code)?;
        }
        let OrganisationAnswer { code, name, kind, region, .. } = own;
        rows.insert(code, ShownRow { name, kind, region, shown });
    }
    Ok(rows)
}

/// Hosts by verdict; `None` where nothing was shown and it is not known how many there are, or where
/// nothing is asked that evidence could answer.
fn hosts(own: &OrganisationAnswer, advisories: &[String]) -> Option<Hosts> {
    let of = |verdict| own.counts.of(verdict);
    let is_silent = own.counts.hosts() == 0 && own.counts.of_unknown_size > 0;
    (!is_silent && !advisories.is_empty()).then(|| Hosts {
        affected: of(Verdict::Affected),
        unknown: of(Verdict::Unknown),
        mitigated: of(Verdict::Mitigated),
        fixed: of(Verdict::Fixed),
        not_affected: of(Verdict::NotAffected),
    })
}

/// The answer on advisories taken together: for each host the worst verdict counts.
fn together(
    open: &Open<'_, '_, '_>,
    advisories: &[String],
    wanted: &dyn Fn(&OrganisationCode) -> bool,
) -> Result<SectorAnswer, Error> {
    let name = advisories.join(" + ");
    if let [_] = advisories {
        return one(open, &name, wanted);
    }
    let narrowed = |known: &SectorAnswer| SectorAnswer {
        organisations: known
            .organisations
            .iter()
            .filter(|own| wanted(&own.code))
            .cloned()
            .collect(),
        ..known.clone()
    };
    if let Some(known) = open.national.known(&name) {
        return Ok(narrowed(&known));
    }
    let asked = asked(open, advisories);
    let answer = open.view.ask(&asked).map_err(broken)?;
    let evidence =
        Evidence { facts: open.view.organisations(), machines: open.machines, answer: &answer };
    let all = assemble(&name, asked.is_unresolved, open.register, &evidence, &|_| true);
    let all = Arc::new(all);
    open.national.keep(Arc::clone(&all));
    Ok(narrowed(&all))
}

/// Whether knowledge has nothing of an advisory by itself, or nothing that was public on the day.
fn is_dark(open: &Open<'_, '_, '_>, advisory: &str) -> bool {
    let own = open.view.as_public(open.index.resolve(&Advisory(advisory.to_owned())));
    own.is_unresolved || own.is_silent
}

fn asked(open: &Open<'_, '_, '_>, advisories: &[String]) -> Asked {
    let mut all = Asked { is_unresolved: true, ..Asked::default() };
    for name in advisories {
        let own = open.index.resolve(&Advisory(name.clone()));
        all.vulnerabilities.extend(own.vulnerabilities);
        all.unlisted.extend(own.unlisted);
        all.is_unresolved &= own.is_unresolved;
    }
    all.vulnerabilities.sort_unstable();
    all.vulnerabilities.dedup();
    all.unlisted.sort();
    all.unlisted.dedup();
    open.view.as_public(all)
}

/// The oldest day of the evidence on which the answers of an organisation's hosts rest; `None` where that of any is
/// not known.
fn oldest(
    open: &Open<'_, '_, '_>,
    advisories: &[String],
    code: &OrganisationCode,
) -> Result<Option<Date>, Error> {
    let facts = open.view.organisations();
    let Some(at) = facts.iter().position(|facts| facts.code == *code) else { return Ok(None) };
    let mut oldest = None;
    // One by one: what settles one advisory may be another list than what settles the next.
    for advisory in advisories {
        let asked = open.view.as_public(open.index.resolve(&Advisory(advisory.clone())));
        for answer in open.view.hosts(&asked, at).map_err(broken)? {
            let Some(day) = day_of(&answer) else { return Ok(None) };
            oldest = Some(oldest.map_or(day, |oldest: Date| oldest.min(day)));
        }
    }
    Ok(oldest)
}

/// The day of the evidence on which the answer for a host rests. That of a scanner's finding is not kept by itself:
/// it counts as old as what else is known of the machine.
fn day_of(answer: &HostAnswer) -> Option<Date> {
    match answer.code.reason.rests_on() {
        RestsOn::Software => answer.software,
        RestsOn::PatchState => answer.patch_state,
        RestsOn::Findings | RestsOn::Nothing => match (answer.patch_state, answer.software) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        },
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn ms17_010(kev: Option<Date>) -> Inputs {
        Inputs {
            published: Some(date(2017, 3, 14)),
            kev_added: kev,
            exposed: None,
            automatable: Some(true),
            total: Some(true),
        }
    }

    #[test]
    fn fourteen_days_count_from_the_alert_and_the_directives_days_from_the_flaw() {
        let issued = date(2017, 4, 28);
        let fourteen = Policy::built_in("nhs-14-day").unwrap();
        let by = |policy, known: Vec<Inputs>| earliest(policy, known.into_iter(), issued);
        assert_eq!(by(&fourteen, vec![ms17_010(None)]).by, Some(date(2017, 5, 12)));
        assert_eq!(by(&fourteen, Vec::new()).by, Some(date(2017, 5, 12)));
        let directive = Policy::built_in("bod-26-04").unwrap();
        assert_eq!(by(&directive, vec![ms17_010(None)]).by, Some(date(2017, 5, 13)));
        let listed = by(&directive, vec![ms17_010(None), ms17_010(Some(date(2017, 5, 1)))]);
        assert_eq!(listed.by, Some(date(2017, 5, 4)), "{}", listed.because);
    }
}
