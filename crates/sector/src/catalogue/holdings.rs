//! Which products an image holds, and what a host keeps of it and has besides.
//!
//! As in the trial that the index was designed by: an image is drawn from the catalogue with Zipf's
//! law (exponent about 0.95), a host keeps 93 % of it, a quarter of that in another version, and has
//! 20 to 59 products of its own.

use super::invented::{Catalogue, PRODUCTS};
use crate::estate::{Host, Image, Role};
use crate::keyed::{Key, Stream};

/// Products of an image: with 93 % of it kept and the products of its own, a PC has about 200.
const IN_IMAGE: usize = 172;

/// Names of installed products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row<'c> {
    pub(crate) name: &'c str,
    pub(crate) version: &'c str,
    pub(crate) vendor: &'c str,
}

/// What the images of an organisation hold.
pub(crate) struct Holdings<'c> {
    catalogue: &'c Catalogue,
    images: Vec<Held>,
}

struct Held {
    /// Product and place of its version.
    items: Vec<(u32, u32)>,
    /// One bit a product.
    set: Vec<u64>,
}

impl<'c> Holdings<'c> {
    pub(crate) fn of(catalogue: &'c Catalogue, images: &[Image]) -> Self {
        let images = images.iter().map(|image| held(catalogue, &image.key)).collect();
        Self { catalogue, images }
    }

    /// What is installed on a host.
    pub(crate) fn rows(&self, host: &Host, key: &Key, out: &mut Vec<Row<'c>>) {
        out.clear();
        let Some(held) = self.images.get(host.image) else { return };
        let mut stream = key.child("software", u64::from(host.number)).stream();
        // A server has little of what is in an image of PCs.
        let (keeps, own) = match host.role {
            Role::Pc => (930, stream.between(20, 59)),
            Role::Server | Role::Device => (280, stream.between(5, 25)),
        };
        for (product, version) in &held.items {
            let drawn = stream.word();
            if (drawn & 0x3FF) * 1000 >= keeps << 10 {
                continue;
            }
            let drifts = (drawn >> 10).is_multiple_of(4);
            let version = if drifts { version + 1 + ((drawn >> 12) & 7) } else { *version };
            out.extend(self.row(*product, version));
        }
        let mut added = 0;
        while added < own {
            let product = tail(&mut stream);
            let version = stream.word() & 15;
            if !held.has(product) {
                out.extend(self.row(product, version));
            }
            added += 1;
        }
    }

    fn row(&self, product: u32, version: u32) -> Option<Row<'c>> {
        let product = self.catalogue.get(product)?;
        let at = version as usize % product.ladder.len().max(1);
        let (name, version) = product.ladder.get(at)?;
        Some(Row { name, version, vendor: &product.vendor })
    }
}

impl Held {
    fn has(&self, product: u32) -> bool {
        self.set.get(product as usize / 64).is_some_and(|word| word >> (product % 64) & 1 == 1)
    }
}

fn held(catalogue: &Catalogue, key: &Key) -> Held {
    let mut stream = key.child("products", 0).stream();
    let mut held = Held { items: Vec::new(), set: vec![0; PRODUCTS as usize / 64 + 1] };
    while held.items.len() < IN_IMAGE {
        let product = zipf(&mut stream);
        if held.has(product) {
            continue;
        }
        if let Some(word) = held.set.get_mut(product as usize / 64) {
            *word |= 1 << (product % 64);
        }
        let versions = catalogue.get(product).map_or(1, |p| p.ladder.len());
        let version = stream.below(u32::try_from(versions).unwrap_or(1));
        held.items.push((product, version));
    }
    held
}

/// Weights of the ranks 1, 2-3, 4-7, ...: each run of ranks to the next power of two is about as
/// likely as the one before; for an exponent of 0.95 it is 3.5 % more (2^0.05).
const OCTAVES: [u32; 15] =
    [1000, 1035, 1072, 1110, 1149, 1189, 1231, 1275, 1320, 1366, 1414, 1464, 1516, 1569, 350];

/// A product by Zipf's law, evenly within each run of ranks.
fn zipf(stream: &mut Stream) -> u32 {
    let total: u32 = OCTAVES.iter().sum();
    let mut drawn = stream.below(total);
    let mut octave = 0;
    for weight in OCTAVES {
        if drawn < weight {
            break;
        }
        drawn -= weight;
        octave += 1;
    }
    in_octave(octave.min(14), stream)
}

/// A product that few have.
fn tail(stream: &mut Stream) -> u32 {
    let octave = 8 + stream.below(7);
    in_octave(octave, stream)
}

fn in_octave(octave: u32, stream: &mut Stream) -> u32 {
    let from = 1_u32 << octave;
    from - 1 + stream.below(from.min(PRODUCTS + 1 - from))
}
