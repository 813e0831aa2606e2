//! An alert from its draft to its end.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use jiff::{SignedDuration, Timestamp};
use model::event::Marking;
use response::alert::{
    ActBy, Alert, AlertNumber, Audience, Authority, Certainty, Clocks, Content, End, Entry, Level,
    Phase, Refused, Severity, Statement, Urgency, approve, close, draft, revise, send_back, submit,
    supersede, withdraw,
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn content(headline: &str) -> Content {
    Content {
        headline: headline.to_owned(),
        description: "A worm can use the flaw.".to_owned(),
        steps: vec!["Install the update.".to_owned()],
        advisories: vec!["MS17-010".to_owned()],
        authority: Authority::new(Level::Advise, None).unwrap(),
        severity: Severity::Severe,
        urgency: Urgency::Expected,
        certainty: Certainty::Likely,
        marking: Marking::Amber,
        audience: Audience::default(),
        clocks: Clocks {
            acknowledge_within: SignedDuration::from_hours(48),
            act: ActBy::Open,
            expires: None,
        },
    }
}

/// An alert with what was said of it.
struct Story {
    number: AlertNumber,
    entries: Vec<Entry>,
}

impl Story {
    fn new(place: u32) -> Self {
        Self { number: AlertNumber::new(place).unwrap(), entries: Vec::new() }
    }

    fn alert(&self) -> Alert {
        Alert::fold(self.number, &self.entries, Timestamp::MAX)
    }

    fn say(&mut self, actor: &str, statement: Statement) {
        let day = self.entries.len() + 1;
        self.entries.push(Entry {
            id: format!("00000000-0000-7000-8000-{day:012}").parse().unwrap(),
            at: at(&format!("2017-04-{day:02}T09:00:00Z")),
            actor: actor.to_owned(),
            reason: Some("because".to_owned()),
            statement,
        });
    }

    fn issued(place: u32) -> Self {
        let mut story = Self::new(place);
        story.say("ada", draft(&story.alert(), content("Install it")).unwrap());
        story.say("ada", submit(&story.alert()).unwrap());
        story.say("bo", approve(&story.alert(), "bo").unwrap());
        story
    }
}

#[test]
fn nothing_is_in_force_that_one_person_wrote_and_approved() {
    let mut story = Story::new(17);
    assert_eq!(submit(&story.alert()), Err(Refused::NoDraft(story.number)));
    story.say("ada", draft(&story.alert(), content("Install it")).unwrap());
    assert_eq!(story.alert().phase(), Phase::Draft);
    assert_eq!(approve(&story.alert(), "bo"), Err(Refused::NotSubmitted(story.number)));
    story.say("cy", revise(&story.alert(), content("Install it now")).unwrap());
    story.say("ada", submit(&story.alert()).unwrap());
    assert_eq!(story.alert().phase(), Phase::AwaitingSecondPerson);
    for author in ["ada", "cy"] {
        assert_eq!(approve(&story.alert(), author), Err(Refused::SamePerson(story.number)));
        // Nor would a record that says so make it true.
        let mut forged = Story { number: story.number, entries: story.entries.clone() };
        forged.say(author, Statement::Issued);
        assert_eq!(forged.alert().phase(), Phase::AwaitingSecondPerson);
    }
    assert_eq!(draft(&story.alert(), content("Else")), Err(Refused::Waiting(story.number)));
    story.say("bo", approve(&story.alert(), "bo").unwrap());
    assert_eq!(story.alert().phase(), Phase::Issued);
    assert_eq!(story.alert().current().unwrap().approved_by, "bo");
}

#[test]
fn what_is_sent_back_is_changed_and_submitted_again() {
    let mut story = Story::new(1);
    story.say("ada", draft(&story.alert(), content("Install it")).unwrap());
    story.say("ada", submit(&story.alert()).unwrap());
    assert_eq!(send_back(&story.alert(), Some(" ")), Err(Refused::NoReason));
    story.say("bo", send_back(&story.alert(), Some("which update?")).unwrap());
    let alert = story.alert();
    assert_eq!(alert.phase(), Phase::Draft);
    assert_eq!(alert.proposal.unwrap().sent_back.as_deref(), Some("because"));
    story.say("ada", revise(&story.alert(), content("Install the March update")).unwrap());
    story.say("ada", submit(&story.alert()).unwrap());
    story.say("bo", approve(&story.alert(), "bo").unwrap());
    assert_eq!(story.alert().current().unwrap().content.headline, "Install the March update");
}

#[test]
fn an_update_needs_a_second_person_as_well_and_the_old_version_stays() {
    let mut story = Story::issued(2);
    story.say("bo", revise(&story.alert(), content("Install it today")).unwrap());
    let alert = story.alert();
    assert_eq!(alert.phase(), Phase::Issued, "the old one is in force");
    assert_eq!(alert.current().unwrap().content.headline, "Install it");
    story.say("bo", submit(&story.alert()).unwrap());
    assert_eq!(approve(&story.alert(), "bo"), Err(Refused::SamePerson(story.number)));
    // Who wrote the first version may approve the second.
    story.say("ada", approve(&story.alert(), "ada").unwrap());
    let headlines: Vec<String> =
        story.alert().issues.into_iter().map(|issue| issue.content.headline).collect();
    assert_eq!(headlines, ["Install it", "Install it today"]);
}

#[test]
fn an_alert_ends_once_and_says_how() {
    let other = Story::issued(4).alert();
    let mut story = Story::issued(3);
    let own = story.alert();
    assert_eq!(supersede(&own, &own), Err(Refused::Itself(own.number)));
    assert!(supersede(&own, &Story::new(9).alert()).is_err());
    assert_eq!(withdraw(&own, None), Err(Refused::NoReason));
    story.say("ada", supersede(&own, &other).unwrap());
    assert_eq!(story.alert().phase(), Phase::Ended(End::Superseded(other.number)));
    story.say("ada", Statement::Withdrawn);
    assert_eq!(story.alert().phase(), Phase::Ended(End::Superseded(other.number)), "the first end");
    for refused in [
        draft(&story.alert(), content("More")),
        submit(&story.alert()),
        close(&story.alert(), Some("done")),
        withdraw(&story.alert(), Some("wrong")),
        approve(&story.alert(), "bo"),
    ] {
        assert_eq!(refused, Err(Refused::Over(story.number)));
    }
    assert!(story.alert().current().is_some(), "what was in force stays readable");
}

#[test]
fn any_past_day_gives_the_alert_of_that_day_and_time_ends_it() {
    let mut story = Story::new(5);
    let mut ending = content("Install it");
    ending.clocks.expires = Some(at("2017-06-01T00:00:00Z"));
    story.say("ada", draft(&story.alert(), ending).unwrap());
    story.say("ada", submit(&story.alert()).unwrap());
    story.say("bo", Statement::Issued);
    let on = |day: &str| Alert::fold(story.number, &story.entries, at(day)).phase();
    assert_eq!(on("2017-04-01T10:00:00Z"), Phase::Draft);
    assert_eq!(on("2017-04-02T10:00:00Z"), Phase::AwaitingSecondPerson);
    assert_eq!(on("2017-05-31T23:59:59Z"), Phase::Issued);
    assert_eq!(on("2017-06-01T00:00:00Z"), Phase::Ended(End::Expired));
}
