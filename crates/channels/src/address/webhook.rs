//! Addresses of other programs.

use std::fmt;
use std::str::FromStr;

use url::Url;

use super::AddressError;

/// Where another program listens: `https`, or `http` where the operator allows the host (`webhook`).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct WebhookUrl(Url);

/// Longer is no address that somebody typed.
const LONGEST: usize = 2048;

impl WebhookUrl {
    /// The parts.
    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    /// The host, as a name or an address.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

impl FromStr for WebhookUrl {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text.trim()).map_err(|_| AddressError::Webhook)?;
        let is_sound = text.len() <= LONGEST
            && !text.trim().contains(char::is_control)
            && matches!(url.scheme(), "http" | "https")
            && url.host_str().is_some_and(|host| !host.is_empty())
            && url.username().is_empty()
            && url.password().is_none()
            && url.fragment().is_none();
        if is_sound { Ok(Self(url)) } else { Err(AddressError::Webhook) }
    }
}

impl fmt::Debug for WebhookUrl {
    /// Without path and query, which often hold a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookUrl({}://{}/…)", self.0.scheme(), self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_is_an_address_of_the_web_without_a_user() {
        let url: WebhookUrl = "https://hooks.example/in?key=hush".parse().unwrap();
        assert_eq!(format!("{url:?}"), "WebhookUrl(https://hooks.example/…)");
        for wrong in [
            "",
            "hooks.example/in",
            "ftp://hooks.example/",
            "file:///etc/passwd",
            "https://me:hush@hooks.example/",
            "https://me@hooks.example/",
            "https://hooks.example/#x",
            "https://",
            "https://hooks.example/\r\nX: y",
            "javascript:alert(1)",
        ] {
            assert_eq!(wrong.parse::<WebhookUrl>(), Err(AddressError::Webhook), "{wrong}");
        }
    }
}
