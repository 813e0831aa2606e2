//! What the invented sector was asked, and how it answered: some at once, some never, some wrongly.
//!
//! Told beside the reports, on the evenings of some days, so that each answer stands beside what evidence showed
//! then. Who answers how follows from the organisation's place in the list: the same story each time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use model::event::Marking;
use model::organisation::OrganisationKind;
use response::alert::{
    ActBy, AlertNumber, Audience, Authority, Basis, Certainty, Clocks, Content, Level, Severity,
    Urgency,
};
use response::answer::{Applicability, Route};

use crate::alerts::{self, AlertsError, Books, Change, Say};
use crate::context::{Caller, Context};
use crate::delivery::{Carriers, Postman};
use crate::exposure::desk::{Desk, Moment};

/// The first alert: three days after the updates came out.
const FIRST: Date = date(2017, 3, 17);
/// The second, which stands in its place: 14 days from here are the day of the attack of 2017.
const SECOND: Date = date(2017, 4, 28);
/// So many of the evenings come before the second alert.
const AFTER_FIRST: usize = 4;
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
    books: Arc<Books>,
    desk: Arc<Desk>,
    /// Who writes, and who approves.
    officers: [Caller; 2],
    /// Days to come on which something happens.
    days: BTreeSet<Date>,
    first: Option<AlertNumber>,
    second: Option<AlertNumber>,
    post: Option<Post>,
}

/// Who tells people in the story, by the clock of the story.
struct Post {
    postman: Arc<Postman>,
    now: Arc<Mutex<Timestamp>>,
}

/// So many minutes after an alert it is looked again who must be told: an extreme one climbs a step in ten.
const MINUTES: [i64; 7] = [0, 11, 22, 33, 44, 60, 90];

impl Post {
    async fn send(&self, at: Timestamp) -> Result<(), AlertsError> {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = at;
        Ok(self.postman.send_due().await?)
    }
}

impl AlertStory {
    /// A story in which these two accounts issue alerts, from a day on.
    pub fn new(officers: [&str; 2], from: Date) -> Self {
        let days = EVENINGS.into_iter().chain([FIRST, SECOND]);
        Self {
            books: Arc::default(),
            desk: Arc::default(),
            officers: officers.map(Caller::operator),
            days: days.filter(|day| *day >= from).collect(),
            first: None,
            second: None,
            post: None,
        }
    }

    /// The same in which people are told by carriers.
    #[must_use]
    pub fn told_by(mut self, context: &Context, carriers: Carriers) -> Self {
        self.books = Arc::new(Books::with_codes(context.store.secret("codes")));
        let now = Arc::new(Mutex::new(context.now));
        let (store, clock) = (Arc::clone(&context.store), Arc::clone(&now));
        let context = move || Context {
            store: Arc::clone(&store),
            now: *clock.lock().unwrap_or_else(PoisonError::into_inner),
        };
        let known = (Arc::clone(&self.books), Arc::clone(&self.desk));
        let postman = Arc::new(Postman::new(context, known, Arc::new(carriers)));
        self.post = Some(Post { postman, now });
        self
    }

    /// Tells what happened on evenings before a day, and on that day's own where it is the last.
    pub async fn until(&mut self, context: &Context, day: Date) -> Result<(), AlertsError> {
        while let Some(next) = self.days.first().copied().filter(|next| *next < day) {
            self.days.pop_first();
            self.evening(&context.at(after_reports(next)), next).await?;
        }
        Ok(())
    }

    async fn evening(&mut self, context: &Context, today: Date) -> Result<(), AlertsError> {
        crate::exposure::refresh(context).await?;
        if today == FIRST {
            self.first = Some(self.issue(context, first()).await?);
        }
        if today == SECOND {
            let number = self.issue(context, second()).await?;
            self.second = Some(number);
            if let Some(first) = self.first {
                let reason = Some("The flaw is being exploited: the new alert is binding");
                self.change(context, 0, first, Change::Supersede(number), reason).await?;
            }
        }
        if let Some(evening) = EVENINGS.iter().position(|evening| *evening == today) {
            self.answers(context, evening).await?;
        }
        let Some(post) = &self.post else { return Ok(()) };
        let is_news = today == FIRST || today == SECOND;
        for minutes in MINUTES.into_iter().take(if is_news { MINUTES.len() } else { 1 }) {
            let later = context.now.checked_add(SignedDuration::from_mins(minutes));
            post.send(later.unwrap_or(context.now)).await?;
        }
        Ok(())
    }

    /// Ends the story: a third alert waits for a second person, and every claim is held against the evidence.
    pub async fn end(&mut self, context: &Context) -> Result<(), AlertsError> {
        let number = alerts::draft(context, self.officer(0), &self.books, third()).await?;
        self.change(context, 0, number, Change::Submit, None).await?;
        alerts::recheck(context, (&*self.books, &*self.desk)).await?;
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
        let books = (&*self.books, &*self.desk);
        alerts::change(context, self.officer(who), books, number, (&change, None), reason)
            .await
            .map(drop)
    }

    /// What organisations said on one of the evenings.
    async fn answers(&self, context: &Context, evening: usize) -> Result<(), AlertsError> {
        let Some(number) = self.second.or(self.first) else { return Ok(()) };
        let books = (&*self.books, &*self.desk);
        let teller = Caller::operator("teller");
        let seen = alerts::alert(context, &teller, books, number, Moment::default()).await?;
        let today = seen.as_at;
        // The evenings after each alert are counted from 0.
        let step =
            if self.second.is_some() { evening.saturating_sub(AFTER_FIRST) } else { evening };
        let mut rows = seen.answer.rows;
        rows.sort_by(|a, b| (a.kind, &a.code).cmp(&(b.kind, &b.code)));
        let mut places: BTreeMap<Option<OrganisationKind>, usize> = BTreeMap::new();
        for row in rows {
            let place = places.entry(row.kind).or_default();
            let what = acts(*place, step, today);
            *place += 1;
            let who = Caller::operator(format!("Security lead of {}", row.name));
            for (say, reason) in what {
                let about = (number, &row.code);
                let said = alerts::say(context, &who, books, about, &say, Some(reason)).await;
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

/// How an organisation answers an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// It says at once that all is done.
    Claims,
    /// It works on it.
    Works,
    /// It never answers.
    Silent,
    /// It needs more time.
    Waits,
    /// It works on it, and says then that it is done.
    WorksThenClaims,
    /// It lives with the risk.
    Accepts,
}

/// How organisations of a kind answer, by their place in the list of their codes: the same story each time, and in the
/// smallest sector too there is one who claims wrongly and one who never answers.
const MANNERS: [Manner; 8] = [
    Manner::Claims,
    Manner::Silent,
    Manner::WorksThenClaims,
    Manner::Waits,
    Manner::Claims,
    Manner::Works,
    Manner::Accepts,
    Manner::Silent,
];

/// What an organisation says on one of the evenings after an alert, counted from 0, and why.
fn acts(place: usize, step: usize, today: Date) -> Vec<(Say, &'static str)> {
    let in_days = |days: i32| today.checked_add(days.days()).unwrap_or(today);
    let manner = MANNERS.get(place % MANNERS.len()).copied().unwrap_or(Manner::Silent);
    if manner == Manner::Silent {
        return Vec::new();
    }
    // Read on one of the first three evenings.
    let read = place / MANNERS.len() % 3;
    let mut says = Vec::new();
    if step == read {
        says.push((Say::Acknowledge(Route::Page), ""));
        says.push((Say::Applicability(Applicability::Applies), ""));
    }
    let works = || (Say::Act(Some(in_days(10))), "");
    if step == read + 1 {
        says.push(match manner {
            Manner::Claims => (Say::Claim, "Our supplier told us that it is done"),
            Manner::Waits => {
                (Say::AskExtension(in_days(45)), "The wards cannot stand still before")
            }
            Manner::Accepts => (
                Say::AcceptRisk {
                    owner: "The senior information risk owner".to_owned(),
                    control: "Port 445 is closed between the scanners and the wards".to_owned(),
                    until: Some(in_days(60)),
                },
                "The scanners' maker has not released the update",
            ),
            Manner::Works | Manner::WorksThenClaims | Manner::Silent => works(),
        });
    }
    if step == read + 2 && manner == Manner::WorksThenClaims {
        says.push((Say::Claim, "Rolled out to all that could be reached"));
    }
    says
}

/// Ten past six in the evening: after the day's reports, so that what is said stands beside what they show.
fn after_reports(day: Date) -> Timestamp {
    day.at(18, 10, 0, 0)
        .to_zoned(TimeZone::UTC)
        .map_or(Timestamp::MIN, |evening| evening.timestamp())
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
    // Who attacks knows it: everybody may.
    content.marking = Marking::Clear;
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
    fn in_the_smallest_sector_too_one_claims_and_one_never_answers() {
        let day = date(2017, 5, 2);
        let all = |place| (0..5).flat_map(move |step| acts(place, step, day)).map(|(say, _)| say);
        assert!(all(0).any(|say| say == Say::Claim));
        assert_eq!(all(1).count(), 0);
        let says: Vec<Say> = (0..MANNERS.len() * 3).flat_map(all).collect();
        assert!(says.iter().any(|say| matches!(say, Say::AcceptRisk { .. })));
        assert!(says.iter().any(|say| matches!(say, Say::AskExtension(_))));
        // Each has said all of it by the fifth evening after the second alert.
        assert!(EVENINGS.len() - AFTER_FIRST >= 5);
    }

    #[test]
    fn what_the_story_asks_can_be_sent() {
        for content in [first(), second(), third()] {
            assert_eq!(content.clone().checked(), Ok(content));
        }
    }
}
