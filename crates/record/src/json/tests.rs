use proptest::prelude::*;

use super::*;

#[test]
fn the_spelling_is_that_of_rfc_8785() {
    // Section 3.2.3: sorted by UTF-16 code units, so a character beyond U+FFFF stands before U+FB33.
    let text = r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
        "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#;
    let wanted = "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"\u{f6}\":\"Latin Small Letter O With Diaeresis\",\"\u{20ac}\":\"Euro Sign\",\"\u{1f600}\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}";
    assert_eq!(canonical(text).unwrap(), wanted);
    // Section 3.2.2: escapes.
    let text = r#"[ "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", null, true , false,[],{} ]"#;
    assert_eq!(
        canonical(text).unwrap(),
        "[\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\",null,true,false,[],{}]"
    );
}

#[test]
fn integers_keep_all_their_bits_and_no_more() {
    let sound = "[-9223372036854775808,18446744073709551615,0,-1]";
    assert_eq!(canonical(sound).unwrap(), sound);
    for beyond in ["-9223372036854775809", "18446744073709551616", &"9".repeat(400)] {
        assert_eq!(canonical(beyond).unwrap_err().fault, JsonFault::Range, "{beyond}");
    }
}

#[test]
fn floats_are_refused_and_their_place_named() {
    for float in ["1.0", "1e3", "-0", "0.5", "1E400", "1e"] {
        let error = canonical(&format!(r#"{{"host":{{"s/core~s":[1,{float}]}}}}"#)).unwrap_err();
        assert_eq!(error.fault, JsonFault::Float, "{float}");
        assert_eq!(error.path(), "/host/s~1core~0s/1");
    }
}

#[test]
fn what_is_not_json_is_refused() {
    for text in [
        "",
        " ",
        "{",
        "[",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\" 1}",
        "{\"a\":}",
        "01",
        "-",
        "+1",
        "--1",
        "1-2",
        "nul",
        "truex",
        "TRUE",
        "\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\\u+123\"",
        "\"\n\"",
        "[1 2]",
        "1 2",
        "{} {}",
        "'a'",
        "NaN",
        "\u{feff}1",
        "{1:2}",
        "\"\\",
    ] {
        assert!(canonical(text).is_err(), "{text:?}");
    }
    let error = canonical(r#"{"a":{"b":1,"c":2,"b":1}}"#).unwrap_err();
    assert_eq!((error.fault, error.path().as_str()), (JsonFault::Twice, "/a/b"));
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(canonical(&nested(64)).is_ok());
    assert_eq!(canonical(&nested(65)).unwrap_err().fault, JsonFault::Depth);
    assert_eq!(canonical(&"[".repeat(1_000_000)).unwrap_err().fault, JsonFault::Depth);
}

fn any_value() -> impl Strategy<Value = Value> {
    let flat = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::Text),
    ];
    flat.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::hash_map(any::<String>(), inner, 0..5).prop_map(|members| {
                Value::Object(Object::new(members.into_iter().collect()).unwrap())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_the_same(value in any_value()) {
        let text = write(&value);
        prop_assert_eq!(read(&text).unwrap(), value);
        prop_assert_eq!(canonical(&text).unwrap(), text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in r#"[\[\]{}:," \\u0-9a-f.eE\-]{0,60}|\PC{0,40}"#) {
        if let Ok(once) = canonical(&text) {
            prop_assert_eq!(canonical(&once).unwrap(), once);
        }
    }
}
