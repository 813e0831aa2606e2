//! What every page has around it: who is signed in, where one can go, the invented sector's banner.

use app::access::{Emergency, Grant, Permission, SignedIn};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use crate::error::Refusal;
use crate::site::Site;
use crate::when::Asking;
use crate::words::minute;

/// What a page has around it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frame {
    /// The page's name, for the window.
    pub(crate) title: String,
    /// Who is signed in.
    pub(crate) person: Option<String>,
    /// What they are here, in words.
    pub(crate) roles: String,
    /// Proves that a form was made for this session.
    pub(crate) csrf: String,
    /// Where one can go.
    pub(crate) places: Vec<Place>,
    /// Whether everything here is invented.
    pub(crate) is_demo: bool,
    /// Now, as the site's clock says.
    pub(crate) now: String,
    /// Emergency access that runs, in words.
    pub(crate) emergency: Option<String>,
    /// When the page is about, and where it is.
    pub(crate) asking: Asking,
}

/// Where one can go.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) href: String,
    pub(crate) label: &'static str,
    pub(crate) is_here: bool,
}

const PLACES: [(&str, &str, Permission); 11] = [
    ("/situation", "Situation", Permission::SeeHosts),
    ("/alerts", "Alerts", Permission::SeeHosts),
    ("/readiness", "Readiness", Permission::SeeHosts),
    ("/organisations", "Organisations", Permission::SeeHosts),
    ("/advisories", "Advisories", Permission::SeeHosts),
    ("/record", "Record", Permission::SeeRecord),
    ("/knowledge", "Knowledge", Permission::SeeHosts),
    ("/jobs", "Jobs", Permission::SeeHosts),
    ("/people", "People", Permission::ManagePeople),
    ("/emergency", "Emergency access", Permission::EmergencyAccess),
    ("/settings", "Settings", Permission::SeeHosts),
];

/// Places that answer for other days and instants.
const HAVE_A_PAST: [&str; 7] = [
    "/situation",
    "/alerts",
    "/readiness",
    "/organisations",
    "/advisories",
    "/record",
    "/knowledge",
];

impl Frame {
    /// A page for somebody who is signed in.
    pub(crate) fn of(
        site: &Site,
        visitor: &SignedIn,
        title: impl Into<String>,
        here: &str,
    ) -> Self {
        let places = PLACES.into_iter().filter(|(_, _, needs)| visitor.caller.can(*needs, None));
        Self {
            title: title.into(),
            person: Some(visitor.person.name.clone()),
            roles: visitor.grants.iter().map(role_words).collect::<Vec<_>>().join("; "),
            csrf: visitor.csrf.clone(),
            places: places
                .map(|(href, label, _)| Place {
                    href: href.to_owned(),
                    label,
                    is_here: href == here,
                })
                .collect(),
            is_demo: site.is_demo,
            now: minute(site.context().now),
            emergency: emergency_words(&visitor.emergencies),
            asking: Asking::default(),
        }
    }

    /// The same of a page that answers for another day or instant: it says so, and what leads to
    /// other such pages keeps to it.
    pub(crate) fn at(mut self, asking: Asking) -> Self {
        for place in self.places.iter_mut().filter(|place| HAVE_A_PAST.contains(&&*place.href)) {
            place.href.push_str(&asking.when.query('?'));
        }
        self.asking = asking;
        self
    }

    /// What the page's links to others of the same day and instant end with.
    pub(crate) fn then(&self) -> String {
        self.asking.when.query('?')
    }

    /// As [`Self::then`], behind a query.
    pub(crate) fn and(&self) -> String {
        self.asking.when.query('&')
    }

    /// A page for anybody.
    pub(crate) fn bare(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// A page for anybody, of a site.
    pub(crate) fn open(site: &Site, title: impl Into<String>) -> Self {
        Self { is_demo: site.is_demo, now: minute(site.context().now), ..Self::bare(title) }
    }
}

/// Emergency access that runs, all of it, in words.
fn emergency_words(running: &[Emergency]) -> Option<String> {
    let each = |own: &Emergency| format!("{} until {}", own.organisation, minute(own.until));
    match running {
        [] => None,
        [own] => Some(format!("Emergency access to {}. It will be reviewed.", each(own))),
        several => Some(format!(
            "Emergency access to {} organisations: {}. Each will be reviewed.",
            several.len(),
            several.iter().map(each).collect::<Vec<_>>().join("; ")
        )),
    }
}

/// A role with its place, for people.
pub(crate) fn role_words(grant: &Grant) -> String {
    let mut text = model::words::capital(grant.role().label());
    if let Some(organisation) = grant.organisation() {
        text.push_str(&format!(" of {organisation}"));
    }
    if let Some(until) = grant.until() {
        text.push_str(&format!(" until {}", minute(until)));
    }
    text
}

/// A page as an answer. Nothing of it is left behind on a machine that others use.
pub(crate) fn html(page: &impl askama::Template) -> Response {
    match page.render() {
        Ok(text) => {
            let keep = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
            (keep, Html(text)).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Refuses a form that was not made for this session.
pub(crate) fn check_csrf(visitor: &SignedIn, given: &str) -> Result<(), Refusal> {
    if visitor.csrf_holds(given) { Ok(()) } else { Err(Refusal::Foreign) }
}
