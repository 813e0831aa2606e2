//! Scanner reports: the shared samples with counts and concrete values, small ones of our own for
//! what the samples lack, and arbitrary damage.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test that cannot go on must stop"
)]

mod support;

use formats::inventory::{Input, Reading, detect, named};
use model::cve::CveId;
use model::evidence::{
    Completeness, ControlState, Evidence, Finding, FindingMethod, FindingOutcome, Platform,
    PortState, UpdateListKind, control,
};
use model::kb::Kb;
use model::reading::Place;
use proptest::prelude::*;

fn read(bytes: &[u8], expected: &str) -> Reading {
    let input = Input { bytes, file_name: None };
    let format = detect(&input).unwrap_or_else(|| panic!("no format for a {expected} file"));
    assert_eq!(format.name, expected);
    (format.read)(&input).unwrap()
}

fn sample(path: &str, format: &str) -> Option<Reading> {
    let path = support::shared_data(&format!("inventories-scans/{path}"))?;
    Some(read(&std::fs::read(path).unwrap(), format))
}

fn counts(reading: &Reading) -> [usize; 4] {
    let sum = |of: fn(&Evidence) -> usize| reading.evidence.iter().map(of).sum();
    [
        reading.evidence.len(),
        sum(|e| e.findings.len()),
        sum(|e| e.ports.len()),
        sum(|e| e.software.len()),
    ]
}

fn find<'a>(evidence: &'a Evidence, check: &str) -> &'a Finding {
    evidence.findings.iter().find(|f| f.check == check).unwrap_or_else(|| panic!("{check}"))
}

fn warned(reading: &Reading, words: &str) -> bool {
    reading.warnings.iter().any(|w| w.to_string().contains(words))
}

#[test]
fn nmap_samples_are_counted() {
    for (file, expected) in [
        ("1_os_banner_scripts.xml", [1, 0, 11, 4]),
        ("2_hosts_version.xml", [2, 0, 15, 0]),
        ("2_null_hosts.xml", [2, 0, 0, 0]),
        ("dionaea_scan.xml", [1, 3, 18, 3]),
        ("extra_ports.xml", [1, 3, 16, 3]),
        ("full_sudo5.xml", [4, 0, 23, 3]),
        ("issue4406.xml", [1, 1, 28, 2]),
        ("os_scan6.xml", [3, 0, 19, 0]),
        ("test_osclass.xml", [1, 0, 10, 0]),
    ] {
        let Some(reading) = sample(&format!("nmap/{file}"), "nmap") else { return };
        assert_eq!(counts(&reading), expected, "{file}");
    }
}

#[test]
fn a_vulnerable_result_stands_beside_a_conflicting_guess() {
    for file in ["dionaea_scan.xml", "extra_ports.xml"] {
        let Some(reading) = sample(&format!("nmap/{file}"), "nmap") else { return };
        let host = &reading.evidence[0];
        assert_eq!(host.host.names[..2], ["dionaea", "HOMEUSER-3AF6FE"]);
        assert_eq!(host.host.macs, ["02:42:ac:1c:01:03"]);
        assert_eq!(host.collected_at.as_ref().unwrap().earliest.to_string(), "2020-11-22T17:14:33");
        let check = find(host, "smb-vuln-ms17-010");
        assert_eq!(check.outcome, FindingOutcome::Vulnerable);
        assert_eq!(check.method, FindingMethod::Remote);
        assert_eq!(check.cves, [CveId::new(2017, 143)]);
        let listed = find(host, "vulners");
        assert_eq!((listed.method, listed.cves.len()), (FindingMethod::Inferred, 5));
        let smb = host.controls.iter().find(|c| c.name == control::SMB1_SERVER).unwrap();
        assert_eq!(smb.state, ControlState::Enabled);
        let os = host.os.as_ref().unwrap();
        assert_eq!((os.raw_name.as_str(), os.guess_percent), ("Windows 5.1", None));
        assert!(warned(&reading, "its fingerprint looks like \"Linux 4.15 - 5.6\" (100 %)"));
    }
}

#[test]
fn guesses_of_several_products_name_none_and_silent_hosts_are_counted() {
    let Some(reading) = sample("nmap/os_scan6.xml", "nmap") else { return };
    assert!(warned(&reading, "253 hosts did not answer"));
    let windows = reading.evidence.iter().find(|e| e.host.addresses == ["192.168.1.5"]).unwrap();
    let os = windows.os.as_ref().unwrap();
    assert!(os.raw_name.starts_with("Microsoft Windows Server 2008 Beta 3 or "));
    assert_eq!((&os.platform, os.guess_percent), (&Platform::Other, Some(100)));
    // 445 is not listed: it is among the "998 filtered ports".
    let smb = windows.ports.iter().find(|p| p.number == 445).unwrap();
    assert_eq!(smb.state, PortState::Filtered);
}

#[test]
fn the_nessus_sample_is_read() {
    let Some(reading) = sample("nessus/nessus_with_cvssv3.nessus", "nessus") else { return };
    assert_eq!(counts(&reading), [1, 26, 1, 5]);
    let host = &reading.evidence[0];
    assert_eq!(host.host.names[0], "testphp.vulnweb.com");
    assert_eq!(host.host.addresses, ["44.228.249.3"]);
    assert_eq!(host.os.as_ref().unwrap().guess_percent, Some(65));
    let php = find(host, "24907");
    assert_eq!((php.cves.len(), php.method), (27, FindingMethod::Inferred));
    assert_eq!(php.place, Place::Line(8200));
    assert!(warned(&reading, "scanned without logging in"));
}

#[test]
fn the_greenbone_samples_are_read() {
    let Some(reading) = sample("openvas/many_vuln.xml", "openvas") else { return };
    assert_eq!(counts(&reading), [1, 44, 14, 0]);
    let host = &reading.evidence[0];
    // Not a valid address, and kept as printed.
    assert_eq!(host.host.addresses, ["192.168.1.1001"]);
    let backdoor = find(host, "1.3.6.1.4.1.25623.1.0.103549");
    assert_eq!(backdoor.method, FindingMethod::Remote);
    let rexec = find(host, "1.3.6.1.4.1.25623.1.0.100111");
    assert_eq!((rexec.method, rexec.cves[0]), (FindingMethod::Inferred, CveId::new(1999, 618)));
    let Some(none) = sample("openvas/no_vuln.xml", "openvas") else { return };
    assert_eq!(counts(&none), [0, 0, 0, 0]);
    let Some(table) = sample("openvas/report_using_CVE.csv", "openvas") else { return };
    assert_eq!(counts(&table), [1, 43, 0, 0]);
    let first = &table.evidence[0].findings[0];
    assert_eq!((first.cves[0], first.method), (CveId::new(2021, 26690), FindingMethod::Inferred));
}

#[test]
fn the_qualys_samples_are_read() {
    let Some(reading) = sample("qualys/Qualys_Sample_Report.csv", "qualys") else { return };
    assert_eq!(counts(&reading), [4, 6, 0, 0]);
    let may = find(&reading.evidence[0], "91762");
    assert_eq!((may.cves.len(), may.method), (23, FindingMethod::Authenticated));
    // The vendor reference names the updates of every Windows: none of them is meant alone.
    assert!(may.missing_kbs.is_empty());
    let os = reading.evidence[0].os.as_ref().unwrap();
    assert!(matches!(&os.platform, Platform::Windows { product, .. }
        if product.to_string() == "Windows Server 2016"));
    let Some(vmdr) = sample("qualys/many_vulns_cve.csv", "qualys") else { return };
    assert_eq!(counts(&vmdr), [5, 5, 3, 0]);
    assert_eq!(vmdr.evidence[2].findings[0].outcome, FindingOutcome::NotVulnerable);
    assert_eq!(vmdr.evidence[3].host.addresses, ["192.168.1.100", "192.168.1.101"]);
}

#[test]
fn the_nexpose_sample_is_read() {
    let Some(reading) = sample("nexpose/report_auth.xml", "nexpose") else { return };
    assert_eq!(counts(&reading), [4, 26, 0, 0]);
    let host = &reading.evidence[0];
    let check = find(host, "linux-icmp-redirect");
    assert_eq!(check.title, "ICMP redirection enabled");
    // It refers to an update of Windows; the host is none.
    assert!(check.missing_kbs.is_empty());
    assert_eq!(host.collected_at.as_ref().unwrap().earliest.to_string(), "2021-02-11T16:47:05");
}

const NMAP: &str = r#"<?xml version="1.0"?>
<!DOCTYPE nmaprun>
<nmaprun scanner="nmap" start="1606064907">
<scaninfo type="syn" protocol="tcp" numservices="1000" services="1-1000,3389"/>
<host endtime="1606065273"><status state="up"/><address addr="192.0.2.7" addrtype="ipv4"/>
<address addr="00:00:5E:00:53:01" addrtype="mac" vendor="Ward"/>
<hostnames><hostname name="ward-7.example" type="PTR"/></hostnames>
<ports><extraports state="filtered" count="999"/>
<port protocol="tcp" portid="445"><state state="open"/><service name="microsoft-ds"/>
<script id="rdp-ntlm-info" output="x"><elem key="DNS_Computer_Name">ward-7.example</elem>
<elem key="Product_Version">10.0.17763</elem></script></port></ports>
<os><osmatch name="Microsoft Windows 10 1809" accuracy="94" line="1"/></os>
<hostscript>
<script id="smb-os-discovery" output="&#xa;  OS: Windows Server 2019 Standard 17763 (Windows Server 2019 Standard 6.3)&#xa;  NetBIOS computer name: WARD-7\x00&#xa;"/>
<script id="smb-protocols" output="&#xa;  dialects: &#xa;    2.02&#xa;    3.11"/>
<script id="smb-vuln-ms17-010" output="&#xa;  NOT VULNERABLE:&#xa;  Remote Code Execution (ms17-010)&#xa;    State: NOT VULNERABLE&#xa;    IDs:  CVE:CVE-2017-0143&#xa;"/>
<script id="smb-vuln-cve-2017-7494" output="false"/>
<script id="smb-vuln-ms08-067" output="x"><table key="CVE-2008-4250"><elem key="title">T</elem>
<elem key="state">LIKELY VULNERABLE</elem></table></script>
<script id="rdp-vuln-ms12-020" output="x"><table key="A"><elem key="title">T</elem>
<elem key="state">UNKNOWN (unable to test)</elem><table key="ids"><elem>CVE:CVE-2012-0002</elem></table></table></script>
</hostscript></host>
<host><status state="down"/><address addr="192.0.2.8" addrtype="ipv4"/></host>
<host><status state="up"/></host>
<runstats><finished time="1" exit="error" errormsg="no route"/></runstats>
</nmaprun>"#;

#[test]
fn what_an_nmap_host_says_of_itself_is_taken_over() {
    let reading = read(NMAP.as_bytes(), "nmap");
    assert_eq!(reading.evidence.len(), 1);
    let host = &reading.evidence[0];
    assert_eq!(host.host.names, ["ward-7.example", "WARD-7"]);
    let os = host.os.as_ref().unwrap();
    assert_eq!(os.guess_percent, None);
    assert!(matches!(&os.platform, Platform::Windows { product, build: Some(build) }
        if product.to_string() == "Windows Server 2019" && build.to_string() == "10.0.17763"));
    assert_eq!(host.controls[0].state, ControlState::Disabled);
    let outcome = |check: &str| find(host, check).outcome;
    assert_eq!(outcome("smb-vuln-ms17-010"), FindingOutcome::NotVulnerable);
    assert_eq!(find(host, "smb-vuln-ms17-010").cves, [CveId::new(2017, 143)]);
    assert_eq!(outcome("smb-vuln-ms08-067"), FindingOutcome::LikelyVulnerable);
    assert_eq!(outcome("rdp-vuln-ms12-020"), FindingOutcome::Inconclusive);
    // "false" is also what a script returns that did not dare to test.
    assert_eq!(outcome("smb-vuln-cve-2017-7494"), FindingOutcome::Inconclusive);
    assert_eq!(find(host, "smb-vuln-cve-2017-7494").cves, [CveId::new(2017, 7494)]);
    let state = |number| host.ports.iter().find(|p| p.number == number).map(|p| p.state);
    assert_eq!(state(445), Some(PortState::Open));
    assert_eq!(state(3389), Some(PortState::Filtered));
    for words in ["1 hosts did not answer", "without address and name", "error (no route)"] {
        assert!(warned(&reading, words), "{words}: {:?}", reading.warnings);
    }
}

#[test]
fn text_output_of_nmap_is_refused_with_the_remedy() {
    for text in ["# Nmap 7.91 scan initiated Sun Nov 22\nHost: 192.0.2.7 ()", "Starting Nmap 7.91"]
    {
        let input = Input { bytes: text.as_bytes(), file_name: Some("scan.nmap") };
        let format = detect(&input).unwrap();
        assert_eq!(format.name, "nmap");
        let error = (format.read)(&input).unwrap_err().to_string();
        assert!(error.contains("-oX"), "{error}");
    }
}

#[test]
fn a_cut_nmap_file_keeps_the_hosts_before_the_cut() {
    let cut = &NMAP[..NMAP.find("192.0.2.8").unwrap()];
    let reading = read(cut.as_bytes(), "nmap");
    assert_eq!(reading.evidence[0].findings.len(), 4);
    assert!(warned(&reading, "not well-formed") || warned(&reading, "cut off"));
}

const NESSUS: &str = r#"<?xml version="1.0"?><NessusClientData_v2><Policy><x/></Policy><Report name="r">
<ReportHost name="192.0.2.7"><HostProperties><tag name="Credentialed_Scan">true</tag>
<tag name="host-ip">192.0.2.7</tag><tag name="netbios-name">WARD-7</tag>
<tag name="HOST_END_TIMESTAMP">1606065273</tag><tag name="mac-address">00:00:5E:00:53:01
00:00:5E:00:53:02</tag>
<tag name="operating-system">Microsoft Windows 7 Professional Service Pack 1</tag></HostProperties>
<ReportItem port="445" svc_name="cifs" protocol="tcp" severity="4" pluginID="97737" pluginName="MS17-010">
<cve>CVE-2017-0143</cve><cve>CVE-2017-0144</cve><plugin_type>local</plugin_type><risk_factor>Critical</risk_factor>
<plugin_output>The remote host is missing one of the following rollup KBs :
  - 4012212
  - 4012215</plugin_output></ReportItem>
<ReportItem port="0" svc_name="general" protocol="tcp" severity="0" pluginID="62042" pluginName="QFE">
<plugin_output>KB2534366, Installed on: 2016/01/05
</plugin_output></ReportItem>
</ReportHost></Report></NessusClientData_v2>"#;

#[test]
fn a_credentialed_nessus_scan_reaches_inside() {
    let reading = read(NESSUS.as_bytes(), "nessus");
    let host = &reading.evidence[0];
    assert_eq!(host.host.names, ["WARD-7"]);
    assert_eq!(host.host.macs.len(), 2);
    let check = find(host, "97737");
    assert_eq!(check.method, FindingMethod::Authenticated);
    assert_eq!(check.missing_kbs, [Kb::new(4_012_212).unwrap(), Kb::new(4_012_215).unwrap()]);
    assert_eq!(host.findings.len(), 1);
    assert_eq!(host.updates[0].kind, UpdateListKind::Hotfixes);
    assert_eq!(host.updates[0].completeness, Completeness::Complete);
    assert!(matches!(&host.os.as_ref().unwrap().platform, Platform::Windows { product, .. }
        if product.to_string() == "Windows 7 SP1"));
    assert!(reading.warnings.is_empty(), "{:?}", reading.warnings);
}

const OPENVAS: &str = r#"<report format_id="a"><report><gmp><version>22</version></gmp><results>
<result><host>192.0.2.7<hostname>ward-7</hostname></host><port>445/tcp</port>
<nvt oid="1.3.6"><name>Missing update (KB4012212)</name><refs><ref type="cve" id="CVE-2017-0144"/></refs></nvt>
<threat>High</threat><severity>9.3</severity><qod><value>97</value><type>registry</type></qod></result>
<result><host>192.0.2.7</host><port>general/tcp</port><nvt oid="1.3.7"><name>Overridden</name></nvt>
<threat>False Positive</threat><severity>-1.0</severity><qod><value>80</value></qod></result>
<result><host>192.0.2.7</host><port>22/tcp</port><nvt oid="1.3.8"><name>Log</name></nvt>
<threat>Log</threat><severity>0.0</severity></result></results>
<host><ip>192.0.2.7</ip><end>2024-01-02T03:04:05Z</end>
<detail><name>best_os_txt</name><value>Microsoft Windows Server 2016</value></detail></host>
<errors><error><host>192.0.2.9</host></error></errors></report></report>"#;

#[test]
fn greenbone_overrides_and_errors_are_no_proof() {
    let reading = read(OPENVAS.as_bytes(), "openvas");
    let host = &reading.evidence[0];
    assert_eq!(host.findings.len(), 2);
    let check = find(host, "1.3.6");
    assert_eq!(check.method, FindingMethod::Authenticated);
    assert_eq!(check.missing_kbs, [Kb::new(4_012_212).unwrap()]);
    assert_eq!(find(host, "1.3.7").outcome, FindingOutcome::Inconclusive);
    assert_eq!(host.collected_at.as_ref().unwrap().earliest.to_string(), "2024-01-02T03:04:05");
    assert_eq!(host.os.as_ref().unwrap().guess_percent, Some(0));
    assert!(warned(&reading, "false positive") && warned(&reading, "1 checks ended in an error"));
}

const QUALYS: &str = r#"<?xml version="1.0"?><!DOCTYPE ASSET_DATA_REPORT SYSTEM "x.dtd"><ASSET_DATA_REPORT><HOST_LIST><HOST>
<IP>192.0.2.7</IP><TRACKING_METHOD>IP</TRACKING_METHOD><NETBIOS>WARD-7</NETBIOS>
<OPERATING_SYSTEM>Windows 7 Professional 64 bit Edition Service Pack 1</OPERATING_SYSTEM>
<VULN_INFO_LIST><VULN_INFO><QID id="qid_91345">91345</QID><TYPE>Vuln</TYPE><PORT>445</PORT><PROTOCOL>tcp</PROTOCOL>
<RESULT>KB4012212 or KB4012215 is not installed</RESULT><LAST_FOUND>2021-06-08T12:18:00Z</LAST_FOUND><VULN_STATUS>Active</VULN_STATUS></VULN_INFO>
<VULN_INFO><QID id="qid_1">1</QID><TYPE>Ig</TYPE></VULN_INFO>
<VULN_INFO><QID id="qid_2">2</QID><TYPE>Practice</TYPE><VULN_STATUS>New</VULN_STATUS></VULN_INFO></VULN_INFO_LIST></HOST></HOST_LIST>
<GLOSSARY><VULN_DETAILS_LIST><VULN_DETAILS id="qid_91345"><QID id="qid_91345">91345</QID><TITLE>SMB</TITLE><SEVERITY>5</SEVERITY>
<CVE_ID_LIST><CVE_ID><ID>CVE-2017-0144</ID></CVE_ID></CVE_ID_LIST></VULN_DETAILS></VULN_DETAILS_LIST></GLOSSARY></ASSET_DATA_REPORT>"#;

#[test]
fn a_qualys_glossary_is_joined_to_its_hosts() {
    let reading = read(QUALYS.as_bytes(), "qualys");
    let host = &reading.evidence[0];
    let check = find(host, "91345");
    assert_eq!(
        (check.title.as_str(), check.cves.as_slice()),
        ("SMB", &[CveId::new(2017, 144)][..])
    );
    assert_eq!(check.missing_kbs.len(), 2);
    assert_eq!(find(host, "2").outcome, FindingOutcome::LikelyVulnerable);
    assert_eq!(host.findings.len(), 2);
}

const NEXPOSE: &str = r#"<NexposeReport version="2.0"><scans><scan id="1" endTime="20210211T164705486"/></scans><nodes>
<node address="192.0.2.7" status="alive" device-id="7" hardware-address="00005E005301"><names><name>WARD-7</name></names>
<fingerprints><os certainty="0.85" vendor="Microsoft" family="Windows" product="Windows Server 2008 R2" version="SP1"/></fingerprints>
<tests><test id="MSFT-CVE-2017-0144" status="vulnerable-version" scan-id="1"/></tests>
<endpoints><endpoint protocol="tcp" port="445" status="open"><services><service name="CIFS"><tests>
<test id="cifs-smb1" status="vulnerable-exploited"/><test id="x" status="no-credentials"/>
<test id="y" status="not-vulnerable"/></tests></service></services></endpoint></endpoints></node>
<node address="192.0.2.8" status="dead"/></nodes><VulnerabilityDefinitions>
<vulnerability id="msft-cve-2017-0144" title="SMB" severity="9"><references><reference source="CVE">CVE-2017-0144</reference>
<reference source="MSKB">4012212</reference></references></vulnerability></VulnerabilityDefinitions></NexposeReport>"#;

#[test]
fn nexpose_statuses_keep_their_meaning() {
    let reading = read(NEXPOSE.as_bytes(), "nexpose");
    let host = &reading.evidence[0];
    let check = find(host, "MSFT-CVE-2017-0144");
    assert_eq!(
        (check.outcome, check.method),
        (FindingOutcome::Vulnerable, FindingMethod::Inferred)
    );
    assert_eq!(check.missing_kbs, [Kb::new(4_012_212).unwrap()]);
    assert_eq!(find(host, "cifs-smb1").method, FindingMethod::Remote);
    assert_eq!(find(host, "x").outcome, FindingOutcome::Inconclusive);
    assert_eq!(find(host, "y").outcome, FindingOutcome::NotVulnerable);
    assert_eq!(host.ports[0].service.as_deref(), Some("CIFS"));
    let os = host.os.as_ref().unwrap();
    assert_eq!(os.guess_percent, Some(85));
    assert!(matches!(&os.platform, Platform::Windows { product, .. }
        if product.to_string() == "Windows Server 2008 R2 SP1"));
    assert!(warned(&reading, "1 hosts did not answer"));
}

const BOMB: &str = "<!DOCTYPE nmaprun [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">\
                    <!ENTITY f SYSTEM \"file:///etc/passwd\">]>\n";

#[test]
fn entity_bombs_in_reports_are_harmless() {
    let bomb = NMAP.replace("<!DOCTYPE nmaprun>\n", BOMB).replace("ward-7.example", "&b;&f;");
    let reading = read(bomb.as_bytes(), "nmap");
    assert!(reading.evidence[0].host.names.iter().any(|name| name == "&b;&f;"));
    assert!(warned(&reading, "not expanded"));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let input = Input { bytes: &bytes, file_name: None };
        let _ = detect(&input);
        for name in ["nmap", "nessus", "openvas", "qualys", "nexpose", "wardround-csv"] {
            let _ = (named(name).unwrap().read)(&input);
        }
    }

    #[test]
    fn damaged_reports_never_panic(
        which in 0_usize..5, at in any::<prop::sample::Index>(), length in 0_usize..200,
        flip in 1_u8.., kind in 0..3,
    ) {
        let (good, name) = [
            (NMAP, "nmap"), (NESSUS, "nessus"), (OPENVAS, "openvas"), (QUALYS, "qualys"),
            (NEXPOSE, "nexpose"),
        ][which];
        let mut bytes = good.as_bytes().to_vec();
        let at = at.index(bytes.len());
        match kind {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= flip,
            _ => {
                let end = (at + length).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
        }
        let _ = (named(name).unwrap().read)(&Input { bytes: &bytes, file_name: None });
    }
}
