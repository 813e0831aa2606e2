//! Mail: the marking in the subject and before the text (TLP 2.0), plain text only.

use super::{EXERCISE, reply_line, try_line};
use crate::message::Message;

/// What a mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its subject, one line.
    pub subject: String,
    /// Its text; lines end with a line feed.
    pub text: String,
}

/// What a mail says.
pub fn mail(message: &Message) -> Mail {
    let label = message.marking.label();
    let exercise = if message.is_exercise { format!("{EXERCISE} ") } else { String::new() };
    let subject = format!("{exercise}[{label}] {}", message.subject.as_str());
    let mut parts: Vec<String> = Vec::new();
    if message.is_exercise {
        parts.push(format!("{EXERCISE}\nThis is an exercise. Nothing in this message is real."));
    }
    parts.push(label.to_owned());
    parts.push(message.text.as_str().to_owned());
    if let Some(link) = &message.link {
        parts.push(format!("Acknowledge here:\n{}", link.as_str()));
    }
    parts.extend(reply_line(message).map(|line| format!("By text message: {line}")));
    parts.extend(try_line(message));
    Mail { subject, text: format!("{}\n", parts.join("\n\n")) }
}

#[cfg(test)]
mod tests {
    use super::super::tests::message;
    use super::*;

    #[test]
    fn a_mail_is_marked_twice_and_ends_with_what_to_do() {
        let message = Message {
            is_exercise: true,
            tries: 3.try_into().unwrap(),
            ..message("Patch now.\n\nIt spreads.")
        };
        let mail = mail(&message);
        assert_eq!(mail.subject, "EXERCISE EXERCISE EXERCISE [TLP:AMBER] Patch MS17-010 now");
        assert_eq!(
            mail.text,
            "EXERCISE EXERCISE EXERCISE\nThis is an exercise. Nothing in this message is real.\n\nTLP:AMBER\n\n\
             Patch now.\n\nIt spreads.\n\nAcknowledge here:\nhttps://ward.example/a/1?t=0123456789\n\n\
             By text message: Reply ACK A17M 4F\n\nSent again (3).\n"
        );
    }
}
