//! What each host runs, as its evidence shows it: for sums by product and for the end of support.

use std::fmt;

use model::organisation::OrganisationCode;
use model::windows::WindowsProduct;

use super::class::{System, SystemClass};
use super::national::Index;
use crate::wire::u16_at;

/// The system of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HostSystem<'i> {
    /// A product of Windows, down to the service pack.
    Windows(&'i WindowsProduct),
    /// A distribution and its version, where that is shown.
    Linux(&'i str, Option<&'i str>),
    /// Another system.
    Other,
    /// No evidence shows it, or only a scanner's guess.
    NotShown,
}

impl fmt::Display for HostSystem<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Windows(product) => product.fmt(f),
            Self::Linux(distribution, Some(version)) => write!(f, "{distribution} {version}"),
            Self::Linux(distribution, None) => f.write_str(distribution),
            Self::Other => f.write_str("another system"),
            Self::NotShown => f.write_str("system not shown"),
        }
    }
}

impl SystemClass {
    fn host_system(&self) -> HostSystem<'_> {
        match &self.system {
            System::Windows { is_guess: false, product, .. } => HostSystem::Windows(product),
            System::Linux { is_guess: false, distribution, version } => {
                HostSystem::Linux(distribution, version.as_deref())
            }
            System::Other { is_guess: false } => HostSystem::Other,
            _ => HostSystem::NotShown,
        }
    }
}

impl<B: AsRef<[u8]>> Index<'_, B> {
    /// For each organisation what each of its hosts runs, in the order of
    /// [`View::organisations`](super::View::organisations) and [`View::hosts`](super::View::hosts).
    pub fn systems(&self) -> impl Iterator<Item = (&OrganisationCode, Vec<HostSystem<'_>>)> {
        self.segments.iter().zip(&self.class_numbers).flat_map(move |(segment, numbers)| {
            segment.organisations().iter().map(move |organisation| {
                let (from, to) = organisation.hosts;
                let system = |host| {
                    let class = numbers.get(usize::from(u16_at(segment.class_of(), host)));
                    let class = class.and_then(|class| self.classes.get(*class as usize));
                    class.map_or(HostSystem::NotShown, SystemClass::host_system)
                };
                (&organisation.code, (from..to).map(system).collect())
            })
        })
    }
}
