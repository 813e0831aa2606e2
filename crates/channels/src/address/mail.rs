//! Mail addresses.

use std::fmt;
use std::str::FromStr;

use super::AddressError;

/// A mail address in ASCII without quotes: `name@host`. Stricter than RFC 5321, so that it can stand in any header.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MailAddress(String);

/// RFC 5321, 4.5.3.1.1: the longest local part.
const LONGEST_LOCAL: usize = 64;
/// RFC 5321, 4.5.3.1.3: a path of 256 with its brackets.
const LONGEST: usize = 254;

impl MailAddress {
    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands behind the sign.
    pub fn host(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, host)| host)
    }

    /// The same mailbox with a tag (`name+tag@host`, RFC 5233), where that is not too long.
    pub(crate) fn tagged(&self, tag: &str) -> Option<Self> {
        let (local, host) = self.0.rsplit_once('@')?;
        format!("{local}+{tag}@{host}").parse().ok()
    }
}

impl FromStr for MailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (local, host) = text.rsplit_once('@').ok_or(AddressError::Mail)?;
        // RFC 5322, 3.2.3: atoms with single dots between.
        let is_atom = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
        };
        let is_label = |part: &str| {
            (1..=63).contains(&part.len())
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !part.starts_with('-')
                && !part.ends_with('-')
        };
        let is_sound = text.len() <= LONGEST
            && local.len() <= LONGEST_LOCAL
            && local.split('.').all(is_atom)
            && host.split('.').all(is_label);
        if is_sound {
            Ok(Self(format!("{local}@{}", host.to_ascii_lowercase())))
        } else {
            Err(AddressError::Mail)
        }
    }
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailAddress(…@{})", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_mailbox_and_nothing_else() {
        let address: MailAddress = " On.Call+night@Trust.Example ".parse().unwrap();
        assert_eq!(address.as_str(), "On.Call+night@trust.example");
        assert_eq!(format!("{address:?}"), "MailAddress(…@trust.example)");
        assert_eq!(address.tagged("a.1").unwrap().as_str(), "On.Call+night+a.1@trust.example");
        for wrong in [
            "",
            "a",
            "@b",
            "a@",
            "a b@c.example",
            "a@b@c.example",
            "a..b@c.example",
            "a@c.example\r\nBcc: d@e.example",
            "a\r\n@c.example",
            "\"a\"@c.example",
            "<a@c.example>",
            "A <a@c.example>",
            "a@-c.example",
            "a@c..example",
            "ä@c.example",
            "a,b@c.example",
        ] {
            assert_eq!(wrong.parse::<MailAddress>(), Err(AddressError::Mail), "{wrong}");
        }
        assert!(format!("{}@c.example", "a".repeat(65)).parse::<MailAddress>().is_err());
    }
}
