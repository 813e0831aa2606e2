//! systeminfo and update lists of the shared laboratory hosts.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it")]

mod support;

use formats::inventory::{Input, Reading, detect};
use model::evidence::{Completeness, Evidence, Platform, UpdateListKind};

fn read(file: &str, format: &str) -> Option<Reading> {
    let path = support::shared_data(&format!("inventories-windows/hosts/{file}"))?;
    let bytes = std::fs::read(path).unwrap();
    let input = Input { bytes: &bytes, file_name: Some(file) };
    let found = detect(&input).unwrap();
    assert_eq!(found.name, format, "{file}");
    Some((found.read)(&input).unwrap())
}

/// Entries, those with a KB number, and what the list says of itself.
fn list(evidence: &Evidence) -> (usize, usize, String) {
    let [list] = evidence.updates.as_slice() else { panic!("{:?}", evidence.host) };
    let completeness = match &list.completeness {
        Completeness::Complete => "complete".to_owned(),
        Completeness::Truncated { declared, listed } => {
            format!("{listed} of {}", declared.unwrap_or(0))
        }
        Completeness::Partial(_) => "partial".to_owned(),
    };
    (
        list.entries.len(),
        list.entries.iter().filter(|entry| entry.kb.is_some()).count(),
        completeness,
    )
}

/// File, host, product and build, last boot, entries, entries with a number, completeness.
type Row = (&'static str, &'static str, &'static str, &'static str, usize, usize, &'static str);

const SYSTEMINFO: [Row; 26] = [
    (
        "10_1803_x64_education_en-us_systeminfo.txt",
        "LAPTOP",
        "Windows 10 version 1803 x64, 10.0.17134",
        "2018-09-06T08:20:07",
        5,
        5,
        "complete",
    ),
    (
        "10_1803_x64_pro_it_systeminfo.txt",
        "PC044",
        "Windows 10 version 1803 x64, 10.0.17134",
        "2019-03-04T08:34:58",
        10,
        10,
        "complete",
    ),
    (
        "10_1803_x64_proforworkstations_en-us_A_20190305_systeminfo.txt",
        "DESKTOP-OOF6NB5",
        "Windows 10 version 1803 x64, 10.0.17134",
        "2019-03-05T21:01:50",
        4,
        4,
        "complete",
    ),
    (
        "10_1809_x64_education_en-us_20190306_systeminfo.txt",
        "LAPTOP",
        "Windows 10 version 1809 x64, 10.0.17763",
        "2019-03-06T17:55:52",
        9,
        9,
        "complete",
    ),
    (
        "10_1809_x64_education_es_systeminfo.txt",
        "",
        "Windows 10 version 1809 x64, 10.0.17763",
        "",
        9,
        9,
        "complete",
    ),
    (
        "10_21H1_x64_enterprise_systeminfo.txt",
        "DESKTOP-92B51CV",
        "Windows 10 version 21H1 x64, 10.0.19043",
        "2021-10-22T09:07:40",
        4,
        4,
        "complete",
    ),
    (
        "10_rtm_x64_pro_en-us_systeminfo.txt",
        "DESKTOP-J4ED1CA",
        "Windows 10 version 1507 x64, 10.0.10240",
        "2018-09-06T14:43:51",
        2,
        2,
        "complete",
    ),
    (
        "11_21H2_x64_enterprise_systeminfo.txt",
        "WINXI21H2",
        "Windows 11 version 21H2 x64, 10.0.22000",
        "2021-10-22T08:23:14",
        4,
        4,
        "complete",
    ),
    (
        "11_23H2_x64_enterprise_systeminfo.txt",
        "DESKTOP-JNEKK9U",
        "Windows 11 version 23H2 x64, 10.0.22631",
        "2023-12-09T07:14:06",
        4,
        4,
        "complete",
    ),
    (
        "7_sp1_x64_enterprise_en-us_20190305_systeminfo.txt",
        "WIN7SP1X64",
        "Windows 7 x64 SP1, 6.1.7601",
        "2019-03-05T21:02:31",
        245,
        245,
        "245 of 273",
    ),
    (
        "7_sp1_x64_enterprise_fr_systeminfo_cmd.txt",
        "WIN-IDKKFN87EL8",
        "Windows 7 x64 SP1, 6.1.7601",
        "2019-04-29T18:56:01",
        73,
        73,
        "complete",
    ),
    (
        "7_sp1_x64_enterprise_fr_systeminfo_powershell.txt",
        "WIN-IDKKFN87EL8",
        "Windows 7 x64 SP1, 6.1.7601",
        "2019-04-29T18:56:01",
        93,
        93,
        "complete",
    ),
    (
        "7_sp1_x64_ultimaten_de_systeminfo.txt",
        "OLI7-PC",
        "Windows 7 x64 SP1, 6.1.7601",
        "2019-03-04T11:44:54",
        245,
        245,
        "245 of 263",
    ),
    (
        "7_sp1_x86_enterprise_en-us_systeminfo.txt",
        "WIN7SP1X86",
        "Windows 7 32-bit SP1, 6.1.7601",
        "2019-01-17T18:10:26",
        2,
        2,
        "complete",
    ),
    (
        "8.1_u1_x64_enterprise_en-us_systeminfo.txt",
        "WIN81U1X64",
        "Windows 8.1 x64, 6.3.9600",
        "2019-03-03T23:04:07",
        6,
        6,
        "complete",
    ),
    (
        "srv_2003_rtm_x86_standard_en-us_systeminfo.txt",
        "WINSRV2K3SP0X86",
        "Windows Server 2003 32-bit, 5.2.3790",
        "",
        3,
        2,
        "complete",
    ),
    (
        "srv_2003r2_sp2_x86_standard_en-us_systeminfo.txt",
        "SRV2K3R2SP2X86",
        "Windows Server 2003 32-bit SP2, 5.2.3790",
        "",
        240,
        69,
        "240 of 352",
    ),
    (
        "srv_2008_rtm_x64_standard_en-us_systeminfo.txt",
        "SRV2K8SP0X64",
        "Windows Server 2008 x64 SP1, 6.0.6001",
        "2019-03-04T08:42:38",
        1,
        1,
        "complete",
    ),
    (
        "srv_2008r2_sp1_x64_standard_en-us_systeminfo.txt",
        "SRV2K8R2SP1X64",
        "Windows Server 2008 R2 x64 SP1, 6.1.7601",
        "2019-03-04T09:04:37",
        2,
        2,
        "complete",
    ),
    (
        "srv_2012r2_u1_systeminfo.txt",
        "SRV12R2U1X64",
        "Windows Server 2012 R2, 6.3.9600",
        "2019-03-20T21:58:25",
        154,
        154,
        "complete",
    ),
    (
        "srv_2012r2_u1_systeminfo2.txt",
        "SRV12R2U1X64",
        "Windows Server 2012 R2, 6.3.9600",
        "2019-03-20T22:49:43",
        156,
        156,
        "complete",
    ),
    (
        "srv_2019_rtm_datacenter_en-us_systeminfo.txt",
        "WIN-O863JARO7CM",
        "Windows Server 2019, 10.0.17763",
        "2019-01-13T13:52:11",
        5,
        5,
        "complete",
    ),
    (
        "vista_x64_sp1_systeminfo.txt",
        "WINVISTASP0X64",
        "Windows Vista x64 SP1, 6.0.6001",
        "2019-03-21T11:28:15",
        174,
        173,
        "complete",
    ),
    (
        "xp_rtm_x86_professional_en-us_systeminfo.txt",
        "WINXPSP0",
        "Windows XP 32-bit, 5.1.2600",
        "",
        3,
        2,
        "complete",
    ),
    (
        "xp_sp2_x86_systeminfo.txt",
        "WINXPSP2",
        "Windows XP 32-bit SP2, 5.1.2600",
        "",
        1,
        1,
        "complete",
    ),
    (
        "xp_sp3_x86_professional_en-us_systeminfo.txt",
        "WINXPSP3",
        "Windows XP 32-bit SP3, 5.1.2600",
        "",
        220,
        93,
        "220 of 262",
    ),
];

#[test]
fn every_systeminfo_sample_is_read_to_the_last_update() {
    for (file, host, product, boot, entries, numbered, completeness) in SYSTEMINFO {
        let Some(reading) = read(file, "systeminfo") else { return };
        let [evidence] = reading.evidence.as_slice() else { panic!("{file}") };
        assert_eq!(evidence.host.names.first().map_or("", String::as_str), host, "{file}");
        let Platform::Windows { product: found, build } = &evidence.os.as_ref().unwrap().platform
        else {
            panic!("{file}")
        };
        assert_eq!(format!("{found}, {}", build.unwrap()), product, "{file}");
        let found = evidence.last_boot.as_ref().map_or(String::new(), |boot| {
            assert_eq!(boot.earliest, boot.latest, "{file}");
            boot.earliest.to_string()
        });
        assert_eq!(found, boot, "{file}");
        assert_eq!(list(evidence), (entries, numbered, completeness.to_owned()), "{file}");
        assert_eq!(
            reading.warnings.len(),
            usize::from(completeness != "complete"),
            "{file}: {:?}",
            reading.warnings
        );
    }
}

#[test]
fn every_qfe_sample_is_read_to_the_last_row() {
    let rows = [
        (
            "10_1803_x64_proforworkstations_en-us_A_20190305_qfe.txt",
            "",
            4,
            4,
            "2019-02-03",
            "2019-03-02",
        ),
        ("10_1809_x64_education_en-us_20190306_qfe.txt", "", 9, 9, "2018-10-22", "2019-03-02"),
        ("7_sp1_x64_enterprise_en-us_20190305_qfe.txt", "", 276, 276, "2010-11-21", "2019-03-06"),
        ("srv_2012r2_u1_qfe.txt", "SRV12R2U1X64", 154, 154, "2014-03-18", "2019-03-20"),
        ("vista_x64_sp1_qfe.txt", "WINVISTASP0X64", 174, 173, "2019-03-20", "2019-03-22"),
        ("xp_rtm_x86_professional_en-us_qfe.txt", "WINXPSP0", 3, 3, "", ""),
        ("xp_sp2_x86_qfe.txt", "WINXPSP2", 1, 1, "", ""),
        ("xp_sp3_x86_professional_en-us_qfe.txt", "WINXPSP3", 262, 262, "2016-12-31", "2016-12-31"),
    ];
    for (file, host, entries, numbered, first, last) in rows {
        let Some(reading) = read(file, "qfe") else { return };
        let [evidence] = reading.evidence.as_slice() else { panic!("{file}") };
        assert_eq!(evidence.host.names.first().map_or("", String::as_str), host, "{file}");
        assert_eq!(list(evidence), (entries, numbered, "complete".to_owned()), "{file}");
        let days =
            evidence.updates[0].entries.iter().filter_map(|entry| entry.installed_on.as_ref());
        assert_eq!(
            days.clone().map(|d| d.earliest).min().map_or(String::new(), |d| d.to_string()),
            first,
            "{file}"
        );
        assert_eq!(
            days.map(|d| d.latest).max().map_or(String::new(), |d| d.to_string()),
            last,
            "{file}"
        );
    }
}

#[test]
fn update_titles_are_history_and_offered_ones_are_not() {
    let rows = [
        (
            "10_1803_x64_proforworkstations_en-us_A_20190305_updates.txt",
            2,
            UpdateListKind::History,
            "KB2267602",
        ),
        (
            "10_1809_x64_education_en-us_20190306_updates.txt",
            1,
            UpdateListKind::History,
            "KB4486553",
        ),
        (
            "7_sp1_x64_enterprise_en-us_20190305_updates.txt",
            70,
            UpdateListKind::History,
            "KB2310138",
        ),
        ("srv_2012r2_u1_updates_optional.txt", 1, UpdateListKind::Missing, "KB4489893"),
    ];
    for (file, entries, kind, kb) in rows {
        let Some(reading) = read(file, "update-history") else { return };
        let list = &reading.evidence[0].updates[0];
        assert_eq!((list.entries.len(), list.kind), (entries, kind), "{file}");
        let found = list.entries.iter().find(|entry| entry.raw == kb);
        assert!(
            found.and_then(|entry| entry.title.as_deref()).is_some_and(|title| title.contains(kb)),
            "{file}"
        );
    }
}
