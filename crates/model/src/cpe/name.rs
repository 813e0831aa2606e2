//! A whole CPE name.

use std::fmt;
use std::str::FromStr;

use super::{Attribute, CpeError, formatted, uri};

/// Longest name that is read; the longest real ones have about 250 bytes.
const MAX_BYTES: usize = 4096;
pub(super) const ATTRIBUTES: [&str; 11] = [
    "part",
    "vendor",
    "product",
    "version",
    "update",
    "edition",
    "language",
    "sw_edition",
    "target_sw",
    "target_hw",
    "other",
];

/// A CPE 2.3 name: eleven attributes. `Display` writes the formatted string.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cpe {
    // Boxed: names are rows of large tables and fields of enums.
    attributes: Box<[Attribute; 11]>,
}

impl Cpe {
    /// Reads a 2.3 formatted string (`cpe:2.3:...`) or a 2.2 URI (`cpe:/...`).
    pub fn parse(name: &str) -> Result<Self, CpeError> {
        let name = name.trim();
        if name.len() > MAX_BYTES {
            return Err(CpeError::TooLong { limit: MAX_BYTES });
        }
        let attributes = if let Some(rest) = after_prefix(name, "cpe:2.3:") {
            formatted::read(rest)?
        } else if let Some(rest) = after_prefix(name, "cpe:/") {
            uri::read(rest)?
        } else {
            return Err(CpeError::Prefix);
        };
        let cpe = Self { attributes: Box::new(attributes) };
        match cpe.part() {
            Attribute::Value(part) if !matches!(part.as_str(), "a" | "h" | "o") => {
                Err(CpeError::Part(part.chars().take(40).collect()))
            }
            _ => Ok(cpe),
        }
    }

    /// What kind of product: `a` application, `h` hardware, `o` operating system.
    pub fn part(&self) -> &Attribute {
        let [part, ..] = self.attributes.as_ref();
        part
    }

    /// Who makes the product.
    pub fn vendor(&self) -> &Attribute {
        let [_, vendor, ..] = self.attributes.as_ref();
        vendor
    }

    /// The product's name.
    pub fn product(&self) -> &Attribute {
        let [_, _, product, ..] = self.attributes.as_ref();
        product
    }

    /// The version, as its vendor writes it.
    pub fn version(&self) -> &Attribute {
        let [_, _, _, version, ..] = self.attributes.as_ref();
        version
    }

    /// The update, service pack or point release.
    pub fn update(&self) -> &Attribute {
        let [_, _, _, _, update, ..] = self.attributes.as_ref();
        update
    }

    /// The edition in the sense of CPE 2.2.
    pub fn edition(&self) -> &Attribute {
        let [_, _, _, _, _, edition, ..] = self.attributes.as_ref();
        edition
    }

    /// The language of the user interface, as RFC 5646 writes it.
    pub fn language(&self) -> &Attribute {
        let [.., language, _, _, _, _] = self.attributes.as_ref();
        language
    }

    /// The market the software is made for.
    pub fn sw_edition(&self) -> &Attribute {
        let [.., sw_edition, _, _, _] = self.attributes.as_ref();
        sw_edition
    }

    /// The software it runs on.
    pub fn target_sw(&self) -> &Attribute {
        let [.., target_sw, _, _] = self.attributes.as_ref();
        target_sw
    }

    /// The instruction set it runs on.
    pub fn target_hw(&self) -> &Attribute {
        let [.., target_hw, _] = self.attributes.as_ref();
        target_hw
    }

    /// Anything else the vendor tells products apart by.
    pub fn other(&self) -> &Attribute {
        let [.., other] = self.attributes.as_ref();
        other
    }

    /// All attributes in the order of the formatted string.
    pub fn attributes(&self) -> &[Attribute; 11] {
        &self.attributes
    }
}

fn after_prefix<'a>(name: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = name.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

impl fmt::Display for Cpe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cpe:2.3")?;
        self.attributes.iter().try_for_each(|attribute| write!(f, ":{attribute}"))
    }
}

impl FromStr for Cpe {
    type Err = CpeError;

    fn from_str(name: &str) -> Result<Self, CpeError> {
        Self::parse(name)
    }
}
