//! systeminfo: the text of one host, and `/fo csv` of many.

use super::identity::{address, hardware};
use super::out::Out;
use super::qfe::utf16;
use super::systeminfo_words::{ENGLISH, FRENCH, GERMAN, Words};
use crate::day::Day;
use crate::estate::{Host, Role, Width};
use crate::keyed::{mix, mixed_below};
use crate::organisation::Organisation;

const LANGUAGE: u64 = 31;
const MEMORY: u64 = 32;

/// Whether a list of updates is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// All of it is there.
    Whole,
    /// systeminfo cut it in the middle, as it does with long ones.
    Cut,
}

/// The text of a host, in the encoding that its console wrote.
pub(super) fn text(
    organisation: &Organisation,
    host: &Host,
    day: Day,
    minute: u32,
    list: List,
) -> Vec<u8> {
    let language = mixed_below(host.seed, LANGUAGE, 1000);
    let (words, encode): (&Words, Encode) = match language {
        0..4 => (&GERMAN, code_page_850),
        4..7 => (&FRENCH, utf16),
        7..40 => (&ENGLISH, utf16),
        _ => (&ENGLISH, latin),
    };
    let mut out = Out::with_capacity(4096);
    out.text("\r\n");
    let width = words.labels.iter().map(|label| label.chars().count()).max().unwrap_or(0) + 2;
    for (at, label) in words.labels.iter().enumerate() {
        out.texts(&[label, ":"]);
        for _ in label.chars().count() + 1..width {
            out.text(" ");
        }
        let last = at + 1 == words.labels.len();
        value(&mut out, at, words, organisation, host, day, minute);
        out.text("\r\n");
        if at == PROCESSORS {
            indent(&mut out, width);
            out.texts(&["[01]: ", PROCESSOR, "\r\n"]);
        }
        if last {
            hotfixes(&mut out, width, host, list);
        }
    }
    out.text("Network Card(s):");
    indent(&mut out, width - 16);
    out.text("1 NIC(s) Installed.\r\n");
    for line in [
        "[01]: Intel(R) Ethernet Connection I217-LM",
        "      Connection Name: Local Area Connection",
        "      DHCP Enabled:    No",
        "      IP address(es)",
    ] {
        indent(&mut out, width);
        out.texts(&[line, "\r\n"]);
    }
    indent(&mut out, width);
    out.texts(&["      [01]: ", &address(organisation.number, host).to_string(), "\r\n"]);
    encode(&out.0)
}

/// Text as bytes of an encoding.
type Encode = fn(&[u8]) -> Vec<u8>;

const PROCESSORS: usize = 14;
const PROCESSOR: &str = "Intel64 Family 6 Model 60 Stepping 3 GenuineIntel ~3201 Mhz";

fn indent(out: &mut Out, width: usize) {
    for _ in 0..width {
        out.text(" ");
    }
}

fn hotfixes(out: &mut Out, width: usize, host: &Host, list: List) {
    let names = names(host);
    let shown = match list {
        List::Whole => names.len(),
        List::Cut => names.len() * 3 / 5,
    };
    for (at, name) in (1_u64..).zip(names.iter().take(shown)) {
        indent(out, width);
        out.text("[").padded(at, 2).texts(&["]: ", name, "\r\n"]);
    }
    if list == List::Cut {
        indent(out, width);
        out.text("[").number(shown as u64 + 1).text("\r\n");
    }
}

/// The updates as systeminfo lists them: in the order of their names.
fn names(host: &Host) -> Vec<String> {
    let mut names: Vec<String> =
        host.updates.iter().map(|update| format!("KB{}", update.kb)).collect();
    names.sort_unstable();
    names
}

/// The value of a field, by its place.
fn value(
    out: &mut Out,
    at: usize,
    words: &Words,
    organisation: &Organisation,
    host: &Host,
    day: Day,
    minute: u32,
) {
    let (maker, model) = hardware(host);
    let memory = 2_048_u64 << mixed_below(host.seed, MEMORY, 4);
    match at {
        0 => out.text(&host.name),
        1 => out.texts(&[host.system.printed(), " "]),
        2 => {
            let build = host.system.build();
            let number = build.rsplit('.').next().unwrap_or("");
            let pack = host.system.service_pack().unwrap_or("N/A");
            out.texts(&[build, " ", pack, " Build ", number])
        }
        3 => out.text("Microsoft Corporation"),
        4 => out.text(match host.role {
            Role::Server => "Member Server",
            _ => "Member Workstation",
        }),
        5 => out.text("Multiprocessor Free"),
        6 => out.text("IT Department"),
        7 => out.text(&organisation.name),
        8 => out.text("00392-918-").padded(mix(host.seed, MEMORY) % 10_000_000, 7).text("-00000"),
        9 => out.day_first(host.installed, words.date_mark).text(", ").clock(600).text(":27"),
        10 if host.system.prints_start() => {
            let (day, minute) = host.start;
            out.day_first(day, words.date_mark).text(", ").clock(minute).text(":11")
        }
        10 => {
            let up = (day.seconds(minute) - host.start.0.seconds(host.start.1)) / 60;
            let up = u64::try_from(up).unwrap_or(0);
            out.number(up / 1440).text(" Days, ").number(up / 60 % 24).text(" Hours, ");
            out.number(up % 60).text(" Minutes, 11 Seconds")
        }
        11 => out.text(maker),
        12 => out.text(model),
        13 if words.system_type.is_empty() => out.text(host.width.printed()),
        13 => {
            out.texts(&[if host.width == Width::Bits64 { "x64" } else { "X86" }, words.system_type])
        }
        PROCESSORS => out.text("1 Processor(s) Installed."),
        15 => out.text("Dell Inc. A08, 17/11/2015"),
        16 => out.text("C:\\Windows"),
        17 => out.text("C:\\Windows\\system32"),
        18 => out.text("\\Device\\HarddiskVolume1"),
        19 | 20 => out.text(words.locale),
        21 => out.text("(UTC) Dublin, Edinburgh, Lisbon, London"),
        22 | 25 => out.number(memory).text(" MB"),
        23 | 26 => out.number(memory / 2).text(" MB"),
        24 => out.number(memory * 2).text(" MB"),
        27 => out.text("C:\\pagefile.sys"),
        28 => out.text(&organisation.code.as_str().to_ascii_lowercase()).text(".example"),
        29 => out.texts(&["\\\\", &organisation.code.as_str().replace('-', ""), "-DC1"]),
        _ => out.text(words.hotfixes.0).number(host.updates.len() as u64).text(words.hotfixes.1),
    };
}

/// The header of the CSV form.
pub(super) fn csv_head(out: &mut Out) {
    for label in ENGLISH.labels {
        out.texts(&["\"", label, "\","]);
    }
    out.text("\"Network Card(s)\"\r\n");
}

/// A host in the CSV form.
pub(super) fn csv_row(
    out: &mut Out,
    organisation: &Organisation,
    host: &Host,
    day: Day,
    minute: u32,
) {
    for at in 0..ENGLISH.labels.len() {
        out.text("\"");
        value(out, at, &ENGLISH, organisation, host, day, minute);
        if at == PROCESSORS {
            out.texts(&[",[01]: ", PROCESSOR]);
        }
        if at + 1 == ENGLISH.labels.len() {
            for (at, name) in (1_u64..).zip(names(host)) {
                out.text(",[").padded(at, 2).texts(&["]: ", &name]);
            }
        }
        out.text("\",");
    }
    out.text("\"1 NIC(s) Installed.,[01]: Intel(R) Ethernet Connection I217-LM\"\r\n");
}

/// Windows-1252, as far as these texts need it.
fn latin(text: &[u8]) -> Vec<u8> {
    one_byte_each(text, |c| match c {
        '\u{2122}' => 0x99,
        c => u8::try_from(u32::from(c)).unwrap_or(b'?'),
    })
}

/// The code page of a Western European console, as far as these texts need it.
fn code_page_850(text: &[u8]) -> Vec<u8> {
    one_byte_each(text, |c| match c {
        'ä' => 0x84,
        'ö' => 0x94,
        'ü' => 0x81,
        'Ä' => 0x8E,
        'Ü' => 0x9A,
        'ß' => 0xE1,
        '\u{ae}' => 0xA9,
        c => u8::try_from(u32::from(c)).ok().filter(u8::is_ascii).unwrap_or(b'T'),
    })
}

fn one_byte_each(text: &[u8], byte: fn(char) -> u8) -> Vec<u8> {
    String::from_utf8_lossy(text).chars().map(byte).collect()
}
