//! Tests on languages: 6.1.12, 6.1.15, 6.1.28.

use language_tags::LanguageTag;
use serde_json::Value;

use super::findings::Validation;

const LANG: &str = "/document/lang";
const SOURCE_LANG: &str = "/document/source_lang";

fn language<'a>(document: &'a Value, path: &str) -> Option<&'a str> {
    document.pointer(path).and_then(Value::as_str)
}

/// Language: valid by RFC 5646 section 2.2.9, so each subtag is in the IANA registry.
pub(super) fn test_6_1_12(document: &Value, validation: &mut Validation) {
    for path in [LANG, SOURCE_LANG] {
        let Some(tag) = language(document, path) else { continue };
        let reason = match LanguageTag::parse(tag) {
            Ok(parsed) => parsed.validate().err().map(|error| error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(reason) = reason {
            validation.fail("6.1.12", path, format!("{tag:?} is no language: {reason}"));
        }
    }
}

/// Translator.
pub(super) fn test_6_1_15(document: &Value, validation: &mut Validation) {
    let publisher = document.pointer("/document/publisher/category").and_then(Value::as_str);
    let source = language(document, SOURCE_LANG).filter(|tag| !tag.is_empty());
    if publisher == Some("translator") && source.is_none() {
        validation.fail("6.1.15", SOURCE_LANG, "a translator must name the source language");
    }
}

/// Translation. Language tags do not differ by case (RFC 5646 section 2.1.1).
pub(super) fn test_6_1_28(document: &Value, validation: &mut Validation) {
    if let (Some(lang), Some(source)) = (language(document, LANG), language(document, SOURCE_LANG))
        && lang.eq_ignore_ascii_case(source)
    {
        validation.fail("6.1.28", SOURCE_LANG, format!("translated from {source} into {lang}"));
    }
}
