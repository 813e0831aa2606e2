//! What the invented sector was asked, and how it answered: some at once, some never, some wrongly.
//!
//! Told beside the reports, on the evenings of some days, so that each answer stands beside what evidence showed
//! then. Who answers how follows from the organisation's code: the same story each time.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan as _};
use model::event::Marking;
use model::organisation::{OrganisationCode, OrganisationKind};
use response::alert::{
    ActBy, AlertNumber, Audience, Authority, Basis, Certainty, Clocks, Content, Level, Severity,
    Urgency,
};
use response::answer::{Applicability, Route};

use crate::alerts::{self, AlertsError, Books, Change, Say};
use crate::context::{Caller, Context};
use crate::exposure::desk::{Desk, Moment};

/// The first alert: three days after the updates came out.
const FIRST: Date = date(2017, 3, 17);
/// The second, which stands in its place: 14 days from here are the day of the attack of 2017.
const SECOND: Date = date(2017, 4, 28);
/// On these evenings organisations answer.
const EVENINGS: [Date; 9] = [
    date(2017, 3, 20),
    date(2017, 3, 24),
    date(2017, 4, 3),
    date(2017, 4, 13),
    date(2017, 5, 2),
    date(2017, 5, 5),
    date(2017, 5, 9),
    date(2017, 5, 12),
    date(2017, 5, 17),
];

/// The story of the alerts, told evening by evening.
pub struct AlertStory {
    books: Books,
    desk: Desk,
    /// Who writes, and who approves.
    officers: [Caller; 2],
    told: BTreeSet<Date>,
    first: Option<AlertNumber>,
    second: Option<AlertNumber>,
}

impl AlertStory {
    /// A story in which these two accounts issue alerts.
    pub fn new(officers: [&str; 2]) -> Self {
        Self {
            books: Books::default(),
            desk: Desk::default(),
            officers: officers.map(Caller::operator),
            told: BTreeSet::new(),
            first: None,
            second: None,
        }
    }

    /// Tells what happened on the evening of an instant, and on evenings before that nobody told.
    pub async fn evening(&mut self, context: &Context) -> Result<(), AlertsError> {
        let today = context.now.to_zoned(TimeZone::UTC).date();
        let is_due = |day: &Date| *day <= today;
        if self.first.is_none() && is_due(&FIRST) && today < SECOND {
            self.first = Some(self.issue(context, first()).await?);
        }
        if self.second.is_none() && is_due(&SECOND) {
            let number = self.issue(context, second()).await?;
            self.second = Some(number);
            if let Some(first) = self.first {
                let reason = Some("The flaw is being exploited: the new alert is binding");
                self.change(context, 0, first, Change::Supersede(number), reason).await?;
            }
        }
        let evenings = EVENINGS.iter().enumerate().filter(|(_, day)| is_due(day));
        let new: Vec<usize> =
            evenings.filter(|(_, day)| !self.told.contains(day)).map(|(at, _)| at).collect();
        for at in new {
            self.told.extend(EVENINGS.get(at));
            self.answers(context, at).await?;
        }
        Ok(())
    }

    /// Ends the story: a third alert waits for a second person, and every claim is held against the evidence.
    pub async fn end(&mut self, context: &Context) -> Result<(), AlertsError> {
        let number = alerts::draft(context, self.officer(0), &self.books, third()).await?;
        self.change(context, 0, number, Change::Submit, None).await?;
        alerts::recheck(context, (&self.books, &self.desk)).await?;
        Ok(())
    }

    fn officer(&self, which: usize) -> &Caller {
        let [writes, approves] = &self.officers;
        if which == 0 { writes } else { approves }
    }

    async fn issue(&self, context: &Context, content: Content) -> Result<AlertNumber, AlertsError> {
        let number = alerts::draft(context, self.officer(0), &self.books, content).await?;
        self.change(context, 0, number, Change::Submit, None).await?;
        self.change(context, 1, number, Change::Approve, None).await?;
        Ok(number)
    }

    async fn change(
        &self,
        context: &Context,
        who: usize,
        number: AlertNumber,
        change: Change,
        reason: Option<&str>,
    ) -> Result<(), AlertsError> {
        let books = (&self.books, &self.desk);
        alerts::change(context, self.officer(who), books, number, &change, reason).await.map(drop)
    }

    /// What organisations said on one of the evenings.
    async fn answers(&self, context: &Context, evening: usize) -> Result<(), AlertsError> {
        let Some(number) = self.second.or(self.first) else { return Ok(()) };
        let books = (&self.books, &self.desk);
        let teller = Caller::operator("teller");
        let seen = alerts::alert(context, &teller, books, number, Moment::default()).await?;
        let today = seen.as_at;
        // Of the first alert the second evenings are others.
        let step = if self.second.is_some() { evening.saturating_sub(4) } else { evening };
        for row in seen.answer.rows {
            let what = acts(&row.code, step, today);
            let who = Caller::operator(format!("Security lead of {}", row.name));
            for (say, reason) in what {
                let said =
                    alerts::say(context, &who, books, (number, &row.code), &say, Some(reason))
                        .await;
                match said {
                    // Somebody whose claim was proved meanwhile has nothing more to say.
                    Ok(_) | Err(AlertsError::Answer(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        alerts::recheck(context, books).await?;
        Ok(())
    }
}

/// What an organisation says on one of the evenings after an alert, counted from 0, and why.
fn acts(code: &OrganisationCode, step: usize, today: Date) -> Vec<(Say, &'static str)> {
    let dice = dice(code);
    let in_days = |days: i32| today.checked_add(days.days()).unwrap_or(today);
    // A fifth never answers; the others read it on one of the first three evenings.
    if dice.is_multiple_of(5) {
        return Vec::new();
    }
    let read = usize::from(u8::try_from(dice / 5 % 3).unwrap_or(0));
    let mut says = Vec::new();
    if step == read {
        says.push((Say::Acknowledge(Route::Page), ""));
        says.push((Say::Applicability(Applicability::Applies), ""));
    }
    if step == read + 1 {
        match dice / 16 % 8 {
            // Done, they say.
            0..=3 => says.push((Say::Claim, "Our supplier told us that it is done")),
            4 => says.push((
                Say::AcceptRisk {
                    owner: "The senior information risk owner".to_owned(),
                    control: "Port 445 is closed between the scanners and the wards".to_owned(),
                    until: Some(in_days(60)),
                },
                "The scanners' maker has not released the update",
            )),
            5 => says.push((Say::AskExtension(in_days(45)), "The wards cannot stand still before")),
            _ => says.push((Say::Act(Some(in_days(10))), "")),
        }
    }
    if step == read + 2 && (dice / 128).is_multiple_of(4) {
        says.push((Say::Claim, "Rolled out to all that could be reached"));
    }
    says
}

/// A number that is the same for the same code each time (FNV-1a).
fn dice(code: &OrganisationCode) -> u64 {
    code.as_str().bytes().fold(0xcbf2_9ce4_8422_2325, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    }) >> 7
}

fn content(headline: &str, description: &str, steps: &[&str]) -> Content {
    let advise = Authority::new(Level::Advise, None);
    Content {
        headline: headline.to_owned(),
        description: description.to_owned(),
        steps: steps.iter().map(|step| (*step).to_owned()).collect(),
        advisories: vec!["MS17-010".to_owned()],
        #[expect(clippy::expect_used, reason = "to advise needs no basis")]
        authority: advise.expect("it needs none"),
        severity: Severity::Severe,
        urgency: Urgency::Expected,
        certainty: Certainty::Likely,
        marking: Marking::Green,
        audience: Audience {
            kinds: [OrganisationKind::Trust, OrganisationKind::Practice].into(),
            ..Audience::default()
        },
        clocks: Clocks {
            acknowledge_within: SignedDuration::from_hours(48),
            act: ActBy::Policy("nhs-14-day".to_owned()),
            expires: None,
        },
    }
}

fn first() -> Content {
    content(
        "Install the March 2017 security updates on every Windows machine",
        "Flaws in how Windows shares files let somebody on the same network run programs without a user. Nobody is \
         known to use them yet.",
        &[
            "Install the update of March 2017, or any later monthly one.",
            "Start each machine again: before that the fix is not in force.",
            "Send fresh lists of your machines, so that it can be seen.",
        ],
    )
}

fn second() -> Content {
    let basis = Basis::new("Standard contract of the invented service, section 21");
    let mut content = content(
        "Exploited now: install the March 2017 updates within 14 days",
        "Tools that use the flaws in how Windows shares files were published on 14 April. A worm needs no user and \
         no mail.",
        &[
            "Install the update of March 2017, or any later monthly one, and start the machine again.",
            "Where a device cannot be updated, close port 445 around it and say who answers for the risk.",
            "Send fresh lists of your machines: what is only said does not count as done.",
        ],
    );
    if let Some(authority) = Authority::new(Level::Require, basis) {
        content.authority = authority;
    }
    content.severity = Severity::Extreme;
    content.certainty = Certainty::Observed;
    content
}

fn third() -> Content {
    let mut content = content(
        "Turn off SMB version 1 wherever nothing needs it",
        "The worm of this week spread through an old way of sharing files that hardly anything needs any more.",
        &[
            "Find out what still needs it.",
            "Turn it off everywhere else.",
            "Send fresh lists of your machines.",
        ],
    );
    content.audience.exposed_only = true;
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_answer_occurs_and_some_never_answer() {
        let codes = (0..400).map(|n| format!("TR-{n:03}").parse::<OrganisationCode>().unwrap());
        let day = date(2017, 5, 2);
        let (mut silent, mut claims, mut risks, mut times) = (0, 0, 0, 0);
        for code in codes {
            let all: Vec<Say> =
                (0..5).flat_map(|step| acts(&code, step, day)).map(|(say, _)| say).collect();
            silent += u32::from(all.is_empty());
            claims += u32::from(all.contains(&Say::Claim));
            risks += u32::from(all.iter().any(|say| matches!(say, Say::AcceptRisk { .. })));
            times += u32::from(all.iter().any(|say| matches!(say, Say::AskExtension(_))));
        }
        assert!(
            silent > 40 && claims > 80 && risks > 10 && times > 10,
            "{silent} {claims} {risks} {times}"
        );
    }

    #[test]
    fn what_the_story_asks_can_be_sent() {
        for content in [first(), second(), third()] {
            assert_eq!(content.clone().checked(), Ok(content));
        }
    }
}
