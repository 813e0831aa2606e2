//! What Kannel calls with: receipts and inbound texts, as queries. Takes any text.

use jiff::Timestamp;

use super::proof;
use crate::form::value;
use crate::message::Reference;
use crate::receipt::{Inbound, Party, Receipt, ReceiptState, Unreadable};
use crate::secret::Secret;

pub(super) fn receipt(query: &str, key: &Secret) -> Result<Receipt, Unreadable> {
    const EXPECTED: &str = "a receipt of Kannel";
    let missing = |name: &str| Unreadable::shape(EXPECTED, format!("no `{name}`"));
    let handle = value(query, "ref").ok_or_else(|| missing("ref"))?;
    let given = value(query, "proof").ok_or_else(|| missing("proof"))?;
    if !Secret::new(proof(key, &handle)).is(&given) {
        return Err(Unreadable::Forged);
    }
    let (reference, tries) = Reference::of_handle(&handle).ok_or(Unreadable::NotOurs)?;
    let kind = value(query, "type").and_then(|kind| kind.parse().ok());
    let said = value(query, "said").unwrap_or_default();
    let state = kind
        .and_then(|kind| state(kind, &said))
        .ok_or_else(|| Unreadable::shape(EXPECTED, "a `type` that we do not know"))?;
    Ok(Receipt { reference, tries: Some(tries), state, carrier_id: None })
}

pub(super) fn inbound(query: &str, key: &Secret) -> Result<Inbound, Unreadable> {
    const EXPECTED: &str = "an inbound text of Kannel";
    if !key.is(&value(query, "token").unwrap_or_default()) {
        return Err(Unreadable::Forged);
    }
    let ask = |name: &'static str| {
        value(query, name).ok_or_else(|| Unreadable::shape(EXPECTED, format!("no `{name}`")))
    };
    let seconds = value(query, "at").and_then(|at| at.parse().ok());
    Ok(Inbound {
        from: Party::of_carrier(&ask("from")?),
        to: Party::of_carrier(&ask("to")?),
        text: ask("text")?,
        carrier_id: value(query, "id").filter(|id| !id.is_empty()),
        received: seconds.and_then(|at| Timestamp::from_second(at).ok()),
    })
}

/// What a kind of receipt means (bits of Kannel's `dlr-mask`): 1 delivered, 2 not delivered, 4 queued at the centre,
/// 8 taken by the centre, 16 refused by the centre. 34 and 66 are kinds of 2: expired and unknown.
fn state(kind: u32, said: &str) -> Option<ReceiptState> {
    // In a receipt of SMPP (3.4, appendix B) the centre says why.
    let said = said.to_ascii_uppercase();
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    Some(match kind {
        1 => ReceiptState::Delivered,
        // The telephone was off until the centre gave up.
        34 | 66 => ReceiptState::TemporaryFailure,
        2 if says(&["EXPIRED", "UNKNOWN"]) => ReceiptState::TemporaryFailure,
        // Our sender, our credit or a filter, or an operator of the centre took it back.
        2 if says(&["REJECTD", "DELETED"]) => ReceiptState::TechnicalFailure,
        2 => ReceiptState::PermanentFailure,
        4 | 8 => ReceiptState::Accepted,
        // Most often our account or our sender: not the telephone's fault.
        16 => ReceiptState::TechnicalFailure,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Callback, dlr_url, inbound_query};
    use super::*;

    fn key() -> Secret {
        Secret::new("hush")
    }

    fn called(kind: &str, said: &str) -> String {
        let callback = Callback { url: "http://ward.example/k".to_owned(), key: key() };
        let url = dlr_url(&callback, "0199-af.0.1.2.2");
        url.split_once('?').unwrap().1.replace("%d", kind).replace("%A", said)
    }

    #[test]
    fn a_receipt_says_which_try_and_what_became_of_it() {
        use ReceiptState::*;
        for (kind, said, state) in [
            ("1", "", Some(Delivered)),
            ("2", "", Some(PermanentFailure)),
            ("2", "id:1+stat%3AEXPIRED+err:1", Some(TemporaryFailure)),
            ("2", "id:1+stat%3AREJECTD+err:1", Some(TechnicalFailure)),
            ("2", "id:1+stat%3AUNDELIV+err:1", Some(PermanentFailure)),
            ("34", "", Some(TemporaryFailure)),
            ("4", "", Some(Accepted)),
            ("8", "ACK/", Some(Accepted)),
            ("16", "NACK/", Some(TechnicalFailure)),
            ("0", "", None),
            ("x", "", None),
        ] {
            let read = receipt(&called(kind, said), &key());
            assert_eq!(read.as_ref().ok().map(|receipt| receipt.state), state, "{kind}");
            assert!(read.is_err() || read.unwrap().tries.map(u8::from) == Some(2));
        }
    }

    #[test]
    fn a_forged_call_is_refused() {
        let call = called("1", "");
        assert_eq!(receipt(&call, &Secret::new("other")), Err(Unreadable::Forged));
        assert_eq!(receipt(&call.replace(".2.2", ".2.3"), &key()), Err(Unreadable::Forged));
        let text = inbound_query("hush").replace("%p", "%2B447700900123").replace("%P", "60123");
        let text =
            text.replace("%a", "ACK+A17M+4F").replace("%I", "u-1").replace("%T", "1494576000");
        assert_eq!(inbound(&text, &Secret::new("other")), Err(Unreadable::Forged));
        let read = inbound(&text, &key()).unwrap();
        assert_eq!(read.from, Party::Phone("+447700900123".parse().unwrap()));
        assert_eq!((read.text.as_str(), read.carrier_id.as_deref()), ("ACK A17M 4F", Some("u-1")));
        assert_eq!(read.received, Timestamp::from_second(1_494_576_000).ok());
        assert_eq!(inbound("", &key()), Err(Unreadable::Forged));
    }

    proptest! {
        #[test]
        fn any_query_comes_back(query in ".{0,200}") {
            drop(receipt(&query, &key()));
            drop(inbound(&query, &key()));
            drop(inbound(&format!("token=hush&{query}"), &key()));
            drop(receipt(&format!("{}&{query}", called("1", "")), &key()));
        }
    }
}
