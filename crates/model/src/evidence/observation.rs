//! What was seen of a host from outside or of its settings: ports, controls,
//! and scanners' findings.

use crate::cve::CveId;
use crate::evidence::DateTimeReading;
use crate::reading::Place;

/// A network port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// "tcp" or "udp".
    pub protocol: String,
    /// Port number.
    pub number: u16,
    /// State as seen.
    pub state: PortState,
    /// Service name and version as printed.
    pub service: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// State of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PortState {
    /// Answers.
    Open,
    /// Refuses.
    Closed,
    /// Silent: a filter stands between, at least from where the scan stood.
    Filtered,
}

/// The state of a setting that mitigates a flaw or keeps it open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// Which setting; one of [`control`] or a name from a mapping file.
    pub name: String,
    /// Its state.
    pub state: ControlState,
    /// As printed.
    pub raw: String,
    /// Where it stands.
    pub place: Place,
}

/// State of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ControlState {
    /// The feature or service is on.
    Enabled,
    /// The feature or service is off.
    Disabled,
}

/// Names of settings that knowledge refers to.
pub mod control {
    /// The SMB version 1 server. Off mitigates MS17-010 (Microsoft bulletin MS17-010, Workarounds).
    pub const SMB1_SERVER: &str = "smb1-server";
    /// Inbound TCP 445 at the host's own firewall. Disabled means blocked.
    pub const INBOUND_TCP_445: &str = "inbound-tcp-445";
    /// SMB 3.1.1 compression of the server. Off mitigates CVE-2020-0796 for servers.
    pub const SMB3_COMPRESSION: &str = "smb3-compression";
    /// Remote Desktop. Off mitigates CVE-2019-0708.
    pub const REMOTE_DESKTOP: &str = "remote-desktop";
    /// The Print Spooler service. Off mitigates CVE-2021-34527.
    pub const PRINT_SPOOLER: &str = "print-spooler";
}

/// What a scanner concluded about one check on one host.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The scanner ("nmap", "nessus").
    pub scanner: &'static str,
    /// Its name for the check (script or plugin id).
    pub check: String,
    /// Title as printed.
    pub title: String,
    /// CVEs the check names.
    pub cves: Vec<CveId>,
    /// Microsoft updates the check names as missing.
    pub missing_kbs: Vec<crate::kb::Kb>,
    /// What it concluded.
    pub outcome: FindingOutcome,
    /// How it came to that.
    pub method: FindingMethod,
    /// Severity as printed.
    pub severity: Option<String>,
    /// When the check ran, if shown.
    pub observed_at: Option<DateTimeReading>,
    /// Where it stands.
    pub place: Place,
}

/// A scanner's conclusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FindingOutcome {
    /// Vulnerable.
    Vulnerable,
    /// Probably vulnerable ("LIKELY VULNERABLE", "potential").
    LikelyVulnerable,
    /// The check ran and found the host not vulnerable.
    NotVulnerable,
    /// The check could not tell.
    Inconclusive,
}

/// How a scanner came to its conclusion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum FindingMethod {
    /// By asking the service itself over the network.
    Remote,
    /// By logging in and reading the host's own state.
    Authenticated,
    /// From a banner or a version only.
    Inferred,
    /// The file does not say.
    #[default]
    NotStated,
}
