//! Who can be reached, of whom the register knows.

use super::{Contacts, Kind, Level, Named, Part};

/// Who leads, who stands in, and whom a call at night reaches: named, and confirmed not too long ago.
pub(super) fn contacts(contacts: &Contacts) -> Part {
    let is_fresh = |named: &[Named]| named.iter().any(|one| one.is_fresh);
    let wanted = [
        (&contacts.leads, "no security lead", "the security lead"),
        (&contacts.deputies, "no deputy", "the deputy"),
        (&contacts.at_night, "nobody who can be rung at night", "who is rung at night"),
    ];
    let mut missing = Vec::new();
    let mut shown = 0;
    for (named, none, the) in wanted {
        // Named is one thing, confirmed another.
        shown += u64::from(!named.is_empty()) + u64::from(is_fresh(named));
        if named.is_empty() {
            missing.push(format!("the register names {none}"));
        } else if !is_fresh(named) {
            missing.push(format!("{the} was not confirmed lately"));
        }
    }
    let of = 2 * wanted.len() as u64;
    let because = if missing.is_empty() {
        "Lead, deputy and who is rung at night are named in the register and were confirmed lately."
            .to_owned()
    } else {
        format!("{}.", model::words::capital(&missing.join("; ")))
    };
    let confirmed = wanted.iter().flat_map(|(named, ..)| named.iter());
    let level = if shown == 0 { Level::NotShown } else { Level::of_share(shown, of) };
    Part {
        kind: Kind::Contacts,
        level,
        shown,
        of: Some(of),
        as_of: confirmed.filter_map(|named| named.confirmed_on).max(),
        because,
        rows: Vec::new(),
    }
}
