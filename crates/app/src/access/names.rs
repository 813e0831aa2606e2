//! What people are called, for pages that say who did something.

use std::collections::{BTreeMap, BTreeSet};

use super::role::Permission;
use crate::context::{Caller, Context};
use crate::error::Error;

/// The names of accounts, for whoever may see the record; who has none there (a program, the operator, an account
/// that is gone) is not in it.
pub async fn names(
    context: &Context,
    caller: &Caller,
    accounts: &BTreeSet<String>,
) -> Result<BTreeMap<String, String>, Error> {
    let mut found = BTreeMap::new();
    if !caller.can(Permission::SeeRecord, None) {
        return Ok(found);
    }
    for id in accounts {
        if let Some(account) = context.store.account(id).await? {
            found.insert(id.clone(), account.name);
        }
    }
    Ok(found)
}
