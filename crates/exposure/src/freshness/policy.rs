//! The policy: a data file that says how many days evidence counts.

use serde::Deserialize;

/// How many days evidence of each kind counts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FreshnessPolicy {
    /// Its name.
    pub name: String,
    /// Where the numbers come from.
    pub source: String,
    /// Days for which the operating system, its updates and settings count.
    pub patch_state_days: u16,
    /// Days for which lists of software count.
    pub software_days: u16,
    /// Days for which findings of scanners count.
    pub findings_days: u16,
}

/// Why a policy file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FreshnessPolicyError {
    /// No policy of this name is built in.
    #[error(
        "there is no built-in policy of freshness `{name}` (there are: {})",
        FreshnessPolicy::BUILT_IN.join(", ")
    )]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// Not a policy.
    #[error("it is not written as a policy of freshness")]
    Syntax(#[from] toml::de::Error),
}

impl FreshnessPolicy {
    /// Names of the built-in policies; the first is the default.
    pub const BUILT_IN: [&'static str; 1] = ["nhs-evidence"];

    /// A built-in policy.
    pub fn built_in(name: &str) -> Result<Self, FreshnessPolicyError> {
        match name {
            "nhs-evidence" => Self::parse(include_str!("policies/nhs-evidence.toml")),
            _ => Err(FreshnessPolicyError::Unknown { name: name.to_owned() }),
        }
    }

    /// Reads a policy file.
    pub fn parse(text: &str) -> Result<Self, FreshnessPolicyError> {
        Ok(toml::from_str(text)?)
    }
}

impl Default for FreshnessPolicy {
    fn default() -> Self {
        Self {
            name: "nhs-evidence".to_owned(),
            source: "as the built-in policy".to_owned(),
            patch_state_days: 14,
            software_days: 30,
            findings_days: 30,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_policy_is_the_default() {
        let built_in = FreshnessPolicy::built_in("nhs-evidence").unwrap();
        let default =
            FreshnessPolicy { source: built_in.source.clone(), ..FreshnessPolicy::default() };
        assert_eq!(built_in, default);
        assert!(FreshnessPolicy::built_in("other").is_err());
        assert!(FreshnessPolicy::parse("name = \"x\"").is_err());
    }
}
