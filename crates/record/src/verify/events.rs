//! What entries say of themselves: their number, when they were known, which event they are.

use jiff::Timestamp;
use model::event::EventId;

use super::{Fault, Report};
use crate::leaf::decode;

/// Looks at events in the order in which they stand.
#[derive(Default)]
pub(super) struct Events {
    known_before: Option<Timestamp>,
    /// By how much the last entry stands elsewhere than it says.
    shift: u64,
    /// The identity of every event with its place: 24 bytes an entry.
    ids: Vec<([u8; 16], u64)>,
}

impl Events {
    /// Looks at the next entry.
    pub(super) fn look(&mut self, number: u64, entry: &[u8], report: &mut Report) {
        report.entries += 1;
        let event = match decode(entry) {
            Ok(decoded) => decoded.event,
            Err(source) => return report.add(Fault::NoEvent { number, source }),
        };
        // Where one entry was put in or left out, all after it are shifted: only the first is named.
        let shift = event.number.wrapping_sub(number);
        if shift != 0 && shift != self.shift {
            report.add(Fault::Moved { number, stated: event.number });
        }
        self.shift = shift;
        if let Some(before) = self.known_before.filter(|before| event.as_known < *before) {
            report.add(Fault::BackDated { number, found: event.as_known, before });
        }
        self.known_before = Some(event.as_known);
        self.ids.push((packed(&event.id), number));
    }

    /// Names events that stand twice.
    pub(super) fn finish(mut self, report: &mut Report) {
        self.ids.sort_unstable();
        let mut again = Vec::new();
        let mut first = None;
        for (id, number) in &self.ids {
            match first {
                Some((known, first)) if known == id => again.push((*number, first, unpacked(id))),
                _ => first = Some((id, *number)),
            }
        }
        again.sort_unstable();
        for (number, first, id) in again {
            if let Ok(id) = id.parse() {
                report.add(Fault::Replayed { number, first, id });
            }
        }
    }
}

/// An identity as its sixteen bytes; an `EventId` has 32 hexadecimal digits.
fn packed(id: &EventId) -> [u8; 16] {
    let mut digits = id.as_str().bytes().filter(|byte| *byte != b'-').map(nibble);
    std::array::from_fn(|_| (digits.next().unwrap_or(0) << 4) | digits.next().unwrap_or(0))
}

const fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.wrapping_sub(b'a' - 10) & 15,
    }
}

fn unpacked(id: &[u8; 16]) -> String {
    let mut text = String::new();
    for (at, byte) in id.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}
