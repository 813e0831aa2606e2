//! What is sent, as its parts: each is right when it exists, so that no carrier has to look again.

use std::fmt;
use std::num::NonZeroU8;
use std::str::FromStr;

use model::event::Marking;
use url::Url;

use crate::address::Address;

/// One try of one attempt to tell one person by one route.
#[derive(Clone, Debug)]
pub struct Message {
    /// The attempt: the same at every try.
    pub reference: Reference,
    /// Which try, from 1.
    pub tries: NonZeroU8,
    /// Where to.
    pub to: Address,
    /// What it is about, in one line.
    pub subject: Subject,
    /// What is to be said.
    pub text: Text,
    /// Who may be shown it.
    pub marking: Marking,
    /// Whether nothing of it is real.
    pub is_exercise: bool,
    /// What to send back to acknowledge, without the word for it ("A17M 4F").
    pub reply_code: Option<ReplyCode>,
    /// The page to acknowledge at.
    pub link: Option<Link>,
}

impl Message {
    /// What the carrier knows this try by: the reference, a dot and the number of the try. Two tries are two messages;
    /// the same try twice is one.
    pub fn handle(&self) -> String {
        format!("{}.{}", self.reference, self.tries)
    }
}

/// The identity of an attempt, chosen by who sends: 1 to 64 of `A-Z a-z 0-9 - _ .`, beginning and ending with a letter
/// or digit, without two dots in a row. So it can stand in an address, a header and a Message-ID. It should be hard to
/// guess (a UUID in it): whoever knows it can write a bounce.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference(String);

impl Reference {
    /// The longest.
    pub const LONGEST: usize = 64;

    /// The reference as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a carrier gives back ([`Message::handle`]), as reference and try; `None` for what is not ours.
    pub fn of_handle(handle: &str) -> Option<(Self, NonZeroU8)> {
        let (reference, tries) = handle.rsplit_once('.')?;
        let is_plain = !tries.starts_with(['+', '0']);
        Some((reference.parse().ok()?, tries.parse().ok().filter(|_| is_plain)?))
    }
}

impl FromStr for Reference {
    type Err = MessageError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_part = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
        let is_end = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
        let bytes = text.as_bytes();
        let is_sound = bytes.len() <= Self::LONGEST
            && bytes.iter().all(|b| is_part(*b))
            && is_end(bytes.first())
            && is_end(bytes.last())
            && !text.contains("..");
        if is_sound { Ok(Self(text.to_owned())) } else { Err(MessageError::Reference) }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One line of 1 to 200 characters, without control characters: nothing in it can begin another header.
#[derive(Clone, PartialEq, Eq)]
pub struct Subject(String);

impl Subject {
    /// The line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Subject {
    /// What it is about may be as secret as the text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subject({} characters)", self.0.chars().count())
    }
}

impl FromStr for Subject {
    type Err = MessageError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let is_sound = (1..=200).contains(&text.chars().count())
            && !text.contains(|c| is_unseen(c) || matches!(c, '\u{2028}' | '\u{2029}'));
        if is_sound { Ok(Self(text.to_owned())) } else { Err(MessageError::Subject) }
    }
}

/// What is to be said: at most 20,000 characters; lines end with a line feed, and there are no other control characters
/// and none that turn the direction of writing.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Text {
    /// Not the text: it may be for one person only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} characters)", self.0.chars().count())
    }
}

impl FromStr for Text {
    type Err = MessageError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
        let text: String =
            text.replace('\t', " ").chars().filter(|c| *c == '\n' || !is_unseen(*c)).collect();
        let text = text.trim();
        if (1..=20_000).contains(&text.chars().count()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(MessageError::Text)
        }
    }
}

/// Control characters, and those that turn the direction of writing, by which one text can look like another
/// (Unicode TR 36).
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
}

/// What to send back: up to 20 letters, digits and single spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyCode(String);

impl ReplyCode {
    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ReplyCode {
    type Err = MessageError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_part = |b: u8| b.is_ascii_alphanumeric();
        let is_sound = text.len() <= 20
            && text.split(' ').all(|word| !word.is_empty() && word.bytes().all(is_part));
        if is_sound { Ok(Self(text.to_owned())) } else { Err(MessageError::ReplyCode) }
    }
}

/// The page to acknowledge at: `https` or `http`, up to 200 characters. It holds a token, so it is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Link(String);

impl Link {
    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Link {
    type Err = MessageError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_part = |b: u8| b.is_ascii_alphanumeric() || b"-._:/?=&%+#,;@!*".contains(&b);
        let is_web = Url::parse(text)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let is_sound = is_web && text.len() <= 200 && text.bytes().all(is_part);
        if is_sound { Ok(Self(text.to_owned())) } else { Err(MessageError::Link) }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(…)")
    }
}

/// Why something can be no part of a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// No reference.
    #[error(
        "no reference: 1 to 64 letters, digits, `-`, `_` and single dots, a letter or digit at both ends"
    )]
    Reference,
    /// No subject.
    #[error("no subject: one line of 1 to 200 characters, without control characters")]
    Subject,
    /// No text.
    #[error("no text: 1 to 20,000 characters that can be seen")]
    Text,
    /// No code.
    #[error("no reply code: up to 20 letters, digits and single spaces")]
    ReplyCode,
    /// No link.
    #[error("no link: an address of the web of up to 200 plain characters")]
    Link,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_handle_comes_back_and_nothing_else_is_one() {
        let (reference, tries) = Reference::of_handle("0199-af.3.0.1.2").unwrap();
        assert_eq!((reference.as_str(), tries.get()), ("0199-af.3.0.1", 2));
        for wrong in
            ["", "a", "a.", ".1", "a.0", "a.256", "a.+1", "a.01", "a..1", "a b.1", "-a.1", "a.-1"]
        {
            assert_eq!(Reference::of_handle(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_link_is_of_the_web_and_is_not_printed() {
        let link: Link = "https://ward.example/a/1?t=hush".parse().unwrap();
        assert!(!format!("{link:?}").contains("hush"));
        for wrong in [
            "",
            "ward.example",
            "javascript:alert(1)",
            "https://ward.example/\n",
            "https://ward.example/ä",
        ] {
            assert_eq!(wrong.parse::<Link>(), Err(MessageError::Link), "{wrong}");
        }
    }

    #[test]
    fn a_message_that_is_printed_shows_nobody_and_nothing() {
        let message = Message {
            to: Address::Webhook {
                url: "https://hooks.example/hush".parse().unwrap(),
                secret: crate::Secret::new("hush"),
            },
            subject: "hush".parse().unwrap(),
            ..crate::words::tests::message("hush")
        };
        let shown = format!("{message:?}");
        assert!(!shown.contains("hush") && !shown.contains("0123456789"), "{shown}");
    }

    proptest! {
        #[test]
        fn no_part_holds_what_could_begin_a_header(text in "(?s).{0,60}", cut in 0_usize..60) {
            let mut text = text;
            if text.is_char_boundary(cut.min(text.len())) {
                text.insert_str(cut.min(text.len()), "\r\nBcc: a@b.example");
            }
            if let Ok(subject) = text.parse::<Subject>() {
                prop_assert!(!subject.as_str().contains(char::is_control));
            }
            if let Ok(text) = text.parse::<Text>() {
                prop_assert!(!text.as_str().contains(|c: char| c.is_control() && c != '\n'));
            }
            prop_assert!(text.parse::<Link>().is_err());
            prop_assert!(text.parse::<ReplyCode>().is_err());
            prop_assert!(text.parse::<Reference>().is_err());
        }
    }
}
