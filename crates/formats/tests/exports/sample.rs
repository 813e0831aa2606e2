//! An invented report with one of everything.

use formats::export::Export;
use formats::export::report::{
    DisagreementReport, ErrorReport, EvidenceInfo, Frame, HostReport, KnowledgeInfo, RemedyReport,
    RowReport, SourceInfo, Summary, UnrecognisedReport, VerdictReport,
};

pub(crate) fn frame() -> Frame {
    Frame {
        as_at: "2017-05-12".to_owned(),
        knowledge: KnowledgeInfo {
            built_at: "2017-05-11T08:00:00Z".to_owned(),
            sources: vec![SourceInfo {
                kind: "built-in".to_owned(),
                id: "ms17-010".to_owned(),
                as_of: Some("2017-05-01".to_owned()),
                facts: 42,
            }],
        },
        policy: "two weeks".to_owned(),
        only: Vec::new(),
        not_in_knowledge: vec!["CVE-2099-0001".to_owned()],
    }
}

pub(crate) fn line(advisory: &str, cves: &[&str], verdict: &'static str) -> VerdictReport {
    VerdictReport {
        advisory: advisory.to_owned(),
        title: None,
        cves: cves.iter().map(|cve| (*cve).to_owned()).collect(),
        other_ids: Vec::new(),
        verdict,
        reason: format!("{verdict} for a reason"),
        more_reasons: Vec::new(),
        disagreements: Vec::new(),
        remedies: Vec::new(),
        software: None,
        worm: false,
        kev: false,
        ransomware: false,
        epss: None,
        severity: None,
        due: None,
        due_because: None,
        row: None,
    }
}

pub(crate) fn host(name: &str, verdicts: Vec<VerdictReport>) -> HostReport {
    HostReport {
        host: name.to_owned(),
        evidence: vec![EvidenceInfo {
            file: format!("evidence/{name}.txt"),
            format: "systeminfo".to_owned(),
            collected_at: Some("2017-05-10T09:00:00".to_owned()),
            joined: "the only file".to_owned(),
        }],
        product: Some("Windows 7 SP1 x64".to_owned()),
        build: Some("6.1.7601".to_owned()),
        verdicts,
        unrecognised: Vec::new(),
        notes: Vec::new(),
    }
}

pub(crate) fn remedy(action: &'static str, text: &str) -> RemedyReport {
    RemedyReport { action, value: None, text: text.to_owned() }
}

const WORM: [&str; 2] = ["CVE-2017-0144", "CVE-2017-0145"];

/// A host of each verdict, one with nothing to judge, one label used twice, names in three scripts.
pub(crate) fn hosts() -> Vec<HostReport> {
    let mut open = line("MS17-010", &WORM, "affected");
    open.title = Some("Security Update for \"SMB\", Server".to_owned());
    open.remedies =
        vec![remedy("update", "install KB4012212"), remedy("update", "install KB4012215")];
    open.disagreements = vec![DisagreementReport {
        source: "scanner".to_owned(),
        verdict: "fixed",
        reason: "it says so".to_owned(),
    }];
    (open.worm, open.kev, open.ransomware) = (true, true, true);
    (open.epss, open.severity) = (Some(0.94), Some("critical"));
    open.due = Some("2017-05-26".to_owned());
    open.due_because = Some("14 days".to_owned());
    open.row = Some(RowReport {
        file: "evidence/WARD 3.txt".to_owned(),
        place: "line 35".to_owned(),
        line: Some(35),
        raw: "=HYPERLINK(\"x\")".to_owned(),
    });
    let mut untold = line("MS17-010", &WORM, "unknown");
    untold.reason = String::from("the list is cut");
    let mut held = line("MS17-010", &WORM, "mitigated");
    held.reason = String::from("SMB 1 is off");
    held.remedies = vec![remedy("update", "install KB4012215")];
    let mut package = line("GHSA-aaaa-bbbb-cccc", &[], "affected");
    package.other_ids = vec!["GHSA-aaaa-bbbb-cccc".to_owned()];
    package.software = Some("lachs 1.0".to_owned());
    let mut pending = line("MS17-011", &["CVE-2017-0200"], "affected");
    pending.remedies = vec![remedy("restart", "restart the host")];
    let mut empty = host("ПАЛАТА-七", Vec::new());
    (empty.product, empty.build) = (None, None);
    empty.unrecognised = vec![
        UnrecognisedReport {
            kind: "software",
            name: "Röntgen".to_owned(),
            version: None,
            place: "a.txt, line 3".to_owned(),
        },
        UnrecognisedReport {
            kind: "update",
            name: "KB1".to_owned(),
            version: None,
            place: "a.txt, line 4".to_owned(),
        },
    ];
    vec![
        host("WARD 3", vec![open, package, pending]),
        host("=WARD", vec![untold]),
        host("WARD 3", vec![held]),
        // One CVE, two advisories: the worse one prevails.
        host("Ωμέγα", vec![line("B", &["CVE-2017-0144"], "unknown"), line("A", &WORM, "fixed")]),
        host("quiet", vec![line("MS17-010", &WORM, "not_affected"), line("C", &[], "fixed")]),
        empty,
    ]
}

pub(crate) fn errors() -> Vec<ErrorReport> {
    vec![
        ErrorReport {
            file: "evidence/broken.xml".to_owned(),
            line: Some(7),
            level: "error",
            message: "line 7: cut off; export it again".to_owned(),
        },
        ErrorReport {
            file: "C:\\evidence\\a.csv".to_owned(),
            line: None,
            level: "warning",
            message: "record 3: no name; the rest was read".to_owned(),
        },
    ]
}

pub(crate) fn summary(hosts: &[HostReport]) -> Summary {
    let mut summary = Summary { files_read: 6, files_failed: 1, ..Summary::default() };
    for host in hosts {
        summary.count(host);
    }
    summary
}

pub(crate) fn write(export: &mut dyn Export, hosts: &[HostReport]) -> Vec<u8> {
    let mut out = Vec::new();
    export.begin(&frame(), &mut out).unwrap();
    for host in hosts {
        export.host(host, &mut out).unwrap();
    }
    export.end(&errors(), &summary(hosts), &mut out).unwrap();
    out
}
