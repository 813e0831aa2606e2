//! Where a publisher may lead: by a redirect or a list to any machine of the internet, and to none inside the
//! operator's own network but the one that the settings name. Else whoever writes a list could have this
//! machine ask its neighbours in its name (CWE-918).
//!
//! Pure: places in, a decision out. `http.rs` asks for each address to which it is about to connect; which addresses
//! are inside is in `model::network`.

use super::feed::Feed;

/// A host in small letters, as `http::Uri` gives it (with the brackets of IPv6), and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    host: String,
    port: u16,
}

impl Place {
    pub(super) fn new(host: &str, scheme: Option<&str>, port: Option<u16>) -> Self {
        let port = port.unwrap_or(if scheme == Some("https") { HTTPS } else { HTTP });
        Self { host: host.to_ascii_lowercase(), port }
    }

    /// The place of an address, without its user.
    fn of(url: &str) -> Self {
        let (scheme, rest) = match url.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, url),
        };
        let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
        let place = authority.rsplit('@').next().unwrap_or(authority);
        let (host, port) = match place.split_once(']') {
            Some((address, port)) => (format!("{address}]"), port.strip_prefix(':')),
            None => match place.split_once(':') {
                Some((host, port)) => (host.to_owned(), Some(port)),
                None => (place.to_owned(), None),
            },
        };
        Self::new(&host, scheme, port.and_then(|port| port.parse().ok()))
    }

    /// Whether this is one of the places that the settings name: the same host, at the same port or at the
    /// usual ones of the web. Another port of it is another service.
    pub(super) fn is_among(&self, own: &[Self]) -> bool {
        let is_usual = self.port == HTTP || self.port == HTTPS;
        own.iter().any(|own| own.host == self.host && (own.port == self.port || is_usual))
    }
}

const HTTP: u16 = 80;
const HTTPS: u16 = 443;

/// The places that the operator wrote into the settings of a feed.
pub(super) fn own_places(feed: &Feed) -> Vec<Place> {
    let written = [Some(&feed.url), feed.index.as_ref(), feed.base.as_ref()];
    written.into_iter().flatten().map(|url| Place::of(url)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_host_and_a_port_whoever_asks() {
        for (url, host, port) in [
            ("https://Example.org/a/{id}", "example.org", 443),
            ("http://example.org:8080?x", "example.org", 8080),
            ("http://elsewhere@example.org:1/", "example.org", 1),
            ("http://[::1]:8080/", "[::1]", 8080),
            ("http://[::1]/", "[::1]", 80),
        ] {
            assert_eq!(Place::of(url), Place { host: host.to_owned(), port });
        }
    }

    #[test]
    fn another_port_of_a_named_host_is_another_service() {
        let own = [Place::of("http://mirror.inside:8080/list")];
        for (url, is_own) in [
            ("http://mirror.inside:8080/other", true),
            ("https://mirror.inside/", true),
            ("http://mirror.inside:9200/", false),
            ("http://other.inside:8080/", false),
        ] {
            assert_eq!(Place::of(url).is_among(&own), is_own, "{url}");
        }
    }
}
