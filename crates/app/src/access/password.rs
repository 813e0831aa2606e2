//! Passwords: which are accepted, and how they are kept.

use std::path::PathBuf;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use super::settings::AccessSettings;
use super::{breached, obvious, secret};
use crate::error::Error;

/// The fewest characters of a password. ASVS 5.0 (6.2.1) asks for 8 and recommends 15; ASVS 4.0
/// (2.1.1) asked for 12, which is what we ask for, as the obvious and the breached are refused, too.
pub const MINIMUM_CHARACTERS: usize = 12;
/// The longest password. ASVS 5.0 (6.2.9) asks that 64 characters be permitted; some end is needed,
/// or a stranger has us hash a film.
pub const MAXIMUM_BYTES: usize = 1024;

/// Memory, passes and lanes of argon2id: the first choice of the OWASP Password Storage Cheat Sheet
/// (19 MiB, 2, 1), which is also what the crate chooses.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Without a password to compare with, the same work is done with this salt.
const NO_SALT: &[u8; 16] = b"nobody, nowhere.";

/// Why a password is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error("the password is too short: write at least {MINIMUM_CHARACTERS} characters")]
    Short,
    /// Too long.
    #[error("the password is too long: write at most {MAXIMUM_BYTES} bytes")]
    Long,
    /// Made of what anybody would try first.
    #[error(
        "the password is made of words, years or keys that are tried first: \
         three or four words that have nothing to do with each other are better"
    )]
    Obvious,
    /// In the list of those that attackers know.
    #[error("the password is in the list of those that attackers know: choose another")]
    Breached,
    /// The list cannot be read; without it none is accepted.
    #[error("the list of breached passwords {} cannot be read", .path.display())]
    List {
        /// The list.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// It could not be looked at.
    #[error(transparent)]
    App(#[from] Error),
}

/// Whether a password may be chosen. `words` are those of the person: name, login, organisation.
pub(super) async fn accept(
    settings: &AccessSettings,
    password: &str,
    words: &[&str],
) -> Result<(), PasswordError> {
    if password.chars().count() < MINIMUM_CHARACTERS {
        return Err(PasswordError::Short);
    }
    if password.len() > MAXIMUM_BYTES {
        return Err(PasswordError::Long);
    }
    let words: Vec<&str> =
        words.iter().copied().chain(settings.words.iter().map(String::as_str)).collect();
    if obvious::is_obvious(password, &words) {
        return Err(PasswordError::Obvious);
    }
    let Some(path) = settings.breached.clone() else { return Ok(()) };
    let (list, tried) = (path.clone(), Zeroizing::new(password.to_owned()));
    let found = tokio::task::spawn_blocking(move || breached::has(&list, &tried)).await;
    match found.map_err(broken)? {
        Ok(false) => Ok(()),
        Ok(true) => Err(PasswordError::Breached),
        Err(source) => Err(PasswordError::List { path, source }),
    }
}

/// What is kept of a password.
pub(super) async fn hash(settings: &AccessSettings, password: &str) -> Result<Vec<u8>, Error> {
    let password = Zeroizing::new(password.to_owned());
    let salt = secret::random::<16>()?;
    apart(settings, move || {
        let hash = argon()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(broken)?;
        Ok(hash.to_string().into_bytes())
    })
    .await
}

/// Whether a password is the one of which this was kept. Where nothing was kept it takes as long,
/// and is not.
pub(super) async fn verify(
    settings: &AccessSettings,
    password: &str,
    kept: Option<Vec<u8>>,
) -> Result<bool, Error> {
    // What could never be chosen costs nothing to refuse, whoever it is tried for.
    if password.len() > MAXIMUM_BYTES {
        return Ok(false);
    }
    let password = Zeroizing::new(password.to_owned());
    apart(settings, move || {
        let argon = argon()?;
        let Some(kept) = kept else {
            argon.hash_password_with_salt(password.as_bytes(), NO_SALT).map_err(broken)?;
            return Ok(false);
        };
        let kept = String::from_utf8(kept).map_err(broken)?;
        let kept = PasswordHash::new(&kept).map_err(broken)?;
        Ok(argon.verify_password(password.as_bytes(), &kept).is_ok())
    })
    .await
}

fn argon() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes where nobody waits for anything else, and not too many at once.
async fn apart<T: Send + 'static>(
    settings: &AccessSettings,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let turn = Arc::clone(&settings.hashing.0).acquire_owned().await.map_err(broken)?;
    let done = tokio::task::spawn_blocking(move || {
        let result = work();
        drop(turn);
        result
    });
    done.await.map_err(broken)?
}

fn broken(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::damaged("password", "an account", source)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_with_a_salt_of_its_own() {
        let settings = AccessSettings::default();
        let password = "correct horse battery staple";
        let kept = hash(&settings, password).await.unwrap();
        let text = String::from_utf8(kept.clone()).unwrap();
        assert!(text.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{text}");
        assert_ne!(hash(&settings, password).await.unwrap(), kept);
        assert!(verify(&settings, password, Some(kept.clone())).await.unwrap());
        // Exactly as it was typed (ASVS 5.0, 6.2.8).
        for other in ["Correct horse battery staple", "correct horse battery staple "] {
            assert!(!verify(&settings, other, Some(kept.clone())).await.unwrap());
        }
        assert!(!verify(&settings, password, None).await.unwrap());
    }

    #[tokio::test]
    async fn without_anything_to_compare_with_as_much_is_done() {
        let settings = AccessSettings::default();
        let kept = hash(&settings, "correct horse battery staple").await.unwrap();
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..5 {
            for (kept, times) in [Some(kept.clone()), None].into_iter().zip(&mut times) {
                let begun = std::time::Instant::now();
                assert!(!verify(&settings, "another password", kept).await.unwrap());
                times.push(begun.elapsed());
            }
        }
        // The shortest of each: what else the machine does makes it longer only.
        let [with, without] = times.map(|times| times.into_iter().min().unwrap());
        assert!(without * 3 > with && with * 3 > without, "{with:?} and {without:?}");
    }

    #[tokio::test]
    async fn short_long_obvious_and_breached_passwords_are_refused() {
        let mut list = tempfile::NamedTempFile::new().unwrap();
        list.write_all(b"correct horse battery staple\n").unwrap();
        let settings =
            AccessSettings { breached: Some(list.path().to_owned()), ..AccessSettings::default() };
        let refused = async |password: &str| accept(&settings, password, &["Sample"]).await;
        assert!(matches!(refused("ümlaut so ü").await, Err(PasswordError::Short)));
        assert!(matches!(refused(&"lang ".repeat(300)).await, Err(PasswordError::Long)));
        assert!(matches!(refused("Sample-Summer-2017").await, Err(PasswordError::Obvious)));
        let breached = refused("correct horse battery staple").await;
        assert!(matches!(breached, Err(PasswordError::Breached)));
        assert!(refused("the cat sleeps on the ward").await.is_ok());
        assert!(refused("grüße vom see, immer").await.is_ok());
        let gone = AccessSettings { breached: Some("/nowhere/list".into()), ..Default::default() };
        let unread = accept(&gone, "the cat sleeps on the ward", &[]).await;
        assert!(
            matches!(unread, Err(PasswordError::List { .. })),
            "without its list none is taken"
        );
    }
}
