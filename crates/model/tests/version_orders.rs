//! What every version order promises: total, and the same pair by pair, in lists and when explained.

use std::cmp::Ordering;

use model::version::{Scheme, SortKey, VersionError, compare, order};
use proptest::prelude::*;

/// Strings that meet the corners of the schemes' grammars far oftener than random letters do.
fn version() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => Just("."), 2 => Just("-"), 4 => Just("0"), 4 => Just("1"), 2 => Just("2"), 1 => Just("10"), 1 => Just("01"),
        1 => Just("a"), 1 => Just("b"), 1 => Just("rc"), 1 => Just("alpha"), 1 => Just("beta"), 1 => Just("dev"), 1 => Just("sp"),
        1 => Just("final"), 1 => Just("x"), 1 => Just("RC"), 1 => Just("p"), 1 => Just("pre"), 1 => Just("~"), 1 => Just("^"),
        1 => Just("+"), 1 => Just("_"), 1 => Just(":"), 1 => Just("!"), 1 => Just("-r1"), 1 => Just("é"), 1 => Just("\0"),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| format!("1{}", pieces.concat()))
}

/// The schemes whose order has a place for every version it can read.
fn total() -> impl Iterator<Item = Scheme> {
    Scheme::ALL.into_iter().filter(|scheme| *scheme != Scheme::Dotted)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn pairs_lists_and_explanations_agree(a in version(), b in version()) {
        for scheme in total() {
            let Ok(ordering) = order(scheme, &a, &b) else { continue };
            prop_assert_eq!(order(scheme, &b, &a), Ok(ordering.reverse()));
            prop_assert_eq!(order(scheme, &a, &a), Ok(Ordering::Equal));
            let explained = compare(scheme, &a, &b).unwrap();
            prop_assert_eq!(explained.ordering, ordering);
            prop_assert!(!explained.rule.is_empty() && !explained.rule.contains('\n'));
            if let (Ok(x), Ok(y)) = (SortKey::new(scheme, &a), SortKey::new(scheme, &b)) {
                prop_assert_eq!(x.as_bytes().cmp(y.as_bytes()), ordering, "{} {} {}", scheme, a, b);
            }
        }
    }

    #[test]
    fn orders_are_transitive(a in version(), b in version(), c in version()) {
        for scheme in total() {
            let (Ok(ab), Ok(bc), Ok(ac)) =
                (order(scheme, &a, &b), order(scheme, &b, &c), order(scheme, &a, &c)) else { continue };
            if ab == bc {
                prop_assert_eq!(ac, ab, "{} {} {} {}", scheme, a, b, c);
            }
            if ab == Ordering::Equal {
                prop_assert_eq!(ac, bc, "{} {} {} {}", scheme, a, b, c);
            }
        }
    }

    #[test]
    fn dpkg_keys_order_as_the_policy_describes(a in version(), b in version()) {
        if let Ok(found) = order(Scheme::Dpkg, &a, &b) {
            prop_assert_eq!(found, debian_policy(&a, &b), "{} {}", a, b);
        }
    }

    #[test]
    fn dotted_never_contradicts_the_schemes_it_stands_for(a in version(), b in version()) {
        if let Ok(found) = order(Scheme::Dotted, &a, &b)
            && [&a, &b].into_iter().all(|v| v.bytes().all(|c| c.is_ascii_digit() || c == b'.') && v.matches('.').count() < 3)
        {
            for scheme in [Scheme::Dpkg, Scheme::Rpm, Scheme::Semver, Scheme::Maven, Scheme::Gem] {
                if let Ok(theirs) = order(scheme, &a, &b) {
                    prop_assert_eq!(found, theirs, "{} {} {}", scheme, a, b);
                }
            }
        }
    }

    #[test]
    fn any_text_is_answered_or_refused(a in ".{0,40}", b in ".{0,40}") {
        for scheme in Scheme::ALL {
            let _ = compare(scheme, &a, &b);
            let _ = SortKey::new(scheme, &a);
        }
    }
}

/// Debian Policy 5.6.12, written down a second time in its own words: by comparing, not by keys.
fn debian_policy(a: &str, b: &str) -> Ordering {
    fn epoch(version: &str) -> (u64, &str) {
        version
            .split_once(':')
            .map_or((0, version), |(epoch, rest)| (epoch.parse().unwrap_or(0), rest))
    }
    fn weight(c: Option<&char>) -> i64 {
        match c {
            Some('~') => -1,
            Some(c) if c.is_ascii_digit() => 0,
            None => 0,
            Some(c) if c.is_ascii_alphabetic() => i64::from(u32::from(*c)),
            Some(c) => i64::from(u32::from(*c)) + 256,
        }
    }
    fn part(a: &str, b: &str) -> Ordering {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let (mut i, mut j) = (0, 0);
        let number = |text: &[char], at: &mut usize| {
            let digits: String = text.iter().skip(*at).take_while(|c| c.is_ascii_digit()).collect();
            *at += digits.len();
            digits.parse::<u128>().unwrap_or(0)
        };
        while i < a.len() || j < b.len() {
            while a.get(i).is_some_and(|c| !c.is_ascii_digit())
                || b.get(j).is_some_and(|c| !c.is_ascii_digit())
            {
                let found = weight(a.get(i)).cmp(&weight(b.get(j)));
                if found.is_ne() {
                    return found;
                }
                (i, j) = (i + 1, j + 1);
            }
            let found = number(&a, &mut i).cmp(&number(&b, &mut j));
            if found.is_ne() {
                return found;
            }
        }
        Ordering::Equal
    }
    let ((epoch_a, a), (epoch_b, b)) = (epoch(a), epoch(b));
    let (upstream_a, revision_a) = a.rsplit_once('-').unwrap_or((a, ""));
    let (upstream_b, revision_b) = b.rsplit_once('-').unwrap_or((b, ""));
    epoch_a
        .cmp(&epoch_b)
        .then_with(|| part(upstream_a, upstream_b))
        .then_with(|| part(revision_a, revision_b))
}

#[test]
fn explanations_name_the_rule() {
    for (scheme, a, b, rule) in [
        (Scheme::Dpkg, "1:1.0", "2.0", "epoch: 1 > 0"),
        (
            Scheme::Dpkg,
            "1.0~rc1",
            "1.0",
            "the tilde, which sorts before all else and even the end, sorts before end of this text in the upstream version",
        ),
        (Scheme::Rpm, "1.0-1.el9", "1.0-1.el10", "number of the release: 9 < 10"),
        (Scheme::Apk, "1.2_rc1", "1.2", "pre-release suffix rc sorts before end of the version"),
        (
            Scheme::Semver,
            "1.0.0-rc.1",
            "1.0.0",
            "pre-release rc.1 sorts before release (no pre-release)",
        ),
        (
            Scheme::Semver,
            "1.0.0+a",
            "v1.0.0",
            "every part is equal: build metadata and a leading v change nothing",
        ),
        (Scheme::Gem, "1.0", "1.0", "the same text"),
    ] {
        assert_eq!(compare(scheme, a, b).unwrap().rule, rule, "{scheme} {a} {b}");
    }
}

#[test]
fn windows_builds_that_leave_numbers_unsaid_are_not_guessed() {
    let order = |a, b| order(Scheme::WindowsBuild, a, b);
    assert_eq!(order("10.0.19045.3803", "10.0.19045.10000"), Ok(Ordering::Less));
    assert_eq!(order("10.0.17763", "10.0.19045.3803"), Ok(Ordering::Less));
    assert_eq!(order("10.0.17763.1 (WinBuild.160101.0800)", "10.0.17763.1"), Ok(Ordering::Equal));
    assert!(matches!(
        order("10.0.19045", "10.0.19045.3803"),
        Err(VersionError::NotComparable { .. })
    ));
    assert!(matches!(order("10.0.19045.1.2", "10.0.19045.1"), Err(VersionError::Malformed { .. })));
    assert!(matches!(
        SortKey::new(Scheme::WindowsBuild, "10.0.19045"),
        Err(VersionError::NoSortKey { .. })
    ));
}

#[test]
fn dotted_answers_only_what_is_beyond_doubt() {
    for (a, b, wanted) in [
        ("1.9", "1.10", Some(Ordering::Less)),
        ("1.2", "1.2.3", Some(Ordering::Less)),
        ("2.1.0-beta", "2.2.0", Some(Ordering::Less)),
        ("1.0.2k", "1.0.2l", Some(Ordering::Less)),
        ("2.0-beta", "2.0-beta", Some(Ordering::Equal)),
        ("1.2", "1.2.0", None),
        ("1.01", "1.1", None),
        ("2.0-beta", "2.0", None),
        ("1.0.2", "1.0.2k", None),
        ("1.2-3", "1.2.3", None),
    ] {
        assert_eq!(order(Scheme::Dotted, a, b).ok(), wanted, "{a} {b}");
    }
    assert!(matches!(SortKey::new(Scheme::Dotted, "1.2"), Err(VersionError::NoSortKey { .. })));
}

#[test]
fn scheme_names_are_read_back() {
    for scheme in Scheme::ALL {
        assert_eq!(scheme.to_string().parse(), Ok(scheme));
    }
    assert!("deb822".parse::<Scheme>().unwrap_err().to_string().contains("use dpkg, rpm"));
}

#[test]
fn empty_and_huge_versions_are_refused() {
    for scheme in Scheme::ALL {
        assert!(matches!(order(scheme, " ", "1"), Err(VersionError::Malformed { .. })), "{scheme}");
        assert!(order(scheme, &"1.".repeat(4000), "1").is_err(), "{scheme}");
    }
}
