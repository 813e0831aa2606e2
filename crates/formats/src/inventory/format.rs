//! The table of inventory formats and how one is chosen.

use model::evidence::Evidence;
use model::reading::{ReadError, Warning};

use super::{
    defender, get_hotfix, lansweeper, osquery, qfe, systeminfo, update_history, windows_version,
};

/// A file as a reader sees it.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The whole content, unpacked.
    pub bytes: &'a [u8],
    /// The file's name without folders, if it has one.
    pub file_name: Option<&'a str>,
}

/// What a reader made of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// One piece of evidence per host in the file.
    pub evidence: Vec<Evidence>,
    /// What could not be used or had to be guessed.
    pub warnings: Vec<Warning>,
}

/// A format that we read.
#[derive(Debug)]
pub struct InventoryFormat {
    /// The name `--format` takes.
    pub name: &'static str,
    /// One line for `--help`: what it is and which command or tool makes it.
    pub about: &'static str,
    /// Whether a file is of this format. Cheap: looks at a beginning, allocates little. Of several
    /// formats that say yes, the first in [`FORMATS`] wins.
    pub sniff: fn(&Input<'_>) -> bool,
    /// Reads it.
    pub read: fn(&Input<'_>) -> Result<Reading, ReadError>,
}

/// Every format, the more specific before the more general.
pub const FORMATS: &[InventoryFormat] = &[
    InventoryFormat {
        name: systeminfo::NAME,
        about: "Windows systeminfo, text, CSV or table, in any language",
        sniff: systeminfo::sniff,
        read: systeminfo::read,
    },
    InventoryFormat {
        name: qfe::NAME,
        about: "Windows updates from wmic qfe: table, CSV or list",
        sniff: qfe::sniff,
        read: qfe::read,
    },
    InventoryFormat {
        name: lansweeper::NAME,
        about: "Lansweeper: assetResources JSON of the API, or a report as CSV",
        sniff: lansweeper::sniff,
        read: lansweeper::read,
    },
    InventoryFormat {
        name: windows_version::NAME,
        about: "Windows ver, reg query of CurrentVersion, PowerShell Get-ComputerInfo",
        sniff: windows_version::sniff,
        read: windows_version::read,
    },
    InventoryFormat {
        name: get_hotfix::NAME,
        about: "PowerShell Get-HotFix: table, list, CSV or JSON",
        sniff: get_hotfix::sniff,
        read: get_hotfix::read,
    },
    InventoryFormat {
        name: osquery::NAME,
        about: "osqueryi --json, or the osquery result log",
        sniff: osquery::sniff,
        read: osquery::read,
    },
    InventoryFormat {
        name: defender::NAME,
        about: "Microsoft Defender for Endpoint: machines, software and vulnerabilities as JSON",
        sniff: defender::sniff,
        read: defender::read,
    },
    InventoryFormat {
        name: "nmap",
        about: "nmap XML scan (`nmap -sV -O --script vuln -oX FILE TARGETS`)",
        sniff: super::nmap::sniff,
        read: super::nmap::read,
    },
    InventoryFormat {
        name: "nessus",
        about: "Nessus report, NessusClientData_v2 (scan, Export, Nessus)",
        sniff: super::nessus::sniff,
        read: super::nessus::read,
    },
    InventoryFormat {
        name: "openvas",
        about: "Greenbone (OpenVAS) report as XML or CSV Results",
        sniff: super::openvas::sniff,
        read: super::openvas::read,
    },
    InventoryFormat {
        name: "qualys",
        about: "Qualys asset report (CSV, XML), VMDR CSV, detection list of the API",
        sniff: super::qualys::sniff,
        read: super::qualys::read,
    },
    InventoryFormat {
        name: "nexpose",
        about: "Nexpose / InsightVM report, XML Export 2.0 or CSV",
        sniff: super::nexpose::sniff,
        read: super::nexpose::read,
    },
    InventoryFormat {
        name: "wardround-csv",
        about: "table with our own column names: host, os_name, os_version, kb, ...",
        sniff: super::mapped_csv::sniff,
        read: super::mapped_csv::read,
    },
    InventoryFormat {
        name: "os-release",
        about: "the host's /etc/os-release (`cat /etc/os-release`)",
        sniff: super::os_release::sniff,
        read: super::os_release::read,
    },
    InventoryFormat {
        name: "dpkg-status",
        about: "Debian and Ubuntu packages: /var/lib/dpkg/status",
        sniff: super::dpkg::status::sniff,
        read: super::dpkg::status::read,
    },
    InventoryFormat {
        name: "dpkg-list",
        about: "Debian and Ubuntu packages: `COLUMNS=300 dpkg -l`",
        sniff: super::dpkg::list::sniff,
        read: super::dpkg::list::read,
    },
    InventoryFormat {
        name: "rpm-info",
        about: "RPM packages in full: `LC_ALL=C rpm -qai`",
        sniff: super::rpm::info::sniff,
        read: super::rpm::info::read,
    },
    InventoryFormat {
        name: "apk-installed",
        about: "Alpine packages: /lib/apk/db/installed",
        sniff: super::apk::sniff_installed,
        read: super::apk::read_installed,
    },
    InventoryFormat {
        name: "apk-list",
        about: "Alpine packages: `apk list --installed` or `apk info -v`",
        sniff: super::apk::sniff_list,
        read: super::apk::read_list,
    },
    InventoryFormat {
        name: "rpm-list",
        about: "RPM packages, one a line: `rpm -qa`",
        sniff: super::rpm::list::sniff,
        read: super::rpm::list::read,
    },
    InventoryFormat {
        name: "dpkg-query",
        about: "Debian and Ubuntu packages: `dpkg-query -W`",
        sniff: super::dpkg::query::sniff,
        read: super::dpkg::query::read,
    },
    InventoryFormat {
        name: "cyclonedx",
        about: "CycloneDX bill of materials 1.2 to 1.7, JSON or XML",
        sniff: super::cyclonedx::sniff,
        read: super::cyclonedx::read,
    },
    InventoryFormat {
        name: "spdx",
        about: "SPDX 2.2 or 2.3 bill of materials, JSON or tag-value",
        sniff: super::spdx::sniff,
        read: super::spdx::read,
    },
    InventoryFormat {
        name: update_history::NAME,
        about: "titles of Windows updates: lines, or a table of Get-WUHistory",
        sniff: update_history::sniff,
        read: update_history::read,
    },
];

/// The format of a file, if one recognises it.
pub fn detect(input: &Input<'_>) -> Option<&'static InventoryFormat> {
    FORMATS.iter().find(|format| (format.sniff)(input))
}

/// The format with this name.
pub fn named(name: &str) -> Option<&'static InventoryFormat> {
    FORMATS.iter().find(|format| format.name == name)
}
