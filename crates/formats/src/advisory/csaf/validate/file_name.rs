//! The file name of a CSAF document (section 5.1).

/// The name that section 5.1 gives to the document with this tracking identifier.
///
/// ```
/// use formats::advisory::csaf::validate::file_name_for;
/// assert_eq!(file_name_for("2022_#01-A"), "2022_01-a.json");
/// ```
pub fn file_name_for(tracking_id: &str) -> String {
    let mut name = String::with_capacity(tracking_id.len() + ".json".len());
    for character in tracking_id.to_lowercase().chars() {
        // The underscore is allowed in a name but replaced as well: no two stand side by side.
        if matches!(character, 'a'..='z' | '0'..='9' | '+' | '-') {
            name.push(character);
        } else if !name.ends_with('_') {
            name.push('_');
        }
    }
    name.push_str(".json");
    name
}

/// Tells whether a file name (no folder) follows section 5.1 for this tracking identifier.
///
/// The standard's own mark for a broken document, `_invalid` before the extension, is accepted.
pub fn file_name_follows(tracking_id: &str, file_name: &str) -> bool {
    let expected = file_name_for(tracking_id);
    let marked = file_name.strip_suffix("_invalid.json").map(|stem| format!("{stem}.json"));
    file_name == expected || marked.is_some_and(|unmarked| unmarked == expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_lower_case_and_runs_of_other_characters_become_one_underscore() {
        assert_eq!(file_name_for("RHBA-2019:0024"), "rhba-2019_0024.json");
        assert_eq!(file_name_for("Ward Round - 2026/7"), "ward_round_-_2026_7.json");
        assert_eq!(file_name_for("a___b"), "a_b.json");
        // Lower-casing comes first: the Kelvin sign becomes an ASCII k.
        assert_eq!(file_name_for("\u{212A}-1"), "k-1.json");
    }

    #[test]
    fn a_name_is_checked_with_and_without_the_mark_of_a_broken_document() {
        assert!(file_name_follows("WR-2026:1", "wr-2026_1.json"));
        assert!(file_name_follows("WR-2026:1", "wr-2026_1_invalid.json"));
        assert!(file_name_follows("WR_invalid", "wr_invalid.json"));
        assert!(!file_name_follows("WR-2026:1", "WR-2026_1.json"));
        assert!(!file_name_follows("WR-2026:1", "wr-2026__1.json"));
    }
}
