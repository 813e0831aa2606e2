//! Mail against a relay (aiosmtpd) that takes, refuses, delays and bounces.

use channels::smtp::{Security, Settings, Smtp, bounce};
use channels::{Address, Carrier, Failure, Message, ReceiptState, Secret};

use crate::servers::leash::free_port;
use crate::servers::relay::Relay;
use crate::{message, now};

fn carrier(settings: Settings) -> Carrier {
    Carrier::Smtp(Smtp::new(settings).unwrap())
}

fn mail_to(address: &str, reference: &str) -> Message {
    message(Address::Mail(address.parse().unwrap()), reference)
}

#[tokio::test]
async fn a_mail_arrives_with_its_marks_and_its_reference() {
    let Some(relay) = Relay::start(None) else { return };
    let mut settings = relay.settings();
    settings.bounces = Some("bounces@ward.example".parse().unwrap());
    let smtp = carrier(settings);
    let message = Message { is_exercise: true, ..mail_to("lead@trust.example", "0199-a.1") };
    let accepted = smtp.send(&message, now()).await.unwrap();
    assert_eq!(accepted.carrier_id.as_deref(), Some("<wardround.0199-a.1.1@ward.example>"));

    let mail = relay.next("mail");
    assert_eq!(mail["sender"], "bounces+0199-a.1.1@ward.example");
    assert_eq!(mail["to"], serde_json::json!(["lead@trust.example"]));
    let text = mail["data"].as_str().unwrap();
    assert!(text.contains("EXERCISE EXERCISE EXERCISE"), "{text}");
    assert!(text.contains("TLP:AMBER"), "{text}");
    assert!(text.contains("Date: Fri, 12 May 2017 18:00:00 +0000"), "{text}");
}

#[tokio::test]
async fn what_the_relay_refuses_is_told_apart() {
    let Some(relay) = Relay::start(None) else { return };
    let smtp = carrier(relay.settings());
    let send = async |to: &str| smtp.send(&mail_to(to, "r1"), now()).await;
    let nobody = send("nobody@trust.example").await.unwrap_err();
    assert!(matches!(nobody, Failure::Permanent { .. }), "{nobody}");
    assert!(!nobody.to_string().contains("nobody@"), "{nobody}");
    let full = send("full@trust.example").await.unwrap_err();
    assert!(matches!(full, Failure::Temporary { .. }), "{full}");
    let policy = send("policy@trust.example").await.unwrap_err();
    assert!(matches!(policy, Failure::Technical { .. }), "{policy}");

    let later = send("later@trust.example").await.unwrap_err();
    assert!(matches!(later, Failure::Temporary { .. }), "{later}");
    let again = Message { tries: 2.try_into().unwrap(), ..mail_to("later@trust.example", "r1") };
    smtp.send(&again, now()).await.unwrap();
    assert!(relay.next("mail")["data"].as_str().unwrap().contains("Sent again (2)."));
}

#[tokio::test]
async fn a_bounce_says_which_mail_went_astray() {
    let Some(relay) = Relay::start(None) else { return };
    let smtp = carrier(relay.settings());
    for (to, state) in [
        ("gone@trust.example", ReceiptState::PermanentFailure),
        ("slow@trust.example", ReceiptState::TemporaryFailure),
    ] {
        smtp.send(&mail_to(to, "0199-b.2"), now()).await.unwrap();
        let said = relay.next("bounce");
        let report = decode(said["data"].as_str().unwrap());
        let receipts = bounce::read(&report).unwrap();
        assert_eq!(receipts.len(), 1, "{receipts:?}");
        assert_eq!((receipts[0].reference.as_str(), receipts[0].state), ("0199-b.2", state));
        assert_eq!(receipts[0].tries.map(u8::from), Some(1));
    }
}

#[tokio::test]
async fn a_password_goes_over_tls_to_whom_it_is_for() {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = own.cert.pem();
    let key = own.signing_key.serialize_pem();
    let Some(relay) = Relay::start(Some((&certificate, &key))) else { return };
    let mut settings = relay.settings();
    settings.security = Security::StartTls;
    settings.sign_in = Some(("ward".to_owned(), Secret::new("hush")));
    let message = mail_to("lead@trust.example", "0199-c.3");

    // Nobody vouches for the relay.
    let unknown = carrier(settings.clone()).send(&message, now()).await.unwrap_err();
    assert!(matches!(unknown, Failure::Technical { .. }), "{unknown}");

    settings.authority = Some(certificate);
    carrier(settings.clone()).send(&message, now()).await.unwrap();
    assert_eq!(relay.next("mail")["sender"], "alerts@ward.example");

    settings.sign_in = Some(("ward".to_owned(), Secret::new("guess")));
    let wrong = carrier(settings.clone()).send(&message, now()).await.unwrap_err();
    assert!(matches!(wrong, Failure::Technical { .. }), "{wrong}");

    settings.sign_in = None;
    let unnamed = carrier(settings).send(&message, now()).await.unwrap_err();
    assert!(matches!(unnamed, Failure::Technical { .. }), "{unnamed}");
}

#[tokio::test]
async fn a_relay_without_tls_gets_nothing_where_tls_is_set() {
    let Some(relay) = Relay::start(None) else { return };
    let mut settings = relay.settings();
    settings.security = Security::StartTls;
    let refused = carrier(settings).send(&mail_to("lead@trust.example", "d"), now()).await;
    assert!(matches!(refused, Err(Failure::Technical { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_relay_that_is_not_there_may_be_there_later() {
    let mut settings =
        Settings::new("127.0.0.1", free_port(), "alerts@ward.example".parse().unwrap());
    settings.security = Security::Plain;
    let refused = carrier(settings).send(&mail_to("lead@trust.example", "e"), now()).await;
    assert!(matches!(refused, Err(Failure::Temporary { .. })), "{refused:?}");
}

/// Base64 with padding.
fn decode(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}
