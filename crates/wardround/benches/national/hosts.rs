//! The hosts of an organisation, one by one, as one import of its management tool gives them.
//!
//! Nothing is kept of a host that was given away: memory does not grow with an organisation.

use jiff::civil::Date;
use model::evidence::{
    Completeness, DateReading, DateTimeReading, Ecosystem, Evidence, Finding, FindingMethod,
    FindingOutcome, HostIdentity, InstalledUpdate, OperatingSystem, Platform, Software, UpdateList,
    UpdateListKind,
};
use model::reading::Place;

use super::dice::Dice;
use super::nation::{AS_AT, Nation};

pub(super) const PRODUCTS: usize = 20_000;
const PACKAGES: usize = 3_000;

/// What the hosts of an organisation have in common.
struct Ways {
    /// How many updates the organisation is behind.
    lag: usize,
    has_no_lists: bool,
    images: Vec<Image>,
    /// Its rare software: product and version.
    pool: Vec<(usize, usize)>,
}

/// What some hosts were set up from.
struct Image {
    system: usize,
    level: usize,
    products: Vec<(usize, usize)>,
}

impl Nation {
    /// The evidence of each host of an organisation.
    pub(super) fn hosts(&self, organisation: usize) -> impl Iterator<Item = Evidence> {
        let mut dice = Dice(1_000_003 * (organisation as u64 + 1));
        let ways = self.ways(organisation, &mut dice);
        (0..self.sizes[organisation])
            .map(move |number| self.host(organisation, number, &ways, &mut dice))
    }

    fn ways(&self, organisation: usize, dice: &mut Dice) -> Ways {
        let has_no_lists = dice.share() < 0.07;
        let pool = (0..500 + self.sizes[organisation])
            .map(|_| {
                let product = dice.roll(PRODUCTS);
                (product, dice.roll(versions_of(product)))
            })
            .collect();
        let images = (0..=dice.roll(4)).map(|_| self.image(dice)).collect();
        Ways { lag: dice.roll(12), has_no_lists, images, pool }
    }

    fn host(&self, organisation: usize, number: usize, ways: &Ways, dice: &mut Dice) -> Evidence {
        let image = &ways.images[dice.roll(ways.images.len())];
        let days = i64::try_from(dice.roll(20)).unwrap_or(0);
        let collected = AS_AT.saturating_sub(jiff::Span::new().days(days));
        let mut evidence = if dice.share() < 0.03 {
            linux(dice, organisation)
        } else {
            self.windows(dice, image, ways, collected)
        };
        evidence.host = HostIdentity::named(format!("O{organisation}-{number}"));
        evidence.collected_at = Some(DateTimeReading::exact("", collected.at(9, 0, 0, 0)));
        if dice.share() < 0.03 {
            evidence.findings = findings(dice);
        }
        if self.setting.without_findings {
            evidence.findings.clear();
        }
        evidence
    }

    fn image(&self, dice: &mut Dice) -> Image {
        let total: usize = self.systems.iter().map(|s| s.weight).sum();
        let mut at = dice.roll(total);
        let system = self.systems.iter().position(|s| {
            let is = at < s.weight;
            at = at.saturating_sub(s.weight);
            is
        });
        let products = (0..132)
            .map(|_| {
                let product = dice.zipf(PRODUCTS);
                (product, dice.roll(versions_of(product)))
            })
            .collect();
        Image { system: system.unwrap_or(0), level: dice.roll(14), products }
    }

    fn windows(&self, dice: &mut Dice, image: &Image, ways: &Ways, collected: Date) -> Evidence {
        let system = &self.systems[image.system];
        let behind =
            image.level.min(6) + if dice.share() < 0.2 { dice.roll(6) } else { ways.lag.min(3) };
        let known = system.updates.len().saturating_sub(behind * 4);
        let from = known.saturating_sub(40);
        let entries = system.updates[from..known]
            .iter()
            .filter(|_| !dice.0.is_multiple_of(25) || dice.share() > 0.04)
            .map(|kb| InstalledUpdate {
                raw: kb.to_string(),
                kb: Some(*kb),
                title: None,
                installed_on: Some(DateReading::exact(
                    "",
                    collected
                        .saturating_sub(jiff::Span::new().days(60 + i64::from(kb.number() % 300))),
                )),
                place: Place::Whole,
            })
            .collect();
        let mut software: Vec<Software> = Vec::new();
        for (product, version) in &image.products {
            if dice.share() < 0.93 {
                let drifted = dice.share() < 0.25;
                let version = if drifted { dice.roll(versions_of(*product)) } else { *version };
                software.push(program(*product, version));
            }
        }
        for _ in 0..20 + dice.roll(40) {
            let (product, version) = if self.setting.national_tail {
                let product = dice.roll(PRODUCTS);
                (product, dice.roll(versions_of(product)))
            } else {
                ways.pool[dice.roll(ways.pool.len())]
            };
            software.push(program(product, version));
        }
        let lists = if ways.has_no_lists || dice.share() < 0.01 {
            Vec::new()
        } else {
            vec![UpdateList {
                kind: UpdateListKind::Hotfixes,
                completeness: Completeness::Complete,
                entries,
                place: Place::Whole,
            }]
        };
        Evidence {
            format: "bench",
            os: Some(OperatingSystem {
                raw_name: system.name.to_owned(),
                raw_version: Some(system.version.to_owned()),
                platform: Platform::Windows {
                    product: system.product.clone(),
                    build: system.version.split(' ').next().and_then(|v| v.parse().ok()),
                },
                guess_percent: None,
                place: Place::Whole,
            }),
            last_boot: Some(DateTimeReading::exact("", collected.at(6, 0, 0, 0))),
            updates: lists,
            software,
            software_completeness: Some(Completeness::Complete),
            ..Evidence::default()
        }
    }
}

/// How many versions of a product there are.
pub(super) const fn versions_of(product: usize) -> usize {
    8 + product * 7919 % 30
}

fn program(product: usize, version: usize) -> Software {
    Software {
        ecosystem: Ecosystem::WindowsProgram,
        name: format!("Ward Program {product}"),
        version: Some(format!("{}.{version}", 1 + product % 9)),
        vendor: Some(format!("Vendor {}", product % 700)),
        ..Software::default()
    }
}

fn linux(dice: &mut Dice, organisation: usize) -> Evidence {
    let software = (0..400)
        .map(|_| {
            let package = dice.zipf(PACKAGES);
            let version = (organisation * 31 + package) % 6 + dice.roll(2);
            Software {
                ecosystem: Ecosystem::Dpkg,
                name: format!("package{package}"),
                version: Some(format!("1.{version}-1")),
                architecture: Some("amd64".to_owned()),
                ..Software::default()
            }
        })
        .collect();
    Evidence {
        format: "bench",
        os: Some(OperatingSystem {
            raw_name: "Debian GNU/Linux 8".to_owned(),
            raw_version: None,
            platform: Platform::Linux {
                distribution: "debian".to_owned(),
                version: Some("8".to_owned()),
            },
            guess_percent: None,
            place: Place::Whole,
        }),
        software,
        software_completeness: Some(Completeness::Complete),
        ..Evidence::default()
    }
}

fn findings(dice: &mut Dice) -> Vec<Finding> {
    (0..=dice.roll(20))
        .map(|_| {
            let n = dice.roll(400);
            let cve = if n < 8 {
                format!("CVE-2017-{:04}", 143 + n)
            } else {
                format!("CVE-2016-{}", 90_000 + n)
            };
            Finding {
                scanner: "bench",
                check: format!("check-{n}"),
                title: format!("Flaw {n}"),
                cves: vec![cve.parse().unwrap()],
                missing_kbs: Vec::new(),
                outcome: if dice.share() < 0.8 {
                    FindingOutcome::Vulnerable
                } else {
                    FindingOutcome::NotVulnerable
                },
                method: FindingMethod::Authenticated,
                severity: None,
                observed_at: None,
                place: Place::Whole,
            }
        })
        .collect()
}
