//! Reading a CVSS 2.0, 3.0 or 3.1 vector. To be replaced by `model::cvss` once that has landed.

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

    /// The code of a metric; "not defined" where the vector leaves it out.
    pub(super) fn code(&self, key: &str) -> Option<&'static str> {
        self.written(key).or_else(|| {
            let metric = self.version.metrics().iter().find(|metric| metric.key == key)?;
            metric.undefined()
        })
    }

    /// A modified base metric: the base metric itself where it is not defined.
    pub(super) fn modified(&self, modified: &str, base: &str) -> Option<&'static str> {
        self.code(modified).filter(|code| *code != "X").or_else(|| self.code(base))
    }
}
