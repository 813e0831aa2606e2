//! The settings file: the built-in one reads, and every mistake is named.

use std::path::Path;

use wardround::fetch::{DEFAULT_SETTINGS, FeedKind, Settings};

#[test]
fn the_built_in_settings_read_and_name_secure_addresses_only() {
    let settings = Settings::built_in().expect("the built-in settings");
    let kinds: Vec<_> = settings.feeds.iter().filter(|f| f.enabled).map(|f| f.kind).collect();
    for kind in [FeedKind::MsrcCvrf, FeedKind::WesNg, FeedKind::KevJson, FeedKind::EpssCsv] {
        assert!(kinds.contains(&kind), "{} is missing", kind.as_str());
    }
    for feed in &settings.feeds {
        assert!(feed.url.starts_with("https://"), "{}", feed.url);
    }
    let pages = DEFAULT_SETTINGS.matches("# Stated at:").count();
    let said = DEFAULT_SETTINGS.matches("# Address: seen in public clients").count();
    assert_eq!(pages + said, settings.feeds.len(), "each feed says where its address is from");
}

#[test]
fn every_mistake_is_refused_with_the_feed_s_name_and_a_remedy() {
    let cases = [
        ("name='A B'", "lower-case"),
        ("url='ftp://example.org'", "https://"),
        ("url='https://'", "https://"),
        ("url='https://example.org/a b'", "%20"),
        ("url='https://example.org/{yaer}'", "{yaer}"),
        ("max_bytes=0", "above zero"),
        ("index='https://example.org/'", "belong together"),
        ("url='https://example.org/{ecosystem}'", "belong together"),
        ("since='2016'", "2016-04"),
        ("since='2016-04'", "{month}"),
        ("base='https://example.org'", "csaf-directory"),
        ("checksum='md5'", "sha256-beside"),
        ("checksm='none'", "checksm"),
        ("kind='kev'", "kev-json"),
    ];
    for (line, wanted) in cases {
        let key = line.split('=').next().expect("a key");
        let usual = ["name='f'", "kind='kev-json'", "url='https://example.org/x'", "max_bytes=9"];
        let rest: Vec<_> =
            usual.into_iter().filter(|l| !l.starts_with(&format!("{key}="))).collect();
        let text = format!("[[feed]]\n{line}\n{}\n", rest.join("\n"));
        let error = Settings::parse(&text).expect_err(line);
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        let said = format!("{error}: {}", cause.unwrap_or_default());
        assert!(said.contains(wanted), "`{line}` gives `{said}`, which lacks `{wanted}`");
    }
}

#[test]
fn two_feeds_of_one_name_are_refused() {
    let feed = "[[feed]]\nname='f'\nkind='kev-json'\nurl='https://example.org/x'\nmax_bytes=9\n";
    let error = Settings::parse(&feed.repeat(2)).expect_err("a mistake");
    assert!(error.to_string().contains("two feeds"));
}

#[test]
fn a_missing_or_huge_file_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("feeds.toml");
    let error = Settings::load(&path).expect_err("missing");
    assert!(error.to_string().contains("feeds.toml"));
    std::fs::write(&path, "#".repeat(2 * 1024 * 1024)).expect("written");
    let error = Settings::load(&path).expect_err("huge");
    assert!(error.to_string().contains("larger"));
}

#[test]
fn a_relative_ca_file_lies_beside_the_settings() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("feeds.toml");
    std::fs::write(&path, "[network]\nca_file = 'ca.pem'\n").expect("written");
    let settings = Settings::load(&path).expect("settings");
    assert_eq!(settings.network.ca_file.as_deref(), Some(&*folder.path().join("ca.pem")));
    assert_ne!(settings.network.ca_file.as_deref(), Some(Path::new("ca.pem")));
}
