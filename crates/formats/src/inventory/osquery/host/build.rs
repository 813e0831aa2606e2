//! One host's rows to evidence.

use jiff::{SignedDuration, Timestamp};
use model::evidence::{
    Completeness, Control, ControlState, Ecosystem, Evidence, InstalledUpdate, OperatingSystem,
    Platform, Port, PortState, Software, UpdateList, UpdateListKind, control,
};
use model::kb::Kb;
use model::reading::Place;
use model::windows::{WindowsBuild, WindowsProduct};

use super::super::NAME;
use super::super::tables::Table;
use super::{Host, Rows, Stored};
use crate::inventory::json_rows::{text, text_of};
use crate::inventory::local_date::{DayOrder, instant_reading, read_date};
use crate::inventory::update_entry::{entry, mac, shown};

/// Why a log of changes is no whole list.
const CHANGES: Completeness = Completeness::Partial(
    "the log holds changes only, without the query's first run; older rows are not in it",
);

pub(super) fn evidence(host: Host) -> Evidence {
    let mut evidence = Evidence { format: NAME, ..Evidence::default() };
    evidence.host.names = host.names;
    evidence.host.tool_id = host.identifier;
    let collected = host.unix_time.and_then(|seconds| Timestamp::from_second(seconds).ok());
    evidence.collected_at = collected.map(|at| instant_reading(at.to_string(), at));
    for rows in &host.rows {
        table(&mut evidence, rows, collected);
    }
    settle_revision(&mut evidence, &host.rows);
    evidence
}

fn table(evidence: &mut Evidence, rows: &Rows, collected: Option<Timestamp>) {
    let all = || rows.content.iter().flatten();
    match rows.table {
        Table::OsVersion => {
            evidence.os = all().last().and_then(operating_system).or(evidence.os.take());
        }
        Table::SystemInfo => all().for_each(|row| system_info(evidence, row)),
        Table::Patches => evidence.updates.push(patches(rows)),
        Table::UpdateHistory => evidence.updates.push(history(rows)),
        Table::Programs | Table::DebPackages | Table::RpmPackages => {
            evidence.software.extend(all().filter_map(|row| software(rows.table, row)));
            let completeness = if rows.whole { Completeness::Complete } else { CHANGES };
            // Of several lists the one that is not whole decides.
            if evidence.software_completeness != Some(CHANGES) {
                evidence.software_completeness = Some(completeness);
            }
        }
        Table::Registry => evidence.controls.extend(all().filter_map(registry)),
        Table::OptionalFeatures => {
            let features: Vec<Control> = all().filter_map(feature).collect();
            // The server's own feature says more than the one that holds server and client.
            let server = features.iter().find(|c| c.raw.starts_with("SMB1Protocol-Server"));
            evidence.controls.extend(server.or(features.first()).cloned());
        }
        Table::Services => evidence.controls.extend(all().filter_map(service)),
        Table::ListeningPorts => evidence.ports.extend(all().filter_map(port)),
        Table::InterfaceDetails => {
            let found = all().filter_map(|row| mac(&text(&row.fields, "mac")?)).collect();
            push_new(&mut evidence.host.macs, found);
        }
        Table::InterfaceAddresses => {
            let found = all()
                .filter_map(|row| text(&row.fields, "address").map(std::borrow::Cow::into_owned))
                .filter(|address| !address.starts_with("127.") && address != "::1")
                .collect();
            push_new(&mut evidence.host.addresses, found);
        }
        Table::Uptime => {
            let seconds = all()
                .last()
                .and_then(|row| text(&row.fields, "total_seconds")?.parse::<i64>().ok());
            if let (Some(collected), Some(seconds)) = (collected, seconds)
                && let Ok(boot) = collected.saturating_sub(SignedDuration::from_secs(seconds))
            {
                evidence.last_boot = Some(instant_reading(format!("up {seconds} s"), boot));
            }
        }
        // The kernel file's version lags behind the update level: it proves nothing alone.
        Table::KernelInfo => {}
    }
}

fn push_new(into: &mut Vec<String>, found: Vec<String>) {
    for item in found {
        if !into.contains(&item) {
            into.push(item);
        }
    }
}

fn operating_system(row: &Stored) -> Option<OperatingSystem> {
    let field = |name: &str| text(&row.fields, name);
    let name = field("name")?.into_owned();
    let version = field("version").map(std::borrow::Cow::into_owned);
    let platform = field("platform").map(|p| p.to_lowercase()).unwrap_or_default();
    let windows = platform == "windows" || name.to_lowercase().contains("windows");
    let made = if windows {
        let dotted = version.clone().filter(|v| v.parse::<WindowsBuild>().is_ok()).or_else(|| {
            Some(format!("{}.{}.{}", field("major")?, field("minor")?, field("build")?))
        });
        WindowsProduct::from_host(&name, dotted.as_deref(), field("arch").as_deref()).map(
            |(product, build)| {
                let revision = field("revision").and_then(|text| text.parse().ok());
                let build = build.map(|b| WindowsBuild { revision: b.revision.or(revision), ..b });
                Platform::Windows { product, build }
            },
        )
    } else if !platform.is_empty() && platform != "darwin" && platform != "freebsd" {
        // "22.04.3 LTS (Jammy Jellyfish)": os-release's VERSION_ID is the number.
        let number = version.as_deref().and_then(|v| v.split(char::is_whitespace).next());
        Some(Platform::Linux { distribution: platform, version: number.map(ToOwned::to_owned) })
    } else {
        None
    };
    Some(OperatingSystem {
        raw_name: name,
        raw_version: version,
        platform: made.unwrap_or(Platform::Other),
        guess_percent: None,
        place: row.place.clone(),
    })
}

fn system_info(evidence: &mut Evidence, row: &Stored) {
    let field = |name: &str| text(&row.fields, name).and_then(|t| shown(&t).map(ToOwned::to_owned));
    for name in ["computer_name", "hostname"].into_iter().filter_map(field) {
        if !evidence.host.names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
            evidence.host.names.push(name);
        }
    }
    let host = &mut evidence.host;
    host.serial = field("hardware_serial").filter(|s| s != "-1" && s != "0").or(host.serial.take());
    host.tool_id = field("uuid").or(host.tool_id.take());
    host.manufacturer = field("hardware_vendor").or(host.manufacturer.take());
    host.model = field("hardware_model").or(host.model.take());
}

fn patches(rows: &Rows) -> UpdateList {
    let shown_dates: Vec<_> =
        rows.content.iter().flatten().filter_map(|row| text(&row.fields, "installed_on")).collect();
    let order = DayOrder::shown_by(shown_dates.iter().map(AsRef::as_ref));
    let entries: Vec<InstalledUpdate> = rows
        .content
        .iter()
        .flatten()
        .filter_map(|row| {
            let mut update = entry(&text(&row.fields, "hotfix_id")?, row.place.clone());
            update.installed_on =
                text(&row.fields, "installed_on").and_then(|raw| read_date(&raw, order));
            Some(update)
        })
        .collect();
    list(
        UpdateListKind::Hotfixes,
        if rows.whole { Completeness::Complete } else { CHANGES },
        entries,
    )
}

fn history(rows: &Rows) -> UpdateList {
    let entries = rows.content.iter().flatten().filter_map(|row| {
        let field = |name: &str| text(&row.fields, name).map(std::borrow::Cow::into_owned);
        let succeeded = field("result_code")
            .is_none_or(|code| code.eq_ignore_ascii_case("succeeded") || code == "2");
        let removed = field("operation")
            .is_some_and(|operation| operation.to_lowercase().starts_with("uninstall"));
        if !succeeded || removed {
            return None;
        }
        let title = field("title")?;
        let kb = Kb::find(&title);
        Some(InstalledUpdate {
            raw: kb.map_or_else(|| title.clone(), |kb| kb.to_string()),
            kb,
            title: Some(title),
            installed_on: field("date").and_then(|raw| {
                let at = Timestamp::from_second(raw.parse().ok()?).ok()?;
                let span = instant_reading(raw, at);
                Some(model::evidence::DateReading {
                    raw: span.raw,
                    earliest: span.earliest.date(),
                    latest: span.latest.date(),
                })
            }),
            place: row.place.clone(),
        })
    });
    let reason = "the update history shows what was installed through Windows Update, in part";
    list(UpdateListKind::History, Completeness::Partial(reason), entries.collect())
}

fn list(
    kind: UpdateListKind,
    completeness: Completeness,
    entries: Vec<InstalledUpdate>,
) -> UpdateList {
    let place = entries.first().map_or(Place::Whole, |entry| entry.place.clone());
    UpdateList { kind, completeness, entries, place }
}

fn software(table: Table, row: &Stored) -> Option<Software> {
    let field = |name: &str| text(&row.fields, name).map(std::borrow::Cow::into_owned);
    let name = field("name")?;
    let version = field("version");
    let mut software = Software {
        name,
        vendor: text_of(&row.fields, &["publisher", "maintainer", "vendor"])
            .map(std::borrow::Cow::into_owned),
        architecture: field("arch"),
        place: row.place.clone(),
        ..Software::default()
    };
    match table {
        Table::DebPackages => {
            // Removed packages of which settings are left are not installed.
            if field("status")
                .is_some_and(|status| !status.ends_with(" installed") && status != "installed")
            {
                return None;
            }
            software.ecosystem = Ecosystem::Dpkg;
            software.version = version;
            software.source = field("source").map(|source| match source.split_once(" (") {
                Some((name, version)) => {
                    (name.to_owned(), Some(version.trim_end_matches(')').to_owned()))
                }
                None => (source, None),
            });
        }
        Table::RpmPackages => {
            software.ecosystem = Ecosystem::Rpm;
            let epoch = field("epoch").filter(|epoch| epoch != "0");
            software.version = version.map(|version| {
                let release =
                    field("release").map(|release| format!("-{release}")).unwrap_or_default();
                let epoch = epoch.map(|epoch| format!("{epoch}:")).unwrap_or_default();
                format!("{epoch}{version}{release}")
            });
            software.source = field("source").and_then(|source| source_rpm(&source));
        }
        _ => {
            software.ecosystem = Ecosystem::WindowsProgram;
            software.version = version;
        }
    }
    Some(software)
}

/// Name and version of "openssl-1.1.1k-7.el8.src.rpm".
fn source_rpm(file: &str) -> Option<(String, Option<String>)> {
    let stem = file.strip_suffix(".src.rpm")?;
    let mut dashes = stem.rmatch_indices('-').map(|(at, _)| at);
    let at = dashes.nth(1)?;
    Some((stem.get(..at)?.to_owned(), stem.get(at + 1..).map(ToOwned::to_owned)))
}

fn setting(name: &str, enabled: bool, raw: String, place: &Place) -> Control {
    let state = if enabled { ControlState::Enabled } else { ControlState::Disabled };
    Control { name: name.to_owned(), state, raw, place: place.clone() }
}

/// Values that close or open a way in (Microsoft: MS17-010 workarounds; CVE-2020-0796 workaround;
/// "fDenyTSConnections").
fn registry(row: &Stored) -> Option<Control> {
    let field = |name: &str| text(&row.fields, name);
    let path = field("path").or_else(|| field("key"))?.to_lowercase().replace('/', "\\");
    let name = field("name")
        .map(|n| n.to_lowercase())
        .or_else(|| path.rsplit('\\').next().map(ToOwned::to_owned))?;
    let data = field("data")?;
    let value: u32 = data.parse().ok()?;
    let raw = format!("{name} = {data}");
    let server = path.contains("\\lanmanserver\\parameters");
    match name.as_str() {
        "smb1" if server => Some(setting(control::SMB1_SERVER, value != 0, raw, &row.place)),
        "disablecompression" if server => {
            Some(setting(control::SMB3_COMPRESSION, value == 0, raw, &row.place))
        }
        "fdenytsconnections" if path.contains("\\terminal server") => {
            Some(setting(control::REMOTE_DESKTOP, value == 0, raw, &row.place))
        }
        _ => None,
    }
}

/// State 1 is enabled, 2 disabled, 3 absent (Microsoft, Win32_OptionalFeature).
fn feature(row: &Stored) -> Option<Control> {
    let name = text(&row.fields, "name")?;
    if !name.eq_ignore_ascii_case("SMB1Protocol")
        && !name.eq_ignore_ascii_case("SMB1Protocol-Server")
    {
        return None;
    }
    let state = text_of(&row.fields, &["statename", "state"])?;
    let enabled = match state.to_lowercase().as_str() {
        "enabled" | "1" => true,
        "disabled" | "2" | "absent" | "3" => false,
        _ => return None,
    };
    Some(setting(control::SMB1_SERVER, enabled, format!("{name} {state}"), &row.place))
}

/// A service that cannot start closes its way in; one that merely stands still does not.
fn service(row: &Stored) -> Option<Control> {
    let field = |name: &str| text(&row.fields, name).map(|t| t.to_uppercase()).unwrap_or_default();
    let (name, start, status) = (field("name"), field("start_type"), field("status"));
    let raw = format!("{name} {start} {status}");
    let off = start == "DISABLED" && (status == "STOPPED" || status.is_empty());
    match name.as_str() {
        "SPOOLER" if !start.is_empty() || status == "RUNNING" => {
            Some(setting(control::PRINT_SPOOLER, !off, raw, &row.place))
        }
        // The service may run while connections are refused, so that running proves nothing.
        "TERMSERVICE" if off => Some(setting(control::REMOTE_DESKTOP, false, raw, &row.place)),
        "LANMANSERVER" if off => Some(setting(control::SMB1_SERVER, false, raw, &row.place)),
        _ => None,
    }
}

fn port(row: &Stored) -> Option<Port> {
    let field = |name: &str| text(&row.fields, name);
    let number: u16 = field("port")?.parse().ok().filter(|port| *port != 0)?;
    // IANA protocol numbers.
    let protocol = match field("protocol")?.to_lowercase().as_str() {
        "6" | "tcp" => "tcp",
        "17" | "udp" => "udp",
        _ => return None,
    };
    // What listens on the host itself only is not open to others.
    if field("address").is_some_and(|address| address.starts_with("127.") || address == "::1") {
        return None;
    }
    Some(Port {
        protocol: protocol.to_owned(),
        number,
        state: PortState::Open,
        service: text_of(&row.fields, &["name", "path"]).map(std::borrow::Cow::into_owned),
        place: row.place.clone(),
    })
}

/// The update build revision from the registry completes the build of the operating system.
fn settle_revision(evidence: &mut Evidence, rows: &[Rows]) {
    let registry = rows
        .iter()
        .filter(|rows| rows.table == Table::Registry)
        .flat_map(|rows| rows.content.iter().flatten());
    let revision = registry
        .filter(|row| {
            let path = text_of(&row.fields, &["path", "key"])
                .map(|p| p.to_lowercase())
                .unwrap_or_default();
            let named = text(&row.fields, "name").is_some_and(|n| n.eq_ignore_ascii_case("UBR"))
                || path.ends_with("\\ubr");
            named && path.contains("\\currentversion")
        })
        .find_map(|row| text(&row.fields, "data")?.parse::<u32>().ok());
    if let Some(OperatingSystem { platform: Platform::Windows { build: Some(build), .. }, .. }) =
        &mut evidence.os
        && build.revision.is_none()
    {
        build.revision = revision;
    }
}
