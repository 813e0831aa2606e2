//! Text messages by GOV.UK Notify, against what stands in for it.

use std::sync::{Arc, Mutex};

use channels::notify::{Notify, Settings, inbound, receipt};
use channels::{Address, Carrier, Failure, Message, Party, ReceiptState, Secret};
use jiff::SignedDuration;

use crate::servers::http::{Heard, Listener, Reply};
use crate::servers::notify::{Service, StandIn};
use crate::{message, now};

const NUMBER: &str = "+447700900123";

fn notify(stand_in: &StandIn, service: &Service) -> Notify {
    let mut settings = Settings::new(service.key().parse().unwrap(), &service.template);
    settings.base = stand_in.base();
    Notify::new(settings).unwrap()
}

fn text_to(number: &str, reference: &str) -> Message {
    message(Address::Phone(number.parse().unwrap()), reference)
}

/// A listener that takes what it is called with from the so-many-th call on.
async fn callbacks(refuses: usize) -> (Listener, Arc<Mutex<Vec<Heard>>>) {
    let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
    let kept = Arc::clone(&heard);
    let listener = Listener::start(move |request: Heard| {
        let mut heard = kept.lock().unwrap();
        heard.push(request);
        let status = if heard.len() <= refuses { 503 } else { 200 };
        async move { Reply::new(status, "") }
    });
    (listener.await, heard)
}

#[tokio::test]
async fn a_text_is_taken_found_again_and_told_of() {
    let (listener, heard) = callbacks(2).await;
    let token = Secret::new("a token of ten or more");
    let receipts = Some((listener.url("/receipt"), "a token of ten or more".to_owned()));
    let service = Service { receipts, ..Service::new() };
    let stand_in = StandIn::start(service.clone(), now()).await;
    let notify = notify(&stand_in, &service);
    let carrier = Carrier::Notify(notify.clone());
    let message = text_to(NUMBER, "0199-a.1");
    let accepted = carrier.send(&message, now()).await.unwrap();

    let texts = stand_in.sent_to(NUMBER);
    assert!(texts[0].starts_with("TLP:AMBER Patch MS17-010 now - today: Ransomware"), "{texts:?}");

    // Who lost the answer can ask.
    let found = notify.find(&message.handle(), now()).await.unwrap();
    assert_eq!(found.items.len(), 1, "{found:?}");
    assert_eq!(found.items[0].state, ReceiptState::Accepted);
    assert_eq!(found.items[0].carrier_id, accepted.carrier_id);
    assert_eq!(notify.find("0199-a.1.2", now()).await.unwrap().items, []);

    // The receipt is refused twice and comes a third time, ten minutes later.
    stand_in.advance(SignedDuration::from_mins(9)).await;
    assert_eq!(heard.lock().unwrap().len(), 2);
    stand_in.advance(SignedDuration::from_hours(1)).await;
    let heard = heard.lock().unwrap().clone();
    assert_eq!(heard.len(), 3);
    assert!(token.is_bearer(heard[2].header("authorization").unwrap()));
    let receipt = receipt(&heard[2].body).unwrap();
    assert_eq!(receipt.state, ReceiptState::Delivered);
    assert_eq!((receipt.reference.as_str(), receipt.tries.map(u8::from)), ("0199-a.1", Some(1)));
}

#[tokio::test]
async fn a_receipt_that_nobody_took_is_found_by_asking() {
    let (listener, heard) = callbacks(usize::MAX).await;
    let service = Service::new();
    let stand_in = StandIn::start(service.clone(), now()).await;
    stand_in.call(listener.url("/receipt"), listener.url("/text"), "token");
    let notify = notify(&stand_in, &service);
    let seconds = SignedDuration::from_secs;
    let ends = [
        ("+447700900301", "permanent-failure", ReceiptState::PermanentFailure),
        ("+447700900302", "temporary-failure", ReceiptState::TemporaryFailure),
        ("+447700900303", "technical-failure", ReceiptState::TechnicalFailure),
    ];
    for (number, status, _) in ends {
        stand_in.decide(number, vec![(seconds(1), "sending"), (seconds(20), status)]);
        let message = text_to(number, &format!("0199-{status}"));
        notify.send(&message, now()).await.unwrap();
        let found = notify.find(&message.handle(), now()).await.unwrap();
        assert_eq!(found.items[0].state, ReceiptState::Accepted, "{status}");
    }
    stand_in.advance(SignedDuration::from_hours(2)).await;
    // Each was told six times: once, and five times more.
    assert_eq!(stand_in.taken(), 3);
    assert_eq!(heard.lock().unwrap().len(), 18);
    let later = now() + SignedDuration::from_hours(2);
    for (_, status, state) in ends {
        let found = notify.find(&format!("0199-{status}.1"), later).await.unwrap();
        assert_eq!(found.items[0].state, state);
    }
}

#[tokio::test]
async fn limits_keys_and_numbers_are_told_apart() {
    let service = Service { per_minute: 3, per_day: 5, ..Service::new() };
    let stand_in = StandIn::start(service.clone(), now()).await;
    let notify = notify(&stand_in, &service);
    for number in 0..3 {
        notify.send(&text_to(NUMBER, &format!("r{number}")), now()).await.unwrap();
    }
    let limited = notify.send(&text_to(NUMBER, "r3"), now()).await.unwrap_err();
    let Failure::Temporary { wait: Some(wait), .. } = limited else { panic!("{limited}") };
    stand_in.advance(SignedDuration::try_from(wait).unwrap()).await;
    let later = now() + SignedDuration::try_from(wait).unwrap();
    notify.send(&text_to(NUMBER, "r3"), later).await.unwrap();

    let short = notify.send(&text_to("+4477009", "r4"), later).await.unwrap_err();
    assert!(matches!(short, Failure::Permanent { .. }), "{short}");
    notify.send(&text_to(NUMBER, "r5"), later).await.unwrap();
    stand_in.advance(SignedDuration::from_mins(2)).await;
    let later = later + SignedDuration::from_mins(2);
    let of_day = notify.send(&text_to(NUMBER, "r6"), later).await.unwrap_err();
    assert!(matches!(of_day, Failure::Temporary { .. }), "{of_day}");

    // A clock that is wrong, a key of somebody else, a template that is not there: for the operator.
    let clock = notify.send(&text_to(NUMBER, "r7"), now()).await.unwrap_err();
    assert!(matches!(clock, Failure::Technical { .. }), "{clock}");
    let other = Service { secret: service.id.clone(), ..service.clone() };
    let key = self::notify(&stand_in, &other).send(&text_to(NUMBER, "r7"), later).await;
    assert!(matches!(key, Err(Failure::Technical { .. })), "{key:?}");
}

#[tokio::test]
async fn a_template_that_is_not_there_is_for_the_operator() {
    let service = Service::new();
    let stand_in = StandIn::start(service.clone(), now()).await;
    let other = Service { template: service.id.clone(), ..service };
    let refused = notify(&stand_in, &other).send(&text_to(NUMBER, "r"), now()).await;
    assert!(matches!(refused, Err(Failure::Technical { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_number_for_smoke_tests_is_taken_and_forgotten() {
    let service = Service::new();
    let stand_in = StandIn::start(service.clone(), now()).await;
    let notify = notify(&stand_in, &service);
    let message = text_to("+447700900111", "smoke");
    notify.send(&message, now()).await.unwrap();
    assert_eq!(notify.find(&message.handle(), now()).await.unwrap().items, []);
}

#[tokio::test]
async fn answers_come_by_call_and_by_asking() {
    let (listener, heard) = callbacks(0).await;
    let texts = Some((listener.url("/text"), "token".to_owned()));
    let service = Service { texts, ..Service::new() };
    let stand_in = StandIn::start(service.clone(), now()).await;
    let notify = notify(&stand_in, &service);
    stand_in.receive(NUMBER, "too old");
    let week = SignedDuration::from_hours(7 * 24);
    stand_in.advance(week).await;
    let later = now() + week;
    for number in 0..260 {
        stand_in.receive(NUMBER, &format!("ACK A{number}"));
    }
    stand_in.advance(SignedDuration::from_secs(1)).await;
    let last = heard.lock().unwrap().last().unwrap().clone();
    let called = inbound(&last.body).unwrap();
    assert_eq!(
        (called.text.as_str(), &called.from),
        ("ACK A259", &Party::Phone(NUMBER.parse().unwrap()))
    );

    let first = notify.received(None, later).await.unwrap();
    assert_eq!((first.items.len(), first.items[0].text.as_str()), (250, "ACK A259"));
    // Both ways tell of the same text under the same identity.
    assert_eq!(first.items[0].carrier_id, called.carrier_id);
    let second = notify.received(first.older_than.as_deref(), later).await.unwrap();
    assert_eq!((second.items.len(), second.items[9].text.as_str()), (10, "ACK A0"));
    let third = notify.received(second.older_than.as_deref(), later).await.unwrap();
    assert_eq!((third.items.len(), third.older_than), (0, None));
}
