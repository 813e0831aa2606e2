//! One feed of a publisher: what it is, where it is, and which documents follow from that.
//!
//! A feed without a list of its own (one file, one a month, one an ecosystem) is expanded here;
//! a feed that publishes a list is expanded in `listing`. Nothing here touches the network.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::digest::Algorithm;

/// One feed as the settings file describes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// Name for messages, folders and `--accept-shrink`: lower-case letters, digits, `-`.
    pub name: String,
    /// Which reader understands it.
    pub kind: FeedKind,
    /// Address; may hold `{id}`, `{ecosystem}`, `{year}`, `{month}` (01), `{mon}` (Jan), `{day}`.
    pub url: String,
    /// Address of the list that gives every `{id}` (kind `msrc-cvrf`).
    pub index: Option<String>,
    /// What a CSAF directory's list is relative to, where it is not the list's own folder.
    pub base: Option<String>,
    /// First month (`2016-04`) of a feed with one document a month and no index.
    pub since: Option<String>,
    /// Values of `{ecosystem}`.
    #[serde(default)]
    pub ecosystems: Vec<String>,
    /// How a received document is proved.
    #[serde(default)]
    pub checksum: Checksum,
    /// Whether an update asks for it when it is not named.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Largest size one document may have, after any transfer compression is undone.
    pub max_bytes: u64,
    /// Longest one attempt at one document may take.
    #[serde(default = "ten_minutes")]
    pub timeout_secs: u64,
    /// Largest number of documents a list may name.
    #[serde(default = "fifty_thousand")]
    pub max_documents: usize,
}

/// What kind of documents a feed holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeedKind {
    /// Microsoft's monthly CVRF documents (XML).
    MsrcCvrf,
    /// The definitions archive of wes-ng.
    WesNg,
    /// CISA's catalogue of exploited vulnerabilities, JSON.
    KevJson,
    /// The same catalogue, CSV.
    KevCsv,
    /// EPSS scores, CSV, mostly gzipped.
    EpssCsv,
    /// CSAF documents named by a `changes.csv` or `index.txt`.
    CsafDirectory,
    /// CSAF documents named by a ROLIE feed.
    CsafRolie,
    /// CSAF documents found from a `provider-metadata.json`.
    CsafProviderMetadata,
    /// An archive of CVE JSON 5 records.
    #[serde(rename = "cve-json5-archive")]
    CveJson5Archive,
    /// An archive of OSV records.
    OsvArchive,
}

impl FeedKind {
    /// Returns the name used in settings and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MsrcCvrf => "msrc-cvrf",
            Self::WesNg => "wes-ng",
            Self::KevJson => "kev-json",
            Self::KevCsv => "kev-csv",
            Self::EpssCsv => "epss-csv",
            Self::CsafDirectory => "csaf-directory",
            Self::CsafRolie => "csaf-rolie",
            Self::CsafProviderMetadata => "csaf-provider-metadata",
            Self::CveJson5Archive => "cve-json5-archive",
            Self::OsvArchive => "osv-archive",
        }
    }

    /// Tells whether one document holds many records, so that losing some of them is suspicious.
    /// A single CSAF advisory may well become shorter when it is revised.
    pub(super) fn is_a_collection(self) -> bool {
        !self.is_csaf()
    }

    pub(super) fn is_csaf(self) -> bool {
        matches!(self, Self::CsafDirectory | Self::CsafRolie | Self::CsafProviderMetadata)
    }

    /// Media type to ask for. The MSRC API answers XML or JSON by this header.
    pub(super) fn accept(self) -> &'static str {
        match self {
            Self::MsrcCvrf => "application/xml",
            _ => "*/*",
        }
    }
}

/// How a received document is proved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Checksum {
    /// The publisher gives none.
    #[default]
    None,
    /// A file beside the document, its name and `.sha256` or `.sha512`.
    Beside(Algorithm),
    /// A value written in the settings.
    Fixed(Algorithm, String),
}

impl TryFrom<String> for Checksum {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "none" => return Ok(Self::None),
            "sha256-beside" => return Ok(Self::Beside(Algorithm::Sha256)),
            "sha512-beside" => return Ok(Self::Beside(Algorithm::Sha512)),
            _ => {}
        }
        let fixed = [("sha256:", Algorithm::Sha256), ("sha512:", Algorithm::Sha512)];
        for (prefix, algorithm) in fixed {
            if let Some(hex) = text.strip_prefix(prefix) {
                return algorithm.hex(hex).map(|hex| Self::Fixed(algorithm, hex)).ok_or_else(
                    || {
                        format!(
                            "`{text}` has not the {} hexadecimal digits of {algorithm}",
                            algorithm.digits()
                        )
                    },
                );
            }
        }
        Err(format!(
            "`{text}` is no checksum rule: write none, sha256-beside, sha512-beside, sha256:HEX or sha512:HEX"
        ))
    }
}

/// One document to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) url: String,
    /// Where it is kept, below the feed's folder; `/` between the parts.
    pub(super) relative: String,
    /// The publisher's word for "this has not changed", where a list gives one.
    pub(super) stamp: Option<String>,
    pub(super) expected: Option<Expected>,
    /// A month that may not be published yet: its absence is no failure.
    pub(super) may_be_missing: bool,
}

/// Where the checksum of one document comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    At { algorithm: Algorithm, url: String },
    Is { algorithm: Algorithm, hex: String },
}

impl Checksum {
    pub(super) fn of(&self, url: &str) -> Option<Expected> {
        match self {
            Self::None => None,
            Self::Beside(algorithm) => Some(Expected::At {
                algorithm: *algorithm,
                url: format!("{url}.{}", algorithm.extension()),
            }),
            Self::Fixed(algorithm, hex) => {
                Some(Expected::Is { algorithm: *algorithm, hex: hex.clone() })
            }
        }
    }
}

impl Feed {
    /// Tells whether the documents are named by a list of the publisher.
    pub(super) fn has_listing(&self) -> bool {
        self.kind.is_csaf() || self.index.is_some()
    }

    /// Returns the document behind `url`, kept under a name made from `path`.
    pub(super) fn wanted(&self, url: String, path: &str) -> Option<Wanted> {
        let relative = local_name(path)?;
        let expected = self.checksum.of(&url);
        Some(Wanted { url, relative, stamp: None, expected, may_be_missing: false })
    }

    /// Returns the documents of a feed that publishes no list.
    pub(super) fn fixed_documents(&self, now: Timestamp) -> Vec<Wanted> {
        let today = now.to_zoned(TimeZone::UTC).date();
        if !self.ecosystems.is_empty() {
            return self
                .ecosystems
                .iter()
                .filter_map(|name| {
                    let url = self.url.replace("{ecosystem}", &encode(name));
                    let path = format!("{name}/{}", last_part(&url));
                    self.wanted(url, &path)
                })
                .collect();
        }
        let Some(first) = self.since.as_deref().and_then(month) else {
            let url = expand(&self.url, today);
            let path = last_part(&url).to_owned();
            return self.wanted(url, &path).into_iter().collect();
        };
        months(first, today)
            .into_iter()
            .filter_map(|date| {
                let url = expand(&self.url, date);
                let path = last_part(&url).to_owned();
                let mut wanted = self.wanted(url, &path)?;
                wanted.may_be_missing =
                    (date.year(), date.month()) == (today.year(), today.month());
                Some(wanted)
            })
            .collect()
    }
}

/// Returns the first day of a month written `2016-04`.
pub(super) fn month(text: &str) -> Option<Date> {
    let (year, month) = text.split_once('-')?;
    (year.len() == 4 && month.len() == 2).then_some(())?;
    Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()
}

fn months(first: Date, last: Date) -> Vec<Date> {
    let mut all = Vec::new();
    let mut date = first;
    // 2,400 months are two centuries: a settings file with `since = "0001-01"` stays harmless.
    while date <= last && all.len() < 2_400 {
        all.push(date);
        let Some(next) = next_month(date) else { break };
        date = next;
    }
    all
}

fn next_month(date: Date) -> Option<Date> {
    let (year, month) = match date.month() {
        12 => (date.year() + 1, 1),
        month => (date.year(), month + 1),
    };
    Date::new(year, month, 1).ok()
}

fn expand(template: &str, date: Date) -> String {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let index = usize::try_from(date.month() - 1).unwrap_or_default();
    template
        .replace("{year}", &format!("{:04}", date.year()))
        .replace("{month}", &format!("{:02}", date.month()))
        .replace("{mon}", NAMES.get(index).copied().unwrap_or_default())
        .replace("{day}", &format!("{:02}", date.day()))
}

/// Percent-encodes what may not stand in a path segment (RFC 3986 section 3.3, the safe part).
pub(super) fn encode(segment: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn last_part(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or(url).trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

/// Makes a path below a folder of ours from a path of someone else's, or nothing if it would lead
/// outside or is absurd.
pub(super) fn local_name(path: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        if part == "." || part == ".." || part.len() > 200 || parts.len() >= 16 {
            return None;
        }
        let safe: String = part
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || "-._+".contains(c) { c } else { '_' })
            .collect();
        parts.push(safe);
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

fn yes() -> bool {
    true
}

fn ten_minutes() -> u64 {
    600
}

fn fifty_thousand() -> usize {
    50_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(text: &str) -> Feed {
        toml::from_str(text).expect("a feed")
    }

    #[test]
    fn a_month_template_gives_a_document_for_every_month_up_to_now() {
        let feed = feed(
            "name='m'\nkind='msrc-cvrf'\nurl='https://example.org/{year}-{mon}'\nsince='2016-11'\nmax_bytes=1",
        );
        let all = feed.fixed_documents("2017-02-03T00:00:00Z".parse().expect("time"));
        let urls: Vec<_> = all.iter().map(|w| w.url.as_str()).collect();
        assert_eq!(
            urls,
            [
                "https://example.org/2016-Nov",
                "https://example.org/2016-Dec",
                "https://example.org/2017-Jan",
                "https://example.org/2017-Feb"
            ]
        );
        assert!(all[3].may_be_missing && !all[2].may_be_missing);
    }

    #[test]
    fn ecosystems_are_encoded_in_addresses_and_made_safe_in_names() {
        let feed = feed(
            "name='o'\nkind='osv-archive'\nurl='https://example.org/{ecosystem}/all.zip'\necosystems=['Red Hat']\nmax_bytes=1",
        );
        let all = feed.fixed_documents(Timestamp::UNIX_EPOCH);
        assert_eq!(all[0].url, "https://example.org/Red%20Hat/all.zip");
        assert_eq!(all[0].relative, "Red_Hat/all.zip");
    }

    #[test]
    fn a_path_that_leads_outside_is_refused() {
        assert_eq!(local_name("../../etc/passwd"), None);
        assert_eq!(local_name("2024/../x.json"), None);
        assert_eq!(local_name("///"), None);
        assert_eq!(local_name("/2024/a b:c.json").as_deref(), Some("2024/a_b_c.json"));
        assert_eq!(local_name("C:\\x").as_deref(), Some("C__x"));
    }

    #[test]
    fn a_checksum_rule_that_is_none_is_refused() {
        assert!(Checksum::try_from("md5".to_owned()).is_err());
        assert!(Checksum::try_from("sha256:abc".to_owned()).is_err());
        let hex = "ab".repeat(32).to_uppercase();
        assert_eq!(
            Checksum::try_from(format!("sha256:{hex}")),
            Ok(Checksum::Fixed(Algorithm::Sha256, hex.to_lowercase()))
        );
    }
}
