//! `wardround knowledge show`

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use exposure::knowledge::build::day_of;
use exposure::knowledge::schema::{NONE, update_kind};
use exposure::knowledge::{View, lookup};
use serde_json::{Value, json};

use crate::error::CliError;
use crate::{knowledge_file, terminal};

/// Tell everything known of a CVE, a bulletin or a KB: products, every fix and what supersedes it,
/// exploitation, dates, and the source of each fact
///
/// Without a name: what the knowledge consists of and how old it is.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround knowledge show CVE-2017-0144
  wardround knowledge show KB4012215")]
pub(super) struct Arguments {
    /// Compiled knowledge; without it, the file that WARDROUND_KNOWLEDGE names, else what
    /// `knowledge update` keeps, else what is built in
    #[arg(long, value_name = "FILE")]
    knowledge: Option<PathBuf>,

    /// One JSON document
    #[arg(long)]
    json: bool,

    /// CVE, bulletin or KB
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let loaded = knowledge_file::load(arguments.knowledge.as_deref())?;
    let knowledge = knowledge_file::open(&loaded)?;
    let document = match &arguments.name {
        None => overview(knowledge),
        Some(name) => named(knowledge, name)?,
    };
    let text = match (arguments.json, &arguments.name) {
        (true, _) => format!("{document:#}\n"),
        (false, None) => overview_words(knowledge, &document),
        (false, Some(_)) => words(&document, 0),
    };
    if arguments.json {
        terminal::print(&text)?;
    } else {
        terminal::print_words(&text)?;
    }
    Ok(0)
}

fn overview(knowledge: View<'_>) -> Value {
    let sources: Vec<Value> = knowledge
        .sources
        .iter()
        .map(|s| {
            json!({
                "kind": s.kind.as_str(),
                "id": s.id.as_str(),
                "as_of": day(s.as_of.to_native()),
                "facts": s.facts.to_native(),
            })
        })
        .collect();
    json!({
        "built_at": jiff::Timestamp::from_microsecond(knowledge.built_at_us.to_native()).map(|t| t.to_string()).unwrap_or_default(),
        "vulnerabilities": knowledge.vulnerabilities.len(),
        "bulletins": knowledge.bulletins.iter().map(|b| b.id.as_str()).collect::<Vec<_>>(),
        "windows_products": knowledge.windows.len(),
        "statements_on_software": knowledge.statements.len(),
        "lifecycles": knowledge.lifecycles.len(),
        "sources": sources,
    })
}

/// The overview for a person: sources summed by kind, of which there may be thousands.
fn overview_words(knowledge: View<'_>, document: &Value) -> String {
    let mut kinds: BTreeMap<&str, (usize, u64, Option<String>)> = BTreeMap::new();
    for source in knowledge.sources.iter() {
        let (sources, facts, newest) = kinds.entry(source.kind.as_str()).or_default();
        *sources += 1;
        *facts += source.facts.to_native();
        *newest = newest.take().max(day(source.as_of.to_native()));
    }
    let mut short = document.clone();
    if let Some(map) = short.as_object_mut() {
        map.remove("sources");
    }
    let mut text = words(&short, 0);
    text.push_str("sources (--json lists each):\n");
    for (kind, (sources, facts, newest)) in kinds {
        let newest = newest.map_or(String::new(), |day| format!(", up to {day}"));
        let plural = |n: u64, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
        text.push_str(&format!(
            "  {kind}: {}, {}{newest}\n",
            plural(sources as u64, "source"),
            plural(facts, "fact")
        ));
    }
    text
}

fn named(knowledge: View<'_>, name: &str) -> Result<Value, CliError> {
    if let Some(bulletin) = lookup::bulletin(knowledge, name)
        && let Some(row) = knowledge.bulletins.get(bulletin as usize)
    {
        let flaws: Vec<Value> =
            row.vulnerabilities.iter().map(|v| vulnerability(knowledge, v.to_native())).collect();
        return Ok(json!({
            "bulletin": row.id.as_str(),
            "name": row.name.as_str(),
            "title": row.title.as_str(),
            "summary": row.summary.as_str(),
            "published": day(row.published.to_native()),
            "spreads_by_itself": row.worm,
            "mitigated_when_off": row.mitigations.iter().map(rkyv::string::ArchivedString::as_str).collect::<Vec<_>>(),
            "source": row.source_url.as_str(),
            "vulnerabilities": flaws,
        }));
    }
    if let Some(position) = lookup::vulnerability(knowledge, name) {
        return Ok(vulnerability(knowledge, position));
    }
    if let Ok(kb) = name.parse::<model::kb::Kb>() {
        let found = update(knowledge, kb);
        if !found.is_empty() {
            return Ok(json!({ "update": kb.to_string(), "products": found }));
        }
    }
    Err(CliError::usage(format!("this knowledge has nothing named `{name}`"))
        .hint("`wardround knowledge show` says what it consists of; `wardround knowledge update` brings more"))
}

fn vulnerability(knowledge: View<'_>, position: u32) -> Value {
    let Some(row) = lookup::row(knowledge, position) else { return Value::Null };
    let kev = row.kev.as_ref().map(|k| {
        json!({
            "name": k.name.as_str(),
            "added": day(k.added.to_native()),
            "due": day(k.due.to_native()),
            "ransomware": if k.ransomware { "known" } else { "not known" },
            "action": k.action.as_str(),
            "source": source(knowledge, k.source.to_native()),
        })
    });
    let epss = (row.epss_millionths.to_native() != NONE).then(|| {
        json!({
            "probability": f64::from(row.epss_millionths.to_native()) / 1e6,
            "percentile": f64::from(row.epss_percentile.to_native()) / 1e6,
            "day": day(row.epss_day.to_native()),
        })
    });
    let cvss: Vec<Value> = row
        .cvss
        .iter()
        .map(|c| {
            json!({
                "vector": c.vector.as_str(),
                "score": f64::from(c.score_tenths.to_native()) / 10.0,
                "source": source(knowledge, c.source.to_native()),
            })
        })
        .collect();
    json!({
        "id": row.id.as_str(),
        "aliases": row.aliases.iter().map(rkyv::string::ArchivedString::as_str).collect::<Vec<_>>(),
        "title": lookup::text(knowledge, row.title.to_native()),
        "description": lookup::text(knowledge, row.description.to_native()),
        "published": day(row.published.to_native()),
        "withdrawn": day(row.withdrawn.to_native()),
        "severity": lookup::text(knowledge, row.severity.to_native()),
        "cvss": cvss,
        "known_exploited": kev,
        "epss": epss,
        "bulletin": knowledge.bulletins.get(row.bulletin.to_native() as usize).map(|b| b.id.as_str()),
        "windows": products(knowledge, position),
        "other_microsoft_products": microsoft(knowledge, position),
        "software": software(knowledge, position),
        "sources": row.sources.iter().map(|s| source(knowledge, s.to_native())).collect::<Vec<_>>(),
    })
}

/// For each Windows product: the alternatives, and every update that supersedes one.
fn products(knowledge: View<'_>, position: u32) -> Vec<Value> {
    let mut products = Vec::new();
    for row in knowledge.windows.iter() {
        let Some(product) = lookup::product_of(row) else { continue };
        for group in row.groups.iter() {
            if !group.flaws.iter().any(|f| f.vulnerability.to_native() == position) {
                continue;
            }
            let roots: Vec<u32> = group.alternatives.iter().map(|a| a.to_native()).collect();
            let later: Vec<String> = lookup::superseding(row, &roots)
                .iter()
                .filter_map(|p| row.updates.get(*p as usize))
                .map(|u| format!("KB{}", u.kb))
                .collect();
            let builds: Vec<String> = group
                .fixed_builds
                .iter()
                .map(|b| b.iter().map(ToString::to_string).collect::<Vec<_>>().join("."))
                .collect();
            let fixes: Vec<Value> = group
                .alternatives
                .iter()
                .filter_map(|a| row.updates.get(a.to_native() as usize))
                .map(|u| {
                    json!({
                        "kb": format!("KB{}", u.kb),
                        "kind": update_kind::name(u.kind),
                        "published": day(u.published.to_native()),
                        "source": source(knowledge, u.source.to_native()),
                    })
                })
                .collect();
            products.push(json!({
                "product": product.to_string(),
                "component": (group.component.to_native() != NONE).then(|| lookup::text(knowledge, group.component.to_native())),
                "fixed_by_any_of": fixes,
                "or_superseded_by": later,
                "fixed_from_build": builds,
                "no_fix": if group.alternatives.is_empty() { Some(if group.no_fix_exists { "stated: none exists" } else { "none is known" }) } else { None },
                "sources": group.sources.iter().map(|s| source(knowledge, s.to_native())).collect::<Vec<_>>(),
            }));
        }
    }
    products
}

fn microsoft(knowledge: View<'_>, position: u32) -> Vec<Value> {
    let mut found = Vec::new();
    for row in knowledge.microsoft.iter() {
        for group in row.groups.iter() {
            if group.flaws.iter().any(|f| f.vulnerability.to_native() == position) {
                let fixes: Vec<String> = group
                    .alternatives
                    .iter()
                    .filter_map(|a| row.updates.get(a.to_native() as usize))
                    .map(|u| format!("KB{}", u.kb))
                    .collect();
                found.push(json!({ "product": row.label.as_str(), "fixed_by_any_of": fixes }));
            }
        }
    }
    found
}

fn software(knowledge: View<'_>, position: u32) -> Vec<Value> {
    knowledge
        .statements
        .iter()
        .filter(|s| s.vulnerabilities.iter().any(|v| v.to_native() == position))
        .map(|s| {
            let status = match s.status {
                0 => "affected",
                1 => "fixed",
                2 => "not affected",
                _ => "under investigation",
            };
            json!({
                "advisory": s.advisory.as_str(),
                "product": s.product.as_str(),
                "status": status,
                "versions": lookup::versions_words(s),
                "remediations": s.remediations.iter().map(|r| r.details.as_str()).collect::<Vec<_>>(),
                "source": source(knowledge, s.source.to_native()),
            })
        })
        .collect()
}

fn update(knowledge: View<'_>, kb: model::kb::Kb) -> Vec<Value> {
    let mut found = Vec::new();
    for row in knowledge.windows.iter() {
        let Ok(position) = row.updates.binary_search_by_key(&kb.number(), |u| u.kb.to_native())
        else {
            continue;
        };
        let (Some(product), Some(update)) = (lookup::product_of(row), row.updates.get(position))
        else {
            continue;
        };
        let position = u32::try_from(position).unwrap_or(NONE);
        let names = |positions: Vec<u32>| -> Vec<String> {
            positions
                .iter()
                .filter_map(|p| row.updates.get(*p as usize))
                .map(|u| format!("KB{}", u.kb))
                .collect()
        };
        let fixes: Vec<&str> = row
            .groups
            .iter()
            .filter(|g| g.alternatives.iter().any(|a| a.to_native() == position))
            .flat_map(|g| g.flaws.iter())
            .filter_map(|f| lookup::row(knowledge, f.vulnerability.to_native()))
            .map(|v| v.id.as_str())
            .collect();
        found.push(json!({
            "product": product.to_string(),
            "kind": update_kind::name(update.kind),
            "title": lookup::text(knowledge, update.title.to_native()),
            "published": day(update.published.to_native()),
            "supersedes": names(update.supersedes.iter().map(|p| p.to_native()).collect()),
            "superseded_by": names(lookup::superseding(row, &[position])),
            "fixes": fixes,
            "source": source(knowledge, update.source.to_native()),
        }));
    }
    found
}

fn source(knowledge: View<'_>, position: u32) -> String {
    match knowledge.sources.get(position as usize) {
        Some(s) if s.url.is_empty() => format!("{} {}", s.kind, s.id),
        Some(s) => format!("{} {} ({})", s.kind, s.id, s.url),
        None => "not stated".to_owned(),
    }
}

fn day(number: i32) -> Option<String> {
    day_of(number).map(|d| d.to_string())
}

/// What a person wants to read before anything else, in this order; the rest follows by name.
const FIRST: [&str; 13] = [
    "built_at",
    "id",
    "bulletin",
    "update",
    "product",
    "kb",
    "advisory",
    "kind",
    "name",
    "title",
    "summary",
    "description",
    "severity",
];

/// A document as indented words; empty values are left out.
fn words(value: &Value, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(map) => {
            let mut text = String::new();
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| {
                FIRST.iter().position(|first| first == key).unwrap_or(FIRST.len())
            });
            for (key, value) in entries {
                let label = key.replace('_', " ");
                match value {
                    Value::Null => {}
                    Value::String(s) if s.is_empty() => {}
                    Value::Array(list) if list.is_empty() => {}
                    Value::Array(list) if list.iter().all(|v| !v.is_object()) => {
                        let all: Vec<String> = list.iter().map(plain).collect();
                        text.push_str(&format!("{indent}{label}: {}\n", all.join(", ")));
                    }
                    Value::Array(list) => {
                        text.push_str(&format!("{indent}{label}:\n"));
                        for item in list {
                            let block = words(item, depth + 2);
                            text.push_str(&format!(
                                "{indent}  -{}",
                                block.get(indent.len() + 3..).unwrap_or("")
                            ));
                        }
                    }
                    Value::Object(_) => {
                        text.push_str(&format!("{indent}{label}:\n{}", words(value, depth + 1)));
                    }
                    other => text.push_str(&format!("{indent}{label}: {}\n", plain(other))),
                }
            }
            text
        }
        other => format!("{indent}{}\n", plain(other)),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}
