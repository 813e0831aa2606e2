//! Small outputs that tell which Windows it is: `ver`, `reg query` of CurrentVersion, and
//! PowerShell's `Get-ComputerInfo` as a list or JSON.
//!
//! ```text
//! Microsoft Windows [Version 10.0.19045.4046]
//! ```
//! ```text
//! HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion
//!     ProductName    REG_SZ    Windows 10 Pro
//!     CurrentBuild   REG_SZ    19045
//!     UBR            REG_DWORD 0xfce
//! ```
//!
//! `ver` does not tell a client from a server: where a build belongs to both, the product stays
//! open.

mod computer_info;
mod registry;

use model::evidence::{Evidence, OperatingSystem, Platform};
use model::reading::{Place, ReadError, Warning};
use model::windows::{WindowsBuild, WindowsProduct};

use super::lines::lines;
use crate::inventory::{Input, Reading};
use crate::text::{decode, holds, outline};

/// The name of this format.
pub const NAME: &str = "windows-version";

const SNIFFED: usize = 8192;

/// Whether a file is one of these outputs.
pub fn sniff(input: &Input<'_>) -> bool {
    let head = outline(input.bytes, SNIFFED);
    if holds(&head, b"windowsbuildlabex")
        || (holds(&head, b"osbuildnumber") && holds(&head, b"osversion"))
    {
        return true;
    }
    if holds(&head, b"hkey_local_machine\\") {
        return holds(&head, b"\\currentversion")
            && holds(&head, b"reg_")
            && holds(&head, b"currentbuild");
    }
    let head = String::from_utf8_lossy(&head);
    let shown = head
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(4)
        .any(|line| banner(line).is_some());
    shown && input.bytes.len() < 4096
}

/// Reads it.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes).content;
    let mut reading = Reading::default();
    if text.contains("OsVersion") || text.contains("WindowsBuildLabEx") {
        computer_info::read(&text, &mut reading);
    } else if text.contains("REG_") {
        registry::read(&text, &mut reading);
    } else {
        for (number, line) in lines(&text) {
            let Some(build) = banner(line) else { continue };
            let evidence = of_banner(line, build, Place::Line(number), &mut reading.warnings);
            reading.evidence.push(evidence);
        }
    }
    if reading.evidence.is_empty() {
        return Err(ReadError::new(
            Place::Whole,
            "no Windows version was found",
            "run: systeminfo > HOST_systeminfo.txt",
        ));
    }
    Ok(reading)
}

/// The build of "Microsoft Windows [Version 10.0.19045.4046]", whatever "Version" is called.
fn banner(line: &str) -> Option<WindowsBuild> {
    let rest = line.trim().strip_prefix("Microsoft Windows")?;
    let inner = rest.split_once('[')?.1.split_once(']')?.0;
    inner.split(char::is_whitespace).find_map(|word| word.parse().ok())
}

fn of_banner(
    line: &str,
    build: WindowsBuild,
    place: Place,
    warnings: &mut Vec<Warning>,
) -> Evidence {
    let line = line.trim();
    let platform = if let Some(name) = only_product(build) {
        match WindowsProduct::from_host(name, Some(&build.to_string()), None) {
            Some((product, build)) => Platform::Windows { product, build },
            None => Platform::Other,
        }
    } else {
        warnings.push(Warning::new(
            place.clone(),
            format!("build {build} alone does not tell which product this is (client or server, which service pack); add systeminfo of this host"),
        ));
        Platform::Other
    };
    Evidence {
        format: NAME,
        os: Some(OperatingSystem {
            raw_name: line.to_owned(),
            raw_version: Some(build.to_string()),
            platform,
            guess_percent: None,
            place,
        }),
        ..Evidence::default()
    }
}

/// The product line that alone has a build (Microsoft, release information of Windows 10, Windows
/// 11 and Windows Server).
fn only_product(build: WindowsBuild) -> Option<&'static str> {
    match (build.major, build.minor, build.build) {
        (10, 0, 10240 | 10586 | 15063 | 19043..=19045) => Some("Windows 10"),
        (10, 0, 22000 | 22621 | 22631 | 26200 | 28000) => Some("Windows 11"),
        (10, 0, 20348 | 25398) => Some("Windows Server"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Vec<String>, usize) {
        let input = Input { bytes: text.as_bytes(), file_name: None };
        assert!(sniff(&input), "{text}");
        let reading = read(&input).unwrap();
        let shown = reading.evidence.iter().map(|e| match &e.os.as_ref().unwrap().platform {
            Platform::Windows { product, build } => {
                format!("{} {product} {}", e.host.label().unwrap_or("?"), build.unwrap())
            }
            other => format!("{other:?}"),
        });
        (shown.collect(), reading.warnings.len())
    }

    #[test]
    fn ver_tells_the_product_only_where_a_build_has_one() {
        assert_eq!(
            read_text("\r\nMicrosoft Windows [Version 10.0.19045.4046]\r\n").0,
            ["? Windows 10 version 22H2 10.0.19045.4046"]
        );
        assert_eq!(
            read_text("Microsoft Windows [версия 10.0.17763.1]\r\n"),
            (vec!["Other".to_owned()], 1)
        );
    }

    #[test]
    fn the_registry_tells_all_of_it() {
        let text = "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\r\n    ProductName    REG_SZ    Windows Server 2019 Standard\r\n    CurrentMajorVersionNumber    REG_DWORD    0xa\r\n    CurrentMinorVersionNumber    REG_DWORD    0x0\r\n    CurrentVersion    REG_SZ    6.3\r\n    CurrentBuild    REG_SZ    17763\r\n    UBR    REG_DWORD    0x1151\r\n    BuildLabEx    REG_SZ    17763.1.amd64fre.rs5_release.180914-1434\r\n";
        assert_eq!(read_text(text).0, ["? Windows Server 2019 10.0.17763.4433"]);
    }

    #[test]
    fn computer_info_lists_updates() {
        let json = r#"{"WindowsBuildLabEx":"19041.1.amd64fre","CsName":"WARD-7","OsName":"Microsoft Windows 10 Pro","OsVersion":"10.0.19045","OsArchitecture":"64-bit","OsLastBootUpTime":"2024-03-01T08:00:00","OsHotFixes":[{"HotFixID":"KB5034763","InstalledOn":"2/20/2024"}]}"#;
        let reading = read(&Input { bytes: json.as_bytes(), file_name: None }).unwrap();
        assert_eq!(reading.evidence[0].updates[0].entries[0].raw, "KB5034763");
        assert_eq!(read_text(json).0, ["WARD-7 Windows 10 version 22H2 x64 10.0.19045"]);
        let list = "\r\nWindowsBuildLabEx : 19041.1.amd64fre\r\nCsName     : WARD-7\r\nOsName     : Microsoft Windows 10 Pro\r\nOsVersion  : 10.0.19045\r\nOsHotFixes : {KB5034763, KB5034468...}\r\n";
        let reading = read(&Input { bytes: list.as_bytes(), file_name: None }).unwrap();
        assert_eq!(reading.evidence[0].updates[0].entries.len(), 2);
        assert_ne!(
            reading.evidence[0].updates[0].completeness,
            model::evidence::Completeness::Complete
        );
    }
}
