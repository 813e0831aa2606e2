//! Where sources contradict each other on an advisory: whose hosts, and how many. Each opens its hosts.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use exposure::judge::ReasonKind;

use super::{FIRST, SituationQuery, asked};
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::when::Asking;
use crate::words::{counted, number};

/// Most organisations on the page.
const MOST: usize = 500;

#[derive(askama::Template)]
#[template(path = "contradictions.html")]
struct ContradictionsPage {
    frame: Frame,
    status: String,
    as_of: String,
    advisory: String,
    /// Code, name and hosts of each organisation.
    rows: Vec<(String, String, String)>,
    more: usize,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(query): Query<SituationQuery>,
    asking: Asking,
) -> Result<Response, PageError> {
    let advisory = match query.advisory.trim() {
        "" => FIRST.to_owned(),
        given => given.to_owned(),
    };
    let asked = asked(&site, &visitor.caller, vec![advisory.clone()], asking.when).await?;
    let as_of = asking.when.as_of(asked.as_at, asked.as_known, asked.knowledge_built_at);
    let answer = asked.answers.into_iter().next().ok_or_else(super::nothing)?;
    let mut found: Vec<(u64, String, String)> = answer
        .organisations
        .into_iter()
        .filter_map(|row| {
            let conflicts = row.counts.seen.iter();
            let conflicts = conflicts.filter(|(code, _)| code.reason == ReasonKind::Conflict);
            let hosts: u64 = conflicts.map(|(_, hosts)| hosts).sum();
            (hosts > 0).then(|| (hosts, row.code.to_string(), row.name))
        })
        .collect();
    found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let hosts: u64 = found.iter().map(|(hosts, _, _)| hosts).sum();
    let status = if hosts == 0 {
        format!(
            "On {advisory} no source contradicts another: of every host they agree, or one counts."
        )
    } else {
        format!(
            "On {advisory} the sources of {} in {} contradict each other.",
            counted(hosts, "host", "hosts"),
            counted(found.len() as u64, "organisation", "organisations")
        )
    };
    let more = found.len().saturating_sub(MOST);
    found.truncate(MOST);
    Ok(frame::html(&ContradictionsPage {
        frame: Frame::of(&site, &visitor, "Contradictions", "/situation").at(asking),
        status,
        as_of,
        advisory,
        rows: found.into_iter().map(|(hosts, code, name)| (code, name, number(hosts))).collect(),
        more,
    }))
}
