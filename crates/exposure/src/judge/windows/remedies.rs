//! What to do, and the rows that show it.

use std::borrow::Cow;
use std::sync::Arc;

use crate::host::{Host, Installed};
use crate::judge::line::{Remedy, RowRef};
use crate::judge::prepared::Group;
use crate::judge::reason::Reason;

pub(super) fn remedies<'q>(group: &'q Group, reason: &Reason) -> Cow<'q, [Remedy]> {
    match reason {
        Reason::PendingRestart { .. } | Reason::RestartUnclear { .. } => {
            Cow::Borrowed(&[Remedy::Restart])
        }
        Reason::Unsupported { .. } | Reason::NoFixExists | Reason::NoFixYet { .. } => {
            Cow::Borrowed(&[Remedy::NoneAvailable])
        }
        Reason::ServicePackNeeded { needed, .. } => Cow::Owned(vec![Remedy::ServicePack(*needed)]),
        _ => Cow::Borrowed(&group.remedies),
    }
}

pub(in crate::judge) fn row_ref(host: &Host, installed: Installed<'_>) -> Arc<RowRef> {
    RowRef::new(host, installed.piece, &installed.row.place, &installed.row.raw)
}

pub(super) fn list_ref(host: &Host, listing: crate::host::Listing<'_>) -> Arc<RowRef> {
    RowRef::new(host, listing.piece, listing.place, "")
}
