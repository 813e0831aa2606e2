//! The kind of an organisation: by the file's name, by the prescribing setting, by the code's shape.
//!
//! No column states it. The names of the files are those of NHS Digital's "ODS CSV downloads"; the
//! shapes of codes are in the NHS Data Model and Dictionary, "ORGANISATION CODE".

use model::organisation::{ListingClass, OrganisationCode, OrganisationKind};

/// What a file lists, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// Organisations of one kind.
    Of(OrganisationKind),
    /// Sites of organisations.
    Sites,
    /// The name does not say.
    Unknown,
}

/// Beginnings of file names; a longer one stands before the shorter that it begins with.
const NAMES: [(&str, FileKind); 12] = [
    // `etrust` lists trusts and their sites, as the code shows.
    ("etrust", FileKind::Unknown),
    ("etr", FileKind::Of(OrganisationKind::Trust)),
    ("ecarehome", FileKind::Of(OrganisationKind::CareHome)),
    ("ecare", FileKind::Unknown),
    ("ect", FileKind::Of(OrganisationKind::Trust)),
    ("eccgsite", FileKind::Sites),
    ("eccg", FileKind::Of(OrganisationKind::Commissioner)),
    ("ecsusite", FileKind::Sites),
    ("ecsu", FileKind::Of(OrganisationKind::SupportUnit)),
    ("ensa", FileKind::Of(OrganisationKind::National)),
    ("epracmem", FileKind::Unknown),
    ("ephpsite", FileKind::Sites),
];

impl FileKind {
    /// By the name of a file.
    pub(super) fn of_name(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let known = NAMES.into_iter().find(|(start, _)| name.starts_with(start));
        known.map_or(Self::Unknown, |(_, kind)| kind)
    }
}

/// Class and kind of a row.
pub(super) fn of_row(
    file: FileKind,
    code: &OrganisationCode,
    setting: Option<&str>,
) -> (ListingClass, OrganisationKind) {
    let site = (ListingClass::Site, OrganisationKind::Other);
    let listed = |kind| (ListingClass::Listed, kind);
    // Prescribing setting 4 is a general practice; the others are clinics, hospices, prisons, ...
    match (setting, file) {
        (Some("4"), _) => listed(OrganisationKind::Practice),
        (Some(_), _) => listed(OrganisationKind::Other),
        (None, FileKind::Sites) => site,
        (None, FileKind::Of(kind)) => listed(kind),
        (None, FileKind::Unknown) if trust_of_site(code).is_some() => site,
        (None, FileKind::Unknown) => listed(of_shape(code)),
    }
}

/// The trust whose site a code names: five characters, the first three of them a trust's code.
pub(super) fn trust_of_site(code: &OrganisationCode) -> Option<OrganisationCode> {
    let text = code.as_str();
    if text.len() != 5 {
        return None;
    }
    let trust: OrganisationCode = text.get(..3)?.parse().ok()?;
    (of_shape(&trust) == OrganisationKind::Trust).then_some(trust)
}

fn of_shape(code: &OrganisationCode) -> OrganisationKind {
    match code.as_str().as_bytes() {
        [b'R' | b'T', _, _] => OrganisationKind::Trust,
        [b'Y', b'0'..=b'9', b'0'..=b'9'] | b"W00" => OrganisationKind::Region,
        [b'Q', _, _] | [b'0'..=b'9', b'0'..=b'9', _] => OrganisationKind::Commissioner,
        [b'0', b'A'..=b'Z', _] => OrganisationKind::SupportUnit,
        _ => OrganisationKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_follows_setting_then_file_then_code() {
        let code = |text: &str| text.parse::<OrganisationCode>().unwrap();
        let kind = |file: &str, text: &str, setting| {
            of_row(FileKind::of_name(file), &code(text), setting).1
        };
        assert_eq!(kind("epraccur.csv", "A81001", Some("4")), OrganisationKind::Practice);
        assert_eq!(kind("epraccur.csv", "Y00001", Some("8")), OrganisationKind::Other);
        assert_eq!(kind("eccg.csv", "W2U3Z", None), OrganisationKind::Commissioner);
        assert_eq!(kind("etr_2022.csv", "R0A", None), OrganisationKind::Trust);
        assert_eq!(kind("ecarehomehq.csv", "AB1", None), OrganisationKind::CareHome);
        assert_eq!(kind("any.csv", "RX1", None), OrganisationKind::Trust);
        assert_eq!(kind("any.csv", "0AR", None), OrganisationKind::SupportUnit);
        assert_eq!(kind("any.csv", "Y63", None), OrganisationKind::Region);
        let (class, _) = of_row(FileKind::of_name("etrust.csv"), &code("RX101"), None);
        assert_eq!(class, ListingClass::Site);
        assert_eq!(trust_of_site(&code("RX101")), Some(code("RX1")));
        assert_eq!(trust_of_site(&code("VL123")), None);
    }
}
