//! What is sent twice with one key is done once.

use app::Context;
use app::access::{Role, SignedIn};
use app::once::{First, MEMORY, OnceKey, RequestKey, answered, begin, given_up};
use jiff::SignedDuration;

use crate::support::world;

const DOOR: &str = "POST evidence";

async fn sent(context: &Context, visitor: &SignedIn, key: &str, digest: u8) -> First {
    let key = OnceKey::read(key).unwrap();
    begin(context, visitor, (DOOR, &key), &[digest; 32]).await.unwrap()
}

fn begun(first: First) -> RequestKey {
    match first {
        First::Begun(key) => key,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_request_is_begun_once_answered_again_and_forgotten_after_a_day() {
    let world = world().await;
    let ada = world.signed_in("ada", Role::OrganisationLead, Some("RX1")).await;
    let eve = world.signed_in("eve", Role::OrganisationLead, Some("RX2")).await;
    let context = &world.context;
    let key = begun(sent(context, &ada, "k", 1).await);
    assert_eq!(sent(context, &ada, "k", 1).await, First::UnderWay);
    assert_eq!(sent(context, &ada, "k", 2).await, First::Other);
    // Another person's key is another key.
    begun(sent(context, &eve, "k", 2).await);
    answered(context, &key, (200, b"{\"hosts\":1}")).await.unwrap();
    let again = First::Answered(200, b"{\"hosts\":1}".to_vec());
    assert_eq!(sent(context, &ada, "k", 1).await, again);
    assert_eq!(sent(context, &ada, "k", 2).await, First::Other);
    let later = world.after(MEMORY - SignedDuration::from_secs(1));
    assert_eq!(sent(&later, &ada, "k", 1).await, again);
    begun(sent(&world.after(MEMORY + SignedDuration::from_secs(1)), &ada, "k", 2).await);
}

#[tokio::test]
async fn what_came_to_nothing_may_be_sent_again_and_what_is_under_way_stays_so() {
    let world = world().await;
    let ada = world.signed_in("ada", Role::OrganisationLead, Some("RX1")).await;
    let key = begun(sent(&world.context, &ada, "k", 1).await);
    given_up(&world.context, &key).await.unwrap();
    begun(sent(&world.context, &ada, "k", 2).await);
    // However long it takes, as long as this opening of the record is there.
    let soon = world.after(SignedDuration::from_hours(4));
    assert_eq!(sent(&soon, &ada, "k", 2).await, First::UnderWay);
}
