//! Rooms and people of Matrix.

use std::fmt;
use std::str::FromStr;

use super::AddressError;

/// Where a message goes in Matrix.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MatrixPlace {
    /// A room that our account is in.
    Room(RoomId),
    /// A person: a room with them alone is found, or made.
    User(UserId),
}

impl FromStr for MatrixPlace {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::Room).or_else(|_| text.parse().map(Self::User))
    }
}

/// A room (`!id:server`; since room version 12 without a server).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RoomId(String);

/// A person (`@name:server`).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UserId(String);

/// Matrix specification, appendices, "common identifier format": 255 bytes with sigil and server.
const LONGEST: usize = 255;

impl RoomId {
    /// The identity as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl UserId {
    /// The identity as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RoomId {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let rest = text.strip_prefix('!').ok_or(AddressError::Matrix)?;
        let (id, server) = rest.split_once(':').map_or((rest, None), |(id, at)| (id, Some(at)));
        let is_sound = is_plain(id) && server.is_none_or(is_server) && text.len() <= LONGEST;
        if is_sound { Ok(Self(text.to_owned())) } else { Err(AddressError::Matrix) }
    }
}

impl FromStr for UserId {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let rest = text.strip_prefix('@').ok_or(AddressError::Matrix)?;
        let (name, server) = rest.split_once(':').ok_or(AddressError::Matrix)?;
        let is_sound = is_plain(name) && is_server(server) && text.len() <= LONGEST;
        if is_sound { Ok(Self(text.to_owned())) } else { Err(AddressError::Matrix) }
    }
}

/// Visible ASCII without a colon (historical names allow all of it).
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && b != b':')
}

/// A name or an address with an optional port.
fn is_server(text: &str) -> bool {
    let is_part = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
    !text.is_empty() && text.bytes().all(is_part)
}

impl fmt::Debug for RoomId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoomId(…:{})", self.0.split_once(':').map_or("", |(_, server)| server))
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserId(…:{})", self.0.split_once(':').map_or("", |(_, server)| server))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_room_or_a_person() {
        assert!(matches!("!a1:chat.example:8448".parse(), Ok(MatrixPlace::Room(_))));
        assert!(matches!(
            "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM".parse(),
            Ok(MatrixPlace::Room(_))
        ));
        assert!(matches!("@on.call:chat.example".parse(), Ok(MatrixPlace::User(_))));
        let user: UserId = "@on.call:chat.example".parse().unwrap();
        assert_eq!(format!("{user:?}"), "UserId(…:chat.example)");
        for wrong in
            ["", "!", "@a", "@:b", "a:b", "#room:chat.example", "!a\r\n:b", "@a b:c", "@a:b/c"]
        {
            assert_eq!(wrong.parse::<MatrixPlace>(), Err(AddressError::Matrix), "{wrong}");
        }
    }
}
