//! A sweep with nmap over servers, as XML.

use super::identity::address;
use super::out::Out;
use crate::day::Day;
use crate::estate::{Host, System, Truth};
use crate::organisation::Organisation;

/// The first day on which the script for MS17-010 was at hand (it came to nmap in April 2017).
const SCRIPT_SINCE: Day = Day::of(2017, 4, 20);

/// A scan of some hosts on a day.
pub(super) fn scan(organisation: &Organisation, hosts: &[(Host, Claim)], day: Day) -> Vec<u8> {
    let started = day.seconds(660);
    let mut out = Out::with_capacity(2048 + hosts.len() * 2600);
    out.text("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE nmaprun>\n");
    out.text("<nmaprun scanner=\"nmap\" args=\"nmap -sS -sV -O -p 135,139,445 -oX sweep.xml\"");
    out.text(" start=\"").number(seconds(started)).text("\" version=\"7.40SVN\"");
    out.text(" xmloutputversion=\"1.04\">\n");
    out.text(
        "<scaninfo type=\"syn\" protocol=\"tcp\" numservices=\"3\" services=\"135,139,445\"/>\n",
    );
    for (at, (host, claim)) in (0..).zip(hosts) {
        one(&mut out, organisation, host, *claim, day, started + at * 20);
    }
    let ended = seconds(started) + hosts.len() as u64 * 20;
    out.text("<runstats><finished time=\"").number(ended).text("\" exit=\"success\"/>");
    out.text("<hosts up=\"").number(hosts.len() as u64).text("\" down=\"0\" total=\"");
    out.number(hosts.len() as u64).text("\"/>\n</runstats>\n</nmaprun>\n");
    out.0
}

/// What a scanner says of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// What is so.
    Right,
    /// That it is open though it is not.
    Mistaken,
}

fn one(
    out: &mut Out,
    organisation: &Organisation,
    host: &Host,
    claim: Claim,
    day: Day,
    started: i64,
) {
    out.text("<host starttime=\"").number(seconds(started)).text("\" endtime=\"");
    out.number(seconds(started) + 19).text("\"><status state=\"up\" reason=\"echo-reply\"/>\n");
    out.texts(&["<address addr=\"", &address(organisation.number, host).to_string()]);
    out.text("\" addrtype=\"ipv4\"/>\n<hostnames>\n<hostname name=\"");
    let code = organisation.code.as_str().to_ascii_lowercase();
    out.texts(&[&host.name.to_ascii_lowercase(), ".", &code, ".example\" type=\"PTR\"/>\n"]);
    out.text("</hostnames>\n<ports>");
    for (port, service) in [("135", "msrpc"), ("139", "netbios-ssn"), ("445", "microsoft-ds")] {
        out.texts(&["<port protocol=\"tcp\" portid=\"", port, "\"><state state=\"open\""]);
        out.texts(&[" reason=\"syn-ack\"/><service name=\"", service, "\" method=\"probed\""]);
        out.text(" conf=\"10\"/></port>\n");
    }
    let name = fingerprint(host.system);
    out.texts(&["</ports>\n<os><osmatch name=\"", name, "\" accuracy=\"96\" line=\"0\">\n"]);
    out.text("</osmatch>\n</os>\n<hostscript>");
    protocols(out, host);
    let says_open = !host.smb1_off && (host.truth().is_open() || claim == Claim::Mistaken);
    if says_open && host.truth() != Truth::NotAffected && day >= SCRIPT_SINCE {
        out.text(VULNERABLE);
    }
    out.text("</hostscript></host>\n");
}

fn protocols(out: &mut Out, host: &Host) {
    const FIRST: &str = "NT LM 0.12 (SMBv1) [dangerous, but default]";
    let later: &[&str] = match host.system {
        System::Server2003 => &[],
        System::Server2008 => &["2.02"],
        System::Server2008R2 => &["2.02", "2.10"],
        System::Server2012 => &["2.02", "2.10", "3.00"],
        System::Server2012R2 => &["2.02", "2.10", "3.00", "3.02"],
        _ => &["2.02", "2.10", "3.00", "3.02", "3.11"],
    };
    let first = if host.smb1_off { None } else { Some(FIRST) };
    out.text("<script id=\"smb-protocols\" output=\"&#xa;  dialects: ");
    for dialect in first.iter().chain(later) {
        out.texts(&["&#xa;    ", dialect]);
    }
    out.text("\"><table key=\"dialects\">\n");
    for dialect in first.iter().chain(later) {
        out.texts(&["<elem>", dialect, "</elem>\n"]);
    }
    out.text("</table>\n</script>");
}

const fn fingerprint(system: System) -> &'static str {
    match system {
        System::Server2003 => "Microsoft Windows Server 2003 SP2",
        System::Server2008 => "Microsoft Windows Server 2008 SP2",
        System::Server2008R2 => "Microsoft Windows Server 2008 R2 SP1",
        System::Server2012 => "Microsoft Windows Server 2012",
        System::Server2012R2 => "Microsoft Windows Server 2012 R2",
        _ => "Microsoft Windows Server 2016",
    }
}

fn seconds(time: i64) -> u64 {
    u64::try_from(time).unwrap_or(0)
}

const VULNERABLE: &str = "<script id=\"smb-vuln-ms17-010\" output=\"&#xa;  VULNERABLE:&#xa;  \
Remote Code Execution vulnerability in Microsoft SMBv1 servers (ms17-010)&#xa;    \
State: VULNERABLE&#xa;    IDs:  CVE:CVE-2017-0143&#xa;    Risk factor: HIGH&#xa;\">\
<table key=\"CVE-2017-0143\">\n<elem key=\"title\">Remote Code Execution vulnerability in Microsoft \
SMBv1 servers (ms17-010)</elem>\n<elem key=\"state\">VULNERABLE</elem>\n<table key=\"ids\">\n\
<elem>CVE:CVE-2017-0143</elem>\n</table>\n<elem key=\"disclosure\">2017-03-14</elem>\n</table>\n\
</script>";
