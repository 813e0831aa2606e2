//! Informational Nessus plugins whose output is a list: software, updates, versions.
//!
//! The layouts are those that Tenable's plugin pages show for each number. What does not fit its
//! layout is passed over.

use jiff::civil::{Date, DateTime};
use model::evidence::{
    Completeness, Control, ControlState, DateReading, DateTimeReading, Ecosystem, Evidence,
    InstalledUpdate, Platform, Software, UpdateList, UpdateListKind, control,
};
use model::kb::Kb;
use model::reading::Place;

use crate::inventory::platform::platform;

/// Takes over what a plugin's output lists.
pub(super) fn read(id: &str, output: &str, line: u32, found: &mut Evidence) {
    if output.is_empty() {
        return;
    }
    let place = Place::Line(line);
    match id {
        "20811" => windows_programs(output, &place, found),
        "22869" => packages(output, &place, found),
        "62042" => quick_fixes(output, &place, found),
        "38153" => missing_patches(output, &place, found),
        "93962" => rollups(output, &place, found),
        "48942" => version(output, found),
        "56468" => last_start(output, found),
        "96982" => smb1(true, "plugin 96982: SMBv1 enabled", &place, found),
        "100871" => smb_versions(output, &place, found),
        _ => {}
    }
}

/// 20811, "Microsoft Windows Installed Software Enumeration (credentialed check)":
/// `7-Zip 19.00 (x64)  [version 19.00]  [installed on 2021/05/03]`.
fn windows_programs(output: &str, place: &Place, found: &mut Evidence) {
    let mut updates = Vec::new();
    let mut among_updates = false;
    for line in output.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.starts_with("The following") {
            among_updates = line.contains("updates");
            continue;
        }
        let (name, rest) = match line.find("  [") {
            Some(at) => line.split_at(at),
            None => (line, ""),
        };
        let name = name.trim();
        if among_updates {
            // A line that ends with a colon is the program the updates below belong to.
            if let Some(kb) = Kb::find(name) {
                updates.push(InstalledUpdate {
                    raw: name.to_owned(),
                    kb: Some(kb),
                    title: None,
                    installed_on: bracket(rest, "installed on ").and_then(day),
                    place: place.clone(),
                });
            }
        } else {
            found.software.push(Software {
                ecosystem: Ecosystem::WindowsProgram,
                name: name.to_owned(),
                version: bracket(rest, "version ").map(ToOwned::to_owned),
                place: place.clone(),
                ..Software::default()
            });
        }
    }
    found.software_completeness = Some(Completeness::Complete);
    if !updates.is_empty() {
        found.updates.push(UpdateList {
            kind: UpdateListKind::Reported,
            completeness: Completeness::Partial(
                "Nessus 20811 lists updates of programs, not of Windows itself",
            ),
            entries: updates,
            place: place.clone(),
        });
    }
}

/// The text in `[label text]`.
fn bracket<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("[{label}"))?;
    rest.split(']').next().map(str::trim).filter(|value| !value.is_empty())
}

/// "2021/05/03", "2021-05-03", or with month or day first, which is told apart only by size.
fn day(raw: &str) -> Option<DateReading> {
    let parts: Vec<i16> =
        raw.split(['/', '-']).map(|part| part.trim().parse().ok()).collect::<Option<_>>()?;
    let [a, b, c] = parts.as_slice() else { return None };
    let date = |year: i16, month: i16, day: i16| {
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    if *a > 1900 {
        return date(*a, *b, *c).map(|d| DateReading::exact(raw, d));
    }
    match (date(*c, *a, *b), date(*c, *b, *a)) {
        (Some(one), Some(other)) => Some(DateReading::either(raw, one, other)),
        (Some(one), None) | (None, Some(one)) => Some(DateReading::exact(raw, one)),
        (None, None) => None,
    }
}

/// 22869, "Software Enumeration (SSH)": what `dpkg -l` or `rpm -qa` printed on the host.
fn packages(output: &str, place: &Place, found: &mut Evidence) {
    let before = found.software.len();
    for line in output.lines().map(str::trim) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let package = match words.as_slice() {
            ["ii" | "hi", name, version, rest @ ..] => {
                let (name, _) = name.split_once(':').unwrap_or((*name, ""));
                let architecture = rest
                    .first()
                    .filter(|a| matches!(**a, "amd64" | "i386" | "arm64" | "armhf" | "all"));
                Some((Ecosystem::Dpkg, name, (*version).to_owned(), architecture.copied()))
            }
            // `name-version-release|epoch`, the epoch "(none)" where there is none.
            [package, ..] if package.contains('|') => rpm(package),
            _ => None,
        };
        if let Some((ecosystem, name, version, architecture)) = package {
            found.software.push(Software {
                ecosystem,
                name: name.to_owned(),
                version: Some(version),
                architecture: architecture.map(ToOwned::to_owned),
                place: place.clone(),
                ..Software::default()
            });
        }
    }
    if found.software.len() > before {
        found.software_completeness = Some(Completeness::Complete);
    }
}

fn rpm(package: &str) -> Option<(Ecosystem, &str, String, Option<&str>)> {
    let (package, epoch) = package.split_once('|')?;
    let (rest, release) = package.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    let version = match epoch.trim().parse::<u32>() {
        Ok(epoch) if epoch > 0 => format!("{epoch}:{version}-{release}"),
        _ => format!("{version}-{release}"),
    };
    Some((Ecosystem::Rpm, name, version, None))
}

/// 62042, "SMB QuickFixEngineering (QFE) Enumeration": `KB2999226, Installed on: 2020/10/20`.
fn quick_fixes(output: &str, place: &Place, found: &mut Evidence) {
    let entries: Vec<InstalledUpdate> = output
        .lines()
        .map(str::trim)
        .filter_map(|line| {
            let (raw, rest) = line.split_once(',').unwrap_or((line, ""));
            let kb: Kb =
                raw.get(..2).filter(|s| s.eq_ignore_ascii_case("KB")).and(raw.parse().ok())?;
            let on = rest.split_once("nstalled on:").map(|(_, on)| on.trim());
            Some(InstalledUpdate {
                raw: raw.to_owned(),
                kb: Some(kb),
                title: None,
                installed_on: on.and_then(day),
                place: place.clone(),
            })
        })
        .collect();
    if !entries.is_empty() {
        found.updates.push(UpdateList {
            kind: UpdateListKind::Hotfixes,
            completeness: Completeness::Complete,
            entries,
            place: place.clone(),
        });
    }
}

/// 38153, "Microsoft Windows Summary of Missing Patches": ` - KB4012212 ( https://... )`.
fn missing_patches(output: &str, place: &Place, found: &mut Evidence) {
    let entries: Vec<InstalledUpdate> = output
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- "))
        .map(|line| line.split(" (").next().unwrap_or(line).trim())
        .map(|raw| InstalledUpdate {
            raw: raw.to_owned(),
            kb: Kb::find(raw),
            title: None,
            installed_on: None,
            place: place.clone(),
        })
        .collect();
    if !entries.is_empty() {
        found.updates.push(UpdateList {
            kind: UpdateListKind::Missing,
            completeness: Completeness::Partial("only patches that the scan's plugins look for"),
            entries,
            place: place.clone(),
        });
    }
}

/// 93962, "Microsoft Security Rollup Enumeration": `Associated KB : 5003171` is the rollup whose
/// files are on the host.
fn rollups(output: &str, place: &Place, found: &mut Evidence) {
    let entries: Vec<InstalledUpdate> = output
        .lines()
        .filter_map(|line| line.trim().strip_prefix("Associated KB"))
        .filter_map(|rest| {
            let raw = rest.trim_start_matches([' ', ':']).trim();
            Some(InstalledUpdate {
                raw: raw.to_owned(),
                kb: Some(raw.parse().ok()?),
                title: None,
                installed_on: None,
                place: place.clone(),
            })
        })
        .collect();
    if !entries.is_empty() {
        found.updates.push(UpdateList {
            kind: UpdateListKind::Reported,
            completeness: Completeness::Partial("Nessus 93962 names the latest rollup only"),
            entries,
            place: place.clone(),
        });
    }
}

/// 48942, "OS Version and Processor Architecture": `Operating system version = 6.1.7601`, from
/// Windows 10 on without the zero ("10.17763"); `Architecture = x64`.
fn version(output: &str, found: &mut Evidence) {
    let value = |label: &str| {
        output
            .lines()
            .find_map(|line| line.trim().strip_prefix(label))
            .map(|rest| rest.trim_start_matches([' ', '=']).trim())
            .filter(|value| !value.is_empty())
    };
    let (Some(os), Some(raw)) = (&mut found.os, value("Operating system version")) else { return };
    let parts: Vec<&str> = raw.split('.').collect();
    let version = match parts.as_slice() {
        ["10", build] => format!("10.0.{build}"),
        _ => raw.to_owned(),
    };
    let understood = platform(&os.raw_name, Some(&version), value("Architecture"));
    // It was read from the registry: the host's own word.
    if understood != Platform::Other {
        os.platform = understood;
        os.guess_percent = None;
    }
    os.raw_version = Some(raw.to_owned());
}

/// 56468, "Time of Last System Startup": on Windows a WMI moment, `20210502093435.500000+060`.
fn last_start(output: &str, found: &mut Evidence) {
    let read = output.split_whitespace().find_map(|word| {
        let (moment, zone) = word.split_once('.')?;
        let form = moment.len() == 14 && zone.contains(['+', '-']);
        let at = form.then(|| DateTime::strptime("%Y%m%d%H%M%S", moment).ok())??;
        Some(DateTimeReading::exact(word, at))
    });
    if read.is_some() {
        found.last_boot = read;
    }
}

/// 100871, "SMB Versions Supported": a list with or without `SMBv1`.
fn smb_versions(output: &str, place: &Place, found: &mut Evidence) {
    let versions: Vec<&str> =
        output.lines().map(str::trim).filter(|line| line.starts_with("SMBv")).collect();
    if !versions.is_empty() {
        let on = versions.iter().any(|v| v.starts_with("SMBv1"));
        smb1(on, &format!("plugin 100871: {}", versions.join(", ")), place, found);
    }
}

fn smb1(on: bool, raw: &str, place: &Place, found: &mut Evidence) {
    if !found.controls.iter().any(|c| c.name == control::SMB1_SERVER) {
        found.controls.push(Control {
            name: control::SMB1_SERVER.to_owned(),
            state: if on { ControlState::Enabled } else { ControlState::Disabled },
            raw: raw.to_owned(),
            place: place.clone(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::evidence::OperatingSystem;

    #[test]
    fn installed_programs_and_their_updates_are_told_apart() {
        let mut found = Evidence::default();
        read(
            "20811",
            "\nThe following software are installed on the remote host :\n\n7-Zip 19.00 (x64)  \
             [version 19.00]\nWard Viewer  [version 2.1.0]  [installed on 2021/05/03]\n\nThe \
             following updates are installed :\n\nSome Framework :\n  KB2504637  [version 1]  \
             [installed on 5/11/2012]\n",
            7,
            &mut found,
        );
        let names: Vec<_> =
            found.software.iter().map(|s| (s.name.as_str(), s.version.as_deref())).collect();
        assert_eq!(names, [("7-Zip 19.00 (x64)", Some("19.00")), ("Ward Viewer", Some("2.1.0"))]);
        let entry = &found.updates[0].entries[0];
        assert_eq!(entry.kb, Kb::new(2_504_637));
        // 5 November or 11 May: both are kept.
        assert!(!entry.installed_on.as_ref().unwrap().is_exact());
    }

    #[test]
    fn linux_packages_of_both_kinds_are_read() {
        let mut found = Evidence::default();
        read(
            "22869",
            "\nHere is the list of packages installed on the remote Debian Linux system : \n\n  \
             Desired=Unknown/Install\nii  openssl  1.1.1d-0+deb10u6  amd64  tools\nrc  old 1\n",
            1,
            &mut found,
        );
        read(
            "22869",
            "  openssl-libs-1.0.2k-21.el7_9|1 Tue\n  zlib-1.2.7-18.el7|(none)",
            1,
            &mut found,
        );
        let shown: Vec<_> = found
            .software
            .iter()
            .map(|s| format!("{:?} {} {}", s.ecosystem, s.name, s.version.clone().unwrap()))
            .collect();
        assert_eq!(
            shown,
            [
                "Dpkg openssl 1.1.1d-0+deb10u6",
                "Rpm openssl-libs 1:1.0.2k-21.el7_9",
                "Rpm zlib 1.2.7-18.el7"
            ]
        );
    }

    #[test]
    fn hotfixes_missing_patches_and_the_build_are_read() {
        let mut found = Evidence {
            os: Some(OperatingSystem {
                raw_name: "Microsoft Windows Server 2019 Standard".to_owned(),
                raw_version: None,
                platform: Platform::Other,
                guess_percent: Some(80),
                place: Place::Whole,
            }),
            ..Evidence::default()
        };
        read("62042", "list :\n\nKB2999226, Installed on: 2020/10/20\nKB5003171", 1, &mut found);
        read(
            "38153",
            "missing on the remote host :\n\n - MS17-010 ( http://x )\n - KB5003173 ( y )",
            2,
            &mut found,
        );
        read("48942", "\nOperating system version = 10.17763\nArchitecture = x64\n", 3, &mut found);
        read(
            "100871",
            "\nThe remote host supports the following versions of SMB :\n  SMBv2\n",
            4,
            &mut found,
        );
        read("56468", "\n  20210502093435.500000+060\n", 5, &mut found);
        assert_eq!(found.updates[0].kind, UpdateListKind::Hotfixes);
        assert_eq!(found.updates[0].entries.len(), 2);
        assert_eq!(found.updates[1].kind, UpdateListKind::Missing);
        assert_eq!(found.updates[1].entries[1].kb, Kb::new(5_003_173));
        let os = found.os.unwrap();
        assert_eq!(os.guess_percent, None);
        assert!(
            matches!(os.platform, Platform::Windows { build: Some(b), .. } if b.build == 17763)
        );
        assert_eq!(found.controls[0].state, ControlState::Disabled);
        assert_eq!(found.last_boot.unwrap().earliest.to_string(), "2021-05-02T09:34:35");
    }
}
