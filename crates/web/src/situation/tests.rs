//! The national page at the size of the nation.

use std::io::Write as _;

use app::exposure::answer::{Age, Counts, OrganisationAnswer, SectorAnswer};
use exposure::index::AnswerCode;
use exposure::judge::ReasonKind;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::civil::date;
use model::verdict::Verdict;
use sector::{Scale, Sector, Settings};

use super::*;
use crate::frame::Frame;
use crate::situation::ahead::Ahead;

/// What a page may weigh on its way.
const MOST_BYTES: usize = 60_000;

/// Every organisation of the invented nation, each with a verdict of its own.
fn nation() -> SectorAnswer {
    let sector = Sector::new(Settings::new(1, Scale::new(1.0).unwrap()));
    // No pattern that would pack better than the world does.
    let mut state = 7_u64;
    let mut next = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let code = |verdict| AnswerCode { verdict, reason: ReasonKind::NoFixInList, last_known: None };
    let organisations = sector.organisations().iter().map(|own| {
        let mut counts = Counts::default();
        let verdict = match next(20) {
            0..4 => Verdict::Affected,
            4..12 => Verdict::Unknown,
            12 => Verdict::Mitigated,
            13..19 => Verdict::Fixed,
            _ => Verdict::NotAffected,
        };
        counts.seen.insert(code(verdict), 1 + next(400));
        OrganisationAnswer {
            code: own.code.clone(),
            name: own.name.clone(),
            kind: None,
            region: own.region.clone(),
            counts,
            age: Age::default(),
            latest: Some(date(2017, 5, 1)),
        }
    });
    let mut organisations: Vec<OrganisationAnswer> = organisations.collect();
    organisations.sort_by(|a, b| a.code.cmp(&b.code));
    SectorAnswer {
        advisory: "MS17-010".to_owned(),
        is_unresolved: false,
        organisations,
        products: std::collections::BTreeMap::new(),
    }
}

fn page(answer: &SectorAnswer) -> SituationPage {
    let as_at = date(2017, 5, 12);
    SituationPage {
        frame: Frame::bare("Situation"),
        advisory: answer.advisory.clone(),
        region: String::new(),
        is_unresolved: false,
        as_of: "As at 12 May 2017.".to_owned(),
        shown: parts(answer, &total(&answer.organisations), (as_at, ""), "", &ToOwned::to_owned),
        trend: Trend::default(),
        short: Short::default(),
        ahead: Ahead::default(),
    }
}

#[test]
fn the_nation_fits_into_sixty_kilobytes_with_a_tile_for_every_organisation() {
    let answer = nation();
    assert!(answer.organisations.len() > 7_000, "{}", answer.organisations.len());
    let begun = std::time::Instant::now();
    let text = askama::Template::render(&page(&answer)).unwrap();
    let took = begun.elapsed();
    for row in &answer.organisations {
        let tile = format!("href=\"/organisations/{}?advisory=MS17-010\">{}<", row.code, row.code);
        assert!(text.contains(&tile), "{tile}");
    }
    // As the server packs it.
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(text.as_bytes()).unwrap();
    let bytes = packed.finish().unwrap().len();
    println!(
        "{} organisations: {} bytes, {bytes} packed, {took:?}",
        answer.organisations.len(),
        text.len()
    );
    assert!(bytes < MOST_BYTES, "{bytes} bytes");
    // Each verdict is a word and a shape above its tiles, not a colour alone.
    for verdict in Verdict::ALL {
        let sign = crate::words::sign(verdict);
        let heading = format!("aria-hidden=\"true\">{}</span> {}: ", sign.shape, sign.word);
        assert!(text.contains(&heading), "{heading}");
    }
}
