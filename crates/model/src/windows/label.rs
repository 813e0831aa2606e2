//! Product labels in Microsoft's advisories ("Windows 7 for x64-based Systems Service Pack 1").
//!
//! Labels differ in letter case and blanks between sources and years, and one product has several:
//! "Windows 10 for x64-based Systems" is version 1507, "Windows 11 for x64-based Systems" 21H2.

use crate::windows::product::{
    family_in_name, implied_architecture, release_in_name, service_pack_in,
};
use crate::windows::{Architecture, Edition, WindowsFamily, WindowsProduct};

/// What a product label names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// A Windows operating system.
    Windows(WindowsProduct),
    /// Something that may be installed on a Windows operating system
    /// ("Microsoft .NET Framework 4.8 on Windows 10 Version 1809 for x64-based Systems").
    ComponentOn {
        /// The component as labelled.
        component: String,
        /// The operating system it is on.
        windows: WindowsProduct,
    },
    /// Anything else, by its folded label.
    Other(String),
}

/// Understands an advisory's product label.
///
/// ```
/// use model::windows::{parse_label, Label};
/// let Label::Windows(product) = parse_label("Windows 10 for x64-based  systems") else { panic!() };
/// assert_eq!(product.to_string(), "Windows 10 version 1507 x64");
/// ```
pub fn parse_label(label: &str) -> Label {
    let folded = fold(label);
    if let Some((component, system)) = split_component(&folded)
        && let Some(windows) = parse_windows(system)
    {
        return Label::ComponentOn { component: component.to_owned(), windows };
    }
    match parse_windows(&folded) {
        Some(windows) => Label::Windows(windows),
        None => Label::Other(folded),
    }
}

/// Blanks made single, everything in lower case.
fn fold(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// "X on Windows …": the last " on windows" splits, unless it starts the label.
/// "X installed on Windows …" is the same.
fn split_component(folded: &str) -> Option<(&str, &str)> {
    let at = folded.rfind(" on windows").or_else(|| folded.rfind(" on microsoft windows"))?;
    let component =
        folded.get(..at)?.trim_end_matches(" when installed").trim_end_matches(" installed");
    Some((component, folded.get(at + 4..)?))
}

/// Products that carry the word but are no operating system of this line.
const NOT_SYSTEMS: [&str; 14] = [
    "defender",
    "media player",
    "sharepoint",
    "admin center",
    "subsystem",
    "malicious",
    "live",
    "messenger",
    "app",
    "update assistant",
    "search",
    "essentials",
    "notepad",
    "file explorer",
];

fn parse_windows(folded: &str) -> Option<WindowsProduct> {
    let plain = folded.replace("(r)", "").replace(['®', '™'], "");
    let plain = plain.strip_prefix("microsoft ").unwrap_or(&plain);
    if !plain.starts_with("windows ") {
        return None;
    }
    let words: Vec<&str> = plain.split([' ', ',', '(', ')']).collect();
    if NOT_SYSTEMS.iter().any(|not| match not.split_once(' ') {
        Some(_) => plain.contains(not),
        None => words.contains(not),
    }) {
        return None;
    }
    let family = family_in_name(plain)?;
    let mut product = WindowsProduct::of(family);
    product.architecture = Architecture::find(plain)
        .or_else(|| implied_architecture(family))
        .or_else(|| bare_label_architecture(family));
    product.service_pack = service_pack_in(plain).unwrap_or(0);
    product.core = plain.contains("server core") || plain.contains("core installation");
    if plain.contains("embedded") {
        product.edition = Edition::Embedded;
    }
    if family.has_releases() {
        product.release = release_in_name(plain).or_else(|| first_release(family));
        product.release.as_ref()?;
    }
    Some(product.normalised())
}

/// Labels of these families without an architecture mean the 32-bit edition; the others are
/// labelled "x64 Edition" or "for Itanium-based Systems".
const fn bare_label_architecture(family: WindowsFamily) -> Option<Architecture> {
    match family {
        WindowsFamily::Windows2000
        | WindowsFamily::Xp
        | WindowsFamily::Server2003
        | WindowsFamily::Vista => Some(Architecture::X86),
        _ => None,
    }
}

/// Without a version the first release is meant: "Windows 10 for x64-based Systems" is 1507;
/// "Windows 11 for x64-based Systems" is 21H2 (so labelled until 22H2 came out, with KB5008215 of
/// 14 December 2021, an update of build 22000).
fn first_release(family: WindowsFamily) -> Option<String> {
    match family {
        WindowsFamily::Ten => Some("1507".to_owned()),
        WindowsFamily::Eleven => Some("21H2".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_one_product_agree() {
        let groups: [&[&str]; 6] = [
            &[
                "Windows 8.1 for x64-based Systems",
                "Windows 8.1 for x64-based systems",
                " windows 8.1  for X64-based Systems ",
            ],
            &["Windows 10 for 32-bit Systems", "Windows 10 Version 1507 for 32-bit Systems"],
            &[
                "Windows 11 version 21H2 for x64-based Systems",
                "Windows 11 Version 21H2 for x64-based Systems",
                "Windows 11 for x64-based Systems",
            ],
            &[
                "Windows Server 2008 R2 for Itanium-Based Systems Service Pack 1",
                "Windows Server 2008 R2 for Itanium-based Systems Service Pack 1",
            ],
            &[
                "Microsoft Windows XP Service Pack 3",
                "Windows XP Service Pack 3",
                "Windows XP SP3 x86",
            ],
            &[
                "Windows Vista x64 Edition Service Pack 2",
                "Windows Vista Service Pack 2 for x64-based Systems",
            ],
        ];
        for group in groups {
            for label in group {
                assert_eq!(parse_label(label), parse_label(group[0]), "{label}");
                assert!(matches!(parse_label(label), Label::Windows(_)), "{label}");
            }
        }
    }

    #[test]
    fn components_keep_their_system() {
        let Label::ComponentOn { component, windows } = parse_label(
            "Microsoft .NET Framework 4.8 on Windows 10 Version 1809 for x64-based Systems",
        ) else {
            panic!("no component")
        };
        assert_eq!(component, "microsoft .net framework 4.8");
        assert_eq!(windows.to_string(), "Windows 10 version 1809 x64");
    }

    #[test]
    fn other_products_stay_themselves() {
        for label in [
            "Microsoft Office 2016 (64-bit edition)",
            "Windows Defender",
            "Microsoft Exchange Server 2013",
            "Windows Media Player 12",
        ] {
            assert!(matches!(parse_label(label), Label::Other(_)), "{label}");
        }
    }

    #[test]
    fn server_core_and_channels_are_told_apart() {
        let Label::Windows(core) =
            parse_label("Windows Server, version 1709  (Server Core Installation)")
        else {
            panic!()
        };
        assert!(core.core);
        assert_eq!(core.release.as_deref(), Some("1709"));
        let Label::Windows(edition) =
            parse_label("Windows Server 2022, 23H2 Edition (Server Core installation)")
        else {
            panic!()
        };
        assert_eq!(edition.family, WindowsFamily::ServerChannel);
    }
}
