//! The whole chain of reasoning for one host, for `explain host`.

use exposure::host::{Host, RestartState, Standing};
use exposure::judge::{HostVerdicts, Question, VulnerabilityRef};
use exposure::knowledge::build::day_of;
use exposure::knowledge::lookup;
use exposure::knowledge::schema::{NONE, update_kind};
use formats::export::report::HostReport;

/// The reasoning as numbered steps.
pub(crate) fn steps(
    question: &Question<'_>,
    host: &Host,
    verdicts: &HostVerdicts<'_>,
) -> Vec<String> {
    let standing = Standing::of(host);
    let mut steps = Vec::new();
    evidence(host, &mut steps);
    system(&standing, verdicts, &mut steps);
    lists(host, &standing, &mut steps);
    support(question, &standing, &mut steps);
    alternatives(question, &standing, verdicts, &mut steps);
    steps
}

/// The reasoning as text.
pub(crate) fn text(
    question: &Question<'_>,
    host: &Host,
    verdicts: &HostVerdicts<'_>,
    report: &HostReport,
) -> String {
    let mut text = format!("{}, as at {}\n", host.label, question.as_at);
    for (number, step) in (1..).zip(steps(question, host, verdicts)) {
        text.push_str(&format!("{number:>3}. {step}\n"));
    }
    for row in &report.verdicts {
        text.push_str(&format!(
            "\nVerdict on {}{}: {}\n  because {}\n",
            row.advisory,
            row.title.as_ref().map_or(String::new(), |t| format!(" ({t})")),
            row.verdict.replace('_', " "),
            row.reason
        ));
        for reason in &row.more_reasons {
            text.push_str(&format!("  and {reason}\n"));
        }
        for differs in &row.disagreements {
            text.push_str(&format!(
                "  but {} says {}: {}\n",
                differs.source, differs.verdict, differs.reason
            ));
        }
        for (number, remedy) in row.remedies.iter().enumerate() {
            let word = if number == 0 { "do" } else { "or" };
            text.push_str(&format!("  {word} {}\n", remedy.text));
        }
        if let Some(because) = &row.due_because {
            let due = row.due.as_deref().unwrap_or("no date");
            text.push_str(&format!("  due {due}: {because}\n"));
        }
        text.push_str(&format!("  covers {}\n", row.cves.join(", ")));
    }
    text
}

fn evidence(host: &Host, steps: &mut Vec<String>) {
    for piece in &host.pieces {
        steps.push(format!(
            "evidence: {} read as {}, joined {}",
            piece.path,
            piece.evidence.format,
            piece.joined_by.words()
        ));
    }
    steps.extend(host.notes.iter().map(|note| format!("note: {note}")));
}

fn system(standing: &Standing<'_>, verdicts: &HostVerdicts<'_>, steps: &mut Vec<String>) {
    match standing.os {
        Some((piece, os)) => {
            let guess = match os.guess_percent {
                Some(percent) => format!(" (a scanner's guess, {percent} %)"),
                None => String::new(),
            };
            steps.push(format!(
                "operating system: `{}`{} in {}, {}, understood as {}{guess}",
                os.raw_name.trim(),
                os.raw_version.as_ref().map_or(String::new(), |v| format!(" `{}`", v.trim())),
                piece.path,
                os.place,
                verdicts.product.as_deref().unwrap_or("nothing we know")
            ));
        }
        None => steps.push("operating system: not shown".to_owned()),
    }
    match standing.build {
        Some((piece, build)) if build.revision.is_some() => {
            steps.push(format!("build: {build} in {}: a build decides over any list", piece.path));
        }
        Some((_, build)) => {
            steps.push(format!("build: {build}, without its revision: it cannot decide"));
        }
        None => {}
    }
    if let Some((piece, boot)) = standing.last_boot {
        steps.push(format!("last start: `{}` in {}", boot.raw, piece.path));
    }
}

fn lists(host: &Host, standing: &Standing<'_>, steps: &mut Vec<String>) {
    if standing.windows.is_some() && standing.listings.is_empty() {
        steps.push("updates: no list in the evidence".to_owned());
    }
    for listing in &standing.listings {
        let counts = if listing.absence_counts() {
            "it shows everything it declares: what is missing is not installed"
        } else {
            "it does not show everything: absence proves nothing"
        };
        steps.push(format!(
            "updates: {} entries in {}, {}; {counts}",
            listing.entries, listing.piece.path, listing.place
        ));
    }
    for (piece, control) in &standing.controls {
        steps.push(format!(
            "setting: {} is {:?} (`{}` in {}, {})",
            control.name, control.state, control.raw, piece.path, control.place
        ));
    }
    let findings: usize = host.pieces.iter().map(|p| p.evidence.findings.len()).sum();
    if findings > 0 {
        steps.push(format!("scanners: {findings} findings, weighed as evidence"));
    }
}

fn support(question: &Question<'_>, standing: &Standing<'_>, steps: &mut Vec<String>) {
    let Some(product) = standing.windows else { return };
    if let Some(support) = lookup::windows_support(question.knowledge, product) {
        let day = |n| day_of(n).map_or("not known".to_owned(), |d| d.to_string());
        let paid =
            day_of(support.paid_end).map_or(String::new(), |d| format!(", paid support until {d}"));
        steps.push(format!(
            "lifecycle: {product} was released {}, supported until {}{paid}",
            day(support.released),
            day(support.support_end)
        ));
    }
}

/// Each alternative fix on the host's product and how it stands.
fn alternatives(
    question: &Question<'_>,
    standing: &Standing<'_>,
    verdicts: &HostVerdicts<'_>,
    steps: &mut Vec<String>,
) {
    let knowledge = question.knowledge;
    let asked: Vec<u32> = verdicts
        .lines
        .iter()
        .flat_map(|line| line.vulnerabilities.iter())
        .filter_map(|v| match v {
            VulnerabilityRef::Known(position) => Some(*position),
            VulnerabilityRef::Unlisted(_) => None,
        })
        .collect();
    for product in &verdicts.products {
        let Some(row) = knowledge.windows.get(*product as usize) else { continue };
        for group in row.groups.iter() {
            if !group.flaws.iter().any(|f| asked.contains(&f.vulnerability.to_native())) {
                continue;
            }
            let component = match group.component.to_native() {
                NONE => String::new(),
                text => format!(" in {}", lookup::text(knowledge, text)),
            };
            steps.push(format!(
                "fixed{component} by any one of {} updates, or anything that supersedes one:",
                group.alternatives.len()
            ));
            for position in group.alternatives.iter() {
                let Some(update) = row.updates.get(position.to_native() as usize) else { continue };
                let kb = model::kb::Kb::new(update.kb.to_native());
                let installed = kb.and_then(|kb| standing.installed.get(&kb));
                let state = match installed {
                    None => "not in the lists".to_owned(),
                    Some(installed) => format!(
                        "installed, {} ({}, {})",
                        restart_words(standing.restart_state(*installed)),
                        installed.piece.path,
                        installed.row.place
                    ),
                };
                steps.push(format!(
                    "  KB{} ({}{}): {state}",
                    update.kb,
                    update_kind::name(update.kind),
                    day_of(update.published.to_native())
                        .map_or(String::new(), |d| format!(" of {d}"))
                ));
            }
            for fixed in group.fixed_builds.iter() {
                let [major, minor, build, revision] = fixed.map(rkyv::rend::u32_le::to_native);
                steps.push(format!("  or by build {major}.{minor}.{build}.{revision} and later"));
            }
        }
    }
}

const fn restart_words(state: RestartState) -> &'static str {
    match state {
        RestartState::InEffect => "in effect",
        RestartState::SameDay => "on the day of the last start",
        RestartState::Unclear => "its date can be read as before or after the last start",
        RestartState::Pending => "waiting for a restart",
    }
}
