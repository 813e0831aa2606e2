//! How much one address and one caller may ask: buckets of tokens, in memory, and never more of them
//! than there is room for.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hash};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::address::{Origin, Peer, origin};
use super::watch::Watch;
use crate::error::{ApiError, PageError, Refusal};
use crate::refused::API;

/// How much may be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Requests of one signed-in caller in a minute; `None` for no limits at all. One address may send
    /// four times as many, as many people share one, and a twentieth of it to sign in, as many to try codes.
    pub per_minute: Option<NonZeroU32>,
    /// How many proxies stand before the server and are believed when they say who came to them.
    pub trusted_proxies: usize,
}

/// One address may ask so many times what one caller may.
const ADDRESS_FACTOR: NonZeroU32 = NonZeroU32::MIN.saturating_add(3);
/// One address may try to sign in so many times less often than a caller may ask.
const SIGN_IN_DIVISOR: u32 = 20;
/// Most buckets of a kind. Whoever comes beyond them shares one with others.
const MOST_BUCKETS: usize = 100_000;
/// How long whoever missed too often is not heard where codes are tried.
const BAR: Duration = Duration::from_mins(1);
/// Buckets that are shared then.
const SHARED: u64 = 1_024;

/// What one bucket is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Key<K> {
    Own(K),
    Shared(u64),
}

type Limiter<K> =
    RateLimiter<Key<K>, HashMapStateStore<Key<K>>, DefaultClock, StateInformationMiddleware>;

/// The buckets of one kind.
struct Buckets<K: Hash + Eq + Clone> {
    limiter: Limiter<K>,
    name: &'static str,
    quota: NonZeroU32,
    most: usize,
    hasher: RandomState,
    began: Instant,
    /// When buckets that are full again were last thrown away, in milliseconds.
    swept: AtomicU64,
}

/// What an answer says of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    name: &'static str,
    quota: u32,
    left: u32,
    /// Until the bucket is full again, or (refused) until one may ask again.
    secs: u64,
}

impl<K: Hash + Eq + Clone> Buckets<K> {
    fn new(name: &'static str, quota: NonZeroU32, most: usize) -> Self {
        Self {
            limiter: RateLimiter::hashmap(Quota::per_minute(quota)).with_middleware(),
            name,
            quota,
            most,
            hasher: RandomState::new(),
            began: Instant::now(),
            swept: AtomicU64::new(0),
        }
    }

    /// Takes a token, or says when there is one again.
    fn take(&self, key: K) -> Result<Standing, Standing> {
        let key = if self.limiter.len() < self.most || self.swept() {
            Key::Own(key)
        } else {
            Key::Shared(self.hasher.hash_one(&key) % SHARED)
        };
        let of = |left, secs| Standing { name: self.name, quota: self.quota.get(), left, secs };
        match self.limiter.check_key(&key) {
            Ok(snapshot) => {
                let left = snapshot.remaining_burst_capacity();
                let missing = u64::from(self.quota.get().saturating_sub(left));
                Ok(of(left, (missing * 60).div_ceil(u64::from(self.quota.get()))))
            }
            Err(not_until) => {
                let wait = not_until.wait_time_from(DefaultClock::default().now());
                Err(of(0, wait.as_millis().div_ceil(1000).max(1).try_into().unwrap_or(u64::MAX)))
            }
        }
    }

    /// Throws away what is as good as new, once a second at most; whether there is room now.
    fn swept(&self) -> bool {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let before = self.swept.load(Ordering::Relaxed);
        let is_due = now >= before.saturating_add(1_000) || before == 0;
        let mine = is_due
            && self
                .swept
                .compare_exchange(before, now.max(1), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if mine {
            self.limiter.retain_recent();
        }
        self.limiter.len() < self.most
    }
}

/// Stands before all doors, and is asked again when it is known who came.
pub(crate) struct Gate {
    addresses: Buckets<Origin>,
    sign_ins: Buckets<Origin>,
    misses: Buckets<Origin>,
    barred: Barred,
    callers: Buckets<String>,
    proxies: usize,
}

impl Gate {
    /// The gate of some limits; `None` where there are none.
    pub(crate) fn of(limits: Limits) -> Option<Self> {
        let quota = limits.per_minute?;
        let sign_ins = NonZeroU32::new(quota.get() / SIGN_IN_DIVISOR).unwrap_or(NonZeroU32::MIN);
        Some(Self {
            addresses: Buckets::new("address", quota.saturating_mul(ADDRESS_FACTOR), MOST_BUCKETS),
            sign_ins: Buckets::new("sign-in", sign_ins, MOST_BUCKETS),
            // Whoever tries codes, or calls as a carrier that they are not: fifty bits at this pace last for ever.
            misses: Buckets::new("code", sign_ins, MOST_BUCKETS),
            barred: Barred::default(),
            callers: Buckets::new("caller", quota, MOST_BUCKETS),
            proxies: limits.trusted_proxies,
        })
    }

    /// Whether a caller may ask; what the answer says of it is kept with it.
    pub(crate) fn admit(&self, caller: &str) -> Result<Said, Refused> {
        self.callers.take(caller.to_owned()).map(Said).map_err(Refused)
    }
}

/// What an answer says of how much is left.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said(Standing);

/// Who asked too often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused(Standing);

impl Refused {
    /// Which bucket was empty.
    pub(crate) fn name(self) -> &'static str {
        self.0.name
    }

    /// As an answer.
    pub(crate) fn answer(self, is_api: bool) -> Response {
        let refusal = Refusal::TooMany { secs: self.0.secs };
        let response = if is_api {
            ApiError::from(refusal).into_response()
        } else {
            PageError::from(refusal).into_response()
        };
        Said(self.0).on(response)
    }
}

impl Said {
    /// Says it in the headers of an answer (draft-ietf-httpapi-ratelimit-headers). What is said already
    /// is of a bucket nearer to the caller.
    pub(crate) fn on(self, mut response: Response) -> Response {
        let Standing { name, quota, left, secs } = self.0;
        let headers = response.headers_mut();
        for (header, text) in [
            ("ratelimit-policy", format!("\"{name}\";q={quota};w=60")),
            ("ratelimit", format!("\"{name}\";r={left};t={secs}")),
        ] {
            if let Ok(value) = HeaderValue::from_str(&text)
                && !headers.contains_key(header)
            {
                headers.insert(header, value);
            }
        }
        response
    }
}

/// Who watches the service, and what a browser keeps for ever, is not counted.
fn is_exempt(path: &str) -> bool {
    path == "/healthz" || path == "/readyz" || path.starts_with("/assets/")
}

/// Counts what missed: a code that is nobody's, a carrier's call that proves nothing.
fn missed(gate: &Gate, from: Origin, response: Response) -> Response {
    let is_miss = matches!(
        response.status(),
        StatusCode::NOT_FOUND | StatusCode::FORBIDDEN | StatusCode::UNPROCESSABLE_ENTITY
    );
    if is_miss && let Err(standing) = gate.misses.take(from) {
        gate.barred.add(from, standing);
    }
    response
}

/// Addresses that missed too often, and until when they are not heard there.
#[derive(Default)]
struct Barred(Mutex<HashMap<Origin, (Instant, Standing)>>);

impl Barred {
    fn until(&self, from: Origin) -> Option<Standing> {
        let mut barred = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (end, standing) = *barred.get(&from)?;
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            barred.remove(&from);
            return None;
        }
        Some(Standing { secs: left.as_secs().max(1), ..standing })
    }

    fn add(&self, from: Origin, standing: Standing) {
        let mut barred = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if barred.len() >= MOST_BUCKETS {
            barred.retain(|_, (end, _)| *end > now);
        }
        if barred.len() < MOST_BUCKETS {
            barred.insert(from, (now + BAR, standing));
        }
    }
}

/// Turns away addresses that ask too often.
pub(crate) async fn by_address(
    State(watch): State<std::sync::Arc<Watch>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let peer = request.extensions().get::<Peer>().copied();
    let (Some(gate), Some(peer), false) = (&watch.gate, peer, is_exempt(path)) else {
        return next.run(request).await;
    };
    let from = origin(peer, request.headers(), gate.proxies);
    let is_sign_in = request.method() == Method::POST && path.starts_with("/sign-in");
    let is_api = path.starts_with(API);
    // Many people, and all of a carrier's calls, come from one address: only what misses is counted there.
    let is_carrier = path.starts_with("/carriers/");
    let is_tried = is_carrier || path == "/a" || path.starts_with("/a/");
    if is_tried && let Some(standing) = gate.barred.until(from) {
        watch.metrics.rate_limited(standing.name);
        return Refused(standing).answer(false);
    }
    if is_carrier {
        return missed(gate, from, next.run(request).await);
    }
    let taken = gate
        .addresses
        .take(from)
        .and_then(|said| if is_sign_in { gate.sign_ins.take(from) } else { Ok(said) });
    match taken {
        Ok(said) if is_tried => Said(said).on(missed(gate, from, next.run(request).await)),
        Ok(said) => Said(said).on(next.run(request).await),
        Err(standing) => {
            watch.metrics.rate_limited(standing.name);
            Refused(standing).answer(is_api)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(of: u32) -> NonZeroU32 {
        NonZeroU32::new(of).unwrap()
    }

    #[test]
    fn a_bucket_empties_and_says_how_long_it_takes_to_fill() {
        let buckets = Buckets::new("caller", quota(3), 10);
        let left: Vec<u32> = (0..3).map(|_| buckets.take("a").unwrap().left).collect();
        assert_eq!(left, [2, 1, 0]);
        let refused = buckets.take("a").unwrap_err();
        // A token comes every twenty seconds.
        assert!((19..=20).contains(&refused.secs), "{refused:?}");
        assert_eq!(buckets.take("b").unwrap().left, 2);
    }

    #[test]
    fn a_flood_of_addresses_takes_no_more_room_than_there_is() {
        let buckets = Buckets::new("address", quota(5), 100);
        let mut refused = 0;
        for address in 0..100_000_u32 {
            refused += u32::from(buckets.take(address).is_err());
        }
        assert!(buckets.limiter.len() <= 100 + usize::try_from(SHARED).unwrap());
        assert!(refused > 0, "those beyond the room share what is left");
    }
}
