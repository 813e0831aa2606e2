//! Our own column names.

use std::collections::BTreeMap;

use super::mapping::{ControlColumn, Mapping};
use crate::inventory::table::Header;
use model::evidence::control;

/// The names that can hardly be meant otherwise.
const OWN: [&str; 14] = [
    "os_name",
    "os_version",
    "kb",
    "kb_installed_on",
    "last_boot",
    "collected_at",
    "software_name",
    "software_version",
    "purl",
    "cpe",
    "open_ports",
    "smb1_server",
    "service_pack",
    "architecture",
];

/// `host` and at least two of our own names.
pub(super) fn is_own(header: &Header) -> bool {
    header.has("host") && OWN.iter().filter(|name| header.has(name)).count() >= 2
}

/// The mapping of our own names to themselves.
pub(super) fn own() -> Mapping {
    let on = ["on", "yes", "true", "1", "enabled"].map(ToOwned::to_owned).to_vec();
    let off = ["off", "no", "false", "0", "disabled"].map(ToOwned::to_owned).to_vec();
    let controls = [
        control::SMB1_SERVER,
        control::INBOUND_TCP_445,
        control::SMB3_COMPRESSION,
        control::REMOTE_DESKTOP,
        control::PRINT_SPOOLER,
    ]
    .into_iter()
    .map(|name| {
        let column = name.replace('-', "_");
        let entry = ControlColumn { column, enabled: on.clone(), disabled: off.clone() };
        (name.to_owned(), entry)
    })
    .collect::<BTreeMap<_, _>>();
    let mut mapping = Mapping { controls, lenient: true, ..Mapping::default() };
    for (field, column) in mapping.columns.fields_mut() {
        *column = Some(
            match field {
                "software_purl" => "purl",
                "software_cpe" => "cpe",
                other => other,
            }
            .to_owned(),
        );
    }
    mapping
}
