//! A publisher's list of documents, read: the MSRC index, a CSAF directory (`changes.csv` or
//! `index.txt`), a ROLIE feed, and the provider metadata that names such lists (CSAF 2.0, 7.1.7,
//! 7.1.11 to 7.1.13, 7.1.15).
//!
//! Pure: text in, documents and warnings out. A bad row costs that row.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::digest::Algorithm;
use super::feed::{Expected, Feed, Wanted, encode, local_name};

/// What a list says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    pub(super) documents: Vec<Wanted>,
    pub(super) warnings: Vec<String>,
}

/// The form of one list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListForm {
    MsrcIndex,
    Directory,
    Rolie,
}

/// One list to be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct List {
    pub(super) form: ListForm,
    pub(super) url: String,
}

impl Listing {
    fn warn(&mut self, place: &str, why: &str) {
        // The first few tell the story; a million would bury it.
        if self.warnings.len() < 20 {
            self.warnings.push(format!("{place}: {why}; this document is left out"));
        }
    }

    /// Puts the documents of several lists together; a document named twice is one.
    pub(super) fn merge(lists: Vec<Self>) -> Self {
        let mut merged = Self::default();
        let mut seen: BTreeMap<String, String> = BTreeMap::new();
        for list in lists {
            merged.warnings.extend(list.warnings);
            for wanted in list.documents {
                match seen.get(&wanted.relative) {
                    None => {
                        seen.insert(wanted.relative.clone(), wanted.url.clone());
                        merged.documents.push(wanted);
                    }
                    Some(url) if *url == wanted.url => {}
                    Some(url) => {
                        let why = format!("it would be kept under the same name as {url}");
                        merged.warn(&wanted.url, &why);
                    }
                }
            }
        }
        merged
    }
}

/// Reads one list. `Err` says why the text is no list at all.
pub(super) fn read(feed: &Feed, list: &List, text: &str) -> Result<Listing, String> {
    match list.form {
        ListForm::MsrcIndex => msrc_index(feed, text),
        ListForm::Directory => Ok(directory(feed, &list.url, text)),
        ListForm::Rolie => rolie(feed, text),
    }
}

/// Returns where a directory's list is: the address itself, or `changes.csv` in it.
pub(super) fn directory_list(url: &str) -> List {
    let named = [".csv", ".txt"].iter().any(|end| url.ends_with(end));
    let url =
        if named { url.to_owned() } else { format!("{}/changes.csv", url.trim_end_matches('/')) };
    List { form: ListForm::Directory, url }
}

#[derive(Deserialize)]
struct MsrcIndex {
    value: Vec<MsrcUpdate>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct MsrcUpdate {
    #[serde(rename = "ID")]
    id: Option<String>,
    current_release_date: Option<String>,
}

fn msrc_index(feed: &Feed, text: &str) -> Result<Listing, String> {
    let index: MsrcIndex = serde_json::from_str(text)
        .map_err(|error| format!("it is no index of security updates: {error}"))?;
    let mut listing = Listing::default();
    for (number, update) in index.value.into_iter().enumerate() {
        let place = format!("index entry {}", number + 1);
        let plain = |id: &String| {
            !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        let Some(id) = update.id.filter(plain) else {
            listing.warn(&place, "it has no ID like `2017-Mar`");
            continue;
        };
        let url = feed.url.replace("{id}", &encode(&id));
        match feed.wanted(url, &format!("{id}.xml")) {
            Some(wanted) => {
                listing.documents.push(Wanted { stamp: update.current_release_date, ..wanted });
            }
            None => listing.warn(&place, "its ID leads outside the folder"),
        }
    }
    Ok(listing)
}

fn directory(feed: &Feed, list_url: &str, text: &str) -> Listing {
    let base = feed
        .base
        .as_deref()
        .unwrap_or_else(|| list_url.rsplit_once('/').map_or(list_url, |(folder, _)| folder));
    let base = base.trim_end_matches('/');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut listing = Listing::default();
    for (number, row) in reader.records().enumerate() {
        let place = format!("{list_url} line {}", number + 1);
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                listing.warn(&place, &error.to_string());
                continue;
            }
        };
        let path = row.get(0).unwrap_or_default();
        // The standard wants JSON documents only; publishers list signatures and hashes too.
        if !path.to_ascii_lowercase().ends_with(".json") {
            continue;
        }
        let absolute = path.contains("://");
        let url = if absolute {
            path.to_owned()
        } else {
            format!("{base}/{}", path.trim_start_matches('/'))
        };
        let name = if absolute { path_of(path) } else { path };
        match feed.wanted(url, name) {
            Some(wanted) if fits(&wanted.url) => {
                let stamp = row.get(1).filter(|stamp| !stamp.is_empty()).map(str::to_owned);
                listing.documents.push(Wanted { stamp, ..wanted });
            }
            _ => listing.warn(&place, "its path is no path below the list"),
        }
    }
    listing
}

#[derive(Deserialize)]
struct Rolie {
    feed: RolieFeed,
}

#[derive(Deserialize)]
struct RolieFeed {
    entry: Vec<Value>,
}

#[derive(Deserialize)]
struct RolieEntry {
    #[serde(default)]
    link: Vec<RolieLink>,
    updated: Option<String>,
    content: Option<RolieContent>,
}

#[derive(Deserialize)]
struct RolieLink {
    rel: Option<String>,
    href: Option<String>,
}

#[derive(Deserialize)]
struct RolieContent {
    src: Option<String>,
}

fn rolie(feed: &Feed, text: &str) -> Result<Listing, String> {
    let rolie: Rolie =
        serde_json::from_str(text).map_err(|error| format!("it is no ROLIE feed: {error}"))?;
    let mut listing = Listing::default();
    for (number, entry) in rolie.feed.entry.into_iter().enumerate() {
        let place = format!("ROLIE entry {}", number + 1);
        let entry: RolieEntry = match serde_json::from_value(entry) {
            Ok(entry) => entry,
            Err(error) => {
                listing.warn(&place, &error.to_string());
                continue;
            }
        };
        let links = |rel: &'static str| {
            let of = move |link: &&RolieLink| link.rel.as_deref() == Some(rel);
            entry.link.iter().filter(of).filter_map(|link| link.href.clone())
        };
        let source = entry.content.as_ref().and_then(|content| content.src.clone());
        let Some(url) = links("self").next().or(source) else {
            listing.warn(&place, "it has no link to itself");
            continue;
        };
        let name = path_of(&url).to_owned();
        let Some(mut wanted) = feed.wanted(url, &name).filter(|wanted| fits(&wanted.url)) else {
            listing.warn(&place, "its link is no address of a file");
            continue;
        };
        // The feed's own word on the checksum beats the settings' rule. SHA-512 beats SHA-256.
        let hash = [Algorithm::Sha512, Algorithm::Sha256].into_iter().find_map(|algorithm| {
            let end = format!(".{}", algorithm.extension());
            let url = links("hash").find(|href| href.ends_with(&end))?;
            Some(Expected::At { algorithm, url })
        });
        wanted.expected = hash.or(wanted.expected);
        wanted.stamp = entry.updated;
        listing.documents.push(wanted);
    }
    Ok(listing)
}

#[derive(Deserialize)]
struct ProviderMetadata {
    #[serde(default)]
    distributions: Vec<Distribution>,
}

#[derive(Deserialize)]
struct Distribution {
    directory_url: Option<String>,
    rolie: Option<DistributionRolie>,
}

#[derive(Deserialize)]
struct DistributionRolie {
    #[serde(default)]
    feeds: Vec<DistributionFeed>,
}

#[derive(Deserialize)]
struct DistributionFeed {
    url: Option<String>,
    tlp_label: Option<String>,
}

/// Returns the lists that a `provider-metadata.json` names: public ROLIE feeds, or else the
/// directories. Feeds under a stricter TLP label need a login and are left alone.
pub(super) fn provider_lists(text: &str) -> Result<Vec<List>, String> {
    let metadata: ProviderMetadata = serde_json::from_str(text)
        .map_err(|error| format!("it is no provider metadata: {error}"))?;
    let public = |feed: &&DistributionFeed| {
        feed.tlp_label
            .as_deref()
            .is_none_or(|label| ["WHITE", "CLEAR", "UNLABELED"].contains(&label))
    };
    let mut lists: Vec<List> = metadata
        .distributions
        .iter()
        .filter_map(|distribution| distribution.rolie.as_ref())
        .flat_map(|rolie| rolie.feeds.iter().filter(public))
        .filter_map(|feed| feed.url.clone())
        .map(|url| List { form: ListForm::Rolie, url })
        .collect();
    if lists.is_empty() {
        let directories = metadata.distributions.iter().filter_map(|d| d.directory_url.as_deref());
        lists = directories.map(directory_list).collect();
    }
    if lists.is_empty() {
        return Err("it names neither a public ROLIE feed nor a directory".into());
    }
    Ok(lists)
}

/// Returns the path of an address, without host and query.
pub(super) fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    path.split(['?', '#']).next().unwrap_or(path)
}

fn fits(url: &str) -> bool {
    let scheme = url.starts_with("https://") || url.starts_with("http://");
    let clean = !url.contains(|c: char| c.is_whitespace() || c.is_control());
    scheme && clean && local_name(path_of(url)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(kind: &str, extra: &str) -> Feed {
        let url = if kind == "msrc-cvrf" {
            "https://example.org/cvrf/{id}"
        } else {
            "https://example.org/white/changes.csv"
        };
        toml::from_str(&format!("name='f'\nkind='{kind}'\nurl='{url}'\nmax_bytes=9\n{extra}"))
            .expect("a feed")
    }

    #[test]
    fn the_msrc_index_gives_a_document_and_its_revision_for_each_month() {
        let feed = feed("msrc-cvrf", "index='https://example.org/updates'");
        let text = r#"{"@odata.context":"x","value":[
            {"ID":"2017-Mar","CurrentReleaseDate":"2018-06-12T07:00:00Z","DocumentTitle":"March"},
            {"DocumentTitle":"no id"},
            {"ID":"..","CurrentReleaseDate":null}]}"#;
        let listing = msrc_index(&feed, text).expect("an index");
        assert_eq!(listing.documents.len(), 1);
        assert_eq!(listing.documents[0].url, "https://example.org/cvrf/2017-Mar");
        assert_eq!(listing.documents[0].relative, "2017-Mar.xml");
        assert_eq!(listing.documents[0].stamp.as_deref(), Some("2018-06-12T07:00:00Z"));
        assert_eq!(listing.warnings.len(), 2);
    }

    #[test]
    fn a_directory_list_is_relative_to_itself_unless_a_base_is_given() {
        let text = "\"2024/a.json\",\"2024-01-01T00:00:00Z\"\n2024/a.json.sha512,x\n../b.json,x\n2024/c.json\n";
        let plain = feed("csaf-directory", "checksum='sha512-beside'");
        let listing = directory(&plain, &plain.url, text);
        let urls: Vec<_> = listing.documents.iter().map(|w| w.url.as_str()).collect();
        assert_eq!(
            urls,
            ["https://example.org/white/2024/a.json", "https://example.org/white/2024/c.json"]
        );
        assert_eq!(
            listing.documents[0].expected,
            Some(Expected::At {
                algorithm: Algorithm::Sha512,
                url: "https://example.org/white/2024/a.json.sha512".into()
            })
        );
        assert_eq!(listing.documents[1].stamp, None);
        assert_eq!(listing.warnings.len(), 1);
        let based = feed("csaf-directory", "base='https://example.org/root/'");
        let listing = directory(&based, &based.url, text);
        assert_eq!(listing.documents[0].url, "https://example.org/root/2024/a.json");
    }

    #[test]
    fn a_rolie_feed_gives_address_date_and_checksum() {
        let text = r#"{"feed":{"entry":[
            {"id":"A","link":[
                {"rel":"self","href":"https://example.org/x/a.json"},
                {"rel":"hash","href":"https://example.org/x/a.json.sha256"},
                {"rel":"hash","href":"https://example.org/x/a.json.sha512"},
                {"rel":"signature","href":"https://example.org/x/a.json.asc"}],
             "updated":"2024-10-24T06:00:00Z"},
            {"id":"B","content":{"src":"https://example.org/x/b.json"}},
            {"id":"C","link":[{"rel":"self","href":"file:///etc/passwd"}]},
            {"id":"D","link":"no list"}]}}"#;
        let listing = rolie(&feed("csaf-rolie", ""), text).expect("a feed");
        assert_eq!(listing.documents.len(), 2);
        assert_eq!(listing.documents[0].relative, "x/a.json");
        assert_eq!(
            listing.documents[0].expected,
            Some(Expected::At {
                algorithm: Algorithm::Sha512,
                url: "https://example.org/x/a.json.sha512".into()
            })
        );
        assert_eq!(listing.documents[1].expected, None);
        assert_eq!(listing.warnings.len(), 2);
    }

    #[test]
    fn provider_metadata_leads_to_public_feeds_first_and_directories_else() {
        let both = r#"{"distributions":[{"directory_url":"https://example.org/csaf/"},
            {"rolie":{"feeds":[{"url":"https://example.org/white.json","tlp_label":"WHITE"},
                               {"url":"https://example.org/amber.json","tlp_label":"AMBER"}]}}]}"#;
        let lists = provider_lists(both).expect("lists");
        assert_eq!(
            lists,
            [List { form: ListForm::Rolie, url: "https://example.org/white.json".into() }]
        );
        let directory = r#"{"distributions":[{"directory_url":"https://example.org/csaf/"}]}"#;
        let lists = provider_lists(directory).expect("lists");
        assert_eq!(lists[0].url, "https://example.org/csaf/changes.csv");
        assert!(provider_lists(r#"{"distributions":[]}"#).is_err());
    }

    #[test]
    fn two_documents_never_share_a_local_name() {
        let wanted = |url: &str| Wanted {
            url: url.into(),
            relative: "a.json".into(),
            stamp: None,
            expected: None,
            may_be_missing: false,
        };
        let list = |url: &str| Listing { documents: vec![wanted(url)], warnings: vec![] };
        let merged =
            Listing::merge(vec![list("https://a/"), list("https://a/"), list("https://b/")]);
        assert_eq!(merged.documents.len(), 1);
        assert_eq!(merged.warnings.len(), 1);
    }

    fn shared_data(relative: &str) -> Option<String> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
        let text = std::fs::read_to_string(root.join(relative)).ok();
        if text.is_none() {
            eprintln!("SKIPPED: this test of listings needs ../shared/data/{relative}");
        }
        text
    }

    #[test]
    fn a_publisher_s_three_lists_name_the_same_documents() {
        let folder = "csaf/cisa-distribution";
        let (Some(changes), Some(index), Some(text)) = (
            shared_data(&format!("{folder}/changes.csv")),
            shared_data(&format!("{folder}/index.txt")),
            shared_data(&format!("{folder}/cisa-csaf-ot-feed-tlp-white.json")),
        ) else {
            return;
        };
        // CISA's lists are relative to the repository's root, not to themselves.
        let root = "https://raw.githubusercontent.com/cisagov/CSAF/develop/";
        let feed = feed("csaf-directory", &format!("base='{root}'"));
        let urls = |listing: &Listing| {
            assert_eq!(listing.warnings, Vec::<String>::new());
            let mut urls: Vec<_> = listing.documents.iter().map(|w| w.url.clone()).collect();
            urls.sort();
            urls
        };
        let by_changes = directory(&feed, &feed.url, &changes);
        let by_index = directory(&feed, &feed.url, &index);
        let by_rolie = rolie(&feed, &text).expect("a feed");
        assert!(by_changes.documents.len() > 1000);
        assert!(by_changes.documents.iter().all(|wanted| wanted.stamp.is_some()));
        assert!(by_rolie.documents.iter().all(|wanted| wanted.stamp.is_some()));
        assert_eq!(urls(&by_changes), urls(&by_index));
        assert_eq!(urls(&by_changes), urls(&by_rolie));
        let sums = |wanted: &Wanted| matches!(&wanted.expected, Some(Expected::At { algorithm: Algorithm::Sha512, url }) if *url == format!("{}.sha512", wanted.url));
        assert!(by_rolie.documents.iter().all(sums));
    }

    #[test]
    fn the_standard_s_example_of_provider_metadata_gives_its_lists() {
        let file = "csaf/distribution/example-01-provider-metadata.json";
        let Some(text) = shared_data(file) else { return };
        assert!(!provider_lists(&text).expect("lists").is_empty());
    }
}
