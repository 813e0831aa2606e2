//! Words for a person, the same on every face: counts with their nouns.

/// A count with its noun: "1 host", "3 hosts", "12,040 flaws".
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A number with commas, so that 1141 and 11411 are not taken for one another.
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A name on one line: one with a line break in it could write a row of its own into a table.
pub fn one_line(name: &str) -> String {
    name.split(['\n', '\r'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The first letter as a capital.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_their_nouns() {
        assert_eq!(count(0, "host", "hosts"), "0 hosts");
        assert_eq!(count(1, "host", "hosts"), "1 host");
        assert_eq!(count(1_234_567, "host", "hosts"), "1,234,567 hosts");
        assert_eq!(thousands(999), "999");
    }
}
