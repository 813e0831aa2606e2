//! Which field is which, by the order that systeminfo keeps in every language.
//!
//! From XP to Windows 11 the fields are: host name, OS name, OS version, OS manufacturer,
//! configuration, build type, owner, organisation, product id, install date, boot or up time,
//! manufacturer, model, system type, processors with entries, ... locale, ... domain, logon
//! server, hotfixes with entries, network cards with entries. Two values are alike everywhere: the
//! version ("10.0.17763 N/D Compilación 17763") and the first numbered entries (the processors).
//! They are the anchors; where lines between them are missing, labels help.

use super::labels::{Meaning, meaning};
use super::layout::{Field, Layout};
use crate::inventory::local_date::read_date_time;
use crate::inventory::update_entry::looks_like_update;
use crate::text::holds_str;

/// Fields from the OS version to the processors in complete output.
const VERSION_TO_PROCESSORS: usize = 12;

/// The part of a layout that belongs to one host, with the fields found in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Section {
    pub(super) host: Option<usize>,
    pub(super) name: Option<usize>,
    pub(super) version: Option<usize>,
    pub(super) install: Option<usize>,
    pub(super) boot: Option<usize>,
    pub(super) manufacturer: Option<usize>,
    pub(super) model: Option<usize>,
    pub(super) system_type: Option<usize>,
    pub(super) processors: Option<usize>,
    pub(super) domain: Option<usize>,
    pub(super) hotfixes: Option<usize>,
    pub(super) network: Option<usize>,
    /// Fields of this host: from, to.
    pub(super) range: (usize, usize),
}

/// Whether a value is a Windows version: three numbers with dots at its beginning.
pub(super) fn is_version(value: &str) -> bool {
    build_number(value).is_some()
}

/// The build of "6.1.7601 Service Pack 1 Build 7601".
fn build_number(value: &str) -> Option<&str> {
    let word = value.split(char::is_whitespace).next()?;
    let mut parts = word.split('.');
    let (major, minor, build) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let windows = matches!(major, "5" | "6" | "10" | "11") && minor.len() == 1;
    (windows && digits(minor) && digits(build) && (3..=6).contains(&build.len())).then_some(build)
}

/// Whether `version` is the OS version of a host of which `name` is the field before.
pub(super) fn is_anchor(name: Option<&str>, version: &str) -> bool {
    let Some(build) = build_number(version) else { return false };
    name.is_some_and(|name| holds_str(name, "windows") || holds_str(name, "hyper-v server"))
        // The name may be masked; systeminfo says the build twice.
        || version.split(|c: char| !c.is_ascii_digit()).filter(|word| *word == build).count() >= 2
}

/// Finds the hosts of a file.
pub(super) fn sections(layout: &Layout) -> Vec<Section> {
    let fields = &layout.fields;
    let value = |at: usize| fields.get(at).map(|field| field.value.as_str());
    let mut anchors: Vec<usize> = (0..fields.len())
        .filter(|at| {
            let name = at.checked_sub(1).and_then(value);
            value(*at).is_some_and(|version| is_anchor(name, version))
        })
        .collect();
    // Within one host only the first can be the OS version.
    anchors.dedup_by(|later, earlier| *later - *earlier < 3);
    if anchors.is_empty() {
        return by_labels_only(layout).into_iter().collect();
    }
    let starts: Vec<(usize, Option<usize>)> =
        anchors.iter().map(|version| (*version, host_before(fields, *version))).collect();
    let mut found = Vec::with_capacity(starts.len());
    for (index, (version, host)) in starts.iter().enumerate() {
        let first = host.unwrap_or_else(|| version.saturating_sub(1));
        let end = starts.get(index + 1).map_or(fields.len(), |(next, next_host)| {
            next_host.unwrap_or_else(|| next.saturating_sub(1))
        });
        found.push(section(layout, *version, *host, (first, end)));
    }
    found
}

/// The host name's field: two before the version, unless it belongs to something else.
fn host_before(fields: &[Field], version: usize) -> Option<usize> {
    let at = version.checked_sub(2)?;
    let field = fields.get(at)?;
    let fits = match meaning(&field.label) {
        Some(meaning) => meaning == Meaning::HostName,
        None => field.opens,
    };
    let named = !field.value.contains(char::is_whitespace) && field.items.is_empty();
    (fits && named).then_some(at)
}

fn section(layout: &Layout, version: usize, host: Option<usize>, range: (usize, usize)) -> Section {
    let fields = &layout.fields;
    let mut found = Section {
        host,
        name: version.checked_sub(1).filter(|at| *at >= range.0),
        version: Some(version),
        range,
        ..Section::default()
    };
    let with_items = |from: usize| {
        (from..range.1).find(|at| fields.get(*at).is_some_and(|field| !field.items.is_empty()))
    };
    found.processors = with_items(version + 1).filter(|at| !lists_updates(layout, *at));
    match found.processors {
        Some(processors) if processors - version == VERSION_TO_PROCESSORS => {
            found.install = Some(version + 7);
            found.boot = Some(version + 8);
            found.manufacturer = Some(version + 9);
            found.model = Some(version + 10);
            found.system_type = Some(version + 11);
        }
        _ => by_labels_and_shapes(layout, &mut found),
    }
    found.hotfixes = hotfixes(layout, &found);
    found.domain = logon_server(layout, &found)
        .and_then(|at| at.checked_sub(1))
        .or_else(|| labelled(layout, range, Meaning::Domain));
    found.network = match found.hotfixes {
        Some(at) => with_items(at + 1),
        None => labelled(layout, range, Meaning::NetworkCards),
    };
    found
}

fn labelled(layout: &Layout, range: (usize, usize), wanted: Meaning) -> Option<usize> {
    (range.0..range.1)
        .find(|at| layout.fields.get(*at).is_some_and(|f| meaning(&f.label) == Some(wanted)))
}

/// Output of which lines are missing: labels first, then what the values look like.
fn by_labels_and_shapes(layout: &Layout, found: &mut Section) {
    let range = found.range;
    let one = |wanted| labelled(layout, range, wanted);
    found.install = one(Meaning::InstallDate);
    found.boot = one(Meaning::BootTime);
    found.manufacturer = one(Meaning::Manufacturer);
    found.model = one(Meaning::Model);
    found.system_type = one(Meaning::SystemType);
    let from = found.version.map_or(range.0, |at| at + 1);
    let to = found.processors.unwrap_or(range.1);
    let value = |at: usize| layout.fields.get(at).map_or("", |field| field.value.as_str());
    if found.system_type.is_none() {
        found.system_type = (from..to).find(|at| is_system_type(value(*at)));
    }
    if found.install.is_none() && found.boot.is_none() {
        // Both dates are there, in this order, or we cannot tell which one is.
        let mut dates = (from..to).filter(|at| read_date_time(value(*at), None).is_some());
        if let (Some(install), Some(boot), None) = (dates.next(), dates.next(), dates.next()) {
            (found.install, found.boot) = (Some(install), Some(boot));
        }
    }
}

/// "x64-based PC", "X86-basierter PC", "PC x64": an architecture and PC in a short text.
fn is_system_type(value: &str) -> bool {
    value.len() <= 48
        && holds_str(value, "pc")
        && ["x64", "x86", "arm64", "itanium"].iter().any(|word| holds_str(value, word))
}

/// The field below which updates are listed, or which says why none are.
fn hotfixes(layout: &Layout, found: &Section) -> Option<usize> {
    let from = found.processors.or(found.version).map_or(found.range.0, |at| at + 1);
    (from..found.range.1)
        .find(|at| lists_updates(layout, *at))
        .or_else(|| labelled(layout, found.range, Meaning::Hotfixes))
        .or_else(|| logon_server(layout, found).map(|at| at + 1).filter(|at| *at < found.range.1))
}

/// Whether a field's entries are updates.
fn lists_updates(layout: &Layout, at: usize) -> bool {
    let Some(field) = layout.fields.get(at) else { return false };
    let items = layout.items_of(field);
    let shown = items.iter().filter(|item| !item.text.is_empty()).count();
    let updates = items.iter().filter(|item| looks_like_update(&item.text)).count();
    updates > 0 && updates * 2 >= shown
}

/// The logon server is the only field that begins with two backslashes.
fn logon_server(layout: &Layout, found: &Section) -> Option<usize> {
    let from = found.version.map_or(found.range.0, |at| at + 1);
    (from..found.range.1)
        .find(|at| layout.fields.get(*at).is_some_and(|f| f.value.starts_with("\\\\")))
}

/// Output without an OS version: what the labels say.
fn by_labels_only(layout: &Layout) -> Option<Section> {
    let range = (0, layout.fields.len());
    let name = labelled(layout, range, Meaning::OsName)?;
    let mut found = Section {
        host: labelled(layout, range, Meaning::HostName),
        name: Some(name),
        domain: labelled(layout, range, Meaning::Domain),
        range,
        ..Section::default()
    };
    by_labels_and_shapes(layout, &mut found);
    found.hotfixes = hotfixes(layout, &found);
    found.network = labelled(layout, range, Meaning::NetworkCards);
    Some(found)
}
