//! A message to somebody of a run, as everything is now: who has another number since is reached by that.

use channels::{Failure, Message};
use model::event::Marking;
use model::verdict::Verdict;
use response::alert::{Alert, Content};
use response::answer::{Answer, Route};
use response::delivery::{Occasion, Place};

use super::carriers::Carriers;
use super::hear::{is_watching, reference_of};
use super::queue::Item;
use super::words::{OpenHosts, Saying, say};
use crate::alerts::kept::{Books, When};
use crate::context::{Caller, Context};
use crate::error::Error;
use crate::exposure::desk::{Desk, Moment};

/// So many open machines are named in a mail; its page has all.
const MOST_NAMED: usize = 12;

struct Known {
    alert: Alert,
    content: Content,
    answer: Answer,
    organisation: model::organisation::OrganisationCode,
    occasion: Occasion,
    who: String,
    is_watching: bool,
    codes: Option<(super::Code, String)>,
}

/// The message of an attempt.
pub(super) async fn compose(
    context: &Context,
    (books, desk, carriers): (&Books, &Desk, &Carriers),
    (route, item): (Route, &Item),
) -> Result<Message, Failure> {
    let place = Place { step: item.attempt.step, person: item.attempt.person };
    let when = When::now(context);
    let known = books
        .with(context, |book| {
            let (number, organisation) = book.whose(&item.run)?;
            let run = book.run(&item.run)?;
            let kept = book.get(number)?;
            let alert = kept.alert(number, when);
            Some(Known {
                content: alert.current()?.content.clone(),
                alert,
                answer: kept.answer(organisation, when),
                organisation: organisation.clone(),
                occasion: run.occasion,
                who: place.of(run.escalation.ladder())?.person.clone(),
                is_watching: is_watching(run, item.attempt),
                codes: book.codes().of(&run.id, place),
            })
        })
        .await
        .map_err(|error| later(&error))?;
    let known = known.ok_or_else(|| broken("it is about nothing that the record has"))?;
    let register =
        desk.register(context, Moment::default()).await.map_err(|error| later(&error))?;
    let code = &known.organisation;
    let to = carriers.reach().address(&register, code, (&known.who, route)).ok_or_else(|| {
        Failure::Permanent { why: "the register has no such address any more".to_owned() }
    })?;
    let was_open = known.answer.hosts_then.is_some_and(|hosts| hosts.affected > 0);
    let is_about_hosts = match known.occasion {
        Occasion::Asked => was_open,
        Occasion::Disputed => true,
        Occasion::Changed | Occasion::Withdrawn => false,
    };
    let hosts = if route == Route::Mail && !known.is_watching && is_about_hosts {
        open_hosts(context, desk, code, &known.content.advisories)
            .await
            .map_err(|error| later(&error))?
    } else {
        OpenHosts::default()
    };
    let own = register.get(code);
    let name = own.map_or_else(|| code.to_string(), |own| own.label().to_owned());
    let name = shortened(&name, MOST_OF_NAME, "…");
    let (subject, text) = say(&Saying {
        alert: &known.alert,
        content: &known.content,
        occasion: known.occasion,
        name: &name,
        answer: &known.answer,
        is_watching: known.is_watching,
        is_outside: !known.who.starts_with(&format!("{code}/")),
        hosts: &hosts,
        now: context.now,
    });
    let (link, reply_code) = match (&known.codes, known.occasion.wants_acknowledgement()) {
        (Some((code, short)), true) => {
            (carriers.link(code), format!("{} {short}", known.alert.number).parse().ok())
        }
        _ => (None, None),
    };
    let reference = reference_of(&item.run, item.attempt);
    let wrong = |error: channels::MessageError| broken(&error.to_string());
    Ok(Message {
        reference: reference.ok_or_else(|| broken("it has no reference"))?,
        tries: std::num::NonZeroU8::new(item.tries).unwrap_or(std::num::NonZeroU8::MIN),
        to,
        subject: shortened(&subject, MOST_OF_SUBJECT, "…").parse().map_err(wrong)?,
        text: shortened(&text, MOST_OF_TEXT, REST).parse().map_err(wrong)?,
        // It says how many machines of an organisation are open, whatever everybody may read of the alert itself.
        marking: known.content.marking.max(Marking::Amber),
        is_exercise: false,
        reply_code,
        link,
    })
}

/// Most characters of an organisation's name in a message: a subject holds it, too.
const MOST_OF_NAME: usize = 100;
/// Most characters of a subject and of a text, below what `channels` takes: a message that is too long is told shortened,
/// for one that cannot be built tells nobody.
const MOST_OF_SUBJECT: usize = 190;
const MOST_OF_TEXT: usize = 15_000;
/// What stands for the rest of a text.
const REST: &str = "… The rest is on its page.";

/// What an organisation's open machines are called.
async fn open_hosts(
    context: &Context,
    desk: &Desk,
    code: &model::organisation::OrganisationCode,
    advisories: &[String],
) -> Result<OpenHosts, Error> {
    let caller = Caller::operator("delivery");
    let estate = desk.hosts(context, &caller, code, Moment::default()).await?;
    let mut open = std::collections::BTreeMap::new();
    for advisory in advisories {
        let about = (code, advisory.clone());
        let judged = desk.judged_hosts(context, &caller, about, Moment::default()).await?;
        let affected = judged.into_iter().filter(|host| host.code.verdict == Verdict::Affected);
        open.extend(affected.map(|host| {
            let record = estate.table.hosts.get(&host.id);
            let label = record.map_or_else(|| host.id.clone(), |record| record.label.clone());
            (host.id, label)
        }));
    }
    let all = open.len();
    let named: Vec<String> = open.into_values().take(MOST_NAMED).collect();
    Ok(OpenHosts { more: all - named.len(), named })
}

/// A text that is no longer than so many characters and what stands for the rest.
fn shortened(text: &str, most: usize, rest: &str) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}{rest}", text.get(..end).unwrap_or(text)),
    }
}

fn later(error: &Error) -> Failure {
    Failure::Temporary { why: format!("the record: {error}"), wait: None }
}

fn broken(why: &str) -> Failure {
    Failure::Technical { why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_told_shortened() {
        assert_eq!(shortened("äöü", 3, "…"), "äöü");
        assert_eq!(shortened("äöüß", 3, "…"), "äöü…");
        let long = shortened(&"€".repeat(50_000), MOST_OF_TEXT, REST);
        assert!(long.ends_with("€… The rest is on its page."));
        assert!(long.parse::<channels::Text>().is_ok());
        let subject = shortened(&"€".repeat(500), MOST_OF_SUBJECT, "…");
        assert!(subject.parse::<channels::Subject>().is_ok());
    }
}
