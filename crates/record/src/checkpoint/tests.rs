use proptest::prelude::*;
use signed_note as theirs;

use super::*;
use crate::Hash;

fn key(seed: u8) -> SecretKey {
    SecretKey::new("record.mdh.example".parse().unwrap(), [seed; 32])
}

fn head() -> Head {
    Head { size: 20_852_163, root: Hash::of_leaf(b"any") }
}

fn witness() -> SecretKey {
    SecretKey::new("witness.region.example/w1".parse().unwrap(), [9; 32])
}

#[test]
fn a_signed_checkpoint_has_the_same_bytes_for_ever() {
    let key = key(7);
    assert_eq!(
        key.public().to_string(),
        "record.mdh.example+ba8308d6+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"
    );
    let wanted = "record.mdh.example\n20852163\n6OSuxgnE9idQUO2uwK/6nY+zyVJmc5ROiYTUrtMjgtE=\n\n\
        — record.mdh.example uoMI1is9vIWE0H+5woliQ9l0FlYqdHnC5wkzghzCcbBum7dVd5xWEIGsWq7Z/alAUJlgxy8/OTO/wBzz14x2W7G+FQQ=\n";
    assert_eq!(sign(head(), &key), wanted);
}

#[test]
fn signed_checkpoints_and_keys_are_those_of_the_other_implementation() {
    let key = key(3);
    let verifier = theirs::StandardVerifier::new(&key.public().to_string()).unwrap();
    let note = theirs::Note::from_bytes(sign(head(), &key).as_bytes()).unwrap();
    let known = theirs::VerifierList::new(vec![Box::new(verifier)]);
    assert_eq!(note.verify(&known).unwrap().0.len(), 1);

    let signer = theirs::StandardSigner::new(&key.to_text()).unwrap();
    let mut note = theirs::Note::new(note.text(), &[]).unwrap();
    note.add_sigs(&[&signer]).unwrap();
    assert_eq!(String::from_utf8(note.to_bytes()).unwrap(), sign(head(), &key));
}

/// Keys and note of Go's documentation of `note`, as the other implementation has them in its tests.
#[test]
fn a_key_of_another_program_is_read_and_written_the_same() {
    let peter = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(peter.parse::<PublicKey>().unwrap().to_string(), peter);
    let secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    let key = SecretKey::parse(secret).unwrap();
    assert_eq!((key.public().to_string(), key.to_text().as_str()), (peter.to_owned(), secret));
    assert_eq!(format!("{key:?}"), "SecretKey(PeterNeumann+c74f20a3)");
}

#[test]
fn keys_that_are_none_are_refused_and_told_why() {
    let sound = key(1).public().to_string();
    let (name, rest) = sound.split_once('+').unwrap();
    let (id, data) = rest.split_once('+').unwrap();
    let parse = |text: &str| text.parse::<PublicKey>().unwrap_err();
    assert!(matches!(parse(&format!("{name}+00000000+{data}")), KeyError::Id { .. }));
    assert!(matches!(parse(&format!("other+{id}+{data}")), KeyError::Id { .. }));
    assert!(matches!(parse(&format!("a b+{id}+{data}")), KeyError::Name(_)));
    assert!(matches!(parse("any+00000000+BAAA"), KeyError::Algorithm(4)));
    assert!(matches!(parse("any"), KeyError::Form(_)));
    // The identity: every signature would fit it.
    let weak = "any+00000000+AQEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(parse(weak), KeyError::Point);
    assert!(SecretKey::parse(&sound).is_err());
}

#[test]
fn no_single_bit_of_a_checkpoint_may_change() {
    let key = key(7);
    let keys = Keys::new(vec![key.public()]);
    let note = sign(head(), &key).into_bytes();
    assert!(open(&note, &keys).is_ok());
    for bit in 0..note.len() * 8 {
        let mut changed = note.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&changed, &keys).is_err(), "bit {bit}");
    }
    for length in 0..note.len() {
        assert!(open(&note[..length], &keys).is_err());
    }
}

#[test]
fn signatures_of_unknown_keys_say_nothing() {
    let (key, witness) = (key(7), witness());
    let note = add_signature(&sign(head(), &key), &witness).unwrap();
    let alone = open(note.as_bytes(), &Keys::new(vec![key.public()])).unwrap();
    assert_eq!(alone.signed_by, ["record.mdh.example+ba8308d6"]);
    assert_eq!(alone.ignored, [witness.public().id_text()]);
    let both = open(note.as_bytes(), &Keys::new(vec![key.public(), witness.public()])).unwrap();
    assert_eq!((both.signed_by.len(), both.ignored.len()), (2, 0));
    // Also where it is of a kind that nobody here can check, and 5 kB long.
    let strange = note::signature_line(&"new.example".parse().unwrap(), [1, 2, 3, 4], &[6; 5_000]);
    let opened = open(format!("{note}{strange}").as_bytes(), &Keys::new(vec![key.public()]));
    assert_eq!(opened.unwrap().ignored.len(), 2);
}

#[test]
fn a_witness_alone_does_not_vouch_for_a_log() {
    let (key, witness) = (key(7), witness());
    let note = add_signature(&sign(head(), &key), &witness).unwrap();
    let error = open(note.as_bytes(), &Keys::new(vec![witness.public()])).unwrap_err();
    assert!(matches!(error, OpenError::UnknownKey { .. }), "{error}");
}

#[test]
fn a_log_may_change_its_key_by_signing_with_both() {
    let (old, new) = (key(7), key(8));
    let note = add_signature(&sign(head(), &old), &new).unwrap();
    for known in [&old, &new] {
        assert!(open(note.as_bytes(), &Keys::new(vec![known.public()])).is_ok());
    }
    let error = open(sign(head(), &new).as_bytes(), &Keys::new(vec![old.public()])).unwrap_err();
    assert!(error.to_string().contains(&new.public().id_text()), "{error}");
}

#[test]
fn a_known_key_with_a_wrong_signature_spoils_the_note() {
    let (key, witness) = (key(7), witness());
    let sound = sign(head(), &key);
    let other = sign(Head { size: 1, ..head() }, &key);
    let moved = format!("{sound}{}", other.rsplit_once("\n\n").unwrap().1);
    let keys = Keys::new(vec![key.public(), witness.public()]);
    assert!(matches!(open(moved.as_bytes(), &keys), Err(OpenError::Forged { .. })));
}

#[test]
fn a_text_that_is_no_checkpoint_is_refused() {
    let root = Hash::EMPTY;
    for text in [
        format!("a\n1\n{root}"),
        format!("\n1\n{root}\n"),
        format!("a b\n1\n{root}\n"),
        format!("a\n01\n{root}\n"),
        format!("a\n+1\n{root}\n"),
        format!("a\n\n{root}\n"),
        format!("a\n18446744073709551616\n{root}\n"),
        format!("a\n1\n{root}=\n"),
        format!("a\n1\n{root}\n\n"),
        "a\n1\n".to_owned(),
        String::new(),
    ] {
        assert!(head::read(&text).is_err(), "{text:?}");
    }
    let extended = format!("a\n0\n{root}\nan extension\n");
    assert_eq!(head::read(&extended).unwrap().1, Head { size: 0, root });
}

#[test]
fn a_list_of_keys_has_one_a_line() {
    let text = format!("# of the record\n{}\n\n  {}\n", key(1).public(), witness().public());
    assert_eq!(Keys::parse(&text).unwrap(), Keys::new(vec![key(1).public(), witness().public()]));
    assert!(Keys::parse("nonsense").is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_refused_without_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        text in "\\PC{0,20}\n[0-9]{0,3}\n\\PC{0,44}\n\n(— \\PC{0,20} [A-Za-z0-9=]{0,12}\n){0,3}",
    ) {
        let keys = Keys::new(vec![key(1).public()]);
        prop_assert!(open(&bytes, &keys).is_err());
        prop_assert!(open(text.as_bytes(), &keys).is_err());
        let _ = (Keys::parse(&text).is_ok(), SecretKey::parse(&text).is_ok());
    }
}
