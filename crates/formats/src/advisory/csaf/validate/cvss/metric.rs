//! The metrics of CVSS 2.0, 3.0 and 3.1: how the vector writes them and how the JSON object does.
//!
//! Source: the vector tables of the CVSS guides (2.0 section 2.4, 3.1 section 6) and the property
//! names of FIRST's JSON representation, which CSAF 2.0 refers to.

/// One metric.
#[derive(Debug)]
pub(super) struct Metric {
    /// The key in a vector: `AV`.
    pub(super) key: &'static str,
    /// The property in the JSON object: `attackVector`.
    pub(super) property: &'static str,
    /// Code in the vector and word in the property. A metric that may be left out has the word
    /// `NOT_DEFINED` among them; it is its value when it is left out.
    pub(super) values: &'static [(&'static str, &'static str)],
}

impl Metric {
    /// The code that stands for "not defined"; none for a metric that every vector has.
    pub(super) fn undefined(&self) -> Option<&'static str> {
        self.values.iter().find(|(_, word)| *word == "NOT_DEFINED").map(|(code, _)| *code)
    }

    /// The code for a word.
    pub(super) fn code(&self, word: &str) -> Option<&'static str> {
        self.values.iter().find(|(_, known)| *known == word).map(|(code, _)| *code)
    }

    /// The word for a code.
    pub(super) fn word(&self, code: &str) -> Option<&'static str> {
        self.values.iter().find(|(known, _)| *known == code).map(|(_, word)| *word)
    }
}

const fn metric(
    key: &'static str,
    property: &'static str,
    values: &'static [(&'static str, &'static str)],
) -> Metric {
    Metric { key, property, values }
}

type Values = &'static [(&'static str, &'static str)];

const CIA2: Values = &[("N", "NONE"), ("P", "PARTIAL"), ("C", "COMPLETE")];
const REQUIREMENT2: Values = &[("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("ND", "NOT_DEFINED")];

/// The metrics of CVSS 2.0.
pub(super) static VERSION_2: [Metric; 14] = [
    metric("AV", "accessVector", &[("L", "LOCAL"), ("A", "ADJACENT_NETWORK"), ("N", "NETWORK")]),
    metric("AC", "accessComplexity", &[("H", "HIGH"), ("M", "MEDIUM"), ("L", "LOW")]),
    metric("Au", "authentication", &[("M", "MULTIPLE"), ("S", "SINGLE"), ("N", "NONE")]),
    metric("C", "confidentialityImpact", CIA2),
    metric("I", "integrityImpact", CIA2),
    metric("A", "availabilityImpact", CIA2),
    metric(
        "E",
        "exploitability",
        &[
            ("U", "UNPROVEN"),
            ("POC", "PROOF_OF_CONCEPT"),
            ("F", "FUNCTIONAL"),
            ("H", "HIGH"),
            ("ND", "NOT_DEFINED"),
        ],
    ),
    metric(
        "RL",
        "remediationLevel",
        &[
            ("OF", "OFFICIAL_FIX"),
            ("TF", "TEMPORARY_FIX"),
            ("W", "WORKAROUND"),
            ("U", "UNAVAILABLE"),
            ("ND", "NOT_DEFINED"),
        ],
    ),
    metric(
        "RC",
        "reportConfidence",
        &[
            ("UC", "UNCONFIRMED"),
            ("UR", "UNCORROBORATED"),
            ("C", "CONFIRMED"),
            ("ND", "NOT_DEFINED"),
        ],
    ),
    metric(
        "CDP",
        "collateralDamagePotential",
        &[
            ("N", "NONE"),
            ("L", "LOW"),
            ("LM", "LOW_MEDIUM"),
            ("MH", "MEDIUM_HIGH"),
            ("H", "HIGH"),
            ("ND", "NOT_DEFINED"),
        ],
    ),
    metric(
        "TD",
        "targetDistribution",
        &[("N", "NONE"), ("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH"), ("ND", "NOT_DEFINED")],
    ),
    metric("CR", "confidentialityRequirement", REQUIREMENT2),
    metric("IR", "integrityRequirement", REQUIREMENT2),
    metric("AR", "availabilityRequirement", REQUIREMENT2),
];

const CIA3: Values = &[("N", "NONE"), ("L", "LOW"), ("H", "HIGH")];
const MODIFIED_CIA: Values = &[("X", "NOT_DEFINED"), ("N", "NONE"), ("L", "LOW"), ("H", "HIGH")];
const REQUIREMENT3: Values = &[("X", "NOT_DEFINED"), ("L", "LOW"), ("M", "MEDIUM"), ("H", "HIGH")];

/// The metrics of CVSS 3.0 and 3.1, which differ in their formulas only.
pub(super) static VERSION_3: [Metric; 22] = [
    metric(
        "AV",
        "attackVector",
        &[("N", "NETWORK"), ("A", "ADJACENT_NETWORK"), ("L", "LOCAL"), ("P", "PHYSICAL")],
    ),
    metric("AC", "attackComplexity", &[("L", "LOW"), ("H", "HIGH")]),
    metric("PR", "privilegesRequired", &[("N", "NONE"), ("L", "LOW"), ("H", "HIGH")]),
    metric("UI", "userInteraction", &[("N", "NONE"), ("R", "REQUIRED")]),
    metric("S", "scope", &[("U", "UNCHANGED"), ("C", "CHANGED")]),
    metric("C", "confidentialityImpact", CIA3),
    metric("I", "integrityImpact", CIA3),
    metric("A", "availabilityImpact", CIA3),
    metric(
        "E",
        "exploitCodeMaturity",
        &[
            ("X", "NOT_DEFINED"),
            ("U", "UNPROVEN"),
            ("P", "PROOF_OF_CONCEPT"),
            ("F", "FUNCTIONAL"),
            ("H", "HIGH"),
        ],
    ),
    metric(
        "RL",
        "remediationLevel",
        &[
            ("X", "NOT_DEFINED"),
            ("O", "OFFICIAL_FIX"),
            ("T", "TEMPORARY_FIX"),
            ("W", "WORKAROUND"),
            ("U", "UNAVAILABLE"),
        ],
    ),
    metric(
        "RC",
        "reportConfidence",
        &[("X", "NOT_DEFINED"), ("U", "UNKNOWN"), ("R", "REASONABLE"), ("C", "CONFIRMED")],
    ),
    metric("CR", "confidentialityRequirement", REQUIREMENT3),
    metric("IR", "integrityRequirement", REQUIREMENT3),
    metric("AR", "availabilityRequirement", REQUIREMENT3),
    metric(
        "MAV",
        "modifiedAttackVector",
        &[
            ("X", "NOT_DEFINED"),
            ("N", "NETWORK"),
            ("A", "ADJACENT_NETWORK"),
            ("L", "LOCAL"),
            ("P", "PHYSICAL"),
        ],
    ),
    metric("MAC", "modifiedAttackComplexity", &[("X", "NOT_DEFINED"), ("L", "LOW"), ("H", "HIGH")]),
    metric("MPR", "modifiedPrivilegesRequired", MODIFIED_CIA),
    metric(
        "MUI",
        "modifiedUserInteraction",
        &[("X", "NOT_DEFINED"), ("N", "NONE"), ("R", "REQUIRED")],
    ),
    metric("MS", "modifiedScope", &[("X", "NOT_DEFINED"), ("U", "UNCHANGED"), ("C", "CHANGED")]),
    metric("MC", "modifiedConfidentialityImpact", MODIFIED_CIA),
    metric("MI", "modifiedIntegrityImpact", MODIFIED_CIA),
    metric("MA", "modifiedAvailabilityImpact", MODIFIED_CIA),
];
