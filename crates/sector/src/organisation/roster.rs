//! Who there is: national body, regions, commissioners, support units, suppliers, trusts, practices,
//! care homes, in this order; those that closed last.

use jiff::civil::Date;
use model::organisation::{OrganisationCode, OrganisationKind as Kind};

use super::Organisation;
use super::shape::{Shape, shape, trust_sizes};
use crate::day::Day;
use crate::keyed::{Key, Stream};
use crate::names::{PLACES, contact, place};
use crate::settings::Settings;

/// Every organisation of a sector.
pub(crate) fn roster(settings: &Settings, root: &Key) -> Vec<Organisation> {
    let shape = shape(settings.scale);
    let offset = root.child("names", 0).stream().below(PLACES);
    let mut made = Made { settings, root, shape, offset, all: Vec::new() };
    made.frame();
    made.trusts();
    made.practices();
    made.homes();
    made.closed();
    made.all
}

struct Made<'a> {
    settings: &'a Settings,
    root: &'a Key,
    shape: Shape,
    offset: u32,
    all: Vec<Organisation>,
}

/// What differs from one organisation to the next.
struct Sketch {
    code: String,
    name: String,
    kind: Kind,
    ordinal: u32,
    parent: Option<u32>,
    region: Option<u32>,
    provider: Option<u32>,
    commissioner: Option<u32>,
    hosts: u32,
}

impl Made<'_> {
    fn push(&mut self, sketch: Sketch) -> Option<u32> {
        let number = u32::try_from(self.all.len()).ok()?;
        let code: OrganisationCode = sketch.code.parse().ok()?;
        let mut stream = self.root.child("organisation", u64::from(number)).stream();
        let first = Day::from(self.settings.first);
        let last = Day::from(self.settings.last);
        let opened = first.plus(-days(stream.between(400, 9_000)));
        // A tenth of the contacts was last confirmed years ago.
        let age = if stream.permille(100) { stream.between(500, 1500) } else { stream.below(360) };
        let lead = contact(&mut stream, &code);
        let on_call = contact(&mut stream, &code);
        self.all.push(Organisation {
            parent: self.code(sketch.parent),
            region: self.code(sketch.region),
            it_provider: self.code(sketch.provider),
            commissioner: self.code(sketch.commissioner),
            code,
            name: sketch.name,
            kind: sketch.kind,
            opened: Date::from(opened),
            closed: None,
            successor: None,
            expected_hosts: sketch.hosts,
            lead,
            on_call,
            contacts_checked: Date::from(last.plus(-days(age))),
            number,
            ordinal: sketch.ordinal,
            provider: sketch.provider,
        });
        Some(number)
    }

    fn code(&self, number: Option<u32>) -> Option<OrganisationCode> {
        self.all.get(number? as usize).map(|organisation| organisation.code.clone())
    }

    fn stream(&self, what: &str, number: u32) -> Stream {
        self.root.child(what, u64::from(number)).stream()
    }

    fn place(&self, number: u32) -> String {
        place(number, self.offset)
    }

    // The numbers at which the kinds of the frame begin.
    fn region(ordinal: u32) -> u32 {
        1 + ordinal
    }

    fn commissioner(&self, ordinal: u32) -> u32 {
        1 + self.shape.regions + ordinal
    }

    fn unit(&self, ordinal: u32) -> u32 {
        self.commissioner(self.shape.commissioners) + ordinal
    }

    /// The region of the `ordinal`th of `count`: neighbours in number are neighbours on the map.
    fn region_of(&self, ordinal: u32, count: u32) -> u32 {
        let at = u64::from(ordinal) * u64::from(self.shape.regions) / u64::from(count.max(1));
        Self::region(u32::try_from(at).unwrap_or(0))
    }

    fn plain(code: String, name: String, kind: Kind, ordinal: u32) -> Sketch {
        Sketch {
            code,
            name,
            kind,
            ordinal,
            parent: Some(0),
            region: None,
            provider: None,
            commissioner: None,
            hosts: 0,
        }
    }

    fn frame(&mut self) {
        let mut top =
            Self::plain("NB-1".into(), "Vale Health Service Centre".into(), Kind::National, 0);
        top.parent = None;
        self.push(top);
        for (at, name) in (0..).zip(["Northern", "Middle", "Southern", "Capital"]) {
            let name = format!("{name} Vale Region");
            self.push(Self::plain(format!("RG-{}", at + 1), name, Kind::Region, at));
        }
        for at in 0..self.shape.commissioners {
            let name = format!("{} Commissioning Group", self.place(1000 + at));
            let region = self.region_of(at, self.shape.commissioners);
            let mut sketch = Self::plain(format!("CM-{:03}", at + 1), name, Kind::Commissioner, at);
            (sketch.parent, sketch.region) = (Some(region), Some(region));
            sketch.provider = Some(self.unit(self.unit_of(at, self.shape.commissioners)));
            sketch.hosts = self.stream("commissioner", at).between(30, 220);
            self.push(sketch);
        }
        for at in 0..self.shape.units {
            let name = format!("{} Support Unit", self.place(1500 + at));
            let mut sketch = Self::plain(format!("SU-{:02}", at + 1), name, Kind::SupportUnit, at);
            let region = self.region_of(at, self.shape.units);
            (sketch.parent, sketch.region) = (Some(region), Some(region));
            sketch.hosts = self.stream("unit", at).between(120, 700);
            self.push(sketch);
        }
        for at in 0..self.shape.suppliers {
            let what = ["Imaging", "Infusion", "Monitoring", "Systems", "Laboratories", "Software"];
            let what = self.stream("supplier", at).of(&what);
            let name = format!("{} {what} Ltd", self.place(1600 + at));
            self.push(Self::plain(format!("SP-{:03}", at + 1), name, Kind::Supplier, at));
        }
    }

    /// The support unit that serves the `ordinal`th of `count`.
    fn unit_of(&self, ordinal: u32, count: u32) -> u32 {
        let at = u64::from(ordinal) * u64::from(self.shape.units) / u64::from(count.max(1));
        u32::try_from(at).unwrap_or(0)
    }

    /// Who pays for the `ordinal`th of `count`, and that commissioner's region.
    fn buyer_of(&self, ordinal: u32, count: u32) -> (u32, u32) {
        let groups = self.shape.commissioners;
        let at = u64::from(ordinal) * u64::from(groups) / u64::from(count.max(1));
        let at = u32::try_from(at).unwrap_or(0).min(groups.saturating_sub(1));
        (self.commissioner(at), self.region_of(at, groups))
    }

    fn trusts(&mut self) {
        let sizes = trust_sizes(self.shape, &mut self.stream("trust sizes", 0));
        for (at, hosts) in (0..).zip(sizes) {
            let mut stream = self.stream("trust", at);
            let what = stream.choose(
                &[
                    (620, "Hospitals Trust"),
                    (230, "Mental Health Trust"),
                    (105, "Community Health Trust"),
                    (45, "Ambulance Trust"),
                ],
                "Hospitals Trust",
            );
            let (buyer, region) = self.buyer_of(at, self.shape.trusts);
            let mut sketch = Self::plain(
                format!("TR-{:03}", at + 1),
                format!("{} {what}", self.place(at)),
                Kind::Trust,
                at,
            );
            (sketch.parent, sketch.region) = (Some(region), Some(region));
            sketch.commissioner = Some(buyer);
            sketch.hosts = hosts;
            self.push(sketch);
        }
    }

    fn practices(&mut self) {
        for at in 0..self.shape.practices {
            let sketch = self.practice(at, self.shape.practices);
            self.push(sketch);
        }
    }

    fn practice(&self, at: u32, count: u32) -> Sketch {
        const NAMES: [&str; 8] = [
            "Surgery",
            "Medical Centre",
            "Health Centre",
            "Family Practice",
            "Road Surgery",
            "Group Practice",
            "Lane Practice",
            "House Surgery",
        ];
        let round = at / PLACES;
        let place = self.place(2000 + at % PLACES);
        let length = u32::try_from(place.len()).unwrap_or(0);
        let what = NAMES.get(((round + length) % 8) as usize).copied().unwrap_or("Surgery");
        let again = if round < 8 { String::new() } else { format!(" {}", round / 8 + 1) };
        let (buyer, region) = self.buyer_of(at, count);
        let mut sketch = Self::plain(
            format!("GP-{:04}", at + 1),
            format!("{place} {what}{again}"),
            Kind::Practice,
            at,
        );
        sketch.parent = Some(buyer);
        sketch.commissioner = Some(buyer);
        sketch.region = Some(region);
        let unit = self.unit_of(at, count).min(self.shape.units.saturating_sub(1));
        sketch.provider = Some(self.unit(unit));
        sketch.hosts = self.stream("practice", at).between(5, 60);
        sketch
    }

    fn homes(&mut self) {
        for at in 0..self.shape.homes {
            let region = self.region_of(at, self.shape.homes);
            let mut sketch = Self::plain(
                format!("CH-{:03}", at + 1),
                format!("{} Lodge Care Home", self.place(500 + at)),
                Kind::CareHome,
                at,
            );
            (sketch.parent, sketch.region) = (Some(region), Some(region));
            sketch.hosts = self.stream("home", at).between(2, 15);
            self.push(sketch);
        }
    }

    /// Practices that closed in the course of the history, each taken over by one that is open. They
    /// come on top of those that are open.
    fn closed(&mut self) {
        let (first, last) = (Day::from(self.settings.first), Day::from(self.settings.last));
        let span = u32::try_from(last.since(first)).unwrap_or(0);
        let count = (self.shape.practices / 66).max(1);
        let open: Vec<u32> = self
            .all
            .iter()
            .filter(|organisation| organisation.kind == Kind::Practice)
            .map(|organisation| organisation.number)
            .collect();
        for at in 0..count {
            let mut stream = self.stream("closed practice", at);
            let took = open.get(stream.below(self.shape.practices) as usize).copied();
            let mut sketch = self.practice(self.shape.practices + at, self.shape.practices);
            let heir = took.and_then(|number| self.all.get(number as usize));
            let Some((heir, provider)) = heir.map(|heir| (heir.code.clone(), heir.provider)) else {
                continue;
            };
            sketch.provider = provider;
            let day = first.plus(days(stream.below(span.max(1))));
            let Some(number) = self.push(sketch) else { continue };
            if let Some(organisation) = self.all.get_mut(number as usize) {
                organisation.closed = Some(Date::from(day));
                organisation.successor = Some(heir);
            }
        }
    }
}

/// A number of days.
fn days(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(0)
}
