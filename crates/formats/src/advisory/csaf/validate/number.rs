//! Document versions (`version_t`): integer versioning or semantic versioning.

use std::cmp::Ordering;

/// A version of a CSAF document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number<'a> {
    /// Whether it is written as `1.2.3` and not as `1`.
    pub(super) semantic: bool,
    /// The number of an integer version, or the major version. Saturates far above any real one.
    pub(super) major: u128,
    minor: u128,
    patch: u128,
    /// What follows `-`.
    pub(super) pre_release: Option<&'a str>,
}

impl<'a> Number<'a> {
    /// Reads a version, by the pattern of `version_t`. Build metadata is dropped: it takes no
    /// part in any comparison.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let integer =
            |major| Self { semantic: false, major, minor: 0, patch: 0, pre_release: None };
        if let Some(major) = whole(text) {
            return Some(integer(major));
        }
        let (text, build) = split(text, '+');
        let (core, pre_release) = split(text, '-');
        let identifiers = |part: Option<&str>, numbers_are_plain: bool| {
            part.is_none_or(|part| part.split('.').all(|each| identifier(each, numbers_are_plain)))
        };
        let mut parts = core.split('.');
        let (major, minor, patch) =
            (whole(parts.next()?)?, whole(parts.next()?)?, whole(parts.next()?)?);
        let sound = parts.next().is_none() && identifiers(pre_release, true);
        (sound && identifiers(build, false)).then_some(Self {
            semantic: true,
            major,
            minor,
            patch,
            pre_release,
        })
    }

    /// The same version without its pre-release part.
    pub(super) fn released(self) -> Self {
        Self { pre_release: None, ..self }
    }
}

impl Ord for Number<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.major, self.minor, self.patch)
            .cmp(&(other.major, other.minor, other.patch))
            .then_with(|| pre_release_order(self.pre_release, other.pre_release))
            .then_with(|| self.semantic.cmp(&other.semantic))
    }
}

impl PartialOrd for Number<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn split(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// A number without leading zeros.
fn whole(text: &str) -> Option<u128> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits && (text == "0" || !text.starts_with('0'));
    plain.then(|| text.parse().unwrap_or(u128::MAX))
}

fn identifier(text: &str, numbers_are_plain: bool) -> bool {
    let characters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let number = text.bytes().all(|byte| byte.is_ascii_digit());
    !text.is_empty() && characters && !(numbers_are_plain && number && whole(text).is_none())
}

/// Semantic Versioning 2.0.0, item 11: a release follows its pre-releases; identifiers compare one
/// by one, numbers before words, and the longer list follows.
fn pre_release_order(left: Option<&str>, right: Option<&str>) -> Ordering {
    let (left, right) = match (left, right) {
        (None, None) => return Ordering::Equal,
        (None, Some(_)) => return Ordering::Greater,
        (Some(_), None) => return Ordering::Less,
        (Some(left), Some(right)) => (left, right),
    };
    let key = |text: &str| match whole(text) {
        Some(number) => (0, number, String::new()),
        None => (1, 0, text.to_owned()),
    };
    left.split('.').map(key).cmp(right.split('.').map(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number<'_> {
        Number::parse(text).unwrap()
    }

    #[test]
    fn both_schemes_are_read_and_nothing_else() {
        assert!(!number("12").semantic);
        assert_eq!(number("1.10.3-rc.1+build.007").pre_release, Some("rc.1"));
        assert_eq!(number("1.0.0+a-b").pre_release, None);
        for text in ["", "01", "1.0", "1.0.0.0", "v1", "1.0.0-", "1.0.0-01", "1.0.0+", "1.00.0"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn versions_are_ordered_as_semantic_versioning_orders_them() {
        let ascending = [
            "1.0.0-2",
            "1.0.0-10",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0",
            "1.9.0",
            "1.10.0",
            "2.0.0",
        ];
        for pair in ascending.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
        }
        assert_eq!(number("2.0.0+x").cmp(&number("2.0.0+y")), Ordering::Equal);
        assert!(number("9") < number("10"));
    }
}
