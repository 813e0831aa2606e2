//! The organisations behind a number of the situation: whose hosts are of a verdict. Each opens its hosts.

use std::sync::Arc;

use app::exposure::answer::OrganisationAnswer;
use axum::extract::{Query, State};
use axum::response::Response;
use model::verdict::Verdict;
use serde::Deserialize;

use super::{FIRST, asked, evidence_words};
use crate::error::{PageError, Refusal};
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::when::Asking;
use crate::words::{Sign, counted, number, percent, sign};

/// Most organisations on one page.
const MOST: usize = 300;

/// Which number is meant, and from which organisation on.
#[derive(Deserialize)]
pub(crate) struct BehindQuery {
    #[serde(default)]
    advisory: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    verdict: String,
    #[serde(default)]
    from: usize,
}

#[derive(askama::Template)]
#[template(path = "behind.html")]
struct BehindPage {
    frame: Frame,
    status: String,
    as_of: String,
    advisory: String,
    region: String,
    verdict: &'static str,
    /// Every verdict, and whether it is the one that is shown.
    verdicts: Vec<(Sign, bool)>,
    /// Whether hosts can be among them that nobody ever saw.
    is_unknown: bool,
    rows: Vec<BehindRow>,
    next: Option<usize>,
}

struct BehindRow {
    name: String,
    href: String,
    hosts: String,
    unseen: String,
    all: String,
    evidence: String,
}

/// Where the organisations behind a number are listed.
pub(crate) fn href(advisory: &str, region: &str, verdict: &str, and: &str) -> String {
    let region =
        if region.is_empty() { String::new() } else { format!("&region={}", percent(region)) };
    format!(
        "/situation/organisations?advisory={}&verdict={verdict}{region}{and}",
        percent(advisory)
    )
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(query): Query<BehindQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let verdict = match query.verdict.trim() {
        // Who asks for nothing in particular is shown what is open.
        "" => Some(Verdict::Affected),
        given => Verdict::ALL.into_iter().find(|verdict| verdict.code() == given),
    };
    let verdict = verdict.ok_or_else(|| {
        Refusal::Wrong(
            "Say which verdict: affected, unknown, mitigated, fixed or not_affected. The \
             situation page leads here."
                .to_owned(),
        )
    })?;
    let advisory = match query.advisory.trim() {
        "" => FIRST.to_owned(),
        given => given.to_owned(),
    };
    let region = query.region.trim().to_owned();
    let asked = asked(&site, &visitor.caller, vec![advisory.clone()], asking.when).await?;
    let as_of = asking.when.as_of(asked.as_at, asked.as_known, asked.knowledge_built_at);
    let answer = asked.answers.into_iter().next().ok_or_else(super::nothing)?;
    let scope = super::Shown::of(&visitor.caller, &answer, &region);
    let shown = || answer.organisations.iter().filter(|row| scope.holds(&row.code));
    let unknown = shown().map(|row| row.counts.of(Verdict::Unknown)).sum();
    let found = found(shown(), verdict);
    let and = asking.when.query('&');
    let rows = found.iter().skip(query.from).take(MOST);
    let rows = rows.map(|own| row(own, verdict, &advisory, &and)).collect();
    let next = query.from.saturating_add(MOST);
    Ok(frame::html(&BehindPage {
        frame: Frame::of(
            &site,
            &visitor,
            format!("{} to {advisory}", sign(verdict).word),
            "/situation",
        )
        .at(asking),
        status: status(&found, (verdict, unknown), &advisory),
        as_of,
        advisory,
        region,
        verdict: verdict.code(),
        verdicts: Verdict::ALL.into_iter().map(|own| (sign(own), own == verdict)).collect(),
        is_unknown: verdict == Verdict::Unknown,
        rows,
        next: (next < found.len()).then_some(next),
    }))
}

/// Those with hosts of a verdict, the most hosts first; of unknown size are unknown, and come last.
fn found<'a>(
    organisations: impl Iterator<Item = &'a OrganisationAnswer>,
    verdict: Verdict,
) -> Vec<&'a OrganisationAnswer> {
    let is_silent =
        |row: &OrganisationAnswer| verdict == Verdict::Unknown && row.counts.of_unknown_size > 0;
    let mut found: Vec<&OrganisationAnswer> =
        organisations.filter(|row| row.counts.of(verdict) > 0 || is_silent(row)).collect();
    found.sort_by(|a, b| {
        let hosts = |row: &OrganisationAnswer| row.counts.of(verdict);
        hosts(b).cmp(&hosts(a)).then_with(|| a.code.cmp(&b.code))
    });
    found
}

fn status(
    found: &[&OrganisationAnswer],
    (verdict, unknown): (Verdict, u64),
    advisory: &str,
) -> String {
    let hosts: u64 = found.iter().map(|row| row.counts.of(verdict)).sum();
    let silent = found.iter().filter(|row| row.counts.of(verdict) == 0).count();
    let of = counted((found.len() - silent) as u64, "organisation", "organisations");
    let many = format!("{} in {of}", counted(hosts, "host", "hosts"));
    let (is, has) = if hosts == 1 { ("is", "has") } else { ("are", "have") };
    let mut text = match verdict {
        Verdict::Affected => format!("{many} {is} open to {advisory}"),
        Verdict::Unknown => {
            format!("Of {many} nobody can tell whether they are open to {advisory}")
        }
        Verdict::Mitigated => format!("{many} {is} mitigated against {advisory}, and not fixed"),
        Verdict::Fixed => format!("{many} {has} a fix of {advisory}"),
        Verdict::NotAffected => format!("{many} {is} not affected by {advisory}"),
    };
    // That few are open says little where of many nobody can tell.
    if verdict == Verdict::Affected && unknown > 0 {
        text.push_str(&format!("; of {} nobody can tell", number(unknown)));
    }
    if silent > 0 {
        text.push_str(&format!(
            "; of {} more nobody knows how many hosts they have",
            counted(silent as u64, "organisation", "organisations")
        ));
    }
    text.push('.');
    text
}

fn row(own: &OrganisationAnswer, verdict: Verdict, advisory: &str, and: &str) -> BehindRow {
    let counts = &own.counts;
    let hosts = counts.of(verdict);
    let unseen = if verdict == Verdict::Unknown { counts.unseen } else { 0 };
    // Hosts that nobody ever saw are in no list: their organisation says what is known of them.
    let (code, name) = (percent(own.code.as_str()), percent(advisory));
    let href = if hosts > unseen {
        format!("/organisations/{code}/hosts?advisory={name}&verdict={}{and}", verdict.code())
    } else {
        format!("/organisations/{code}?advisory={name}{and}")
    };
    let is_known = counts.hosts() > 0;
    let shown = |hosts| if is_known { number(hosts) } else { "not known".to_owned() };
    BehindRow {
        name: own.name.clone(),
        href,
        hosts: shown(hosts),
        unseen: shown(unseen),
        all: shown(counts.hosts()),
        evidence: evidence_words(own),
    }
}
