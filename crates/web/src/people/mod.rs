//! People: who is let in, as what, by whom. What may be given and taken is decided in `app`.

use std::sync::Arc;

use app::access::{self, Grant, Role};
use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use model::event::EventId;
use serde::Deserialize;

use crate::error::{PageError, Refusal, beside_form};
use crate::frame::{self, Frame, check_csrf, role_words};
use crate::guard::Visitor;
use crate::organisation::code_of;
use crate::site::Site;
use crate::words::{counted, minute};

#[derive(askama::Template)]
#[template(path = "people.html")]
struct PeoplePage {
    frame: Frame,
    status: String,
    /// How many of them are on this page, where it is not all.
    part: String,
    people: Vec<PersonRow>,
    sought: Sought,
    /// Where the next page begins.
    next: Option<String>,
    roles: Vec<(&'static str, &'static str)>,
    form: NewPerson,
    said: Option<String>,
    code: Option<String>,
    fault: Option<String>,
}

struct PersonRow {
    id: String,
    name: String,
    login: String,
    grants: Vec<(String, String)>,
    closed: Option<String>,
    is_self: bool,
}

/// What the form for somebody new holds; it comes back as it was typed where it is refused.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct NewPerson {
    csrf: String,
    name: String,
    login: String,
    role: String,
    #[serde(default)]
    organisation: String,
}

/// Most people of a page.
const ROWS: usize = 50;

/// Which people are shown.
#[derive(Clone, Default, Deserialize)]
pub(crate) struct Sought {
    /// Part of a name, a sign-in name or the code of an organisation.
    #[serde(default)]
    q: String,
    /// The account after which the page begins.
    #[serde(default)]
    after: String,
}

impl Sought {
    fn is_hit(&self, one: &access::Listed) -> bool {
        let wanted = self.q.trim().to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&wanted);
        wanted.is_empty()
            || has(&one.person.name)
            || has(&one.person.login)
            || one.grants.iter().any(|held| has(&role_words(&held.grant)))
    }
}

/// What just happened.
#[derive(Default)]
struct Happened {
    said: Option<String>,
    code: Option<String>,
    fault: Option<String>,
    form: NewPerson,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Query(sought): Query<Sought>,
) -> Result<Response, PageError> {
    show(&site, &visitor, (Happened::default(), sought)).await
}

async fn show(
    site: &Site,
    visitor: &access::SignedIn,
    (happened, sought): (Happened, Sought),
) -> Result<Response, PageError> {
    let listed = access::people(&site.context(), &visitor.caller).await?;
    let without = listed.iter().filter(|one| one.grants.is_empty()).count() as u64;
    let mut status = format!("{} here.", counted(listed.len() as u64, "person is", "people are"));
    if without > 0 {
        status.push_str(&format!(" {} no role.", counted(without, "has", "have")));
    }
    let mut found: Vec<_> = listed.into_iter().filter(|one| sought.is_hit(one)).collect();
    let all = found.len();
    // Who is called exactly that comes first.
    found.sort_by_key(|one| one.person.login != sought.q.trim());
    // Of somebody who is not there any more, or is the last now, the list begins at its beginning.
    let after = found.iter().position(|one| one.person.id == sought.after);
    let from = after.map(|at| at + 1).filter(|from| *from < all).unwrap_or(0);
    let mut shown: Vec<_> = found.drain(from..).collect();
    shown.truncate(ROWS);
    let is_last = from + shown.len() == all;
    let next = if is_last { None } else { shown.last().map(|one| one.person.id.clone()) };
    let part = if shown.len() < all {
        format!(
            "{} to {} of {}.",
            from + 1,
            from + shown.len(),
            counted(all as u64, "person", "people")
        )
    } else {
        String::new()
    };
    let people = shown.into_iter().map(|one| PersonRow {
        is_self: one.person.id == visitor.person.id,
        closed: one.disabled.map(minute),
        grants: one
            .grants
            .iter()
            .map(|held| (held.event.to_string(), role_words(&held.grant)))
            .collect(),
        id: one.person.id,
        name: one.person.name,
        login: one.person.login,
    });
    Ok(frame::html(&PeoplePage {
        status,
        part,
        people: people.collect(),
        next,
        sought,
        roles: Role::ALL.into_iter().map(|role| (role.code(), role.label())).collect(),
        form: happened.form,
        said: happened.said,
        code: happened.code,
        fault: happened.fault,
        frame: Frame::of(site, visitor, "People", "/people"),
    }))
}

/// A role and its place as a form has them.
fn grant_of(role: &str, organisation: &str) -> Result<Grant, Refusal> {
    let role =
        Role::of_code(role).ok_or_else(|| Refusal::Wrong("Choose one of the roles.".to_owned()))?;
    let organisation = match organisation.trim() {
        "" => None,
        text => Some(code_of(text)?),
    };
    Grant::new(role, organisation, None)
        .map_err(|error| Refusal::from(access::AccessError::from(error)))
}

pub(crate) async fn create(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<NewPerson>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    let context = site.context();
    let made = match grant_of(&form.role, &form.organisation) {
        Ok(grant) => {
            let who = (form.login.as_str(), form.name.as_str());
            access::create_person(&context, &visitor.caller, who, &grant).await
        }
        Err(refusal) => return refused(&site, &visitor, refusal.words(), form).await,
    };
    let happened = match made {
        Ok((person, code)) => Happened {
            said: Some(format!(
                "{} may sign in as {} with this code, once, within seven days. Give it to them by a \
                 way that you trust: it is shown only now.",
                person.name, person.login
            )),
            code: Some(code),
            ..Happened::default()
        },
        Err(error) => return refused(&site, &visitor, beside_form(error)?, form).await,
    };
    // The new one is the last of all: only they are shown.
    let sought = Sought { q: form.login.trim().to_owned(), ..Sought::default() };
    show(&site, &visitor, (happened, sought)).await
}

async fn refused(
    site: &Site,
    visitor: &access::SignedIn,
    fault: String,
    form: NewPerson,
) -> Result<Response, PageError> {
    let happened = Happened { fault: Some(fault), form, ..Happened::default() };
    show(site, visitor, (happened, Sought::default())).await
}

async fn not_done(
    site: &Site,
    visitor: &access::SignedIn,
    (fault, sought): (String, Sought),
) -> Result<Response, PageError> {
    show(site, visitor, (Happened { fault: Some(fault), ..Happened::default() }, sought)).await
}

/// A change of somebody who is there.
#[derive(Deserialize)]
pub(crate) struct Change {
    csrf: String,
    person: String,
    what: String,
    /// The role that is taken back, by its event.
    #[serde(default)]
    grant: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    organisation: String,
    /// What was sought, so that the same people are shown again.
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

pub(crate) async fn change(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
    Form(form): Form<Change>,
) -> Result<Response, PageError> {
    check_csrf(&visitor, &form.csrf)?;
    let (context, caller) = (site.context(), &visitor.caller);
    let sought = Sought { q: form.q, after: form.after };
    let mut code = None;
    let said = match form.what.as_str() {
        "invite" => {
            code = Some(access::invite(&context, caller, &form.person).await?);
            "A new code, good once, for seven days. It is shown only now. Whatever they came in by \
             before is no longer good."
        }
        "close" => {
            access::disable_person(&context, caller, &form.person).await?;
            "The account is closed, and signed out everywhere."
        }
        "give" => {
            let grant = match grant_of(&form.role, &form.organisation) {
                Ok(grant) => grant,
                Err(refusal) => return not_done(&site, &visitor, (refusal.words(), sought)).await,
            };
            if let Err(error) = access::grant(&context, caller, &form.person, &grant).await {
                return not_done(&site, &visitor, (beside_form(error)?, sought)).await;
            }
            "The role is given. It works from their next request on. A one-time code that was \
             still open is no longer good."
        }
        "take" => {
            let event: EventId = form
                .grant
                .parse()
                .map_err(|_| Refusal::Wrong("Say which role is taken back.".to_owned()))?;
            access::revoke(&context, caller, &form.person, &event).await?;
            "The role is taken back. It works from their next request on."
        }
        _ => return Err(Refusal::Wrong("Choose what is to be done.".to_owned()).into()),
    };
    let happened = Happened { said: Some(said.to_owned()), code, ..Happened::default() };
    show(&site, &visitor, (happened, sought)).await
}
