//! Images: what an organisation, or the unit that runs its IT, makes its hosts from.

use super::System;
use crate::day::Day;
use crate::keyed::{Key, Stream};

/// An image.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Image {
    pub(crate) system: System,
    /// Whether it is of 64 bits.
    pub(crate) width: Width,
    /// The day it was made: all that was out by then is in it.
    pub(crate) made: Day,
    /// For the software in it.
    pub(crate) key: Key,
}

/// How wide a processor's words are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    Bits32,
    Bits64,
}

impl Width {
    /// As systeminfo prints it.
    pub(crate) const fn printed(self) -> &'static str {
        match self {
            Self::Bits32 => "X86-based PC",
            Self::Bits64 => "x64-based PC",
        }
    }
}

/// Images of PCs, the most used first: one to four. The last of the list is that of servers.
pub(crate) fn images(key: &Key) -> Vec<Image> {
    let mut stream = key.child("images", 0).stream();
    let count = stream.choose(&[(20, 1), (35, 2), (30, 3), (15, 4_u64)], 2);
    let mut all: Vec<Image> = (0..count).map(|at| pc(key, at, &mut stream)).collect();
    all.push(Image {
        system: System::Server2008R2,
        width: Width::Bits64,
        made: Day::of(2013, 1, 15).plus(days(stream.below(900))),
        key: key.child("image", 9),
    });
    all
}

fn pc(key: &Key, at: u64, stream: &mut Stream) -> Image {
    const MAIN: [(u32, System); 5] = [
        (880, System::Seven),
        (50, System::Ten1607),
        (25, System::Ten1511),
        (35, System::EightOne),
        (10, System::Vista),
    ];
    const OTHER: [(u32, System); 8] = [
        (230, System::Xp),
        (40, System::Vista),
        (380, System::Seven),
        (30, System::SevenRtm),
        (90, System::EightOne),
        (40, System::Ten1507),
        (60, System::Ten1511),
        (130, System::Ten1607),
    ];
    let system = if at == 0 {
        stream.choose(&MAIN, System::Seven)
    } else {
        stream.choose(&OTHER, System::Seven)
    };
    let narrow = match system {
        System::Xp => 1000,
        System::Seven | System::SevenRtm | System::Vista => 400,
        _ => 60,
    };
    let width = if stream.permille(narrow) { Width::Bits32 } else { Width::Bits64 };
    // From the day a system came out, or when it was in use already, to the middle of 2016.
    let (from, over) = match system {
        System::Xp => (Day::of(2009, 3, 1), 1500),
        System::Vista => (Day::of(2010, 2, 1), 900),
        System::SevenRtm => (Day::of(2010, 3, 1), 300),
        System::Ten1507 => (Day::of(2015, 9, 1), 60),
        System::Ten1511 => (Day::of(2016, 1, 10), 120),
        System::Ten1607 => (Day::of(2016, 9, 20), 90),
        System::EightOne => (Day::of(2014, 1, 10), 700),
        _ => (Day::of(2012, 6, 1), 1300),
    };
    let made = from.plus(days(stream.below(over)));
    Image { system, width, made, key: key.child("image", at) }
}

/// Which image of `count` a host is made from: the first of most.
pub(crate) fn image_of(count: usize, drawn: u32) -> usize {
    let bounds: &[u32] = match count {
        0 | 1 => &[1000],
        2 => &[820, 1000],
        3 => &[770, 930, 1000],
        _ => &[720, 870, 960, 1000],
    };
    bounds.iter().position(|bound| drawn < *bound).unwrap_or(0)
}

fn days(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(0)
}
