//! What a form says for an organisation: read, told back before it is sent, and carried over the check.

use app::alerts::Say;
use jiff::Timestamp;
use jiff::civil::Date;
use response::answer::{Applicability, Route};
use serde::Deserialize;

use crate::words::{day, minute};

/// What was typed, as it was.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Saying {
    pub(super) csrf: String,
    /// What is said, by the names that [`Saying::read`] knows.
    pub(super) say: String,
    /// `send` once it was looked at.
    pub(super) step: String,
    pub(super) reason: String,
    pub(super) what: String,
    pub(super) next_update: String,
    pub(super) until: String,
    pub(super) owner: String,
    pub(super) control: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) care: String,
    pub(super) by: String,
    pub(super) answer: String,
}

impl Saying {
    /// What it says, or what is wrong with it.
    pub(super) fn read(&self) -> Result<Say, String> {
        let yes = |yes: &str, no: &str| match self.answer.trim() {
            given if given == yes => Ok(true),
            given if given == no => Ok(false),
            _ => Err(format!("Say {yes} or {no}.")),
        };
        Ok(match self.say.trim() {
            "acknowledge" => Say::Acknowledge(Route::Page),
            "acknowledge-by-phone" => Say::AcknowledgeByPhone { by: self.by.clone() },
            "applicability" => {
                Say::Applicability(Applicability::of_code(self.what.trim()).ok_or(
                    "Say whether it applies to you: yes, no, or that you are looking at it.",
                )?)
            }
            "act" => Say::Act(date(&self.next_update)?),
            "claim" => Say::Claim,
            "withdraw-claim" => Say::WithdrawClaim,
            "ask-extension" => {
                Say::AskExtension(date(&self.until)?.ok_or("Say until which day you need time.")?)
            }
            "accept-risk" => Say::AcceptRisk {
                owner: self.owner.clone(),
                control: self.control.clone(),
                until: date(&self.until)?,
            },
            "end-acceptance" => Say::EndAcceptance,
            "ask-window" => Say::AskWindow {
                from: instant(&self.from)?.ok_or("Say when the window begins.")?,
                until: instant(&self.to)?.ok_or("Say when the window ends.")?,
                care: self.care.clone(),
            },
            "decide-window" => {
                Say::DecideWindow { signed: yes("sign", "refuse")?, by: self.by.clone() }
            }
            "defer" => Say::Defer { owner: self.owner.clone(), until: date(&self.until)? },
            "decide-extension" => Say::DecideExtension(yes("give", "refuse")?),
            "override" => Say::Override { by: self.by.clone() },
            _ => return Err("Say what you want to answer.".to_owned()),
        })
    }

    /// Why, in their words.
    pub(super) fn reason(&self) -> Option<&str> {
        Some(self.reason.trim()).filter(|reason| !reason.is_empty())
    }

    /// Whether it is shown once more before it is sent: all but that somebody has read it.
    pub(super) fn is_to_be_checked(&self) -> bool {
        self.step != "send" && self.say.trim() != "acknowledge"
    }

    /// What it says, line by line.
    pub(super) fn lines(&self, say: &Say) -> Vec<(&'static str, String)> {
        let mut lines = Vec::new();
        let mut add = |name: &'static str, value: String| lines.push((name, value));
        let on = |until: &Option<Date>| until.map_or("no day".to_owned(), day);
        match say {
            Say::Acknowledge(_) => add("You say", "We have read it".into()),
            Say::AcknowledgeByPhone { by } => {
                add("You write down", "They have read it, and said so on the telephone".into());
                add("Who said so", by.clone());
            }
            Say::Applicability(what) => add(
                "You say",
                match what {
                    Applicability::Applies => "It applies to us",
                    Applicability::DoesNot => "It does not apply to us",
                    Applicability::Investigating => "We are looking whether it applies to us",
                }
                .into(),
            ),
            Say::Act(next) => {
                add("You say", "We are working on it".into());
                if let Some(next) = next {
                    add("You say more by", day(*next));
                }
            }
            Say::Claim => add("You say", "It is done".into()),
            Say::WithdrawClaim => add("You say", "It is not done after all".into()),
            Say::AskExtension(until) => add("You ask for time until", day(*until)),
            Say::AcceptRisk { owner, control, until } => {
                add("You say", "We live with the risk for a time".into());
                add("Who answers for it", owner.clone());
                add("What stands between", control.clone());
                add("It ends on", on(until));
            }
            Say::EndAcceptance => add("You say", "We do not live with the risk any more".into()),
            Say::AskWindow { from, until, care } => {
                add("You ask for a window from", minute(*from));
                add("Until", minute(*until));
                add("What care it touches", care.clone());
            }
            Say::DecideWindow { signed, by } => {
                add("The window is", if *signed { "signed" } else { "refused" }.into());
                add("By", by.clone());
            }
            Say::Defer { owner, until } => {
                add("You say", "We put it off".into());
                add("Who answers for it", owner.clone());
                add("It ends on", on(until));
            }
            Say::DecideExtension(granted) => {
                add("More time is", if *granted { "given" } else { "refused" }.into());
            }
            Say::Override { by } => {
                add("You say", "It is closed although evidence does not agree".into());
                add("Who answers for that", by.clone());
            }
        }
        if let Some(reason) = self.reason() {
            add("Because", reason.to_owned());
        }
        lines
    }

    /// The fields that the check carries over; empty ones are left out.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let all = [
            ("say", &self.say),
            ("reason", &self.reason),
            ("what", &self.what),
            ("next_update", &self.next_update),
            ("until", &self.until),
            ("owner", &self.owner),
            ("control", &self.control),
            ("from", &self.from),
            ("to", &self.to),
            ("care", &self.care),
            ("by", &self.by),
            ("answer", &self.answer),
        ];
        let filled = all.into_iter().filter(|(_, value)| !value.is_empty());
        filled.map(|(name, value)| (name, value.clone())).collect()
    }
}

fn date(text: &str) -> Result<Option<Date>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|_| format!("“{text}” is no day: write it as 2017-05-12 (year, month, day)."))
}

/// An instant as a browser's field gives it, in UTC, or in full.
fn instant(text: &str) -> Result<Option<Timestamp>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let ways = [text.to_owned(), format!("{text}Z"), format!("{text}:00Z")];
    ways.iter()
        .find_map(|way| way.parse().ok())
        .map(Some)
        .ok_or_else(|| format!("“{text}” is no instant: write it as 2017-05-12T20:00 (UTC)."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saying(say: &str) -> Saying {
        Saying { say: say.to_owned(), ..Saying::default() }
    }

    #[test]
    fn what_is_missing_is_asked_for() {
        for (say, words) in [
            ("", "what you want"),
            ("applicability", "whether it applies"),
            ("ask-extension", "until which day"),
            ("ask-window", "when the window begins"),
            ("decide-window", "sign or refuse"),
            ("decide-extension", "give or refuse"),
        ] {
            let fault = saying(say).read().unwrap_err();
            assert!(fault.contains(words), "{say}: {fault}");
        }
        let wrong = Saying { next_update: "12/05/2017".into(), ..saying("act") };
        assert!(wrong.read().unwrap_err().contains("no day"));
        assert_eq!(saying("act").read(), Ok(Say::Act(None)));
    }

    #[test]
    fn a_window_is_read_as_browsers_send_it() {
        let typed = Saying {
            from: "2017-05-12T20:00".into(),
            to: "2017-05-12T23:00:00Z".into(),
            care: "Ward 4".into(),
            ..saying("ask-window")
        };
        let Ok(Say::AskWindow { from, until, .. }) = typed.read() else { panic!("{typed:?}") };
        assert_eq!(until.duration_since(from).as_hours(), 3);
    }

    #[test]
    fn all_but_reading_is_looked_at_before_it_is_sent() {
        assert!(!saying("acknowledge").is_to_be_checked());
        assert!(saying("claim").is_to_be_checked());
        assert!(!Saying { step: "send".into(), ..saying("claim") }.is_to_be_checked());
        let typed = Saying { owner: "A".into(), until: "2017-06-01".into(), ..saying("defer") };
        let carried = typed.fields();
        assert_eq!(carried.len(), 3, "{carried:?}");
    }
}
