//! Answers by text message: what somebody on a small telephone meant.
//!
//! Each message that goes out ends with what to send back: `ACK A17M 4F`, the alert and two characters that say
//! who was told. People answer in small letters, without spaces, with "yes", or with the two characters
//! alone. What is understood is said back to them; what is not is never taken for an acknowledgement.

use model::organisation::OrganisationCode;

use crate::alert::AlertNumber;

/// What was sent to a telephone number and waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The alert.
    pub alert: AlertNumber,
    /// For which organisation: one telephone may stand for several.
    pub organisation: OrganisationCode,
    /// The two characters of the message ("4F").
    pub code: String,
}

/// What somebody meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// They have read the alert.
    Acknowledged(Open),
    /// They cannot lead: the next of the ladder is told at once.
    CannotLead(Open),
    /// They want to be called.
    CallMe(Open),
    /// Several alerts wait for an answer, and it does not say which.
    Which(Vec<AlertNumber>),
    /// Nothing waits for an answer of this number.
    NothingOpen,
    /// It cannot be understood.
    NotUnderstood,
}

/// What a word begins with.
const WORDS: [(&str, Meaning); 9] = [
    ("ACKNOWLEDGE", Meaning::Yes),
    ("ACK", Meaning::Yes),
    ("YES", Meaning::Yes),
    ("OK", Meaning::Yes),
    ("PASS", Meaning::Pass),
    ("CALL", Meaning::Call),
    ("1", Meaning::Yes),
    ("2", Meaning::Pass),
    ("3", Meaning::Call),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Yes,
    Pass,
    Call,
}

/// Reads an answer from a number to which these messages went, the newest last.
pub fn read(text: &str, open: &[Open]) -> Reply {
    /// Longer is no answer but a message of its own.
    const MOST: usize = 200;
    if text.chars().count() > MOST {
        return Reply::NotUnderstood;
    }
    if open.is_empty() {
        return Reply::NothingOpen;
    }
    let plain: String =
        text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    // The longest word first; a digit only as the whole answer, for codes hold digits.
    let said = WORDS.iter().find_map(|(word, meaning)| {
        let is_digit = word.len() == 1;
        let rest = plain.strip_prefix(word)?;
        (!is_digit || rest.is_empty()).then_some((*meaning, rest))
    });
    let (meaning, rest) = match said {
        Some((meaning, rest)) => (Some(meaning), rest),
        None => (None, plain.as_str()),
    };
    let Some(which) = which(rest, open) else { return Reply::NotUnderstood };
    match (which, meaning) {
        // Nothing but a code acknowledges; nothing at all does not.
        (Which::None, None) => Reply::NotUnderstood,
        (Which::None, Some(meaning)) => match open {
            [one] => reply(one, meaning),
            several => Reply::Which(several.iter().map(|one| one.alert).collect()),
        },
        (Which::One(one), meaning) => reply(one, meaning.unwrap_or(Meaning::Yes)),
        (Which::Several(several), _) => Reply::Which(several),
    }
}

enum Which<'a> {
    None,
    One(&'a Open),
    Several(Vec<AlertNumber>),
}

/// Which of the open messages is meant by what stands after the word; `None`: by something else.
fn which<'a>(rest: &str, open: &'a [Open]) -> Option<Which<'a>> {
    if rest.is_empty() {
        return Some(Which::None);
    }
    let fits = |one: &Open| {
        let alert = one.alert.to_string();
        rest == alert || rest == one.code || rest == format!("{alert}{}", one.code)
    };
    let mut found: Vec<&Open> = open.iter().filter(|one| fits(one)).collect();
    let last = found.pop()?;
    // The same alert by two messages is one answer; two alerts with the same code are not, nor are two organisations.
    let is_same = |one: &&Open| one.alert == last.alert && one.organisation == last.organisation;
    if found.iter().all(is_same) {
        return Some(Which::One(last));
    }
    Some(Which::Several(found.into_iter().chain([last]).map(|one| one.alert).collect()))
}

fn reply(open: &Open, meaning: Meaning) -> Reply {
    let open = open.clone();
    match meaning {
        Meaning::Yes => Reply::Acknowledged(open),
        Meaning::Pass => Reply::CannotLead(open),
        Meaning::Call => Reply::CallMe(open),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn open(place: u32, code: &str) -> Open {
        Open {
            alert: AlertNumber::new(place).unwrap(),
            organisation: "RX1".parse().unwrap(),
            code: code.to_owned(),
        }
    }

    #[test]
    fn an_answer_is_understood_as_people_type_it() {
        let one = open(17, "4F");
        let number = one.alert.to_string();
        let list = [one.clone()];
        let yes = Reply::Acknowledged(one.clone());
        for text in [
            format!("ACK {number} 4F"),
            format!("ack{number}4f").to_lowercase(),
            format!("  Ack, {number}. "),
            "YES".to_owned(),
            "ok!".to_owned(),
            "4f".to_owned(),
            "1".to_owned(),
            number.clone(),
        ] {
            assert_eq!(read(&text, &list), yes, "{text}");
        }
        assert_eq!(read("2", &list), Reply::CannotLead(one.clone()));
        assert_eq!(read(&format!("pass {number}"), &list), Reply::CannotLead(one.clone()));
        assert_eq!(read("call", &list), Reply::CallMe(one));
    }

    #[test]
    fn what_is_not_understood_acknowledges_nothing() {
        let list = [open(17, "4F")];
        for text in ["", " ", "no", "ACK A18K", "ACK 5F", "who is this?", "4F 4F", "yes but later"]
        {
            assert_eq!(read(text, &list), Reply::NotUnderstood, "{text}");
        }
        assert_eq!(read(&"yes ".repeat(100), &list), Reply::NotUnderstood);
        assert_eq!(read("yes", &[]), Reply::NothingOpen);
    }

    #[test]
    fn where_several_wait_it_must_say_which() {
        let list = [open(17, "4F"), open(18, "7K"), open(18, "2B")];
        assert!(matches!(read("yes", &list), Reply::Which(_)));
        assert_eq!(read("yes 7k", &list), Reply::Acknowledged(list[1].clone()));
        assert_eq!(read(&list[1].alert.to_string(), &list), Reply::Acknowledged(list[2].clone()));
        let same = [open(17, "4F"), open(18, "4F")];
        assert!(matches!(read("4F", &same), Reply::Which(_)));
    }

    #[test]
    fn one_telephone_for_two_organisations_answers_for_the_one_whose_code_it_sends() {
        let first = open(17, "4F");
        let second = Open { organisation: "RX2".parse().unwrap(), ..open(17, "7K") };
        let list = [first, second.clone()];
        assert!(matches!(read("yes", &list), Reply::Which(_)));
        assert!(matches!(read(&list[0].alert.to_string(), &list), Reply::Which(_)));
        assert_eq!(read("7k", &list), Reply::Acknowledged(second));
    }

    proptest! {
        #[test]
        fn nothing_that_names_no_open_message_acknowledges_where_two_wait(text in ".{0,40}") {
            let list = [open(17, "4F"), open(18, "7K")];
            if let Reply::Acknowledged(one) = read(&text, &list) {
                let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
                let plain = plain.to_uppercase();
                let names = plain.contains(&one.alert.to_string()) || plain.contains(&one.code);
                prop_assert!(names, "{text}");
            }
        }
    }
}
