//! What an alert says.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use model::event::Marking;

use super::{Audience, Authority, Certainty, Severity, Urgency};

/// What an alert says, as one version of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// One line: it is the text message too.
    pub headline: String,
    /// What it is, in plain words.
    pub description: String,
    /// What to do, step by step.
    pub steps: Vec<String>,
    /// The advisories it is about ("MS17-010", "CVE-2017-0144"): evidence is held against these. One update that
    /// closes six flaws is one alert that names six.
    pub advisories: Vec<String>,
    /// By what right it is asked.
    pub authority: Authority,
    /// How much is at stake.
    pub severity: Severity,
    /// How soon.
    pub urgency: Urgency,
    /// How sure the sender is.
    pub certainty: Certainty,
    /// Who may read it.
    pub marking: Marking,
    /// Whom it is for.
    pub audience: Audience,
    /// By when.
    pub clocks: Clocks,
}

/// By when something is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clocks {
    /// How long after it was issued it must be acknowledged (two days in the NHS: DSP Toolkit 6.3.2).
    pub acknowledge_within: SignedDuration,
    /// When it must be done.
    pub act: ActBy,
    /// When it ends by itself, if it does.
    pub expires: Option<Timestamp>,
}

/// When something must be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActBy {
    /// On a day, for all.
    Day(Date),
    /// As a policy of deadlines sets it for each organisation, and again when what is known changes.
    Policy(String),
    /// No day is set.
    Open,
}

impl Content {
    /// Most characters of a headline: with the number and who sends it, it fits one text message.
    pub const MOST_HEADLINE: usize = 120;
    /// Most characters of the description and of a step.
    pub const MOST_TEXT: usize = 4_000;
    /// Most steps, and most advisories.
    pub const MOST_PARTS: usize = 50;
    /// The longest time to acknowledge.
    pub const MOST_PATIENCE: SignedDuration = SignedDuration::from_hours(31 * 24);

    /// Checks it, and gives it back without space around its texts.
    pub fn checked(mut self) -> Result<Self, ContentError> {
        self.headline = one_line(&self.headline);
        let texts = self.steps.iter_mut().chain(&mut self.advisories);
        for text in texts.chain([&mut self.description]) {
            *text = text.trim().to_string();
        }
        self.steps.retain(|step| !step.is_empty());
        self.advisories.retain(|advisory| !advisory.is_empty());
        self.advisories.sort();
        self.advisories.dedup();
        let long = |text: &str| text.chars().count() > Self::MOST_TEXT;
        let headline = self.headline.chars().count();
        if headline == 0 {
            Err(ContentError::NoHeadline)
        } else if headline > Self::MOST_HEADLINE {
            Err(ContentError::LongHeadline(headline))
        } else if self.description.is_empty() {
            Err(ContentError::NoDescription)
        } else if long(&self.description) || self.steps.iter().any(|step| long(step)) {
            Err(ContentError::Long)
        } else if self.steps.is_empty() {
            Err(ContentError::NoStep)
        } else if self.steps.len().max(self.advisories.len()) > Self::MOST_PARTS {
            Err(ContentError::Many)
        } else if self.advisories.is_empty() && self.audience.exposed_only {
            Err(ContentError::NothingToBeExposedTo)
        } else if !self.clocks.acknowledge_within.is_positive()
            || self.clocks.acknowledge_within > Self::MOST_PATIENCE
        {
            Err(ContentError::Patience)
        } else {
            Ok(self)
        }
    }
}

/// Line breaks and runs of space become one space: a headline goes into a text message and a subject.
fn one_line(text: &str) -> String {
    text.split_whitespace()
        .filter(|word| !word.chars().any(char::is_control))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Why a content cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// No headline.
    #[error("it has no headline: say in one line what to do")]
    NoHeadline,
    /// A headline that is too long.
    #[error("the headline has {0} characters, and {max} go into a text message", max = Content::MOST_HEADLINE)]
    LongHeadline(usize),
    /// No description.
    #[error("it does not say what it is about")]
    NoDescription,
    /// A text that is too long.
    #[error("a text has more than {max} characters", max = Content::MOST_TEXT)]
    Long,
    /// No step.
    #[error("it does not say what to do: write at least one step")]
    NoStep,
    /// Too many parts.
    #[error("it has more than {max} steps or advisories: make it two alerts", max = Content::MOST_PARTS)]
    Many,
    /// For the exposed only, and exposed to nothing.
    #[error("it is for the exposed only and names no advisory: name one, or send it to all")]
    NothingToBeExposedTo,
    /// A time to acknowledge that is none.
    #[error("the time to acknowledge must be more than nothing and at most 31 days")]
    Patience,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::Level;

    pub(crate) fn content() -> Content {
        Content {
            headline: "Install the March 2017 security update on every Windows machine".into(),
            description: "A worm can use the flaw that it closes.".into(),
            steps: vec!["Install the update.".into(), "Start the machine again.".into()],
            advisories: vec!["MS17-010".into()],
            authority: Authority::new(Level::Advise, None).unwrap(),
            severity: Severity::Severe,
            urgency: Urgency::Expected,
            certainty: Certainty::Likely,
            marking: Marking::Amber,
            audience: Audience { exposed_only: true, ..Audience::default() },
            clocks: Clocks {
                acknowledge_within: SignedDuration::from_hours(48),
                act: ActBy::Policy("nhs-14-day".into()),
                expires: None,
            },
        }
    }

    #[test]
    fn a_sound_content_comes_back_tidy() {
        let mut long = content();
        long.headline = "  Install\r\nthe   update ".into();
        long.steps.push("  ".into());
        long.advisories = vec![" CVE-2017-0144".into(), "MS17-010".into(), "MS17-010 ".into()];
        let tidy = long.checked().unwrap();
        assert_eq!(tidy.headline, "Install the update");
        assert_eq!(tidy.steps.len(), 2);
        assert_eq!(tidy.advisories, ["CVE-2017-0144", "MS17-010"]);
    }

    #[test]
    fn what_cannot_be_sent_says_why() {
        let with = |change: fn(&mut Content)| {
            let mut one = content();
            change(&mut one);
            one.checked().unwrap_err()
        };
        assert_eq!(with(|c| c.headline.clear()), ContentError::NoHeadline);
        assert_eq!(with(|c| c.headline = "x".repeat(121)), ContentError::LongHeadline(121));
        assert_eq!(with(|c| c.description = " ".into()), ContentError::NoDescription);
        assert_eq!(with(|c| c.description = "x".repeat(4_001)), ContentError::Long);
        assert_eq!(with(|c| c.steps.clear()), ContentError::NoStep);
        assert_eq!(with(|c| c.steps = vec!["x".into(); 51]), ContentError::Many);
        assert_eq!(with(|c| c.advisories.clear()), ContentError::NothingToBeExposedTo);
        let none = |c: &mut Content| c.clocks.acknowledge_within = SignedDuration::ZERO;
        assert_eq!(with(none), ContentError::Patience);
    }
}
