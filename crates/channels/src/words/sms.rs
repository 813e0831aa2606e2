//! A text message: short, on one line, with what matters at both ends.

use super::segments::{Coding, coding, plain, segments};
use super::{EXERCISE, is_open, reply_line, try_line, withheld};
use crate::message::Message;

/// How many parts a text message may have where nobody says otherwise: networks charge each, and deliver each alone.
pub const MOST_SEGMENTS: usize = 3;

/// What a text message says, in at most so many parts: the text is shortened, the rest never. Where the rest alone
/// needs more, it takes more.
pub fn sms(message: &Message, most_segments: usize) -> String {
    let mut before = String::new();
    if message.is_exercise {
        before.push_str(EXERCISE);
        before.push(' ');
    }
    before.push_str(message.marking.label());
    let link = message.link.as_ref().map(|link| link.as_str().to_owned());
    let after: Vec<String> =
        [try_line(message), reply_line(message), link].into_iter().flatten().collect();
    let compose = |text: &str| {
        let parts = [before.as_str(), text].into_iter().chain(after.iter().map(String::as_str));
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let text = if is_open(message) {
        // What it is about stands first: it is written to be read alone.
        let subject = plain(message.subject.as_str());
        let is_said = message.text.as_str().starts_with(message.subject.as_str());
        let text = plain(message.text.as_str());
        if is_said { text } else { format!("{subject}: {text}") }
    } else {
        withheld(message)
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let whole = compose(&text);
    if segments(&whole) <= most_segments {
        return whole;
    }
    // No part holds more than 160 characters.
    let ends: Vec<usize> =
        text.char_indices().map(|(at, _)| at).take(most_segments.saturating_mul(160)).collect();
    let short =
        |end: usize| compose(&format!("{}...", text.get(..end).unwrap_or_default().trim_end()));
    let fits = |end: &usize| segments(&short(*end)) <= most_segments;
    // One character of another alphabet halves what fits. Beginnings with one and beginnings without are two lists,
    // in each of which the longer takes more parts.
    let foreign = text.find(|c: char| coding(c.encode_utf8(&mut [0; 4])) == Coding::Ucs2);
    let is_plain = |end: &usize| foreign.is_none_or(|foreign| *end <= foreign);
    let (without, with) = ends.split_at(ends.partition_point(is_plain));
    [with, without]
        .into_iter()
        .find_map(|ends| {
            let (fitting, _) = ends.split_at(ends.partition_point(fits));
            fitting.iter().rev().find(|end| fits(end)).map(|end| short(*end))
        })
        .unwrap_or_else(|| compose("..."))
}

#[cfg(test)]
mod tests {
    use model::event::Marking;
    use proptest::prelude::*;

    use super::super::tests::{any_message, message};
    use super::*;

    #[test]
    fn a_text_message_begins_with_its_marking_and_ends_with_its_link() {
        let message =
            Message { tries: 2.try_into().unwrap(), ..message("Patch MS17-010 now.\nIt spreads.") };
        assert_eq!(
            sms(&message, MOST_SEGMENTS),
            "TLP:AMBER Patch MS17-010 now. It spreads. Sent again (2). Reply ACK A17M 4F https://ward.example/a/1?t=0123456789"
        );
        let message =
            Message { is_exercise: true, ..super::super::tests::message(&"x ".repeat(900)) };
        let text = sms(&message, 2);
        assert!(
            text.starts_with("EXERCISE EXERCISE EXERCISE TLP:AMBER Patch MS17-010 now: x x"),
            "{text}"
        );
        assert!(
            text.ends_with(" x... Reply ACK A17M 4F https://ward.example/a/1?t=0123456789"),
            "{text}"
        );
        assert_eq!(segments(&text), 2);
    }

    #[test]
    fn a_text_that_does_not_fit_at_all_leaves_code_and_link() {
        let long = format!("https://ward.example/{}", "a".repeat(179));
        let message = Message { link: Some(long.parse().unwrap()), ..message(&"ё".repeat(900)) };
        let text = sms(&message, 1);
        assert_eq!(text, format!("TLP:AMBER ... Reply ACK A17M 4F {long}"));
    }

    #[test]
    fn one_foreign_character_far_in_is_left_out_rather_than_half_of_the_text() {
        let text = format!("{}ё{}", "a".repeat(300), "b".repeat(300));
        let text = sms(&message(&text), MOST_SEGMENTS);
        assert!(text.contains(&"a".repeat(300)) && !text.contains('ё'), "{text}");
        assert_eq!(segments(&text), 3);
    }

    proptest! {
        #[test]
        fn a_text_message_keeps_to_its_parts(message in any_message(), most in 1_usize..6) {
            let text = sms(&message, most);
            // What is never shortened, with three characters of text.
            let bare = Message {
                text: "xxx".parse().unwrap(),
                subject: "xxx".parse().unwrap(),
                marking: message.marking.min(Marking::AmberStrict),
                ..message
            };
            let least = segments(&sms(&bare, usize::MAX));
            prop_assert!(segments(&text) <= most.max(least), "{}", text);
            prop_assert!(!text.contains('\n'));
        }
    }
}
