//! What lets other tools follow: provider metadata, ROLIE feed and changes of a CSAF provider (CSAF 2.0, section
//! 7), and an Atom feed for everybody else.

use std::io;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::event::Marking;
use serde_json::{Value, json};

use super::xml::Document;
use super::{IssuedAlert, Publisher, WHITE, folder, label};

/// Alerts of one marking, in any order.
#[derive(Clone, Copy, Debug)]
pub struct Feed<'a> {
    /// Who publishes.
    pub publisher: &'a Publisher,
    /// The marking of all of them.
    pub marking: Marking,
    /// The alerts.
    pub alerts: &'a [IssuedAlert],
    /// When it was made: what counts as its change while it is empty.
    pub now: Timestamp,
}

impl Feed<'_> {
    /// Those of the feed's marking, the last changed first.
    fn sorted(&self) -> Vec<&IssuedAlert> {
        let of_marking = |alert: &&IssuedAlert| alert.marking == self.marking;
        let mut alerts: Vec<&IssuedAlert> = self.alerts.iter().filter(of_marking).collect();
        alerts.sort_by(|a, b| (b.last(), &b.number).cmp(&(a.last(), &a.number)));
        alerts
    }

    fn updated(&self) -> Timestamp {
        self.sorted().first().map_or(self.now, |alert| alert.last())
    }

    /// Where the ROLIE feed is, below the base.
    fn rolie_path(&self) -> String {
        format!("csaf/feed-tlp-{}.json", folder(self.marking))
    }
}

/// The provider's metadata (`provider-metadata.json`, requirement 7): who it is and where its feeds are. What everybody may
/// read is in folders too.
pub fn provider_metadata(publisher: &Publisher, feeds: &[Feed<'_>], now: Timestamp) -> Value {
    let updated = feeds.iter().map(Feed::updated).max().unwrap_or(now);
    let rolie: Vec<Value> = feeds
        .iter()
        .map(|feed| {
            json!({
                "summary": format!("Alerts, {}", feed.marking.label()),
                "tlp_label": label(feed.marking),
                "url": publisher.url(&feed.rolie_path()),
            })
        })
        .collect();
    let mut metadata = json!({
        "canonical_url": publisher.url(".well-known/csaf/provider-metadata.json"),
        "last_updated": second(updated),
        "list_on_CSAF_aggregators": false,
        "metadata_version": "2.0",
        "mirror_on_CSAF_aggregators": false,
        "public_openpgp_keys": [],
        "publisher": {
            "category": "coordinator",
            "contact_details": publisher.contact,
            "name": publisher.name,
            "namespace": publisher.namespace,
        },
        "role": role(publisher),
    });
    if let (Some(object), false) = (metadata.as_object_mut(), rolie.is_empty()) {
        let mut distribution = json!({"rolie": {"feeds": rolie}});
        let is_public = feeds.iter().any(|feed| feed.marking == Marking::Clear);
        if let (Some(own), true) = (distribution.as_object_mut(), is_public) {
            let folder = publisher.url(&format!("{WHITE}/"));
            own.insert("directory_url".to_owned(), folder.into());
        }
        object.insert("distributions".to_owned(), json!([distribution]));
    }
    metadata
}

/// The role that can be claimed (CSAF 2.0, 7.2). A provider has TLS (requirement 3), its metadata at the well-known place (9)
/// and a ROLIE feed (15). A trusted one signs with OpenPGP (19, 20), which is not done here. Without TLS not even the least
/// role is met that the schema has; it is named, for one must be.
fn role(publisher: &Publisher) -> &'static str {
    if publisher.base.starts_with("https://") { "csaf_provider" } else { "csaf_publisher" }
}

/// The ROLIE feed (requirement 15; RFC 8322).
pub fn rolie(feed: &Feed<'_>) -> Value {
    let publisher = feed.publisher;
    let entries: Vec<Value> = feed
        .sorted()
        .iter()
        .map(|alert| {
            let url = publisher.url(&alert.csaf_path());
            json!({
                "content": {"src": url, "type": "application/json"},
                "format": {
                    "schema": "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json",
                    "version": "2.0",
                },
                "id": alert.number,
                "link": [
                    {"href": url, "rel": "self"},
                    {"href": format!("{url}.sha256"), "rel": "hash"},
                ],
                "published": second(alert.first()),
                "summary": {"content": alert.description},
                "title": alert.headline,
                "updated": second(alert.last()),
            })
        })
        .collect();
    json!({
        "feed": {
            "category": [{
                "scheme": "urn:ietf:params:rolie:category:information-type",
                "term": "csaf",
            }],
            "entry": entries,
            "id": format!("wardround-csaf-feed-tlp-{}", folder(feed.marking)),
            "link": [{"href": publisher.url(&feed.rolie_path()), "rel": "self"}],
            "title": format!("Alerts of {}, {}", publisher.name, feed.marking.label()),
            "updated": second(feed.updated()),
        },
    })
}

/// The list of changes (`changes.csv`, requirement 13): path and instant of each, the last changed first.
pub fn changes(feed: &Feed<'_>) -> String {
    let line =
        |alert: &IssuedAlert| format!("\"{}\",\"{}\"\n", alert.csaf_below(), second(alert.last()));
    feed.sorted().into_iter().map(line).collect::<Vec<_>>().concat()
}

/// The list of documents (`index.txt`, requirement 12): the path of each below the folder of their marking.
pub fn index(feed: &Feed<'_>) -> String {
    let line = |alert: &IssuedAlert| format!("{}\n", alert.csaf_below());
    feed.sorted().into_iter().map(line).collect::<Vec<_>>().concat()
}

/// An Atom feed (RFC 4287).
pub fn atom(feed: &Feed<'_>) -> io::Result<Vec<u8>> {
    let publisher = feed.publisher;
    let own = publisher.url("alerts.atom");
    let mut out = Document::begin("feed", &[("xmlns", "http://www.w3.org/2005/Atom")])?;
    out.text("id", &own)?;
    out.text("title", &format!("Alerts of {}", publisher.name))?;
    out.text("updated", &second(feed.updated()))?;
    out.empty("link", &[("rel", "self"), ("href", &own)])?;
    out.open("author", &[])?;
    out.text("name", &publisher.name)?;
    out.close("author")?;
    for alert in feed.sorted() {
        let page = publisher.url(&format!("alerts/{}", alert.number));
        let (cap, csaf) = (publisher.url(&alert.cap_path()), publisher.url(&alert.csaf_path()));
        out.open("entry", &[])?;
        out.text("id", &page)?;
        out.text("title", &format!("{}: {}", alert.number, alert.headline))?;
        out.text("published", &second(alert.first()))?;
        out.text("updated", &second(alert.last()))?;
        let cap = [("rel", "alternate"), ("type", "application/cap+xml"), ("href", &cap)];
        out.empty("link", &cap)?;
        out.empty("link", &[("rel", "related"), ("type", "application/json"), ("href", &csaf)])?;
        let state = alert.ended.as_ref().map(|ended| format!("It is over: {}. ", ended.how));
        out.text("summary", &format!("{}{}", state.unwrap_or_default(), alert.description))?;
        out.close("entry")?;
    }
    out.end("feed")
}

fn second(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{alert, publisher};
    use super::*;

    #[test]
    fn a_feed_holds_its_marking_only_and_the_last_changed_first() {
        let publisher = publisher();
        let older = IssuedAlert {
            number: "A9X".into(),
            issued: ("2016-12-31T23:00:00Z".parse().unwrap(), "First.".into()),
            updates: Vec::new(),
            ..alert()
        };
        let secret = IssuedAlert { marking: Marking::Red, number: "A10B".into(), ..alert() };
        let alerts = [older, alert(), secret];
        let now = "2017-05-12T12:00:00Z".parse().unwrap();
        let feed = Feed { publisher: &publisher, marking: Marking::Clear, alerts: &alerts, now };
        let document = rolie(&feed);
        let ids: Vec<&str> = document["feed"]["entry"]
            .as_array()
            .unwrap()
            .iter()
            .map(|entry| entry["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, ["A17M", "A9X"]);
        assert_eq!(document["feed"]["updated"], "2017-05-02T11:30:00Z");
        assert_eq!(
            changes(&feed),
            "\"2017/a17m.json\",\"2017-05-02T11:30:00Z\"\n\"2016/a9x.json\",\"2016-12-31T23:00:00Z\"\n"
        );
        let text = String::from_utf8(atom(&feed).unwrap()).unwrap();
        assert!(!text.contains("A10B"), "{text}");
        assert_eq!(text.matches("<entry>").count(), 2);
        assert_eq!(index(&feed), "2017/a17m.json\n2016/a9x.json\n");
        let metadata = provider_metadata(&publisher, &[feed], now);
        let url = &metadata["distributions"][0]["rolie"]["feeds"][0]["url"];
        assert_eq!(url, "https://alerts.ostmark.example/csaf/feed-tlp-white.json");
        let folder = &metadata["distributions"][0]["directory_url"];
        assert_eq!(folder, "https://alerts.ostmark.example/csaf/white/");
    }

    #[test]
    fn no_role_is_claimed_without_tls_but_the_least() {
        let now = "2017-05-12T12:00:00Z".parse().unwrap();
        let role = |base: &str| {
            let publisher = Publisher { base: base.into(), ..publisher() };
            provider_metadata(&publisher, &[], now)["role"].as_str().unwrap().to_owned()
        };
        assert_eq!(role("https://alerts.ostmark.example"), "csaf_provider");
        assert_eq!(role("http://127.0.0.1:8417"), "csaf_publisher");
    }

    #[test]
    fn an_empty_feed_is_a_feed() {
        let publisher = publisher();
        let now = "2017-05-12T12:00:00Z".parse().unwrap();
        let feed = Feed { publisher: &publisher, marking: Marking::Clear, alerts: &[], now };
        assert_eq!(rolie(&feed)["feed"]["entry"].as_array().unwrap().len(), 0);
        assert_eq!(changes(&feed), "");
        let text = String::from_utf8(atom(&feed).unwrap()).unwrap();
        assert!(text.contains("<updated>2017-05-12T12:00:00Z</updated>"), "{text}");
    }
}
