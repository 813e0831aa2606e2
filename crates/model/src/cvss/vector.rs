//! A vector string and its scores.

use std::fmt;
use std::str::FromStr;

use super::Severity;

/// Longest vector that is read; a full version 4 vector has about 200 bytes.
const MAX_BYTES: usize = 1024;

/// The version of the standard a vector follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CvssVersion {
    /// 2.0 (2007).
    V2_0,
    /// 3.0 (2015).
    V3_0,
    /// 3.1 (2019).
    V3_1,
    /// 4.0 (2023).
    V4_0,
}

impl CvssVersion {
    /// The number: `3.1`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V2_0 => "2.0",
            Self::V3_0 => "3.0",
            Self::V3_1 => "3.1",
            Self::V4_0 => "4.0",
        }
    }
}

impl fmt::Display for CvssVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Why a text is not a CVSS vector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a CVSS vector: {why}")]
pub struct CvssError {
    text: String,
    why: String,
}

/// The three scores of one vector. A metric that the vector leaves out counts as not defined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CvssScores {
    /// Base score.
    pub base: f64,
    /// Temporal score.
    pub temporal: f64,
    /// Environmental score.
    pub environmental: f64,
}

/// A CVSS vector. `Display` writes it in the standard's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CvssVector {
    version: CvssVersion,
    vector: Vector,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Vector {
    V2(Box<cvss::v2::Vector>),
    V3(Box<cvss::v3::Vector>),
    V4(Box<cvss::v4::Vector>),
}

impl CvssVector {
    /// Reads a vector. Version 2 has no prefix; round brackets about it, as the version 2 guide and
    /// many feeds write them, and `CVSS2#` or `CVSS:2.0/` before it are read too.
    pub fn parse(text: &str) -> Result<Self, CvssError> {
        let text = text.trim();
        let refuse = |why: String| CvssError { text: text.chars().take(200).collect(), why };
        if text.len() > MAX_BYTES {
            return Err(refuse("it is longer than 1024 bytes".to_owned()));
        }
        let bare = text.trim_start_matches('(').trim_end_matches([')', '/']);
        let upper = bare.to_ascii_uppercase();
        if upper.starts_with("CVSS:4") {
            let vector: cvss::v4::Vector = upper_prefix(bare)
                .parse()
                .map_err(|error: cvss::Error| refuse(error.to_string()))?;
            return Ok(Self { version: CvssVersion::V4_0, vector: Vector::V4(Box::new(vector)) });
        }
        if upper.starts_with("CVSS:3") {
            let vector: cvss::v3::Vector = upper_prefix(bare)
                .parse()
                .map_err(|error: cvss::Error| refuse(error.to_string()))?;
            if let Some(metric) = missing_v3(&vector) {
                return Err(refuse(format!("it has no {metric}")));
            }
            let version =
                if upper.starts_with("CVSS:3.0") { CvssVersion::V3_0 } else { CvssVersion::V3_1 };
            return Ok(Self { version, vector: Vector::V3(Box::new(vector)) });
        }
        let bare = ["CVSS2#", "CVSS:2.0/"]
            .iter()
            .find(|prefix| upper.starts_with(*prefix))
            .and_then(|prefix| bare.get(prefix.len()..))
            .unwrap_or(bare)
            .trim_start_matches('(');
        let vector: cvss::v2::Vector =
            bare.parse().map_err(|error: cvss::Error| refuse(error.to_string()))?;
        Ok(Self { version: CvssVersion::V2_0, vector: Vector::V2(Box::new(vector)) })
    }

    /// The version of the standard.
    pub fn version(&self) -> CvssVersion {
        self.version
    }

    /// The base score. Version 4 has one score, of all that the vector states.
    pub fn base_score(&self) -> f64 {
        tenths(match &self.vector {
            Vector::V2(vector) => vector.score().value(),
            Vector::V3(vector) => vector.base_score().value(),
            Vector::V4(vector) => vector.score().value(),
        })
    }

    /// The temporal score. Version 2: where the vector states a temporal metric; version 3: always,
    /// as its metrics count as not defined where not stated; version 4 has none.
    pub fn temporal_score(&self) -> Option<f64> {
        match &self.vector {
            Vector::V2(vector) => {
                self.states_temporal().then(|| tenths(vector.temporal_score().value()))
            }
            Vector::V3(vector) => Some(tenths(vector.temporal_score().value())),
            Vector::V4(_) => None,
        }
    }

    /// The environmental score, where there is one as with [`Self::temporal_score`]. In version 3.1
    /// it can differ from the base score by a tenth though no environmental metric is stated: its
    /// formula is another (section 7.3).
    pub fn environmental_score(&self) -> Option<f64> {
        match &self.vector {
            Vector::V2(vector) => {
                self.states_environmental().then(|| tenths(vector.environmental_score().value()))
            }
            Vector::V3(vector) => Some(tenths(vector.environmental_score().value())),
            Vector::V4(_) => None,
        }
    }

    /// Every outcome that the standard allows for the three scores: one, and for version 3.0 up to
    /// two, because its "round up" did not say what to do with the noise of binary fractions, and
    /// 3.1 did (appendix A). None for version 4, which has one score.
    pub fn allowed_scores(&self) -> Vec<CvssScores> {
        match &self.vector {
            Vector::V2(vector) => vec![CvssScores {
                base: tenths(vector.score().value()),
                temporal: tenths(vector.temporal_score().value()),
                environmental: tenths(vector.environmental_score().value()),
            }],
            Vector::V3(vector) => {
                let mut outcomes = vec![CvssScores {
                    base: tenths(vector.base_score().value()),
                    temporal: tenths(vector.temporal_score().value()),
                    environmental: tenths(vector.environmental_score().value()),
                }];
                if self.version == CvssVersion::V3_0 {
                    outcomes.push(self.later_rounding(vector));
                    outcomes.dedup();
                }
                outcomes
            }
            Vector::V4(_) => Vec::new(),
        }
    }

    /// The scores of a 3.0 vector by the equations of 3.0 and the rounding of 3.1.
    fn later_rounding(&self, vector: &cvss::v3::Vector) -> CvssScores {
        use cvss::v3::metric::base::Scope;
        use cvss::v3::metric::environmental::ModifiedScope;
        use cvss::v3::{Metric, Score};

        let mut later = vector.clone();
        later.minor_version = 1;
        let temporal = tenths(later.temporal_score().value());
        let changed = match vector.ms {
            Some(ModifiedScope::Modified(scope)) => scope == Scope::Changed,
            _ => vector.s == Some(Scope::Changed),
        };
        let environmental = if !self.states_environmental() {
            // In 3.0, unlike 3.1, the two equations are then the same.
            temporal
        } else if changed {
            // 3.1 has another equation for a changed scope, so only the last rounding is its own.
            let mut bare = vector.clone();
            (bare.e, bare.rl, bare.rc) = (None, None, None);
            let factor = vector.e.map_or(1.0, Metric::score)
                * vector.rl.map_or(1.0, Metric::score)
                * vector.rc.map_or(1.0, Metric::score);
            tenths(Score::new(bare.environmental_score().value() * factor).roundup().value())
        } else {
            tenths(later.environmental_score().value())
        };
        CvssScores { base: tenths(later.base_score().value()), temporal, environmental }
    }

    fn states_temporal(&self) -> bool {
        match &self.vector {
            Vector::V2(v) => v.e.is_some() || v.rl.is_some() || v.rc.is_some(),
            Vector::V3(v) => v.e.is_some() || v.rl.is_some() || v.rc.is_some(),
            Vector::V4(_) => false,
        }
    }

    fn states_environmental(&self) -> bool {
        match &self.vector {
            Vector::V2(v) => {
                let requirements = v.cr.is_some() || v.ir.is_some() || v.ar.is_some();
                requirements || v.cdp.is_some() || v.td.is_some()
            }
            Vector::V3(v) => {
                let requirements = v.cr.is_some() || v.ir.is_some() || v.ar.is_some();
                let exploitability =
                    v.mav.is_some() || v.mac.is_some() || v.mpr.is_some() || v.mui.is_some();
                let impact = v.ms.is_some() || v.mc.is_some() || v.mi.is_some() || v.ma.is_some();
                requirements || exploitability || impact
            }
            Vector::V4(_) => false,
        }
    }

    /// The score of everything the vector states: environmental, else temporal, else base.
    pub fn score(&self) -> f64 {
        let environmental = self.environmental_score().filter(|_| self.states_environmental());
        let temporal = self.temporal_score().filter(|_| self.states_temporal());
        environmental.or(temporal).unwrap_or_else(|| self.base_score())
    }

    /// The band of the base score.
    pub fn severity(&self) -> Severity {
        Severity::of(self.version, self.base_score())
    }
}

/// The tenth nearest to a score, so that equal scores are equal numbers; never minus zero.
fn tenths(score: f64) -> f64 {
    let tenths = (score * 10.0).round() / 10.0;
    if tenths > 0.0 { tenths } else { 0.0 }
}

/// The prefix in capitals, the metrics as they are.
fn upper_prefix(text: &str) -> String {
    match text.split_once('/') {
        Some((prefix, metrics)) => format!("{}/{metrics}", prefix.to_ascii_uppercase()),
        None => text.to_ascii_uppercase(),
    }
}

/// The first mandatory metric that a version 3 vector lacks.
fn missing_v3(v: &cvss::v3::Vector) -> Option<&'static str> {
    [
        ("AV", v.av.is_some()),
        ("AC", v.ac.is_some()),
        ("PR", v.pr.is_some()),
        ("UI", v.ui.is_some()),
        ("S", v.s.is_some()),
        ("C", v.c.is_some()),
        ("I", v.i.is_some()),
        ("A", v.a.is_some()),
    ]
    .into_iter()
    .find_map(|(name, stated)| (!stated).then_some(name))
}

impl fmt::Display for CvssVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.vector {
            Vector::V2(vector) => vector.fmt(f),
            Vector::V3(vector) => vector.fmt(f),
            Vector::V4(vector) => vector.fmt(f),
        }
    }
}

impl FromStr for CvssVector {
    type Err = CvssError;

    fn from_str(text: &str) -> Result<Self, CvssError> {
        Self::parse(text)
    }
}
