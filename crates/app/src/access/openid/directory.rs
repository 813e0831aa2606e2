//! The other directory, as this service talks to it: discovery, the code flow, the identity token.
//!
//! The provider's documents say where to go next, and they are a stranger's: nothing is asked for but
//! at the issuer's own host, under TLS, or on this machine. Who makes the requests follows no redirect
//! and reads so much and no more ([`Fetch`]).

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::url::{Host, Url};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl,
    Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _, http,
};
use serde::{Deserialize, Serialize};

/// For so long what a directory says of itself is believed without asking again, before a sign-in.
const KNOWN_TIME: SignedDuration = SignedDuration::from_mins(5);
/// How an identity token may be signed: with the directory's own key. Neither `none` nor what anybody
/// can make who knows the client's secret.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 6] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
];

/// A request to the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Where to.
    pub url: String,
    /// Whether it is a POST; else a GET.
    pub is_post: bool,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// What is sent.
    pub body: Vec<u8>,
}

/// Its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// What kind of content it is.
    pub content_type: Option<String>,
    /// The content.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FetchError(pub String);

/// Makes a request and waits for the answer: without following redirects, for a few seconds, and
/// reading at most a megabyte.
pub type Fetch = Arc<dyn Fn(&Asked) -> Result<Answered, FetchError> + Send + Sync>;

/// What of another directory is set.
#[derive(Clone)]
pub struct OpenIdSettings {
    /// Its address, as its documents and tokens name it.
    pub issuer: String,
    /// What it calls this service.
    pub client_id: String,
    /// The secret that it has given this service, if it has.
    pub client_secret: Option<String>,
    /// The address that people type for this service.
    pub public_url: String,
}

/// Why settings do not make a directory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenIdSettingsError {
    /// The issuer's address.
    #[error("`{0}` is no issuer: give its https address as its documents name it")]
    Issuer(String),
    /// The own address.
    #[error("`{0}` is no address of this service that a directory can send people back to")]
    PublicUrl(String),
}

/// Another directory by which people sign in.
#[derive(Clone)]
pub struct OpenId(Arc<Inner>);

struct Inner {
    issuer: IssuerUrl,
    client_id: ClientId,
    client_secret: Option<ClientSecret>,
    redirect: RedirectUrl,
    fetch: Fetch,
    known: Mutex<Option<(Timestamp, CoreProviderMetadata)>>,
}

/// What the return from a directory is held against.
#[derive(Serialize, Deserialize)]
pub(super) struct Started {
    pub(super) state: String,
    nonce: String,
    verifier: String,
}

/// Why a directory lets nobody in.
#[derive(Debug, thiserror::Error)]
pub enum OpenIdFault {
    /// It does not answer, or not as it should.
    #[error("the directory cannot be asked")]
    Down(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What it answered proves nothing.
    #[error("what the directory answered proves nothing")]
    Unproven(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl fmt::Debug for OpenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenId").field("issuer", &self.0.issuer).finish_non_exhaustive()
    }
}

/// The secret is not shown.
impl fmt::Debug for OpenIdSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenIdSettings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

impl OpenId {
    /// The directory of some settings. It is not asked anything yet: it may be down.
    pub fn new(settings: OpenIdSettings, fetch: Fetch) -> Result<Self, OpenIdSettingsError> {
        let issuer = IssuerUrl::new(settings.issuer.clone())
            .ok()
            .filter(|issuer| is_safe(issuer.url()))
            .ok_or(OpenIdSettingsError::Issuer(settings.issuer))?;
        let own = settings.public_url.trim_end_matches('/');
        let redirect = RedirectUrl::new(format!("{own}/sign-in/openid/return"))
            .ok()
            .filter(|redirect| is_safe(redirect.url()))
            .ok_or(OpenIdSettingsError::PublicUrl(settings.public_url))?;
        Ok(Self(Arc::new(Inner {
            issuer,
            client_id: ClientId::new(settings.client_id),
            client_secret: settings.client_secret.map(ClientSecret::new),
            redirect,
            fetch,
            known: Mutex::new(None),
        })))
    }

    /// Its address, as its tokens name it.
    pub fn issuer(&self) -> &str {
        self.0.issuer.as_str()
    }

    /// Scheme and host, to which a form may lead.
    pub fn origin(&self) -> String {
        self.0.issuer.url().origin().ascii_serialization()
    }

    /// What people call it: its host.
    pub fn name(&self) -> &str {
        self.0.issuer.url().host_str().unwrap_or_default()
    }

    /// Where to send a browser, and what its return is held against.
    pub(super) fn begin(&self, now: Timestamp) -> Result<(String, Started), OpenIdFault> {
        let metadata = self.metadata(Some(now))?;
        if !self.is_own(metadata.authorization_endpoint().url()) {
            let fault = elsewhere(metadata.authorization_endpoint().as_str());
            return Err(OpenIdFault::Down(fault.into()));
        }
        let client = CoreClient::from_provider_metadata(
            metadata,
            self.0.client_id.clone(),
            self.0.client_secret.clone(),
        )
        .set_redirect_uri(self.0.redirect.clone());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            // Who somebody is and nothing else: no name, no address.
            .add_scope(Scope::new("openid".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let started = Started {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        };
        Ok((url.into(), started))
    }

    /// Who came back: what the directory calls them for ever.
    pub(super) fn finish(&self, code: &str, started: &Started) -> Result<String, OpenIdFault> {
        // Its keys may have changed since.
        let metadata = self.metadata(None)?;
        let client = CoreClient::from_provider_metadata(
            metadata,
            self.0.client_id.clone(),
            self.0.client_secret.clone(),
        )
        .set_redirect_uri(self.0.redirect.clone());
        let fetch = |request| self.fetch(request);
        let answer = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|e| OpenIdFault::Down(Box::new(e)))?
            .set_pkce_verifier(PkceCodeVerifier::new(started.verifier.clone()))
            .request(&fetch)
            .map_err(|e| OpenIdFault::Unproven(Box::new(e)))?;
        let token = answer.id_token().ok_or_else(|| {
            OpenIdFault::Unproven("there is no identity token in the answer".into())
        })?;
        // Signature, issuer, audience, end and nonce. Its clock is the machine's.
        let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
        let claims = token
            .claims(&verifier, &Nonce::new(started.nonce.clone()))
            .map_err(|e| OpenIdFault::Unproven(Box::new(e)))?;
        Ok(claims.subject().to_string())
    }

    /// What the directory says of itself: asked anew, or as it was a few minutes before `now`.
    fn metadata(&self, now: Option<Timestamp>) -> Result<CoreProviderMetadata, OpenIdFault> {
        let known = || self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(now) = now
            && let Some((at, metadata)) = &*known()
            && now.duration_since(*at).abs() < KNOWN_TIME
        {
            return Ok(metadata.clone());
        }
        let metadata =
            CoreProviderMetadata::discover(&self.0.issuer, &|request| self.fetch(request))
                .map_err(|e| OpenIdFault::Down(Box::new(e)))?;
        if let Some(now) = now {
            *known() = Some((now, metadata.clone()));
        }
        Ok(metadata)
    }

    fn is_own(&self, url: &Url) -> bool {
        url.origin() == self.0.issuer.url().origin()
    }

    fn fetch(&self, request: HttpRequest) -> Result<HttpResponse, FetchError> {
        let (parts, body) = request.into_parts();
        let url = parts.uri.to_string();
        // The issuer is set by whoever runs this service; everything else is what a document says.
        if !Url::parse(&url).is_ok_and(|url| self.is_own(&url)) {
            return Err(elsewhere(&url));
        }
        let text = |value: &http::HeaderValue| value.to_str().ok().map(ToOwned::to_owned);
        let headers = parts.headers.iter();
        let headers = headers.filter_map(|(name, value)| Some((name.to_string(), text(value)?)));
        let is_post = parts.method == http::Method::POST;
        let asked = Asked { url, is_post, headers: headers.collect(), body };
        let answered = (self.0.fetch)(&asked)?;
        let mut response = http::Response::builder().status(answered.status);
        if let Some(kind) = answered.content_type {
            response = response.header(http::header::CONTENT_TYPE, kind);
        }
        response.body(answered.body).map_err(|error| FetchError(error.to_string()))
    }
}

fn elsewhere(url: &str) -> FetchError {
    FetchError(format!("{url} is not at the issuer's host, so it is not asked"))
}

/// Whether what is sent there is read by nobody on the way: TLS, or this machine.
fn is_safe(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    url.username().is_empty() && (url.scheme() == "https" || (url.scheme() == "http" && is_here))
}
