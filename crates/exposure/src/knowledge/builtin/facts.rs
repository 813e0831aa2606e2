//! States the tables in the terms that every other source of knowledge uses.

use model::fact::{
    Fact, FactSink, KnownExploited, Source, SourceKind, VulnerabilityFact, WindowsUpdateFact,
};
use model::kb::Kb;

use super::table::{BuiltinError, Standing};
use super::{
    Bulletin, Line, Rollup, Update, bulletins, exploited, horizons, lines, rollups, updates,
};

/// Emits every built-in fact, each under a source with the address its row names.
///
/// Updates of a line come as a chain: each supersedes the one before it, so that whatever
/// contains a fix is found by following it. Rows that are second-hand are not emitted: they are
/// good enough to say "cannot tell", not to say "fixed".
pub fn facts(sink: &mut dyn FactSink) -> Result<(), BuiltinError> {
    let bulletins = bulletins()?;
    for bulletin in &bulletins {
        state_bulletin(bulletin, sink);
    }
    for update in updates()? {
        if let Some(bulletin) = bulletins.iter().find(|b| b.id == update.bulletin) {
            state_update(bulletin, &update, sink);
        }
    }
    state_exploited(&bulletins, sink)?;
    let rollups = rollups()?;
    let horizons = horizons()?;
    for line in lines()? {
        let mut source = source(line.id.clone(), line.name.clone(), line.source.clone());
        source.as_of = horizons.iter().find(|h| h.line == line.id).map(|h| h.complete_to);
        sink.source(source);
        state_line(&line, rollups.iter().filter(|r| r.line == line.id), sink);
    }
    Ok(())
}

fn source(id: String, title: String, url: String) -> Source {
    Source {
        kind: SourceKind::BuiltIn,
        id,
        title: Some(title),
        publisher: None,
        url: Some(url),
        published: None,
        as_of: None,
    }
}

fn state_bulletin(bulletin: &Bulletin, sink: &mut dyn FactSink) {
    sink.source(source(bulletin.id.clone(), bulletin.title.clone(), bulletin.source.clone()));
    for cve in &bulletin.cves {
        sink.fact(Fact::Vulnerability(VulnerabilityFact {
            id: cve.to_string(),
            cves: vec![*cve],
            title: Some(bulletin.title.clone()),
            description: Some(bulletin.summary.clone()),
            published: Some(bulletin.published),
            severity: Some(bulletin.severity.get(*cve).to_owned()),
            references: vec![bulletin.source.clone()],
            ..VulnerabilityFact::default()
        }));
    }
}

fn state_update(bulletin: &Bulletin, update: &Update, sink: &mut dyn FactSink) {
    let id = match update.kb {
        Some(kb) => format!("{} {kb}", bulletin.id),
        None => format!("{} no fix", bulletin.id),
    };
    sink.source(source(id, bulletin.title.clone(), update.source.clone()));
    for cve in &bulletin.cves {
        for (label, _) in &update.products {
            sink.fact(Fact::WindowsUpdate(WindowsUpdateFact {
                cve: Some(*cve),
                kb: update.kb,
                product: label.clone(),
                component: update.component.clone().unwrap_or_default(),
                title: bulletin.title.clone(),
                severity: bulletin.severity.get(*cve).to_owned(),
                impact: bulletin.impact.get(*cve).to_owned(),
                supersedes: update.supersedes.clone(),
                published: Some(update.published),
                fixed_build: update.fixed_build,
                kind: update.kind.label().map(ToOwned::to_owned),
                restart: None,
            }));
        }
    }
}

fn state_exploited(bulletins: &[Bulletin], sink: &mut dyn FactSink) -> Result<(), BuiltinError> {
    for row in exploited()? {
        let Some(bulletin) = bulletins.iter().find(|b| b.cves.contains(&row.cve)) else {
            continue;
        };
        sink.source(source(
            format!("{} exploited", row.cve),
            bulletin.title.clone(),
            row.source.clone(),
        ));
        sink.fact(Fact::KnownExploited(KnownExploited {
            cve: row.cve,
            name: bulletin.name.clone().unwrap_or_else(|| bulletin.title.clone()),
            vendor: "Microsoft".to_owned(),
            product: bulletin.component.clone(),
            added: row.added,
            due: row.due,
            ransomware: row.ransomware,
            action: "Apply the publisher's updates.".to_owned(),
        }));
    }
    Ok(())
}

fn state_line<'a>(line: &Line, rollups: impl Iterator<Item = &'a Rollup>, sink: &mut dyn FactSink) {
    let mut before: Option<Kb> = None;
    for rollup in rollups.filter(|r| r.standing == Standing::Verified) {
        let container = rollup.kind.holds_what_came_before();
        let supersedes: Vec<Kb> = if container { before.into_iter().collect() } else { Vec::new() };
        for (label, _) in &line.products {
            sink.fact(Fact::WindowsUpdate(WindowsUpdateFact {
                cve: None,
                kb: Some(rollup.kb),
                product: label.clone(),
                component: String::new(),
                title: line.name.clone(),
                severity: String::new(),
                impact: String::new(),
                supersedes: supersedes.clone(),
                published: Some(rollup.date),
                fixed_build: rollup.build,
                kind: rollup.kind.label().map(ToOwned::to_owned),
                restart: None,
            }));
        }
        if container {
            before = Some(rollup.kb);
        }
    }
}
