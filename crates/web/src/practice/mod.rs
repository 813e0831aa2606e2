//! A practice's one screen: are we all right, what must we do, who helps.

use std::sync::Arc;

use app::access::Permission;
use app::exposure::answer::Counts;
use app::exposure::desk::OrganisationExposure;
use axum::extract::{Path, State};
use axum::response::Response;
use model::verdict::Verdict;

use crate::alerts::{self, Waiting};
use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::organisation::{Answering, code_of, people};
use crate::site::Site;
use crate::when::Asking;
use crate::words::{Sign, counted, sign, worst};

#[derive(askama::Template)]
#[template(path = "practice.html")]
struct PracticePage {
    frame: Frame,
    code: String,
    name: String,
    sign: Sign,
    status: String,
    to_do: Vec<String>,
    people: Vec<Answering>,
    as_of: String,
    may_add: bool,
    /// What alerts still wait for.
    waiting: Vec<Waiting>,
    may_answer: bool,
}

/// Asked about on the one screen: what spread by itself in 2017.
const ASKED: &str = "MS17-010";

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(code): Path<String>,
    asking: Asking,
) -> Result<Response, PageError> {
    let code = code_of(&code)?;
    let caller = &visitor.caller;
    let (context, moment) = (site.context(), asking.when.moment());
    let asked = ASKED.to_owned();
    let seen = site.desk.organisation(&context, caller, &code, asked, moment).await?;
    let as_of = asking.when.as_of(seen.as_at, seen.as_known, seen.knowledge_built_at);
    let (register, exposure) = (seen.register, seen.answer);
    let name = register.get(&code).map_or_else(|| code.to_string(), |own| own.label().to_owned());
    let open: u64 =
        exposure.bulletins.iter().map(|b| b.counts.of(Verdict::Affected)).max().unwrap_or(0);
    let counts = exposure.asked.as_ref().map(|row| row.counts.clone()).unwrap_or_default();
    let verdict = verdict(&exposure, &counts);
    let mut steps: Vec<_> = exposure.steps.steps.iter().collect();
    steps.sort_by_key(|(_, step)| {
        std::cmp::Reverse((step.worm_hosts, step.kev_hosts, step.findings))
    });
    let mut to_do: Vec<String> = steps
        .iter()
        .take(3)
        .map(|(remedy, step)| {
            format!(
                "{} on {}.",
                model::words::capital(remedy.to_string().trim_end_matches('.')),
                counted(step.hosts, "computer", "computers")
            )
        })
        .collect();
    let of_bulletins = exposure.bulletins.iter().map(|b| b.counts.of(Verdict::Unknown)).max();
    let unknown = counts.of(Verdict::Unknown).max(of_bulletins.unwrap_or(0));
    if unknown > 0 || counts.hosts() == 0 {
        to_do.push("Ask whoever runs your computers to send fresh lists of them.".to_owned());
    }
    let waiting =
        if moment.is_now() { alerts::waiting(&site, caller, &code).await? } else { Vec::new() };
    Ok(frame::html(&PracticePage {
        waiting,
        may_answer: caller.can(Permission::AnswerAlerts, Some(&code)),
        status: status(verdict, open, unknown),
        sign: sign(verdict),
        to_do,
        people: people(&register, &code),
        as_of,
        may_add: caller.can(Permission::AddEvidence, Some(&code)),
        frame: Frame::of(&site, &visitor, name.clone(), "/organisations").at(asking),
        code: code.to_string(),
        name,
    }))
}

/// The answer to "are we all right?": no where anything is open, also where only a step shows it;
/// unknown where any named advisory is unknown for any host, or evidence is too old.
fn verdict(exposure: &OrganisationExposure, counts: &Counts) -> Verdict {
    let any = |verdict| exposure.bulletins.iter().any(|own| own.counts.of(verdict) > 0);
    match worst(counts) {
        Verdict::Affected => Verdict::Affected,
        _ if any(Verdict::Affected) || !exposure.steps.steps.is_empty() => Verdict::Affected,
        _ if any(Verdict::Unknown) || exposure.steps.too_old > 0 => Verdict::Unknown,
        otherwise => otherwise,
    }
}

fn status(verdict: Verdict, open: u64, unknown: u64) -> String {
    match verdict {
        Verdict::Affected => format!(
            "No: at least {} can be attacked.",
            counted(open.max(1), "of your computers", "of your computers")
        ),
        Verdict::Unknown if unknown == 0 => {
            "We cannot tell: nothing was ever sent about your computers.".to_owned()
        }
        Verdict::Unknown => {
            format!(
                "We cannot tell whether {} can be attacked.",
                counted(unknown, "of your computers", "of your computers")
            )
        }
        _ => "Yes, as far as the evidence goes: nothing is known to be open.".to_owned(),
    }
}
