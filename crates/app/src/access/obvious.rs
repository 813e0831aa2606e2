//! Passwords that anybody would try first: made of the season, the year, the service, the keyboard.
//!
//! Found by rule, not by list: what is left of a password after all that is obvious in it is taken
//! away must be worth something. ASVS 5.0: 6.1.2 and 6.2.11 (words of the context), 6.2.4.

/// What must be left, in letters and digits.
const WORTH: usize = 5;
/// Neighbours in a row that make it obvious.
const RUN: usize = 4;

/// Words that are obvious here: the service's, the calendar's, and what people write when they are
/// asked for a password.
const WORDS: [&str; 62] = [
    "password",
    "passwort",
    "passphrase",
    "passcode",
    "welcome",
    "letmein",
    "login",
    "logon",
    "admin",
    "administrator",
    "secret",
    "change",
    "changeme",
    "please",
    "default",
    "temporary",
    "test",
    "user",
    "guest",
    "hello",
    "iloveyou",
    "master",
    "monkey",
    "dragon",
    "football",
    "wardround",
    "hospital",
    "trust",
    "practice",
    "surgery",
    "clinic",
    "health",
    "healthcare",
    "care",
    "ward",
    "nurse",
    "doctor",
    "patient",
    "nhs",
    "service",
    "national",
    "security",
    "computer",
    "windows",
    "office",
    "spring",
    "summer",
    "autumn",
    "winter",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "today",
];

/// Rows of neighbours, read in both directions.
const ROWS: [&str; 6] = [
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
];

/// Whether a password is made of what is obvious: our words and those given (a name, a login, a
/// service), written with digits for letters or not, years, rows of the keyboard, repetitions.
pub fn is_obvious(password: &str, words: &[&str]) -> bool {
    let text: Vec<char> = password.chars().flat_map(char::to_lowercase).collect();
    let words: Vec<Vec<char>> = words
        .iter()
        .flat_map(|words| words.split(|c: char| !c.is_alphanumeric()))
        .map(str::to_lowercase)
        .chain(WORDS.iter().map(|word| (*word).to_owned()))
        .map(|word| word.chars().collect())
        .filter(|word: &Vec<char>| word.len() >= 3)
        .collect();
    let (mut left, mut rest) = (0, text.as_slice());
    while let Some((first, after)) = rest.split_first() {
        let obvious = obvious_start(rest, &words);
        if obvious > 0 {
            rest = rest.get(obvious..).unwrap_or(&[]);
        } else {
            left += usize::from(first.is_alphanumeric());
            rest = after;
        }
    }
    left < WORTH
}

/// How many characters at the start are obvious together; the most, where several things are.
fn obvious_start(text: &[char], words: &[Vec<char>]) -> usize {
    let longest_word = words.iter().filter(|word| begins_with(text, word)).map(Vec::len).max();
    [longest_word.unwrap_or(0), repetition(text), row(text), year(text)]
        .into_iter()
        .max()
        .unwrap_or(0)
}

fn begins_with(text: &[char], word: &[char]) -> bool {
    text.len() >= word.len()
        && text.iter().zip(word).all(|(typed, meant)| stands_for(*typed, *meant))
}

/// Whether a character is written for a letter: itself, or what looks like it.
fn stands_for(typed: char, meant: char) -> bool {
    typed == meant
        || matches!(
            (typed, meant),
            ('0', 'o')
                | ('1' | '!' | '|', 'i' | 'l')
                | ('3', 'e')
                | ('4' | '@', 'a')
                | ('5' | '$', 's')
                | ('7' | '+', 't')
                | ('8', 'b')
                | ('9', 'g')
        )
}

fn repetition(text: &[char]) -> usize {
    let count = text.iter().take_while(|c| Some(*c) == text.first()).count();
    if count >= 3 { count } else { 0 }
}

fn row(text: &[char]) -> usize {
    let runs = ROWS.iter().flat_map(|row| {
        let forth: Vec<char> = row.chars().collect();
        let back: Vec<char> = row.chars().rev().collect();
        [forth, back]
    });
    let along = |row: Vec<char>| {
        let start = row.iter().position(|c| Some(c) == text.first());
        let rest = start.and_then(|start| row.get(start..)).unwrap_or(&[]);
        rest.iter().zip(text).take_while(|(one, other)| one == other).count()
    };
    runs.map(along).max().filter(|count| *count >= RUN).unwrap_or(0)
}

/// Up to four digits, as a year or a day has them, with no digit after.
fn year(text: &[char]) -> usize {
    let digits = text.iter().take_while(|c| c.is_ascii_digit()).count();
    if digits <= 4 { digits } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_anybody_would_try_is_obvious() {
        let words = ["Ada Sample", "a.sample@rx1.example", "Marsh End"];
        for password in [
            "Summer2017!!!!",
            "Password1234",
            "P@ssw0rd2017",
            "WelcomeWelcome1",
            "qwertyuiop123",
            "Hospital-2017!",
            "NHS-winter-2016",
            "aaaaaaaaaaaa",
            "123456789012",
            "abcdefghijkl",
            "Wardround2017",
            "0987654321qwert",
            "ChangeMe12345",
            "AdaSample2017",
            "MarshEnd!2017",
            "ad4-s4mple-1",
            "November2017!!",
            "            ",
            "letmein letmein",
        ] {
            assert!(is_obvious(password, &words), "{password}");
        }
    }

    #[test]
    fn what_takes_thought_is_not() {
        for password in [
            "correct horse battery staple",
            "Hospital kettle, 1911",
            "vK3-mmPq92xLd",
            "the ward cat sleeps",
            "schöne grüße vom see",
            "748291 rope 3316",
        ] {
            assert!(!is_obvious(password, &["Ada Sample"]), "{password}");
        }
    }

    #[test]
    fn every_season_and_month_with_every_year_is_obvious() {
        for word in WORDS {
            for year in 1990..2040 {
                for end in ["", "!", "!!", "."] {
                    assert!(is_obvious(&format!("{word}{year}{end}"), &[]), "{word}{year}{end}");
                }
            }
        }
    }
}
