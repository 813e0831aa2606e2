//! What is held open answers as the record does, and is opened anew only where something matters.
#![expect(clippy::unwrap_used, reason = "a failed step of a test ends it")]

use std::sync::Arc;

use app::access::{self, Grant, Permission, Power, Role};
use app::exposure::ask::{Question, ask};
use app::exposure::desk::{Desk, Moment};
use app::exposure::history::{Changes, DayState, Sums, Worked, end_of};
use app::exposure::refresh;
use app::import::read::{ReadOptions, read};
use app::import::run::{Request, import};
use app::invented::tell;
use app::{Caller, Context, Scope};
use exposure::freshness::FreshnessPolicy;
use exposure::knowledge::{Builder, builtin, encode};
use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::event::Marking;
use model::organisation::OrganisationCode;
use sector::{Scale, Sector, Settings};
use store::{Address, Options, Store};

const NEW: &str = "Host Name:                 NEW-WARD-PC\r\n\
    OS Name:                   Microsoft Windows 7 Professional\r\n\
    OS Version:                6.1.7601 Service Pack 1 Build 7601\r\n\
    System Type:               x64-based PC\r\n\
    Hotfix(s):                 1 Hotfix(s) Installed.\r\n                           [01]: KB3212646\r\n";

async fn told(folder: &std::path::Path) -> (Context, Caller, Vec<OrganisationCode>) {
    let store = Store::open(&Address::folder(folder), Options::default()).await.unwrap();
    let mut settings = Settings::new(11, Scale::new(0.0005).unwrap());
    settings.first = "2017-05-01".parse().unwrap();
    let sector = Sector::new(settings);
    let end = sector.settings().last.at(18, 30, 0, 0).to_zoned(TimeZone::UTC).unwrap();
    let context = Context { store: Arc::new(store), now: end.timestamp() };
    let caller = Caller::operator("test");
    let knowledge = Builder::new().with_builtin().unwrap().finish(builtin::BUILT_AT).unwrap();
    let bytes = encode(&knowledge).unwrap();
    tell(&context, &caller, &sector, &bytes, &mut |_, _| {}).await.unwrap();
    refresh(&context).await.unwrap();
    let codes = sector.organisations().iter().map(|own| own.code.clone()).collect();
    (context, caller, codes)
}

fn power(permission: Permission, code: &OrganisationCode) -> Power {
    Power {
        role: None,
        permissions: [permission].into(),
        reach: Scope::Organisations([code.clone()].into()),
        marking: Marking::Amber,
        until: None,
    }
}

fn question(advisories: Vec<String>) -> Question {
    Question {
        advisories,
        as_at: None,
        as_known: None,
        freshness: FreshnessPolicy::default(),
        organisations: Vec::new(),
        by_product: false,
    }
}

/// A past of one organisation is folded from its own evidence only, and is the same as in the whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_past_of_one_organisation_is_that_of_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (context, caller, codes) = told(&folder.path().join("store")).await;
    let desk = Desk::default();
    let moments = [
        Moment { as_at: Some("2017-05-09".parse().unwrap()), as_known: None },
        Moment { as_at: None, as_known: Some("2017-05-12T12:00:00Z".parse().unwrap()) },
        Moment {
            as_at: Some("2017-05-04".parse().unwrap()),
            as_known: Some("2017-05-15T00:00:00.000001Z".parse().unwrap()),
        },
    ];
    let mut shown = 0;
    for moment in moments {
        for advisory in ["MS17-010", "KB4012212", "CVE-1999-0001"] {
            let whole = Question {
                as_at: moment.as_at,
                as_known: moment.as_known,
                ..question(vec![advisory.to_owned()])
            };
            let whole = ask(&context, &caller, &whole).await.unwrap();
            let by_desk =
                desk.ask(&context, &caller, vec![advisory.to_owned()], moment).await.unwrap();
            assert_eq!(by_desk, whole);
            for code in &codes {
                let asked = advisory.to_owned();
                let seen = desk.organisation(&context, &caller, code, asked, moment).await.unwrap();
                let mut rows = whole.answers.iter().flat_map(|a| &a.organisations);
                let row = rows.find(|row| row.code == *code);
                assert_eq!(seen.answer.asked.as_ref(), row, "{code} {moment:?} {advisory}");
                assert_eq!((seen.as_at, seen.as_known), (whole.as_at, whole.as_known));
                shown += row.map_or(0, |row| row.counts.shown());
            }
            let lead = Caller::with_powers("lead", vec![power(Permission::SeeHosts, &codes[0])]);
            let own = desk.ask(&context, &lead, vec![advisory.to_owned()], moment).await.unwrap();
            let mut rows = whole.answers[0].organisations.clone();
            rows.retain(|row| row.code == codes[0]);
            assert_eq!(own.answers[0].organisations, rows);
        }
    }
    assert!(shown > 100, "{shown}");
}

/// A point of the history is an answer that was really given: what is not worked out is not there.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_the_history_is_what_was_known_at_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let (context, caller, codes) = told(&folder.path().join("store")).await;
    let desk = Desk::default();
    assert_eq!(desk.fill_history(&context).await.unwrap(), Worked::Nothing);
    desk.history().watch("MS17-010");
    let mut days: Vec<Date> = Vec::new();
    while days.len() < 4 {
        match desk.fill_history(&context).await.unwrap() {
            Worked::Day(day) => days.push(day),
            other => panic!("{other:?}"),
        }
    }
    // The newest first: what changed since yesterday is asked for most.
    let today = context.now.to_zoned(TimeZone::UTC).date();
    let mut expected = today;
    let mut points = Vec::new();
    for day in &days {
        expected = expected.yesterday().unwrap();
        assert_eq!(*day, expected);
        let moment = Moment { as_at: Some(*day), as_known: Some(end_of(*day)) };
        let asked = desk.ask(&context, &caller, vec!["MS17-010".into()], moment).await.unwrap();
        let DayState::Ready(point) = desk.history().day("MS17-010", *day) else { panic!("{day}") };
        assert_eq!(point.knowledge, asked.knowledge);
        assert_eq!(point.rows.len(), asked.answers[0].organisations.len());
        for row in &asked.answers[0].organisations {
            assert_eq!(point.row(&row.code), Some(&Sums::of_answer(row)), "{day} {}", row.code);
        }
        points.push(point);
    }
    let earlier = expected.yesterday().unwrap();
    assert_eq!(desk.history().day("MS17-010", earlier), DayState::Working);
    let one = points[0].codes[0].clone();
    let only = |code: &OrganisationCode| *code == one;
    let trend = desk.history().trend("MS17-010", (today, 5), &only);
    assert_eq!(trend.len(), 5);
    assert_eq!((trend[0].day, trend[0].sums), (earlier, None));
    assert_eq!(trend[4].sums.as_ref(), points[0].row(&one));
    assert!(points.windows(2).any(|two| two[0].rows != two[1].rows), "nothing ever moved");

    // What is compared with yesterday is this, whoever looks.
    let now = desk.ask(&context, &caller, vec!["MS17-010".into()], Moment::default());
    let now = now.await.unwrap();
    let changes = Changes::between(&points[0], &now.answers[0], &|_| true);
    for change in &changes.moved {
        assert_eq!(points[0].row(&change.code), change.before.as_ref());
    }
    assert!(Changes::between(&points[0], &now.answers[0], &|_| false).moved.is_empty());

    // Evidence that comes later changes no point; another program reads what this one kept.
    let request =
        Request { organisation: codes[0].clone(), source: "test".to_owned(), undated: None };
    let options = ReadOptions { max_size: 1 << 20, ..ReadOptions::default() };
    import(&context, &caller, &request, read("new.txt", NEW.into(), &options)).await.unwrap();
    let other = Desk::default();
    other.history().watch("MS17-010");
    for (day, point) in days.iter().zip(&points) {
        assert_eq!(other.fill_history(&context).await.unwrap(), Worked::Read(*day));
        assert_eq!(other.history().day("MS17-010", *day), DayState::Ready(Arc::clone(point)));
    }
    // Before the record began there was no knowledge to judge by.
    let mut worked = Worked::Nothing;
    desk.history().watch(&"x".repeat(500));
    for _ in 0..120 {
        worked = desk.fill_history(&context).await.unwrap();
        if worked == Worked::Nothing {
            break;
        }
    }
    assert_eq!(worked, Worked::Nothing);
    let long_ago = "2017-03-01".parse().unwrap();
    assert_eq!(desk.history().day("MS17-010", long_ago), DayState::NoKnowledge);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_answers_as_the_record_does_and_moves_on_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (context, caller, codes) = told(&folder.path().join("store")).await;
    let desk = Desk::default();
    let held = desk.held(&context).await.unwrap();
    let names = || ["MS17-010", "CVE-2017-0144", "KB4012212", "CVE-1999-0001"].map(String::from);
    let trusts: Vec<_> = codes.iter().filter(|code| code.as_str().starts_with("TR")).collect();
    let [one, foreign, ..] = trusts.as_slice() else { panic!("two trusts: {codes:?}") };
    let lead = Caller::with_powers(
        "lead",
        vec![power(Permission::SeeHosts, one), power(Permission::SeeRecord, foreign)],
    );
    for who in [&caller, &lead] {
        let here = held.ask(who, names().to_vec()).await.unwrap();
        let there = ask(&context, who, &question(names().to_vec())).await.unwrap();
        assert_eq!(here, there);
        let seen: Vec<_> = here.answers.iter().flat_map(|a| &a.organisations).collect();
        assert!(seen.iter().any(|row| row.code == **one));
        // To read an organisation's record is not to see its hosts.
        assert_eq!(seen.iter().any(|row| row.code == **foreign), who == &caller);
    }
    assert!(held.organisation(&lead, foreign, "MS17-010".into()).await.is_err());
    assert!(held.organisation(&lead, one, "MS17-010".into()).await.is_ok());

    // Who is let in changes no answer: what is open stays open.
    let grant = Grant::new(Role::Auditor, None, None).unwrap();
    access::create_person(&context, &caller, ("a.example", "A Example"), &grant).await.unwrap();
    assert!(Arc::ptr_eq(&held, &desk.refresh(&context).await.unwrap()));

    // Evidence does.
    for code in &codes {
        held.organisation(&caller, code, "MS17-010".into()).await.unwrap();
    }
    let request =
        Request { organisation: (*one).clone(), source: "test".to_owned(), undated: None };
    let options = ReadOptions { max_size: 1 << 20, ..ReadOptions::default() };
    let files = read("new.txt", NEW.as_bytes().to_vec(), &options);
    import(&context, &caller, &request, files).await.unwrap();
    let next = desk.refresh(&context).await.unwrap();
    assert!(!Arc::ptr_eq(&held, &next));
    let hosts = |asked: app::exposure::answer::Asked| -> u64 {
        asked.answers.iter().flat_map(|a| &a.organisations).map(|row| row.counts.shown()).sum()
    };
    let before = hosts(held.ask(&caller, vec!["MS17-010".into()]).await.unwrap());
    let after = hosts(next.ask(&caller, vec!["MS17-010".into()]).await.unwrap());
    assert_eq!(after, before + 1);
    // What was worked out of others is taken over, and is what they answer when asked anew.
    let anew = Desk::default().held(&context).await.unwrap();
    for code in &codes {
        let own = next.organisation(&caller, code, "MS17-010".into()).await.unwrap();
        assert_eq!(
            own,
            anew.organisation(&caller, code, "MS17-010".into()).await.unwrap(),
            "{code}"
        );
    }

    // So does the day.
    let tomorrow = context.now.checked_add(SignedDuration::from_hours(24)).unwrap();
    let held = desk.held(&context.at(tomorrow)).await.unwrap();
    assert_eq!(held.as_at(), next.as_at().tomorrow().unwrap());
}
