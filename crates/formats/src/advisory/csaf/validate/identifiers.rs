//! Tests on how products are named and identified: 6.1.13 (purl), 6.1.25 (hashes), 6.1.31
//! (version ranges).

use std::collections::HashSet;

use model::purl::Purl;
use serde_json::Value;

use super::findings::Validation;
use super::json::{branches, full_product_names, items, text};

/// Types of package URL without a namespace, and types that always have one. Source: the type
/// definitions of the purl specification, `namespace_definition`.
const WITHOUT_NAMESPACE: [&str; 10] =
    ["cargo", "cocoapods", "conda", "cran", "gem", "hackage", "nuget", "oci", "pub", "pypi"];
const WITH_NAMESPACE: [&str; 5] = ["bitbucket", "composer", "github", "maven", "swift"];

/// What 6.1.31 deems sufficient to tell a version range. `<=` and `>=` are in `<` and `>`.
const RANGE_WORDS: [&str; 9] =
    ["<", ">", "after", "all", "before", "earlier", "later", "prior", "versions"];

/// Every `product_identification_helper` with its JSON pointer.
fn helpers(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    full_product_names(document).into_iter().filter_map(|(path, name)| {
        let key = "product_identification_helper";
        Some((format!("{path}/{key}"), name.get(key)?))
    })
}

/// PURL.
pub(super) fn test_6_1_13(document: &Value, validation: &mut Validation) {
    for (path, helper) in helpers(document) {
        if let Some(purl) = text(helper, "purl")
            && let Err(reason) = check_purl(purl)
        {
            validation.fail("6.1.13", format!("{path}/purl"), reason);
        }
    }
}

fn check_purl(text: &str) -> Result<(), String> {
    let purl = Purl::parse(text).map_err(|error| error.to_string())?;
    if purl.name().is_empty() {
        return Err(format!("`{text}` has no name"));
    }
    match purl.namespace() {
        Some(_) if WITHOUT_NAMESPACE.contains(&purl.kind()) => {
            Err(format!("`{text}` has a namespace; the type {} has none", purl.kind()))
        }
        None if WITH_NAMESPACE.contains(&purl.kind()) => {
            Err(format!("`{text}` lacks the namespace that the type {} has", purl.kind()))
        }
        _ => Ok(()),
    }
}

/// Multiple Use of Same Hash Algorithm. The names of algorithms do not differ by case.
pub(super) fn test_6_1_25(document: &Value, validation: &mut Validation) {
    for (path, helper) in helpers(document) {
        for (file, hashes) in items(helper, "hashes").iter().enumerate() {
            let mut seen = HashSet::new();
            for (at, hash) in items(hashes, "file_hashes").iter().enumerate() {
                let Some(algorithm) = text(hash, "algorithm") else { continue };
                if !seen.insert(algorithm.to_lowercase()) {
                    validation.fail(
                        "6.1.25",
                        format!("{path}/hashes/{file}/file_hashes/{at}"),
                        format!("a second {algorithm} of the same file"),
                    );
                }
            }
        }
    }
}

/// Version Range in Product Version.
pub(super) fn test_6_1_31(document: &Value, validation: &mut Validation) {
    for (path, branch) in branches(document) {
        let Some(name) = text(branch, "name") else { continue };
        if text(branch, "category") != Some("product_version") {
            continue;
        }
        let lower = name.to_lowercase();
        if let Some(word) = RANGE_WORDS.iter().find(|word| lower.contains(**word)) {
            validation.fail(
                "6.1.31",
                format!("{path}/name"),
                format!("the product version {name:?} is a range: it contains {word:?}"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_purl_needs_a_name_and_the_namespace_of_its_type() {
        for sound in [
            "pkg:maven/org.example/ward@1.0",
            "pkg:oci/ward@sha256%3A00ff?tag=1",
            "pkg:generic/ward",
            "pkg:rpm/ward@1-2?arch=noarch",
            "pkg:npm/%40ward/round@2.0.0",
        ] {
            assert_eq!(check_purl(sound), Ok(()), "{sound}");
        }
        for broken in [
            "pkg:maven/@1.3.4",
            "pkg:maven/ward@1.0",
            "pkg:oci/org.example/ward@1.0",
            "pkg:npm",
            "pkg:/ward",
            "http://example.org/ward",
            "",
        ] {
            assert!(check_purl(broken).is_err(), "{broken}");
        }
    }
}
