//! What FIRST's JSON schemas of CVSS 2.0, 3.0 and 3.1 ask of an object.

use serde_json::Value;

use super::super::json::text;
use super::vector::{CvssVector, Version};

/// Properties that hold a score, and in CVSS 3 the ones that hold its word.
pub(super) const SCORES: [&str; 3] = ["baseScore", "temporalScore", "environmentalScore"];
pub(super) const SEVERITIES: [&str; 3] =
    ["baseSeverity", "temporalSeverity", "environmentalSeverity"];

/// The version of the object under `cvss_v2` or `cvss_v3`, by its property or else its vector.
pub(super) fn version_of(key: &str, cvss: &Value) -> Option<Version> {
    if key == "cvss_v2" {
        return Some(Version::V2);
    }
    let vector = || text(cvss, "vectorString");
    match text(cvss, "version") {
        Some("3.0") => Some(Version::V3_0),
        Some("3.1") => Some(Version::V3_1),
        Some(_) => None,
        None => [Version::V3_0, Version::V3_1]
            .into_iter()
            .find(|version| vector().is_some_and(|text| text.starts_with(version.prefix()))),
    }
}

/// Every fault of the object: the property, or nothing for the object itself, and the reason.
pub(super) fn faults(key: &str, cvss: &Value) -> Vec<(&'static str, String)> {
    if !cvss.is_object() {
        return vec![("", "it is no object".to_owned())];
    }
    let Some(version) = version_of(key, cvss) else {
        return vec![("version", "it is neither 3.0 nor 3.1".to_owned())];
    };
    let mut faults = Vec::new();
    let required: &[&'static str] = match version {
        Version::V2 => &["version", "vectorString", "baseScore"],
        Version::V3_0 | Version::V3_1 => &["version", "vectorString", "baseScore", "baseSeverity"],
    };
    for property in required {
        if cvss.get(property).is_none() {
            faults.push((*property, "it is missing".to_owned()));
        }
    }
    if cvss.get("version").is_some_and(|written| written != version.name()) {
        faults.push(("version", format!("it is not {:?}", version.name())));
    }
    if let Some(vector) = cvss.get("vectorString")
        && vector.as_str().and_then(|text| CvssVector::parse(version, text)).is_none()
    {
        faults.push(("vectorString", format!("{vector} is no vector of this version")));
    }
    for property in SCORES {
        if let Some(score) = cvss.get(property)
            && !score.as_f64().is_some_and(|score| (0.0..=10.0).contains(&score))
        {
            faults.push((property, format!("{score} is no number from 0 to 10")));
        }
    }
    let words = ["NONE", "LOW", "MEDIUM", "HIGH", "CRITICAL"];
    let severities = if version == Version::V2 { &[][..] } else { &SEVERITIES };
    for property in severities {
        if let Some(word) = cvss.get(property)
            && !word.as_str().is_some_and(|word| words.contains(&word))
        {
            faults.push((*property, format!("{word} is no severity")));
        }
    }
    for metric in version.metrics() {
        if let Some(word) = cvss.get(metric.property)
            && !metric.values.iter().any(|(_, known)| word == known)
        {
            faults.push((metric.property, format!("{word} is not one of its values")));
        }
    }
    faults
}
