//! What a person chooses: seed, scale, the days of the history, how much a report carries.

use jiff::civil::{Date, date};

/// How large the sector is; 1 is England in 2017.
///
/// Kept in millionths: what is computed from it is the same on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale(u64);

impl Scale {
    /// 236 trusts, 7,454 practices, 1.5 million hosts.
    pub const ENGLAND: Self = Self(1_000_000);

    /// A scale above 0 and up to 20.
    pub fn new(scale: f64) -> Result<Self, ScaleError> {
        if !(scale > 0.0 && scale <= 20.0) {
            return Err(ScaleError(scale));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 20 million by the line above"
        )]
        let millionths = (scale * 1_000_000.0).round() as u64;
        Ok(Self(millionths.max(1)))
    }

    /// The part of `whole` at this scale, rounded.
    pub(crate) fn of(self, whole: u32) -> u32 {
        let part = (u64::from(whole) * self.0 + 500_000) / 1_000_000;
        u32::try_from(part).unwrap_or(u32::MAX)
    }
}

/// A number that is no scale.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "{0} is no scale: choose a number above 0 and up to 20, such as 0.01; 1 is 1.5 million hosts"
)]
pub struct ScaleError(f64);

/// How often organisations report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cadence {
    /// Each by its own habit: most trusts weekly or fortnightly, practices monthly, some quarterly.
    Own,
    /// All of them every so many days.
    Days(u16),
}

/// What a report carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Patch state only, as the reports of a history do.
    Light,
    /// Installed software too: about 200 rows a Windows PC.
    Full,
}

/// What a sector is made from. The same settings give the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What makes one sector differ from another.
    pub seed: u64,
    /// How large it is.
    pub scale: Scale,
    /// The first day of its history.
    pub first: Date,
    /// The last day of its history.
    pub last: Date,
    /// How often organisations report.
    pub cadence: Cadence,
}

impl Settings {
    /// Eighteen months that end on the day on which the incident of May 2017 was stood down.
    pub fn new(seed: u64, scale: Scale) -> Self {
        Self {
            seed,
            scale,
            first: date(2015, 11, 20),
            last: date(2017, 5, 19),
            cadence: Cadence::Own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_takes_its_part() {
        assert_eq!(Scale::new(0.01).unwrap().of(7_454), 75);
        assert_eq!(Scale::ENGLAND.of(236), 236);
        for wrong in [0.0, -1.0, f64::NAN, 21.0] {
            assert!(Scale::new(wrong).is_err());
        }
    }
}
