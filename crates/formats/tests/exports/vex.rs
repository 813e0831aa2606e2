//! VEX against our own validator of CSAF 2.0, and against what the verdicts mean.

use formats::advisory::csaf::validate::validate;
use formats::export::report::{HostReport, RemedyReport};
use formats::export::{RISK_ACCEPTED, Vex, VexError, VexHeader};
use model::event::Marking;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::sample::{host, hosts, line, remedy, write};

fn header(id: &str, namespace: &str) -> Result<VexHeader, VexError> {
    let date = "2017-05-12T10:00:00Z".parse().unwrap();
    VexHeader::new(id, date, "Ward Example", namespace, "0.1.0")
}

fn vex(hosts: &[HostReport]) -> Value {
    let header = header("WARD-2017:1", "https://ward.example").unwrap();
    let bytes = write(&mut Vex::new(header), hosts);
    let validation = validate(&bytes, None).unwrap();
    assert!(validation.valid(), "{:#?}", validation.failures);
    serde_json::from_slice(&bytes).unwrap()
}

fn vulnerability<'a>(document: &'a Value, cve: &str) -> &'a Value {
    let all = document["vulnerabilities"].as_array().unwrap();
    all.iter().find(|item| item["cve"] == cve || item["ids"][0]["text"] == cve).unwrap()
}

#[test]
fn each_verdict_has_its_status_and_its_statement() {
    let document = vex(&hosts());
    assert_eq!(document["document"]["category"], "csaf_vex");
    let worm = vulnerability(&document, "CVE-2017-0144");
    assert_eq!(
        worm["product_status"],
        json!({
            "known_affected": ["WARD 3", "WARD 3#2"],
            "known_not_affected": ["quiet"],
            "under_investigation": ["=WARD", "Ωμέγα"],
        })
    );
    let text = worm["remediations"].to_string();
    assert!(text.contains("any one of: install KB4012212; install KB4012215"), "{text}");
    let control = worm["remediations"].as_array().unwrap();
    let control = control.iter().find(|item| item["category"] == "mitigation").unwrap();
    assert_eq!(control["product_ids"], json!(["WARD 3#2"]));
    assert_eq!(control["details"], "MS17-010: in place: SMB 1 is off");
    assert!(worm["notes"].to_string().contains("=WARD: MS17-010: the list is cut"));
    assert!(worm["threats"].to_string().contains("not_affected for a reason"));
    assert!(worm["threats"].to_string().contains("ransomware"));

    let other = vulnerability(&document, "CVE-2017-0145");
    assert_eq!(other["product_status"]["fixed"], json!(["Ωμέγα"]));
    let package = vulnerability(&document, "GHSA-aaaa-bbbb-cccc");
    assert_eq!(package["remediations"][0]["category"], "none_available");
    let pending = vulnerability(&document, "CVE-2017-0200");
    assert_eq!(pending["remediations"][0]["restart_required"]["category"], "machine");
    // The host with nothing to judge is named, and nothing is said of it.
    let products = document["product_tree"]["full_product_names"].as_array().unwrap();
    assert_eq!(products[5]["name"], "ПАЛАТА-七 (system not shown)");
    let limits = document["document"]["notes"][1]["text"].as_str().unwrap();
    assert!(limits.contains("Hosts with nothing to judge: 1."), "{limits}");
    assert!(limits.contains("CVE-2099-0001"), "{limits}");
}

/// Whatever is accepted, the status is that of the evidence, and nothing justifies it.
#[test]
fn a_risk_that_is_accepted_is_never_not_affected() {
    let verdicts = ["affected", "mitigated", "unknown", "fixed", "not_affected"];
    let accepted = RemedyReport {
        action: RISK_ACCEPTED,
        value: None,
        text: "the risk is accepted until 2017-08-01".to_owned(),
    };
    let judged = |with: bool| {
        let hosts: Vec<HostReport> = verdicts
            .iter()
            .map(|verdict| {
                let mut own = line("MS17-010", &["CVE-2017-0144"], verdict);
                if with {
                    own.remedies.push(accepted.clone());
                }
                host(verdict, vec![own])
            })
            .collect();
        vex(&hosts)
    };
    let (plain, lived_with) = (judged(false), judged(true));
    let (plain, lived_with) =
        (vulnerability(&plain, "CVE-2017-0144"), vulnerability(&lived_with, "CVE-2017-0144"));
    assert_eq!(plain["product_status"], lived_with["product_status"]);
    let known = &lived_with["product_status"]["known_affected"];
    assert_eq!(*known, json!(["affected", "mitigated"]));
    let remediations = lived_with["remediations"].as_array().unwrap();
    let found = remediations.iter().find(|one| one["category"] == "no_fix_planned").unwrap();
    // Of what is settled nobody lives with a risk.
    assert_eq!(found["product_ids"], json!(["affected", "mitigated", "unknown"]));
    assert_eq!(found["details"], "MS17-010: the risk is accepted until 2017-08-01");
    // A fix that is known is said all the same.
    assert_eq!(plain["remediations"].as_array().unwrap().len() + 1, remediations.len());
    assert!(lived_with.get("flags").is_none(), "{lived_with}");
}

#[test]
fn hosts_of_an_organisation_are_marked_and_named_as_its() {
    let header = header("TR-001-2017", "https://ward.example").unwrap();
    let header = header
        .of_organisation("St Example", Marking::AmberStrict)
        .with_limit("Hosts that were expected and never seen: 3.".to_owned());
    let bytes = write(&mut Vex::new(header), &hosts());
    let validation = validate(&bytes, None).unwrap();
    assert!(validation.valid(), "{:#?}", validation.failures);
    let document: Value = serde_json::from_slice(&bytes).unwrap();
    let document = &document["document"];
    assert!(
        document["title"].as_str().unwrap().starts_with("Exposure of hosts of St Example as at")
    );
    // What is stricter than AMBER has no label in CSAF 2.0 but RED.
    let marked = json!({"tlp": {"label": "RED"}, "text": "TLP:AMBER+STRICT"});
    assert_eq!(document["distribution"], marked);
    assert!(document["notes"][1]["text"].as_str().unwrap().contains("never seen: 3."));
}

#[test]
fn without_a_vulnerability_the_document_says_that_it_states_nothing() {
    for hosts in [Vec::new(), vec![host("quiet", Vec::new())]] {
        let document = vex(&hosts);
        assert_eq!(document["document"]["category"], "csaf_base");
        assert!(document.get("vulnerabilities").is_none());
        let limits = document["document"]["notes"][1]["text"].as_str().unwrap();
        assert!(limits.contains("nothing is stated"), "{limits}");
    }
}

#[test]
fn many_hosts_make_a_valid_document() {
    let verdicts = ["affected", "unknown", "mitigated", "fixed", "not_affected"];
    let hosts: Vec<HostReport> = (0..2_000_usize)
        .map(|number| {
            let lines = (0..5).map(|at| {
                let cve = format!("CVE-2020-{:04}", (number + at) % 40);
                line(&cve, &[&cve], verdicts[(number * 7 + at) % 5])
            });
            // Every name stands for two hosts.
            host(&format!("HOST-{}", number / 2), lines.collect())
        })
        .collect();
    let document = vex(&hosts);
    assert_eq!(document["vulnerabilities"].as_array().unwrap().len(), 40);
    let products = document["product_tree"]["full_product_names"].as_array().unwrap();
    assert_eq!(products.len(), 2_000);
}

#[test]
fn a_header_that_no_valid_document_can_have_is_refused() {
    let space = "https://ward.example";
    for id in ["", " a", "a\n", "a\u{2028}b"] {
        assert!(matches!(header(id, space), Err(VexError::TrackingId(_))), "{id:?}");
    }
    assert!(matches!(header("a", "ward.example"), Err(VexError::Namespace(_))));
}

fn any_host() -> impl Strategy<Value = HostReport> {
    let verdict = prop::sample::select(vec![
        "affected",
        "unknown",
        "mitigated",
        "fixed",
        "not_affected",
        "something new",
    ]);
    let id = prop_oneof![
        "CVE-20[0-9]{2}-[0-9]{4,6}".boxed(),
        prop::sample::select(vec!["CVE-2017-0144", "cve-2017-0144", "GHSA-1", "", "MS17-010"])
            .prop_map(str::to_owned)
            .boxed(),
        any::<String>().boxed(),
    ];
    let lines = prop::collection::vec(
        (id.clone(), prop::collection::vec(id, 0..3), verdict, any::<bool>(), ".{0,5}"),
        0..5,
    );
    ("\\PC{0,3}", lines).prop_map(|(name, lines)| {
        let lines = lines.into_iter().map(|(advisory, cves, verdict, flag, text)| {
            let cves: Vec<&str> = cves.iter().map(String::as_str).collect();
            let mut line = line(&advisory, &cves, verdict);
            line.reason.clone_from(&text);
            line.title = flag.then(|| text.clone());
            line.software = flag.then(|| text.clone());
            (line.kev, line.ransomware) = (flag, !flag);
            if flag {
                line.remedies = vec![remedy("none_available", &text), remedy("restart", &text)];
            }
            line
        });
        host(&name, lines.collect())
    })
}

proptest! {
    #[test]
    fn any_report_makes_a_valid_document(hosts in prop::collection::vec(any_host(), 0..8)) {
        vex(&hosts);
    }
}
