//! What use cases have folded out of the record, kept in memory for as long as the store is open.
//!
//! One value of each type. Whoever recalls one asks the record whether it still holds: what another
//! process has added is not noticed here.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Store;

type Values = HashMap<TypeId, Arc<dyn Any + Send + Sync>>;

/// Values by their types.
#[derive(Default)]
pub(crate) struct Memory(Mutex<Values>);

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

impl Store {
    /// The value of a type that was kept last.
    pub fn recall<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        let values = self.memory().0.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.get(&TypeId::of::<T>()).cloned();
        drop(values);
        value.and_then(|value| value.downcast().ok())
    }

    /// Keeps a value, in the place of any other of its type.
    pub fn remember<T: Any + Send + Sync>(&self, value: Arc<T>) {
        let mut values = self.memory().0.lock().unwrap_or_else(PoisonError::into_inner);
        values.insert(TypeId::of::<T>(), value);
    }
}
