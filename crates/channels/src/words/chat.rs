//! A message in a room, or to a program: plain text in a few lines.

use super::{EXERCISE, is_open, reply_line, try_line, withheld};
use crate::message::Message;

/// What a message says in a room, and in the text of a webhook. A room has readers that nobody named, so what is
/// TLP:RED is withheld.
pub fn chat(message: &Message) -> String {
    let mut lines = Vec::new();
    if message.is_exercise {
        lines.push(EXERCISE.to_owned());
    }
    lines.push(message.marking.label().to_owned());
    if is_open(message) {
        lines.push(message.subject.as_str().to_owned());
        lines.push(message.text.as_str().to_owned());
    } else {
        lines.push(withheld(message));
    }
    lines.extend(try_line(message));
    lines.extend(reply_line(message));
    lines.extend(message.link.as_ref().map(|link| link.as_str().to_owned()));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::tests::message;
    use super::*;

    #[test]
    fn a_room_reads_marking_text_and_what_to_answer() {
        assert_eq!(
            chat(&message("It spreads.")),
            "TLP:AMBER\nPatch MS17-010 now\nIt spreads.\nReply ACK A17M 4F\nhttps://ward.example/a/1?t=0123456789"
        );
    }
}
