//! Which statements speak of a piece of software: vendor, CPE name and product stream must fit.

use model::cpe::Cpe;
use model::evidence::{Ecosystem, Software};
use rustc_hash::FxHashSet;

use super::identity::packaging;
use super::software::Subject;
use super::stream::{Stream, stream};
use crate::judge::question::Question;
use crate::knowledge::build::fold;
use crate::knowledge::lookup::statements_of;
use crate::knowledge::schema::ArchivedStatement;

/// A statement that speaks of a piece of software.
pub(super) struct Said<'k, 's> {
    pub(super) statement: &'k ArchivedStatement,
    /// The release of the distribution that it is for.
    pub(super) stream: Stream,
    /// The version it is to be compared with.
    pub(super) version: Option<&'s str>,
}

/// The statements that speak of a piece of software.
pub(super) fn matching<'k, 's>(
    question: &Question<'k>,
    subject: &Subject<'s>,
    keys: &[String],
) -> Vec<Said<'k, 's>> {
    matching_of(keys, subject, |key| statements_of(question.knowledge, key))
}

pub(super) fn matching_of<'k, 's, S: Iterator<Item = (u32, &'k ArchivedStatement)>>(
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
