//! People who do not exist, and how to reach them.

use model::organisation::OrganisationCode;

use crate::keyed::Stream;

const GIVEN: [&str; 24] = [
    "Alex", "Amina", "Bela", "Carys", "Dara", "Eamon", "Farah", "Gwen", "Hamid", "Ines", "Jonah",
    "Kiran", "Leila", "Marek", "Nadia", "Owen", "Priya", "Rowan", "Sanna", "Tariq", "Una",
    "Vikram", "Wanda", "Yusuf",
];
const HEADS: [&str; 16] = [
    "Ask", "Bell", "Crand", "Dorn", "Eskel", "Farr", "Gratt", "Hollis", "Imber", "Karr", "Lund",
    "Marr", "Oster", "Prind", "Tarr", "Wint",
];
const TAILS: [&str; 12] = [
    "avane", "borrow", "endine", "erley", "iscombe", "kettle", "orrick", "ovander", "rigg",
    "sworn", "umble", "wenny",
];

/// Who to ring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The person's name.
    pub name: String,
    /// A telephone number of the office.
    pub phone: String,
    /// A mobile number.
    pub mobile: String,
    /// A mail address.
    pub mail: String,
}

/// A person of an organisation.
pub(crate) fn contact(stream: &mut Stream, code: &OrganisationCode) -> Contact {
    let given = stream.of(&GIVEN);
    let family = format!("{}{}", stream.of(&HEADS), stream.of(&TAILS));
    Contact {
        mail: format!("{given}.{family}@{code}.example").to_ascii_lowercase(),
        phone: format!("01632 960{:03}", stream.below(1000)),
        mobile: format!("07700 900{:03}", stream.below(1000)),
        name: format!("{given} {family}"),
    }
}
