//! Defender's names of platforms ("WindowsServer2012R2") to the platforms of the model.

use model::evidence::Platform;
use model::windows::{WindowsBuild, WindowsProduct};

pub(super) fn platform(
    name: &str,
    os_version: Option<&str>,
    release: Option<&str>,
    build: Option<u32>,
    architecture: Option<&str>,
) -> Platform {
    if let Some(rest) = name.strip_prefix("Windows") {
        let spoken = format!("Windows {}", spaced(rest));
        let named = match release.filter(|release| release.len() == 4) {
            Some(release) => format!("{spoken} version {release}"),
            None => spoken,
        };
        // The whole version where the export has it; else the kernel that the name implies.
        let version = os_version
            .filter(|version| version.parse::<WindowsBuild>().is_ok())
            .map(ToOwned::to_owned)
            .or_else(|| Some(format!("{}.{}", kernel(rest), build?)));
        return match WindowsProduct::from_host(&named, version.as_deref(), architecture) {
            Some((product, build)) => Platform::Windows { product, build },
            None => Platform::Other,
        };
    }
    let distribution = match name.to_lowercase().as_str() {
        "redhatenterpriselinux" | "rhel" => "rhel",
        "oraclelinux" => "ol",
        "amazonlinux" | "amazonlinux2" => "amzn",
        "suse" | "sles" | "suselinuxenterpriseserver" => "sles",
        "ubuntu" => "ubuntu",
        "debian" => "debian",
        "centos" => "centos",
        "fedora" => "fedora",
        "rocky" | "rockylinux" => "rocky",
        "almalinux" => "almalinux",
        _ => return Platform::Other,
    };
    let version = os_version.or(release).filter(|v| v.starts_with(|c: char| c.is_ascii_digit()));
    Platform::Linux {
        distribution: distribution.to_owned(),
        version: version.map(ToOwned::to_owned),
    }
}

/// "Server2012R2" to "Server 2012 R2", "81" to "8.1".
fn spaced(name: &str) -> String {
    match name {
        "81" | "8Point1" => return "8.1".to_owned(),
        "10WVD" => return "10".to_owned(),
        _ => {}
    }
    let mut out = String::with_capacity(name.len() + 3);
    let mut before = ' ';
    for c in name.chars() {
        let number_begins = c.is_ascii_digit() && before.is_ascii_lowercase();
        let word_begins =
            c.is_ascii_uppercase() && (before.is_ascii_digit() || before.is_ascii_lowercase());
        if number_begins || word_begins {
            out.push(' ');
        }
        out.push(c);
        before = c;
    }
    out
}

/// The kernel of products that came before Windows 10.
fn kernel(name: &str) -> &'static str {
    match name {
        "XP" => "5.1",
        "Server2003" | "Server2003R2" => "5.2",
        "Vista" | "Server2008" => "6.0",
        "7" | "Server2008R2" => "6.1",
        "8" | "Server2012" => "6.2",
        "81" | "8Point1" | "Server2012R2" => "6.3",
        _ => "10.0",
    }
}
