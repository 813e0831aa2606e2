//! Passkeys: signing in with a device that knows its owner (WebAuthn, W3C level 3).
//!
//! A key is of one site and signs a challenge that is good once, so there is nothing to guess, to
//! tell a false page or to use twice. The device must have shown that its owner is there (a finger, a
//! face, a PIN), which makes it two factors in one.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder, WebauthnError,
};

use jiff::Timestamp;

use super::error::{AccessError, SignInError};
use super::fresh::expect_fresh_here;
use super::people::{check_name, identity};
use super::session::{self, Means, NewSession, SignedIn, open_account};
use super::settings::AccessSettings;
use super::statement::Statement;
use super::{ceremony, kept};
use crate::context::{Caller, Context};
use crate::error::Error;

/// What the ceremonies are called in the store.
const REGISTER: &str = "passkey/register";
const SIGN_IN: &str = "passkey/sign-in";
/// Most passkeys of one person.
pub const MOST_PASSKEYS: usize = 20;
const VERSION: u32 = 1;

/// The site for which passkeys are made, by its address.
#[derive(Clone, Debug)]
pub struct Passkeys {
    site: Webauthn,
}

/// Why an address is none for which passkeys can be made.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` is no address that passkeys can be made for: give the one that people type, as in \
     https://wardround.example (on this machine, http://localhost will do)"
)]
pub struct AddressError(String);

/// A passkey as its owner may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPasskey {
    /// Its identity, by which it is revoked.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Since when it is there.
    pub created: Timestamp,
    /// When it was last used.
    pub used: Option<Timestamp>,
}

/// What a browser needs to go on, and the secret by which it comes back.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Begun {
    /// The secret of the ceremony.
    pub ceremony: String,
    /// What the browser is asked for: WebAuthn's options as JSON.
    pub options: Value,
}

#[derive(Serialize, Deserialize)]
struct Body {
    version: u32,
    passkey: webauthn_rs::prelude::Passkey,
}

impl Passkeys {
    /// For the site of an address: `https`, or `http` on `localhost`, on any port there.
    pub fn of(address: &str) -> Result<Self, AddressError> {
        let wrong = || AddressError(address.to_owned());
        let origin: Url = address.parse().map_err(|_| wrong())?;
        let domain = origin.domain().ok_or_else(wrong)?;
        let is_local = domain == "localhost";
        if !(origin.scheme() == "https" || (origin.scheme() == "http" && is_local)) {
            return Err(wrong());
        }
        let builder = WebauthnBuilder::new(domain, &origin).map_err(|_| wrong())?;
        let builder = builder.rp_name("Wardround").allow_any_port(is_local);
        Ok(Self { site: builder.build().map_err(|_| wrong())? })
    }
}

/// Begins to make a passkey. The present password must be given, or one must have signed in a moment
/// ago.
pub async fn begin_passkey(
    context: &Context,
    settings: &AccessSettings,
    passkeys: &Passkeys,
    who: &SignedIn,
    present: Option<&str>,
) -> Result<Begun, AccessError> {
    who.in_own_name()?;
    let account = expect_fresh_here(context, settings, who, present).await?;
    let present = context.store.passkeys(account).await?;
    if present.len() >= MOST_PASSKEYS {
        return Err(AccessError::TooManyPasskeys);
    }
    // What a device has already is not made a second time.
    let handles = present.into_iter().map(|one| one.handle).collect();
    let person = &who.person;
    let (asked, state) = passkeys
        .site
        .start_passkey_registration(handle_of(account), &person.login, &person.name, Some(handles))
        .map_err(|e| broken(account, e))?;
    let mut options = serde_json::to_value(asked.public_key).map_err(|e| broken(account, e))?;
    // The device must find the key by itself: nobody types a name before they use it.
    if let Some(Value::Object(wanted)) = options.get_mut("authenticatorSelection") {
        wanted.insert("residentKey".to_owned(), json!("required"));
        wanted.insert("requireResidentKey".to_owned(), json!(true));
    }
    let ceremony = ceremony::begin(context, REGISTER, account, &state).await?;
    Ok(Begun { ceremony, options })
}

/// Keeps the passkey that a device has made, under a name that its owner gives it.
pub async fn finish_passkey(
    context: &Context,
    passkeys: &Passkeys,
    who: &SignedIn,
    name: &str,
    (ceremony, answer): (&str, &str),
) -> Result<(), AccessError> {
    let account = who.in_own_name()?;
    check_name(name)?;
    let state: PasskeyRegistration = ceremony::end(context, REGISTER, account, ceremony)
        .await?
        .ok_or(AccessError::PasskeyRefused)?;
    let answer: RegisterPublicKeyCredential =
        serde_json::from_str(answer).map_err(|_| AccessError::PasskeyRefused)?;
    let passkey = passkeys
        .site
        .finish_passkey_registration(&answer, &state)
        .map_err(|_| AccessError::PasskeyRefused)?;
    let new = store::Passkey {
        id: identity("passkey")?,
        handle: passkey.cred_id().clone(),
        account: account.to_owned(),
        name: name.trim().to_owned(),
        body: written(passkey, account)?,
        created: context.now,
        used: None,
    };
    // A handle that is somebody's already is nobody else's.
    if context.store.add_passkey(&new).await? { Ok(()) } else { Err(AccessError::PasskeyRefused) }
}

/// One's own passkeys, the oldest first.
pub async fn passkeys(
    context: &Context,
    who: &SignedIn,
) -> Result<Vec<ListedPasskey>, AccessError> {
    let kept = context.store.passkeys(who.in_person()?).await?;
    let listed = kept.into_iter().map(|one| ListedPasskey {
        id: one.id,
        name: one.name,
        created: one.created,
        used: one.used,
    });
    Ok(listed.collect())
}

/// Ends one of one's own passkeys; `false` if there is none of that identity.
pub async fn revoke_passkey(
    context: &Context,
    who: &SignedIn,
    id: &str,
) -> Result<bool, AccessError> {
    Ok(context.store.remove_passkey(who.in_person()?, id).await?)
}

/// Begins to sign somebody in, whoever it is: the device finds its key.
pub async fn begin_sign_in(context: &Context, passkeys: &Passkeys) -> Result<Begun, Error> {
    let begun = passkeys.site.start_discoverable_authentication();
    let (asked, state) = begun.map_err(|e| broken("a sign-in", e))?;
    let mut asked = asked.public_key;
    asked.extensions = None;
    let options = serde_json::to_value(asked).map_err(|e| broken("a sign-in", e))?;
    let ceremony = ceremony::begin(context, SIGN_IN, "", &state).await?;
    Ok(Begun { ceremony, options })
}

/// Signs somebody in by what their device has signed. A counter that has not gone up is a sign that the
/// key was copied: it is refused, and the record says so.
pub async fn sign_in_with_passkey(
    context: &Context,
    passkeys: &Passkeys,
    (ceremony, answer): (&str, &str),
    agent: &str,
) -> Result<NewSession, SignInError> {
    let refused = || SignInError::PasskeyRefused;
    let state: DiscoverableAuthentication =
        ceremony::end(context, SIGN_IN, "", ceremony).await?.ok_or_else(refused)?;
    let answer: PublicKeyCredential = serde_json::from_str(answer).map_err(|_| refused())?;
    let (owner, handle) =
        passkeys.site.identify_discoverable_authentication(&answer).map_err(|_| refused())?;
    let kept = context.store.passkey(handle).await?.ok_or_else(refused)?;
    let account = open_account(context, &kept.account).await?.ok_or_else(refused)?;
    if owner != handle_of(&account.id) {
        return Err(refused());
    }
    // Of what another version wrote nothing is derived.
    let body: Body = serde_json::from_str(&kept.body).map_err(|_| refused())?;
    if body.version > VERSION {
        return Err(refused());
    }
    let mut passkey = body.passkey;
    let shown = match passkeys.site.finish_discoverable_authentication_v2(&answer, state, &passkey)
    {
        Ok(shown) if shown.user_verified() => shown,
        Err(WebauthnError::CredentialPossibleCompromise) => {
            return Err(was_copied(context, &account.id).await?);
        }
        Ok(_) | Err(_) => return Err(refused()),
    };
    passkey.update_credential(&shown);
    let now = written(passkey, &account.id)?;
    let used = context.store.use_passkey(&kept.id, (&kept.body, &now), context.now).await?;
    if !used {
        // Somebody else has used it at the same moment, or it was revoked.
        return Err(refused());
    }
    Ok(session::start(context, account, Means::Passkey, agent).await?)
}

/// Records that a passkey may have been copied, for each organisation in which its owner has a role.
async fn was_copied(context: &Context, account: &str) -> Result<SignInError, SignInError> {
    let mut state = kept::of_account(context, account).await?;
    let held = state.grants.remove(account).unwrap_or_default();
    let statement = Statement::PasskeyRefused { account: account.to_owned() };
    // Nobody is signed in: the service itself says it.
    let service = Caller::operator("wardround");
    super::people::record_at_home(context, &service, &statement, &held).await.map_err(|error| {
        match error {
            AccessError::App(error) => SignInError::App(error),
            _ => SignInError::PasskeyRefused,
        }
    })?;
    Ok(SignInError::PasskeyRefused)
}

/// What devices call the owner of an account: it follows from the account, and tells nothing of it.
fn handle_of(account: &str) -> Uuid {
    let digest: [u8; 32] = Sha256::new()
        .chain_update(b"wardround passkey owner 1\0")
        .chain_update(account)
        .finalize()
        .into();
    Uuid::from_bytes(digest.first_chunk().copied().unwrap_or_default())
}

fn written(passkey: webauthn_rs::prelude::Passkey, account: &str) -> Result<String, Error> {
    let body = Body { version: VERSION, passkey };
    serde_json::to_string(&body).map_err(|e| broken(account, e))
}

fn broken(account: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::damaged("passkey", account, source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_made_for_names_under_tls_and_for_this_machine() {
        for sound in ["https://wardround.example", "https://w.example:8443/", "http://localhost"] {
            assert!(Passkeys::of(sound).is_ok(), "{sound}");
        }
        for wrong in ["http://wardround.example", "https://192.0.2.1", "wardround.example", "", "x"]
        {
            assert!(Passkeys::of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_devices_call_an_owner_tells_nothing_and_stays() {
        assert_eq!(handle_of("account/1"), handle_of("account/1"));
        assert_ne!(handle_of("account/1"), handle_of("account/2"));
    }
}
