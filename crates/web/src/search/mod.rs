//! Search over organisations, hosts, advisories and flaws, products and updates: as far as the caller may see.

mod suggest;

use std::sync::Arc;

use app::access::Permission;
use app::exposure::desk::{Finding, FindingKind, KnownHosts};
use axum::extract::{Query, State};
use axum::response::Response;
use model::organisation::register::Register;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::when::Asking;
use crate::words::{counted, day, percent};

pub(crate) use suggest::{__path_suggestions, suggestions};

/// Most results of a kind.
const MOST: usize = 20;
/// Longest text that is looked for.
const LONGEST: usize = 200;

/// What is looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// A part of a name, a code or a number.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    q: String,
}

impl SearchQuery {
    /// The text, trimmed; of what is longer than any name the beginning.
    fn text(&self) -> String {
        self.q.trim().chars().take(LONGEST).collect()
    }
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
    asking: Asking,
) -> Result<Response, PageError> {
    let text = query.text();
    let context = site.context();
    let (caller, moment) = (&visitor.caller, asking.when.moment());
    let then = asking.when.query('?');
    let mut groups: Vec<(&'static str, Vec<Hit>)> = Vec::new();
    let mut hosts_note = None;
    if !text.is_empty() {
        let register = site.desk.register(&context, moment).await?;
        groups.push(("Organisations", organisations(&register, caller, &text, &then)));
        let known = site.desk.find(&context, text.clone(), MOST, moment).await?;
        for (kind, name) in [
            (FindingKind::Advisory, "Advisories and flaws"),
            (FindingKind::Update, "Updates"),
            (FindingKind::Product, "Products"),
        ] {
            let own = known.answer.iter().filter(|finding| finding.kind == kind);
            groups.push((name, own.map(|finding| of_knowledge(finding, &asking)).collect()));
        }
        match site.desk.find_hosts(&context, caller, (&text, MOST), moment).await? {
            KnownHosts::Found(found) => {
                let hit = |host: app::exposure::desk::HostHit| {
                    let (code, name) = host.organisation;
                    Hit {
                        href: format!("/organisations/{code}/hosts/{}{then}", percent(&host.id)),
                        label: host.label,
                        note: format!("{name}, last seen {}", day(host.last_seen)),
                    }
                };
                groups.push(("Hosts", found.into_iter().map(hit).collect()));
            }
            KnownHosts::TooMany => {
                hosts_note =
                    Some("Hosts are not among these: open their organisation to search them.");
            }
        }
    }
    let count: usize = groups.iter().map(|(_, hits)| hits.len()).sum();
    let status = match (text.is_empty(), count) {
        (true, _) => {
            "Look for an organisation, a host, an advisory, a CVE, a product or a KB.".to_owned()
        }
        (false, 0) => format!("Nothing that you may see has “{text}” in its name."),
        (false, count) => {
            format!("{} for “{text}”.", model::words::count(count, "result", "results"))
        }
    };
    groups.retain(|(_, hits)| !hits.is_empty());
    Ok(frame::html(&SearchPage {
        frame: Frame::of(&site, &visitor, "Search", "/search").at(asking),
        query: text,
        status,
        groups,
        hosts_note,
    }))
}

/// Organisations that the caller may see with a text in their name or at the beginning of their code.
fn organisations(register: &Register, caller: &app::Caller, text: &str, then: &str) -> Vec<Hit> {
    let folded = text.to_lowercase();
    let mut found: Vec<Hit> = register
        .open()
        .filter(|own| caller.can(Permission::SeeHosts, Some(&own.code)))
        .filter(|own| {
            own.label().to_lowercase().contains(&folded)
                || own.code.as_str().to_lowercase().starts_with(&folded)
        })
        .map(|own| Hit {
            href: format!("/organisations/{}{then}", percent(own.code.as_str())),
            label: own.label().to_owned(),
            note: format!("{} {}", own.kind, own.code),
        })
        .collect();
    found.sort_by(|a, b| a.label.cmp(&b.label));
    found.truncate(MOST);
    found
}

fn of_knowledge(finding: &Finding, asking: &Asking) -> Hit {
    let id = percent(&finding.id);
    let (then, and) = (asking.when.query('?'), asking.when.query('&'));
    Hit {
        href: match finding.kind {
            FindingKind::Advisory => format!("/advisories/{id}{then}"),
            FindingKind::Update => format!("/situation?advisory={id}{and}"),
            FindingKind::Product => format!("/knowledge?product={id}{and}"),
        },
        label: finding.id.clone(),
        note: match finding.products {
            0 => finding.note.clone(),
            many => format!("{}, of {}", finding.note, counted(many, "product", "products")),
        },
    }
}
