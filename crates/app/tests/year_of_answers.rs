//! Through a year of an invented sector answers are given each month and kept; when the year is over
//! all of them are asked again, as at and as known then. What was answered is what is answered.
#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it")]

use std::sync::Arc;

use app::exposure::answer::Asked;
use app::exposure::ask::{Question, ask};
use app::exposure::knowledge::adopt;
use app::invented::Teller;
use app::{Caller, Context};
use exposure::freshness::FreshnessPolicy;
use exposure::knowledge::{Builder, builtin, encode};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use model::organisation::OrganisationCode;
use rkyv::util::AlignedVec;
use sector::{Scale, Sector, Settings};
use store::{Address, Options, Store};

/// The built-in knowledge, compiled at an instant: another instant is other knowledge.
fn knowledge(at: Timestamp) -> AlignedVec {
    let knowledge = Builder::new().with_builtin().unwrap().finish(at).unwrap();
    encode(&knowledge).unwrap()
}

fn question(organisations: Vec<OrganisationCode>) -> Question {
    Question {
        advisories: ["MS17-010", "CVE-2019-0708", "CVE-2008-4250", "CVE-2099-0001"]
            .map(ToOwned::to_owned)
            .to_vec(),
        as_at: None,
        as_known: None,
        freshness: FreshnessPolicy::default(),
        organisations,
        by_product: true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_of_a_year_is_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&Address::folder(folder.path()), Options::default()).await.unwrap();
    let context = Context { store: Arc::new(store), now: "2018-01-01T00:00:00Z".parse().unwrap() };
    let caller = Caller::operator("a test");
    let settings = Settings {
        first: "2016-05-20".parse().unwrap(),
        last: "2017-05-19".parse().unwrap(),
        ..Settings::new(11, Scale::new(0.0001).unwrap())
    };
    let sector = Sector::new(settings);
    let mut teller =
        Teller::begin(&context, &caller, &sector, &knowledge(builtin::BUILT_AT)).await.unwrap();
    let of_one = sector.organisations().iter().max_by_key(|o| o.expected_hosts).unwrap();
    let questions = [question(Vec::new()), question(vec![of_one.code.clone()])];

    let mut given: Vec<(usize, Timestamp, Asked)> = Vec::new();
    let mut next = Timestamp::MIN;
    let mut months = 0;
    while let Some(told) = teller.day(&mut |_, _| {}).await.unwrap() {
        if told < next {
            continue;
        }
        next = told + SignedDuration::from_hours(24 * 30);
        months += 1;
        let then = context.at(told);
        for (number, question) in questions.iter().enumerate() {
            given.push((number, told, ask(&then, &caller, question).await.unwrap()));
        }
        // Half way, other knowledge comes into use: earlier answers must stay those of the earlier.
        if months == 6 {
            let later = context.at(told + SignedDuration::from_hours(1));
            adopt(&later, &caller, &knowledge(Timestamp::UNIX_EPOCH)).await.unwrap();
        }
    }
    assert!(months >= 12, "{months} months were asked");
    let totals = |asked: &Asked| asked.answers[0].organisations.clone();
    let distinct = given.windows(2).filter(|two| totals(&two[0].2) != totals(&two[1].2)).count();
    assert!(distinct > 12, "answers that do not change show little");

    for (number, told, then) in given {
        let day = told.to_zoned(TimeZone::UTC).date();
        let again =
            Question { as_at: Some(day), as_known: Some(told), ..questions[number].clone() };
        let again = ask(&context, &caller, &again).await.unwrap();
        assert_eq!(again, then, "as at {day}");
    }
}
