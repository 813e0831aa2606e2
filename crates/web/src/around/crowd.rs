//! How many connections one address may have open at once: nobody takes all places by themselves.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::address::Origin;

/// The open connections of each address.
pub(crate) struct Crowd {
    most: usize,
    open: Mutex<HashMap<Origin, usize>>,
}

/// A connection's place among those of its address; dropped, it is free.
pub(crate) struct Seat {
    crowd: Arc<Crowd>,
    from: Origin,
}

impl Crowd {
    /// A crowd in which one address has so many connections at most.
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { most, open: Mutex::default() })
    }

    /// A place for one more connection of an address; `None` where it has as many as it may.
    pub(crate) fn seat(self: &Arc<Self>, from: IpAddr) -> Option<Seat> {
        let from = Origin::from(from);
        // A panic while it was held cannot have left it half written.
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let own = open.entry(from).or_default();
        if *own >= self.most {
            return None;
        }
        *own += 1;
        Some(Seat { crowd: Arc::clone(self), from })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.crowd.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = open.get_mut(&self.from) {
            *own -= 1;
            // Who is gone takes no room.
            if *own == 0 {
                open.remove(&self.from);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_places_and_leaves_no_trace() {
        let crowd = Crowd::new(2);
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let seats = [crowd.seat(one), crowd.seat(one)];
        assert!(seats.iter().all(Option::is_some));
        assert!(crowd.seat(one).is_none());
        assert!(crowd.seat(other).is_some());
        drop(seats);
        assert!(crowd.open.lock().unwrap().is_empty());
        assert!(crowd.seat(one).is_some());
    }
}
