//! The invented nation: how many hosts each organisation has, and which systems there are.
//!
//! Everything follows from a seed. What a host shows is made in `hosts.rs`, one host at a time.

use std::ops::Range;

use exposure::knowledge::View;
use jiff::civil::{Date, date};
use model::kb::Kb;
use model::windows::WindowsProduct;

use super::dice::Dice;

pub(super) const AS_AT: Date = date(2017, 5, 12);

/// Hosts that fill a segment.
const SEGMENT: usize = 3_750;

/// Organisations and systems.
pub(super) struct Nation {
    /// Hosts of each organisation.
    pub(super) sizes: Vec<usize>,
    pub(super) systems: Vec<System>,
    pub(super) setting: Setting,
}

/// What may be different from one run to another.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    /// Share of the nation: 1.0 has 1.5 million hosts.
    pub(super) scale: f64,
    /// Whether scanners' findings are left out.
    pub(super) without_findings: bool,
    /// Whether a host's rare software is of all the nation's, not of its organisation's.
    pub(super) national_tail: bool,
}

/// A system and its updates, the oldest first.
pub(super) struct System {
    pub(super) product: WindowsProduct,
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    pub(super) updates: Vec<Kb>,
    pub(super) weight: usize,
}

const SYSTEMS: [(&str, &str, &str, usize); 10] = [
    ("Microsoft Windows 7 Enterprise", "6.1.7601 Service Pack 1 Build 7601", "X86-based PC", 30),
    ("Microsoft Windows 7 Professional", "6.1.7601 Service Pack 1 Build 7601", "x64-based PC", 32),
    ("Microsoft Windows 10 Enterprise", "10.0.14393 N/A Build 14393", "x64-based PC", 9),
    ("Microsoft Windows 10 Pro", "10.0.10586 N/A Build 10586", "x64-based PC", 5),
    ("Microsoft Windows 8.1 Pro", "6.3.9600 N/A Build 9600", "x64-based PC", 5),
    ("Microsoft Windows XP Professional", "5.1.2600 Service Pack 3 Build 2600", "X86-based PC", 5),
    (
        "Microsoft Windows Server 2008 R2 Standard",
        "6.1.7601 Service Pack 1 Build 7601",
        "x64-based PC",
        4,
    ),
    ("Microsoft Windows Server 2012 R2 Standard", "6.3.9600 N/A Build 9600", "x64-based PC", 3),
    ("Microsoft Windows Server 2016 Standard", "10.0.14393 N/A Build 14393", "x64-based PC", 1),
    (
        "Microsoft Windows Embedded Standard 7",
        "6.1.7601 Service Pack 1 Build 7601",
        "X86-based PC",
        2,
    ),
];

impl Nation {
    pub(super) fn new(setting: Setting, knowledge: View<'_>) -> Self {
        let dice = &mut Dice(1);
        let scale = setting.scale;
        let hosts = 1_500_000.0 * scale;
        let (trusts, practices) =
            ((240.0 * scale).max(1.0) as usize, (7_500.0 * scale).max(1.0) as usize);
        let draw = |dice: &mut Dice| {
            let normal: f64 = (0..12).map(|_| dice.share()).sum::<f64>() - 6.0;
            (normal * 0.7).exp()
        };
        let mut sizes = Vec::new();
        for (count, share) in [(trusts, 5.0 / 6.0), (practices, 1.0 / 6.0)] {
            let weights: Vec<f64> = (0..count).map(|_| draw(dice)).collect();
            let sum: f64 = weights.iter().sum();
            sizes.extend(
                weights.iter().map(|w| ((w / sum * hosts * share) as usize).clamp(1, 60_000)),
            );
        }
        let systems = SYSTEMS
            .iter()
            .filter_map(|(name, version, kind, weight)| {
                let (product, _) = WindowsProduct::from_host(name, Some(version), Some(kind))?;
                let mut updates: Vec<(i32, u32)> =
                    exposure::knowledge::lookup::windows_of(knowledge, &product)
                        .into_iter()
                        .filter_map(|at| knowledge.windows.get(at as usize))
                        .flat_map(|row| row.updates.iter())
                        .map(|u| (u.published.to_native(), u.kb.to_native()))
                        .filter(|(published, _)| *published < 17_298)
                        .collect();
                updates.sort_unstable();
                updates.dedup();
                let updates = updates.iter().filter_map(|(_, kb)| Kb::new(*kb)).collect();
                Some(System { product, name, version, updates, weight: *weight })
            })
            .collect();
        Self { sizes, systems, setting }
    }

    /// Organisations that together fill a segment.
    pub(super) fn groups(&self) -> Vec<Range<usize>> {
        let mut groups = Vec::new();
        let (mut from, mut hosts) = (0, 0);
        for (at, size) in self.sizes.iter().enumerate() {
            if hosts > 0 && hosts + size > SEGMENT {
                groups.push(from..at);
                (from, hosts) = (at, 0);
            }
            hosts += size;
        }
        groups.push(from..self.sizes.len());
        groups
    }
}
