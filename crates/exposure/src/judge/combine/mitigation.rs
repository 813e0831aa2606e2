//! Settings that close the way in.

use std::sync::Arc;

use model::evidence::ControlState;
use model::verdict::Verdict;

use crate::host::{Host, Standing};
use crate::judge::line::RowRef;
use crate::judge::question::Question;
use crate::judge::reason::Reason;

/// A bulletin whose way in a setting closes is mitigated while the evidence shows the setting off:
/// the reason of that.
pub(super) fn mitigation(
    question: &Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    verdict: Verdict,
    bulletin: Option<u32>,
) -> Option<Arc<[Reason]>> {
    if verdict != Verdict::Affected || standing.controls.is_empty() {
        return None;
    }
    let bulletin = question.knowledge.bulletins.get(bulletin? as usize)?;
    let (piece, control) = bulletin
        .mitigations
        .iter()
        .filter_map(|name| standing.control(name.as_str()))
        .find(|(_, control)| control.state == ControlState::Disabled)?;
    Some(Arc::from([Reason::ControlOff {
        control: control.name.clone(),
        row: RowRef::new(host, piece, &control.place, &control.raw),
    }]))
}
