//! CPE matching against NISTIR 7696: the tables of the standard, and names of our own.

mod support;

use model::cpe::{Attribute, Cpe, CpeError, NameRelation, compare, compare_attributes, matches};
use support::shared_data;

fn cpe(name: &str) -> Cpe {
    Cpe::parse(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn relation(name: &str) -> NameRelation {
    match name {
        "EQUAL" => NameRelation::Equal,
        "SUBSET" => NameRelation::Subset,
        "SUPERSET" => NameRelation::Superset,
        "DISJOINT" => NameRelation::Disjoint,
        "UNDEFINED" => NameRelation::Undefined,
        other => panic!("a relation of another name: {other}"),
    }
}

#[test]
fn name_pairs_relate_as_the_standard_says() {
    let Some(path) = shared_data("version-vectors/cpe/name-pairs.csv") else { return };
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        let (source, target) = (cpe(&row[0]), cpe(&row[1]));
        assert_eq!(compare(&source, &target), relation(&row[2]), "{row:?}");
        assert_eq!(source.to_string(), row[0]);
    }
}

#[test]
fn attributes_relate_as_table_6_2_says() {
    let Some(path) = shared_data("version-vectors/cpe/attribute-relations.csv") else { return };
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        let found = compare_attributes(&attribute(&row[0]), &attribute(&row[1]));
        assert!(row[2].split(" or ").any(|name| relation(name) == found), "{row:?}: {found:?}");
    }
}

/// A value for each letter of the standard's table.
fn attribute(letter: &str) -> Attribute {
    let version = match letter {
        "ANY" => "*",
        "NA" => "-",
        "i" => "9.3.2",
        "k" => "10.1",
        "m+wild" | "m1+wild" | "m2+wild" => "9.*",
        "m2" => "9.4",
        other => panic!("a value of another kind: {other}"),
    };
    cpe(&format!("cpe:2.3:a:v:p:{version}:*:*:*:*:*:*:*")).version().clone()
}

#[test]
fn wildcards_cover_what_section_6_3_says() {
    // `?` stands for one character or none, `*` for any number of them.
    let rows = [
        ("8.?", "8.1", true),
        ("8.?", "8.", true),
        ("8.?", "8.10", false),
        ("8.??", "8.10", true),
        ("?8", "18", true),
        ("?8", "118", false),
        ("*.1", "10.1", true),
        ("*.1", "10.2", false),
        ("*0.1*", "10.1.5", true),
        ("??1?", "1", true),
        ("*11", "1111", true),
        ("?11", "1111", false),
        ("big\\$*", "big\\$money", true),
        ("*\\*", "a\\*", true),
        ("*\\*", "ab", false),
    ];
    for (source, target, covers) in rows {
        let of = |version: &str| cpe(&format!("cpe:2.3:a:v:p:{version}:*:*:*:*:*:*:*"));
        assert_eq!(matches(&of(source), &of(target)), covers, "{source} {target}");
    }
}

#[test]
fn disjoint_wins_and_mixed_relations_are_undefined() {
    let family = cpe("cpe:2.3:o:microsoft:windows_7:*:sp1:*:*:*:*:*:*");
    let hardware = cpe("cpe:2.3:o:microsoft:windows_7:*:*:*:*:*:*:x64:*");
    assert_eq!(compare(&family, &hardware), NameRelation::Undefined);
    let other = cpe("cpe:2.3:o:microsoft:windows_8:*:*:*:*:*:*:x64:*");
    assert_eq!(compare(&family, &other), NameRelation::Disjoint);
}

#[test]
fn uris_read_as_section_6_1_says() {
    let rows = [
        ("cpe:/o:microsoft:windows_7::sp1", "cpe:2.3:o:microsoft:windows_7:*:sp1:*:*:*:*:*:*"),
        (
            "cpe:/a:microsoft:internet_explorer:8.0.6001:beta",
            "cpe:2.3:a:microsoft:internet_explorer:8.0.6001:beta:*:*:*:*:*:*",
        ),
        (
            "cpe:/a:hp:insight_diagnostics:7.4.0.1570:-:~~online~win2003~x64~",
            "cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:-:*:*:online:win2003:x64:*",
        ),
        ("cpe:/a:foo~bar:big%7emoney_2010", "cpe:2.3:a:foo\\~bar:big\\~money_2010:*:*:*:*:*:*:*:*"),
        ("CPE:/a:Cisco:IOS:12.%02", "cpe:2.3:a:cisco:ios:12.*:*:*:*:*:*:*:*"),
        ("cpe:/h:v:p%2b%2b:-:%01", "cpe:2.3:h:v:p\\+\\+:-:?:*:*:*:*:*:*"),
    ];
    for (uri, formatted) in rows {
        assert_eq!(cpe(uri).to_string(), formatted);
    }
}

#[test]
fn names_survive_writing_and_reading() {
    for name in [
        "cpe:2.3:a:gnu:g\\+\\+:4.8.2:*:*:*:*:*:*:*",
        "cpe:2.3:a:foo\\\\bar:big\\$money:2010:*:*:*:special:ipod_touch:80gb:*",
        "cpe:2.3:a:a\\:b:\\-:1.0-rc1:*:*:en-us:*:*:*:*",
        "cpe:2.3:*:*:*:*:*:*:*:*:*:*:*",
    ] {
        assert_eq!(cpe(name).to_string(), name);
    }
    let name = cpe("cpe:2.3:a:GNU:G\\+\\+:*:*:*:*:*:*:*:*");
    assert_eq!(name.vendor().literal().as_deref(), Some("gnu"));
    assert_eq!(name.product().literal().as_deref(), Some("g++"));
    assert_eq!(name.version().literal(), None);
}

#[test]
fn broken_names_are_refused_with_the_place() {
    let refused = |name: &str| Cpe::parse(name).unwrap_err();
    assert_eq!(refused("pkg:deb/x"), CpeError::Prefix);
    assert_eq!(refused("cpe:2.3:a:v:p"), CpeError::Count { found: 3, wanted: 11 });
    assert_eq!(refused("cpe:2.3:x:v:p:*:*:*:*:*:*:*:*"), CpeError::Part("x".to_owned()));
    for (name, attribute) in [
        ("cpe:2.3:a:v:p*q:*:*:*:*:*:*:*:*", "product"),
        ("cpe:2.3:a:v:p::*:*:*:*:*:*:*", "version"),
        ("cpe:2.3:a:v:p:**:*:*:*:*:*:*:*", "version"),
        ("cpe:2.3:a:v:p:1 2:*:*:*:*:*:*:*", "version"),
        ("cpe:/a:v%zz", "vendor"),
    ] {
        match refused(name) {
            CpeError::Value { attribute: found, .. } => assert_eq!(found, attribute),
            other => panic!("{name}: {other}"),
        }
    }
}
