//! What was asked for and nothing answers: unknown, with the reason.

use std::borrow::Cow;
use std::sync::Arc;

use model::evidence::Platform;
use model::verdict::Verdict;

use super::name::{bulletin_name, name_of};
use super::silent::silent;
use crate::host::{Host, Standing};
use crate::judge::chorus::Chorus;
use crate::judge::line::{Line, VulnerabilityRef};
use crate::judge::question::Question;
use crate::judge::reason::Reason;
use crate::judge::shown::{Matter, Shown, names_any};
use crate::knowledge::lookup;
use crate::knowledge::schema::NONE;

/// What was asked for by name and nothing answers: unknown, with the reason.
pub(super) fn unanswered<'q>(
    question: &'q Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    chorus: &Chorus,
    lines: &mut Vec<Line<'q>>,
) {
    let Some(selected) = &question.selection else {
        watch_without_system(question, host, standing, lines);
        return;
    };
    let answered = |v: VulnerabilityRef, lines: &[Line<'q>]| {
        chorus.places.contains_key(&v) || lines.iter().any(|line| line.vulnerabilities.contains(&v))
    };
    let mut open: Vec<VulnerabilityRef> = selected
        .vulnerabilities
        .iter()
        .filter(|v| question.asks(**v))
        .map(|v| VulnerabilityRef::Known(*v))
        .filter(|v| !answered(*v, lines))
        .collect();
    open.sort_unstable();
    for vulnerability in open {
        let named = |matter: &Matter| names_any(question.knowledge, host, standing, matter);
        let reason = silent(question, standing, vulnerability, &|| Shown::of(host), &named);
        push_silent(question, lines, vulnerability, reason);
    }
    for cve in &selected.unlisted {
        let vulnerability = VulnerabilityRef::Unlisted(*cve);
        if !answered(vulnerability, lines) {
            push_silent(question, lines, vulnerability, Reason::NotInKnowledge);
        }
    }
}

/// A host of which no operating system is shown is unknown for the named bulletins of Windows, not
/// silent: a network scan that sees a machine and not its system must not read as "nothing found".
fn watch_without_system<'q>(
    question: &'q Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    lines: &mut Vec<Line<'q>>,
) {
    let is_shown = standing.os.is_some_and(|(_, os)| {
        os.guess_percent.is_none() && !matches!(os.platform, Platform::Other)
    });
    if is_shown || standing.windows.is_some() || !may_be_windows(host) {
        return;
    }
    for position in &question.watched {
        let vulnerability = VulnerabilityRef::Known(*position);
        if question.asks(*position)
            && !lines.iter().any(|line| line.vulnerabilities.contains(&vulnerability))
        {
            push_silent(question, lines, vulnerability, Reason::ProductNotShown);
        }
    }
}

/// Whether the evidence may be of a machine that runs Windows. A package manager's list is of
/// Linux, and a bill of materials alone is of a product, not of a machine.
fn may_be_windows(host: &Host) -> bool {
    use model::evidence::Ecosystem as E;
    let mut software = host.pieces.iter().flat_map(|piece| &piece.evidence.software).peekable();
    if software.peek().is_none() {
        return true;
    }
    let packages = software.any(|s| matches!(s.ecosystem, E::Dpkg | E::Rpm | E::Apk));
    let machine = host.pieces.iter().any(|piece| {
        let evidence = &piece.evidence;
        evidence.os.is_some()
            || !evidence.updates.is_empty()
            || !evidence.ports.is_empty()
            || !evidence.findings.is_empty()
            || !evidence.controls.is_empty()
    });
    machine && !packages
}

fn push_silent<'q>(
    question: &'q Question<'_>,
    lines: &mut Vec<Line<'q>>,
    vulnerability: VulnerabilityRef,
    reason: Reason,
) {
    let verdict = match reason {
        Reason::OtherSystem { .. } | Reason::NotInstalled { .. } => Verdict::NotAffected,
        _ => Verdict::Unknown,
    };
    let bulletin = match vulnerability {
        VulnerabilityRef::Known(v) => lookup::row(question.knowledge, v)
            .map(|r| r.bulletin.to_native())
            .filter(|b| *b != NONE),
        VulnerabilityRef::Unlisted(_) => None,
    };
    let same = lines.iter_mut().find(|line| {
        bulletin.is_some()
            && line.bulletin == bulletin
            && line.verdict == verdict
            && line.software.is_none()
            && *line.reasons == *std::slice::from_ref(&reason)
    });
    if let Some(line) = same {
        let vulnerabilities = line.vulnerabilities.to_mut();
        vulnerabilities.push(vulnerability);
        vulnerabilities.sort_unstable();
        return;
    }
    lines.push(Line {
        advisory: bulletin_name(question, bulletin)
            .map_or_else(|| Cow::Owned(name_of(question, vulnerability)), Cow::Borrowed),
        vulnerabilities: Cow::Owned(vec![vulnerability]),
        verdict,
        reasons: Arc::from([reason]),
        remedies: Cow::Borrowed(&[]),
        disagreements: Vec::new(),
        software: None,
        bulletin,
        group: None,
    });
}
