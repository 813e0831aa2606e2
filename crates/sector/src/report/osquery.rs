//! osquery's result log: one line a host and query, each a whole snapshot.

use super::identity::{hardware, mac, serial, uuid};
use super::out::Out;
use crate::catalogue::Row;
use crate::day::Day;
use crate::estate::{Host, Installed, Width};
use crate::updates::Kind;

/// What is asked of a host for its patch state. `lists_updates`: whether its list of updates came.
pub(super) fn host(out: &mut Out, host: &Host, day: Day, minute: u32, updates: &[Installed]) {
    let head = head(host, day, minute);
    let (maker, model) = hardware(host);
    open(out, &head, "system_info");
    out.texts(&["{\"hostname\":\"", &host.name, "\",\"computer_name\":\"", &host.name]);
    out.texts(&["\",\"uuid\":\"", &uuid(host), "\",\"hardware_vendor\":\"", maker]);
    out.texts(&["\",\"hardware_model\":\"", model, "\",\"hardware_serial\":\"", &serial(host)]);
    out.text("\"}]}\n");

    let build = host.system.build();
    let mut parts = build.split('.');
    let mut part = || parts.next().unwrap_or("");
    let (major, minor, number) = (part(), part(), part());
    open(out, &head, "os_version");
    out.texts(&["{\"name\":\"", host.system.printed(), "\",\"version\":\"", build]);
    out.texts(&["\",\"major\":\"", major, "\",\"minor\":\"", minor, "\",\"build\":\"", number]);
    out.text("\",\"platform\":\"windows\",\"platform_like\":\"windows\",\"arch\":\"");
    out.text(if host.width == Width::Bits64 { "64-bit" } else { "32-bit" }).text("\"}]}\n");

    open(out, &head, "interface_details");
    out.texts(&["{\"interface\":\"11\",\"mac\":\"", &mac(host).replace('-', ":"), "\"}]}\n"]);

    let up = day.seconds(minute) - host.start.0.seconds(host.start.1);
    open(out, &head, "uptime");
    out.text("{\"total_seconds\":\"").number(u64::try_from(up).unwrap_or(0)).text("\"}]}\n");

    registry(out, &head, host);
    if !updates.is_empty() {
        patches(out, &head, updates);
    }
}

fn registry(out: &mut Out, head: &str, host: &Host) {
    let revision = host.revision();
    if revision.is_none() && !host.smb1_off {
        return;
    }
    open(out, head, "registry");
    if let Some(revision) = revision {
        out.text(
            "{\"key\":\"HKEY_LOCAL_MACHINE\\\\SOFTWARE\\\\Microsoft\\\\Windows NT\\\\\
             CurrentVersion\",\"name\":\"UBR\",\"data\":\"",
        );
        out.number(u64::from(revision)).text("\"}");
    }
    if host.smb1_off {
        out.text(if revision.is_some() { "," } else { "" }).text(
            "{\"key\":\"HKEY_LOCAL_MACHINE\\\\SYSTEM\\\\CurrentControlSet\\\\Services\\\\\
             LanmanServer\\\\Parameters\",\"name\":\"SMB1\",\"data\":\"0\"}",
        );
    }
    out.text("]}\n");
}

fn patches(out: &mut Out, head: &str, updates: &[Installed]) {
    open(out, head, "patches");
    for (at, update) in updates.iter().enumerate() {
        out.text(if at == 0 { "{\"hotfix_id\":\"KB" } else { ",{\"hotfix_id\":\"KB" });
        out.number(u64::from(update.kb)).text("\",\"description\":\"");
        let single = matches!(update.kind, Kind::Preview | Kind::Extra);
        out.text(if single { "Update" } else { "Security Update" });
        out.text("\",\"installed_on\":\"").american(update.on).text("\"}");
    }
    out.text("]}\n");
}

/// The programs of a host.
pub(super) fn programs(out: &mut Out, host: &Host, day: Day, minute: u32, rows: &[Row<'_>]) {
    open(out, &head(host, day, minute), "programs");
    for (at, row) in rows.iter().enumerate() {
        out.text(if at == 0 { "{\"name\":\"" } else { ",{\"name\":\"" });
        out.texts(&[row.name, "\",\"version\":\"", row.version, "\",\"publisher\":\""]);
        out.texts(&[row.vendor, "\"}"]);
    }
    out.text("]}\n");
}

/// What all lines of a host have in common.
fn head(host: &Host, day: Day, minute: u32) -> String {
    format!(
        "\",\"hostIdentifier\":\"{}\",\"unixTime\":{},\"epoch\":0,\"counter\":0,\
         \"decorations\":{{\"hostname\":\"{}\"}},\"action\":\"snapshot\",\"snapshot\":[",
        uuid(host),
        day.seconds(minute),
        host.name
    )
}

fn open(out: &mut Out, head: &str, query: &str) {
    out.texts(&["{\"name\":\"pack_estate_", query, head]);
}
