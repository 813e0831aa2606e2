//! Policies: small TOML files that anyone can read, check and replace.

use serde::Deserialize;

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Short name.
    pub name: String,
    /// Title for a person.
    pub title: String,
    /// What the days count from.
    pub starts: Starts,
    /// Hours to acknowledge, if the policy has such a clock.
    #[serde(default)]
    pub acknowledge_hours: Option<u32>,
    /// What is taken for a fact that is not shown.
    #[serde(default)]
    pub assume: Assume,
    /// Rules; the first whose conditions hold decides.
    pub rules: Vec<Rule>,
}

/// What the days of a rule count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Starts {
    /// The day the flaw or its fix was published.
    Publication,
    /// The day the rule's row came to apply: publication, or the addition to KEV where the row asks
    /// for it, whichever is later.
    Row,
}

/// What is taken for a fact that neither evidence nor knowledge shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assume {
    /// Publicly exposed.
    pub exposed: bool,
    /// Exploitation can be automated.
    pub automatable: bool,
    /// Technical impact is total.
    pub total: bool,
}

impl Default for Assume {
    /// The worst of each: a policy that says nothing gives nobody time.
    fn default() -> Self {
        Self { exposed: true, automatable: true, total: true }
    }
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Conditions; each that is given must hold.
    #[serde(default)]
    pub when: When,
    /// Days to fix; none: no date (see `action`).
    #[serde(default)]
    pub days: Option<u16>,
    /// What else is asked.
    #[serde(default)]
    pub action: Option<Action>,
    /// The rule in words.
    pub because: String,
}

/// Conditions of a rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// In CISA's Known Exploited Vulnerabilities catalogue.
    pub kev: Option<bool>,
    /// Publicly exposed.
    pub exposed: Option<bool>,
    /// Exploitation can be automated.
    pub automatable: Option<bool>,
    /// Technical impact is total.
    pub total: Option<bool>,
}

/// What a rule asks besides a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Look for signs of intrusion before or with the fix.
    ForensicTriage,
    /// Fix with the next upgrade; no date.
    NextUpgrade,
}

/// Why a policy file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// No policy of this name is built in.
    #[error("there is no built-in policy `{name}` (there are: {})", Policy::BUILT_IN.join(", "))]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// Not a policy.
    #[error("it is not written as a policy")]
    Syntax(#[from] toml::de::Error),
    /// No rule can ever apply to some case.
    #[error(
        "the policy `{name}` has no rule for some cases: end it with a rule without `when`, or list all 16 rows"
    )]
    Incomplete {
        /// The policy's name.
        name: String,
    },
}

impl Policy {
    /// Names of the built-in policies; the first is the default.
    pub const BUILT_IN: [&'static str; 2] = ["nhs-14-day", "bod-26-04"];

    /// A built-in policy.
    pub fn built_in(name: &str) -> Result<Self, PolicyError> {
        match name {
            "nhs-14-day" => Self::parse(include_str!("policies/nhs-14-day.toml")),
            "bod-26-04" => Self::parse(include_str!("policies/bod-26-04.toml")),
            _ => Err(PolicyError::Unknown { name: name.to_owned() }),
        }
    }

    /// Reads a policy file.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let policy: Self = toml::from_str(text)?;
        let complete = (0..16_u8).all(|case| {
            let bit = |n: u8| case >> n & 1 == 1;
            policy
                .rule(&Case { kev: bit(0), exposed: bit(1), automatable: bit(2), total: bit(3) })
                .is_some()
        });
        if complete { Ok(policy) } else { Err(PolicyError::Incomplete { name: policy.name }) }
    }

    /// The first rule that applies to a case.
    pub(super) fn rule(&self, case: &Case) -> Option<&Rule> {
        let holds = |asked: Option<bool>, is: bool| asked.is_none_or(|asked| asked == is);
        self.rules.iter().find(|rule| {
            holds(rule.when.kev, case.kev)
                && holds(rule.when.exposed, case.exposed)
                && holds(rule.when.automatable, case.automatable)
                && holds(rule.when.total, case.total)
        })
    }
}

/// The four facts of a case, every one settled.
#[expect(clippy::struct_excessive_bools, reason = "the directive's own four yes/no inputs")]
pub(super) struct Case {
    pub(super) kev: bool,
    pub(super) exposed: bool,
    pub(super) automatable: bool,
    pub(super) total: bool,
}
