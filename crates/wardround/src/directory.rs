//! Requests to another directory by which people sign in: one question, one answer, every limit set.
//!
//! Where may be asked is decided in `app`, which lets nothing through but the issuer's own host. Here
//! no redirect is followed, because it would lead past that; an answer comes within seconds and is
//! not longer than a document of keys can be.

use std::sync::Arc;
use std::time::Duration;

use app::access::{Answered, Asked, Fetch, FetchError};
use ureq::{Agent, http};

/// For how long an answer is waited for, all of it.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most bytes of an answer.
const MOST: u64 = 1 << 20;

/// Makes requests, through the proxy that the environment names, if it names one.
pub fn fetch() -> Fetch {
    let config = Agent::config_builder()
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .user_agent("wardround")
        .build();
    let agent: Agent = config.into();
    Arc::new(move |asked| ask(&agent, asked).map_err(|error| FetchError(error.to_string())))
}

fn ask(agent: &Agent, asked: &Asked) -> Result<Answered, ureq::Error> {
    let headers = asked.headers.iter();
    let mut answer = if asked.is_post {
        let request = agent.post(&asked.url);
        headers.fold(request, |it, (name, value)| it.header(name, value)).send(&asked.body)?
    } else {
        let request = agent.get(&asked.url);
        headers.fold(request, |it, (name, value)| it.header(name, value)).call()?
    };
    let kind = answer.headers().get(http::header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).map(ToOwned::to_owned);
    Ok(Answered {
        status: answer.status().as_u16(),
        content_type: kind,
        body: answer.body_mut().with_config().limit(MOST).read_to_vec()?,
    })
}
