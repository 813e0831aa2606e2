//! What a message says in each kind of channel, and the rules that hold in all of them:
//!
//! - an exercise says so before anything else;
//! - the marking (Traffic Light Protocol 2.0) stands before the text, and in the subject of mail;
//! - what is TLP:RED goes in full to a mailbox only: elsewhere the message says that there is one;
//! - from the second try on it says which try it is, so that networks do not take it for a loop;
//! - what to answer and where to acknowledge survive every shortening.
//!
//! Pure: a message in, a text out.

mod chat;
mod mail;
mod segments;
mod sms;

pub use chat::chat;
pub use mail::{Mail, mail};
pub use segments::{Coding, coding, segments};
pub use sms::{MOST_SEGMENTS, sms};

use model::event::Marking;

use crate::message::Message;

/// How an exercise begins in every channel.
pub const EXERCISE: &str = "EXERCISE EXERCISE EXERCISE";

/// What is said of a message that may not go this way.
fn withheld(message: &Message) -> String {
    let how = if message.link.is_some() { "Open the link" } else { "Call" };
    format!("You have a {} message. {how} to collect it.", Marking::Red.label())
}

/// Whether a message may be told in full where others than the named person may read: text messages, rooms, programs.
fn is_open(message: &Message) -> bool {
    message.marking < Marking::Red
}

/// The line about the try, from the second on.
fn try_line(message: &Message) -> Option<String> {
    let tries = message.tries.get();
    (tries > 1).then(|| format!("Sent again ({tries})."))
}

/// The line about what to answer.
fn reply_line(message: &Message) -> Option<String> {
    message.reply_code.as_ref().map(|code| format!("Reply ACK {}", code.as_str()))
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::address::Address;
    use crate::message::{Reference, Subject, Text};

    pub(crate) fn message(text: &str) -> Message {
        Message {
            reference: "0199-af.0.1.2".parse().unwrap(),
            tries: 1.try_into().unwrap(),
            to: Address::Phone("+447700900123".parse().unwrap()),
            subject: "Patch MS17-010 now".parse().unwrap(),
            text: text.parse().unwrap(),
            marking: Marking::Amber,
            is_exercise: false,
            reply_code: Some("A17M 4F".parse().unwrap()),
            link: Some("https://ward.example/a/1?t=0123456789".parse().unwrap()),
        }
    }

    pub(crate) fn any_message() -> impl Strategy<Value = Message> {
        let text = prop_oneof![".{0,400}", "[a-zA-Z0-9 .,]{1,900}", "(?s).{0,2000}"];
        let subject = "[ -~ä–]{1,120}";
        let marking = prop::sample::select(Marking::ALL.to_vec());
        let link = prop::option::of("https://ward\\.example/[a-z0-9/]{0,150}");
        let code = prop::option::of("A[0-9]{1,4}[A-Z] [0-9A-Z]{2}");
        (subject, text, marking, any::<bool>(), 1_u8.., code, link).prop_filter_map(
            "no message",
            |(subject, text, marking, is_exercise, tries, code, link)| {
                Some(Message {
                    subject: subject.parse::<Subject>().ok()?,
                    text: text.parse::<Text>().ok()?,
                    marking,
                    is_exercise,
                    tries: tries.try_into().ok()?,
                    reply_code: code.map(|code| code.parse().unwrap()),
                    link: link.map(|link| link.parse().unwrap()),
                    ..self::message("x")
                })
            },
        )
    }

    proptest! {
        #[test]
        fn the_rules_hold_in_every_channel(message in any_message()) {
            let mail = mail(&message);
            let most = MOST_SEGMENTS;
            for text in [sms(&message, most), chat(&message), mail.text.clone(), mail.subject.clone()] {
                prop_assert_eq!(text.starts_with(EXERCISE), message.is_exercise, "{}", text);
                prop_assert!(text.contains(message.marking.label()), "{}", text);
                let plain = |c: char| c == '\n' || !c.is_control();
                prop_assert!(text.chars().all(plain), "{:?}", text);
            }
            prop_assert!(!mail.subject.contains('\n'));
            for text in [sms(&message, most), chat(&message), mail.text] {
                if let Some(code) = &message.reply_code {
                    let line = format!("Reply ACK {}", code.as_str());
                    prop_assert!(text.contains(&line), "{}", text);
                }
                if let Some(link) = &message.link {
                    let is_whole = text.split(char::is_whitespace).any(|word| word == link.as_str());
                    prop_assert!(is_whole, "{}", text);
                }
                let again = format!("Sent again ({}).", message.tries);
                prop_assert_eq!(text.contains(&again), message.tries.get() > 1, "{}", text);
            }
        }

        #[test]
        fn nothing_of_a_red_message_leaves_but_by_mail(
            message in any_message(),
            secret in "[A-Z]{12,40}",
        ) {
            let message = Message {
                marking: Marking::Red,
                text: format!("{secret} {}", message.text.as_str()).parse().unwrap(),
                subject: secret.parse().unwrap(),
                ..message
            };
            prop_assert!(!sms(&message, MOST_SEGMENTS).contains(&secret));
            prop_assert!(!chat(&message).contains(&secret));
            prop_assert!(mail(&message).text.contains(&secret));
        }

        #[test]
        fn every_try_says_something_else(message in any_message()) {
            let again = Message { tries: message.tries.saturating_add(1), ..message.clone() };
            if again.tries != message.tries {
                prop_assert_ne!(sms(&message, MOST_SEGMENTS), sms(&again, MOST_SEGMENTS));
                prop_assert_ne!(mail(&message).text, mail(&again).text);
                prop_assert_ne!(chat(&message), chat(&again));
            }
        }
    }

    #[test]
    fn the_subject_of_mail_is_not_told_in_text_where_it_is_red() {
        let red = Message { marking: Marking::Red, ..message("Secret") };
        assert_eq!(
            sms(&red, MOST_SEGMENTS),
            "TLP:RED You have a TLP:RED message. Open the link to collect it. Reply ACK A17M 4F https://ward.example/a/1?t=0123456789"
        );
        let red = Message { link: None, reply_code: None, ..red };
        assert_eq!(sms(&red, 3), "TLP:RED You have a TLP:RED message. Call to collect it.");
        let reference: Reference = "a".parse().unwrap();
        assert_eq!(Message { reference, ..red }.handle(), "a.1");
    }
}
