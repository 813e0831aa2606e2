//! How bad, how soon, how sure: the vocabularies of CAP 1.2 (OASIS, 2010), so that an alert can be
//! exported without translation.

/// How much is at stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Little or none known.
    Minor,
    /// Possible.
    Moderate,
    /// Significant.
    Severe,
    /// Extraordinary: all routes at once.
    Extreme,
}

/// How soon something must be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Urgency {
    /// In the near future.
    Future,
    /// Soon (CAP: within the next hour).
    Expected,
    /// At once.
    Immediate,
}

/// How sure the sender is of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Certainty {
    /// Not known.
    Unknown,
    /// Not expected.
    Unlikely,
    /// Possible, at most one in two.
    Possible,
    /// More likely than not.
    Likely,
    /// Seen to happen.
    Observed,
}

macro_rules! coded {
    ($type:ident, $($variant:ident = $code:literal),+) => {
        impl $type {
            /// All, the least first.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in JSON, forms and, as CAP writes it, in exports.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code),+
                }
            }

            /// The value of a name, whatever the letter case.
            pub fn of_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code().eq_ignore_ascii_case(code.trim()))
            }
        }
    };
}

coded!(Severity, Minor = "Minor", Moderate = "Moderate", Severe = "Severe", Extreme = "Extreme");
coded!(Urgency, Future = "Future", Expected = "Expected", Immediate = "Immediate");
coded!(
    Certainty,
    Unknown = "Unknown",
    Unlikely = "Unlikely",
    Possible = "Possible",
    Likely = "Likely",
    Observed = "Observed"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_and_the_order_is_that_of_the_stakes() {
        for one in Severity::ALL {
            assert_eq!(Severity::of_code(&one.code().to_lowercase()), Some(*one));
        }
        for one in Urgency::ALL {
            assert_eq!(Urgency::of_code(one.code()), Some(*one));
        }
        for one in Certainty::ALL {
            assert_eq!(Certainty::of_code(one.code()), Some(*one));
        }
        assert!(Severity::Extreme > Severity::Minor);
        assert_eq!(Severity::of_code("bad"), None);
    }
}
