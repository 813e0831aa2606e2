//! The files of what is published, byte for byte.

use formats::export::alert::{
    CapStatus, Feed, IssuedAlert, Publisher, atom, cap, changes, csaf, index, provider_metadata,
    rolie,
};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::event::Marking;
use serde_json::Value;
use sha2::{Digest as _, Sha256, Sha512};

use crate::error::Error;
use crate::hex::hex;

/// What everybody may read, with who publishes it.
pub struct Library<'p> {
    publisher: &'p Publisher,
    status: CapStatus,
    alerts: Vec<IssuedAlert>,
    /// The day on which it was looked at: an empty feed counts as made then.
    day: Timestamp,
}

impl<'p> Library<'p> {
    /// The library of some alerts; what is not for everybody is not taken in.
    pub fn new(
        (publisher, status): (&'p Publisher, CapStatus),
        mut alerts: Vec<IssuedAlert>,
        now: Timestamp,
    ) -> Self {
        alerts.retain(|alert| alert.marking == Marking::Clear);
        Self { publisher, status, alerts, day: begin_of_day(now) }
    }

    fn feed(&self) -> Feed<'_> {
        Feed {
            publisher: self.publisher,
            marking: Marking::Clear,
            alerts: &self.alerts,
            now: self.day,
        }
    }

    /// When anything in it changed last; none where it is empty.
    pub fn changed(&self) -> Option<Timestamp> {
        self.alerts.iter().map(IssuedAlert::last).max()
    }

    /// `provider-metadata.json`
    pub fn metadata(&self) -> Result<Vec<u8>, Error> {
        json(&provider_metadata(self.publisher, &[self.feed()], self.day))
    }

    /// The ROLIE feed.
    pub fn rolie(&self) -> Result<Vec<u8>, Error> {
        json(&rolie(&self.feed()))
    }

    /// `index.txt`
    pub fn index(&self) -> Vec<u8> {
        index(&self.feed()).into_bytes()
    }

    /// `changes.csv`
    pub fn changes(&self) -> Vec<u8> {
        changes(&self.feed()).into_bytes()
    }

    /// The Atom feed.
    pub fn atom(&self) -> Result<Vec<u8>, Error> {
        atom(&self.feed()).map_err(|source| Error::damaged("feed", "alerts.atom", source))
    }

    /// The years that have documents, the newest first.
    pub fn years(&self) -> Vec<i16> {
        let mut years: Vec<i16> = self.alerts.iter().map(IssuedAlert::year).collect();
        years.sort_unstable_by(|a, b| b.cmp(a));
        years.dedup();
        years
    }

    /// The documents of a year, by the names of their files.
    pub fn of_year(&self, year: &str) -> Vec<String> {
        let own = self.alerts.iter().filter(|alert| alert.year().to_string() == year);
        own.map(IssuedAlert::csaf_file).collect()
    }

    /// A document of a year, or what proves that it came whole (`.sha256`, `.sha512`), with when it changed; none where
    /// there is none of that name.
    pub fn of_folder(&self, year: &str, file: &str) -> Result<Option<(Vec<u8>, Timestamp)>, Error> {
        let (name, hash) = match file.rsplit_once('.') {
            Some((name, "sha256")) => (name, Some(Hash::Sha256)),
            Some((name, "sha512")) => (name, Some(Hash::Sha512)),
            _ => (file, None),
        };
        let is_it =
            |alert: &&IssuedAlert| alert.year().to_string() == year && alert.csaf_file() == name;
        let Some(alert) = self.alerts.iter().find(is_it) else { return Ok(None) };
        let document = document(self.publisher, alert)?;
        let bytes = match hash {
            None => document,
            Some(Hash::Sha256) => hash_file(&Sha256::digest(&document), name),
            Some(Hash::Sha512) => hash_file(&Sha512::digest(&document), name),
        };
        Ok(Some((bytes, alert.last())))
    }

    /// The CAP message of a file's name, with when it changed; none where there is none of that name.
    pub fn message(&self, file: &str) -> Result<Option<(Vec<u8>, Timestamp)>, Error> {
        let Some(alert) = self.alerts.iter().find(|alert| alert.cap_file() == file) else {
            return Ok(None);
        };
        Ok(Some((message((self.publisher, self.status), alert)?, alert.last())))
    }
}

/// A file of an alert, marked as the alert is, by its name: its CSAF document or its CAP message; none where there is none
/// of that name.
pub fn file_of(
    (publisher, status): (&Publisher, CapStatus),
    alert: &IssuedAlert,
    file: &str,
) -> Result<Option<Vec<u8>>, Error> {
    if file == alert.csaf_file() {
        document(publisher, alert).map(Some)
    } else if file == alert.cap_file() {
        message((publisher, status), alert).map(Some)
    } else {
        Ok(None)
    }
}

enum Hash {
    Sha256,
    Sha512,
}

/// As the tools write it that are used to check it (CSAF 2.0, requirement 18).
fn hash_file(hash: &[u8], name: &str) -> Vec<u8> {
    format!("{}  {name}\n", hex(hash)).into_bytes()
}

fn document(publisher: &Publisher, alert: &IssuedAlert) -> Result<Vec<u8>, Error> {
    json(&csaf(publisher, alert, env!("CARGO_PKG_VERSION")))
}

fn message(
    (publisher, status): (&Publisher, CapStatus),
    alert: &IssuedAlert,
) -> Result<Vec<u8>, Error> {
    cap(publisher, alert, status)
        .map_err(|source| Error::damaged("alert", alert.number.clone(), source))
}

fn json(value: &Value) -> Result<Vec<u8>, Error> {
    let mut bytes = serde_json::to_vec_pretty(value)
        .map_err(|source| Error::damaged("document", "of an alert", source))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn begin_of_day(now: Timestamp) -> Timestamp {
    let day: Date = now.to_zoned(TimeZone::UTC).date();
    day.to_zoned(TimeZone::UTC).map_or(now, |day| day.timestamp())
}
