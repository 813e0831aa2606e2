//! osquery's tables, as far as they tell about exposure, known by their columns.
//!
//! Source of the columns: osquery's schema (`specs/` of the osquery project).

use serde_json::{Map, Value};

/// A table that we use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Table {
    OsVersion,
    SystemInfo,
    Patches,
    UpdateHistory,
    Programs,
    DebPackages,
    RpmPackages,
    Registry,
    OptionalFeatures,
    Services,
    ListeningPorts,
    InterfaceDetails,
    InterfaceAddresses,
    Uptime,
    KernelInfo,
}

impl Table {
    /// Names under which rows may stand in one document that holds several tables.
    pub(super) const NAMES: [&'static str; 15] = [
        "os_version",
        "system_info",
        "patches",
        "windows_update_history",
        "programs",
        "deb_packages",
        "rpm_packages",
        "registry",
        "windows_optional_features",
        "services",
        "listening_ports",
        "interface_details",
        "interface_addresses",
        "uptime",
        "kernel_info",
    ];

    /// The table a row is of, by columns that no other table has together.
    pub(super) fn recognise(row: &Map<String, Value>) -> Option<Self> {
        let all = |names: &[&str]| names.iter().all(|name| row.contains_key(*name));
        let any = |names: &[&str]| names.iter().any(|name| row.contains_key(*name));
        Some(if all(&["hotfix_id"]) {
            Self::Patches
        } else if all(&["title"]) && any(&["update_id", "result_code"]) {
            Self::UpdateHistory
        } else if any(&["statename"]) || (all(&["name", "caption", "state"])) {
            Self::OptionalFeatures
        } else if all(&["name"]) && any(&["start_type"]) {
            Self::Services
        } else if all(&["port", "protocol"])
            && !any(&["remote_port", "vulnerability"])
            && any(&["address", "pid", "family"])
        {
            Self::ListeningPorts
        } else if all(&["data"]) && any(&["key", "path"]) && all(&["name"])
            || all(&["data", "path"])
        {
            Self::Registry
        } else if all(&["total_seconds"]) {
            Self::Uptime
        } else if all(&["version", "name"])
            && any(&["major", "platform_like", "codename"])
            && !any(&["maintainer"])
        {
            Self::OsVersion
        } else if any(&["hardware_serial", "cpu_brand", "hardware_model"]) {
            Self::SystemInfo
        } else if all(&["name", "version"]) && any(&["maintainer", "admindir"]) {
            Self::DebPackages
        } else if all(&["name", "version", "release"])
            && any(&["epoch", "sha1", "package_group", "arch", "vendor", "source"])
        {
            Self::RpmPackages
        } else if all(&["name", "version"])
            && any(&["publisher", "identifying_number", "install_source", "uninstall_string"])
        {
            Self::Programs
        } else if all(&["interface", "mac"]) {
            Self::InterfaceDetails
        } else if all(&["interface", "address"]) {
            Self::InterfaceAddresses
        } else if all(&["version"]) && any(&["arguments", "device"]) {
            Self::KernelInfo
        } else {
            return None;
        })
    }
}
