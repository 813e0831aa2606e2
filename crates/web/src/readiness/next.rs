//! The one thing to do for an organisation's readiness: about the worst part on which something can be done.

use app::Caller;
use app::access::Permission;
use app::readiness::Line;
use response::readiness::{Kind, Level, Part};

use crate::situation::Next;
use crate::words::percent;

/// What to do about the worst part; `None` where all is shown, or only time and alerts will tell.
pub(super) fn next(line: &Line, caller: &Caller) -> Option<Next> {
    let mut parts: Vec<&Part> =
        line.readiness.parts.iter().filter(|part| part.level < Level::Untested).collect();
    parts.sort_by_key(|part| part.rank());
    let part = parts.first()?;
    let code = percent(line.code.as_str());
    let evidence = |text: &str| {
        let (href, label) = if caller.can(Permission::AddEvidence, Some(&line.code)) {
            (format!("/organisations/{code}/evidence"), "Send evidence")
        } else {
            (format!("/organisations/{code}#people"), "Who answers for it")
        };
        Next { text: text.to_owned(), href, label: label.to_owned() }
    };
    // The row that says what is missing, where there is one.
    let row = part.rows.iter().find(|row| !row.is_shown);
    let alert = |text: String| {
        let href = row.map_or_else(
            || format!("/organisations/{code}/alerts"),
            |row| format!("/organisations/{code}/alerts/{}", row.alert),
        );
        let label = row.map_or("Its alerts".to_owned(), |row| format!("Open {}", row.alert));
        Next { text, href, label }
    };
    let about = |what: &str| {
        row.map_or_else(
            || format!("{what}."),
            |row| format!("{what}. {}: {}.", row.alert, row.what),
        )
    };
    Some(match part.kind {
        Kind::Coverage => evidence("Send evidence of the hosts that nobody has seen."),
        Kind::Freshness => evidence("Send fresh evidence: what is too old does not count."),
        Kind::Exploited if part.shown == 0 && part.level == Level::NotShown => {
            evidence("Send evidence: of no host can be told whether it is open to what is exploited.")
        }
        Kind::Exploited => Next {
            text: "Close what is known to be exploited first.".to_owned(),
            href: format!("/organisations/{code}#steps"),
            label: "See what to fix first".to_owned(),
        },
        Kind::Overdue => alert(about("Finish what is past its day, or show that it is done")),
        Kind::Answering => alert(about("Agree on who reads alerts, by day and by night, and answer what waits")),
        Kind::Veracity => alert(about("Show what was claimed, or take it back")),
        Kind::Contacts => Next {
            text: "Have the register name who leads, who stands in and whom to ring at night, and confirm it twice a year."
                .to_owned(),
            href: format!("/organisations/{code}#people"),
            label: "Who answers for it".to_owned(),
        },
    })
}
