//! Mail that says what became of mail: reports of delivery (RFC 3464), as relays send them to the sender's address.

use std::num::NonZeroU8;

use super::ID_PREFIX;
use super::answer::{enhanced, is_of_us};
use super::mime::{Part, field, fields};
use crate::message::Reference;
use crate::receipt::{Receipt, ReceiptState, Unreadable};

/// Reads a mail that came back, and gives what it says of each message of ours. Which message it is stands in the
/// Message-ID of what is enclosed, in the address that the report went to, or in what it answers.
///
/// A mail that is no report of delivery is no receipt: somebody wrote, or is away. Anybody who knows a reference
/// can write a report; it is never more than a hint to try another way.
pub fn read(mail: &[u8]) -> Result<Vec<Receipt>, Unreadable> {
    const EXPECTED: &str = "a report of delivery (RFC 3464)";
    let whole = Part::read(&String::from_utf8_lossy(mail));
    if whole.kind() != "multipart/report" {
        return Err(Unreadable::shape(EXPECTED, "no multipart/report"));
    }
    let parts = whole.parts();
    let is_status = |part: &&Part| {
        matches!(part.kind().as_str(), "message/delivery-status" | "message/global-delivery-status")
    };
    let Some(status) = parts.iter().find(is_status) else {
        return Err(Unreadable::shape(EXPECTED, "no message/delivery-status in it"));
    };
    // The first group is of the message, each other of one recipient.
    let groups: Vec<Vec<(String, String)>> =
        status.body.split("\n\n").map(fields).filter(|fields| !fields.is_empty()).collect();
    let of_message = groups.first().and_then(|first| {
        let names = ["original-envelope-id", "original-message-id", "x-original-message-id"];
        names.iter().find_map(|name| handle(field(first, name)?))
    });
    let kinds = ["message/rfc822", "text/rfc822-headers", "message/rfc822-headers"];
    let enclosed = parts.iter().find(|part| kinds.contains(&part.kind().as_str()));
    let enclosed = enclosed.map(|part| Part::read(&part.body));
    let of_enclosed = || handle(enclosed.as_ref()?.header("message-id")?);
    let to = enclosed.as_ref().and_then(|mail| address(mail.header("to")?));
    let of_report = || {
        let names = ["to", "delivered-to", "x-original-to", "in-reply-to", "references"];
        names.iter().find_map(|name| handle(whole.header(name)?))
    };
    let (reference, tries) =
        of_message.or_else(of_enclosed).or_else(of_report).ok_or(Unreadable::NotOurs)?;
    let receipts: Vec<Receipt> = groups
        .iter()
        .filter_map(|group| {
            Some(Receipt {
                reference: reference.clone(),
                tries: Some(tries),
                state: of_recipient(group, to.as_deref())?,
                carrier_id: None,
            })
        })
        .collect();
    if receipts.is_empty() {
        return Err(Unreadable::shape(EXPECTED, "no action that we know in it"));
    }
    Ok(receipts)
}

/// What a group says of the mail that was written to somebody. That another failed says nothing: one of a list is gone, or
/// somebody has their mail sent on.
fn of_recipient(group: &[(String, String)], to: Option<&str>) -> Option<ReceiptState> {
    let state = state(field(group, "action")?, field(group, "status"))?;
    let whom = field(group, "final-recipient").and_then(address);
    let is_other = to.zip(whom.as_deref()).is_some_and(|(to, whom)| to != whom);
    let is_failure = !matches!(state, ReceiptState::Accepted | ReceiptState::Delivered);
    Some(if is_other && is_failure { ReceiptState::Accepted } else { state })
}

/// What an action (RFC 3464, 2.3.3) means. `relayed` and `expanded` say that nobody will say more.
fn state(action: &str, status: Option<&str>) -> Option<ReceiptState> {
    let action = action.split_whitespace().next()?.to_ascii_lowercase();
    Some(match action.as_str() {
        "delivered" => ReceiptState::Delivered,
        "relayed" | "expanded" => ReceiptState::Accepted,
        // Still in a queue: our own deadline decides.
        "delayed" => ReceiptState::TemporaryFailure,
        "failed" => match status.and_then(enhanced) {
            // Given up after days of trying: the mailbox may be there again tomorrow.
            Some((4, ..)) => ReceiptState::TemporaryFailure,
            Some((_, subject, detail)) if is_of_us(subject, detail) => {
                ReceiptState::TechnicalFailure
            }
            _ => ReceiptState::PermanentFailure,
        },
        _ => return None,
    })
}

/// The first mail address in a header, in small letters ("rfc822; lead@trust.example", "<lead@trust.example>").
fn address(text: &str) -> Option<String> {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"');
    let found = text.split(is_end).find(|word| word.contains('@'))?;
    Some(found.to_ascii_lowercase())
}

/// A handle of ours in a header: in a Message-ID (`<wardround.HANDLE@host>`) or in the tag of an address
/// (`bounces+HANDLE@host`).
fn handle(text: &str) -> Option<(Reference, NonZeroU8)> {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | '"');
    text.split(is_end).find_map(|word| {
        let (local, _) = word.rsplit_once('@')?;
        let inner =
            local.strip_prefix(ID_PREFIX).or_else(|| local.split_once('+').map(|(_, tag)| tag))?;
        Reference::of_handle(inner)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn report(to: &str, status: &str, enclosed: &str) -> String {
        format!(
            "From: MAILER-DAEMON@relay.example\r\nTo: {to}\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"=_b1\"\r\n\r\n\
             --=_b1\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
             --=_b1\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; relay.example\r\n\r\n{status}\r\n\
             --=_b1\r\nContent-Type: text/rfc822-headers\r\n\r\n{enclosed}\r\n--=_b1--\r\n"
        )
    }

    const ID: &str = "Subject: x\r\nMessage-ID:\r\n <wardround.0199-af.0.1.2.3@ward.example>";

    fn failed(action: &str, status: &str) -> String {
        format!(
            "Final-Recipient: rfc822; lead@trust.example\r\nAction: {action}\r\nStatus: {status}\r\n"
        )
    }

    #[test]
    fn that_one_of_a_list_is_gone_says_nothing_of_the_others() {
        for (to, state) in [
            ("it-security@trust.example", ReceiptState::Accepted),
            ("\"Lead\" <LEAD@Trust.example>", ReceiptState::PermanentFailure),
        ] {
            let mail = report(
                "alerts@ward.example",
                &failed("failed", "5.1.1"),
                &format!("To: {to}\r\n{ID}"),
            );
            let receipts = read(mail.as_bytes()).unwrap();
            assert_eq!(receipts[0].state, state, "{to}");
        }
    }

    #[test]
    fn a_report_says_what_became_of_which_try() {
        use ReceiptState::{
            Accepted, Delivered, PermanentFailure, TechnicalFailure, TemporaryFailure,
        };
        for (action, status, state) in [
            ("failed", "5.1.1", PermanentFailure),
            ("Failed", "5.0.0 (unknown)", PermanentFailure),
            ("failed", "4.4.7", TemporaryFailure),
            ("failed", "5.7.1", TechnicalFailure),
            ("failed", "5.6.0", TechnicalFailure),
            ("delayed", "4.4.1", TemporaryFailure),
            ("delivered", "2.0.0", Delivered),
            ("relayed", "2.0.0", Accepted),
        ] {
            let mail = report("alerts@ward.example", &failed(action, status), ID);
            let receipts = read(mail.as_bytes()).unwrap();
            let expected = Receipt {
                reference: "0199-af.0.1.2".parse().unwrap(),
                tries: NonZeroU8::new(3),
                state,
                carrier_id: None,
            };
            assert_eq!(receipts, [expected], "{action} {status}");
        }
    }

    #[test]
    fn a_report_without_the_mail_is_known_by_where_it_went() {
        let to = "<bounces+0199-af.0.1.2.3@ward.example>";
        let mail = report(to, &failed("failed", "5.1.1"), "Subject: x");
        assert_eq!(read(mail.as_bytes()).unwrap()[0].reference.as_str(), "0199-af.0.1.2");
    }

    #[test]
    fn what_is_no_report_of_ours_is_no_receipt() {
        let other =
            report("alerts@ward.example", &failed("failed", "5.1.1"), "Message-ID: <a.1@b>");
        assert_eq!(read(other.as_bytes()), Err(Unreadable::NotOurs));
        for mail in [
            String::new(),
            format!("{ID}\r\n\r\nI am away until Monday."),
            report("a@b.example", &failed("exploded", "5.1.1"), ID),
            report("a@b.example", "", ID),
        ] {
            assert!(read(mail.as_bytes()).is_err(), "{mail}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            drop(read(&bytes));
        }

        #[test]
        fn a_damaged_report_comes_back(at in 0_usize..900, with in "(?s).{0,9}", len in 0_usize..40) {
            let whole = report("bounces+a.1@b.example", &failed("failed", "5.1.1"), ID);
            let mut bytes = whole.into_bytes();
            let at = at.min(bytes.len());
            let end = (at + len).min(bytes.len());
            bytes.splice(at..end, with.bytes());
            drop(read(&bytes));
        }
    }
}
