//! People who are told by text message through GOV.UK Notify's stand-in, and answer by its page, by text and by telephone.

use std::time::{Duration, Instant};

use app::delivery::{Carriers, Way};
use channels::notify::{Notify, Settings};
use channels::{Carrier, Secret};
use jiff::SignedDuration;
use response::answer::Route;
use tokio::runtime::Runtime;

use super::client::Client;
use super::servers::notify::{Service, StandIn};
use super::world::{World, evening};

const TOKEN: &str = "a-token-of-notify";

/// A world whose people are told by the stand-in, once everybody has been.
struct Told {
    world: World,
    notify: StandIn,
    runtime: Runtime,
}

impl Told {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let notify = runtime.block_on(StandIn::start(Service::new(), evening()));
        let base = notify.base();
        let world = World::with_carriers(move || {
            let service = Service::new();
            let mut settings = Settings::new(service.key().parse().unwrap(), service.template);
            settings.base = base;
            let way = Way::new(Carrier::Notify(Notify::new(settings).unwrap()), None);
            let mut carriers =
                Carriers::new("44", Some("https://ward.example".to_owned())).with(Route::Sms, way);
            carriers.inlet.notify = Some(Secret::new(TOKEN));
            Some(carriers)
        });
        let at = |path: &str| format!("http://{}{path}", world.address);
        notify.call(at("/carriers/notify/receipts"), at("/carriers/notify/texts"), TOKEN);
        let told = Self { world, notify, runtime };
        let asked = told.counts()["organisations"]["asked"].as_u64().unwrap();
        let running = || told.counts()["organisations"]["running"].as_u64().unwrap();
        told.wait("everybody is told", || {
            running() == asked && told.notify.taken() as u64 >= asked
        });
        told
    }

    fn wait(&self, what: &str, is_so: impl Fn() -> bool) {
        let begun = Instant::now();
        while !is_so() {
            assert!(begun.elapsed() < Duration::from_mins(1), "{what}: {}", self.counts());
            self.runtime.block_on(async { tokio::time::sleep(Duration::from_millis(100)).await });
        }
    }

    fn counts(&self) -> serde_json::Value {
        let path = format!("/api/v1/alerts/{}/delivery", self.world.alert);
        let answer = self.world.signed_in("officer").get(&path);
        assert_eq!(answer.status, 200, "{answer:?}");
        serde_json::from_str(&answer.body).unwrap()
    }

    fn advance(&self, seconds: i64) {
        self.runtime.block_on(self.notify.advance(SignedDuration::from_secs(seconds)));
    }

    /// The mobile number of the lead of an organisation, and the last text that went there about it.
    fn text_about(&self, code: &str) -> (String, String) {
        let mut officer = self.world.signed_in("officer");
        let page = officer.get(&format!("/organisations/{code}")).body;
        let numbers = page.split("tel:").skip(1);
        let numbers: Vec<String> =
            numbers.map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
        let name = page.split("<title>").nth(1).unwrap();
        for number in numbers {
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            let number = match digits.strip_prefix('0') {
                Some(rest) => format!("+44{rest}"),
                None => format!("+{digits}"),
            };
            if let Some(text) = self.notify.sent_to(&number).pop() {
                return (number, text);
            }
        }
        panic!("nobody of {code} was told: {name:.60}");
    }

    fn stage(&self, code: &str) -> String {
        let path = format!("/api/v1/alerts/{}?limit=1000", self.world.alert);
        let answer = self.world.signed_in("officer").get(&path);
        let page: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        let rows = page["organisations"].as_array().unwrap();
        let row = rows.iter().find(|row| row["code"] == code).unwrap();
        row["stage"].as_str().unwrap().to_owned()
    }

    fn events(&self, kind: &str) -> usize {
        let answer =
            self.world.signed_in("officer").get(&format!("/api/v1/events?kind={kind}&limit=1000"));
        let page: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        page["events"].as_array().unwrap().len()
    }
}

fn code_in(text: &str) -> &str {
    text.rsplit_once("/a/").unwrap().1
}

#[test]
fn who_is_told_by_text_answers_by_text_by_page_and_is_heard_once() {
    let told = Told::new();
    let (lead, practice) = (told.world.trusts[0].to_string(), told.world.practice.to_string());
    // Notify takes a text: nobody was reached by that.
    assert_eq!(told.counts()["organisations"]["reached"], 0);
    assert_eq!(told.stage(&lead), "pending");
    told.advance(30);
    told.wait("receipts are heard", || {
        let counts = told.counts();
        counts["organisations"]["reached"] == counts["organisations"]["asked"]
    });
    assert_eq!(told.stage(&lead), "notified");
    let heard = told.events("delivery.heard");
    // Where it is under way, the page looks again by itself for who asks for that, and for nobody else.
    let path = format!("/alerts/{}/delivery", told.world.alert);
    let mut officer = told.world.signed_in("officer");
    let page = officer.get(&path).body;
    assert!(page.contains("?from=0&amp;again=true") && !page.contains("http-equiv"), "{page}");
    let page = officer.get(&format!("{path}?from=0&again=true")).body;
    assert!(page.contains("http-equiv=\"refresh\"") && page.contains("Stop that"), "{page}");
    assert_eq!(officer.get(&format!("{path}?again=perhaps")).status, 400);
    // Without the token nothing is heard, and what is repeated is no news.
    let mut anybody = told.world.nobody();
    for (token, status) in [("wrong", 403), ("", 403)] {
        let bearer = format!("Bearer {token}");
        let path = "/carriers/notify/receipts";
        let refused = anybody.post_json(path, "{}", &[("authorization", &bearer)]);
        assert_eq!(refused.status, status, "{refused:?}");
    }
    let bearer = format!("Bearer {TOKEN}");
    let broken = anybody.post_json("/carriers/notify/receipts", "{", &[("authorization", &bearer)]);
    assert_eq!(broken.status, 400, "{broken:?}");
    let bounce = anybody.post_json("/carriers/mail/bounces", "x", &[("authorization", &bearer)]);
    assert_eq!(bounce.status, 403, "a carrier that is not set up hears nothing: {bounce:?}");
    assert_eq!(told.events("delivery.heard"), heard);

    // By text, as people type it.
    let (number, text) = told.text_about(&lead);
    let short = text.split("Reply ACK ").nth(1).unwrap().split(" https").next().unwrap();
    told.notify.receive(&number, "who is this?");
    told.notify.receive("+447700900999", &format!("ACK {short}"));
    told.advance(1);
    assert_eq!(
        told.events("answer.acknowledged"),
        0,
        "of a number that is nobody's nothing is taken"
    );
    told.notify.receive(&number, &format!(" ack, {}", short.to_lowercase()));
    told.advance(1);
    assert_eq!(told.stage(&lead), "acknowledged");
    assert_eq!(told.events("answer.acknowledged"), 1, "and nobody else's");
    told.notify.receive(&number, &format!("ACK {short}"));
    told.advance(1);
    assert_eq!(told.events("answer.acknowledged"), 1);

    // By its page, without signing in.
    let (_, text) = told.text_about(&practice);
    let code = code_in(&text);
    let mut phone: Client = told.world.nobody();
    let size = told.events("delivery.heard") + told.events("answer.acknowledged");
    let page = phone.get(&format!("/a/{code}"));
    assert_eq!(page.status, 200, "{page:?}");
    let style = page.body.split("rel=\"stylesheet\" href=\"").nth(1).unwrap();
    let style = phone.get(style.split('"').next().unwrap());
    assert_eq!(style.status, 200);
    let weight = page.body.len() + style.body.len();
    assert!(weight <= 10 * 1024, "{weight} bytes");
    assert!(page.heading().contains("asks"), "{}", page.heading());
    let size_now = told.events("delivery.heard") + told.events("answer.acknowledged");
    assert_eq!(size_now, size, "looking changes nothing");
    assert_eq!(told.stage(&practice), "notified");
    let said = phone.post(&format!("/a/{code}"), &[("say", "acknowledge")]);
    assert!(said.status == 200 && said.heading().contains("is acknowledged"), "{said:?}");
    assert_eq!(told.stage(&practice), "acknowledged");
    let again = phone.post(&format!("/a/{code}"), &[("say", "acknowledge")]);
    assert!(again.body.contains("was acknowledged"), "{again:?}");
    assert_eq!(told.events("answer.acknowledged"), 2);
    assert_eq!(phone.post(&format!("/a/{code}"), &[("say", "nonsense")]).status, 400);

    // Typed by hand; what is no code, and what is nobody's, is asked for again.
    let typed = phone.post("/a", &[("code", &format!(" {} ", code.to_lowercase()))]);
    assert_eq!((typed.status, typed.location()), (303, format!("/a/{code}").as_str()));
    assert_eq!(phone.post("/a", &[("code", "hello")]).status, 422);
    for wrong in ["0000000000", "hello", "%00"] {
        let answer = phone.get(&format!("/a/{wrong}"));
        assert!(answer.status == 404 && answer.body.contains("No alert waits"), "{answer:?}");
    }
    // From another site nothing is said.
    let elsewhere = [("sec-fetch-site", "cross-site")];
    let foreign = phone.post_from(&format!("/a/{code}"), &[("say", "call-me")], &elsewhere);
    assert_eq!(foreign.status, 403, "{foreign:?}");

    // Who was told is on the pages, and the funnel counts it.
    let mut officer = told.world.signed_in("officer");
    let page = officer.get(&format!("/alerts/{}/delivery", told.world.alert)).body;
    assert!(page.contains("arrived, as its carrier says"), "{page}");
    let alert = officer.get(&format!("/alerts/{}", told.world.alert)).body;
    assert!(alert.contains("of whom somebody was reached"), "{alert}");
    let own = officer.get(&format!("/organisations/{lead}/alerts/{}", told.world.alert)).body;
    assert!(own.contains("Who was told") && own.contains("acknowledged, by text message"), "{own}");
    // A lead sees their own only.
    let mut other = told.world.signed_in("lead");
    let page = other.get(&format!("/alerts/{}/delivery", told.world.alert)).body;
    assert!(page.contains(&lead) && !page.contains(&practice), "{page}");
}

#[test]
fn a_service_without_carriers_says_so_and_its_telephone_is_written_down() {
    let world = World::new();
    let mut officer = world.signed_in("officer");
    let page = officer.get(&format!("/alerts/{}/delivery", world.alert)).body;
    assert!(page.contains("This service has no carrier: nobody is told by it."), "{page}");
    let path = format!("/organisations/{}/alerts/{}", world.practice, world.alert);
    let csrf = officer.get(&path).field("csrf");
    let fields =
        [("csrf", csrf.as_str()), ("say", "acknowledge-by-phone"), ("by", "Jo Doe, manager")];
    let check = officer.post(&path, &fields);
    assert!(check.body.contains("said so on the telephone"), "{check:?}");
    let mut sent = fields.to_vec();
    sent.push(("step", "send"));
    let missing = officer.post(&path, &sent);
    assert!(missing.body.contains("how you made sure"), "{missing:?}");
    sent.push(("reason", "rang back on the number of the register"));
    assert_eq!(officer.post(&path, &sent).status, 303);
    let after = officer.get(&path).body;
    assert!(after.contains("acknowledged on the telephone: Jo Doe, manager"), "{after}");
}
