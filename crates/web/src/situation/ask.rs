//! One question, from what is held open or from the past.

use std::sync::Arc;

use app::Caller;
use app::exposure::answer::Asked;
use app::exposure::ask::{Question, ask};
use exposure::freshness::FreshnessPolicy;

use crate::error::Refusal;
use crate::site::Site;
use crate::when::When;

/// Who is open to some advisories. Today's answer comes from what is held open; any other is worked
/// out from the record, beside the threads that serve.
pub(crate) async fn asked(
    site: &Arc<Site>,
    caller: &Caller,
    advisories: Vec<String>,
    when: When,
) -> Result<Asked, Refusal> {
    let context = site.context();
    if when.is_now() {
        let held = site.desk.held(&context).await?;
        return Ok(held.ask(caller, advisories).await?);
    }
    if when.as_known.is_some_and(|known| known > context.now) {
        return Err(Refusal::Wrong("That instant lies in the future: nobody knows it.".to_owned()));
    }
    let question = Question {
        advisories,
        as_at: when.as_at,
        as_known: when.as_known,
        freshness: FreshnessPolicy::default(),
        organisations: Vec::new(),
        by_product: false,
    };
    let caller = caller.clone();
    // Each takes a core for a while: the others wait here and not in the way of today's questions.
    let turn = Arc::clone(&site.past).acquire_owned().await;
    let turn = turn.map_err(|_| Refusal::Wrong("The server is ending.".to_owned()))?;
    let runtime = tokio::runtime::Handle::current();
    let work = tokio::task::spawn_blocking(move || {
        let answer = runtime.block_on(ask(&context, &caller, &question));
        drop(turn);
        answer
    });
    let asked = work.await.map_err(|_| {
        Refusal::Wrong("The answer could not be worked out. Ask for another day.".to_owned())
    })?;
    Ok(asked?)
}
