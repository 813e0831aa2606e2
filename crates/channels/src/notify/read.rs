//! What GOV.UK Notify says: receipts and received texts, by callback and on request. Takes any bytes.

use jiff::Timestamp;
use serde::Deserialize;

use crate::message::Reference;
use crate::receipt::{Inbound, Party, Receipt, ReceiptState, Unreadable};

/// A page of what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it and is ours, the newest first.
    pub items: Vec<T>,
    /// What to ask for next, where there may be more.
    pub older_than: Option<String>,
    /// How many are not ours or cannot be read.
    pub unreadable: usize,
}

/// Reads the body of a delivery receipt's callback. Whether Notify sent it, the caller asks first: the header
/// `Authorization` against the token that was set at Notify ([`Secret::is_bearer`](crate::Secret::is_bearer)).
/// It may come several times.
pub fn receipt(body: &[u8]) -> Result<Receipt, Unreadable> {
    let notification: Notification = serde_json::from_slice(body)
        .map_err(|error| Unreadable::shape("a delivery receipt of Notify", error))?;
    notification.receipt()
}

/// Reads the body of a received text's callback; who sent it is asked as for [`receipt`].
pub fn inbound(body: &[u8]) -> Result<Inbound, Unreadable> {
    let text: Received = serde_json::from_slice(body)
        .map_err(|error| Unreadable::shape("a received text of Notify", error))?;
    Ok(Inbound {
        from: Party::of_carrier(&text.source_number),
        to: Party::of_carrier(&text.destination_number),
        text: text.message,
        received: text.date.parse().ok(),
        carrier_id: Some(text.id),
    })
}

/// Reads a list of notifications (`GET /v2/notifications`).
pub fn notifications(body: &[u8]) -> Result<Page<Receipt>, Unreadable> {
    let list: Notifications = serde_json::from_slice(body)
        .map_err(|error| Unreadable::shape("a list of notifications of Notify", error))?;
    let older_than = list.links.next.and(list.notifications.last()).map(|last| last.id.clone());
    let all = list.notifications.len();
    let items: Vec<Receipt> =
        list.notifications.into_iter().filter_map(|one| one.receipt().ok()).collect();
    Ok(Page { unreadable: all - items.len(), items, older_than })
}

/// Reads a list of received texts (`GET /v2/received-text-messages`).
pub fn received(body: &[u8]) -> Result<Page<Inbound>, Unreadable> {
    let list: ReceivedTexts = serde_json::from_slice(body)
        .map_err(|error| Unreadable::shape("a list of received texts of Notify", error))?;
    let last = list.received_text_messages.last();
    let older_than = list.links.next.and(last).map(|last| last.id.clone());
    let items = list.received_text_messages.into_iter().map(|text| Inbound {
        from: Party::of_carrier(&text.user_number),
        to: Party::of_carrier(&text.notify_number),
        text: text.content,
        received: text.created_at.parse::<Timestamp>().ok(),
        carrier_id: Some(text.id),
    });
    Ok(Page { items: items.collect(), older_than, unreadable: 0 })
}

#[derive(Deserialize)]
struct Notification {
    id: String,
    reference: Option<String>,
    status: String,
}

impl Notification {
    fn receipt(self) -> Result<Receipt, Unreadable> {
        let (reference, tries) =
            self.reference.as_deref().and_then(Reference::of_handle).ok_or(Unreadable::NotOurs)?;
        let state = state(&self.status).ok_or_else(|| {
            Unreadable::shape("a delivery receipt of Notify", "a status that we do not know")
        })?;
        Ok(Receipt { reference, tries: Some(tries), state, carrier_id: Some(self.id) })
    }
}

/// What a status of a text message means ("sent": to a number abroad, which may say nothing more).
fn state(status: &str) -> Option<ReceiptState> {
    Some(match status {
        "created" | "sending" | "pending" | "sent" => ReceiptState::Accepted,
        "delivered" => ReceiptState::Delivered,
        "permanent-failure" => ReceiptState::PermanentFailure,
        "temporary-failure" => ReceiptState::TemporaryFailure,
        "technical-failure" => ReceiptState::TechnicalFailure,
        _ => return None,
    })
}

#[derive(Deserialize)]
struct Received {
    id: String,
    source_number: String,
    destination_number: String,
    message: String,
    #[serde(rename = "date_received")]
    date: String,
}

#[derive(Deserialize)]
struct Notifications {
    notifications: Vec<Notification>,
    links: Links,
}

#[derive(Deserialize)]
struct ReceivedTexts {
    received_text_messages: Vec<ReceivedText>,
    links: Links,
}

#[derive(Deserialize)]
struct ReceivedText {
    id: String,
    created_at: String,
    user_number: String,
    notify_number: String,
    content: String,
}

#[derive(Deserialize)]
struct Links {
    next: Option<String>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RECEIPT: &str = r#"{"id":"740e5834-3a29-46b4-9a6f-16142fde533a","reference":"0199-af.0.1.2.2",
        "to":"07700900912","status":"delivered","created_at":"2017-05-14T12:15:30.000000Z",
        "completed_at":"2017-05-14T12:15:30.000000Z","sent_at":"2017-05-14T12:15:30.000000Z",
        "notification_type":"sms","template_id":"f33517ff-2a88-4f6e-b855-c550268ce08a","template_version":1}"#;

    #[test]
    fn a_receipt_says_which_try_and_what_became_of_it() {
        use ReceiptState::*;
        for (status, state) in [
            ("created", Some(Accepted)),
            ("sending", Some(Accepted)),
            ("pending", Some(Accepted)),
            ("sent", Some(Accepted)),
            ("delivered", Some(Delivered)),
            ("permanent-failure", Some(PermanentFailure)),
            ("temporary-failure", Some(TemporaryFailure)),
            ("technical-failure", Some(TechnicalFailure)),
            ("cancelled", None),
        ] {
            let read =
                receipt(RECEIPT.replace("\"delivered\"", &format!("\"{status}\"")).as_bytes());
            assert_eq!(read.as_ref().ok().map(|receipt| receipt.state), state, "{status}");
            if let Ok(receipt) = read {
                assert_eq!(receipt.reference.as_str(), "0199-af.0.1.2");
                assert_eq!(receipt.tries.map(u8::from), Some(2));
            }
        }
        let other = RECEIPT.replace("\"0199-af.0.1.2.2\"", "null");
        assert_eq!(receipt(other.as_bytes()), Err(Unreadable::NotOurs));
    }

    #[test]
    fn a_received_text_says_who_wrote_what() {
        let body = r#"{"id":"x","source_number":"447700900123","destination_number":"60123",
            "message":"ACK A17M 4F","date_received":"2017-05-14T12:15:30.000000Z"}"#;
        let text = inbound(body.as_bytes()).unwrap();
        assert_eq!(text.from, Party::Phone("+447700900123".parse().unwrap()));
        assert_eq!(text.to, Party::Other("60123".to_owned()));
        assert_eq!((text.text.as_str(), text.carrier_id.as_deref()), ("ACK A17M 4F", Some("x")));
        assert_eq!(text.received, "2017-05-14T12:15:30Z".parse().ok());
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            drop(receipt(&bytes));
            drop(inbound(&bytes));
            drop(notifications(&bytes));
            drop(received(&bytes));
        }

        #[test]
        fn a_damaged_receipt_comes_back(at in 0_usize..420, len in 0_usize..30, with in "[ -~]{0,6}") {
            let mut bytes = RECEIPT.as_bytes().to_vec();
            let at = at.min(bytes.len());
            let end = (at + len).min(bytes.len());
            bytes.splice(at..end, with.bytes());
            drop(receipt(&bytes));
        }
    }
}
