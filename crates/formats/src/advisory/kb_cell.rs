//! Cells that should hold KB numbers, and what Microsoft's data really holds there:
//! "4012212", "KB29166583", "Release Notes", "kernel", "MS16-110, 3187754",
//! "3118389<br><br>4022173", "20.0.1", "System.Object[]".

use model::kb::Kb;

/// The update a cell names; `None` if the cell holds something else or nothing.
pub(super) fn update(cell: &str) -> Option<Kb> {
    let cell = cell.trim();
    if let Some(number) = plain_number(cell) {
        return Kb::new(number);
    }
    let rest = cell.strip_prefix("KB").or_else(|| cell.strip_prefix("kb"))?;
    plain_number(rest.trim()).and_then(Kb::new)
}

/// The updates a list names, without repeats, and whether every word of it was understood.
pub(super) fn superseded(cell: &str) -> (Vec<Kb>, bool) {
    let mut found = Vec::new();
    let mut understood = true;
    for word in cell.split([';', ',', ' ', '\n', '\r', '\t', '<', '>', '/']) {
        if let Some(kb) = update(word) {
            if !found.contains(&kb) {
                found.push(kb);
            }
        } else if !is_known_noise(word) {
            understood = false;
        }
    }
    (found, understood)
}

/// Text that stands for an empty cell.
pub(super) fn cleaned(cell: &str) -> &str {
    match cell.trim() {
        // A PowerShell array printed as text.
        "System.Object[]" => "",
        other => other,
    }
}

/// Five to nine digits: the oldest KB numbers in Microsoft's data have five or six, today's seven.
fn plain_number(text: &str) -> Option<u32> {
    if (5..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

/// Words between the numbers that name no update: line breaks in markup, bulletins, "None".
fn is_known_noise(word: &str) -> bool {
    let bulletin = word.strip_prefix("MS").is_some_and(|rest| {
        rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_digit() || b == b'-')
    });
    bulletin
        || matches!(word, "" | "br" | "None" | "none" | "N" | "A" | "n" | "a" | "System.Object[]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(cell: &str) -> (Vec<u32>, bool) {
        let (found, understood) = superseded(cell);
        (found.into_iter().map(Kb::number).collect(), understood)
    }

    #[test]
    fn only_update_numbers_are_updates() {
        assert_eq!(update("4012212"), Kb::new(4_012_212));
        assert_eq!(update("KB29166583"), Kb::new(29_166_583));
        for cell in ["", "Release Notes", "python3", "SP81X86", "20.0.1", "System.Object[]", "7"] {
            assert_eq!(update(cell), None, "{cell}");
        }
    }

    #[test]
    fn lists_keep_their_numbers_and_confess_the_rest() {
        assert_eq!(numbers("MS16-110, 3187754"), (vec![3_187_754], true));
        assert_eq!(numbers("3118389<br><br>4022173"), (vec![3_118_389, 4_022_173], true));
        assert_eq!(numbers("3142037\n"), (vec![3_142_037], true));
        assert_eq!(numbers("2883200;SP81X86"), (vec![2_883_200], false));
        assert_eq!(numbers("None"), (vec![], true));
        assert_eq!(numbers("20.0.1"), (vec![], false));
        assert_eq!(numbers("4011586<br><br>4011586"), (vec![4_011_586], true));
    }
}
