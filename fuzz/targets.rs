//! What is fuzzed, said once: the long runs (`./scripts/fuzz`, libFuzzer) and the short run among
//! the tests (`crates/wardround/tests/short_fuzz.rs`) share this list.
//!
//! A target takes any bytes and must come back: no panic, no endless loop, no unbounded memory.
//! Readers come from the tables of formats, so a new format is a target at once.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use channels::kannel::{Callback, Kannel};
use channels::message::{Link, Subject, Text};
use channels::smtp::bounce;
use channels::{Secret, matrix, notify};
use exposure::deadline::Policy;
use exposure::freshness::FreshnessPolicy;
use exposure::host::{SourceFile, join};
use exposure::index::{Advisory, Basis, Index, KnownClasses, PieceRef, Segment, SegmentBuilder};
use exposure::judge::{Question, judge};
use exposure::knowledge::schema::Knowledge;
use exposure::knowledge::{Builder, encode, open};
use exposure::pack::{Pack, encode as encode_pack};
use formats::advisory;
use formats::advisory::csaf::validate::{file_name_follows, validate};
use formats::inventory::mapped_csv::{Mapping, read_mapped};
use formats::inventory::{self, Input};
use formats::register;
use formats::unpack::{Limits, unpack};
use jiff::civil::date;
use model::cpe::{self, Attribute, Cpe};
use model::cve::CveId;
use model::cvss::CvssVector;
use model::fact::Collected;
use model::host_id::HostId;
use model::kb::Kb;
use model::purl::Purl;
use model::version::{Scheme, SortKey, compare, order};
use record::Hash;
use record::checkpoint::{self, Head, Keys, SecretKey};
use record::leaf::{self, Leaf};
use record::proof::{TlogProof, verify_proof};
use record::tiles::{State, Tile, entries};
use record::verify::{Remembered, compare_rows, verify};
use record::{json, proof};
use wardround::fetch::{self, PublicKey, Settings};

/// Something that takes any bytes.
pub struct Target {
    /// Its name, and that of its folder of seeds.
    pub name: String,
    /// Runs it once.
    pub run: Run,
    /// Which of the sample files are worth starting from.
    fits: Fits,
    /// Seeds that are no file.
    written: Vec<Vec<u8>>,
}

type Run = Box<dyn Fn(&[u8]) + Send + Sync>;
type Fits = Box<dyn Fn(&[u8]) -> bool + Send + Sync>;

/// Every target.
pub fn targets() -> Vec<Target> {
    let mut targets: Vec<Target> = inventory::FORMATS
        .iter()
        .map(|format| Target {
            name: format!("inventory-{}", format.name),
            run: Box::new(|data| drop((format.read)(&input(data)))),
            fits: Box::new(|data| (format.sniff)(&input(data))),
            written: Vec::new(),
        })
        .collect();
    targets.extend(advisory::FORMATS.iter().map(|format| Target {
        name: format!("advisory-{}", format.name),
        run: Box::new(|data| drop((format.read)(&input(data), &mut Collected::default()))),
        fits: Box::new(|data| (format.sniff)(&input(data))),
        written: Vec::new(),
    }));
    targets.extend(register::FORMATS.iter().map(|format| Target {
        name: format!("register-{}", format.name),
        run: Box::new(|data| drop((format.read)(&input(data)))),
        fits: Box::new(|data| (format.sniff)(&input(data))),
        written: Vec::new(),
    }));
    targets
        .push(Target { fits: Box::new(|_| true), ..target("detect-and-judge", detect_and_judge) });
    targets.push(Target {
        fits: Box::new(|_| true),
        ..target("text", |data| drop(formats::text::decode(data)))
    });
    targets.push(Target { written: archives(), ..target("unpack", unpack_bounded) });
    targets.push(seeded("mapping", mapping, MAPPINGS));
    targets.push(seeded("csaf-validate", csaf_validate, &[CSAF]));
    targets.push(seeded("versions", versions, VERSIONS));
    targets.push(seeded("identifiers", identifiers, IDENTIFIERS));
    targets.push(seeded("policy", |data| drop(Policy::parse(&lossy(data))), POLICIES));
    targets.push(seeded("freshness", |data| drop(FreshnessPolicy::parse(&lossy(data))), FRESHNESS));
    targets.push(seeded(
        "settings",
        |data| {
            drop(Settings::parse(&lossy(data)));
            drop(PublicKey::parse(&lossy(data)));
        },
        &[fetch::DEFAULT_SETTINGS],
    ));
    targets.push(seeded("bundle", bundle, &["wardround-knowledge-bundle 1 2\n{}\n00\n"]));
    targets.push(Target {
        written: vec![knowledge_tables(&Knowledge::default()), knowledge_tables(built_in())],
        ..target("knowledge", knowledge)
    });
    targets.push(Target { written: vec![pack_tables()], ..target("pack", packed) });
    targets.push(Target { written: vec![segment_bytes()], ..target("segment", segment) });
    targets.push(Target { written: vec![judged_bytes()], ..target("judged", judged) });
    targets.push(seeded("record-leaf", record_leaf, RECORD_LEAVES));
    targets.push(Target {
        written: vec![a_checkpoint()],
        ..target("record-checkpoint", record_checkpoint)
    });
    targets.push(Target { written: vec![a_proof()], ..target("record-proof", record_proof) });
    targets.push(Target { written: a_log(), ..target("record-log", record_log) });
    targets.push(seeded("channels-bounce", |data| drop(bounce::read(data)), CHANNELS_BOUNCES));
    targets.push(seeded("channels-notify", channels_notify, CHANNELS_NOTIFY));
    targets.push(seeded("channels-kannel", channels_kannel, CHANNELS_KANNEL));
    targets.push(seeded("channels-matrix", channels_matrix, CHANNELS_MATRIX));
    targets.push(seeded("channels-message", channels_message, CHANNELS_MESSAGE));
    targets
}

impl Target {
    /// What to start from: seeds written for this target, and the sample files that fit it.
    pub fn seeds(&self, samples: &[(PathBuf, Vec<u8>)]) -> Vec<Vec<u8>> {
        let mut seeds = self.written.clone();
        seeds.extend(files(&root().join("fuzz/corpus").join(&self.name)).into_iter().map(|f| f.1));
        seeds.extend(samples.iter().filter(|f| (self.fits)(&f.1)).map(|f| f.1.clone()));
        if seeds.is_empty() {
            // A format without a sample of its own still meets the files of all others.
            seeds.extend(samples.iter().take(8).map(|f| f.1.clone()));
        }
        seeds
    }
}

/// Sample files of the repository: those for users, those of the readers' tests, and the examples
/// in the pages on formats.
pub fn samples() -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = files(&root().join("samples"));
    found.extend(files(&root().join("crates/formats/tests/fixtures")));
    for (path, page) in files(&root().join("docs/formats")) {
        let page = lossy(&page);
        // Odd pieces stand between the fences; their first line names the language.
        for block in page.split("\n```").skip(1).step_by(2) {
            if let Some((_, example)) = block.split_once('\n') {
                found.push((path.clone(), example.as_bytes().to_vec()));
            }
        }
    }
    found
}

/// Every file below a folder that is small enough to start from, in the order of their names.
pub fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    const LARGEST: u64 = 64 * 1024;
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.metadata().is_ok_and(|about| about.len() <= LARGEST) {
            found.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().find(|folder| folder.join("deny.toml").exists()).unwrap().to_owned()
}

fn target(name: &str, run: fn(&[u8])) -> Target {
    Target {
        name: name.to_owned(),
        run: Box::new(run),
        fits: Box::new(|_| false),
        written: Vec::new(),
    }
}

fn seeded(name: &str, run: fn(&[u8]), written: &[&str]) -> Target {
    let written = written.iter().map(|seed| seed.as_bytes().to_vec()).collect();
    Target { written, ..target(name, run) }
}

const CHANNELS_BOUNCES: &[&str] = &[
    "To: b+a.1.2@ward.example\nContent-Type: multipart/report; boundary=b\n\n--b\n\
    Content-Type: message/delivery-status\n\nReporting-MTA: dns; a\n\nAction: failed\nStatus: 5.1.1\n\n--b\n\
    Content-Type: text/rfc822-headers\n\nMessage-ID:\n <wardround.a.1.2@ward.example>\n\n--b--\n",
];

const CHANNELS_NOTIFY: &[&str] = &[
    r#"{"id":"x","reference":"a.1","to":"07700900912","status":"delivered"}"#,
    r#"{"id":"x","source_number":"447700900123","destination_number":"60123","message":"ACK","date_received":"2017-05-14T12:15:30Z"}"#,
    r#"{"notifications":[{"id":"x","reference":"a.1","status":"sending"}],"links":{"current":"c","next":"n"}}"#,
    r#"{"received_text_messages":[{"id":"x","created_at":"2017-05-14T12:15:30Z","user_number":"447700900123","notify_number":"60123","content":"ACK"}],"links":{"current":"c"}}"#,
];

const CHANNELS_KANNEL: &[&str] = &[
    "token=0123456789abcdef&from=%2B447700900123&to=60123&text=ACK+A17M&id=u&at=1494576000",
    "ref=a.1&proof=x&type=1&said=stat%3ADELIVRD",
];

const CHANNELS_MATRIX: &[&str] = &[
    r#"{"next_batch":"s","rooms":{"join":{"!a:c.example":{"timeline":{"limited":true,"events":[{"type":"m.room.message","event_id":"$1","sender":"@l:c.example","origin_server_ts":1,"content":{"msgtype":"m.text","body":"ack"}}]}}}}}"#,
];

const CHANNELS_MESSAGE: &[&str] = &[
    "a@b.example",
    "+447700900123",
    "https://ward.example/a?t=1",
    "!a:c.example",
    "@a:c.example",
    "a.1.2",
];

fn channels_notify(data: &[u8]) {
    drop(notify::receipt(data));
    drop(notify::inbound(data));
    drop(notify::notifications(data));
    drop(notify::received(data));
}

fn channels_kannel(data: &[u8]) {
    static KANNEL: OnceLock<Kannel> = OnceLock::new();
    let kannel = KANNEL.get_or_init(|| {
        let url = "http://127.0.0.1:1/".to_owned();
        let mut settings = channels::kannel::Settings::new(&url, "u", Secret::new("p"));
        settings.callback = Some(Callback { url, key: Secret::new("0123456789abcdef") });
        Kannel::new(settings).unwrap()
    });
    let query = lossy(data);
    drop(kannel.inbound(&query));
    assert!(kannel.receipt(&query).is_err(), "nobody signed it");
}

fn channels_matrix(data: &[u8]) {
    drop(matrix::heard(data, &"@ward:chat.example".parse().unwrap()));
}

/// What was taken as a part of a message cannot begin another line where it stands.
fn channels_message(data: &[u8]) {
    use channels::address::{MailAddress, MatrixPlace, PhoneNumber, WebhookUrl};
    let text = lossy(data);
    let is_line = |part: &str| !part.contains(char::is_control);
    assert!(text.parse::<MailAddress>().map_or(true, |address| is_line(address.as_str())));
    assert!(text.parse::<PhoneNumber>().map_or(true, |number| is_line(number.as_str())));
    assert!(text.parse::<Subject>().map_or(true, |subject| is_line(subject.as_str())));
    assert!(text.parse::<Link>().map_or(true, |link| is_line(link.as_str())));
    if let Ok(text) = text.parse::<Text>() {
        assert!(text.as_str().split('\n').all(is_line));
        assert!(channels::words::segments(text.as_str()) > 0);
    }
    drop(text.parse::<WebhookUrl>());
    drop(text.parse::<MatrixPlace>());
    if let Some((reference, tries)) = channels::Reference::of_handle(&text) {
        assert_eq!(format!("{reference}.{tries}"), text);
    }
}

fn input(bytes: &[u8]) -> Input<'_> {
    Input { bytes, file_name: None }
}

fn lossy(data: &[u8]) -> String {
    String::from_utf8_lossy(data).into_owned()
}

/// The whole way of one file: recognised, read, joined, judged against the built-in knowledge.
fn detect_and_judge(data: &[u8]) {
    let Some(format) = inventory::detect(&input(data)) else { return };
    let Ok(reading) = (format.read)(&input(data)) else { return };
    let hosts = join(vec![SourceFile { path: "any".to_owned(), evidence: reading.evidence }], None);
    for host in hosts.iter().take(20) {
        drop(judge(question(), host));
    }
}

/// Limits far below the real ones: an archive within them costs a moment.
fn unpack_bounded(data: &[u8]) {
    const MEBIBYTE: u64 = 1 << 20;
    let limits = Limits {
        members: 100,
        member_bytes: MEBIBYTE,
        total_bytes: 4 * MEBIBYTE,
        ratio_free_bytes: MEBIBYTE,
        ..Limits::default()
    };
    let Ok(unpacked) = unpack(data, Some("any.zip"), &limits) else { return };
    let total: usize = unpacked.members.iter().map(|member| member.bytes.len()).sum();
    assert!(total as u64 <= 4 * MEBIBYTE, "{total} bytes passed the limit");
    for member in &unpacked.members {
        let outside = member.path.starts_with('/') || member.path.split('/').any(|p| p == "..");
        assert!(!outside, "{:?} leads outside", member.path);
    }
}

/// A mapping file, a line of three dashes, and a table.
fn mapping(data: &[u8]) {
    let text = lossy(data);
    let (mapping, table) = text.split_once("\n---\n").unwrap_or((&text, "a,b\n1,2\n"));
    let Ok(mapping) = Mapping::parse(mapping) else { return };
    drop(read_mapped(&input(table.as_bytes()), &mapping));
}

fn csaf_validate(data: &[u8]) {
    drop(validate(data, None));
    drop(validate(data, Some("example-2026-001.json")));
    let _ = file_name_follows(&lossy(data), "example-2026-001.json");
}

/// Any three texts, one a line: in every scheme the order is total and the keys agree with it.
fn versions(data: &[u8]) {
    let text = lossy(data);
    let mut lines = text.split('\n');
    let three: [&str; 3] = std::array::from_fn(|_| lines.next().unwrap_or(""));
    for scheme in Scheme::ALL {
        let known: Vec<&str> =
            three.iter().copied().filter(|v| SortKey::new(scheme, v).is_ok()).collect();
        for a in &known {
            for b in &known {
                let ab = order(scheme, a, b).unwrap();
                assert_eq!(ab, order(scheme, b, a).unwrap().reverse(), "{scheme:?} {a:?} {b:?}");
                let keys = SortKey::new(scheme, a).unwrap().cmp(&SortKey::new(scheme, b).unwrap());
                assert_eq!(ab, keys, "{scheme:?} {a:?} {b:?}");
                drop(compare(scheme, a, b));
                for c in &known {
                    if ab != Ordering::Greater && order(scheme, b, c).unwrap() != Ordering::Greater
                    {
                        let ac = order(scheme, a, c).unwrap();
                        assert_ne!(ac, Ordering::Greater, "{scheme:?} {a:?} {b:?} {c:?}");
                    }
                }
            }
        }
    }
}

/// What is read as an identifier is written so that it is read the same again.
fn identifiers(data: &[u8]) {
    let text = lossy(data);
    let text = text.as_str();
    if let Ok(cpe) = Cpe::parse(text) {
        assert_eq!(Cpe::parse(&cpe.to_string()).as_ref(), Ok(&cpe), "{text:?}");
        // A name with wildcards in a value (written `?`, `*`, `%01` or `%02`) need not match itself:
        // NISTIR 7696 leaves wildcards in a target undefined.
        let is_wild = cpe
            .attributes()
            .iter()
            .any(|it| matches!(it, Attribute::Value(_)) && it.literal().is_none());
        assert!(cpe::matches(&cpe, &cpe) || is_wild, "{text:?}");
    }
    if let Ok(purl) = Purl::parse(text) {
        assert_eq!(Purl::parse(&purl.to_string()).as_ref(), Ok(&purl), "{text:?}");
    }
    if let Ok(vector) = CvssVector::parse(text) {
        let score = vector.score();
        assert!((0.0..=10.0).contains(&score), "{text:?} scores {score}");
    }
    drop(CveId::find_all(text));
    drop(text.parse::<CveId>());
    drop(text.parse::<Kb>());
}

/// A signed bundle: everything before the signature is proved is read from a stranger.
fn bundle(data: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("any.bundle");
    fs::write(&path, data).unwrap();
    drop(fetch::read_manifest(&path, &[]));
}

/// Tables under a sound header: whatever passes validation must be safe to judge by.
fn knowledge(tables: &[u8]) {
    let mut bytes = encode(&Knowledge::default()).unwrap();
    let header: Vec<u8> = bytes.iter().copied().take(HEADER).collect();
    bytes.clear();
    bytes.extend_from_slice(&header);
    bytes.extend_from_slice(tables);
    bytes[16..24].copy_from_slice(&(tables.len() as u64).to_le_bytes());
    bytes[24..28].copy_from_slice(&crc32(tables).to_le_bytes());
    let Ok(view) = open(&bytes) else { return };
    let question = Question::new(view, date(2026, 11, 22), &[]);
    for host in a_host().iter().take(4) {
        drop(judge(&question, host));
    }
}

/// Tables of a pack: what holds together must be safe to take apart and to judge.
fn packed(tables: &[u8]) {
    drop(Pack::open(tables));
    let Ok(pack) = Pack::of_tables(tables.to_vec()) else { return };
    for piece in pack.pieces().iter().filter(|piece| piece.software_rows() < 10_000).take(4) {
        let file =
            SourceFile { path: piece.path().to_owned(), evidence: vec![pack.evidence(piece)] };
        for host in join(vec![file], None) {
            drop(judge(question(), &host));
        }
    }
}

/// A segment under a checksum that fits: what opens must be safe to ask.
fn segment(bytes: &[u8]) {
    let mut bytes = bytes.to_vec();
    let Some(body) = bytes.get(SEGMENT_HEADER..) else { return };
    let sum = crc32(body).to_le_bytes();
    bytes[12..16].copy_from_slice(&sum);
    let Ok(opened) = Segment::open(bytes) else { return };
    let Ok(index) = Index::open(vec![opened], question().knowledge) else { return };
    let judging = index.judging(date(2017, 5, 12));
    if judging.len() > 200 {
        return;
    }
    let judged = [judging.judge(0..judging.len())];
    let Ok(view) = judging.view(&judged, &FreshnessPolicy::default()) else { return };
    for asked in ["MS17-010", "CVE-2099-0001"] {
        let asked = index.resolve(&Advisory(asked.to_owned()));
        drop(view.ask(&asked));
        drop(view.hosts(&asked, 0));
    }
}

/// Judged classes: those of anything else are refused, whatever else is changed must be safe.
fn judged(bytes: &[u8]) {
    let judging = an_index().judging(date(2017, 5, 12));
    let Ok(known) = judging.load(bytes, b"") else { return };
    let judged = [judging.judge_beside(&known, 0..judging.len())];
    let Ok(view) = judging.view(&judged, &FreshnessPolicy::default()) else { return };
    drop(view.ask(&an_index().resolve(&Advisory("MS17-010".to_owned()))));
}

const SEGMENT_HEADER: usize = 48;

fn pack_tables() -> Vec<u8> {
    let pieces: Vec<(&str, &model::evidence::Evidence)> = a_host()
        .iter()
        .flat_map(|host| &host.pieces)
        .filter(|piece| piece.evidence.software.len() < 40)
        .map(|piece| ("any", &piece.evidence))
        .collect();
    Pack::tables(&encode_pack(&pieces)).unwrap()
}

fn segment_bytes() -> Vec<u8> {
    let pack = Pack::of_tables(pack_tables()).unwrap();
    let basis = Basis::new(question().knowledge);
    let mut builder = SegmentBuilder::new(&basis);
    builder.organisation("ANY".parse().unwrap());
    for piece in 0..pack.pieces().len() {
        let pieces = [PieceRef { pack: &pack, piece, received: date(2017, 5, 1) }];
        builder.host(HostId(piece as u64), &pieces).unwrap();
    }
    builder.finish().unwrap()
}

fn an_index() -> &'static Index<'static, Vec<u8>> {
    static INDEX: OnceLock<Index<'static, Vec<u8>>> = OnceLock::new();
    INDEX.get_or_init(|| {
        let opened = Segment::open(segment_bytes()).unwrap();
        Index::open(vec![opened], question().knowledge).unwrap()
    })
}

fn judged_bytes() -> Vec<u8> {
    let judging = an_index().judging(date(2017, 5, 12));
    let mut known = KnownClasses::default();
    known.add(&judging, &[judging.judge(0..judging.len())]);
    judging.save(&known, b"")
}

/// An entry of the log has one spelling: what is read is written the same.
fn record_leaf(data: &[u8]) {
    if let Ok(read) = leaf::decode(data) {
        assert_eq!(leaf::encode(&read.event, read.personal).unwrap().bytes(), data);
    }
    if let Ok(once) = json::canonical(&lossy(data)) {
        assert_eq!(json::canonical(&once).as_ref(), Ok(&once));
    }
}

/// A signed checkpoint: only the head of the seed is signed by a known key. Signatures of keys that
/// are not known may stand beside it; they change nothing of what is believed.
fn record_checkpoint(data: &[u8]) {
    if let Ok(opened) = checkpoint::open(data, &record_keys()) {
        let seed = checkpoint::open(&a_checkpoint(), &record_keys()).unwrap();
        assert_eq!((opened.origin, opened.head), (seed.origin, seed.head));
        assert!(opened.signed_by.iter().all(|key| seed.signed_by.contains(key)));
    }
    drop(Keys::parse(&lossy(data)));
    drop(SecretKey::parse(&lossy(data)));
}

/// A proof file: only the entry of the seed, in its place, is proved.
fn record_proof(data: &[u8]) {
    if let Ok(proved) = verify_proof(data, &record_keys()) {
        let seed = verify_proof(&a_proof(), &record_keys()).unwrap();
        assert_eq!(proved.leaf.bytes(), seed.leaf.bytes());
        assert_eq!(proved.decoded.event.number, seed.decoded.event.number);
        assert_eq!(proved.checkpoint.head, seed.checkpoint.head);
    }
    let text = lossy(data);
    if let Ok(proof) = TlogProof::parse(&text) {
        assert_eq!(TlogProof::parse(&proof.write()).as_ref(), Ok(&proof));
    }
}

/// A log under a signed checkpoint: eight bytes of its size, eight of a size that somebody kept, and
/// files, each behind two bytes of its length.
fn record_log(data: &[u8]) {
    let Some((sizes, rest)) = data.split_first_chunk::<16>() else { return };
    let (size, kept) = sizes.split_at(8);
    let [size, kept] = [size, kept].map(|size| u64::from_le_bytes(size.try_into().unwrap()));
    let tile = Tile::in_log(0, 0, size);
    let paths = tile.into_iter().flat_map(|tile| [tile.bundle(), tile]).chain(Tile::edge(size));
    let mut rest = rest;
    let mut objects = BTreeMap::new();
    for path in paths {
        let Some((length, after)) = rest.split_first_chunk::<2>() else { break };
        let length = usize::from(u16::from_le_bytes(*length)).min(after.len());
        let (file, after) = after.split_at(length);
        objects.insert(path.to_string(), file.to_vec());
        drop(entries(file, 256));
        rest = after;
    }
    let head = Head { size, root: Hash::EMPTY };
    let note = checkpoint::sign(head, &record_key());
    objects.insert("checkpoint".to_owned(), note.into_bytes());
    drop(State::open(&objects, head));
    drop(compare_rows(&objects, size, [(kept, Hash::EMPTY)]));
    let kept =
        Remembered { from: "any".to_owned(), origin: None, head: Head { size: kept, ..head } };
    let report = verify(&objects, &record_keys(), &[kept]);
    assert!(size == 0 || !report.is_sound(), "garbage is no log");
    assert!(report.faults.len() <= 1_000);
}

fn record_key() -> SecretKey {
    SecretKey::new("record.mdh.example".parse().unwrap(), [7; 32])
}

fn record_keys() -> Keys {
    Keys::new(vec![record_key().public()])
}

/// A small log: its files, and its signed checkpoint.
fn record_files() -> (BTreeMap<String, Vec<u8>>, String) {
    let leaves =
        RECORD_LEAVES.iter().map(|leaf| Leaf::from_bytes(leaf.as_bytes().to_vec()).unwrap());
    let appended = State::default().append(&leaves.collect::<Vec<_>>());
    let note = checkpoint::sign(appended.state.head(), &record_key());
    (appended.objects.into_iter().collect(), note)
}

fn a_checkpoint() -> Vec<u8> {
    record_files().1.into_bytes()
}

fn a_proof() -> Vec<u8> {
    let (objects, note) = record_files();
    proof::prove(&objects, &note, &record_keys(), 0).unwrap().into_bytes()
}

fn a_log() -> Vec<Vec<u8>> {
    let (objects, _) = record_files();
    let mut seed = [2_u64, 1].map(u64::to_le_bytes).concat();
    for path in ["tile/entries/000.p/2", "tile/0/000.p/2"] {
        seed.extend_from_slice(&(objects[path].len() as u16).to_le_bytes());
        seed.extend_from_slice(&objects[path]);
    }
    vec![seed]
}

const RECORD_LEAVES: &[&str] = &[
    concat!(
        r#"{"actor":"person/17","as_at":1494583200000000,"as_known":1494583260000123,"authority":"duty manager","#,
        r#""body":{"role":"night","route":{"order":-1,"é":[null,true,"\u001f\n"]}},"#,
        r#""caused_by":"0190a6e0-2b3c-7def-8123-456789abcdee","corrects":"0190a6e0-2b3c-7def-8123-456789abcded","#,
        r#""id":"0190a6e0-2b3c-7def-8123-456789abcdef","kind":"organisation.contact-named","#,
        r#""marking":"TLP:AMBER+STRICT","number":0,"on_behalf_of":"organisation/RX1","organisation":"RX1","#,
        r#""personal":"a39zZR6GRtrjowbkomh7/FaI+9cVoYrhaTmDRSiuNDk=","reason":"moved","schema":1,"#,
        r#""subject":"organisation/RX1"}"#,
    ),
    concat!(
        r#"{"actor":"person/17","as_at":0,"as_known":1494583260000124,"body":{},"#,
        r#""id":"0190a6e0-2b3c-7def-8123-456789abcdf0","kind":"a.b","marking":"TLP:RED","number":1,"#,
        r#""schema":1,"subject":""}"#,
    ),
];

const HEADER: usize = 64;

fn knowledge_tables(knowledge: &Knowledge) -> Vec<u8> {
    encode(knowledge).unwrap().iter().copied().skip(HEADER).collect()
}

fn built_in() -> &'static Knowledge {
    static BUILT_IN: OnceLock<Knowledge> = OnceLock::new();
    BUILT_IN.get_or_init(|| {
        let built_at = "2026-11-22T00:00:00Z".parse().unwrap();
        Builder::new().with_builtin().unwrap().finish(built_at).unwrap()
    })
}

/// What the built-in knowledge is asked, prepared once.
fn question() -> &'static Question<'static> {
    static QUESTION: OnceLock<Question<'static>> = OnceLock::new();
    QUESTION.get_or_init(|| {
        let bytes = Box::leak(Box::new(encode(built_in()).unwrap()));
        Question::new(open(bytes).unwrap(), date(2017, 5, 12), &[])
    })
}

fn a_host() -> &'static [exposure::host::Host] {
    static HOST: OnceLock<Vec<exposure::host::Host>> = OnceLock::new();
    HOST.get_or_init(|| {
        let evidence = samples()
            .iter()
            .filter_map(|file| {
                let format = inventory::detect(&input(&file.1))?;
                (format.read)(&input(&file.1)).ok()
            })
            .flat_map(|reading| reading.evidence)
            .collect();
        join(vec![SourceFile { path: "any".to_owned(), evidence }], None)
    })
}

/// A gzip and a zip archive, the zip stored and with one member.
fn archives() -> Vec<Vec<u8>> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(b"Host Name: MDH-WARD-07\n").unwrap();
    let (name, content) = (b"ward/a.txt".as_slice(), b"Host Name: A\n".as_slice());
    let sizes = [content.len() as u32, content.len() as u32].map(u32::to_le_bytes).concat();
    let lengths = [name.len() as u16, 0].map(u16::to_le_bytes).concat();
    // From "version needed" to "extra field length" (APPNOTE 4.3.7), shared by both headers.
    let about =
        [&[20, 0, 0, 0, 0, 0, 0, 0, 33, 74], &crc32(content).to_le_bytes()[..], &sizes, &lengths]
            .concat();
    let local = [b"PK\x03\x04", &about[..], name, content].concat();
    let central = [b"PK\x01\x02\x14\x00", &about[..], &[0; 14], name].concat();
    let ends = [central.len() as u32, local.len() as u32].map(u32::to_le_bytes).concat();
    let end = [b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &ends[..], b"\0\0"].concat();
    vec![gzip.finish().unwrap(), [local, central, end].concat()]
}

/// CRC-32 as in IEEE 802.3, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
    })
}

const FRESHNESS: &[&str] =
    &[include_str!("../crates/exposure/src/freshness/policies/nhs-evidence.toml")];

const POLICIES: &[&str] = &[
    include_str!("../crates/exposure/src/deadline/policies/nhs-14-day.toml"),
    include_str!("../crates/exposure/src/deadline/policies/bod-26-04.toml"),
];

const MAPPINGS: &[&str] = &[concat!(
    "date_formats = [\"%d/%m/%Y\"]\n[columns]\nhost = \"Computer\"\nos_name = \"System\"\n",
    "kb = \"Hotfix\"\nkb_installed_on = \"Installed\"\n[controls]\n",
    "smb1-server = { column = \"SMB1\", enabled = [\"on\"], disabled = [\"off\"] }\n---\n",
    "Computer,System,Hotfix,Installed,SMB1\n",
    "MDH-A,Microsoft Windows 7 Enterprise,KB4012212,26/04/2017,on\n",
)];

const VERSIONS: &[&str] = &[
    "1.0~rc1-1\n1.0-1\n2:0.9",
    "1.0^git1\n1.0\n1.0.1",
    "1.0.0-alpha.1\n1.0.0-alpha.beta\n1.0.0",
    "1.0.dev1\n1.0a1.post2\n1!0.1+local.3",
    "1.0-SNAPSHOT\n1.0-rc-1\n1.0-sp",
    "1.2.3.4-beta\n1.2.3.4\n1.2.3.5",
    "1.0_alpha1-r2\n1.0b_p3\n1.0c",
    "dev-main\n1.x-dev\n1.0.0RC1",
    "10.0.14393.953\n10.0.14393.693\n6.1.7601",
];

const IDENTIFIERS: &[&str] = &[
    "cpe:2.3:o:microsoft:windows_7:-:sp1:*:*:*:*:x64:*",
    "cpe:/a:example:inventory%7eagent:1.0::~~pro~linux~~",
    "pkg:deb/debian/openssl@3.0.13-1~deb12u1?arch=amd64&distro=debian-12#lib",
    "pkg:maven/org.example/library@1.0-SNAPSHOT",
    "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:F/RL:O/RC:C",
    "AV:N/AC:M/Au:N/C:C/I:C/A:C/E:H/RL:OF/RC:C",
    "see CVE-2017-0144, KB4012212 and KB 4012215",
];

const CSAF: &str = r#"{
  "document": {
    "category": "csaf_base", "csaf_version": "2.0", "title": "Example advisory",
    "publisher": { "category": "vendor", "name": "Example", "namespace": "https://vendor.example" },
    "tracking": {
      "id": "EXAMPLE-2026-001", "status": "final", "version": "1",
      "current_release_date": "2026-01-01T00:00:00Z", "initial_release_date": "2026-01-01T00:00:00Z",
      "revision_history": [{ "date": "2026-01-01T00:00:00Z", "number": "1", "summary": "First" }]
    }
  },
  "product_tree": { "full_product_names": [{ "product_id": "P1", "name": "Pump 1.0" }] },
  "vulnerabilities": [{ "cve": "CVE-2026-0001",
    "cwe": { "id": "CWE-79", "name": "Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')" },
    "notes": [{ "category": "summary", "text": "Example" }],
    "product_status": { "known_affected": ["P1"] },
    "scores": [{ "products": ["P1"], "cvss_v3": { "version": "3.1", "baseScore": 9.8, "baseSeverity": "CRITICAL",
      "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" } }] }]
}"#;
