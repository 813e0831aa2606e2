//! The key to GOV.UK Notify, and the tokens made with it.

use std::str::FromStr;

use jiff::Timestamp;
use serde_json::json;

use crate::carrier::SettingsError;
use crate::secret::Secret;
use crate::sign::{base64url, hmac_sha256};

/// A key as Notify's page shows it once: a name, the service's identity and a secret, with hyphens between. Name and
/// hyphens may be in each other, so it is read from its end: the last 36 characters are the secret, 36 before them the
/// service.
#[derive(Clone, Debug)]
pub struct ApiKey {
    service: String,
    secret: Secret,
}

impl ApiKey {
    /// The service that it is of.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// A token (JSON Web Token, RFC 7519, signed with HMAC-SHA256) for a request that is sent at an instant: Notify
    /// refuses tokens of another half minute.
    pub(super) fn token(&self, now: Timestamp) -> String {
        let head = base64url(br#"{"typ":"JWT","alg":"HS256"}"#);
        let claims = json!({ "iss": self.service, "iat": now.as_second() }).to_string();
        let signed = format!("{head}.{}", base64url(claims.as_bytes()));
        let code = hmac_sha256(self.secret.reveal().as_bytes(), &[signed.as_bytes()]);
        format!("{signed}.{}", base64url(&code))
    }
}

impl FromStr for ApiKey {
    type Err = SettingsError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const UUID: usize = 36;
        let text = text.trim();
        let parts = || {
            let (start, secret) = text.split_at_checked(text.len().checked_sub(UUID)?)?;
            let start = start.strip_suffix('-')?;
            let (_, service) = start.split_at_checked(start.len().checked_sub(UUID)?)?;
            (is_uuid(service) && is_uuid(secret)).then_some((service, secret))
        };
        let (service, secret) = parts().ok_or_else(|| {
            SettingsError::new(
                "notify",
                "the key does not end with two UUIDs: copy it whole from Notify's page",
            )
        })?;
        Ok(Self { service: service.to_owned(), secret: Secret::new(secret) })
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: &str = "26785a09-ab16-4eb0-8407-a37497a57506";
    const SECRET: &str = "3d844edf-8d35-48ac-975b-e847b4f122b0";

    #[test]
    fn a_key_is_read_from_its_end() {
        for name in ["live", "my-key", "", "a-b-c-"] {
            let key: ApiKey = format!("{name}-{SERVICE}-{SECRET}").parse().unwrap();
            assert_eq!(key.service(), SERVICE);
            assert_eq!(key.secret.reveal(), SECRET);
            assert!(!format!("{key:?}").contains(SECRET));
        }
        for wrong in
            ["", SECRET, "live-x-y", &format!("{SERVICE}{SECRET}"), "ä".repeat(80).as_str()]
        {
            let error = wrong.parse::<ApiKey>().unwrap_err();
            assert!(wrong.is_empty() || !error.to_string().contains(wrong));
        }
    }

    #[test]
    fn a_token_names_service_and_instant_and_is_signed() {
        let key: ApiKey = format!("k-{SERVICE}-{SECRET}").parse().unwrap();
        let token = key.token(Timestamp::from_second(1_494_576_000).unwrap());
        let parts: Vec<&str> = token.split('.').collect();
        let claims = base64url(format!("{{\"iat\":1494576000,\"iss\":\"{SERVICE}\"}}").as_bytes());
        assert_eq!(parts[..2], [base64url(br#"{"typ":"JWT","alg":"HS256"}"#), claims]);
        let signed = format!("{}.{}", parts[0], parts[1]);
        assert_eq!(parts[2], base64url(&hmac_sha256(SECRET.as_bytes(), &[signed.as_bytes()])));
    }
}
