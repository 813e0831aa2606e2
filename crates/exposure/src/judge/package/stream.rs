//! For which release of a distribution a statement is: versions compare inside one stream only.

use model::evidence::Ecosystem;

use super::identity::packaging;
use super::software::Subject;
use crate::knowledge::schema::ArchivedStatement;

/// Whether a statement is for the release of the distribution that the software belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    /// It is, or the statement is for none.
    Own,
    /// It is for another: it says nothing here, and does not make the software known.
    Other,
    /// The evidence does not show the release.
    NotShown,
}

pub(super) fn stream(
    statement: &ArchivedStatement,
    subject: &Subject<'_>,
    version: Option<&str>,
) -> Stream {
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
pub(in crate::judge) fn rpm_stream_of(statement: &ArchivedStatement) -> Option<&str> {
    statement
        .versions
        .iter()
        .map(rkyv::string::ArchivedString::as_str)
        .chain(statement.ranges.iter().map(|r| r.upper.as_str()))
        .find_map(rpm_stream)
}

/// "11" fits "11.6"; "v3.18" fits "3.18.4"; "22.04:LTS" fits "22.04".
pub(in crate::judge) fn release_fits(stated: &str, own: &str) -> bool {
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
