//! What the knowledge says of an advisory: for the page that explains it, and for the list.

use std::collections::BTreeMap;

use exposure::deadline::{Inputs, Policy, due};
use exposure::judge::Severity;
use exposure::knowledge::View as Knowledge;
use exposure::knowledge::build::day_of;
use exposure::knowledge::lookup;
use exposure::knowledge::schema::ArchivedVulnerability;
use jiff::civil::Date;

use super::Desk;
use super::fixes::{FixFacts, fixes};
use super::held::Held;
use super::moment::{Moment, Seen};
use super::question::deadlines;
use crate::context::Context;
use crate::error::Error;

/// An advisory as the knowledge has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdvisoryFacts {
    /// Its name: that of the bulletin, or a CVE.
    pub id: String,
    /// Popular name, or empty.
    pub name: String,
    /// Title in plain words, or empty.
    pub title: String,
    /// One sentence for a person, or empty.
    pub summary: String,
    /// First publication.
    pub published: Option<Date>,
    /// Spreads without a user.
    pub worm: bool,
    /// Controls that mitigate it when they are off.
    pub mitigations: Vec<String>,
    /// Its flaws.
    pub flaws: Vec<FlawFacts>,
    /// What fixes it, by Windows product.
    pub fixes: Vec<FixFacts>,
    /// Where the facts come from: words and, where one is known, an address.
    pub sources: Vec<(String, String)>,
    /// The policy that says when it is due, and what it says.
    pub deadline: Deadline,
}

/// When an advisory is due under a policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deadline {
    /// The policy's title.
    pub policy: String,
    /// Hours within which it is to be acknowledged, if the policy says so.
    pub acknowledge_hours: Option<u32>,
    /// The earliest day on which any of its flaws is due; `None` if the policy sets none, or no day of
    /// publication is known.
    pub by: Option<Date>,
    /// Why that day, in words.
    pub because: String,
}

/// A flaw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlawFacts {
    /// "CVE-2017-0144".
    pub id: String,
    /// Title, or empty.
    pub title: String,
    /// Day on which CISA listed it as exploited: it was so then, or before.
    pub exploited_since: Option<Date>,
    /// Day by which CISA asked for it to be closed.
    pub exploited_due: Option<Date>,
    /// Known use in ransomware campaigns; `false` is "not known".
    pub ransomware: bool,
    /// EPSS probability in millionths.
    pub epss_millionths: Option<u32>,
    /// Gravest base score in tenths.
    pub score_tenths: Option<u16>,
}

/// An advisory in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdvisoryLine {
    /// Its name.
    pub id: String,
    /// Popular name, or empty.
    pub name: String,
    /// Title.
    pub title: String,
    /// First publication.
    pub published: Option<Date>,
    /// Spreads without a user.
    pub worm: bool,
    /// Whether any of its flaws is known to be exploited.
    pub exploited: bool,
}

impl FlawFacts {
    /// The band of its score.
    pub fn severity(&self) -> Option<Severity> {
        self.score_tenths.map(Severity::of_score)
    }
}

impl Desk {
    /// What the knowledge of a moment has under a name; `None` if it has nothing.
    pub async fn advisory(
        &self,
        context: &Context,
        name: String,
        moment: Moment,
    ) -> Result<Seen<Option<AdvisoryFacts>>, Error> {
        let policy = deadlines()?;
        let work = move |knowledge: Knowledge<'_>, day| facts(knowledge, &name, (&policy, day));
        self.knowledge(context, moment, work).await
    }

    /// As [`Desk::advisory`], of several.
    pub async fn advisories(
        &self,
        context: &Context,
        names: Vec<String>,
        moment: Moment,
    ) -> Result<Seen<Vec<Option<AdvisoryFacts>>>, Error> {
        let policy = deadlines()?;
        let work = move |knowledge: Knowledge<'_>, day| {
            names.iter().map(|name| facts(knowledge, name, (&policy, day))).collect()
        };
        self.knowledge(context, moment, work).await
    }

    /// The named bulletins of the knowledge of a moment, as [`Held::bulletins`] orders them.
    pub async fn bulletins(
        &self,
        context: &Context,
        moment: Moment,
    ) -> Result<Seen<Vec<AdvisoryLine>>, Error> {
        self.knowledge(context, moment, |knowledge, _| lines(knowledge)).await
    }
}

impl Held {
    /// What the knowledge has under a name; `None` if it has nothing.
    pub async fn advisory(&self, name: String) -> Result<Option<AdvisoryFacts>, Error> {
        let (policy, day) = (deadlines()?, self.as_at());
        self.with(move |open| facts(open.knowledge, &name, (&policy, day))).await
    }

    /// The named bulletins, those that spread first, then the exploited, then the newest.
    pub async fn bulletins(&self) -> Result<Vec<AdvisoryLine>, Error> {
        self.with(|open| lines(open.knowledge)).await
    }
}

fn lines(knowledge: Knowledge<'_>) -> Vec<AdvisoryLine> {
    let mut lines: Vec<AdvisoryLine> = knowledge
        .bulletins
        .iter()
        .map(|row| AdvisoryLine {
            id: row.id.as_str().to_owned(),
            name: row.name.as_str().to_owned(),
            title: row.title.as_str().to_owned(),
            published: day_of(row.published.to_native()),
            worm: row.worm,
            exploited: row.vulnerabilities.iter().any(|v| {
                lookup::row(knowledge, v.to_native()).is_some_and(|flaw| flaw.kev.is_some())
            }),
        })
        .collect();
    lines.sort_by(|a, b| {
        let key = |line: &AdvisoryLine| (line.worm, line.exploited, line.published);
        key(b).cmp(&key(a)).then_with(|| a.id.cmp(&b.id))
    });
    lines
}

fn facts(
    knowledge: Knowledge<'_>,
    name: &str,
    (policy, day): (&Policy, Date),
) -> Option<AdvisoryFacts> {
    let (mut found, flaws) = match lookup::bulletin(knowledge, name) {
        Some(position) => bulletin(knowledge, position)?,
        None => alone(knowledge, lookup::vulnerability(knowledge, name)?)?,
    };
    found.flaws = flaws.iter().filter_map(|position| flaw(knowledge, *position)).collect();
    found.fixes = fixes(knowledge, &flaws);
    found.deadline = deadline(knowledge, &flaws, (policy, day));
    let mut sources: BTreeMap<String, String> = BTreeMap::new();
    for row in flaws.iter().filter_map(|position| lookup::row(knowledge, *position)) {
        for source in row.sources.iter() {
            let Some(source) = knowledge.sources.get(source.to_native() as usize) else { continue };
            let words = format!("{} {}", source.kind.as_str(), source.id.as_str());
            sources.insert(words, source.url.as_str().to_owned());
        }
    }
    found.sources.extend(sources);
    Some(found)
}

/// A named bulletin and its flaws.
fn bulletin(knowledge: Knowledge<'_>, position: u32) -> Option<(AdvisoryFacts, Vec<u32>)> {
    let row = knowledge.bulletins.get(position as usize)?;
    let facts = AdvisoryFacts {
        id: row.id.as_str().to_owned(),
        name: row.name.as_str().to_owned(),
        title: row.title.as_str().to_owned(),
        summary: row.summary.as_str().to_owned(),
        published: day_of(row.published.to_native()),
        worm: row.worm,
        mitigations: row.mitigations.iter().map(|m| m.as_str().to_owned()).collect(),
        sources: vec![(format!("{} at its publisher", row.id), row.source_url.as_str().to_owned())],
        ..AdvisoryFacts::default()
    };
    Some((facts, row.vulnerabilities.iter().map(|v| v.to_native()).collect()))
}

/// A flaw that is asked about by itself.
fn alone(knowledge: Knowledge<'_>, position: u32) -> Option<(AdvisoryFacts, Vec<u32>)> {
    let row = lookup::row(knowledge, position)?;
    let facts = AdvisoryFacts {
        id: row.id.as_str().to_owned(),
        title: lookup::text(knowledge, row.title.to_native()).to_owned(),
        summary: lookup::text(knowledge, row.description.to_native()).to_owned(),
        published: day_of(row.published.to_native()),
        ..AdvisoryFacts::default()
    };
    Some((facts, vec![position]))
}

fn flaw(knowledge: Knowledge<'_>, position: u32) -> Option<FlawFacts> {
    let row = lookup::row(knowledge, position)?;
    let epss = row.epss_millionths.to_native();
    Some(FlawFacts {
        id: row.id.as_str().to_owned(),
        title: lookup::text(knowledge, row.title.to_native()).to_owned(),
        exploited_since: row.kev.as_ref().and_then(|kev| day_of(kev.added.to_native())),
        exploited_due: row.kev.as_ref().and_then(|kev| day_of(kev.due.to_native())),
        ransomware: row.kev.as_ref().is_some_and(|kev| kev.ransomware),
        epss_millionths: (epss != exposure::knowledge::schema::NONE).then_some(epss),
        score_tenths: row.cvss.iter().map(|cvss| cvss.score_tenths.to_native()).max(),
    })
}

/// The earliest day on which any of the flaws is due, as at a day: what was listed later does not count.
fn deadline(knowledge: Knowledge<'_>, flaws: &[u32], (policy, day): (&Policy, Date)) -> Deadline {
    let rows = flaws.iter().filter_map(|position| lookup::row(knowledge, *position));
    let inputs = rows.map(|row| inputs(row, day));
    let first =
        inputs.map(|inputs| due(policy, &inputs)).min_by_key(|due| (due.by.is_none(), due.by));
    Deadline {
        policy: policy.title.clone(),
        acknowledge_hours: policy.acknowledge_hours,
        by: first.as_ref().and_then(|due| due.by),
        because: first.map_or(String::new(), |due| due.because),
    }
}

/// What a policy of deadlines asks of a flaw, as at a day.
pub(super) fn inputs(row: &ArchivedVulnerability, day: Date) -> Inputs {
    let yes = |stored: u8| (stored > 0).then_some(stored == 2);
    let kev = row.kev.as_ref().and_then(|kev| day_of(kev.added.to_native()));
    Inputs {
        published: day_of(row.published.to_native()),
        kev_added: kev.filter(|added| *added <= day),
        exposed: None,
        automatable: yes(row.automatable),
        total: yes(row.technical_impact),
    }
}
