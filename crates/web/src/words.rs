//! Words and numbers as pages show them.

use app::exposure::answer::Counts;
use app::exposure::sentence;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::verdict::Verdict;
use model::words::thousands;

/// A number with commas.
pub(crate) fn number(value: u64) -> String {
    thousands(usize::try_from(value).unwrap_or(usize::MAX))
}

/// A count with its noun.
pub(crate) fn counted(value: u64, one: &str, many: &str) -> String {
    model::words::count(usize::try_from(value).unwrap_or(usize::MAX), one, many)
}

/// An instant to the minute.
pub(crate) fn minute(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %B %Y, %H:%M UTC").to_string()
}

/// An instant, as exactly as it is known.
pub(crate) fn instant(at: Timestamp) -> String {
    let zoned = at.to_zoned(TimeZone::UTC);
    let form = match (zoned.second(), zoned.subsec_nanosecond()) {
        (0, 0) => return minute(at),
        (_, 0) => "%-d %B %Y, %H:%M:%S UTC",
        _ => "%-d %B %Y, %H:%M:%S%.f UTC",
    };
    zoned.strftime(form).to_string()
}

/// A day as people write it, of one as programs do; what is no day stays as it is.
pub(crate) fn day_of(text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), day)
}

/// A day as people write it.
pub(crate) fn day(day: jiff::civil::Date) -> String {
    day.strftime("%-d %B %Y").to_string()
}

/// A verdict as a word, a shape and a class of style: never a colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sign {
    /// The word.
    pub(crate) word: &'static str,
    /// The shape, for whoever sees no colours and reads no words.
    pub(crate) shape: &'static str,
    /// The class.
    pub(crate) class: &'static str,
    /// The verdict's name in addresses.
    pub(crate) code: &'static str,
}

/// The sign of a verdict.
pub(crate) const fn sign(verdict: Verdict) -> Sign {
    let code = verdict.code();
    match verdict {
        Verdict::Affected => Sign { word: "Open", shape: "▲", class: "open", code },
        Verdict::Unknown => Sign { word: "Unknown", shape: "?", class: "unknown", code },
        Verdict::Mitigated => Sign { word: "Mitigated", shape: "◆", class: "mitigated", code },
        Verdict::Fixed => Sign { word: "Fixed", shape: "●", class: "fixed", code },
        Verdict::NotAffected => Sign { word: "Not affected", shape: "○", class: "clear", code },
    }
}

/// The verdict that stands for an organisation: the worst that any of its hosts has. `None` where it
/// has no host, or nobody knows how many: that is unknown too.
pub(crate) fn worst(counts: &Counts) -> Verdict {
    if counts.of(Verdict::Affected) > 0 {
        return Verdict::Affected;
    }
    if counts.hosts() == 0 || counts.of_unknown_size > 0 {
        return Verdict::Unknown;
    }
    Verdict::ALL.into_iter().find(|verdict| counts.of(*verdict) > 0).unwrap_or(Verdict::Unknown)
}

/// Hosts by verdict, each with its sign, the worst first. Where nothing was shown and nobody knows how
/// many hosts there are, no number is known: not even zero.
pub(crate) fn sums(counts: &Counts) -> Vec<(Sign, String)> {
    let is_known = counts.hosts() > 0;
    let shown = |hosts| if is_known { number(hosts) } else { "?".to_owned() };
    Verdict::ALL.into_iter().map(|verdict| (sign(verdict), shown(counts.of(verdict)))).collect()
}

/// Why hosts are unknown, the most hosts first.
pub(crate) fn why_unknown(counts: &Counts) -> Vec<(String, String)> {
    let why = sentence::unknowns(counts);
    let words = |why: String| model::words::capital(&why.replace("known affected", "known open"));
    why.into_iter().map(|(why, hosts)| (words(why), number(hosts))).collect()
}

/// A text within a query or a path: everything but letters, digits and `-._~` as percent codes.
pub(crate) fn percent(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use exposure::index::AnswerCode;
    use exposure::judge::ReasonKind;

    use super::*;

    #[test]
    fn an_organisation_without_hosts_is_unknown_and_not_clear() {
        assert_eq!(worst(&Counts::default()), Verdict::Unknown);
        assert_eq!(worst(&Counts { unseen: 3, ..Counts::default() }), Verdict::Unknown);
        // A region of which one member has shown nothing is not fixed because the others are.
        let code =
            |verdict| AnswerCode { verdict, reason: ReasonKind::UpdateInstalled, last_known: None };
        let mut region = Counts { of_unknown_size: 1, ..Counts::default() };
        region.seen.insert(code(Verdict::Fixed), 40);
        assert_eq!(worst(&region), Verdict::Unknown);
        region.seen.insert(code(Verdict::Affected), 1);
        assert_eq!(worst(&region), Verdict::Affected);
    }

    #[test]
    fn what_nobody_knows_is_no_zero() {
        let silent = Counts { of_unknown_size: 1, ..Counts::default() };
        assert!(sums(&silent).iter().all(|(_, shown)| shown == "?"));
        let unseen = Counts { unseen: 1_200, ..Counts::default() };
        let shown: Vec<String> = sums(&unseen).into_iter().map(|(_, shown)| shown).collect();
        assert_eq!(shown, ["0", "1,200", "0", "0", "0"]);
    }

    #[test]
    fn what_has_a_meaning_in_addresses_is_written_as_codes() {
        assert_eq!(percent("a b/c?d=é"), "a%20b%2Fc%3Fd%3D%C3%A9");
    }
}
