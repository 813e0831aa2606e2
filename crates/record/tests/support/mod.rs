//! An invented log of events, and what an attacker does to it.
#![allow(dead_code, reason = "each test file uses its part")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail the test")]

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::event::{Event, Marking, NewEvent};
use record::Hash;
use record::checkpoint::{Keys, SecretKey, sign};
use record::leaf::{Leaf, decode, encode};
use record::tiles::{State, entries};
use record::verify::{Fault, Remembered, Report, verify};

pub(crate) type Map = BTreeMap<String, Vec<u8>>;

/// A log with everything that its keeper has.
#[derive(Clone)]
pub(crate) struct Log {
    pub(crate) objects: Map,
    pub(crate) state: State,
}

pub(crate) fn key() -> SecretKey {
    SecretKey::new("record.mdh.example".parse().unwrap(), [7; 32])
}

pub(crate) fn keys() -> Keys {
    Keys::new(vec![key().public()])
}

pub(crate) fn event(number: u64) -> Event {
    let micros = 1_494_583_200_000_000 + i64::try_from(number).unwrap() * 1_000;
    let instant = Timestamp::from_microsecond(micros).unwrap();
    Event {
        number,
        id: format!("0190a6e0-2b3c-7def-8123-{number:012x}").parse().unwrap(),
        as_known: instant,
        event: NewEvent {
            kind: "import.taken".to_owned(),
            subject: format!("import/{number}"),
            organisation: Some("RX1".parse().unwrap()),
            actor: "person/17".to_owned(),
            on_behalf_of: None,
            authority: None,
            reason: None,
            as_at: instant,
            caused_by: None,
            corrects: None,
            marking: Marking::Amber,
            body: format!(r#"{{"blob":"{number:064x}","hosts":{number}}}"#),
            personal: None,
        },
        has_personal: false,
    }
}

pub(crate) fn leaf(event: &Event) -> Leaf {
    encode(event, None).unwrap()
}

pub(crate) fn leaves(numbers: std::ops::Range<u64>) -> Vec<Leaf> {
    numbers.map(|number| leaf(&event(number))).collect()
}

impl Log {
    pub(crate) fn empty() -> Self {
        let mut log = Self { objects: Map::new(), state: State::default() };
        log.sign();
        log
    }

    /// A log of the events 0 to `size`.
    pub(crate) fn of(size: u64) -> Self {
        Self::empty().with(&leaves(0..size))
    }

    /// Appends and signs.
    pub(crate) fn with(mut self, leaves: &[Leaf]) -> Self {
        let appended = self.state.append(leaves);
        self.objects.extend(appended.objects);
        self.state = appended.state;
        self.sign();
        self
    }

    fn sign(&mut self) {
        self.objects.insert("checkpoint".to_owned(), sign(self.state.head(), &key()).into_bytes());
    }

    pub(crate) fn checkpoint(&self) -> String {
        String::from_utf8(self.objects["checkpoint"].clone()).unwrap()
    }

    /// The log's checkpoint as somebody keeps it.
    pub(crate) fn remembered(&self, from: &str) -> Remembered {
        Remembered::of_note(from, self.checkpoint().as_bytes(), &keys()).unwrap()
    }

    pub(crate) fn verify(&self, kept: &[Remembered]) -> Report {
        verify(&self.objects, &keys(), kept)
    }

    /// The faults, which must not be none.
    pub(crate) fn faults(&self, kept: &[Remembered]) -> Vec<Fault> {
        let report = self.verify(kept);
        assert!(!report.is_sound());
        report.faults
    }

    /// Flips a bit of a hash in a tile.
    pub(crate) fn edit_tile(&mut self, path: &str, position: usize) {
        self.objects.get_mut(path).unwrap()[position * 32] ^= 1;
    }

    /// Replaces entries of a bundle.
    pub(crate) fn edit_bundle(
        &mut self,
        path: &str,
        width: usize,
        edit: impl FnOnce(&mut Vec<Vec<u8>>),
    ) {
        let bundle = &self.objects[path];
        let mut all: Vec<Vec<u8>> =
            entries(bundle, width).unwrap().into_iter().map(<[u8]>::to_vec).collect();
        edit(&mut all);
        let mut bundle = Vec::new();
        for entry in all {
            bundle.extend(u16::try_from(entry.len()).unwrap().to_be_bytes());
            bundle.extend(entry);
        }
        self.objects.insert(path.to_owned(), bundle);
    }
}

/// An entry that says something else.
pub(crate) fn forged(entry: &[u8]) -> Vec<u8> {
    let mut event = decode(entry).unwrap().event;
    event.event.actor.push('8');
    leaf(&event).bytes().to_vec()
}

pub(crate) fn hash_of(number: u64) -> Hash {
    leaf(&event(number)).hash()
}
