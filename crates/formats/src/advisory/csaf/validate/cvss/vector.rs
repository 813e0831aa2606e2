//! A CVSS 2.0, 3.0 or 3.1 vector as a document writes it: every metric that stands there, however
//! often, for the tests that compare it with the properties. The scores are `model::cvss`'s.

use model::cvss::CvssScores;

use super::metric::{Metric, VERSION_2, VERSION_3};

/// The versions that a CSAF 2.0 document may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V2,
    V3_0,
    V3_1,
}

impl Version {
    /// The metrics of this version.
    pub(super) fn metrics(self) -> &'static [Metric] {
        match self {
            Self::V2 => &VERSION_2,
            Self::V3_0 | Self::V3_1 => &VERSION_3,
        }
    }

    /// The version as the property `version` writes it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::V2 => "2.0",
            Self::V3_0 => "3.0",
            Self::V3_1 => "3.1",
        }
    }

    /// What a vector of this version begins with.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::V2 => "",
            Self::V3_0 => "CVSS:3.0/",
            Self::V3_1 => "CVSS:3.1/",
        }
    }
}

/// A vector: key and code of each metric that it writes.
#[derive(Debug)]
pub(super) struct CvssVector {
    pub(super) version: Version,
    metrics: Vec<(&'static Metric, &'static str)>,
}

impl CvssVector {
    /// Reads a vector as far as its pattern in the JSON schemas goes: known metrics with known
    /// codes. The patterns ask neither for every base metric nor that each stands once; see
    /// [`CvssVector::flaw`].
    pub(super) fn parse(version: Version, text: &str) -> Option<Self> {
        let mut metrics = Vec::new();
        for part in text.strip_prefix(version.prefix())?.split('/') {
            let (key, code) = part.split_once(':')?;
            let metric = version.metrics().iter().find(|metric| metric.key == key)?;
            let (code, _) = metric.values.iter().find(|(known, _)| *known == code)?;
            metrics.push((metric, *code));
        }
        Some(Self { version, metrics })
    }

    /// The same vector with the metrics that it leaves out taken from elsewhere: `code_of` names
    /// the code of a metric, if it is known.
    pub(super) fn completed(
        &self,
        code_of: impl Fn(&'static Metric) -> Option<&'static str>,
    ) -> Self {
        let absent =
            self.version.metrics().iter().filter(|metric| self.written(metric.key).is_none());
        let added = absent.filter_map(|metric| Some((metric, code_of(metric)?)));
        let metrics = self.metrics.iter().copied().chain(added).collect();
        Self { version: self.version, metrics }
    }

    /// Why no score can be computed from this vector, if none can.
    pub(super) fn flaw(&self) -> Option<String> {
        self.version.metrics().iter().find_map(|metric| {
            let times =
                self.metrics.iter().filter(|(written, _)| written.key == metric.key).count();
            match times {
                0 if metric.undefined().is_none() => Some(format!("it has no {}", metric.key)),
                0 | 1 => None,
                _ => Some(format!("it has {} more than once", metric.key)),
            }
        })
    }

    /// The code of a metric that the vector writes.
    pub(super) fn written(&self, key: &str) -> Option<&'static str> {
        self.metrics.iter().find(|(metric, _)| metric.key == key).map(|(_, code)| *code)
    }

    /// Every outcome that the standard allows for the scores; empty where a base metric is missing.
    pub(super) fn allowed_scores(&self) -> Vec<CvssScores> {
        let metrics: Vec<String> =
            self.metrics.iter().map(|(metric, code)| format!("{}:{code}", metric.key)).collect();
        let text = format!("{}{}", self.version.prefix(), metrics.join("/"));
        model::cvss::CvssVector::parse(&text)
            .map(|vector| vector.allowed_scores())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(version: Version, text: &str) -> Vec<(f64, f64, f64)> {
        let outcomes = CvssVector::parse(version, text).unwrap().allowed_scores();
        outcomes.iter().map(|it| (it.base, it.temporal, it.environmental)).collect()
    }

    /// The three worked examples of the CVSS 2.0 guide, section 3.3.
    #[test]
    fn version_2_scores_as_its_guide_does() {
        for (vector, expected) in [
            (
                "AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H",
                (7.8, 6.4, 9.2),
            ),
            (
                "AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L",
                (10.0, 8.3, 9.0),
            ),
            (
                "AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M",
                (6.2, 4.9, 7.5),
            ),
        ] {
            assert_eq!(of(Version::V2, vector), [expected], "{vector}");
        }
    }

    /// Base scores from the examples document of CVSS 3.1; the others by the equations.
    #[test]
    fn version_3_scores_as_its_examples_do() {
        for (vector, expected) in [
            ("AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4),
            ("AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1),
            ("AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 7.8),
            ("AV:N/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.7),
            ("AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0),
            ("AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
        ] {
            let outcome = of(Version::V3_1, &format!("CVSS:3.1/{vector}"));
            assert_eq!((outcome[0].0, outcome[0].1), (expected, expected), "{vector}");
        }
        let text = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O/RC:C/MAV:L/CR:L";
        assert_eq!(of(Version::V3_1, text), [(9.8, 8.8, 7.3)]);
    }

    /// 10.0 * 0.92 is 9.200000000000001 in binary fractions.
    #[test]
    fn version_3_0_may_round_in_two_ways() {
        let vector = "AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/E:H/RL:U/RC:U";
        let outcomes = of(Version::V3_0, &format!("CVSS:3.0/{vector}"));
        assert_eq!(outcomes, [(10.0, 9.3, 9.3), (10.0, 9.2, 9.2)]);
        let outcomes = of(Version::V3_1, &format!("CVSS:3.1/{vector}"));
        assert_eq!(outcomes, [(10.0, 9.2, 9.2)]);
    }

    #[test]
    fn a_vector_without_a_base_metric_has_no_score() {
        assert_eq!(of(Version::V3_1, "CVSS:3.1/AV:N/AC:L"), []);
        let vector = CvssVector::parse(Version::V2, "AV:N/AV:N").unwrap();
        assert!(vector.flaw().is_some());
    }
}
