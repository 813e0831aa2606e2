//! Who a host is and what it runs.

use crate::reading::Place;
use crate::windows::{WindowsBuild, WindowsProduct};

/// Everything in a file that helps to recognise the host.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct HostIdentity {
    /// Names as printed, the best first (host name, then FQDN, NetBIOS name).
    pub names: Vec<String>,
    /// Hardware or virtual-machine serial number.
    pub serial: Option<String>,
    /// Identifier in the tool that made the file (agent id, asset id).
    pub tool_id: Option<String>,
    /// Hardware addresses, lower case with colons.
    pub macs: Vec<String>,
    /// IP addresses as printed.
    pub addresses: Vec<String>,
    /// Who made the hardware or the virtual machine, as printed.
    pub manufacturer: Option<String>,
    /// The hardware's model, as printed.
    pub model: Option<String>,
}

impl HostIdentity {
    /// An identity that has a name and nothing else.
    pub fn named(name: impl Into<String>) -> Self {
        Self { names: vec![name.into()], ..Self::default() }
    }

    /// Whether nothing identifies the host.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }

    /// The best name to show: a name, else an address, else the tool's id.
    pub fn label(&self) -> Option<&str> {
        self.names
            .first()
            .or(self.addresses.first())
            .or(self.tool_id.as_ref())
            .or(self.serial.as_ref())
            .map(String::as_str)
    }
}

/// An operating system as printed and as understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperatingSystem {
    /// The name as printed ("Microsoft Windows 7 Enterprise ").
    pub raw_name: String,
    /// The version as printed ("6.1.7601 Service Pack 1 Build 7601").
    pub raw_version: Option<String>,
    /// What we made of both.
    pub platform: Platform,
    /// Whether this was guessed from outside (a scanner's fingerprint), percent if given, 0 where
    /// the scanner does not say how sure it is. `None`: the host said so itself.
    pub guess_percent: Option<u8>,
    /// Where it stands.
    pub place: Place,
}

/// The platform behind an operating system's printed name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Windows: the product, and the build if shown.
    Windows {
        /// Family, release, service pack, architecture.
        product: WindowsProduct,
        /// The build with its revision where the evidence has one.
        build: Option<WindowsBuild>,
    },
    /// A Linux distribution by its os-release id ("debian", "centos", "alpine") and version ("12").
    Linux {
        /// os-release `ID`, lower case.
        distribution: String,
        /// os-release `VERSION_ID` or what stands for it.
        version: Option<String>,
    },
    /// Anything else, by its printed name only (macOS, VMware ESXi, printer firmware).
    Other,
}
