//! What is asked of an estate that is held open.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use exposure::deadline::Policy;
use exposure::freshness::FreshnessPolicy;
use exposure::index::{Advisory, InstalledName, OrganisationSteps};
use exposure::judge::ReasonKind;
use model::organisation::OrganisationCode;
use model::organisation::register::Register;
use model::verdict::Verdict;

use super::Desk;
use super::held::{Held, Open};
use super::moment::{Moment, Seen};
use super::support::{Support, Table};
use crate::access::Permission;
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::exposure::answer::{
    Asked, Counts, Evidence, OrganisationAnswer, SectorAnswer, assemble,
};
use crate::exposure::ask::broken;

impl Held {
    /// Who is open to each of some advisories, of all organisations that the caller may see: what
    /// [`ask`](crate::exposure::ask::ask) answers, as at the day and as known at the instant of what is held.
    pub async fn ask(&self, caller: &Caller, advisories: Vec<String>) -> Result<Asked, Error> {
        let scope = caller.clone();
        let answers = self
            .with(move |open| {
                let wanted = |code: &OrganisationCode| scope.can(Permission::SeeHosts, Some(code));
                advisories.iter().map(|advisory| one(open, advisory, &wanted)).collect()
            })
            .await?;
        let answers: Result<Vec<SectorAnswer>, Error> = answers;
        let (knowledge, built_at) = self.knowledge();
        Ok(Asked {
            as_at: self.as_at(),
            as_known: self.as_known(),
            knowledge_built_at: built_at,
            knowledge: knowledge.to_owned(),
            freshness: FreshnessPolicy::default().name,
            answers: answers?,
        })
    }
}

pub(super) fn one(
    open: &Open<'_, '_, '_>,
    advisory: &str,
    wanted: &dyn Fn(&OrganisationCode) -> bool,
) -> Result<SectorAnswer, Error> {
    if let Some(known) = open.national.known(advisory) {
        let own = known.organisations.iter().filter(|row| wanted(&row.code)).cloned();
        return Ok(SectorAnswer {
            advisory: known.advisory.clone(),
            is_unresolved: known.is_unresolved,
            organisations: own.collect(),
            products: BTreeMap::new(),
        });
    }
    let asked = open.view.as_public(open.index.resolve(&Advisory(advisory.to_owned())));
    let answer = open.view.ask(&asked).map_err(broken)?;
    let facts = open.view.organisations();
    let evidence = Evidence { facts, machines: open.machines, answer: &answer };
    let answer = assemble(advisory, asked.is_unresolved, open.register, &evidence, wanted);
    let is_of_all = open.register.open().all(|own| wanted(&own.code))
        && facts.iter().all(|own| wanted(&own.code));
    if is_of_all {
        open.national.keep(Arc::new(answer.clone()));
    }
    Ok(answer)
}

/// What an organisation is open to, and what closes most of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrganisationExposure {
    /// The answer on the advisory that was asked about.
    pub asked: Option<OrganisationAnswer>,
    /// Whether knowledge has nothing of that name.
    pub is_unresolved: bool,
    /// Each named bulletin that any of its hosts is open to or cannot be told of, the most open first.
    pub bulletins: Vec<BulletinAnswer>,
    /// What closes most on its systems, by remedy.
    pub steps: OrganisationSteps,
    /// How long its systems are supported.
    pub support: Support,
    /// What is installed on its hosts, by name: what has the most hosts first.
    pub installed: Vec<InstalledName>,
}

impl OrganisationExposure {
    /// Named bulletins on which the sources of a host contradict each other (a scanner the list of
    /// updates), with how many hosts; those with the most first.
    pub fn contradictions(&self) -> Vec<(&BulletinAnswer, u64)> {
        let conflicts = |own: &BulletinAnswer| {
            let seen = own.counts.seen.iter();
            seen.filter(|(code, _)| code.reason == ReasonKind::Conflict).map(|(_, n)| n).sum()
        };
        let all = self.bulletins.iter().map(|own| (own, conflicts(own)));
        let mut found: Vec<(&BulletinAnswer, u64)> = all.filter(|(_, hosts)| *hosts > 0).collect();
        found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.id.cmp(&b.0.id)));
        found
    }
}

/// The hosts of an organisation on one bulletin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulletinAnswer {
    /// Its name.
    pub id: String,
    /// What it is about, in the publisher's words.
    pub title: String,
    /// Hosts that evidence shows, by verdict and reason.
    pub counts: Counts,
}

impl Held {
    /// An organisation's exposure; [`Error::NoOrganisation`] if it is not there or not the caller's.
    pub async fn organisation(
        &self,
        caller: &Caller,
        code: &OrganisationCode,
        advisory: String,
    ) -> Result<OrganisationExposure, Error> {
        self.expect(caller, code)?;
        let key = (code.clone(), advisory);
        if let Some(known) = self.known_organisation(&key) {
            return Ok(known.as_ref().clone());
        }
        let policy = deadlines()?;
        let (code, advisory) = key.clone();
        let work = move |open: &Open<'_, '_, '_>| organisation(open, &code, &advisory, &policy);
        let found = Arc::new(self.with(work).await??);
        self.keep_organisation(key, Arc::clone(&found));
        Ok(found.as_ref().clone())
    }

    /// The hosts of an organisation on one advisory, by verdict; `None` if nothing is known of it.
    pub async fn counts(
        &self,
        caller: &Caller,
        code: &OrganisationCode,
        advisory: String,
    ) -> Result<Option<Counts>, Error> {
        self.expect(caller, code)?;
        let code = code.clone();
        let sector = self.with(move |open| one(open, &advisory, &|other| *other == code)).await??;
        Ok(sector.organisations.into_iter().next().map(|row| row.counts))
    }

    /// Whether an organisation is there and the caller's.
    pub fn expect(&self, caller: &Caller, code: &OrganisationCode) -> Result<(), Error> {
        let may = caller.can(Permission::SeeHosts, Some(code));
        if may && self.register().get(code).is_some() {
            return Ok(());
        }
        Err(Error::NoOrganisation(code.clone()))
    }
}

impl Desk {
    /// The policy of deadlines that everything is shown under.
    pub fn deadlines() -> Result<Policy, Error> {
        deadlines()
    }

    /// An organisation's exposure as at a moment; [`Error::NoOrganisation`] if it is not there or not
    /// the caller's. Of a past only its own evidence is opened.
    pub async fn organisation(
        &self,
        context: &Context,
        caller: &Caller,
        code: &OrganisationCode,
        advisory: String,
        moment: Moment,
    ) -> Result<Seen<OrganisationExposure>, Error> {
        if moment.is_now() {
            let held = self.held(context).await?;
            let answer = held.organisation(caller, code, advisory).await?;
            return Ok(held.seen(answer));
        }
        let register = self.expected(context, caller, code, moment).await?;
        let own = code.clone();
        let policy = deadlines()?;
        self.look(context, moment, (register, vec![code.clone()]), move |open| {
            organisation(open, &own, &advisory, &policy)
        })
        .await
    }

    /// The register as at a moment, if an organisation is in it and the caller's.
    pub async fn expected(
        &self,
        context: &Context,
        caller: &Caller,
        code: &OrganisationCode,
        moment: Moment,
    ) -> Result<Arc<Register>, Error> {
        let none = || Error::NoOrganisation(code.clone());
        if !caller.can(Permission::SeeHosts, Some(code)) {
            return Err(none());
        }
        let register = self.register(context, moment).await?;
        if register.get(code).is_none() { Err(none()) } else { Ok(register) }
    }
}

/// The policy by which urgency is weighed.
const DEADLINES: &str = "nhs-14-day";

/// The policy of deadlines that pages are shown under.
pub(super) fn deadlines() -> Result<Policy, Error> {
    Policy::built_in(DEADLINES).map_err(|source| Error::damaged("policy", DEADLINES, source))
}

fn organisation(
    open: &Open<'_, '_, '_>,
    code: &OrganisationCode,
    advisory: &str,
    policy: &Policy,
) -> Result<OrganisationExposure, Error> {
    let sector = one(open, advisory, &|other| other == code)?;
    let mut found = OrganisationExposure {
        is_unresolved: sector.is_unresolved,
        asked: sector.organisations.into_iter().next(),
        ..OrganisationExposure::default()
    };
    let Some(at) = open.view.organisations().iter().position(|facts| facts.code == *code) else {
        return Ok(found);
    };
    for bulletin in open.knowledge.bulletins.iter() {
        let id = bulletin.id.as_str();
        let asked = open.index.resolve(&Advisory(id.to_owned()));
        let answer = open.view.ask_one(&asked, at).map_err(broken)?;
        let seen = answer.into_iter().map(|(code, hosts)| (code, u64::from(hosts))).collect();
        let counts = Counts { seen, ..Counts::default() };
        if counts.of(Verdict::Affected) + counts.of(Verdict::Unknown) > 0 {
            let title = bulletin.title.as_str().to_owned();
            found.bulletins.push(BulletinAnswer { id: id.to_owned(), title, counts });
        }
    }
    found.bulletins.sort_by_key(|bulletin| {
        let key = (bulletin.counts.of(Verdict::Affected), bulletin.counts.of(Verdict::Unknown));
        (Reverse(key), bulletin.id.clone())
    });
    found.steps = open.view.steps_of(at, policy);
    found.support = open.support.get_or_init(|| Table::of(open)).support(&|other| other == code);
    found.installed = open.view.installed_in(at).map_err(broken)?;
    Ok(found)
}
