//! `wardround-csv`: hosts with their updates, and their software, as tables.
//!
//! A host's first row has what holds for all of it and the updates of its image; each later update
//! has a row of its own, because it has a date. Such a table never proves that an update is missing.

use super::identity::{address, mac, serial, uuid};
use super::out::Out;
use crate::catalogue::Row;
use crate::day::Day;
use crate::estate::{Host, Installed, Origin, Role};

/// Columns of the table of hosts.
pub(super) const HOSTS: &str = "host,tool_id,serial,mac,address,os_name,os_version,architecture,\
                                kb,kb_installed_on,last_boot,collected_at,smb1_server\n";

/// Columns of the table of software.
pub(super) const SOFTWARE: &str = "host,software_name,software_version,software_vendor\n";

/// Columns of a register of medical devices.
pub(super) const DEVICES: &str = "host,tool_id,serial,mac,address,os_name,collected_at,\
                                  software_vendor,software_name,software_version\n";

/// A host with its updates.
pub(super) fn host(out: &mut Out, organisation: u32, host: &Host, day: Day, minute: u32) {
    let (id, serial) = (uuid(host), serial(host));
    let key = |out: &mut Out| {
        out.texts(&[&host.name, ",", &id, ",", &serial, ","]);
    };
    key(out);
    out.texts(&[&mac(host), ",", &address(organisation, host).to_string(), ","]);
    out.texts(&[host.system.plain(), ",", host.system.build()]);
    if let Some(revision) = host.revision() {
        out.text(".").number(u64::from(revision));
    }
    if let Some(pack) = host.system.service_pack() {
        out.texts(&[" ", pack]);
    }
    out.texts(&[",", host.width.printed(), ","]);
    let of = |origin: Origin| host.updates.iter().filter(move |u| u.origin == origin);
    for (at, update) in of(Origin::Image).enumerate() {
        out.text(if at == 0 { "KB" } else { ";KB" }).number(u64::from(update.kb));
    }
    out.text(",,").iso_minute(host.start.0, host.start.1).text(",").iso_minute(day, minute);
    out.text(if host.smb1_off { ",off\n" } else { ",on\n" });
    for &Installed { kb, on, .. } in of(Origin::Later) {
        key(out);
        out.text(",,,,,KB").number(u64::from(kb)).text(",").iso(on).text(",,,\n");
    }
}

/// The software of a host.
pub(super) fn software(out: &mut Out, host: &Host, rows: &[Row<'_>]) {
    for row in rows {
        out.texts(&[&host.name, ",", row.name, ",", row.version, ",", row.vendor, "\n"]);
    }
}

/// A medical device.
pub(super) fn device(out: &mut Out, organisation: u32, host: &Host, day: Day) {
    let (vendor, model, version) = device_model(host);
    out.texts(&[&host.name, ",", &uuid(host), ",", &serial(host), ",", &mac(host), ","]);
    out.texts(&[&address(organisation, host).to_string(), ",", host.system.printed(), ","]);
    out.iso(day).texts(&[",", vendor, ",", model, ",", version, "\n"]);
}

/// Invented devices.
const MODELS: [(&str, &str, &str); 8] = [
    ("Resonant Imaging", "Resonator MR 3", "4.2.1"),
    ("Resonant Imaging", "Slicer CT 64", "3.9"),
    ("Dropwise Infusion", "DripMaster", "1.0.7"),
    ("Dropwise Infusion", "DripMaster Plus", "2.3.0"),
    ("Bedside Monitoring", "Vigil 500", "6.1"),
    ("Bedside Monitoring", "Vigil Station", "6.4.2"),
    ("Assay Laboratories", "Titra 2000", "11.05"),
    ("Assay Laboratories", "Titra Robot", "2.8"),
];

/// Vendor, model and firmware of a device.
pub(super) fn device_model(host: &Host) -> (&'static str, &'static str, &'static str) {
    debug_assert_eq!(host.role, Role::Device);
    let at = usize::try_from(host.seed >> 50).unwrap_or(0) % MODELS.len();
    MODELS.get(at).copied().unwrap_or(("", "", ""))
}
