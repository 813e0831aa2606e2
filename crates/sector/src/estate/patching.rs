//! Which updates a host holds, and when it last started.

use super::System;
use crate::conduct::{Conduct, i32_of};
use crate::day::Day;
use crate::keyed::{mix, mixed_below};
use crate::updates::{Fix, Kind, Update, earlier, updates};

/// An installed update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Installed {
    pub(crate) kb: u32,
    pub(crate) on: Day,
    pub(crate) kind: Kind,
    pub(crate) fix: Fix,
    pub(crate) revision: u32,
    pub(crate) origin: Origin,
}

/// How an update came to a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It was in the image.
    Image,
    /// It was installed later.
    Later,
}

/// When an organisation gives each update of one system free.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    recent: Vec<(Update, Option<Day>, Urgency)>,
    earlier: Vec<(u32, Day, Option<Day>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Urgency {
    Routine,
    Pushed,
}

impl Plan {
    pub(crate) fn of(conduct: &Conduct, system: System) -> Self {
        let all = updates(system);
        let pushed = conduct.pushes(all);
        let recent = all
            .iter()
            .filter(|update| conduct.takes(update.kind))
            .map(|update| {
                let routine = conduct.deploys(update.kb, update.published);
                match pushed {
                    Some((kb, on)) if kb == update.kb && routine.is_none_or(|day| day > on) => {
                        (*update, Some(on), Urgency::Pushed)
                    }
                    _ => (*update, routine, Urgency::Routine),
                }
            })
            .collect();
        let earlier = earlier(system)
            .iter()
            .map(|(published, kb)| (*kb, *published, conduct.deploys(*kb, *published)))
            .collect();
        Self { recent, earlier }
    }
}

/// What of a host decides on its updates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ground {
    pub(crate) seed: u64,
    pub(crate) system: System,
    /// The day its system was installed.
    pub(crate) installed: Day,
    /// The day its image was made.
    pub(crate) made: Day,
}

// Questions to `mix` about one host; updates are asked by their numbers, which are larger.
const JITTER: u64 = 1 << 32;
const START: u64 = 2 << 32;
const START_AFTER: u64 = 3 << 32;
const CLEANED: u64 = 1;
const STYLE: u64 = 2;
const CATCH_UP: u64 = 3;

/// The updates a host holds on a day, in the order of their tables.
pub(crate) fn installed(ground: &Ground, plan: &Plan, day: Day) -> Vec<Installed> {
    let mut all = Vec::with_capacity(plan.earlier.len() + plan.recent.len());
    let catch_up = ground.installed.plus(i32_of(2 + mixed_below(ground.seed, CATCH_UP, 12)));
    let install = |kb: u32, deploy: Option<Day>, holes: u32, over: u32| -> Option<Day> {
        let deploy = deploy?.max(catch_up);
        let drawn = mix(ground.seed, JITTER | u64::from(kb));
        // Four in a hundred updates fail on a host and are never tried again.
        if (drawn & 0xFFFF) * 1000 < u64::from(holes) << 16 {
            return None;
        }
        // Most take an update on its first days, some are away for a while.
        let late = u32::try_from((drawn >> 16) & 0xFFFF).unwrap_or(0) * over / 65_536;
        let late = if drawn >> 62 == 0 { late } else { late / 4 };
        let on = deploy.plus(i32_of(late));
        (on <= day).then_some(on)
    };
    for (kb, published, deploy) in &plan.earlier {
        let (on, origin) = if *published <= ground.made {
            (Some(ground.installed), Origin::Image)
        } else {
            (install(*kb, *deploy, 40, 12), Origin::Later)
        };
        if let Some(on) = on {
            let (kb, kind, fix) = (*kb, Kind::Single, Fix::Out);
            all.push(Installed { kb, on, kind, fix, revision: 0, origin });
        }
    }
    let from = all.len();
    for (update, deploy, urgency) in &plan.recent {
        let (holes, over) = match urgency {
            Urgency::Routine => (40, 12),
            Urgency::Pushed => (150, 4),
        };
        if let Some(on) = install(update.kb, *deploy, holes, over) {
            let Update { kb, kind, fix, revision, .. } = *update;
            all.push(Installed { kb, on, kind, fix, revision, origin: Origin::Later });
        }
    }
    drop_replaced(ground, &mut all, from);
    all
}

/// What a newer cumulative update makes needless is not installed after it; what was there before it
/// leaves the list on Windows 10, and elsewhere where somebody cleaned up.
fn drop_replaced(ground: &Ground, all: &mut Vec<Installed>, from: usize) {
    let cleans = ground.system.is_ten() || mix(ground.seed, CLEANED) & 1 == 0;
    // From the newest back: the earliest day on which something newer came.
    let mut newest: Option<Day> = None;
    let mut at = all.len();
    while at > from {
        at -= 1;
        let Some(update) = all.get(at).copied() else { break };
        if !update.kind.is_cumulative() {
            continue;
        }
        if newest.is_some_and(|newer| newer <= update.on || cleans) {
            all.remove(at);
        }
        newest = Some(newest.map_or(update.on, |newer| newer.min(update.on)));
    }
}

/// The last start of a host by a day: the day and the minute. Updates are installed in the night,
/// hosts start between six and ten in the morning, evidence is gathered after ten: what was
/// installed on the day of the last start is in effect.
pub(crate) fn last_start(
    ground: &Ground,
    server: Serves,
    updates: &[Installed],
    day: Day,
) -> (Day, u32) {
    let style = mixed_below(ground.seed, STYLE, 1000);
    let shows = ground.system.prints_start();
    let (often, after, never) = match server {
        Serves::People => (550, 300, style < 15),
        Serves::Machines => (22, 850, style < 60),
    };
    let starts = |day: Day| {
        let installed = || updates.iter().any(|update| update.on == day);
        if !shows {
            // Where no evidence can show the start, none may be missing.
            return installed() || mixed_below(ground.seed, START | day.question(), 1000) < often;
        }
        if never {
            return false;
        }
        mixed_below(ground.seed, START | day.question(), 1000) < often
            || (installed() && mixed_below(ground.seed, START_AFTER | day.question(), 1000) < after)
    };
    let lowest = ground.installed.max(day.plus(-400));
    let found = std::iter::successors(Some(day), |day| Some(day.plus(-1)))
        .take_while(|day| *day > lowest)
        .find(|day| starts(*day))
        .unwrap_or(ground.installed);
    (found, 360 + mixed_below(ground.seed, START_AFTER | found.question(), 230))
}

/// Whom a host serves, which decides how often it is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Serves {
    /// A PC: most days.
    People,
    /// A server: after updates, seldom else.
    Machines,
}
