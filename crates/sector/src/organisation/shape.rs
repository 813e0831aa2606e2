//! How many there are of each kind, and how large trusts are.
//!
//! Numbers of trusts and practices: W. Smart, "Lessons learned review of the WannaCry ransomware
//! cyber attack" (2018). All others are round numbers of the same order as in England in 2017.

use crate::keyed::Stream;
use crate::settings::Scale;

/// How many organisations of each kind are open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) regions: u32,
    pub(super) commissioners: u32,
    pub(super) units: u32,
    pub(super) suppliers: u32,
    pub(super) trusts: u32,
    pub(super) practices: u32,
    pub(super) homes: u32,
    /// Hosts of all trusts together.
    pub(super) trust_hosts: u32,
}

/// The shape at a scale: never fewer than two of a kind, and trusts enough to differ.
pub(super) fn shape(scale: Scale) -> Shape {
    Shape {
        regions: 4,
        commissioners: scale.of(200).max(2),
        units: scale.of(30).max(2),
        suppliers: scale.of(40).max(2),
        trusts: scale.of(236).max(5),
        practices: scale.of(7_454).max(2),
        homes: scale.of(120).max(2),
        trust_hosts: scale.of(1_235_000),
    }
}

/// Quantiles of a lognormal distribution (sigma 0.62) at 1/66, 3/66, ... 65/66, in thousandths of
/// their mean. A table: exponentials are not the same on every machine.
const LOGNORMAL: [u32; 33] = [
    217, 292, 342, 384, 422, 457, 491, 524, 556, 589, 621, 654, 688, 722, 758, 794, 833, 873, 915,
    960, 1008, 1060, 1117, 1178, 1247, 1324, 1413, 1517, 1644, 1805, 2026, 2376, 3190,
];

/// The sizes of trusts: one from each of as many equal slices of the distribution, in random order,
/// so that few trusts are as unlike as many.
pub(super) fn trust_sizes(shape: Shape, stream: &mut Stream) -> Vec<u32> {
    let count = shape.trusts.max(1);
    let mean = u64::from(shape.trust_hosts / count);
    let mut sizes: Vec<u32> = (0..count)
        .map(|at| {
            // The middle of the slice, and up to a third of its width beside it, in 1/3000 parts.
            let inside = 1000 + u64::from(stream.below(1000));
            let place = (u64::from(at) * 3000 + inside) * 1000 / (u64::from(count) * 3);
            let size = u32::try_from(mean * quantile(place) / 1000).unwrap_or(u32::MAX);
            size.max(30)
        })
        .collect();
    stream.shuffle(&mut sizes);
    sizes
}

/// The quantile at a place in millionths.
fn quantile(place: u64) -> u64 {
    let at = |index: u64| {
        let last = LOGNORMAL.len() - 1;
        let index = usize::try_from(index).unwrap_or(last).min(last);
        u64::from(LOGNORMAL.get(index).copied().unwrap_or(1000))
    };
    // The first entry stands at half a step.
    let steps = (place * 33).saturating_sub(500_000);
    let (index, rest) = (steps / 1_000_000, steps % 1_000_000);
    (at(index) * (1_000_000 - rest) + at(index + 1) * rest) / 1_000_000
}

/// A number below 1000 for the `ordinal`th of a kind, such that any run of them covers the range
/// evenly: of five trusts, too, some are prompt and some are not. Each trait has a step of its own
/// (the fractions of Martin Roberts' R sequence) so that traits do not go together.
pub(crate) fn spread(ordinal: u32, step: Trait, offset: u32) -> u32 {
    let step: u32 = match step {
        Trait::Rhythm => 0xD1A1_F98E,
        Trait::Silence => 0xABA0_26C5,
        Trait::Tool => 0x8CB9_2BA7,
    };
    let at = ordinal.wrapping_mul(step).wrapping_add(offset);
    u32::try_from((u64::from(at) * 1000) >> 32).unwrap_or(0)
}

/// A trait that is spread evenly.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Trait {
    /// How promptly updates are installed.
    Rhythm,
    /// Whether evidence comes at all.
    Silence,
    /// What makes the evidence.
    Tool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyed::Key;

    #[test]
    fn sizes_add_up_at_every_scale() {
        for (scale, seed) in [(0.01, 1), (0.1, 2), (1.0, 3), (3.0, 4)] {
            let shape = shape(Scale::new(scale).unwrap());
            let sizes = trust_sizes(shape, &mut Key::root(seed).stream());
            let sum: u32 = sizes.iter().sum();
            assert!(sum.abs_diff(shape.trust_hosts) < shape.trust_hosts / 25, "{scale}: {sum}");
            assert!(sizes.iter().max().unwrap() > &(sizes.iter().min().unwrap() * 3));
        }
    }

    #[test]
    fn traits_are_spread_over_few() {
        let mut seen: Vec<u32> = (0..5).map(|n| spread(n, Trait::Rhythm, 12345) / 250).collect();
        seen.sort_unstable();
        seen.dedup();
        assert!(seen.len() >= 3, "{seen:?}");
    }
}
