//! Files that were made to do harm, sent as any others: what they hold is shown and never run, what they are
//! called never becomes a path, and what they unpack to has an end. Each of these fails without its defence:
//! [docs/security.md](../../../../docs/security.md#what-fails-when-a-defence-is-taken-out).

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::OnceLock;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

use super::client::Client;
use super::world::World;

/// Runs wherever it stands unescaped: between tags, and in the value of an attribute.
const SCRIPT: &str = "\"><img src=x onerror=alert(1)>";

/// One world for all of this, in which each test sends for an organisation of its own.
fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(World::new)
}

/// Inventory in which every field that a page may show is a script.
fn inventory() -> Vec<u8> {
    let text = SCRIPT.replace('"', "\\\"");
    format!(
        r#"{{"bomFormat":"CycloneDX","specVersion":"1.6","version":1,"metadata":{{"timestamp":"2017-05-10T10:00:00Z",
        "component":{{"type":"device","name":"{text}","version":"{text}","publisher":"{text}"}}}},
        "components":[
        {{"type":"operating-system","name":"{text}","version":"{text}"}},
        {{"type":"library","name":"lib{text}","version":"1{text}","publisher":"{text}","group":"{text}"}},
        {{"type":"library","name":"pump","version":"{text}","purl":"pkg:generic/pump@{text}"}}]}}"#
    )
    .into_bytes()
}

fn send(lead: &mut Client, code: &str, files: &[(&str, &[u8])]) -> super::client::Answer {
    let path = format!("/organisations/{code}/evidence");
    let csrf = lead.get(&path).field("csrf");
    let answer = lead.upload(&path, &csrf, files);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// These pages, and those to which a link leads that shows the script or a job, each once.
fn walk(client: &mut Client, from: &[String], most: usize) -> Vec<(String, String)> {
    let mut waiting: Vec<String> = from.to_vec();
    let mut seen: BTreeSet<String> = from.iter().cloned().collect();
    let mut pages = Vec::new();
    while let Some(path) = waiting.pop() {
        let answer = client.get(&path);
        let is_page = answer.header("content-type").is_some_and(|kind| kind.contains("html"));
        if !is_page || pages.len() == most {
            continue;
        }
        for rest in answer.body.split("href=\"/").skip(1) {
            let link = &rest[..rest.find("</a>").unwrap_or(rest.len())];
            let target = format!("/{}", &rest[..rest.find('"').unwrap()]).replace("&amp;", "&");
            let is_about = link.contains("onerror") || target.starts_with("/jobs/");
            if is_about && seen.insert(target.clone()) {
                waiting.push(target);
            }
        }
        pages.push((path, answer.body));
    }
    pages
}

#[test]
fn a_script_in_any_field_of_an_inventory_is_shown_and_not_run() {
    let world = world();
    let code = world.trusts[0].as_str();
    let mut lead = world.signed_in("lead");
    let name = "<img src=x onerror=alert(1)>.json";
    let told = send(&mut lead, code, &[(name, &inventory()), (&format!("x{name}"), b"{not json")]);
    let mut from = vec![
        "/situation".to_owned(),
        format!("/organisations/{code}"),
        format!("/organisations/{code}/hosts"),
        format!("/organisations/{code}/hosts?q=onerror"),
        "/search?q=onerror".to_owned(),
        "/jobs".to_owned(),
        "/record".to_owned(),
        "/support".to_owned(),
        "/contradictions".to_owned(),
        "/situation/organisations?verdict=unknown".to_owned(),
    ];
    from.sort();
    let mut pages = walk(&mut lead, &from, 200);
    pages.push(("the answer to the sending".to_owned(), told.body));
    for (path, body) in &pages {
        assert!(!body.contains("<img"), "{path} runs it: {body}");
        assert!(!body.contains("\"&#62;&#60;img"), "{path} leaves an attribute: {body}");
    }
    // It is there to be seen: the file, the machine, and what runs on it.
    let shows = |part: &str, what: &str| {
        let escaped = what.replace('<', "&#60;").replace('>', "&#62;").replace('"', "&#34;");
        let found = pages.iter().any(|(path, body)| path.contains(part) && body.contains(&escaped));
        let paths: Vec<_> = pages.iter().map(|(path, _)| path).collect();
        assert!(found, "{escaped} is on no page of {part}: {paths:?}");
    };
    shows("the answer", "<img src=x onerror=alert(1)>");
    shows("/hosts", "<img src=x onerror=alert(1)>");
    shows("/hosts/", &format!("lib{SCRIPT}"));
    // Programs get it as it is, and never as a page.
    let rows = lead.get(&format!("/api/v1/organisations/{code}/hosts?q=onerror"));
    assert_eq!(rows.header("content-type"), Some("application/json"));
    assert!(rows.body.contains("<img"), "{rows:?}");
}

#[test]
fn no_template_turns_escaping_off() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(path.extension().unwrap(), "html", "by this ending it is escaped: {path:?}");
        let text: String = std::fs::read_to_string(&path)
            .unwrap()
            .chars()
            .filter(|c| !c.is_whitespace())
            .collect();
        for off in ["|safe", "|escape(", "|e(", "{%autoescape"] {
            assert!(!text.contains(off), "{path:?} has `{off}`");
        }
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}

/// A zip of packed members (APPNOTE 4.3), written by hand: no library writes such names.
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::best());
        packer.write_all(content).unwrap();
        let packed = packer.finish().unwrap();
        let mut sum = flate2::Crc::new();
        sum.update(content);
        let mut common = Vec::new();
        // Version, flags, method (8: deflate), time, date.
        for word in [20_u16, 0, 8, 0, 0x21] {
            common.extend(word.to_le_bytes());
        }
        let length = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap().to_le_bytes();
        common.extend(sum.sum().to_le_bytes());
        common.extend(length(&packed));
        common.extend(length(content));
        common.extend(&length(name.as_bytes())[..2]);
        let at = length(&archive);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&common);
        // Extra field, comment, disk, attributes.
        directory.extend([0; 12]);
        directory.extend(&at);
        directory.extend(name.as_bytes());
        archive.extend(b"PK\x03\x04");
        archive.extend(&common);
        archive.extend([0; 2]);
        archive.extend(name.as_bytes());
        archive.extend(packed);
    }
    let (count, begin) = (u16::try_from(members.len()).unwrap(), archive.len());
    let length = u32::try_from(directory.len()).unwrap();
    archive.extend(directory);
    archive.extend(b"PK\x05\x06\0\0\0\0");
    archive.extend(count.to_le_bytes());
    archive.extend(count.to_le_bytes());
    archive.extend(length.to_le_bytes());
    archive.extend(u32::try_from(begin).unwrap().to_le_bytes());
    archive.extend([0; 2]);
    archive
}

fn systeminfo(name: &str) -> Vec<u8> {
    format!(
        "\r\nHost Name:                 {name}\r\nOS Name:                   Microsoft Windows 7 Professional\r\n\
         OS Version:                6.1.7601 Service Pack 1 Build 7601\r\n\
         System Type:               x64-based PC\r\n\
         Hotfix(s):                 1 Hotfix(s) Installed.\r\n                           [01]: KB3212646\r\n"
    )
    .into_bytes()
}

#[test]
fn names_of_files_and_members_never_become_paths() {
    let world = world();
    let code = world.practice.as_str();
    let mut lead = world.signed_in("practice");
    let before = world.files();
    let (inside, outside) = (systeminfo("CLIMBS-IN-A-ZIP"), systeminfo("CLIMBS-BY-NAME"));
    let packed = zip(&[("../../../../climbed-member.txt", &inside)]);
    let files: [(&str, &[u8]); 2] =
        [("wards.zip", &packed), ("../../../climbed-file.txt", &outside)];
    let told = send(&mut lead, code, &files);
    assert!(told.heading().contains("2 hosts from 2 files"), "{}", told.heading());
    for name in ["CLIMBS-IN-A-ZIP", "CLIMBS-BY-NAME"] {
        let page = lead.get(&format!("/organisations/{code}/hosts/{name}")).body;
        assert!(page.contains("climbed-"), "{page}");
        assert!(!page.contains("../"), "a path that climbs was kept: {page}");
    }
    for path in world.files().difference(&before) {
        assert!(!path.contains("climbed"), "a file was written by a sent name: {path}");
        assert!(path.contains("/store/"), "a file was written outside the store: {path}");
    }
    // Nor does the path of an address: what is served is in the program.
    for path in [
        "/assets/..%2f..%2fCargo.toml",
        "/assets/%2e%2e/%2e%2e/etc/passwd",
        "/assets/%2fetc%2fpasswd",
        "/record/..%2fkey/proof",
        "/organisations/..%2f..%2fetc/hosts",
    ] {
        let status = lead.get(path).status;
        assert!(status == 404 || status == 400, "{path}: {status}");
    }
}

#[test]
fn a_bomb_that_is_sent_costs_itself_and_is_named() {
    let world = world();
    let code = world.trusts[1].as_str();
    let mut lead = world.signed_in("officer");
    // More than is let through of so few packed bytes.
    let zeros = vec![0; 40 << 20];
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&zeros).unwrap();
    let packed = packer.finish().unwrap();
    let archive = zip(&[("bomb.txt", &zeros), ("ward.txt", &systeminfo("BESIDE-A-BOMB"))]);
    assert!(archive.len() < 1 << 20 && packed.len() < 1 << 20, "a bomb is small");
    let told = send(&mut lead, code, &[("wards.zip", &archive), ("log.gz", &packed)]);
    assert!(told.heading().contains("1 host from 1 file"), "{}", told.heading());
    assert_eq!(told.body.matches("made to do harm").count(), 2, "{}", told.body);
    for name in ["bomb.txt", "log"] {
        assert!(told.body.contains(name), "{name}: {}", told.body);
    }
}
