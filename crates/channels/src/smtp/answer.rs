//! What a relay's refusal means: by its code (RFC 5321, 4.2) and, where there is one, its enhanced status (RFC 3463).

use crate::outcome::{Failure, said};

/// Judges a refusal. A 4xx may go later. Of 5xx, what speaks of the mailbox or its host is the address's; what speaks of
/// us (signing in, commands, policy, the relay's own state) is an alarm for the operator.
pub(super) fn judge(code: u16, text: &str) -> Failure {
    let why = said(&format!("{code} {text}"));
    if code < 500 {
        return Failure::temporary(why);
    }
    let is_ours = match enhanced(text) {
        Some((_, subject, detail)) => is_of_us(subject, detail),
        // Commands (500 to 504), no mail here (521), signing in (530 to 538). A transaction that failed (554) without
        // a word why is as often a block list as a mailbox.
        None => {
            matches!(code, 500..=504 | 521 | 523 | 530 | 534 | 535 | 538 | 554)
                || speaks_of_us(text)
        }
    };
    // Signing in is ours whatever the status says.
    if is_ours || matches!(code, 530 | 534 | 535 | 538) {
        Failure::technical(why)
    } else {
        Failure::permanent(why)
    }
}

/// Whether an enhanced status (RFC 3463, 3) speaks of us or of the mail and not of who it is to: the sender's address
/// (X.1.7, X.1.8), its length (X.2.3), the network (X.4.3, X.4.5) or a loop (X.4.6), the system (X.3), the protocol (X.5),
/// the content (X.6), security or policy (X.7).
pub(super) const fn is_of_us(subject: u16, detail: u16) -> bool {
    matches!((subject, detail), (1, 7 | 8) | (2, 3) | (3 | 5..=7, _) | (4, 3 | 5 | 6))
}

/// Whether a refusal that has no status is in words in which relays refuse a sender. Who is wrongly taken for ours is tried
/// again; who is wrongly taken for gone is not.
fn speaks_of_us(text: &str) -> bool {
    const WORDS: [&str; 7] = ["relay", "sender", "block", "spam", "policy", "denied", "listed"];
    let text = text.to_ascii_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}

/// An enhanced status as the first word ("5.1.1").
pub(super) fn enhanced(text: &str) -> Option<(u8, u16, u16)> {
    let word = text.split_whitespace().next()?;
    let mut parts = word.split('.');
    let status =
        (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (parts.next().is_none() && matches!(status.0, 2 | 4 | 5)).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_of_the_address_of_the_moment_or_of_us() {
        for (code, text, expected) in [
            (450, "4.2.0 greylisted", "temporary"),
            (451, "try again", "temporary"),
            (452, "4.2.2 mailbox full", "temporary"),
            (421, "closing", "temporary"),
            (454, "4.7.0 cannot sign in now", "temporary"),
            (550, "5.1.1 no such user", "permanent"),
            (550, "no such user", "permanent"),
            (551, "user not local", "permanent"),
            (552, "5.2.2 over quota", "permanent"),
            (553, "5.1.3 bad address", "permanent"),
            (554, "transaction failed", "technical"),
            (554, "5.1.1 no such user", "permanent"),
            (554, "5.6.0 content refused", "technical"),
            (550, "relay not permitted", "technical"),
            (550, "Sender verify failed", "technical"),
            (550, "5.1.8 domain of the sender not found", "technical"),
            (552, "5.2.3 message too long", "technical"),
            (550, "5.4.1 no such domain", "permanent"),
            (554, "5.4.6 too many hops", "technical"),
            (550, "5.7.1 relaying denied", "technical"),
            (535, "5.7.8 wrong password", "technical"),
            (530, "5.7.0 sign in first", "technical"),
            (502, "what?", "technical"),
            (521, "no mail here", "technical"),
        ] {
            let failure = judge(code, text);
            let kind = match failure {
                Failure::Temporary { .. } => "temporary",
                Failure::Permanent { .. } => "permanent",
                Failure::Technical { .. } => "technical",
            };
            assert_eq!(kind, expected, "{code} {text}");
        }
    }
}
