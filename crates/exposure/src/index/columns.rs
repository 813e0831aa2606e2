//! How many hosts have a profile and a signature, turned: for each of these the organisations that have any.
//!
//! A question of Windows has one answer for all hosts of a signature. Read organisation by organisation, that
//! answer is looked up for each of them; read so, once, and what is read lies in a row. It must not know what
//! is asked.

use super::view::View;

/// The hosts of one profile.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    /// For each organisation that has any, in order.
    pub(super) all: Vec<OfProfile>,
    /// For each signature the organisations that have any, in order.
    pub(super) signatures: Vec<Vec<OfSignature>>,
}

/// The hosts of an organisation that have a profile.
#[derive(Clone, Copy, Debug)]
pub(super) struct OfProfile {
    pub(super) organisation: u32,
    pub(super) hosts: u32,
    pub(super) patch_too_old: u32,
    pub(super) software_too_old: u32,
}

/// The hosts of an organisation that have a profile and a signature.
#[derive(Clone, Copy, Debug)]
pub(super) struct OfSignature {
    pub(super) organisation: u32,
    pub(super) hosts: u32,
    pub(super) patch_too_old: u32,
}

impl Column {
    /// The columns of all profiles of a view of which the runs are known.
    pub(super) fn of<B>(view: &View<'_, '_, B>) -> Vec<Self> {
        let mut columns: Vec<Self> = view.profiles.iter().map(|_| Self::default()).collect();
        for (organisation, (from, to)) in (0_u32..).zip(&view.runs_of) {
            for run in view.runs.get(*from..*to).unwrap_or_default() {
                let Some(column) = columns.get_mut(run.profile as usize) else { continue };
                column.all.push(OfProfile {
                    organisation,
                    hosts: run.to - run.from,
                    patch_too_old: run.patch_too_old,
                    software_too_old: run.software_too_old,
                });
                let (from, to) = (run.counts.0 as usize, run.counts.1 as usize);
                for count in view.counts.get(from..to).unwrap_or_default() {
                    let at = count.signature as usize;
                    if column.signatures.len() <= at {
                        column.signatures.resize_with(at + 1, Vec::new);
                    }
                    if let Some(own) = column.signatures.get_mut(at) {
                        own.push(OfSignature {
                            organisation,
                            hosts: count.hosts,
                            patch_too_old: count.too_old,
                        });
                    }
                }
            }
        }
        columns
    }
}
