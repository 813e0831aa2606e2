//! Linux hosts: os-release, `/var/lib/dpkg/status`, `rpm -qa`. These files name no host: the file's
//! name does.

use super::out::Out;
use crate::estate::{Host, System};
use crate::keyed::mixed_below;

/// A package and its versions, oldest first.
type Package = (&'static str, &'static str, &'static [&'static str]);

/// os-release, or what CentOS 6 has instead of it, in the same form.
pub(super) fn os_release(host: &Host) -> Vec<u8> {
    let (id, name, version) = match host.system {
        System::Debian8 => ("debian", "Debian GNU/Linux", "8"),
        System::Ubuntu1604 => ("ubuntu", "Ubuntu", "16.04"),
        System::Centos6 => ("centos", "CentOS", "6"),
        _ => ("centos", "CentOS Linux", "7"),
    };
    let mut out = Out::default();
    out.texts(&["PRETTY_NAME=\"", host.system.printed(), "\"\nNAME=\"", name, "\"\n"]);
    out.texts(&["VERSION_ID=\"", version, "\"\nID=", id, "\n"]);
    out.0
}

/// The packages of a host, and the ending of the file's name.
pub(super) fn packages(host: &Host) -> (&'static str, Vec<u8>) {
    let mut out = Out::with_capacity(16 * 1024);
    match host.system {
        System::Debian8 => status(&mut out, host, &DEBIAN),
        System::Ubuntu1604 => status(&mut out, host, &UBUNTU),
        _ => {
            list(&mut out, host);
            return ("rpm.txt", out.0);
        }
    }
    ("dpkg.txt", out.0)
}

fn chosen(host: &Host, at: u64, versions: &[&'static str]) -> &'static str {
    let count = u32::try_from(versions.len()).unwrap_or(1);
    let drawn = mixed_below(host.seed, 4000 + at, count);
    versions.get(drawn as usize).copied().unwrap_or("")
}

fn status(out: &mut Out, host: &Host, packages: &[Package]) {
    for (at, (name, source, versions)) in (0..).zip(packages) {
        out.texts(&["Package: ", name, "\nStatus: install ok installed\nPriority: optional\n"]);
        out.text("Maintainer: Package People <packages@distribution.example>\n");
        out.text("Architecture: amd64\n");
        if source != name {
            out.texts(&["Source: ", source, "\n"]);
        }
        out.texts(&["Version: ", chosen(host, at, versions), "\n\n"]);
    }
}

fn list(out: &mut Out, host: &Host) {
    let packages = if host.system == System::Centos6 { &CENTOS_6 } else { &CENTOS_7 };
    for (at, (name, architecture, versions)) in (0..).zip(packages) {
        out.texts(&[name, "-", chosen(host, at, versions), ".", architecture, "\n"]);
    }
}

const DEBIAN: [Package; 14] = [
    ("apache2", "apache2", &["2.4.10-10+deb8u4", "2.4.10-10+deb8u7", "2.4.10-10+deb8u8"]),
    ("bash", "bash", &["4.3-11+b1", "4.3-11+deb8u1"]),
    ("bind9", "bind9", &["1:9.9.5.dfsg-9+deb8u6", "1:9.9.5.dfsg-9+deb8u10"]),
    ("libc6", "glibc", &["2.19-18+deb8u3", "2.19-18+deb8u7"]),
    ("libssl1.0.0", "openssl", &["1.0.1k-3+deb8u2", "1.0.1t-1+deb8u6"]),
    ("linux-image-3.16.0-4-amd64", "linux", &["3.16.7-ckt20-1+deb8u3", "3.16.39-1+deb8u2"]),
    ("mysql-server-5.5", "mysql-5.5", &["5.5.47-0+deb8u1", "5.5.54-0+deb8u1"]),
    ("openssh-server", "openssh", &["1:6.7p1-5+deb8u1", "1:6.7p1-5+deb8u3"]),
    ("openssl", "openssl", &["1.0.1k-3+deb8u2", "1.0.1t-1+deb8u6"]),
    ("perl-base", "perl", &["5.20.2-3+deb8u3", "5.20.2-3+deb8u6"]),
    ("php5-cli", "php5", &["5.6.14+dfsg-0+deb8u1", "5.6.30+dfsg-0+deb8u1"]),
    ("samba", "samba", &["2:4.1.17+dfsg-2+deb8u2", "2:4.2.14+dfsg-0+deb8u2"]),
    ("sudo", "sudo", &["1.8.10p3-1+deb8u2", "1.8.10p3-1+deb8u3"]),
    ("tzdata", "tzdata", &["2015g-0+deb8u1", "2017b-0+deb8u1"]),
];

const UBUNTU: [Package; 14] = [
    ("apache2", "apache2", &["2.4.18-2ubuntu3", "2.4.18-2ubuntu3.1"]),
    ("bash", "bash", &["4.3-14ubuntu1", "4.3-14ubuntu1.1"]),
    ("bind9", "bind9", &["1:9.10.3.dfsg.P4-8", "1:9.10.3.dfsg.P4-8ubuntu1.5"]),
    ("libc6", "glibc", &["2.23-0ubuntu3", "2.23-0ubuntu7"]),
    ("libssl1.0.0", "openssl", &["1.0.2g-1ubuntu4", "1.0.2g-1ubuntu4.6"]),
    ("linux-image-generic", "linux-meta", &["4.4.0.21.22", "4.4.0.77.83"]),
    ("mysql-server-5.7", "mysql-5.7", &["5.7.11-0ubuntu6", "5.7.17-0ubuntu0.16.04.2"]),
    ("openssh-server", "openssh", &["1:7.2p2-4", "1:7.2p2-4ubuntu2.1"]),
    ("openssl", "openssl", &["1.0.2g-1ubuntu4", "1.0.2g-1ubuntu4.6"]),
    ("perl-base", "perl", &["5.22.1-9", "5.22.1-9ubuntu0.1"]),
    ("php7.0-cli", "php7.0", &["7.0.4-7ubuntu2", "7.0.15-0ubuntu0.16.04.4"]),
    ("samba", "samba", &["2:4.3.8+dfsg-0ubuntu1", "2:4.3.11+dfsg-0ubuntu0.16.04.6"]),
    ("sudo", "sudo", &["1.8.16-0ubuntu1", "1.8.16-0ubuntu1.3"]),
    ("tzdata", "tzdata", &["2016d-0ubuntu0.16.04", "2016j-0ubuntu0.16.04"]),
];

const CENTOS_6: [Package; 12] = [
    ("bash", "x86_64", &["4.1.2-33.el6_7.1", "4.1.2-48.el6"]),
    ("bind", "x86_64", &["9.8.2-0.37.rc1.el6_7.5", "9.8.2-0.62.rc1.el6_9.1"]),
    ("glibc", "x86_64", &["2.12-1.166.el6_7.3", "2.12-1.209.el6"]),
    ("httpd", "x86_64", &["2.2.15-47.el6.centos", "2.2.15-59.el6.centos"]),
    ("kernel", "x86_64", &["2.6.32-573.12.1.el6", "2.6.32-696.el6"]),
    ("mysql-server", "x86_64", &["5.1.73-5.el6_6", "5.1.73-8.el6_8"]),
    ("openssh-server", "x86_64", &["5.3p1-112.el6_7", "5.3p1-122.el6"]),
    ("openssl", "x86_64", &["1.0.1e-42.el6_7.2", "1.0.1e-57.el6"]),
    ("perl", "x86_64", &["5.10.1-141.el6_7.1", "5.10.1-144.el6"]),
    ("samba", "x86_64", &["3.6.23-20.el6", "3.6.23-41.el6"]),
    ("sudo", "x86_64", &["1.8.6p3-20.el6_7", "1.8.6p3-27.el6"]),
    ("tzdata", "noarch", &["2015g-2.el6", "2017b-1.el6"]),
];

const CENTOS_7: [Package; 12] = [
    ("bash", "x86_64", &["4.2.46-19.el7", "4.2.46-21.el7_3"]),
    ("bind", "x86_64", &["9.9.4-29.el7_2.1", "9.9.4-38.el7_3.3"]),
    ("glibc", "x86_64", &["2.17-105.el7", "2.17-157.el7_3.1"]),
    ("httpd", "x86_64", &["2.4.6-40.el7.centos", "2.4.6-45.el7.centos.4"]),
    ("kernel", "x86_64", &["3.10.0-327.el7", "3.10.0-514.16.1.el7"]),
    ("mariadb-server", "x86_64", &["5.5.44-2.el7.centos", "5.5.52-1.el7"]),
    ("openssh-server", "x86_64", &["6.6.1p1-22.el7", "6.6.1p1-35.el7_3"]),
    ("openssl", "x86_64", &["1.0.1e-51.el7_2.2", "1.0.1e-60.el7_3.1"]),
    ("perl", "x86_64", &["5.16.3-286.el7", "5.16.3-291.el7"]),
    ("samba", "x86_64", &["4.2.3-10.el7", "4.4.4-12.el7_3"]),
    ("sudo", "x86_64", &["1.8.6p7-16.el7", "1.8.6p7-21.el7_3"]),
    ("tzdata", "noarch", &["2015g-1.el7", "2017b-1.el7"]),
];
