//! How long the systems of organisations are still supported: worked out once for what is open.

use std::collections::BTreeMap;

use exposure::index::HostSystem;
use jiff::civil::Date;
use model::organisation::OrganisationCode;

use super::Desk;
use super::held::Open;
use super::moment::{Moment, Seen};
use crate::access::Permission;
use crate::context::{Caller, Context, Scope};
use crate::error::Error;
use crate::estate::ask::support_end;
use crate::exposure::answer::SectorAnswer;

/// What every organisation runs, and until when that is supported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    /// Systems in words, with their last day of support where the knowledge says one.
    systems: Vec<(String, Option<Date>)>,
    /// For each organisation its systems by number, with how many hosts.
    organisations: BTreeMap<OrganisationCode, Vec<(u32, u64)>>,
}

/// The systems of some organisations by the day on which their support ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Support {
    /// The last day, the system, its hosts and in how many organisations they are; the first day first.
    pub ends: Vec<SupportEnd>,
    /// Hosts of which it is not known: the system is not shown, or its lifecycle is not in the table.
    pub unknown: u64,
}

/// A system whose support ends on a day that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SupportEnd {
    /// The last day.
    pub day: Date,
    /// The system.
    pub system: String,
    /// Hosts that run it.
    pub hosts: u64,
    /// Organisations that have such a host, those with the most hosts first.
    pub organisations: Vec<(OrganisationCode, u64)>,
}

impl Support {
    /// Those whose support ended before a day.
    pub fn past(&self, day: Date) -> impl Iterator<Item = &SupportEnd> {
        self.ends.iter().filter(move |end| end.day < day)
    }

    /// Those whose support ends from a day on and until another.
    pub fn ahead(&self, from: Date, until: Date) -> impl Iterator<Item = &SupportEnd> {
        self.ends.iter().filter(move |end| end.day >= from && end.day <= until)
    }
}

impl Table {
    pub(super) fn of(open: &Open<'_, '_, '_>) -> Self {
        let mut table = Self::default();
        let mut numbers: BTreeMap<HostSystem<'_>, u32> = BTreeMap::new();
        for (code, systems) in open.index.systems() {
            let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
            let mut last: Option<(HostSystem<'_>, u32)> = None;
            for system in systems {
                // Neighbours run mostly the same.
                let number = match last.filter(|(own, _)| *own == system) {
                    Some((_, number)) => number,
                    None => *numbers.entry(system).or_insert_with(|| {
                        let end = match system {
                            HostSystem::Windows(product) => support_end(open.knowledge, product),
                            _ => None,
                        };
                        table.systems.push((system.to_string(), end));
                        u32::try_from(table.systems.len() - 1).unwrap_or(u32::MAX)
                    }),
                };
                last = Some((system, number));
                *counts.entry(number).or_default() += 1;
            }
            table.organisations.entry(code.clone()).or_default().extend(counts);
        }
        table
    }

    pub(super) fn support(&self, wanted: &dyn Fn(&OrganisationCode) -> bool) -> Support {
        let mut ends: BTreeMap<(Date, &str), SupportEnd> = BTreeMap::new();
        let mut support = Support::default();
        for (code, systems) in self.organisations.iter().filter(|(code, _)| wanted(code)) {
            for (number, hosts) in systems {
                let Some((system, end)) = self.systems.get(*number as usize) else { continue };
                let Some(day) = *end else {
                    support.unknown += hosts;
                    continue;
                };
                let end = ends.entry((day, system)).or_insert_with(|| SupportEnd {
                    day,
                    system: system.clone(),
                    hosts: 0,
                    organisations: Vec::new(),
                });
                end.hosts += hosts;
                match end.organisations.last_mut().filter(|(own, _)| own == code) {
                    Some((_, own)) => *own += hosts,
                    None => end.organisations.push((code.clone(), *hosts)),
                }
            }
        }
        support.ends = ends.into_values().collect();
        for end in &mut support.ends {
            end.organisations.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        }
        support
    }
}

/// What the situation page shows of an advisory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation {
    /// Every organisation's hosts by verdict.
    pub answer: SectorAnswer,
    /// How long their systems are supported.
    pub support: Support,
}

impl Desk {
    /// The answer on an advisory with the support of the same organisations, of a region or (where its code
    /// is empty) of all that the caller may see. A past is opened once for both.
    pub async fn situation(
        &self,
        context: &Context,
        caller: &Caller,
        (advisory, region): (String, String),
        moment: Moment,
    ) -> Result<Seen<Situation>, Error> {
        let scope = caller.clone();
        let looked_at = own_of(caller);
        let register = self.register(context, moment).await?;
        self.look(context, moment, (register, looked_at), move |open| {
            let wanted = |code: &OrganisationCode| scope.can(Permission::SeeHosts, Some(code));
            let mut answer = super::question::one(open, &advisory, &wanted)?;
            if !region.is_empty() {
                answer
                    .organisations
                    .retain(|row| row.region.as_ref().is_some_and(|own| own.as_str() == region));
            }
            // Sorted by code: looked up by halves.
            let shown = |code: &OrganisationCode| {
                answer.organisations.binary_search_by(|row| row.code.cmp(code)).is_ok()
            };
            let support = open.support.get_or_init(|| Table::of(open)).support(&shown);
            Ok(Situation { answer, support })
        })
        .await
    }

    /// How long the systems of some organisations are supported (of none: all that the caller may see).
    pub async fn support(
        &self,
        context: &Context,
        caller: &Caller,
        organisations: Vec<OrganisationCode>,
        moment: Moment,
    ) -> Result<Seen<Support>, Error> {
        let scope = caller.clone();
        let only = organisations.clone();
        let looked_at = if organisations.is_empty() { own_of(caller) } else { organisations };
        let register = self.register(context, moment).await?;
        self.look(context, moment, (register, looked_at), move |open| {
            let wanted = |code: &OrganisationCode| {
                scope.can(Permission::SeeHosts, Some(code))
                    && (only.is_empty() || only.contains(code))
            };
            Ok(open.support.get_or_init(|| Table::of(open)).support(&wanted))
        })
        .await
    }
}

/// The organisations that need to be opened for a caller; none: all of them.
pub(super) fn own_of(caller: &Caller) -> Vec<OrganisationCode> {
    match &caller.scope {
        Scope::Everything => Vec::new(),
        Scope::Organisations(codes) => {
            let own = codes.iter().filter(|code| caller.can(Permission::SeeHosts, Some(code)));
            own.cloned().collect()
        }
    }
}
