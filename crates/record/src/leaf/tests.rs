use jiff::Timestamp;
use model::event::{Event, Marking, NewEvent};
use proptest::prelude::*;

use super::*;

fn event() -> Event {
    Event {
        number: 41,
        id: "0190a6e0-2b3c-7def-8123-456789abcdef".parse().unwrap(),
        as_known: Timestamp::from_microsecond(1_494_583_260_000_123).unwrap(),
        event: NewEvent {
            kind: "organisation.contact-named".to_owned(),
            subject: "organisation/RX1".to_owned(),
            organisation: Some("RX1".parse().unwrap()),
            actor: "person/17".to_owned(),
            on_behalf_of: Some("organisation/RX1".to_owned()),
            authority: Some("duty manager".to_owned()),
            reason: Some("\"old\" number dead\n".to_owned()),
            as_at: Timestamp::from_microsecond(1_494_583_200_000_000).unwrap(),
            caused_by: Some("0190a6e0-2b3c-7def-8123-456789abcdee".parse().unwrap()),
            corrects: Some("0190a6e0-2b3c-7def-8123-456789abcded".parse().unwrap()),
            marking: Marking::AmberStrict,
            body: r#"{"role":"night","route":{"order":1,"é":null}}"#.to_owned(),
            personal: None,
        },
        has_personal: true,
    }
}

fn salt() -> Salt {
    Salt::new((0..16).collect()).unwrap()
}

fn hash() -> PersonalHash {
    PersonalHash::of(r#"{"name":"A. Sample","telephone":"+44 7700 900123"}"#, &salt()).unwrap()
}

const GOLDEN: &str = concat!(
    r#"{"actor":"person/17","as_at":1494583200000000,"as_known":1494583260000123,"authority":"duty manager","#,
    r#""body":{"role":"night","route":{"order":1,"é":null}},"caused_by":"0190a6e0-2b3c-7def-8123-456789abcdee","#,
    r#""corrects":"0190a6e0-2b3c-7def-8123-456789abcded","id":"0190a6e0-2b3c-7def-8123-456789abcdef","#,
    r#""kind":"organisation.contact-named","marking":"TLP:AMBER+STRICT","number":41,"#,
    r#""on_behalf_of":"organisation/RX1","organisation":"RX1","#,
    r#""personal":"a39zZR6GRtrjowbkomh7/FaI+9cVoYrhaTmDRSiuNDk=","reason":"\"old\" number dead\n","#,
    r#""schema":1,"subject":"organisation/RX1"}"#,
);

#[test]
fn an_event_has_the_same_bytes_for_ever() {
    let leaf = encode(&event(), Some(hash())).unwrap();
    assert_eq!(str::from_utf8(leaf.bytes()).unwrap(), GOLDEN);
    assert_eq!(leaf.hash().to_string(), "4uXGPlbPdKA7uK+ioMLiCMo/t03cPAmTw4Ew7vQv8jE=");
    assert_eq!(
        decode(GOLDEN.as_bytes()).unwrap(),
        Decoded { event: event(), personal: Some(hash()) }
    );
}

#[test]
fn what_was_not_given_takes_no_room() {
    let least = Event {
        number: 0,
        event: NewEvent {
            organisation: None,
            on_behalf_of: None,
            authority: None,
            reason: None,
            caused_by: None,
            corrects: None,
            body: "{}".to_owned(),
            ..event().event
        },
        has_personal: false,
        ..event()
    };
    let leaf = encode(&least, None).unwrap();
    let text = str::from_utf8(leaf.bytes()).unwrap();
    assert!(!text.contains("null") && !text.contains("personal"), "{text}");
    assert_eq!(decode(leaf.bytes()).unwrap(), Decoded { event: least, personal: None });
}

#[test]
fn an_event_that_is_too_large_is_told_where_to_put_its_bulk() {
    let of_size = |size: usize| {
        let mut event = event();
        let rest = encode(
            &Event {
                event: NewEvent { body: r#"{"a":""}"#.into(), ..event.event.clone() },
                ..event.clone()
            },
            Some(hash()),
        );
        let filler = "x".repeat(size - rest.unwrap().bytes().len());
        event.event.body = format!(r#"{{"a":"{filler}"}}"#);
        encode(&event, Some(hash()))
    };
    assert_eq!(of_size(65_535).unwrap().bytes().len(), 65_535);
    let error = of_size(65_536).unwrap_err();
    assert_eq!(error, LeafError::Large { found: 65_536 });
    assert!(
        error.to_string().contains("put what is large into a blob and name its hash"),
        "{error}"
    );
}

#[test]
fn nothing_personal_stands_in_an_entry_and_its_hash_needs_the_salt() {
    let mut event = event();
    event.event.personal = Some(r#"{"name":"A. Sample"}"#.to_owned());
    let text = String::from_utf8(encode(&event, Some(hash())).unwrap().bytes().to_vec()).unwrap();
    assert!(!text.contains("Sample") && text.contains(&hash().to_string()));
    let other = Salt::new(vec![1; 16]).unwrap();
    let personal = r#"{"name":"A. Sample","telephone":"+44 7700 900123"}"#;
    assert_ne!(PersonalHash::of(personal, &other).unwrap(), hash());
    assert_eq!(hash().to_string(), "a39zZR6GRtrjowbkomh7/FaI+9cVoYrhaTmDRSiuNDk=");
    for length in [0, 15, 65] {
        assert!(Salt::new(vec![1; length]).is_err());
    }
    assert_eq!(format!("{:?}", salt()), "Salt(..)");
    assert_eq!(encode(&event, None), Err(LeafError::Personal));
    assert_eq!(
        encode(&Event { has_personal: false, ..event }, Some(hash())),
        Err(LeafError::Personal)
    );
}

/// Erasing the personal part of a row leaves its entry as it was.
#[test]
fn the_entry_is_the_same_after_erasure() {
    let mut before = event();
    before.event.personal = Some("{}".to_owned());
    assert_eq!(encode(&before, Some(hash())), encode(&event(), Some(hash())));
}

#[test]
fn what_would_not_come_back_exactly_is_refused_until_settled() {
    let mut event = event();
    event.event.body = r#"{ "b": 1, "a": 2 }"#.to_owned();
    assert_eq!(encode(&event, Some(hash())), Err(LeafError::Unsettled("body")));
    event.event.as_at = "2017-05-12T10:00:00.123456789Z".parse().unwrap();
    event.event.personal = Some("{ }".to_owned());
    event.event = settle(event.event).unwrap();
    assert_eq!(event.event.as_at, "2017-05-12T10:00:00.123456Z".parse().unwrap());
    assert_eq!(event.event.personal.as_deref(), Some("{}"));
    assert_eq!(event.event.body, r#"{"a":2,"b":1}"#);
    encode(&event, Some(hash())).unwrap();
    event.as_known = "2017-05-12T10:00:00.1234567Z".parse().unwrap();
    assert_eq!(encode(&event, Some(hash())), Err(LeafError::Unsettled("as_known")));
}

#[test]
fn a_body_that_the_log_cannot_keep_is_refused_and_the_place_named() {
    let with = |body: &str| settle(NewEvent { body: body.to_owned(), ..event().event });
    assert_eq!(with("[]"), Err(LeafError::NoObject("body")));
    let error = with(r#"{"hosts":[{"share":0.5}]}"#).unwrap_err();
    let LeafError::Json { source, .. } = error else { panic!("{error}") };
    assert_eq!(source.path(), "/hosts/0/share");
    assert!(PersonalHash::of("[]", &salt()).is_err());
}

#[test]
fn an_entry_in_another_spelling_or_layout_is_refused() {
    let changed = |from: &str, to: &str| {
        assert!(GOLDEN.contains(from), "{from}");
        decode(GOLDEN.replacen(from, to, 1).as_bytes()).unwrap_err()
    };
    assert_eq!(changed(":", ": "), LeafError::Spelling);
    assert_eq!(changed("é", "\\u00e9"), LeafError::Spelling);
    assert_eq!(changed("\"RX1\"", "\"rx1\""), LeafError::Spelling);
    assert_eq!(changed("abcdef\"", "abcdeF\""), LeafError::Spelling);
    assert_eq!(changed("\"schema\":1", "\"schema\":2"), LeafError::Version("2".to_owned()));
    assert_eq!(changed("\"schema\":1,", ""), LeafError::Missing("schema"));
    assert_eq!(changed("\"number\":41,", ""), LeafError::Missing("number"));
    assert_eq!(
        changed("\"schema\":1", "\"schema\":1,\"sort\":2"),
        LeafError::Unknown("sort".into())
    );
    assert!(matches!(changed("STRICT", "OTHER"), LeafError::Wrong { part: "marking", .. }));
    assert!(matches!(changed("41", "-1"), LeafError::Wrong { part: "number", .. }));
    assert!(matches!(
        changed("1494583200000000", "9000000000000000000"),
        LeafError::Wrong { part: "as_at", .. }
    ));
    assert!(matches!(changed("0190a6e0", "x190a6e0"), LeafError::Id { .. }));
    assert!(matches!(changed("\"RX1\"", "\"?\""), LeafError::Organisation(_)));
    assert!(matches!(changed("\"RX1\"", "null"), LeafError::Wrong { part: "organisation", .. }));
    assert_eq!(decode(b"\xff"), Err(LeafError::Text));
}

fn any_event() -> impl Strategy<Value = (Event, Option<PersonalHash>)> {
    let optional = || prop::option::of(any::<String>());
    let id = || "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    let instant = || {
        (Timestamp::MIN.as_microsecond()..=Timestamp::MAX.as_microsecond())
            .prop_map(|micros| Timestamp::from_microsecond(micros).unwrap())
    };
    let texts = (any::<String>(), any::<String>(), any::<String>());
    let options = (optional(), optional(), optional(), prop::option::of("[A-Z0-9]{1,16}"));
    let ids = (id(), prop::option::of(id()), prop::option::of(id()));
    let body =
        prop::collection::btree_map(any::<String>(), any::<i64>(), 0..4).prop_map(|members| {
            let members =
                members.into_iter().map(|(key, number)| (key, crate::json::Value::from(number)));
            let object = crate::json::Object::new(members.collect()).unwrap();
            crate::json::write(&crate::json::Value::Object(object))
        });
    let rest = (any::<u64>(), instant(), instant(), 0..5_usize, body, any::<bool>());
    (texts, options, ids, rest).prop_map(|(texts, options, ids, rest)| {
        let event = Event {
            number: rest.0,
            id: ids.0.parse().unwrap(),
            as_known: rest.1,
            event: NewEvent {
                kind: texts.0,
                subject: texts.1,
                actor: texts.2,
                on_behalf_of: options.0,
                authority: options.1,
                reason: options.2,
                organisation: options.3.map(|code| code.parse().unwrap()),
                as_at: rest.2,
                caused_by: ids.1.map(|id| id.parse().unwrap()),
                corrects: ids.2.map(|id| id.parse().unwrap()),
                marking: Marking::ALL[rest.3],
                body: rest.4,
                personal: None,
            },
            has_personal: rest.5,
        };
        (event, rest.5.then(hash))
    })
}

proptest! {
    #[test]
    fn an_entry_parses_back_to_exactly_the_event((event, personal) in any_event()) {
        let leaf = encode(&event, personal).unwrap();
        prop_assert_eq!(decode(leaf.bytes()).unwrap(), Decoded { event, personal });
    }

    #[test]
    fn settled_events_are_settled(text in "\\PC{0,20}", nanos in any::<i64>()) {
        let body = crate::json::write(&crate::json::Value::Text(text));
        let as_at = Timestamp::from_nanosecond(nanos.into()).unwrap();
        let once = settle(NewEvent { body: format!("{{ \"a\":{body} }}"), as_at, ..event().event }).unwrap();
        prop_assert!(once.as_at <= as_at);
        prop_assert_eq!(settle(once.clone()).unwrap(), once);
    }

    #[test]
    fn any_bytes_and_any_damage_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..100), at in 0..GOLDEN.len(), byte in any::<u8>(),
    ) {
        prop_assert!(decode(&bytes).is_err());
        let mut damaged = GOLDEN.as_bytes().to_vec();
        damaged[at] = byte;
        if let Ok(decoded) = decode(&damaged) {
            let again = encode(&decoded.event, decoded.personal).unwrap();
            prop_assert_eq!(again.bytes(), &damaged);
        }
    }
}
