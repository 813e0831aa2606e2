//! A Nessus report of a scan that logged in to servers.

use super::identity::{address, uuid};
use super::nmap::Claim;
use super::out::Out;
use crate::day::Day;
use crate::estate::{Host, System, Truth};
use crate::organisation::Organisation;
use crate::updates::{Fix, updates};

/// The first day on which the plugin was at hand (Tenable, plugin 97737, published 2017-03-15).
const PLUGIN_SINCE: Day = Day::of(2017, 3, 15);

/// A scan of some hosts on a day.
pub(super) fn scan(organisation: &Organisation, hosts: &[(Host, Claim)], day: Day) -> Vec<u8> {
    let mut out = Out::with_capacity(512 + hosts.len() * 1800);
    out.text("<?xml version=\"1.0\" ?>\n<NessusClientData_v2>\n<Report name=\"Servers\">\n");
    for (host, claim) in hosts {
        one(&mut out, organisation, host, *claim, day);
    }
    out.text("</Report>\n</NessusClientData_v2>\n");
    out.0
}

fn one(out: &mut Out, organisation: &Organisation, host: &Host, claim: Claim, day: Day) {
    let address = address(organisation.number, host).to_string();
    out.texts(&["<ReportHost name=\"", &address, "\"><HostProperties>\n"]);
    for (name, value) in [
        ("Credentialed_Scan", "true"),
        ("netbios-name", host.name.as_str()),
        ("host-ip", &address),
        ("host-uuid", &uuid(host).to_ascii_lowercase()),
        ("operating-system", name(host.system)),
    ] {
        out.texts(&["<tag name=\"", name, "\">", value, "</tag>\n"]);
    }
    out.text("<tag name=\"HOST_END_TIMESTAMP\">");
    out.number(u64::try_from(day.seconds(700)).unwrap_or(0));
    out.text("</tag>\n</HostProperties>\n");
    let open = match host.truth() {
        Truth::NotAffected => false,
        // A look from inside sees the missing update, not that SMBv1 is off.
        Truth::Open | Truth::Mitigated | Truth::PendingRestart => true,
        Truth::Patched => claim == Claim::Mistaken,
    };
    if open && day >= PLUGIN_SINCE {
        finding(out, host);
    }
    out.text("</ReportHost>\n");
}

fn finding(out: &mut Out, host: &Host) {
    out.text("<ReportItem port=\"445\" svc_name=\"cifs\" protocol=\"tcp\" severity=\"4\" ");
    out.text(
        "pluginID=\"97737\" pluginName=\"MS17-010: Security Update for Microsoft Windows SMB ",
    );
    out.text("Server (4013389)\" ");
    out.text("pluginFamily=\"Windows : Microsoft Bulletins\">\n");
    out.text("<plugin_type>local</plugin_type>\n<risk_factor>Critical</risk_factor>\n");
    for number in 143..=148 {
        out.text("<cve>CVE-2017-0").number(number).text("</cve>\n");
    }
    out.text("<plugin_output>\nThe remote host is missing one of the following rollup KBs :\n");
    for update in updates(host.system).iter().filter(|update| update.fix == Fix::In).take(2) {
        out.text("  - ").number(u64::from(update.kb)).text("\n");
    }
    out.text("</plugin_output>\n</ReportItem>\n");
}

const fn name(system: System) -> &'static str {
    match system {
        System::Server2003 => "Microsoft Windows Server 2003 Service Pack 2",
        System::Server2008 => "Microsoft Windows Server 2008 Standard Service Pack 2",
        System::Server2008R2 => "Microsoft Windows Server 2008 R2 Standard Service Pack 1",
        System::Server2012 => "Microsoft Windows Server 2012 Standard",
        System::Server2012R2 => "Microsoft Windows Server 2012 R2 Standard",
        _ => "Microsoft Windows Server 2016 Standard",
    }
}
