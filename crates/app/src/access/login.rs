//! What people type to say who they are.

use std::fmt;
use std::str::FromStr;

/// A login: letters, digits and `@ . _ - +`, kept in small letters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Login(String);

impl Login {
    /// The login as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Login {
    type Err = LoginError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().to_ascii_lowercase();
        let sound = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"@._-+".contains(&b));
        if !(2..=100).contains(&text.len()) || !sound {
            return Err(LoginError);
        }
        Ok(Self(text))
    }
}

/// A text that is no login.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no login: write 2 to 100 letters, digits and `@ . _ - +`")]
pub struct LoginError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_kept_in_small_letters_and_holds_no_markup() {
        assert_eq!(
            " A.Sample@RX1.example ".parse::<Login>().unwrap().as_str(),
            "a.sample@rx1.example"
        );
        for text in ["", "a", "a b", "<b>", "ä.b", "a\0b", &"a".repeat(101)] {
            assert_eq!(text.parse::<Login>(), Err(LoginError), "{text}");
        }
    }
}
