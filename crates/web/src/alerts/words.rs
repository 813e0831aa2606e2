//! Alerts and answers in words: where somebody stands, what was said, what evidence says to it.

use app::alerts::{OrganisationRow, Told, What};
use jiff::Timestamp;
use response::alert::{Alert, End, Phase, Statement as AlertStatement};
use response::answer::{
    Answer, Applicability, Declared, Flag, Hosts, Proof, Route, Stage, Statement,
};

use crate::words::{counted, day, minute, number};

/// Where an organisation stands, as a word, a shape and a class of style: never a colour alone.
pub(crate) struct Mark {
    pub(crate) word: String,
    pub(crate) shape: &'static str,
    pub(crate) class: &'static str,
}

fn mark(class: &'static str, word: impl Into<String>) -> Mark {
    let shape = match class {
        "open" => "▲",
        "mitigated" => "◆",
        "fixed" => "●",
        "clear" => "○",
        _ => "?",
    };
    Mark { word: word.into(), shape, class }
}

/// Where an organisation stands.
pub(crate) fn standing(row: &OrganisationRow) -> Mark {
    let standing = &row.standing;
    let accepted = standing.flags.iter().find_map(|flag| match flag {
        Flag::RiskAccepted { until } => Some(*until),
        _ => None,
    });
    let is_late = standing.flags.contains(&Flag::AcknowledgementOverdue);
    let is_over = standing.flags.contains(&Flag::Overridden);
    match (standing.stage, standing.proof) {
        (Stage::Closed, _) if is_over => mark("mitigated", "Closed against evidence"),
        (Stage::Closed, _) => mark("fixed", "Proved"),
        (Stage::Reopened, _) => mark("open", "Open again"),
        (_, Some(Proof::Disputed { .. })) => mark("open", "Evidence disagrees"),
        (_, Some(Proof::Agrees)) => mark("fixed", "Evidence agrees"),
        (_, Some(_)) => mark("unknown", "Claimed, not proved"),
        (stage, None) => match accepted {
            Some(until) => mark("mitigated", format!("Risk accepted until {}", day(until))),
            None => unclaimed(stage, row, is_late),
        },
    }
}

fn unclaimed(stage: Stage, row: &OrganisationRow, is_late: bool) -> Mark {
    match stage {
        Stage::Acting => mark("clear", "Working on it"),
        Stage::ApplicabilityStated => match row.answer.applicability {
            Some((Applicability::Investigating, _)) => mark("clear", "Looking at it"),
            _ => mark("clear", "Says it applies"),
        },
        Stage::Acknowledged => mark("clear", "Acknowledged"),
        _ if is_late => mark("open", "Silent, and late"),
        Stage::Notified => mark("unknown", "Reached, silent"),
        _ => mark("unknown", "Silent"),
    }
}

/// Where an alert is, for programs.
pub(super) fn phase_code(alert: &Alert) -> &'static str {
    match alert.phase() {
        Phase::Draft => "draft",
        Phase::AwaitingSecondPerson => "awaiting-second-person",
        Phase::Issued => "issued",
        Phase::Ended(_) => "ended",
    }
}

/// What was declared.
pub(crate) fn declared(answer: &Answer) -> &'static str {
    match answer.declared {
        Some(Declared::DoesNotApply { .. }) => "it does not apply",
        Some(Declared::Done { .. }) | None => "it is done",
    }
}

/// What evidence says to what was declared.
pub(crate) fn proof(proof: Proof) -> String {
    match proof {
        Proof::Disputed { affected } => {
            format!("evidence shows {}", counted(affected, "open host", "open hosts"))
        }
        Proof::Unproved { unknown: None } => {
            "nothing was shown, or nobody knows how many hosts there are".to_owned()
        }
        Proof::Unproved { unknown: Some(hosts) } => {
            format!("of {} nobody can tell", counted(hosts, "host", "hosts"))
        }
        Proof::Older { oldest: Some(oldest) } => {
            format!("some evidence is from before that was said: the oldest is of {}", day(oldest))
        }
        Proof::Older { oldest: None } => "nobody can tell how old its evidence is".to_owned(),
        Proof::Agrees => "evidence agrees".to_owned(),
    }
}

/// Hosts by what the alert's advisories say of them.
pub(crate) fn hosts(hosts: Option<Hosts>) -> String {
    match hosts {
        None => "nothing was shown: nobody can tell".to_owned(),
        Some(hosts) if hosts.all() == 0 => "no host is known".to_owned(),
        Some(hosts) => format!(
            "{} open, {} unknown, of {}",
            number(hosts.affected),
            number(hosts.unknown),
            number(hosts.all())
        ),
    }
}

/// What else is to be said of where it stands.
pub(crate) fn flag(flag: &Flag) -> String {
    match flag {
        Flag::Unreachable => "nobody could be reached by any route".to_owned(),
        Flag::AcknowledgementOverdue => "nobody has acknowledged in time".to_owned(),
        Flag::Overdue { since } => format!("was due on {}", day(*since)),
        Flag::ExtensionAsked => "waits for more time".to_owned(),
        Flag::RiskAccepted { until } => format!("lives with the risk until {}", day(*until)),
        Flag::AcceptanceExpired { since } => {
            format!("the risk was accepted until {}, and is nobody's since", day(*since))
        }
        Flag::Deferred { until } => format!("put off until {}", day(*until)),
        Flag::Overridden => "was closed against evidence by a named person".to_owned(),
    }
}

/// Where an alert is.
pub(crate) fn phase(alert: &Alert) -> String {
    match alert.phase() {
        Phase::Draft => "Draft: nobody is asked yet".to_owned(),
        Phase::AwaitingSecondPerson => "Waits for a second person".to_owned(),
        Phase::Issued => alert
            .issued_at()
            .map_or("In force".into(), |at| format!("In force since {}", minute(at))),
        Phase::Ended(end) => ended(end),
    }
}

pub(crate) fn ended(end: End) -> String {
    match end {
        End::Superseded(by) => format!("Superseded by {by}"),
        End::Withdrawn => "Withdrawn".to_owned(),
        End::Closed => "Closed".to_owned(),
        End::Expired => "Expired".to_owned(),
    }
}

/// What was said, as a sentence without its subject.
pub(crate) fn told(told: &Told) -> String {
    match &told.what {
        What::Alert(statement) => of_alert(statement),
        What::Answer(statement) => of_answer(statement),
    }
}

fn of_alert(statement: &AlertStatement) -> String {
    match statement {
        AlertStatement::Drafted { content } => format!("wrote “{}”", content.headline),
        AlertStatement::Submitted => "asked for a second person".to_owned(),
        AlertStatement::SentBack => "sent it back".to_owned(),
        AlertStatement::Issued => "approved it: in force".to_owned(),
        AlertStatement::Superseded { by } => format!("put {by} in its place"),
        AlertStatement::Withdrawn => "withdrew it".to_owned(),
        AlertStatement::Closed => "closed it".to_owned(),
    }
}

fn of_answer(statement: &Statement) -> String {
    match statement {
        Statement::Addressed { hosts: shown, act_by, because, .. } => {
            format!("asked it; its hosts then: {}. {}", hosts(*shown), due_words(*act_by, because))
        }
        Statement::DueChanged { act_by, because } => {
            format!("set another day. {}", due_words(*act_by, because))
        }
        Statement::Notified(told) => format!("reached somebody by {}", route(told.route)),
        Statement::Unreachable => "tried every route to everybody: nobody was reached".to_owned(),
        Statement::Acknowledged { route: by, caller: None } => {
            format!("acknowledged, by {}", route(*by))
        }
        Statement::Acknowledged { caller: Some(caller), .. } => {
            format!("acknowledged on the telephone: {caller}")
        }
        Statement::ApplicabilityStated(what) => match what {
            Applicability::Applies => "said that it applies".to_owned(),
            Applicability::DoesNot => "said that it does not apply".to_owned(),
            Applicability::Investigating => "said that it is being looked at".to_owned(),
        },
        Statement::Acting { next_update: None } => "works on it".to_owned(),
        Statement::Acting { next_update: Some(next) } => {
            format!("works on it, and says more by {}", day(*next))
        }
        Statement::Claimed => "said that it is done".to_owned(),
        Statement::ClaimWithdrawn => "took that back".to_owned(),
        Statement::Found { proof: found } => format!("found: {}", proof(*found)),
        Statement::ExtensionAsked { until } => format!("asked for time until {}", day(*until)),
        Statement::ExtensionDecided { granted: true } => "gave more time".to_owned(),
        Statement::ExtensionDecided { granted: false } => "refused more time".to_owned(),
        Statement::RiskAccepted { owner, control, until } => {
            format!(
                "accepted the risk until {}: {owner} answers for it; meanwhile: {control}",
                day(*until)
            )
        }
        Statement::RiskAcceptanceEnded => "ended the acceptance".to_owned(),
        Statement::WindowAsked { from, until, care } => {
            format!(
                "asked for a window from {} to {}; it touches: {care}",
                minute(*from),
                minute(*until)
            )
        }
        Statement::WindowDecided { signed: true, by } => format!("{by} signed the window"),
        Statement::WindowDecided { signed: false, by } => format!("{by} refused the window"),
        Statement::Deferred { owner, until } => {
            format!("put it off until {}: {owner} answers for it", day(*until))
        }
        Statement::Closed => "closed it: evidence agrees".to_owned(),
        Statement::Overridden { by, against } => {
            format!("{by} closed it although {}", proof(*against))
        }
    }
}

/// By when, and why then.
pub(crate) fn due_words(by: Option<jiff::civil::Date>, because: &str) -> String {
    match by {
        Some(by) => format!("Due on {} ({because}).", day(by)),
        None => format!("No day is set ({because})."),
    }
}

fn route(route: Route) -> &'static str {
    match route {
        Route::Page => "a page of this site",
        Route::Mail => "mail",
        Route::Sms => "text message",
        Route::Code => "a typed code",
        Route::Operator => "telephone, written down by an operator",
        Route::Webhook => "another program",
        Route::Matrix => "a chat room",
    }
}

/// How long ago, in the largest unit that says something.
pub(crate) fn ago(since: Timestamp, now: Timestamp) -> String {
    let minutes = now.duration_since(since).as_secs().max(0).unsigned_abs() / 60;
    match minutes {
        0..120 => counted(minutes, "minute", "minutes"),
        120..2_880 => counted(minutes / 60, "hour", "hours"),
        _ => counted(minutes / 1_440, "day", "days"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_ago_is_said_in_a_unit_that_says_something() {
        let now: Timestamp = "2017-05-12T12:00:00Z".parse().unwrap();
        for (since, words) in [
            ("2017-05-12T12:00:00Z", "0 minutes"),
            ("2017-05-12T13:00:00Z", "0 minutes"),
            ("2017-05-12T10:30:00Z", "90 minutes"),
            ("2017-05-11T12:00:00Z", "24 hours"),
            ("2017-05-01T12:00:00Z", "11 days"),
        ] {
            assert_eq!(ago(since.parse().unwrap(), now), words);
        }
    }
}
