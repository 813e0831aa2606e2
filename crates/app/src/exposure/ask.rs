//! The question and its answer.

use std::collections::BTreeMap;

use exposure::freshness::FreshnessPolicy;
use exposure::index::{Advisory, HostSystem, Index, JudgedClasses, Judging, KnownClasses, View};
use exposure::knowledge::View as Knowledge;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::organisation::OrganisationCode;

use super::answer::{Asked, Counts, Evidence, SectorAnswer, assemble};
use super::judged;
use super::knowledge::{Adopted, in_use};
use super::segments::{self, Bytes, Machines};
use crate::access::Permission;
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::organisations::kept;
use crate::quiet::{quietly, side_by_side};

/// Classes of systems that one thread judges at a time.
const CLASSES_AT_ONCE: usize = 256;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Question {
    /// Advisories, CVEs or KBs; none: every named bulletin.
    pub advisories: Vec<String>,
    /// As at which day; without it, today.
    pub as_at: Option<Date>,
    /// As known at which instant; without it, now.
    pub as_known: Option<Timestamp>,
    /// How evidence ages.
    pub freshness: FreshnessPolicy,
    /// Of which organisations; none: all that the caller may see.
    pub organisations: Vec<OrganisationCode>,
    /// Whether hosts are added up by what they run too: each host is then looked at.
    pub by_product: bool,
}

/// Answers for every organisation that is asked about and that the caller may see.
pub async fn ask(context: &Context, caller: &Caller, question: &Question) -> Result<Asked, Error> {
    for organisation in &question.organisations {
        if !caller.can(Permission::SeeHosts, Some(organisation)) {
            return Err(Error::NoOrganisation(organisation.clone()));
        }
    }
    let prepared = prepare(context, question).await?;
    let register = kept::history(context, question.as_known).await?.at(prepared.as_at);
    for organisation in &question.organisations {
        if register.get(organisation).is_none() {
            return Err(Error::NoOrganisation(organisation.clone()));
        }
    }
    let knowledge = prepared.knowledge.view()?;
    let built_at = Timestamp::from_microsecond(knowledge.built_at_us.to_native())
        .unwrap_or(Timestamp::UNIX_EPOCH);
    let index = Index::open(prepared.segments, knowledge).map_err(broken)?;
    let view = view(context, &index, &prepared.knowledge, question, prepared.as_at).await?;
    let wanted = |code: &OrganisationCode| {
        caller.can(Permission::SeeHosts, Some(code))
            && (question.organisations.is_empty() || question.organisations.contains(code))
    };
    let bulletins = || knowledge.bulletins.iter().map(|b| b.id.as_str().to_owned()).collect();
    let advisories: Vec<String> =
        if question.advisories.is_empty() { bulletins() } else { question.advisories.clone() };
    let mut answers = Vec::with_capacity(advisories.len());
    for advisory in &advisories {
        let asked = view.as_public(index.resolve(&Advisory(advisory.clone())));
        let answer = view.ask(&asked).map_err(broken)?;
        let mut sector = assemble(
            advisory,
            asked.is_unresolved,
            &register,
            &Evidence {
                facts: view.organisations(),
                machines: &prepared.machines,
                answer: &answer,
            },
            &wanted,
        );
        if question.by_product {
            sector.products = by_product(&index, &view, &asked, &sector, &wanted)?;
        }
        answers.push(sector);
    }
    Ok(Asked {
        as_at: prepared.as_at,
        as_known: question.as_known.unwrap_or(context.now),
        knowledge_built_at: built_at,
        knowledge: prepared.knowledge.blob.to_string(),
        freshness: question.freshness.name.clone(),
        answers,
    })
}

/// The hosts of an answer by what they run; those of whom nothing was ever seen under `None`.
fn by_product(
    index: &Index<'_, Bytes>,
    view: &View<'_, '_, Bytes>,
    asked: &exposure::index::Asked,
    sector: &SectorAnswer,
    wanted: &dyn Fn(&OrganisationCode) -> bool,
) -> Result<BTreeMap<Option<String>, Counts>, Error> {
    let mut products: BTreeMap<HostSystem<'_>, Counts> = BTreeMap::new();
    let mut asked = view.prepare(asked);
    for (at, (code, systems)) in index.systems().enumerate() {
        if !wanted(code) {
            continue;
        }
        let hosts = view.hosts_of(&mut asked, at).map_err(broken)?;
        for (system, host) in systems.into_iter().zip(hosts) {
            let counts = products.entry(system).or_default();
            *counts.seen.entry(host.code).or_default() += 1;
        }
    }
    let mut found: BTreeMap<Option<String>, Counts> = BTreeMap::new();
    for (system, counts) in products {
        found.entry(Some(system.to_string())).or_default().absorb(&counts);
    }
    for row in &sector.organisations {
        if row.counts.unseen > 0 || row.counts.of_unknown_size > 0 {
            found.entry(None).or_default().absorb(&Counts {
                unseen: row.counts.unseen,
                of_unknown_size: row.counts.of_unknown_size,
                ..Counts::default()
            });
        }
    }
    Ok(found)
}

/// What the hosts of an organisation run, as their evidence shows it: each system by how many hosts,
/// with the knowledge of its day. Nothing is called where the organisation has shown no host.
pub(crate) async fn systems(
    context: &Context,
    organisation: &OrganisationCode,
    (as_at, as_known): (Option<Date>, Option<Timestamp>),
    with: impl FnOnce(Knowledge<'_>, BTreeMap<HostSystem<'_>, u64>),
) -> Result<(), Error> {
    let question = Question {
        advisories: Vec::new(),
        as_at,
        as_known,
        freshness: FreshnessPolicy::default(),
        organisations: vec![organisation.clone()],
        by_product: false,
    };
    let prepared = prepare(context, &question).await?;
    let knowledge = prepared.knowledge.view()?;
    let index = Index::open(prepared.segments, knowledge).map_err(broken)?;
    if let Some((_, systems)) = index.systems().find(|(code, _)| *code == organisation) {
        let mut counts = BTreeMap::new();
        for system in systems {
            *counts.entry(system).or_default() += 1;
        }
        with(knowledge, counts);
    }
    Ok(())
}

/// What an answer is made of.
pub(crate) struct Prepared {
    pub(crate) as_at: Date,
    pub(crate) knowledge: Adopted,
    pub(crate) segments: Vec<exposure::index::Segment<Bytes>>,
    pub(crate) machines: Machines,
}

/// What a question is answered from, as at its day and as known at its instant.
pub(crate) async fn prepare(context: &Context, question: &Question) -> Result<Prepared, Error> {
    let today = context.now.to_zoned(TimeZone::UTC).date();
    let as_at = question.as_at.unwrap_or_else(|| {
        question.as_known.map_or(today, |known| known.to_zoned(TimeZone::UTC).date())
    });
    let knowledge = in_use(context, question.as_known).await?.ok_or(Error::NoKnowledge)?;
    let view = knowledge.view()?;
    let as_known = question.as_known.filter(|known| *known < context.now);
    let current = match as_known {
        None => Some(segments::now(context, view, &question.organisations).await?),
        Some(_) => None,
    };
    // From the day of the newest evidence on, what is known now is all that counts.
    let (segments, machines) = match current {
        Some(current) if current.latest.is_none_or(|latest| latest <= as_at) => {
            (current.segments, current.machines)
        }
        _ => {
            let when = (as_at, as_known.unwrap_or(context.now));
            segments::at(context, view, &question.organisations, when).await?
        }
    };
    Ok(Prepared { as_at, knowledge, segments, machines })
}

/// Judges every class of systems once, on all cores; those that were judged before are known.
pub(crate) async fn view<'i, 'k>(
    context: &Context,
    index: &'i Index<'k, Bytes>,
    knowledge: &Adopted,
    question: &Question,
    as_at: Date,
) -> Result<View<'i, 'k, Bytes>, Error> {
    let judging = index.judging(as_at);
    let known = judged::kept(context, &judging, knowledge, as_at).await?;
    let judged = judge_all(&judging, &known);
    judged::keep(context, &judging, knowledge, as_at, (known, &judged)).await?;
    quietly(|| judging.view(&judged, &question.freshness)).map_err(broken)
}

/// The answers of every class, those that were judged before as they are known.
pub(super) fn judge_all(
    judging: &Judging<'_, '_, Bytes>,
    known: &KnownClasses,
) -> Vec<JudgedClasses> {
    let count = judging.len();
    let starts: Vec<usize> = (0..count).step_by(CLASSES_AT_ONCE).collect();
    side_by_side(starts, |start| {
        judging.judge_beside(known, start..(start + CLASSES_AT_ONCE).min(count))
    })
}

pub(crate) fn broken(source: exposure::index::IndexError) -> Error {
    Error::damaged("index", "the estate", source)
}
