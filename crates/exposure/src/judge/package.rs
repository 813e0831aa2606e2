//! Software: packages, programs, components, devices, by version against ranges.
//!
//! A distribution's package is judged only by statements of its own ecosystem: an upstream version
//! range says nothing of a backported fix. Versions compare only inside one product stream
//! ("el8" against "el9" does not). What no statement names is unrecognised, never safe.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

use model::cpe::Cpe;
use model::evidence::{Ecosystem, Platform, Software};
use model::verdict::Verdict;
use model::version::{Scheme, order};
use rkyv::string::ArchivedString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::combine::{Part, push};
use super::kind::ReasonKind;
use super::line::{Remedy, RowRef, Unrecognised, UnrecognisedKind, VulnerabilityRef};
use super::question::Question;
use super::reason::Reason;
use crate::host::{Host, Standing};
use crate::knowledge::build::{SCHEMES, fold, key_of_cpe, key_of_ecosystem, key_of_purl};
use crate::knowledge::lookup::{statements_of, versions_words};
use crate::knowledge::schema::{ArchivedRange, ArchivedStatement, NONE};

/// Judges every piece of software of a host.
pub(super) fn judge<'q>(
    question: &'q Question<'_>,
    host: &Host,
    standing: &Standing<'_>,
    parts: &mut Vec<Part<'q>>,
    unrecognised: &mut Vec<Unrecognised>,
) {
    let distribution = distribution(standing);
    let mut seen: FxHashSet<Identity<'_>> = FxHashSet::default();
    for piece in &host.pieces {
        for software in &piece.evidence.software {
            let keys: Rc<[String]> = Rc::from(keys_of(software, distribution.as_ref()));
            if !seen.insert(Identity::of(software, &keys)) {
                continue;
            }
            let printed: Arc<str> = Arc::from(printed(software));
            let row = RowRef::new(host, piece, &software.place, &printed);
            let subject = Subject { software, distribution: distribution.as_ref(), printed, row };
            if !judge_one(question, &subject, &keys, parts) {
                unrecognised.push(Unrecognised {
                    kind: UnrecognisedKind::Software,
                    name: software.name.clone(),
                    version: software.version.clone(),
                    row: subject.row,
                });
            }
        }
    }
}

/// What makes two rows of one or several files one piece of software.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct Identity<'a> {
    keys: Rc<[String]>,
    pub(super) version: Option<&'a str>,
    pub(super) vendor: Option<String>,
    pub(super) source_version: Option<&'a str>,
}

impl<'a> Identity<'a> {
    pub(super) fn of(software: &'a Software, keys: &Rc<[String]>) -> Self {
        Self {
            keys: Rc::clone(keys),
            version: software.version.as_deref(),
            vendor: software.vendor.as_deref().map(fold),
            source_version: software.source.as_ref().and_then(|(_, version)| version.as_deref()),
        }
    }
}

struct Subject<'a> {
    software: &'a Software,
    distribution: Option<&'a Distribution>,
    printed: Arc<str>,
    row: Arc<RowRef>,
}

/// The Linux distribution of a host, which decides what the names of its packages mean.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Distribution {
    pub(crate) id: String,
    pub(crate) version: Option<String>,
}

pub(super) fn distribution(standing: &Standing<'_>) -> Option<Distribution> {
    match &standing.os?.1.platform {
        Platform::Linux { distribution, version } => {
            Some(Distribution { id: distribution.clone(), version: version.clone() })
        }
        _ => None,
    }
}

/// Every key under which knowledge may speak of this software.
pub(super) fn keys_of(software: &Software, distribution: Option<&Distribution>) -> Vec<String> {
    let mut keys = Vec::new();
    if let Some(purl) = &software.purl {
        keys.push(key_of_purl(purl));
        // Distributions speak of source packages.
        if packaging(software).is_some()
            && let Some((source, _)) = &software.source
        {
            let namespace = purl.namespace().unwrap_or_default();
            keys.push(format!("{}/{namespace}/{source}", purl.kind()).to_lowercase());
        }
    }
    let ecosystems: &[&str] = match software.ecosystem {
        Ecosystem::Dpkg => match distribution.map(|d| d.id.as_str()) {
            Some("ubuntu") => &["Ubuntu"],
            Some("debian") => &["Debian"],
            _ => &["Debian", "Ubuntu"],
        },
        Ecosystem::Rpm => match distribution.map(|d| d.id.as_str()) {
            Some("almalinux") => &["AlmaLinux"],
            Some("rocky") => &["Rocky Linux"],
            Some("sles" | "suse") => &["SUSE"],
            Some("opensuse" | "opensuse-leap") => &["openSUSE"],
            _ => &["Red Hat"],
        },
        Ecosystem::Apk => &["Alpine"],
        _ => &[],
    };
    let names = std::iter::once(software.name.as_str())
        .chain(software.source.iter().map(|(name, _)| name.as_str()));
    for name in names {
        keys.extend(ecosystems.iter().filter_map(|e| key_of_ecosystem(e, name)));
    }
    let packaged = packaging(software).is_some();
    if !packaged {
        keys.extend(software.cpes.iter().filter_map(key_of_cpe));
        if software.purl.is_none() {
            keys.push(format!("name/{}", fold(&software.name)));
        }
    }
    keys.dedup();
    keys
}

/// The package manager of a distribution that installed a piece of software, also where a bill of
/// material names it by a package URL.
fn packaging(software: &Software) -> Option<Ecosystem> {
    match &software.ecosystem {
        own @ (Ecosystem::Dpkg | Ecosystem::Rpm | Ecosystem::Apk) => Some(own.clone()),
        _ => match software.purl.as_ref()?.kind() {
            "deb" => Some(Ecosystem::Dpkg),
            "rpm" => Some(Ecosystem::Rpm),
            "apk" => Some(Ecosystem::Apk),
            _ => None,
        },
    }
}

/// Judges one piece of software; `false` if no statement names it.
fn judge_one<'q>(
    question: &'q Question<'_>,
    subject: &Subject<'_>,
    keys: &[String],
    parts: &mut Vec<Part<'q>>,
) -> bool {
    let matching = matching(question, subject, keys);
    // Several statements on one vulnerability, by whatever source, are brought together by
    // `combine`; here each statement is one part.
    let mut by_advisory: FxHashMap<(&str, Verdict), usize> = FxHashMap::default();
    for said in &matching {
        let statement = said.statement;
        if statement.published.to_native() > question.as_at_day {
            continue;
        }
        let vulnerabilities: Vec<VulnerabilityRef> = statement
            .vulnerabilities
            .iter()
            .map(|v| v.to_native())
            .filter(|v| question.asks(*v))
            .map(VulnerabilityRef::Known)
            .collect();
        let advisory = statement.advisory.as_str();
        if vulnerabilities.is_empty() && !question.asks_advisory(advisory) {
            continue;
        }
        let Some((verdict, reason)) = evaluate(said, &matching, subject) else {
            continue;
        };
        let part = Part {
            order: (NONE, 0),
            vulnerabilities: Cow::Owned(vulnerabilities),
            verdict,
            remedies: Cow::Owned(remedies(statement, verdict, &reason, subject)),
            reasons: Arc::from([reason]),
            software: Some(Arc::clone(&subject.printed)),
            advisory: Some(Cow::Borrowed(advisory)),
            bulletin: None,
            source: statement.source.to_native(),
            group: None,
        };
        // One advisory with one verdict is one line for this software.
        let known = by_advisory.get(&(advisory, verdict)).and_then(|at| parts.get_mut(*at));
        if let Some(known) = known {
            known.absorb(&part);
        } else {
            by_advisory.insert((advisory, verdict), parts.len());
            push(parts, part);
        }
    }
    !matching.is_empty()
}

/// What one advisory says of one piece of software, for [`super::single`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spoken<'k> {
    pub(crate) verdict: Verdict,
    pub(crate) kind: ReasonKind,
    pub(crate) advisory: &'k str,
    pub(crate) source: u32,
}

/// As [`judge_one`], for one vulnerability, of which the statements under each key are given: those
/// that name it, and all others of the same advisories, which may stand in for them.
pub(super) fn speak<'k, S: Iterator<Item = (u32, &'k ArchivedStatement)>>(
    software: &Software,
    distribution: Option<&Distribution>,
    keys: &[String],
    as_at_day: i32,
    vulnerability: Option<u32>,
    under: impl Fn(&str) -> S,
) -> Vec<Spoken<'k>> {
    let place = model::reading::Place::Whole;
    let row = Arc::new(RowRef { piece: 0, place, raw: String::new() });
    let subject = Subject { software, distribution, printed: Arc::from(""), row };
    let matching = matching_of(keys, &subject, under);
    let mut spoken: Vec<Spoken<'k>> = Vec::new();
    for said in &matching {
        let statement = said.statement;
        let speaks = match vulnerability {
            Some(v) => statement.vulnerabilities.iter().any(|own| own.to_native() == v),
            None => statement.vulnerabilities.is_empty(),
        };
        if statement.published.to_native() > as_at_day || !speaks {
            continue;
        }
        let Some((verdict, reason)) = evaluate(said, &matching, &subject) else { continue };
        let advisory = statement.advisory.as_str();
        if spoken.iter().all(|known| (known.advisory, known.verdict) != (advisory, verdict)) {
            spoken.push(Spoken {
                verdict,
                kind: reason.kind(),
                advisory,
                source: statement.source.to_native(),
            });
        }
    }
    spoken
}

/// A statement that speaks of a piece of software.
struct Said<'k, 's> {
    statement: &'k ArchivedStatement,
    /// The release of the distribution that it is for.
    stream: Stream,
    /// The version it is to be compared with.
    version: Option<&'s str>,
}

/// The statements that speak of a piece of software.
fn matching<'k, 's>(
    question: &Question<'k>,
    subject: &Subject<'s>,
    keys: &[String],
) -> Vec<Said<'k, 's>> {
    matching_of(keys, subject, |key| statements_of(question.knowledge, key))
}

fn matching_of<'k, 's, S: Iterator<Item = (u32, &'k ArchivedStatement)>>(
    keys: &[String],
    subject: &Subject<'s>,
    under: impl Fn(&str) -> S,
) -> Vec<Said<'k, 's>> {
    let mut done: FxHashSet<u32> = FxHashSet::default();
    let mut matching = Vec::new();
    for key in keys {
        let version = version_under(key, subject.software);
        for (position, statement) in under(key) {
            if vendor_fits(statement, subject.software)
                && cpe_fits(statement.cpe.as_str(), subject.software)
                && (keys.len() == 1 || done.insert(position))
            {
                let stream = stream(statement, subject, version);
                if stream != Stream::Other {
                    matching.push(Said { statement, stream, version });
                }
            }
        }
    }
    matching
}

/// Where both sides state a vendor, one must contain the other ("Philips" and "Philips Healthcare").
fn vendor_fits(statement: &ArchivedStatement, software: &Software) -> bool {
    let stated = statement.vendor.as_str();
    match &software.vendor {
        Some(vendor) if !stated.is_empty() => {
            let printed = fold(vendor);
            printed.contains(stated) || stated.contains(&printed)
        }
        _ => true,
    }
}

/// Verdict and reason of one statement; `None` if it does not speak of this software.
fn evaluate(
    said: &Said<'_, '_>,
    matching: &[Said<'_, '_>],
    subject: &Subject<'_>,
) -> Option<(Verdict, Reason)> {
    let Said { statement, stream, version } = *said;
    let row = || Arc::clone(&subject.row);
    if stream == Stream::NotShown {
        let stated = statement.platform.as_str().to_owned();
        return Some((Verdict::Unknown, Reason::OtherStream { stated, row: row() }));
    }
    let range = || versions_words(statement);
    if statement.ranges.is_empty() && statement.versions.is_empty() {
        if !statement.free_text.is_empty() {
            let words = statement.free_text.as_str().to_owned();
            return Some((Verdict::Unknown, Reason::RangeInWords { words, row: row() }));
        }
        return Some(match statement.status {
            0 => (
                Verdict::Affected,
                Reason::VersionAffected {
                    version: version.unwrap_or("not shown").to_owned(),
                    range: range(),
                    row: row(),
                },
            ),
            2 => (Verdict::NotAffected, Reason::PublisherSaysNot { row: row() }),
            3 => (Verdict::Unknown, Reason::UnderInvestigation { row: row() }),
            // "Fixed" without a version says nothing of the version at hand.
            _ => return None,
        });
    }
    let Some(version) = version else {
        return Some((Verdict::Unknown, Reason::VersionNotShown { range: range(), row: row() }));
    };
    let place = locate(statement, subject, version);
    let version = version.to_owned();
    Some(match (statement.status, place) {
        (0, Position::Inside) => {
            (Verdict::Affected, Reason::VersionAffected { version, range: range(), row: row() })
        }
        (0, Position::Past(fixed)) => {
            (Verdict::Fixed, Reason::VersionFixed { version, fixed, row: row() })
        }
        (0, Position::Outside) => {
            (Verdict::NotAffected, Reason::VersionOutside { version, range: range(), row: row() })
        }
        (1, Position::Inside | Position::Past(_)) => (
            Verdict::Fixed,
            Reason::VersionFixed {
                version,
                fixed: fixed(statement).into_iter().next().unwrap_or_default(),
                row: row(),
            },
        ),
        (0, Position::Unnamed) => {
            if is_settled(said, matching, subject) {
                return None;
            }
            let named = named_versions(statement, matching);
            (Verdict::Unknown, Reason::VersionNotNamed { version, named, row: row() })
        }
        (1, Position::Outside | Position::Unnamed) => {
            return beside_fixes(statement, matching, subject, version, range());
        }
        (2, Position::Inside) => (Verdict::NotAffected, Reason::PublisherSaysNot { row: row() }),
        (3, Position::Inside) => (Verdict::Unknown, Reason::UnderInvestigation { row: row() }),
        (2 | 3, _) => return None,
        (_, Position::Unclear) => {
            (Verdict::Unknown, Reason::VersionNotComparable { version, range: range(), row: row() })
        }
        (_, Position::InWords) => {
            let words = statement.free_text.as_str().to_owned();
            (Verdict::Unknown, Reason::RangeInWords { words, row: row() })
        }
        _ => return None,
    })
}

/// The statements of the same advisory on a flaw that a statement is about.
fn same_advisory<'a, 'k, 's>(
    statement: &'a ArchivedStatement,
    matching: &'a [Said<'k, 's>],
) -> impl Iterator<Item = &'a Said<'k, 's>> + Clone {
    let on_same_flaw = |other: &ArchivedStatement| {
        (statement.vulnerabilities.is_empty() && other.vulnerabilities.is_empty())
            || other.vulnerabilities.iter().any(|flaw| statement.vulnerabilities.contains(flaw))
    };
    matching.iter().filter(move |other| {
        other.statement.source == statement.source
            && other.statement.advisory == statement.advisory
            && on_same_flaw(other.statement)
    })
}

/// Whether the same advisory answers elsewhere for a version that a list of affected ones leaves
/// out: it names this very version under another status, or a fix at or below it and past every
/// version of the list.
fn is_settled(said: &Said<'_, '_>, matching: &[Said<'_, '_>], subject: &Subject<'_>) -> bool {
    let listed = &said.statement.versions;
    same_advisory(said.statement, matching).any(|other| {
        let Some(version) = other.version.filter(|_| other.stream == Stream::Own) else {
            return false;
        };
        let fixes = match (other.statement.status, locate(other.statement, subject, version)) {
            (0 | 1, Position::Past(fix)) => vec![fix],
            (1, Position::Inside | Position::Outside | Position::Unnamed) => fixed(other.statement),
            (2 | 3, Position::Inside) => return true,
            _ => return false,
        };
        fixes.iter().any(|fix| {
            let order = |version: &str| compare(said.statement, subject, version, fix);
            matches!(order(version), Some(Ordering::Greater | Ordering::Equal))
                && listed.iter().all(|listed| order(listed) == Some(Ordering::Less))
        })
    })
}

/// Every version that an advisory calls affected one by one, in words.
fn named_versions(statement: &ArchivedStatement, matching: &[Said<'_, '_>]) -> String {
    let mut named: Vec<&str> = same_advisory(statement, matching)
        .filter(|other| other.statement.status == 0)
        .flat_map(|other| other.statement.versions.iter().map(ArchivedString::as_str))
        .collect();
    named.sort_unstable();
    named.dedup();
    match named.len() {
        0..=4 => named.join(", "),
        count => format!("{count} listed versions"),
    }
}

/// A version that is none of the fixed ones: below all of them it is affected, above all of them
/// fixed. Between those of two branches it can be either. Nothing is concluded where the same
/// advisory states the affected ranges itself.
fn beside_fixes(
    statement: &ArchivedStatement,
    matching: &[Said<'_, '_>],
    subject: &Subject<'_>,
    version: String,
    range: String,
) -> Option<(Verdict, Reason)> {
    let advisory = || same_advisory(statement, matching).map(|said| said.statement);
    if advisory().any(|other| other.status == 0 && !other.ranges.is_empty()) {
        return None;
    }
    let fixes: Vec<String> = advisory().filter(|other| other.status == 1).flat_map(fixed).collect();
    let row = Arc::clone(&subject.row);
    let mut above: Option<String> = None;
    let mut at_or_below: Option<String> = None;
    for fix in fixes {
        match compare(statement, subject, &version, &fix) {
            Some(Ordering::Less) => {
                let nearer = above.as_ref().is_none_or(|known| {
                    compare(statement, subject, &fix, known) == Some(Ordering::Less)
                });
                if nearer {
                    above = Some(fix);
                }
            }
            Some(_) => at_or_below = Some(fix),
            None => {
                let reason = Reason::VersionNotComparable { version, range, row };
                return Some((Verdict::Unknown, reason));
            }
        }
    }
    Some(match (at_or_below, above) {
        (None, Some(fixed)) => (Verdict::Affected, Reason::VersionBelowFix { version, fixed, row }),
        (Some(fixed), None) => (Verdict::Fixed, Reason::VersionFixed { version, fixed, row }),
        (Some(one), Some(other)) => {
            let range = format!("the versions with the fix: {one}, {other}");
            (Verdict::Unknown, Reason::VersionNotComparable { version, range, row })
        }
        (None, None) => (Verdict::Unknown, Reason::VersionNotComparable { version, range, row }),
    })
}

/// The versions that a statement calls fixed.
fn fixed(statement: &ArchivedStatement) -> Vec<String> {
    let versions = statement.versions.iter().map(|v| v.as_str().to_owned());
    let lower =
        statement.ranges.iter().filter(|r| r.lower_kind == 1).map(|r| r.lower.as_str().to_owned());
    versions.chain(lower).collect()
}

/// Where a version lies among a statement's versions.
enum Position {
    Inside,
    /// At or past the end of a range that excludes this version: the one with the fix.
    Past(String),
    /// Outside everything that is named, by ranges or by a list that names everything.
    Outside,
    /// Versions are named one by one, and it is none of them.
    Unnamed,
    /// None of what is understood, and there is more in words.
    InWords,
    /// Not comparable.
    Unclear,
}

fn locate(statement: &ArchivedStatement, subject: &Subject<'_>, version: &str) -> Position {
    let mut unsure = false;
    for listed in statement.versions.iter() {
        match is_same(statement, subject, version, listed.as_str()) {
            Some(true) => return Position::Inside,
            Some(false) => {}
            None => unsure = true,
        }
    }
    let mut passed: Vec<&ArchivedRange> = Vec::new();
    let mut unclear = false;
    for range in statement.ranges.iter() {
        match within(range, subject, version) {
            Some(Within::Yes) => return Position::Inside,
            Some(Within::Above) => passed.push(range),
            Some(Within::Below) => {}
            None => unclear = true,
        }
    }
    if unclear {
        return Position::Unclear;
    }
    if !statement.free_text.is_empty() {
        return Position::InWords;
    }
    // The end of a range answers for the listed versions before it, not for those behind it.
    let answers = |range: &&&ArchivedRange| {
        statement.versions.iter().all(|listed| {
            compare(statement, subject, listed, range.upper.as_str()) == Some(Ordering::Less)
        })
    };
    match passed.iter().rfind(answers) {
        // An end that belongs to the range is the last affected version, not one with the fix.
        Some(range) if range.upper_kind == 2 => Position::Past(range.upper.as_str().to_owned()),
        None if !statement.versions.is_empty() && statement.unnamed != 1 => Position::Unnamed,
        None if unsure => Position::Unclear,
        _ => Position::Outside,
    }
}

/// Whether two versions are one; `None` if that cannot be told ("1.0" and "1.0.0" where no scheme
/// is named).
fn is_same(
    statement: &ArchivedStatement,
    subject: &Subject<'_>,
    version: &str,
    listed: &str,
) -> Option<bool> {
    if version == listed {
        return Some(true);
    }
    let scheme = scheme_between(statement, subject);
    match ordered(scheme, version, listed) {
        Some(order) => Some(order == Ordering::Equal),
        // What is no version of the scheme is none that compares.
        None => {
            (scheme != Scheme::Dotted && order(scheme, listed, listed).is_err()).then_some(false)
        }
    }
}

enum Within {
    Yes,
    Above,
    Below,
}

fn within(range: &ArchivedRange, subject: &Subject<'_>, version: &str) -> Option<Within> {
    let scheme = scheme_of(range, subject);
    let against = |bound: &str| ordered(scheme, version, bound);
    match range.lower_kind {
        1 if against(range.lower.as_str())? == Ordering::Less => return Some(Within::Below),
        2 if against(range.lower.as_str())? != Ordering::Greater => return Some(Within::Below),
        _ => {}
    }
    match range.upper_kind {
        1 if against(range.upper.as_str())? == Ordering::Greater => Some(Within::Above),
        2 if against(range.upper.as_str())? != Ordering::Less => Some(Within::Above),
        _ => Some(Within::Yes),
    }
}

/// The order of a range: its own, else the software's, else the cautious one for dotted numbers.
fn scheme_of(range: &ArchivedRange, subject: &Subject<'_>) -> Scheme {
    SCHEMES
        .get(usize::from(range.scheme))
        .copied()
        .or_else(|| scheme_of_software(subject.software))
        .unwrap_or(Scheme::Dotted)
}

fn scheme_of_software(software: &Software) -> Option<Scheme> {
    match packaging(software) {
        Some(Ecosystem::Dpkg) => Some(Scheme::Dpkg),
        Some(Ecosystem::Rpm) => Some(Scheme::Rpm),
        Some(Ecosystem::Apk) => Some(Scheme::Apk),
        _ => software.purl.as_ref().and_then(model::purl::Purl::scheme),
    }
}

fn compare(
    statement: &ArchivedStatement,
    subject: &Subject<'_>,
    version: &str,
    other: &str,
) -> Option<Ordering> {
    ordered(scheme_between(statement, subject), version, other)
}

/// The order of versions that a statement lists.
fn scheme_between(statement: &ArchivedStatement, subject: &Subject<'_>) -> Scheme {
    statement
        .ranges
        .first()
        .map(|range| scheme_of(range, subject))
        .or_else(|| scheme_of_software(subject.software))
        .unwrap_or(Scheme::Dotted)
}

/// Orders a version of a host against a stated one; `None` if that cannot be told. `rpm -qa` prints
/// no epoch: a version without one is not epoch 0, so it compares only with versions of no epoch.
fn ordered(scheme: Scheme, own: &str, stated: &str) -> Option<Ordering> {
    let has_epoch = |version: &str| {
        version.split_once(':').is_some_and(|(epoch, _)| !epoch.trim_start_matches('0').is_empty())
    };
    if scheme == Scheme::Rpm && !own.contains(':') && has_epoch(stated) {
        return None;
    }
    order(scheme, own, stated).ok()
}

/// The version that counts under a key: the source package's where the key names that, else the
/// package's own. A binary may have another version than its source ("postgresql-contrib 15+248" of
/// postgresql-common 248; "libgpm2 1.20.7-10+b1", rebuilt from gpm 1.20.7-10).
fn version_under<'a>(key: &str, software: &'a Software) -> Option<&'a str> {
    if packaging(software) == Some(Ecosystem::Dpkg)
        && let Some((source, Some(version))) = &software.source
        && key.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case(source))
    {
        return Some(version);
    }
    software.version.as_deref().or_else(|| software.purl.as_ref().and_then(|p| p.version()))
}

/// Whether the CPE of a statement speaks of the software; version attributes are left to ranges.
fn cpe_fits(stated: &str, software: &Software) -> bool {
    if stated.is_empty() || software.cpes.is_empty() {
        return true;
    }
    let Ok(stated) = Cpe::parse(stated) else { return true };
    software.cpes.iter().any(|own| {
        stated.part() == own.part()
            && stated.vendor() == own.vendor()
            && stated.product() == own.product()
    })
}

/// Whether a statement is for the release of the distribution that the software belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    /// It is, or the statement is for none.
    Own,
    /// It is for another: it says nothing here, and does not make the software known.
    Other,
    /// The evidence does not show the release.
    NotShown,
}

fn stream(statement: &ArchivedStatement, subject: &Subject<'_>, version: Option<&str>) -> Stream {
    let packaging = packaging(subject.software);
    if packaging == Some(Ecosystem::Rpm) {
        let own = version.and_then(rpm_stream);
        return match (own, rpm_stream_of(statement)) {
            (Some(own), Some(stated)) if own != stated => Stream::Other,
            _ => Stream::Own,
        };
    }
    let stated = statement.platform.as_str();
    if stated.is_empty() || packaging.is_none() {
        return Stream::Own;
    }
    match subject.distribution.and_then(|d| d.version.as_deref()) {
        Some(own) if release_fits(stated, own) => Stream::Own,
        Some(_) => Stream::Other,
        None => Stream::NotShown,
    }
}

/// The product stream that a statement on an rpm package is for, where it names one.
pub(super) fn rpm_stream_of(statement: &ArchivedStatement) -> Option<&str> {
    statement
        .versions
        .iter()
        .map(rkyv::string::ArchivedString::as_str)
        .chain(statement.ranges.iter().map(|r| r.upper.as_str()))
        .find_map(rpm_stream)
}

/// "11" fits "11.6"; "v3.18" fits "3.18.4"; "22.04:LTS" fits "22.04".
pub(super) fn release_fits(stated: &str, own: &str) -> bool {
    let stated = stated.trim_start_matches('v').split(':').next().unwrap_or("");
    let own = own.trim_start_matches('v');
    own == stated || own.strip_prefix(stated).is_some_and(|rest| rest.starts_with('.'))
}

/// The product stream in an rpm release: "el8" in "3.el8_4", "fc38", "amzn2".
fn rpm_stream(version: &str) -> Option<&str> {
    version.split(['.', '_', '-', '+']).find_map(|word| {
        let tag = ["el", "fc", "amzn", "sles"].iter().find(|tag| word.starts_with(**tag))?;
        let digits = word.get(tag.len()..)?.bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0).then(|| word.get(..tag.len() + digits)).flatten()
    })
}

fn remedies(
    statement: &ArchivedStatement,
    verdict: Verdict,
    reason: &Reason,
    subject: &Subject<'_>,
) -> Vec<Remedy> {
    if !matches!(verdict, Verdict::Affected | Verdict::Unknown) {
        return Vec::new();
    }
    let mut remedies = Vec::new();
    let product = subject.software.name.clone();
    match reason {
        Reason::VersionBelowFix { fixed, .. } => {
            remedies.push(Remedy::UpdateTo { product, version: fixed.clone() });
        }
        Reason::VersionAffected { version, .. } => {
            let next = match statement.ranges.as_slice() {
                // It is affected, and nothing else says so.
                [range] if statement.versions.is_empty() => Some(range),
                ranges => ranges
                    .iter()
                    .filter(|r| r.upper_kind == 2)
                    .find(|r| matches!(within(r, subject, version), Some(Within::Yes))),
            }
            .filter(|r| r.upper_kind == 2);
            if let Some(range) = next {
                remedies
                    .push(Remedy::UpdateTo { product, version: range.upper.as_str().to_owned() });
            }
        }
        _ => {}
    }
    for stated in statement.remediations.iter() {
        match stated.category {
            0 if remedies.iter().any(|r| matches!(r, Remedy::UpdateTo { .. })) => {}
            3 | 4 => remedies.push(Remedy::NoneAvailable),
            _ => remedies.push(Remedy::Publisher(stated.details.as_str().to_owned())),
        }
    }
    remedies
}

pub(super) fn printed(software: &Software) -> String {
    match &software.version {
        Some(version) => [software.name.as_str(), " ", version].concat(),
        None => software.name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_on_a_binary_is_compared_with_the_version_of_the_binary() {
        let rebuilt = Software {
            ecosystem: Ecosystem::Dpkg,
            name: "libgpm2".to_owned(),
            version: Some("1.20.7-10+b1".to_owned()),
            source: Some(("gpm".to_owned(), Some("1.20.7-10".to_owned()))),
            ..Software::default()
        };
        assert_eq!(version_under("deb/debian/gpm", &rebuilt), Some("1.20.7-10"));
        assert_eq!(version_under("deb/debian/libgpm2", &rebuilt), Some("1.20.7-10+b1"));
    }

    #[test]
    fn a_name_that_is_both_binary_and_source_means_the_source() {
        let rebuilt = Software {
            ecosystem: Ecosystem::Dpkg,
            name: "bzip2".to_owned(),
            version: Some("1.0.8-5+b1".to_owned()),
            source: Some(("bzip2".to_owned(), Some("1.0.8-5".to_owned()))),
            ..Software::default()
        };
        assert_eq!(version_under("deb/debian/bzip2", &rebuilt), Some("1.0.8-5"));
    }
}
