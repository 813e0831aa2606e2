//! Every organisation that the caller may see, the least ready first.

use std::collections::BTreeMap;
use std::sync::Arc;

use app::readiness::{self, Line};
use axum::extract::{Query, State};
use axum::response::Response;
use model::organisation::OrganisationKind;
use model::organisation::register::Register;
use response::readiness::{Kind, Level};
use serde::Deserialize;

use super::words;
use crate::alerts::Mark;
use crate::error::{PageError, Refusal};
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::situation::Next;
use crate::when::Asking;
use crate::words::{counted, number, percent};

/// Most organisations on one page.
const MOST: usize = 100;

/// Which organisations are meant.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    verdict: String,
    /// Whose worst part it is.
    #[serde(default)]
    part: String,
    #[serde(default)]
    from: usize,
}

/// The same, read.
pub(super) struct Wanted {
    text: String,
    region: String,
    kind: Option<OrganisationKind>,
    verdict: Option<Level>,
    part: Option<Kind>,
}

impl ListQuery {
    /// What a program asks for: text, region, kind, verdict and worst part.
    pub(super) fn of([q, region, kind, verdict, part]: [String; 5]) -> Self {
        Self { q, region, kind, verdict, part, from: 0 }
    }

    pub(super) fn read(&self) -> Result<Wanted, Refusal> {
        let kind = one("kind", &self.kind, OrganisationKind::of_code)?;
        let verdict = one("verdict", &self.verdict, Level::of_verdict)?;
        let part = one("part", &self.part, Kind::of_code)?;
        let text = self.q.trim().to_lowercase();
        Ok(Wanted { text, region: self.region.trim().to_owned(), kind, verdict, part })
    }

    /// For the address of the next page, and of the same list otherwise narrowed.
    fn query(&self) -> String {
        let pairs = [
            ("q", &self.q),
            ("region", &self.region),
            ("kind", &self.kind),
            ("verdict", &self.verdict),
            ("part", &self.part),
        ];
        let said = pairs.into_iter().filter(|(_, value)| !value.trim().is_empty());
        said.fold(String::new(), |query, (name, value)| {
            format!("{query}{name}={}&", percent(value.trim()))
        })
    }
}

/// What is left out wants all; what is no answer is refused.
fn one<T>(name: &str, text: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Refusal> {
    match text.trim() {
        "" => Ok(None),
        text => read(text).map(Some).ok_or_else(|| {
            Refusal::Wrong(format!("“{text}” is no {name} of this list: leave it out for all."))
        }),
    }
}

impl Wanted {
    pub(super) fn holds(&self, line: &Line) -> bool {
        let is_named = || {
            line.name.to_lowercase().contains(&self.text)
                || line.code.as_str().to_lowercase().contains(&self.text)
        };
        (self.text.is_empty() || is_named())
            && (self.region.is_empty()
                || line.region.as_ref().is_some_and(|own| own.as_str() == self.region))
            && self.kind.is_none_or(|kind| line.kind == Some(kind))
            && self.verdict.is_none_or(|verdict| line.readiness.verdict() == verdict)
            && self
                .part
                .is_none_or(|kind| line.readiness.worst().is_some_and(|worst| worst.kind == kind))
    }
}

#[derive(askama::Template)]
#[template(path = "readiness_list.html")]
struct ListPage {
    frame: Frame,
    status: String,
    as_of: String,
    next: Option<Next>,
    query: ListQuery,
    regions: Vec<(String, String)>,
    kinds: Vec<(&'static str, String)>,
    verdicts: Vec<(&'static str, String)>,
    parts: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
    found: String,
    more: Option<String>,
}

struct Row {
    href: String,
    name: String,
    kind: String,
    mark: Mark,
    worst: &'static str,
    because: String,
    hosts: String,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(query): Query<ListQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let wanted = query.read()?;
    let books = (&*site.alerts, &*site.desk);
    let (context, moment) = (site.context(), asking.when.moment());
    let seen = readiness::sector(&context, &visitor.caller, books, moment).await?;
    let as_of = asking.when.as_of(seen.as_at, seen.as_known, seen.knowledge_built_at);
    let (lines, then) = (&seen.answer, asking.when.query('?'));
    let found: Vec<&Line> = lines.iter().filter(|line| wanted.holds(line)).collect();
    let rows = found.iter().skip(query.from).take(MOST).map(|line| row(line, &then)).collect();
    let from = query.from.saturating_add(MOST);
    let more = (from < found.len())
        .then(|| format!("/readiness?{}from={from}{}", query.query(), asking.when.query('&')));
    Ok(frame::html(&ListPage {
        status: status(lines),
        as_of,
        next: next(lines, &then),
        regions: regions(lines, &seen.register),
        kinds: kinds(lines),
        verdicts: Level::ALL
            .into_iter()
            .map(|level| (level.verdict(), words::verdict(level).word))
            .collect(),
        parts: Kind::ALL.into_iter().map(|kind| (kind.code(), words::title(kind))).collect(),
        found: if found.len() == lines.len() {
            String::new()
        } else {
            format!(
                "{} of that kind.",
                counted(found.len() as u64, "organisation", "organisations")
            )
        },
        rows,
        more,
        query,
        frame: Frame::of(&site, &visitor, "Readiness", "/readiness").at(asking),
    }))
}

fn status(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "No organisation with hosts is yours to see.".to_owned();
    }
    let count =
        |level| lines.iter().filter(|line| line.readiness.verdict() == level).count() as u64;
    let (ready, untested) = (count(Level::Shown), count(Level::Untested));
    let all = counted(lines.len() as u64, "organisation", "organisations");
    let mut text = match ready {
        0 => format!("None of {all} has shown that it is ready"),
        1 => format!("1 of {all} has shown that it is ready"),
        ready => format!("{} of {all} have shown that they are ready", number(ready)),
    };
    text.push_str(&format!(
        ": {} show nothing in some part, {} have gaps",
        number(count(Level::NotShown)),
        number(count(Level::Gaps)),
    ));
    if untested > 0 {
        text.push_str(&format!(", {} nothing has put to the test", number(untested)));
    }
    text.push('.');
    text
}

/// Whoever is least ready.
fn next(lines: &[Line], then: &str) -> Option<Next> {
    let line = lines.first().filter(|line| line.readiness.verdict() < Level::Untested)?;
    let worst = line.readiness.worst()?;
    Some(Next {
        text: format!("The least is shown by {}. {}", line.name, worst.because),
        label: format!("See {}", line.code),
        href: format!("/organisations/{}/readiness{then}", percent(line.code.as_str())),
    })
}

fn regions(lines: &[Line], register: &Register) -> Vec<(String, String)> {
    let codes: BTreeMap<String, String> = lines
        .iter()
        .filter_map(|line| line.region.as_ref())
        .map(|code| {
            let name =
                register.get(code).map_or_else(|| code.to_string(), |own| own.label().to_owned());
            (code.to_string(), name)
        })
        .collect();
    codes.into_iter().collect()
}

fn kinds(lines: &[Line]) -> Vec<(&'static str, String)> {
    let kinds: BTreeMap<&'static str, String> = lines
        .iter()
        .filter_map(|line| line.kind)
        .map(|kind| (kind.code(), kind.to_string()))
        .collect();
    kinds.into_iter().collect()
}

fn row(line: &Line, then: &str) -> Row {
    let worst = line.readiness.worst();
    Row {
        href: format!("/organisations/{}/readiness{then}", percent(line.code.as_str())),
        name: line.name.clone(),
        kind: line.kind.map_or("not registered".to_owned(), |kind| kind.to_string()),
        mark: words::verdict(line.readiness.verdict()),
        worst: worst.map_or("", |worst| words::title(worst.kind)),
        because: worst.map_or(String::new(), |worst| worst.because.clone()),
        hosts: line.hosts.map_or("not known".to_owned(), number),
    }
}
