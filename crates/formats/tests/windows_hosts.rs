//! systeminfo and update lists of the shared laboratory hosts.

mod support;

use formats::inventory::{Input, systeminfo};
use model::evidence::{Completeness, Evidence, Platform};

fn read_all() -> Vec<(String, Evidence, Vec<String>)> {
    let Some(folder) = support::shared_data("inventories-windows/hosts") else { return Vec::new() };
    let mut out = Vec::new();
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = std::fs::read(&path).unwrap();
        let input = Input { bytes: &bytes, file_name: Some(&name) };
        assert_eq!(systeminfo::sniff(&input), name.contains("systeminfo"), "{name}");
        if !name.contains("systeminfo") {
            continue;
        }
        let t = std::time::Instant::now();
        let reading = systeminfo::read(&input).unwrap();
        eprintln!("{:?} {}", t.elapsed(), formats::text::decode(&bytes).encoding);
        assert_eq!(reading.evidence.len(), 1);
        out.push((
            name,
            reading.evidence.into_iter().next().unwrap(),
            reading.warnings.iter().map(ToString::to_string).collect(),
        ));
    }
    out
}

#[test]
fn dump() {
    for (name, e, w) in read_all() {
        let os = e.os.as_ref().unwrap();
        let p = match &os.platform {
            Platform::Windows { product, build } => {
                format!("{product} [{}] {:?}", build.unwrap(), product.edition)
            }
            o => format!("{o:?}"),
        };
        let u = e.updates.first().map(|l| {
            (
                l.entries.len(),
                l.entries.iter().filter(|x| x.kb.is_some()).count(),
                match &l.completeness {
                    Completeness::Complete => "complete".to_owned(),
                    o => format!("{o:?}"),
                },
            )
        });
        eprintln!(
            "(\"{name}\", {:?}, {:?}, \"{p}\", {:?}, {:?}, {:?}, {:?} {:?}) {w:?}",
            e.host.names,
            os.raw_name,
            e.last_boot.map(|b| (b.earliest.to_string(), b.latest.to_string())),
            u,
            e.host.addresses,
            e.host.manufacturer,
            e.host.model
        );
    }
}
