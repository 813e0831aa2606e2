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
        // X.3 the system, X.5 the protocol, X.7 security or policy.
        Some((_, subject, _)) => matches!(subject, 3 | 5 | 7),
        // Commands (500 to 504), no mail here (521), signing in (530 to 538).
        None => matches!(code, 500..=504 | 521 | 523 | 530 | 534 | 535 | 538),
    };
    // Signing in is ours whatever the status says.
    if is_ours || matches!(code, 530 | 534 | 535 | 538) {
        Failure::technical(why)
    } else {
        Failure::permanent(why)
    }
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
            (554, "transaction failed", "permanent"),
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
