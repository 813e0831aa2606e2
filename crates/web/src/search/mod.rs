//! Search over organisations, hosts of the caller's own organisations, advisories, CVEs and updates.

use std::sync::Arc;

use app::Scope;
use app::access::Permission;
use app::estate::ask::estate;
use axum::extract::{Query, State};
use axum::response::Response;
use model::cve::CveId;
use model::kb::Kb;
use serde::Deserialize;

use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::words::percent;

/// Most results of a kind.
const MOST: usize = 20;
/// Most organisations whose hosts are looked through: whoever sees more searches hosts within one.
const MOST_ESTATES: usize = 25;

/// What is looked for.
#[derive(Deserialize)]
pub(crate) struct SearchQuery {
    #[serde(default)]
    q: String,
}

#[derive(askama::Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    query: String,
    status: String,
    groups: Vec<(&'static str, Vec<Hit>)>,
    hosts_note: Option<&'static str>,
}

struct Hit {
    href: String,
    label: String,
    note: String,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(query): Query<SearchQuery>,
) -> Result<Response, PageError> {
    let text = query.q.trim().to_owned();
    let folded = text.to_lowercase();
    let context = site.context();
    let held = site.desk.held(&context).await?;
    let caller = &visitor.caller;
    let mut groups: Vec<(&'static str, Vec<Hit>)> = Vec::new();
    let mut hosts_note = None;
    if !folded.is_empty() {
        let mut organisations: Vec<Hit> = held
            .register()
            .open()
            .filter(|own| caller.can(Permission::SeeHosts, Some(&own.code)))
            .filter(|own| {
                own.label().to_lowercase().contains(&folded)
                    || own.code.as_str().to_lowercase().starts_with(&folded)
            })
            .map(|own| Hit {
                href: format!("/organisations/{}", own.code),
                label: own.label().to_owned(),
                note: format!("{} {}", own.kind, own.code),
            })
            .collect();
        organisations.sort_by(|a, b| a.label.cmp(&b.label));
        organisations.truncate(MOST);
        groups.push(("Organisations", organisations));
        let mut advisories: Vec<Hit> = held
            .bulletins()
            .await?
            .into_iter()
            .filter(|line| {
                [&line.id, &line.name, &line.title]
                    .into_iter()
                    .any(|own| own.to_lowercase().contains(&folded))
            })
            .take(MOST)
            .map(|line| Hit {
                href: format!("/advisories/{}", percent(&line.id)),
                label: line.id,
                note: if line.name.is_empty() { line.title } else { line.name },
            })
            .collect();
        if let Some(hit) = by_number(&text)
            && held.advisory(hit.label.clone()).await?.is_some()
            && !advisories.iter().any(|other| other.label == hit.label)
        {
            advisories.push(hit);
        }
        groups.push(("Advisories and flaws", advisories));
        if let Some(hit) = update(&text) {
            groups.push(("Updates", vec![hit]));
        }
        match &caller.scope {
            Scope::Organisations(codes)
                if codes.len() <= MOST_ESTATES && caller.can(Permission::SeeHosts, None) =>
            {
                let mut hosts = Vec::new();
                for code in codes.iter().filter(|code| caller.can(Permission::SeeHosts, Some(code)))
                {
                    let found = match estate(&context, caller, code, None, None).await {
                        Ok(found) => found,
                        Err(app::Error::NoOrganisation(_)) => continue,
                        Err(error) => return Err(error.into()),
                    };
                    for (id, record) in &found.table.hosts {
                        let is_hit = record.names.iter().any(|name| name.contains(&folded))
                            || record.addresses.iter().any(|own| own.starts_with(&folded));
                        if is_hit && hosts.len() < MOST {
                            hosts.push(Hit {
                                href: format!("/organisations/{code}/hosts/{}", percent(id)),
                                label: record.label.clone(),
                                note: format!("{}, last seen {}", found.name, record.last_seen),
                            });
                        }
                    }
                }
                groups.push(("Hosts", hosts));
            }
            _ => hosts_note = Some("To search hosts, open their organisation first."),
        }
    }
    let count: usize = groups.iter().map(|(_, hits)| hits.len()).sum();
    let status = match (text.is_empty(), count) {
        (true, _) => "Look for an organisation, a host, an advisory, a CVE or a KB.".to_owned(),
        (false, 0) => format!("Nothing that you may see has “{text}” in its name."),
        (false, count) => {
            format!("{} for “{text}”.", model::words::count(count, "result", "results"))
        }
    };
    groups.retain(|(_, hits)| !hits.is_empty());
    Ok(frame::html(&SearchPage {
        frame: Frame::of(&site, &visitor, "Search", "/search"),
        query: text,
        status,
        groups,
        hosts_note,
    }))
}

/// A CVE that was typed in full.
fn by_number(text: &str) -> Option<Hit> {
    let cve: CveId = text.parse().ok()?;
    Some(Hit {
        href: format!("/advisories/{cve}"),
        label: cve.to_string(),
        note: "a flaw by its number".to_owned(),
    })
}

/// An update that was typed in full.
fn update(text: &str) -> Option<Hit> {
    let kb: Kb = text.parse().ok()?;
    Some(Hit {
        href: format!("/situation?advisory={kb}"),
        label: kb.to_string(),
        note: "who lacks what this update fixes".to_owned(),
    })
}
