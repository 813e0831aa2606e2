//! The estate of an organisation: which hosts it has, and which evidence speaks of each.
//!
//! [`recognise`](recognise::recognise) finds the host of new evidence and says how sure that is;
//! [`fold`] makes the table of hosts from imports, as at one day and as known at one instant. Pure:
//! only [`kept`] and [`ask`] read the record.

pub mod ask;
pub mod fold;
pub mod kept;
pub mod recognise;
pub mod table;
mod tables;

#[cfg(test)]
mod tests;
