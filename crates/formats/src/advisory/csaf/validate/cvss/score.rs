//! The score equations of CVSS 2.0 (guide, section 3.2), 3.0 (section 8) and 3.1 (section 7).
//! To be replaced by `model::cvss` once that has landed.
//!
//! A score is counted in tenths, so that scores compare exactly.

use super::vector::{CvssVector, Version};

/// The three scores of one vector, in tenths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scores {
    pub(super) base: u8,
    pub(super) temporal: u8,
    pub(super) environmental: u8,
}

/// The word for a score of CVSS 3 (3.1 section 5).
pub(super) fn severity(tenths: u8) -> &'static str {
    match tenths {
        0 => "NONE",
        1..40 => "LOW",
        40..70 => "MEDIUM",
        70..90 => "HIGH",
        _ => "CRITICAL",
    }
}

/// Every outcome that the standard allows for a vector: one, or for CVSS 3.0 up to two, because
/// its "round up" did not say what to do with the noise of binary fractions, and 3.1 did.
///
/// Empty where the vector lacks a base metric.
pub(super) fn scores(vector: &CvssVector) -> Vec<Scores> {
    let rounded = |round: fn(f64) -> f64| version_3(vector, round);
    let outcomes = match vector.version {
        Version::V2 => [version_2(vector), None],
        Version::V3_1 => [rounded(round_up), None],
        Version::V3_0 => [rounded(round_up), rounded(|score| (score * 10.0).ceil() / 10.0)],
    };
    outcomes.into_iter().flatten().collect()
}

fn tenths(score: f64) -> u8 {
    // Scores lie between 0 and 10 by their equations.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let tenths = (score * 10.0).round().clamp(0.0, 100.0) as u8;
    tenths
}

fn to_one_decimal(score: f64) -> f64 {
    // Half away from zero; the tiny step keeps 4.35, which binary cannot hold, from falling to 4.3.
    ((score + 1e-9) * 10.0).round() / 10.0
}

/// CVSS 3.1 appendix A: the smallest number with one decimal that is not below the input, the
/// input taken to five decimals.
fn round_up(score: f64) -> f64 {
    let steps = (score * 100_000.0).round();
    if steps % 10_000.0 == 0.0 {
        steps / 100_000.0
    } else {
        ((steps / 10_000.0).floor() + 1.0) / 10.0
    }
}

fn version_2(vector: &CvssVector) -> Option<Scores> {
    let weight = |key| weight_2(key, vector.code(key)?);
    let exploitability = 20.0 * weight("AV")? * weight("AC")? * weight("Au")?;
    let impacts = [weight("C")?, weight("I")?, weight("A")?];
    let requirements = [weight("CR")?, weight("IR")?, weight("AR")?];
    let left: f64 = impacts.iter().map(|impact| 1.0 - impact).product();
    let left_adjusted: f64 = impacts
        .iter()
        .zip(requirements)
        .map(|(impact, requirement)| 1.0 - impact * requirement)
        .product();
    let base_of = |impact: f64| {
        let factor = if impact == 0.0 { 0.0 } else { 1.176 };
        to_one_decimal((0.6 * impact + 0.4 * exploitability - 1.5) * factor)
    };
    let (e, rl, rc) = (weight("E")?, weight("RL")?, weight("RC")?);
    let temporal_of = |base: f64| to_one_decimal(base * e * rl * rc);
    let base = base_of(10.41 * (1.0 - left));
    let adjusted = temporal_of(base_of((10.41 * (1.0 - left_adjusted)).min(10.0)));
    let environmental = (adjusted + (10.0 - adjusted) * weight("CDP")?) * weight("TD")?;
    Some(Scores {
        base: tenths(base),
        temporal: tenths(temporal_of(base)),
        environmental: tenths(to_one_decimal(environmental)),
    })
}

fn weight_2(key: &str, code: &str) -> Option<f64> {
    Some(match (key, code) {
        ("AV", "L") => 0.395,
        ("AV", "A") => 0.646,
        ("AC", "H") => 0.35,
        ("AC", "M") => 0.61,
        ("AC", "L") => 0.71,
        ("Au", "M") => 0.45,
        ("Au", "S") => 0.56,
        ("Au", "N") => 0.704,
        ("C" | "I" | "A" | "CDP" | "TD", "N") | ("CDP", "ND") => 0.0,
        ("C" | "I" | "A", "P") => 0.275,
        ("C" | "I" | "A", "C") => 0.66,
        ("E", "U") => 0.85,
        ("RL", "OF") => 0.87,
        ("E", "POC") | ("RL", "TF") | ("RC", "UC") => 0.9,
        ("E", "F") | ("RL", "W") | ("RC", "UR") => 0.95,
        ("CDP", "L") => 0.1,
        ("CDP", "LM") => 0.3,
        ("CDP", "MH") => 0.4,
        ("CDP", "H") | ("CR" | "IR" | "AR", "L") => 0.5,
        ("TD", "L") => 0.25,
        ("TD", "M") => 0.75,
        ("CR" | "IR" | "AR", "H") => 1.51,
        ("AV", "N")
        | ("E" | "TD", "H")
        | ("RL", "U")
        | ("RC", "C")
        | ("CR" | "IR" | "AR", "M")
        | (_, "ND") => 1.0,
        _ => return None,
    })
}

fn version_3(vector: &CvssVector, round: fn(f64) -> f64) -> Option<Scores> {
    let (e, rl, rc) = (
        weight_3("E", vector.code("E")?)?,
        weight_3("RL", vector.code("RL")?)?,
        weight_3("RC", vector.code("RC")?)?,
    );
    let changed = vector.code("S")? == "C";
    let exploitability = exploitability_3(changed, |_, base| vector.code(base))?;
    let mut left = 1.0;
    for key in ["C", "I", "A"] {
        left *= 1.0 - weight_3(key, vector.code(key)?)?;
    }
    let iss: f64 = 1.0 - left;
    let impact =
        if changed { 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02).powi(15) } else { 6.42 * iss };
    let base = combine(impact, exploitability, changed, round);

    let changed = vector.modified("MS", "S")? == "C";
    let exploitability =
        exploitability_3(changed, |modified, base| vector.modified(modified, base))?;
    let mut left = 1.0;
    for (modified, base, requirement) in [("MC", "C", "CR"), ("MI", "I", "IR"), ("MA", "A", "AR")] {
        let weight = weight_3(base, vector.modified(modified, base)?)?;
        left *= 1.0 - weight * weight_3(requirement, vector.code(requirement)?)?;
    }
    let miss: f64 = (1.0 - left).min(0.915);
    let impact = match (changed, vector.version) {
        (false, _) => 6.42 * miss,
        (true, Version::V3_1) => 7.52 * (miss - 0.029) - 3.25 * (miss * 0.9731 - 0.02).powi(13),
        (true, _) => 7.52 * (miss - 0.029) - 3.25 * (miss - 0.02).powi(15),
    };
    let modified = combine(impact, exploitability, changed, round);
    Some(Scores {
        base: tenths(base),
        temporal: tenths(round(base * e * rl * rc)),
        environmental: tenths(round(modified * e * rl * rc)),
    })
}

fn combine(impact: f64, exploitability: f64, changed: bool, round: fn(f64) -> f64) -> f64 {
    let factor = if changed { 1.08 } else { 1.0 };
    if impact <= 0.0 { 0.0 } else { round((factor * (impact + exploitability)).min(10.0)) }
}

fn exploitability_3(
    changed: bool,
    code: impl Fn(&str, &str) -> Option<&'static str>,
) -> Option<f64> {
    let privileges = match (code("MPR", "PR")?, changed) {
        ("N", _) => 0.85,
        ("L", false) => 0.62,
        ("L", true) => 0.68,
        ("H", false) => 0.27,
        ("H", true) => 0.5,
        _ => return None,
    };
    let weight = |modified, base| weight_3(base, code(modified, base)?);
    Some(8.22 * weight("MAV", "AV")? * weight("MAC", "AC")? * privileges * weight("MUI", "UI")?)
}

fn weight_3(key: &str, code: &str) -> Option<f64> {
    Some(match (key, code) {
        ("AV" | "UI", "N") => 0.85,
        ("AV", "A") | ("UI", "R") => 0.62,
        ("AV", "L") => 0.55,
        ("AV", "P") => 0.2,
        ("AC", "L") => 0.77,
        ("AC", "H") => 0.44,
        ("C" | "I" | "A", "H") => 0.56,
        ("C" | "I" | "A", "L") => 0.22,
        ("C" | "I" | "A", "N") => 0.0,
        ("E", "F") | ("RL", "W") => 0.97,
        ("E", "P") => 0.94,
        ("E", "U") => 0.91,
        ("RL", "T") | ("RC", "R") => 0.96,
        ("RL", "O") => 0.95,
        ("RC", "U") => 0.92,
        ("CR" | "IR" | "AR", "H") => 1.5,
        ("CR" | "IR" | "AR", "L") => 0.5,
        ("CR" | "IR" | "AR", "M") | ("E", "H") | ("RL", "U") | ("RC", "C") | (_, "X") => 1.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(version: Version, text: &str) -> Vec<(u8, u8, u8)> {
        let vector = CvssVector::parse(version, text).unwrap();
        scores(&vector).iter().map(|it| (it.base, it.temporal, it.environmental)).collect()
    }

    /// The three worked examples of the CVSS 2.0 guide, section 3.3.
    #[test]
    fn version_2_scores_as_its_guide_does() {
        for (vector, expected) in [
            ("AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", (78, 64, 92)),
            ("AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L", (100, 83, 90)),
            ("AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M", (62, 49, 75)),
        ] {
            assert_eq!(of(Version::V2, vector), [expected], "{vector}");
        }
    }

    /// Base scores from the examples document of CVSS 3.1; the others by the equations.
    #[test]
    fn version_3_scores_as_its_examples_do() {
        for (vector, expected) in [
            ("AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 64),
            ("AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 31),
            ("AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 78),
            ("AV:N/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 47),
            ("AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 100),
            ("AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0),
        ] {
            let text = format!("CVSS:3.1/{vector}");
            let outcome = of(Version::V3_1, &text);
            assert_eq!((outcome[0].0, outcome[0].1), (expected, expected), "{vector}");
        }
        let text = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O/RC:C/MAV:L/CR:L";
        assert_eq!(of(Version::V3_1, text), [(98, 88, 73)]);
    }

    #[test]
    fn a_vector_without_a_base_metric_has_no_score() {
        assert_eq!(of(Version::V3_1, "CVSS:3.1/AV:N/AC:L"), []);
        let vector = CvssVector::parse(Version::V2, "AV:N/AV:N").unwrap();
        assert!(vector.flaw().is_some());
    }
}
