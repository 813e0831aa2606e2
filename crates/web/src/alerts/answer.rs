//! One organisation's answer to an alert: what it means here, what can be said, and a look at it before it is sent.

use std::collections::BTreeSet;
use std::sync::Arc;

use app::access::{Permission, SignedIn};
use app::alerts::{self, OwnAnswer, Say};
use app::delivery;
use app::exposure::desk::Moment;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use model::organisation::OrganisationCode;
use model::verdict::Verdict;
use response::alert::{AlertNumber, Phase};
use response::answer::{Proof, Stage};

use super::one::{Line, Says, says};
use super::saying::Saying;
use super::words::{self, Mark};
use super::{beside, number_of};
use crate::error::PageError;
use crate::frame::{self, Frame, check_csrf};
use crate::guard::Visitor;
use crate::organisation::code_of;
use crate::site::Site;
use crate::when::Asking;
use crate::words::{day, minute};

/// Hosts with their pages.
type Named = Vec<(String, String)>;

/// So many of its hosts are named on the page.
const MOST_HOSTS: usize = 20;

#[derive(askama::Template)]
#[template(path = "answer.html")]
struct AnswerPage {
    frame: Frame,
    number: String,
    code: String,
    name: String,
    status: String,
    as_of: String,
    mark: Mark,
    says: Says,
    state: String,
    hosts: String,
    /// Hosts that are open, then those of which nobody can tell.
    open: Vec<(String, String)>,
    dark: Vec<(String, String)>,
    more: bool,
    due: String,
    acknowledge_by: String,
    flags: Vec<String>,
    /// What the organisation lives with, or waits for.
    stands: Vec<String>,
    may: May,
    fault: Option<String>,
    typed: Saying,
    told: Vec<crate::delivery::RunView>,
    history: Vec<Line>,
    /// Whether what its hosts show can be had as a file.
    has_vex: bool,
}

/// What can be said here and now, by whoever looks.
#[expect(clippy::struct_excessive_bools, reason = "each is a form that is there or not")]
struct May {
    acknowledge: bool,
    answer: bool,
    claim: bool,
    take_back: bool,
    end_acceptance: bool,
    decide_window: bool,
    decide_extension: bool,
    overrule: bool,
    add_evidence: bool,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path((code, number)): Path<(String, String)>,
    asking: Asking,
) -> Result<Response, PageError> {
    let (code, number) = (code_of(&code)?, number_of(&number)?);
    show(&site, &visitor, (number, &code), (Saying::default(), None), asking).await
}

#[derive(askama::Template)]
#[template(path = "answer_check.html")]
struct CheckPage {
    frame: Frame,
    number: String,
    code: String,
    name: String,
    headline: String,
    /// What is about to be said: name and value of each line.
    lines: Vec<(&'static str, String)>,
    /// What evidence says to it, where that is known already.
    against: Option<String>,
    fields: Vec<(&'static str, String)>,
}

pub(crate) async fn submit(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path((code, number)): Path<(String, String)>,
    Form(saying): Form<Saying>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &saying.csrf)?;
    let (code, number) = (code_of(&code)?, number_of(&number)?);
    let (context, caller) = (site.context(), &visitor.caller);
    let books = (&*site.alerts, &*site.desk);
    let back = format!("/organisations/{code}/alerts/{number}");
    let say = match saying.read() {
        Ok(say) => say,
        Err(fault) => {
            let asking = Asking { path: back, ..Asking::default() };
            return show(&site, &visitor, (number, &code), (saying, Some(fault)), asking).await;
        }
    };
    if saying.is_to_be_checked() {
        let own = alerts::own(&context, caller, books, (number, &code), Moment::default()).await?;
        return Ok(frame::html(&check(&site, &visitor, &own.answer, &saying, &say)));
    }
    match alerts::say(&context, caller, books, (number, &code), &say, saying.reason()).await {
        Ok(_) => Ok(Redirect::to(&back).into_response()),
        Err(error) => {
            let fault = beside(error)?;
            let asking = Asking { path: back, ..Asking::default() };
            show(&site, &visitor, (number, &code), (saying, Some(fault)), asking).await
        }
    }
}

fn check(
    site: &Site,
    visitor: &SignedIn,
    own: &OwnAnswer,
    saying: &Saying,
    say: &Say,
) -> CheckPage {
    let open = own.row.shown.hosts.map_or(0, |hosts| hosts.affected);
    let unknown = own.row.shown.hosts.map(|hosts| hosts.unknown);
    let against = matches!(say, Say::Claim).then(|| match (open, unknown) {
        (0, Some(0)) => "Evidence shows no open host. If all of it is from today or later, this is proved \
                         and closed at once; else it is when newer evidence comes."
            .to_owned(),
        (0, _) => format!(
            "Evidence does not reach: {}. It will stand as claimed and not proved until evidence comes.",
            words::hosts(own.row.shown.hosts)
        ),
        (open, _) => format!(
            "Evidence shows {} open. If you send this now, everybody who follows the alert sees that it is \
             disputed. If they have been mended since, send fresh lists first.",
            crate::words::counted(open, "host", "hosts")
        ),
    });
    CheckPage {
        frame: Frame::of(site, visitor, "Check before you send it", "/organisations"),
        number: own.number.to_string(),
        code: own.row.code.to_string(),
        name: own.row.name.clone(),
        headline: own.content.headline.clone(),
        lines: saying.lines(say),
        against,
        fields: saying.fields(),
    }
}

async fn show(
    site: &Site,
    visitor: &SignedIn,
    (alert, code): (AlertNumber, &OrganisationCode),
    (typed, fault): (Saying, Option<String>),
    asking: Asking,
) -> Result<Response, PageError> {
    let (context, caller) = (site.context(), &visitor.caller);
    let moment = asking.when.moment();
    let books = (&*site.alerts, &*site.desk);
    let seen = alerts::own(&context, caller, books, (alert, code), moment).await?;
    let as_of = asking.when.as_of(seen.as_at, seen.as_known, seen.knowledge_built_at);
    let own = seen.answer;
    let (open, dark) = hosts(site, caller, &own, moment).await?;
    let more = open.len() > MOST_HOSTS || dark.len() > MOST_HOSTS;
    let answer = &own.row.answer;
    let actors = own.history.iter().map(|told| told.actor.clone()).collect();
    let names = app::access::names(&context, caller, &actors).await?;
    let told = if moment.is_now() {
        delivery::organisation(&context, caller, &site.alerts, (alert, code)).await?
    } else {
        Vec::new()
    };
    let history = own.history.iter().map(|told| Line {
        number: told.number,
        when: minute(told.at),
        who: names.get(&told.actor).cloned().unwrap_or_else(|| told.actor.clone()),
        what: words::told(told),
        why: told.reason.clone(),
    });
    Ok(frame::html(&AnswerPage {
        has_vex: site.publisher.is_some(),
        number: alert.to_string(),
        code: code.to_string(),
        name: own.row.name.clone(),
        status: status(&own),
        as_of,
        mark: words::standing(&own.row),
        says: says(&own.content),
        state: match own.phase {
            Phase::Ended(end) => format!("{}: nothing more is asked.", words::ended(end)),
            _ => format!("In force since {}.", minute(own.since)),
        },
        hosts: model::words::capital(&words::hosts(own.row.shown.hosts)),
        open: open.into_iter().take(MOST_HOSTS).collect(),
        dark: dark.into_iter().take(MOST_HOSTS).collect(),
        more,
        due: answer
            .due
            .last()
            .map_or(String::new(), |due| words::due_words(answer.due_by(), &due.because)),
        acknowledge_by: answer.acknowledge_by.map_or(String::new(), minute),
        flags: own
            .row
            .standing
            .flags
            .iter()
            .map(|flag| model::words::capital(&words::flag(flag)))
            .collect(),
        stands: stands(&own),
        may: may(caller, &own, asking.when.is_now()),
        fault,
        typed,
        told: crate::delivery::runs(&told),
        history: history.collect(),
        frame: Frame::of(site, visitor, format!("{alert} for {code}"), "/organisations").at(asking),
    }))
}

/// Its hosts that are open and those of which nobody can tell, each with its name and its page; those that were never
/// seen have none. Only for whoever may see hosts.
async fn hosts(
    site: &Site,
    caller: &app::Caller,
    own: &OwnAnswer,
    moment: Moment,
) -> Result<(Named, Named), PageError> {
    let code = &own.row.code;
    let context = site.context();
    let (mut open, mut dark) = (BTreeSet::new(), BTreeSet::new());
    for advisory in &own.content.advisories {
        let asked = (code, advisory.clone());
        for host in site.desk.judged_hosts(&context, caller, asked, moment).await? {
            match host.code.verdict {
                Verdict::Affected => drop(open.insert(host.id)),
                Verdict::Unknown => drop(dark.insert(host.id)),
                _ => {}
            }
        }
    }
    dark.retain(|id| !open.contains(id));
    let estate = site.desk.hosts(&context, caller, code, moment).await?;
    let named = |ids: BTreeSet<String>| {
        let each = ids.into_iter().take(MOST_HOSTS + 1).map(|id| {
            let label =
                estate.table.hosts.get(&id).map_or_else(|| id.clone(), |own| own.label.clone());
            (label, format!("/organisations/{code}/hosts/{id}"))
        });
        each.collect()
    };
    Ok((named(open), named(dark)))
}

/// What it means here, in one sentence.
fn status(own: &OwnAnswer) -> String {
    let name = &own.row.name;
    let standing = &own.row.standing;
    if let Phase::Ended(end) = own.phase {
        return format!("{}: {} is asked nothing more.", words::ended(end), name);
    }
    match (standing.stage, standing.proof) {
        (Stage::Reopened, _) => {
            format!("It is open again at {name}: evidence showed an open host since.")
        }
        (Stage::Closed, _)
            if own.row.answer.closing.as_ref().is_some_and(|one| one.over.is_some()) =>
        {
            format!("{name} was closed against evidence, by a named person.")
        }
        (Stage::Closed, _) => format!("Done and proved at {name}."),
        (_, Some(Proof::Disputed { affected })) => format!(
            "{name} says that {}, and evidence shows {} open.",
            words::declared(&own.row.answer),
            crate::words::counted(affected, "host", "hosts")
        ),
        (_, Some(found)) => {
            format!(
                "{name} says that {}; {}.",
                words::declared(&own.row.answer),
                words::proof(found)
            )
        }
        _ => match own.row.shown.hosts {
            None => {
                format!("Nobody can tell whether {name} is open to it: nothing was ever shown.")
            }
            Some(hosts) if hosts.affected > 0 => format!(
                "{} of {name} {} open to it.",
                crate::words::counted(hosts.affected, "host", "hosts"),
                if hosts.affected == 1 { "is" } else { "are" },
            ),
            Some(hosts) if hosts.unknown > 0 => format!(
                "Of {} of {name} nobody can tell whether they are open to it.",
                crate::words::counted(hosts.unknown, "host", "hosts")
            ),
            Some(hosts) if hosts.all() == 0 => format!("Of {name} no host is known."),
            Some(hosts) => format!(
                "None of the hosts of {name} is open to it, as far as evidence of {} goes.",
                crate::words::counted(hosts.all(), "host", "hosts")
            ),
        },
    }
}

fn stands(own: &OwnAnswer) -> Vec<String> {
    let answer = &own.row.answer;
    let mut stands = Vec::new();
    if let Some(accepted) = &answer.acceptance {
        stands.push(format!(
            "The risk is accepted until the end of {}. {} answers for it. Meanwhile: {}. Because: {}",
            day(accepted.until),
            accepted.owner,
            accepted.control,
            accepted.reason
        ));
    }
    if let Some(window) = &answer.window {
        let decided = match &window.decided {
            None => "Nobody has signed it yet".to_owned(),
            Some((true, by)) => format!("{by} signed it"),
            Some((false, by)) => format!("{by} refused it"),
        };
        stands.push(format!(
            "A window is asked for from {} to {}. It touches: {}. {decided}.",
            minute(window.from),
            minute(window.until),
            window.care
        ));
    }
    if let Some(extension) = &answer.extension {
        let decided = match &extension.decided {
            None => "Nobody has decided yet",
            Some((true, _)) => "It was given",
            Some((false, _)) => "It was refused",
        };
        stands.push(format!(
            "More time is asked for, until {}: {}. {decided}.",
            day(extension.until),
            extension.reason
        ));
    }
    if let Some(deferral) = &answer.deferral {
        stands.push(format!(
            "Put off until {}. {} answers for it. Because: {}",
            day(deferral.until),
            deferral.owner,
            deferral.reason
        ));
    }
    for over in &answer.overrides {
        if let Some((by, against)) = &over.over {
            let against = words::proof(*against);
            stands.push(format!("{by} closed it on {} although {against}.", minute(over.at)));
        }
    }
    stands
}

fn may(caller: &app::Caller, own: &OwnAnswer, is_now: bool) -> May {
    let code = Some(&own.row.code);
    let row = &own.row;
    let runs = is_now && own.phase == Phase::Issued;
    let is_open = row.standing.stage != Stage::Closed;
    let answers = runs && caller.can(Permission::AnswerAlerts, code);
    let decides = runs && caller.can(Permission::DecideAlerts, code);
    let has_claim = row.answer.declared.is_some();
    May {
        acknowledge: answers && row.answer.acknowledged.is_none(),
        answer: answers && is_open,
        claim: answers && is_open && (!has_claim || row.standing.is_contradicted()),
        take_back: answers && is_open && has_claim,
        end_acceptance: answers && row.answer.acceptance.is_some(),
        decide_window: answers
            && row.answer.window.as_ref().is_some_and(|one| one.decided.is_none()),
        decide_extension: decides
            && row.answer.extension.as_ref().is_some_and(|one| one.decided.is_none()),
        overrule: decides && is_open && has_claim && row.standing.proof != Some(Proof::Agrees),
        add_evidence: is_now && caller.can(Permission::AddEvidence, code),
    }
}
