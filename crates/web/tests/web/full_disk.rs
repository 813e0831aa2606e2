//! The disk becomes full while files are sent: whoever sends them is told what to do, nothing that was recorded
//! is lost, and what fits is taken as before. On a disk of its own, which needs the right to mount one.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::client::{Answer, Client};
use super::world::World;

/// Names the disk to the process that plays the part.
const DISK: &str = "WARDROUND_TEST_DISK";
const PART: &str = "full_disk::the_one_on_a_full_disk";

#[test]
fn a_full_disk_is_said_to_whoever_sends_and_costs_nothing_that_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    let mount = "mount -t tmpfs -o size=96m none \"$1\" || exit 77; shift; exec \"$@\"";
    let output = Command::new("unshare")
        .arg(if root { "-m" } else { "-rm" })
        .args(["sh", "-c", mount, "sh"])
        .arg(folder.path())
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", PART, "--nocapture", "--test-threads", "1"])
        // The store is made where temporary files are.
        .env("TMPDIR", folder.path())
        .env(DISK, folder.path())
        .stdin(Stdio::null())
        .output();
    let Ok(output) = output else {
        eprintln!("SKIPPED: a full disk while files are sent: there is no `unshare` (util-linux)");
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let wrong = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(77) || wrong.starts_with("unshare: ") {
        eprintln!("SKIPPED: a full disk while files are sent: this system lets nobody mount one");
        return;
    }
    assert!(output.status.success() && said.contains("played"), "{said}\n{wrong}");
}

/// Sends files as a program in a browser does.
fn send(lead: &mut Client, (code, csrf): (&str, &str), name: &str, bytes: &[u8]) -> Answer {
    let path = format!("/api/v1/organisations/{code}/evidence");
    lead.upload_as(&path, csrf, &[(name, bytes)], &[("sec-fetch-site", "same-origin")])
}

fn systeminfo(name: &str) -> Vec<u8> {
    format!(
        "\r\nHost Name:                 {name}\r\nOS Name:                   Microsoft Windows 7 Professional\r\n\
         OS Version:                6.1.7601 Service Pack 1 Build 7601\r\n\
         System Type:               x64-based PC\r\n"
    )
    .into_bytes()
}

/// Fills a disk but for so many bytes.
fn fill(filler: &Path, leave: u64) {
    let mut file = std::fs::File::options().create(true).append(true).open(filler).unwrap();
    for size in [1 << 16, 1 << 12] {
        while file.write_all(&vec![1; size]).is_ok() {}
    }
    file.set_len(file.metadata().unwrap().len() - leave).unwrap();
}

fn told_of_it(answer: &Answer) {
    assert_eq!(answer.status, 507, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{answer:?}");
    let problem: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(problem["status"], 507);
    let detail = problem["detail"].as_str().unwrap();
    for part in
        ["disk", "nothing of what you sent was recorded", "Keep your files", "send them again"]
    {
        assert!(detail.contains(part), "{part}: {detail}");
    }
}

/// The part on a disk of 96 MiB.
#[test]
fn the_one_on_a_full_disk() {
    let Some(disk) = std::env::var_os(DISK) else { return };
    let filler = Path::new(&disk).join("filler");
    let world = World::new();
    let code = world.trusts[0].as_str();
    let mut lead = world.signed_in("lead");
    let csrf = lead.get(&format!("/organisations/{code}/evidence")).field("csrf");
    let form = (code, csrf.as_str());
    let events = |lead: &mut Client| -> u64 {
        let events = lead.get("/api/v1/events?limit=1").body;
        serde_json::from_str::<serde_json::Value>(&events).unwrap()["size"].as_u64().unwrap()
    };
    let sent = send(&mut lead, form, "before.txt", &systeminfo("BEFORE-IT-IS-FULL"));
    assert_eq!(sent.status, 200, "{sent:?}");
    let before = events(&mut lead);

    // Room for a little, and not for so much.
    fill(&filler, 6 << 20);
    let large: Vec<u8> = (0..4_000_000_u32).flat_map(u32::to_le_bytes).collect();
    for _ in 0..3 {
        told_of_it(&send(&mut lead, form, "large.bin", &large));
    }
    assert_eq!(events(&mut lead), before);
    let left =
        world.files().into_iter().find(|path| path.contains("/spool/") || path.contains("/.new/"));
    assert_eq!(left, None, "what was half sent is left behind");
    let sent = send(&mut lead, form, "small.txt", &systeminfo("WHILE-LITTLE-IS-LEFT"));
    assert_eq!(sent.status, 200, "{sent:?}");
    assert_eq!(events(&mut lead), before + 1);

    // To the last page.
    fill(&filler, 0);
    told_of_it(&send(&mut lead, form, "tiny.txt", &systeminfo("AFTER-IT-WAS-FULL")));
    let page = format!("/organisations/{code}/evidence");
    let told = lead.upload(&page, &csrf, &[("tiny.txt", &systeminfo("AFTER-IT-WAS-FULL"))]);
    assert_eq!((told.status, told.heading().as_str()), (507, "No room is left here"), "{told:?}");
    assert_eq!(events(&mut lead), before + 1);

    // When there is room again nothing need be started anew.
    std::fs::remove_file(&filler).unwrap();
    let sent = send(&mut lead, form, "tiny.txt", &systeminfo("AFTER-IT-WAS-FULL"));
    assert_eq!(sent.status, 200, "{sent:?}");
    assert_eq!(events(&mut lead), before + 2);
    for host in ["BEFORE-IT-IS-FULL", "WHILE-LITTLE-IS-LEFT", "AFTER-IT-WAS-FULL"] {
        let page = lead.get(&format!("/organisations/{code}/hosts/{host}"));
        assert_eq!(page.status, 200, "{host}: {page:?}");
    }
    println!("played");
}
