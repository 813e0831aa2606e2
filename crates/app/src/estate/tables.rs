//! Tables of hosts that were decoded last, for the next who asks: a trust's has thousands of rows.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::organisation::OrganisationCode;
use store::Store;

use super::table::HostTable;

/// So much is kept in all, in hosts: each takes about a kibibyte, and a pack a quarter of that.
const MOST: usize = 150_000;
const PACKS_AS_A_HOST: usize = 4;

fn weight(table: &HostTable) -> usize {
    table.hosts.len() + table.packs.len() / PACKS_AS_A_HOST
}

/// Tables by organisation, each with the number of events of the record that it is made of.
#[derive(Default)]
struct Tables(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    tables: BTreeMap<OrganisationCode, Known>,
    weight: usize,
    turn: u64,
}

struct Known {
    as_of: u64,
    table: Arc<HostTable>,
    /// When it was asked for last, in turns.
    used: u64,
}

/// The table that was kept of an organisation, if it is of so many events.
pub(super) fn known(
    store: &Store,
    organisation: &OrganisationCode,
    as_of: u64,
) -> Option<Arc<HostTable>> {
    let tables = store.recall::<Tables>()?;
    let mut inner = tables.0.lock().unwrap_or_else(PoisonError::into_inner);
    inner.turn += 1;
    let turn = inner.turn;
    let known = inner.tables.get_mut(organisation).filter(|known| known.as_of == as_of)?;
    known.used = turn;
    Some(Arc::clone(&known.table))
}

/// Keeps a table in the place of an older one; those that nobody has asked for go first.
pub(super) fn keep(
    store: &Store,
    organisation: &OrganisationCode,
    (table, as_of): (&Arc<HostTable>, u64),
) {
    if store.recall::<Tables>().is_none() {
        store.remember(Arc::new(Tables::default()));
    }
    let Some(tables) = store.recall::<Tables>() else { return };
    let mut inner = tables.0.lock().unwrap_or_else(PoisonError::into_inner);
    let inner = &mut *inner;
    inner.turn += 1;
    let known = Known { as_of, table: Arc::clone(table), used: inner.turn };
    inner.weight += weight(table);
    if let Some(before) = inner.tables.insert(organisation.clone(), known) {
        inner.weight -= weight(&before.table);
    }
    while inner.weight > MOST && inner.tables.len() > 1 {
        let oldest = inner.tables.iter().min_by_key(|(_, known)| known.used);
        let Some(oldest) = oldest.map(|(code, _)| code.clone()) else { break };
        if let Some(gone) = inner.tables.remove(&oldest) {
            inner.weight -= weight(&gone.table);
        }
    }
}

/// Gives up the table of an organisation: whoever has it changes it.
pub(super) fn forget(store: &Store, organisation: &OrganisationCode) {
    let Some(tables) = store.recall::<Tables>() else { return };
    let mut inner = tables.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(gone) = inner.tables.remove(organisation) {
        inner.weight -= weight(&gone.table);
    }
}
