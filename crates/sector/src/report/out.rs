//! Writing bytes quickly: numbers and days without formatting machinery.

use crate::day::Day;

/// A file in the making.
#[derive(Debug, Default)]
pub(super) struct Out(pub(super) Vec<u8>);

impl Out {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// Several texts behind one another.
    pub(super) fn texts(&mut self, texts: &[&str]) -> &mut Self {
        for text in texts {
            self.0.extend_from_slice(text.as_bytes());
        }
        self
    }

    pub(super) fn number(&mut self, number: u64) -> &mut Self {
        self.padded(number, 1)
    }

    /// A number with at least so many digits.
    pub(super) fn padded(&mut self, number: u64, digits: usize) -> &mut Self {
        let from = self.0.len();
        let mut rest = number;
        while rest > 0 || self.0.len() < from + digits {
            self.0.push(b'0' + u8::try_from(rest % 10).unwrap_or(0));
            rest /= 10;
        }
        if let Some(written) = self.0.get_mut(from..) {
            written.reverse();
        }
        self
    }

    /// "2017-05-12".
    pub(super) fn iso(&mut self, day: Day) -> &mut Self {
        let (year, month, of_month) = day.parts();
        self.padded(whole(year), 4).text("-").padded(whole(month), 2).text("-");
        self.padded(whole(of_month), 2)
    }

    /// "2017-05-12 09:04".
    pub(super) fn iso_minute(&mut self, day: Day, minute: u32) -> &mut Self {
        self.iso(day).text(" ").clock(minute)
    }

    /// "09:04".
    pub(super) fn clock(&mut self, minute: u32) -> &mut Self {
        self.padded(u64::from(minute / 60), 2).text(":").padded(u64::from(minute % 60), 2)
    }

    /// "5/12/2017", as `wmic` prints it.
    pub(super) fn american(&mut self, day: Day) -> &mut Self {
        let (year, month, of_month) = day.parts();
        self.number(whole(month)).text("/").number(whole(of_month)).text("/").number(whole(year))
    }

    /// "12/05/2017" or "12.05.2017".
    pub(super) fn day_first(&mut self, day: Day, mark: &str) -> &mut Self {
        let (year, month, of_month) = day.parts();
        self.padded(whole(of_month), 2).text(mark).padded(whole(month), 2).text(mark);
        self.number(whole(year))
    }
}

/// A part of a date; none is negative.
fn whole(part: i32) -> u64 {
    u64::try_from(part).unwrap_or(0)
}
