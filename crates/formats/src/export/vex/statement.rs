//! What one line says of its host: a status, and why or what to do.

use crate::export::report::{RemedyReport, VerdictReport};

/// The action of a remedy that is none: somebody lives with the risk. It says something beside the status and
/// never changes it: a risk that is accepted is a host that is open.
pub const RISK_ACCEPTED: &str = "risk_accepted";

/// A product status, the one that prevails first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Status {
    KnownAffected,
    UnderInvestigation,
    Fixed,
    KnownNotAffected,
}

impl Status {
    pub(super) const ALL: [Self; 4] =
        [Self::KnownAffected, Self::UnderInvestigation, Self::Fixed, Self::KnownNotAffected];

    pub(super) fn of(line: &VerdictReport) -> Self {
        match line.verdict {
            "affected" | "mitigated" => Self::KnownAffected,
            "fixed" => Self::Fixed,
            "not_affected" => Self::KnownNotAffected,
            // Whatever else a verdict may be called one day, it is not called safe here.
            _ => Self::UnderInvestigation,
        }
    }

    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::KnownAffected => "known_affected",
            Self::UnderInvestigation => "under_investigation",
            Self::Fixed => "fixed",
            Self::KnownNotAffected => "known_not_affected",
        }
    }
}

/// A statement without its hosts: equal ones of many hosts become one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Statement {
    /// A remediation.
    Remediation { category: &'static str, details: String, restart: bool },
    /// A threat of the category `impact`.
    Impact(String),
    /// Why nothing can be told.
    Untold(String),
}

/// The statements of a line. At least one where the profile demands one (6.1.27.9, 6.1.27.10).
pub(super) fn statements(line: &VerdictReport) -> Vec<Statement> {
    let about = match &line.software {
        Some(software) => format!("{} ({software})", line.advisory),
        None => line.advisory.clone(),
    };
    let accepted = line.remedies.iter().filter(|remedy| remedy.action == RISK_ACCEPTED);
    let accepted = accepted.map(|remedy| Statement::Remediation {
        category: "no_fix_planned",
        details: format!("{about}: {}", remedy.text),
        restart: false,
    });
    let mut said = of_status(line, &about);
    // What is settled has no risk to be lived with.
    if matches!(Status::of(line), Status::KnownAffected | Status::UnderInvestigation) {
        said.extend(accepted);
    }
    said
}

/// What follows from the status alone.
fn of_status(line: &VerdictReport, about: &str) -> Vec<Statement> {
    match Status::of(line) {
        Status::KnownAffected if line.verdict == "mitigated" => {
            let details = format!("{about}: in place: {}", line.reason);
            let control =
                Statement::Remediation { category: "mitigation", details, restart: false };
            let fix = fix(about, &line.remedies);
            std::iter::once(control).chain(fix).collect()
        }
        Status::KnownAffected => vec![fix(about, &line.remedies).unwrap_or_else(|| {
            let known = line.remedies.iter().find(|remedy| remedy.action != RISK_ACCEPTED);
            let known = known.map(|remedy| remedy.text.as_str());
            let known = known.filter(|text| !text.is_empty());
            let text = known.unwrap_or("no remedy is known to the knowledge that was used");
            Statement::Remediation {
                category: "none_available",
                details: format!("{about}: {text}"),
                restart: false,
            }
        })],
        Status::UnderInvestigation => {
            vec![Statement::Untold(format!("{about}: {}", line.reason))]
        }
        Status::Fixed => Vec::new(),
        Status::KnownNotAffected => {
            vec![Statement::Impact(format!("{about}: {}", line.reason))]
        }
    }
}

/// The remedies that are one, as the alternatives they are.
fn fix(about: &str, remedies: &[RemedyReport]) -> Option<Statement> {
    let is_fix = |remedy: &&RemedyReport| {
        remedy.action != "none_available" && remedy.action != RISK_ACCEPTED
    };
    let fixes: Vec<&RemedyReport> = remedies.iter().filter(is_fix).collect();
    let texts: Vec<&str> = fixes.iter().map(|remedy| remedy.text.as_str()).collect();
    let any = if fixes.len() > 1 { "any one of: " } else { "" };
    let details = format!("{about}: {any}{}", texts.join("; "));
    let restart = fixes.iter().all(|remedy| remedy.action == "restart");
    (!fixes.is_empty()).then_some(Statement::Remediation {
        category: "vendor_fix",
        details,
        restart,
    })
}
