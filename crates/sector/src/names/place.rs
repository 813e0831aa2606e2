//! Places that are nowhere: three syllables, of which the first is none of an English place.

const HEADS: [&str; 30] = [
    "Brav", "Quel", "Drem", "Elvo", "Fesk", "Gorv", "Hesk", "Ilmo", "Jarv", "Kesk", "Lorv", "Mesk",
    "Nesk", "Orvi", "Presk", "Quern", "Rusk", "Skelv", "Tarv", "Ulvi", "Velm", "Wesk", "Yarv",
    "Zann", "Brusk", "Corz", "Drusk", "Felv", "Glesk", "Horv",
];
const MIDDLES: [&str; 8] = ["a", "e", "en", "er", "in", "o", "um", "el"];
const TAILS: [&str; 20] = [
    "dale", "wick", "mere", "stoke", "combe", "holt", "leigh", "thorpe", "stead", "marsh", "haven",
    "moor", "firth", "garth", "ness", "bridge", "field", "burn", "worth", "fold",
];

/// How many places there are.
pub(crate) const PLACES: u32 = 30 * 8 * 20;

/// A step through all places that meets each once: it has no factor in common with their number.
const STEP: u32 = 2903;

/// A place; different numbers below [`PLACES`] give different places.
pub(crate) fn place(number: u32, offset: u32) -> String {
    let at = (u64::from(number) * u64::from(STEP) + u64::from(offset)) % u64::from(PLACES);
    let at = usize::try_from(at).unwrap_or(0);
    let part = |list: &'static [&'static str], at: usize| list.get(at).copied().unwrap_or("");
    let head = part(&HEADS, at / (MIDDLES.len() * TAILS.len()));
    let middle = part(&MIDDLES, at / TAILS.len() % MIDDLES.len());
    let tail = part(&TAILS, at % TAILS.len());
    // "Elvo" and "o" make one vowel, not two.
    let head = if middle.starts_with(['a', 'e', 'i', 'o', 'u']) {
        head.trim_end_matches(['o', 'i'])
    } else {
        head
    };
    format!("{head}{middle}{tail}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_number_is_a_place_of_its_own() {
        let all: BTreeSet<String> = (0..PLACES).map(|number| place(number, 77)).collect();
        assert_eq!(all.len(), PLACES as usize);
    }
}
