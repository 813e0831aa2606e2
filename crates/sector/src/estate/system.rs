//! The operating systems of an estate of 2017, as hosts print them.

/// An operating system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum System {
    /// Windows XP, service pack 3.
    Xp,
    /// Windows Server 2003, service pack 2.
    Server2003,
    /// Windows Vista, service pack 2.
    Vista,
    /// Windows 7, service pack 1.
    Seven,
    /// Windows 7 without its service pack: it gets no updates any more.
    SevenRtm,
    /// Windows 8.1.
    EightOne,
    /// Windows 10, version 1507.
    Ten1507,
    /// Windows 10, version 1511.
    Ten1511,
    /// Windows 10, version 1607.
    Ten1607,
    /// Windows 10, version 1703: it came out after the fix.
    Ten1703,
    /// Windows Server 2008, service pack 2.
    Server2008,
    /// Windows Server 2008 R2, service pack 1.
    Server2008R2,
    /// Windows Server 2012.
    Server2012,
    /// Windows Server 2012 R2.
    Server2012R2,
    /// Windows Server 2016.
    Server2016,
    /// Debian 8.
    Debian8,
    /// Ubuntu 16.04.
    Ubuntu1604,
    /// CentOS 6.
    Centos6,
    /// CentOS 7.
    Centos7,
    /// Windows XP Embedded in a medical device.
    DeviceXp,
    /// Windows 7 in a medical device.
    DeviceSeven,
    /// A medical device's own system.
    DeviceOther,
}

use System as S;

impl System {
    /// The name as Windows or a register prints it.
    pub(crate) const fn printed(self) -> &'static str {
        match self {
            S::Xp => "Microsoft Windows XP Professional",
            S::Server2003 => "Microsoft(R) Windows(R) Server 2003, Standard Edition",
            S::Vista => "Microsoft\u{ae} Windows Vista\u{2122} Business",
            S::Seven | S::SevenRtm => "Microsoft Windows 7 Enterprise",
            S::EightOne => "Microsoft Windows 8.1 Enterprise",
            S::Ten1507 | S::Ten1511 | S::Ten1607 | S::Ten1703 => "Microsoft Windows 10 Enterprise",
            S::Server2008 => "Microsoft\u{ae} Windows Server\u{ae} 2008 Standard",
            S::Server2008R2 => "Microsoft Windows Server 2008 R2 Standard",
            S::Server2012 => "Microsoft Windows Server 2012 Standard",
            S::Server2012R2 => "Microsoft Windows Server 2012 R2 Standard",
            S::Server2016 => "Microsoft Windows Server 2016 Standard",
            S::Debian8 => "Debian GNU/Linux 8 (jessie)",
            S::Ubuntu1604 => "Ubuntu 16.04.2 LTS",
            S::Centos6 => "CentOS release 6.9 (Final)",
            S::Centos7 => "CentOS Linux 7 (Core)",
            S::DeviceXp => "Microsoft Windows XP Embedded Service Pack 3",
            S::DeviceSeven => "Microsoft Windows 7 Professional Service Pack 1",
            S::DeviceOther => "device firmware",
        }
    }

    /// The name in ASCII and without commas, as inventory tools keep it.
    pub(crate) const fn plain(self) -> &'static str {
        match self {
            S::Server2003 => "Microsoft Windows Server 2003 Standard Edition",
            S::Vista => "Microsoft Windows Vista Business",
            S::Server2008 => "Microsoft Windows Server 2008 Standard",
            other => other.printed(),
        }
    }

    /// Kernel and build ("6.1.7601"); empty where there is none.
    pub(crate) const fn build(self) -> &'static str {
        match self {
            S::Xp | S::DeviceXp => "5.1.2600",
            S::Server2003 => "5.2.3790",
            S::Vista | S::Server2008 => "6.0.6002",
            S::Seven | S::Server2008R2 | S::DeviceSeven => "6.1.7601",
            S::SevenRtm => "6.1.7600",
            S::Server2012 => "6.2.9200",
            S::EightOne | S::Server2012R2 => "6.3.9600",
            S::Ten1507 => "10.0.10240",
            S::Ten1511 => "10.0.10586",
            S::Ten1607 | S::Server2016 => "10.0.14393",
            S::Ten1703 => "10.0.15063",
            _ => "",
        }
    }

    /// The service pack.
    pub(crate) const fn service_pack(self) -> Option<&'static str> {
        match self {
            S::Xp | S::DeviceXp => Some("Service Pack 3"),
            S::Server2003 | S::Vista | S::Server2008 => Some("Service Pack 2"),
            S::Seven | S::Server2008R2 | S::DeviceSeven => Some("Service Pack 1"),
            _ => None,
        }
    }

    /// Whether it is a Windows of a PC or a server (not of a device).
    pub const fn is_windows(self) -> bool {
        !self.is_linux() && !self.is_device()
    }

    /// Whether it is a Linux.
    pub const fn is_linux(self) -> bool {
        matches!(self, S::Debian8 | S::Ubuntu1604 | S::Centos6 | S::Centos7)
    }

    /// Whether it runs a medical device.
    pub const fn is_device(self) -> bool {
        matches!(self, S::DeviceXp | S::DeviceSeven | S::DeviceOther)
    }

    /// Whether it is a Windows 10 or Server 2016: one cumulative update, and a build that shows it.
    pub(crate) const fn is_ten(self) -> bool {
        matches!(self, S::Ten1507 | S::Ten1511 | S::Ten1607 | S::Ten1703 | S::Server2016)
    }

    /// Whether systeminfo prints when it started; XP and Server 2003 print how long they run.
    pub(crate) const fn prints_start(self) -> bool {
        !matches!(self, S::Xp | S::Server2003)
    }

    /// Whether agents of 2017 run on it.
    pub(crate) const fn takes_agent(self) -> bool {
        self.is_windows() && !matches!(self, S::Xp | S::Server2003 | S::Vista | S::Server2008)
    }

    /// Whether it has the flaw of MS17-010 as it came out.
    pub const fn has_flaw(self) -> bool {
        !self.is_linux() && !matches!(self, S::Ten1703 | S::DeviceOther)
    }
}
