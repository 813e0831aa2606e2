//! Kinds of organisation as people write them.

use model::organisation::OrganisationKind;

/// Letters and digits of what others write for a kind, beside our own codes.
const WORDS: [(OrganisationKind, &[&str]); 8] = [
    (OrganisationKind::National, &["national", "nationalbody"]),
    (OrganisationKind::Region, &["region", "nhsregion"]),
    (
        OrganisationKind::Commissioner,
        &[
            "commissioner",
            "ccg",
            "icb",
            "stp",
            "subicb",
            "clinicalcommissioninggroup",
            "integratedcareboard",
            "ccgintegratedcareboardicb",
        ],
    ),
    (
        OrganisationKind::Trust,
        &["trust", "nhstrust", "nhsfoundationtrust", "foundationtrust", "caretrust"],
    ),
    (OrganisationKind::Practice, &["practice", "gp", "gppractice", "generalpractice"]),
    (
        OrganisationKind::SupportUnit,
        &["supportunit", "csu", "commissioningsupportunit", "healthinformaticsservice"],
    ),
    (OrganisationKind::Supplier, &["supplier", "itsupplier", "vendor"]),
    (OrganisationKind::CareHome, &["carehome", "nursinghome", "residentialhome"]),
];

/// The kind that a cell writes.
pub(super) fn kind(text: &str) -> Option<OrganisationKind> {
    OrganisationKind::of_code(text).or_else(|| {
        let word: String = text
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        WORDS.into_iter().find(|(_, words)| words.contains(&word.as_str())).map(|(kind, _)| kind)
    })
}

/// What may be written, for a message.
pub(super) fn allowed() -> String {
    OrganisationKind::ALL.map(OrganisationKind::code).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_and_the_usual_words_are_kinds() {
        for known in OrganisationKind::ALL {
            assert_eq!(kind(known.code()), Some(known));
        }
        assert_eq!(kind("NHS Trust"), Some(OrganisationKind::Trust));
        assert_eq!(kind("GP practice"), Some(OrganisationKind::Practice));
        let icb = "CCG / Integrated Care Board (ICB)";
        assert_eq!(kind(icb), Some(OrganisationKind::Commissioner));
        assert_eq!(kind("hospital radio"), None);
    }
}
