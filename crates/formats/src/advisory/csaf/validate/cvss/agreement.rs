//! Tests on scores: 6.1.7 to 6.1.10.

use std::collections::HashMap;

use model::cvss::{CvssScores, CvssVersion, Severity};
use serde_json::Value;

use super::super::findings::Validation;
use super::super::json::{items, text, texts, vulnerabilities};
use super::shape::{SCORES, SEVERITIES, faults, version_of};
use super::vector::{CvssVector, Version};

const KEYS: [&str; 2] = ["cvss_v2", "cvss_v3"];

/// Every CVSS object: its JSON pointer, its key, the object.
fn objects(document: &Value) -> Vec<(String, &'static str, &Value)> {
    let mut found = Vec::new();
    for (path, vulnerability) in vulnerabilities(document) {
        for (at, score) in items(vulnerability, "scores").iter().enumerate() {
            for key in KEYS {
                if let Some(cvss) = score.get(key) {
                    found.push((format!("{path}/scores/{at}/{key}"), key, cvss));
                }
            }
        }
    }
    found
}

/// Every CVSS object whose vector can be read. The others fail 6.1.8 and have nothing to compute.
fn vectors(document: &Value) -> impl Iterator<Item = (String, &Value, CvssVector)> {
    objects(document).into_iter().filter_map(|(path, key, cvss)| {
        let version = version_of(key, cvss)?;
        Some((path, cvss, CvssVector::parse(version, text(cvss, "vectorString")?)?))
    })
}

/// Multiple Scores with same Version per Product.
pub(in super::super) fn test_6_1_7(document: &Value, validation: &mut Validation) {
    for (path, vulnerability) in vulnerabilities(document) {
        let mut scored = HashMap::new();
        for (at, score) in items(vulnerability, "scores").iter().enumerate() {
            for key in KEYS {
                let Some(version) = score.get(key).and_then(|cvss| version_of(key, cvss)) else {
                    continue;
                };
                for (_, product) in texts(score, "products") {
                    let prefix = version.prefix();
                    let first = *scored.entry((product, prefix)).or_insert(at);
                    if first != at {
                        validation.fail(
                            "6.1.7",
                            format!("{path}/scores/{at}/{key}"),
                            format!("{product:?} has a score of this version in item {first}"),
                        );
                    }
                }
            }
        }
    }
}

/// Invalid CVSS.
pub(in super::super) fn test_6_1_8(document: &Value, validation: &mut Validation) {
    for (path, key, cvss) in objects(document) {
        for (property, reason) in faults(key, cvss) {
            let path =
                if property.is_empty() { path.clone() } else { format!("{path}/{property}") };
            validation.fail("6.1.8", path, reason);
        }
    }
}

/// Invalid CVSS computation. The vector takes precedence over the properties; a metric that it
/// leaves out may be given by its property (as in the standard's files for test 6.2.19), so both
/// the scores of the vector alone and of the vector so completed are correct.
pub(in super::super) fn test_6_1_9(document: &Value, validation: &mut Validation) {
    for (path, cvss, vector) in vectors(document) {
        if let Some(flaw) = vector.flaw() {
            let message = format!("no score can be computed from this vector: {flaw}");
            validation.fail("6.1.9", format!("{path}/vectorString"), message);
            continue;
        }
        let completed = vector.completed(|metric| metric.code(text(cvss, metric.property)?));
        let mut outcomes = completed.allowed_scores();
        outcomes.extend(vector.allowed_scores());
        let parts: [fn(&CvssScores) -> f64; 3] =
            [|scores| scores.base, |scores| scores.temporal, |scores| scores.environmental];
        for ((score, word), part) in SCORES.into_iter().zip(SEVERITIES).zip(parts) {
            let computed: Vec<f64> = outcomes.iter().map(part).collect();
            let Some(shown) = computed.first() else { continue };
            if let Some(given) = cvss.get(score).and_then(Value::as_f64)
                && !computed.iter().any(|score| (score - given).abs() < 1e-7)
            {
                let message = format!("{given} is given, {shown:.1} computed");
                validation.fail("6.1.9", format!("{path}/{score}"), message);
            }
            if vector.version != Version::V2
                && let Some(given) = text(cvss, word)
                && !computed.iter().any(|score| severity(*score) == given)
            {
                let message = format!("{given} is given, {} computed", severity(*shown));
                validation.fail("6.1.9", format!("{path}/{word}"), message);
            }
        }
    }
}

/// The word for a score of CVSS 3 (3.1 section 5), as the properties write it.
fn severity(score: f64) -> String {
    Severity::of(CvssVersion::V3_1, score).name().to_uppercase()
}

/// Inconsistent CVSS. A property contradicts nothing where the vector leaves its metric out.
pub(in super::super) fn test_6_1_10(document: &Value, validation: &mut Validation) {
    for (path, cvss, vector) in vectors(document) {
        for metric in vector.version.metrics() {
            let in_vector = vector.written(metric.key).and_then(|code| metric.word(code));
            if let (Some(given), Some(meant)) = (text(cvss, metric.property), in_vector)
                && given != meant
                // A word that is none of the metric's is the fault of 6.1.8.
                && metric.code(given).is_some()
            {
                let message = format!("{given} is given, the vector says {meant}");
                validation.fail("6.1.10", format!("{path}/{}", metric.property), message);
            }
        }
    }
}
