//! One answer for many organisations at once, as a unit gives it that runs the IT of many practices. Each is still an
//! event of its own, and each is held against its own evidence.

use std::sync::Arc;

use app::access::{Permission, SignedIn};
use app::alerts::{self, AlertView, OrganisationRow, Say};
use app::exposure::desk::Moment;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use model::organisation::OrganisationCode;
use response::alert::AlertNumber;
use response::answer::Route;

use super::{beside, number_of, words};
use crate::error::{PageError, Refusal};
use crate::frame::{self, Frame, check_csrf};
use crate::guard::Visitor;
use crate::organisation::code_of;
use crate::site::Site;
use crate::words::counted;

/// So many are answered for at once: each costs a durable write.
const MOST: usize = 300;

#[derive(askama::Template)]
#[template(path = "answer_many.html")]
struct ManyPage {
    frame: Frame,
    number: String,
    headline: String,
    status: String,
    said: &'static str,
    say: String,
    rows: Vec<ManyRow>,
    /// Whether it is still to be sent.
    is_check: bool,
}

struct ManyRow {
    code: String,
    name: String,
    /// What its evidence shows, or what came of it.
    text: String,
}

pub(crate) async fn submit(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Path(number): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let field =
        |name: &str| pairs.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str());
    check_csrf(&visitor, field("csrf").unwrap_or_default())?;
    let number = number_of(&number)?;
    let say = field("say").unwrap_or_default();
    let (what, said) = read(say)?;
    let codes = pairs.iter().filter(|(name, _)| name == "code").map(|(_, code)| code_of(code));
    let codes: Vec<OrganisationCode> = codes.collect::<Result<_, _>>()?;
    if codes.is_empty() || codes.len() > MOST {
        return Err(Refusal::Wrong(format!(
            "Choose the organisations for which you answer: at least one and at most {MOST}."
        ))
        .into());
    }
    let books = (&*site.alerts, &*site.desk);
    let (context, caller) = (site.context(), &visitor.caller);
    let seen = alerts::alert(&context, caller, books, number, Moment::default()).await?;
    let wanted = |row: &&OrganisationRow| {
        codes.contains(&row.code) && caller.can(Permission::AnswerAlerts, Some(&row.code))
    };
    let rows: Vec<&OrganisationRow> = seen.answer.rows.iter().filter(wanted).collect();
    if let Some(foreign) = codes.iter().find(|code| rows.iter().all(|row| row.code != **code)) {
        // Not there, not asked, or not theirs to answer for: which of it is not said.
        return Err(app::Error::NoOrganisation(foreign.clone()).into());
    }
    let about = (number, &seen.answer);
    if field("step") != Some("send") {
        return Ok(check(&site, &visitor, about, (say, said), &rows));
    }
    let mut done = Vec::new();
    let mut refused = 0;
    for row in &rows {
        let one = (number, &row.code);
        let text = match alerts::say(&context, caller, books, one, &what, None).await {
            Ok(standing) => match standing.proof {
                Some(found) => format!("sent; {}", words::proof(found)),
                None => "sent".to_owned(),
            },
            Err(error) => {
                refused += 1;
                format!("not sent: {}", beside(error)?)
            }
        };
        done.push(ManyRow { code: row.code.to_string(), name: row.name.clone(), text });
    }
    let sent = counted((done.len() - refused) as u64, "organisation", "organisations");
    let status = match refused {
        0 => format!("Sent for {sent}."),
        refused => format!("Sent for {sent}; {refused} refused it: each says why."),
    };
    Ok(page(&site, &visitor, about, (say, said), (status, done, false)))
}

fn check(
    site: &Site,
    visitor: &SignedIn,
    about: (AlertNumber, &AlertView),
    say: (&str, &'static str),
    rows: &[&OrganisationRow],
) -> Response {
    let each = rows.iter().map(|row| ManyRow {
        code: row.code.to_string(),
        name: row.name.clone(),
        text: words::hosts(row.shown.hosts),
    });
    let each: Vec<ManyRow> = each.collect();
    let many = counted(each.len() as u64, "organisation", "organisations");
    page(site, visitor, about, say, (format!("Check before you send it for {many}"), each, true))
}

fn page(
    site: &Site,
    visitor: &SignedIn,
    (number, view): (AlertNumber, &AlertView),
    (say, said): (&str, &'static str),
    (status, rows, is_check): (String, Vec<ManyRow>, bool),
) -> Response {
    frame::html(&ManyPage {
        frame: Frame::of(site, visitor, format!("{number} for many"), "/alerts"),
        number: number.to_string(),
        headline: view.alert.current().map_or(String::new(), |one| one.content.headline.clone()),
        status,
        said,
        say: say.to_owned(),
        rows,
        is_check,
    })
}

/// What can be said for many: nothing that needs a name or a day of its own.
fn read(say: &str) -> Result<(Say, &'static str), Refusal> {
    match say {
        "acknowledge" => Ok((Say::Acknowledge(Route::Page), "We have read it")),
        "act" => Ok((Say::Act(None), "We are working on it")),
        "claim" => Ok((Say::Claim, "It is done")),
        _ => Err(Refusal::Wrong(
            "Say what you answer for all of them: acknowledge, act or claim.".to_owned(),
        )),
    }
}
