//! `systeminfo`, in every language and in its text, CSV and table forms.
//!
//! ```text
//! Host Name:                 WARD-7-PC2
//! OS Name:                   Microsoft Windows 7 Professional
//! OS Version:                6.1.7601 Service Pack 1 Build 7601
//! System Boot Time:          3/5/2019, 9:02:31 PM
//! System Type:               x64-based PC
//! Hotfix(s):                 2 Hotfix(s) Installed.
//!                            [01]: KB4012212
//!                            [02]: KB976902
//! ```
//!
//! Fields are found by their order and the shape of their values (`fields`), not by words.

mod delimited;
mod fields;
mod hotfixes;
mod labels;
mod layout;

use std::net::IpAddr;

use model::evidence::{DateTimeReading, Evidence, HostIdentity, OperatingSystem, Platform};
use model::reading::{Place, ReadError, Warning};
use model::windows::WindowsProduct;

use self::fields::Section;
use self::layout::{Field, Layout};
use crate::inventory::lines::lines;
use crate::inventory::local_date::{DayOrder, read_date_time};
use crate::inventory::update_entry::{shown, with_domain};
use crate::inventory::{Input, Reading};
use crate::text::{decode, outline};

/// The name of this format.
pub const NAME: &str = "systeminfo";

/// How much of a file is looked at to recognise it.
const SNIFFED: usize = 12 * 1024;

/// Whether a file is systeminfo output: a field that names Windows, then one that is a version.
pub fn sniff(input: &Input<'_>) -> bool {
    let head = outline(input.bytes, SNIFFED);
    if head.first().is_some_and(|b| matches!(b, b'{' | b'<')) {
        return false;
    }
    let head = String::from_utf8_lossy(&head);
    let mut previous: Option<&str> = None;
    for (_, line) in lines(&head) {
        if delimited::is_row(line) || (delimited::is_ruler(line) && head.contains("Windows")) {
            return true;
        }
        let Some((label, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        if !label.starts_with("   ")
            && fields::is_version(value)
            && fields::is_anchor(previous, value)
        {
            return true;
        }
        previous = Some(value);
    }
    false
}

/// Reads it.
pub fn read(input: &Input<'_>) -> Result<Reading, ReadError> {
    let text = decode(input.bytes);
    let layouts = match delimited::read(&text.content) {
        Some(layouts) => layouts,
        None => vec![layout::from_text(&text.content)],
    };
    let mut reading = Reading::default();
    for layout in &layouts {
        let sections = fields::sections(layout);
        let last = sections.len().saturating_sub(1);
        for (index, section) in sections.iter().enumerate() {
            let evidence = evidence(layout, section, index == last, &mut reading.warnings);
            reading.evidence.push(evidence);
        }
    }
    if reading.evidence.is_empty() {
        return Err(ReadError::new(
            Place::Whole,
            "no operating system name and version of systeminfo were found",
            "save the whole output: systeminfo > HOST_systeminfo.txt",
        ));
    }
    Ok(reading)
}

fn evidence(
    layout: &Layout,
    section: &Section,
    last: bool,
    warnings: &mut Vec<Warning>,
) -> Evidence {
    let field = |at: Option<usize>| at.and_then(|at| layout.fields.get(at));
    let value = |at: Option<usize>| field(at).and_then(|f| shown(&f.value));
    let order = day_order(layout, section);
    let mut evidence = Evidence { format: NAME, ..Evidence::default() };
    evidence.host = identity(layout, section);
    evidence.os = operating_system(layout, section, warnings);
    evidence.last_boot = boot(value(section.boot), value(section.install), order);
    if let Some(hotfixes) = field(section.hotfixes) {
        let ends = last && section.hotfixes.is_some_and(|at| at + 1 == layout.fields.len());
        evidence.updates.extend(hotfixes::read(layout, hotfixes, ends, warnings));
    } else {
        let line = layout.fields.get(section.range.1.saturating_sub(1)).map_or(1, |f| f.line);
        warnings.push(Warning::new(
            Place::Line(line),
            "the output has no list of updates; what is installed cannot be told; save the whole output of systeminfo",
        ));
    }
    evidence
}

fn identity(layout: &Layout, section: &Section) -> HostIdentity {
    let value =
        |at: Option<usize>| at.and_then(|at| layout.fields.get(at)).and_then(|f| shown(&f.value));
    let mut host = match value(section.host) {
        Some(name) => with_domain(name, value(section.domain)),
        None => HostIdentity::default(),
    };
    if let Some(network) = section.network.and_then(|at| layout.fields.get(at)) {
        for item in layout.items_of(network) {
            let word = item.text.split([',', ' ']).next().unwrap_or("");
            if word.parse::<IpAddr>().is_ok() && !host.addresses.iter().any(|known| known == word) {
                host.addresses.push(word.to_owned());
            }
        }
    }
    host.manufacturer = value(section.manufacturer).map(ToOwned::to_owned);
    host.model = value(section.model).map(ToOwned::to_owned);
    host
}

fn operating_system(
    layout: &Layout,
    section: &Section,
    warnings: &mut Vec<Warning>,
) -> Option<OperatingSystem> {
    let field = |at: Option<usize>| at.and_then(|at| layout.fields.get(at));
    let (name, version) = (field(section.name), field(section.version));
    let line = version.or(name).map(|f: &Field| f.line)?;
    let raw_name = name.map_or("", |f| f.value.as_str());
    let raw_version = version.map(|f| f.value.as_str());
    let system_type = field(section.system_type).and_then(|f| shown(&f.value));
    let spaced = raw_name.replace(['\u{a0}', '\u{202f}'], " ");
    let platform = if let Some((product, build)) =
        WindowsProduct::from_host(&spaced, raw_version, system_type)
    {
        Platform::Windows { product, build }
    } else {
        warnings.push(Warning::new(
            Place::Line(line),
            format!("`{raw_name}` is not a Windows product that is known here"),
        ));
        Platform::Other
    };
    Some(OperatingSystem {
        raw_name: raw_name.to_owned(),
        raw_version: raw_version.map(ToOwned::to_owned),
        platform,
        guess_percent: None,
        place: Place::Line(line),
    })
}

/// The order of day and month in this host's dates. Dates are in the user's own format, which the
/// system locale does not decide: a system of locale en-us may well print 21/08/2018.
fn day_order(layout: &Layout, section: &Section) -> Option<DayOrder> {
    let (from, to) = section.range;
    let value =
        |at: Option<usize>| at.and_then(|at| layout.fields.get(at)).map(|f| f.value.as_str());
    let processors = section.processors.unwrap_or(from);
    // The line behind the processors is the BIOS version with its date behind a comma.
    let bios = value(Some(processors + 1)).and_then(|v| v.rsplit(", ").next()).unwrap_or("");
    let install = value(section.install).unwrap_or("");
    let boot = value(section.boot).unwrap_or("");
    if let Some(order) = DayOrder::shown_by([install, boot, bios]) {
        return Some(order);
    }
    let locale = (processors..to).filter_map(|at| value(Some(at))).find_map(locale_tag)?;
    match locale {
        // The United States' format has no leading zeros and a twelve-hour clock.
        "en-us" => {
            let american = |raw: &str| {
                !raw.starts_with('0')
                    && (raw.ends_with("AM") || raw.ends_with("PM"))
                    && !raw.contains("/0")
            };
            (american(install) || american(boot)).then_some(DayOrder::MonthFirst)
        }
        // Elsewhere the day comes first where the year is last (Unicode CLDR); English of other
        // countries is mixed with the United States' format too often.
        tag if tag.starts_with("en") => None,
        _ => Some(DayOrder::DayFirst),
    }
}

/// The tag of "de;Deutsch (Deutschland)".
fn locale_tag(value: &str) -> Option<&str> {
    let (tag, _) = value.split_once(';')?;
    let fits = (2..=12).contains(&tag.len())
        && tag.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    fits.then_some(tag)
}

/// The last start. XP and Server 2003 print how long they have been up instead, which tells no
/// moment without knowing when the file was made.
fn boot(
    raw: Option<&str>,
    install: Option<&str>,
    order: Option<DayOrder>,
) -> Option<DateTimeReading> {
    let mut reading = read_date_time(raw?, order)?;
    // A system does not start before it is installed: of two readings the one before cannot be.
    if reading.earliest.date() != reading.latest.date()
        && let Some(installed) = install.and_then(|raw| read_date_time(raw, order))
        && reading.earliest < installed.earliest
        && installed.earliest <= reading.latest
    {
        reading.earliest = reading.latest;
    }
    Some(reading)
}

#[cfg(test)]
mod tests;
