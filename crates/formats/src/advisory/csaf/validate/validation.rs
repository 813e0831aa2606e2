//! The run: bytes to a document, the schema check, then every mandatory test in order.

use serde_json::Value;

use super::findings::Validation;
use super::{
    cvss, file_name, history, identifiers, json, language, products, profiles, schema,
    vulnerabilities, weakness,
};

/// The bytes are not a JSON document that can be read.
#[derive(Debug, thiserror::Error)]
#[error("not readable as JSON at line {line}, column {column}")]
pub struct NotJson {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1; 0 at the end of a line.
    pub column: usize,
    /// What the reader said: a syntax error, or nesting deeper than 128.
    #[source]
    pub source: serde_json::Error,
}

type Test = fn(&Value, &mut Validation);

/// Section 6.1 of the standard, in its order.
const TESTS: [Test; 43] = [
    products::test_6_1_1,
    products::test_6_1_2,
    products::test_6_1_3,
    products::test_6_1_4,
    products::test_6_1_5,
    products::test_6_1_6,
    cvss::test_6_1_7,
    cvss::test_6_1_8,
    cvss::test_6_1_9,
    cvss::test_6_1_10,
    weakness::test_6_1_11,
    language::test_6_1_12,
    identifiers::test_6_1_13,
    history::test_6_1_14,
    language::test_6_1_15,
    history::test_6_1_16,
    history::test_6_1_17,
    history::test_6_1_18,
    history::test_6_1_19,
    history::test_6_1_20,
    history::test_6_1_21,
    history::test_6_1_22,
    vulnerabilities::test_6_1_23,
    vulnerabilities::test_6_1_24,
    identifiers::test_6_1_25,
    profiles::test_6_1_26,
    profiles::test_6_1_27_1,
    profiles::test_6_1_27_2,
    profiles::test_6_1_27_3,
    profiles::test_6_1_27_4,
    profiles::test_6_1_27_5,
    profiles::test_6_1_27_6,
    profiles::test_6_1_27_7,
    profiles::test_6_1_27_8,
    profiles::test_6_1_27_9,
    profiles::test_6_1_27_10,
    profiles::test_6_1_27_11,
    language::test_6_1_28,
    vulnerabilities::test_6_1_29,
    history::test_6_1_30,
    identifiers::test_6_1_31,
    vulnerabilities::test_6_1_32,
    vulnerabilities::test_6_1_33,
];

/// Validates one CSAF 2.0 document.
///
/// `file_name` is only looked at to remark on a name that section 5.1 would not give; a wrong
/// name fails no mandatory test. Nesting deeper than 128 is refused as unreadable.
pub fn validate(bytes: &[u8], file_name: Option<&str>) -> Result<Validation, NotJson> {
    // RFC 8259 section 8.1: a reader may ignore a byte order mark.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let document: Value = serde_json::from_slice(bytes).map_err(|source| NotJson {
        line: source.line(),
        column: source.column(),
        source,
    })?;
    let mut validation = Validation::default();
    schema::check(&document, &mut validation);
    for test in TESTS {
        test(&document, &mut validation);
    }
    if let (Some(name), Some(id)) = (file_name, json::text(json::tracking(&document), "id"))
        && !file_name::file_name_follows(id, name)
    {
        validation.remarks.push(format!(
            "the file is called {name:?}; section 5.1 of the standard names it {:?}",
            file_name::file_name_for(id)
        ));
    }
    Ok(validation)
}
