//! Microsoft update numbers in scanners' texts.

use model::kb::Kb;

/// Every "KBnnnnnn" in free text, in order, without repeats.
pub(crate) fn in_text(text: &str) -> Vec<Kb> {
    let mut found = Vec::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let upper = word.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("KB"));
        if upper && let Ok(kb) = word.parse() {
            add(&mut found, kb);
        }
    }
    found
}

/// Adds a number unless it is already there.
pub(crate) fn add(found: &mut Vec<Kb>, kb: Kb) {
    if !found.contains(&kb) {
        found.push(kb);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_numbers_once_and_in_order() {
        let found = in_text("KB4012212 or kb4012215 (KB4012212), KBase, KB");
        assert_eq!(found, [Kb::new(4_012_212).unwrap(), Kb::new(4_012_215).unwrap()]);
    }
}
