//! One question, from what is held open or from the past.

use app::Caller;
use app::exposure::answer::Asked;

use crate::error::Refusal;
use crate::site::Site;
use crate::when::When;

/// Who is open to some advisories.
pub(crate) async fn asked(
    site: &Site,
    caller: &Caller,
    advisories: Vec<String>,
    when: When,
) -> Result<Asked, Refusal> {
    let context = site.context();
    let when = when.until(context.now)?;
    Ok(site.desk.ask(&context, caller, advisories, when.moment()).await?)
}
