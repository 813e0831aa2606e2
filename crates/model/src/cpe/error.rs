//! Why a text is not a CPE name.

/// What is wrong with a CPE name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CpeError {
    /// It begins like neither binding.
    #[error("a CPE name begins with `cpe:2.3:` or `cpe:/`")]
    Prefix,
    /// Longer than any real name.
    #[error("the CPE name is longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// A formatted string must state all its attributes.
    #[error("the CPE name states {found} attributes, not {wanted}")]
    Count {
        /// How many were found.
        found: usize,
        /// How many there must be (a URI may have fewer).
        wanted: usize,
    },
    /// The part is none of `a`, `h`, `o`.
    #[error("the part `{0}` is none of a (application), h (hardware), o (operating system)")]
    Part(String),
    /// One attribute cannot be read.
    #[error("attribute {attribute} `{value}`: {why}")]
    Value {
        /// The attribute's name in the standard.
        attribute: &'static str,
        /// The text as given.
        value: String,
        /// What is wrong with it.
        why: &'static str,
    },
}
