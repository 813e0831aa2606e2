//! Codes that a file only mentions: the commissioners, care boards and regions above those it lists.
//!
//! Rows print several levels of the hierarchy side by side, so one file tells what stands above a
//! code that it does not list. Rows of different years print different generations of codes; each
//! code stays as printed, and of what stands above it the reading of most open rows is taken.

use std::collections::BTreeMap;

use model::organisation::{Listing, ListingClass, OrganisationCode, OrganisationKind};
use model::reading::Place;

use crate::inventory::notes::Notes;

/// The mentions of one file.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    by_code: BTreeMap<OrganisationCode, Mention>,
}

#[derive(Debug)]
struct Mention {
    place: Place,
    kind: OrganisationKind,
    above: BTreeMap<OrganisationCode, Votes>,
}

/// How many rows say so: open rows before closed ones, because the rows of those who closed keep
/// the hierarchy of their day.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Votes {
    open: u32,
    closed: u32,
}

impl Mentions {
    /// Notes the codes above a row, the nearest first.
    pub(super) fn add(
        &mut self,
        row: &Listing,
        codes: &[(Option<&OrganisationCode>, OrganisationKind)],
    ) {
        let mut above = codes.iter().filter_map(|(code, kind)| Some(((*code)?, *kind))).peekable();
        while let Some((code, kind)) = above.next() {
            let mention = self.by_code.entry(code.clone()).or_insert_with(|| Mention {
                place: row.place.clone(),
                kind,
                above: BTreeMap::new(),
            });
            if let Some((next, _)) = above.peek()
                && *next != code
            {
                let votes = mention.above.entry((*next).clone()).or_default();
                let counted =
                    if row.closed.is_none() { &mut votes.open } else { &mut votes.closed };
                *counted = counted.saturating_add(1);
            }
        }
    }

    /// Adds a listing for each code that is only mentioned, and says what stands above those that
    /// are listed without saying it.
    pub(super) fn finish(self, listings: &mut Vec<Listing>, notes: &mut Notes) {
        let listed: BTreeMap<_, _> =
            listings.iter().enumerate().map(|(at, row)| (row.code.clone(), at)).collect();
        for (code, mention) in self.by_code {
            let chosen = mention.above.iter().max_by(|a, b| a.1.cmp(b.1)).map(|(code, _)| code);
            let torn = mention.above.values().filter(|votes| votes.open > 0).count() > 1;
            if torn && let Some(chosen) = chosen {
                let all: Vec<_> = mention.above.keys().map(ToString::to_string).collect();
                notes.add(
                    mention.place.clone(),
                    format!(
                        "rows place {code} below {}; {chosen}, which most open rows name, was taken",
                        all.join(", ")
                    ),
                );
            }
            match listed.get(&code).and_then(|at| listings.get_mut(*at)) {
                Some(row) => row.parent = row.parent.take().or_else(|| chosen.cloned()),
                None => listings.push(Listing {
                    kind: Some(mention.kind),
                    parent: chosen.cloned(),
                    ..Listing::new(code, ListingClass::Mentioned, mention.place)
                }),
            }
        }
    }
}
