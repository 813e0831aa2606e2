//! The catalogue: real products first, then as many invented ones as are missing to 20,000.

use super::real::REAL;
use crate::keyed::{Key, Stream};

/// How many products there are.
pub(super) const PRODUCTS: u32 = 20_000;

/// All products.
pub(crate) struct Catalogue {
    products: Vec<Product>,
}

/// A product with its versions, oldest first: name and version of each.
pub(super) struct Product {
    pub(super) vendor: String,
    pub(super) ladder: Vec<(String, String)>,
}

const HEADS: [&str; 40] = [
    "Ablo", "Brevi", "Calyx", "Dento", "Elari", "Fibra", "Gasto", "Hemo", "Iota", "Juno", "Kappa",
    "Lumo", "Medra", "Nefro", "Orbis", "Pulmo", "Quanta", "Radi", "Sono", "Tonus", "Ulna", "Vita",
    "Warda", "Xylo", "Yarrow", "Zeta", "Axon", "Bolus", "Cardo", "Derma", "Echo", "Flexi", "Glyco",
    "Histo", "Immu", "Kine", "Lacto", "Myo", "Neuro", "Osteo",
];
const TAILS: [&str; 25] = [
    "track", "plan", "view", "link", "base", "care", "desk", "flow", "form", "gate", "grid",
    "line", "list", "mail", "note", "path", "point", "print", "scan", "scope", "sheet", "store",
    "sync", "text", "ward",
];
const PARTS: [&str; 20] = [
    "Client",
    "Viewer",
    "Connector",
    "Rota",
    "Letters",
    "Scheduler",
    "Plug-in",
    "Fonts",
    "Driver",
    "Reports",
    "Templates",
    "Gateway",
    "Dictation",
    "Archive",
    "Labels",
    "Toolkit",
    "Monitor",
    "Import",
    "Help",
    "Runtime",
];
const FIRMS: [&str; 12] = [
    "Softworks",
    "Systems Ltd",
    "Health Informatics",
    "Data Ltd",
    "Clinical Software",
    "Labs",
    "Solutions Ltd",
    "Instruments",
    "Digital",
    "Group",
    "Technologies",
    "and Partners",
];

impl Catalogue {
    pub(crate) fn new(root: &Key) -> Self {
        let key = root.child("catalogue", 0);
        let mut products: Vec<Product> = REAL
            .iter()
            .map(|(vendor, ladder)| Product {
                vendor: (*vendor).to_owned(),
                ladder: ladder.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            })
            .collect();
        let mut stream = key.stream();
        let from = u32::try_from(products.len()).unwrap_or(0);
        products.extend((from..PRODUCTS).map(|number| invented(number, &mut stream)));
        Self { products }
    }

    pub(super) fn get(&self, number: u32) -> Option<&Product> {
        self.products.get(number as usize)
    }
}

/// A product; each number has a name of its own.
fn invented(number: u32, stream: &mut Stream) -> Product {
    let word = |list: &[&'static str], at: u32| {
        list.get(at as usize % list.len().max(1)).copied().unwrap_or("")
    };
    let (head, tail) = (word(&HEADS, number), word(&TAILS, number / 40));
    let part = word(&PARTS, number / 1000);
    let name = format!("{head}{tail} {part}");
    let vendor = format!("{head}{} {}", word(&TAILS, number / 7), word(&FIRMS, number / 3));
    let count = stream.between(2, 9);
    let scheme = stream.below(4);
    let mut major = stream.between(1, 6);
    let mut minor = stream.below(5);
    let ladder = (0..count)
        .map(|_| {
            if stream.below(4) == 0 {
                major += 1;
                minor = 0;
            } else {
                minor += 1 + stream.below(3);
            }
            let version = match scheme {
                0 => format!("{major}.{minor}"),
                1 => format!("{major}.{minor}.{}", stream.below(20)),
                2 => format!("{major}.{minor}.{}.0", stream.below(9999)),
                _ => format!("{}.{minor:02}.{}", 2008 + major, stream.below(100)),
            };
            (name.clone(), version)
        })
        .collect();
    Product { vendor, ladder }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn products_have_names_of_their_own_that_no_format_must_escape() {
        let catalogue = Catalogue::new(&Key::root(1));
        let mut names = BTreeSet::new();
        for product in &catalogue.products {
            assert!(!product.ladder.is_empty());
            for (name, version) in &product.ladder {
                let text = format!("{name}{version}{}", product.vendor);
                assert!(!text.contains([',', '"', '\\', '<', '&', ';', '\n']), "{text}");
            }
            names.extend(product.ladder.first().map(|(name, _)| name.clone()));
        }
        assert_eq!(names.len(), PRODUCTS as usize);
    }
}
