//! Mail through a relay (aiosmtpd) that refuses, delays and bounces: what it says moves ladders, and acknowledges nothing.
#![expect(clippy::indexing_slicing, reason = "what is not there fails the test")]

use app::delivery::{self, Answered, Carriers, Choice, Code, Receipts, Way};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use channels::smtp::Smtp;
use channels::{Carrier, Secret};
use model::organisation::Role as Duty;
use response::answer::{Flag, Route, Stage};
use serde_json::Value;

use super::delivery::Post;
use super::servers::relay::Relay;
use super::world::{World, code, content};

const TOKEN: &str = "a-token-of-bounces";

/// A lead whom the relay does not know and a deputy who is delayed; a lead whose mail comes back; one whose mailbox is full.
async fn world() -> World {
    let world = World::new().await;
    for (own, role, mail) in [
        ("TR1", Duty::SecurityLead, "nobody@ash.example"),
        ("TR1", Duty::Deputy, "later@ash.example"),
        ("TR2", Duty::SecurityLead, "gone@birch.example"),
        ("GP1", Duty::SecurityLead, "full@cedar.example"),
        ("RG1", Duty::SecurityLead, "duty@region.example"),
    ] {
        world.contact(own, role, 1, [None, Some(mail)]).await;
    }
    world
}

fn post(world: &World, relay: &Relay) -> Post {
    let smtp = Smtp::new(relay.settings()).unwrap();
    Post::with(world, &world.folder().join("outbox"), false, |carriers| {
        let way = Way::new(Carrier::Smtp(smtp), None);
        *carriers =
            Carriers::new("44", Some("https://ward.example".to_owned())).with(Route::Mail, way);
        carriers.inlet.bounces = Some(Secret::new(TOKEN));
    })
}

/// The next mail to an address, as it is read.
fn mail_to(relay: &Relay, to: &str) -> String {
    loop {
        let mail = relay.next("mail");
        if mail["to"][0] == to {
            // Quoted-printable (RFC 2045): lines that were broken are joined.
            return mail["data"].as_str().unwrap().replace("=\r\n", "").replace("=3D", "=");
        }
    }
}

/// What was heard of the messages about an organisation.
async fn heard(world: &World, own: &str) -> Vec<String> {
    let events = world.events_of("delivery.heard").await.into_iter();
    let own = events.filter(|event| event.event.organisation == Some(code(own)));
    let state = |body: &str| -> String {
        let body: Value = serde_json::from_str(body).unwrap();
        body["state"].as_str().unwrap().to_owned()
    };
    own.map(|event| state(&event.event.body)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_relay_refuses_delays_and_bounces_moves_the_ladder_and_answers_nothing() {
    let Some(relay) = Relay::start(None) else { return };
    let mut world = world().await;
    let number = world.issued(content()).await;
    let post = post(&world, &relay);
    post.at(&mut world, "2017-04-28T12:00:01Z").await;
    // The lead is unknown there: the deputy's turn is at once, not in half an hour.
    assert_eq!(heard(&world, "TR1").await, ["permanent-failure", "temporary-failure"]);
    assert_eq!(heard(&world, "GP1").await, ["temporary-failure"]);
    assert_eq!(heard(&world, "TR2").await, ["accepted"]);

    // The mail that was taken comes back: only who knows the token is believed, and once.
    let said: Value = relay.next("bounce");
    let report = STANDARD.decode(said["data"].as_str().unwrap()).unwrap();
    let hear = async |token: &str| {
        let authorization = format!("Bearer {token}");
        let call = Receipts::Bounce { authorization: &authorization, mail: &report };
        delivery::hear(&post.context(), &post.books, post.postman.carriers(), call).await
    };
    assert!(matches!(hear("guess").await, Err(delivery::CallError::Forged)));
    assert_eq!(hear(TOKEN).await.unwrap(), 1);
    assert_eq!(hear(TOKEN).await.unwrap(), 0);
    post.at(&mut world, "2017-04-28T12:00:02Z").await;
    let watching = mail_to(&relay, "duty@region.example");
    assert!(watching.contains("Birch"), "{watching}");

    // What was delayed is tried again, arrives, and its code acknowledges.
    post.at(&mut world, "2017-04-28T12:00:40Z").await;
    let mail = mail_to(&relay, "later@ash.example");
    let link = mail.split("/a/").nth(1).unwrap();
    let own: Code = link[..10].parse().unwrap();
    let known = (&*post.books, &*post.desk);
    assert_eq!(world.row(number, "TR1").await.standing.stage, Stage::Pending, "taken is not read");
    let context = post.context();
    let answered = delivery::acknowledge(&context, known, (&own, Route::Code), Choice::Acknowledge);
    assert_eq!(answered.await.unwrap(), Some(Answered::Acknowledged));
    assert_eq!(world.row(number, "TR1").await.standing.stage, Stage::Acknowledged);

    // A full mailbox is tried four times and given its time; nobody comes after it.
    for instant in ["2017-04-28T12:01:50Z", "2017-04-28T12:04:00Z", "2017-04-28T12:20:00Z"] {
        post.at(&mut world, instant).await;
    }
    assert_eq!(heard(&world, "GP1").await, ["temporary-failure"; 4]);
    assert!(!world.row(number, "GP1").await.standing.flags.contains(&Flag::Unreachable));
    // That a relay took a mail is not that anybody was reached.
    post.at(&mut world, "2017-04-28T13:10:00Z").await;
    for own in ["TR2", "GP1"] {
        let row = world.row(number, own).await;
        assert!(row.standing.flags.contains(&Flag::Unreachable), "{own}: {:?}", row.standing);
    }
    let row = world.row(number, "TR1").await;
    assert!(!row.standing.flags.contains(&Flag::Unreachable), "{:?}", row.standing);
}
