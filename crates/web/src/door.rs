//! Every way in: method, path, what it needs, handler.
//!
//! A route is made by [`Doors`] and by nothing else, so none can be without its guard; tests walk
//! the same list ([`doors`]) as every role. To add an endpoint: the use case in `app` with its
//! check of the caller, a handler in the folder of that name, a row in [`all`], and a line in
//! `tests/refusals.rs`, which fails until it is there.

use std::sync::Arc;

use app::access::Permission;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{self, Next};
use axum::routing::{MethodFilter, on};

use crate::alerts::publish;
use crate::guard::{self, Entry};
use crate::site::Site;
use crate::{
    account, advisory, alerts, assets, delivery, emergency, health, home, host, import, jobs,
    knowledge, openapi, organisation, people, practice, readiness, record, refused, search,
    settings, sign_in, situation,
};

/// How the paths of doors end that take files.
const TAKES_FILES: &str = "/evidence";
/// What a form around files may add to them.
const AROUND_FILES: u64 = 1 << 20;
/// Most bytes of any other form: whoever is not signed in can send one too.
const MOST_OF_A_FORM: usize = 64 << 10;

/// A way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// GET or POST.
    pub method: Method,
    /// The path, with its places in braces.
    pub path: &'static str,
    /// What it needs.
    pub needs: Needs,
    /// Whether it answers programs: refusals are then problem documents and not pages.
    pub is_api: bool,
}

/// What a way in needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it shows nothing of anybody, or what everybody may read.
    Nothing,
    /// A call that proves itself by a secret of its own, which the use case checks: a carrier's. No cookie counts.
    Carrier,
    /// Somebody who is signed in.
    SignedIn,
    /// Somebody who is signed in and may do that, somewhere: where, the use case decides.
    May(Permission),
}

/// Every way in, in the order in which they are tried.
pub fn doors() -> Vec<Door> {
    all().list
}

/// The router over a site.
pub(crate) fn router(site: &Arc<Site>) -> Router {
    let mut router = Router::new();
    for entry in all().routes {
        router = entry(router, site);
    }
    router.fallback(home::not_found).with_state(Arc::clone(site))
}

/// Whether files are sent to a path.
pub(crate) fn takes_files(path: &str) -> bool {
    path.ends_with(TAKES_FILES)
}

/// Most bytes of one sending. Beyond them nothing is read; what exactly is too much is said before.
fn most_of_files(site: &Site) -> usize {
    usize::try_from(site.limits.bytes.saturating_add(AROUND_FILES)).unwrap_or(usize::MAX)
}

type Routes = Router<Arc<Site>>;
type Adding = Box<dyn FnOnce(Routes, &Arc<Site>) -> Routes>;

#[derive(Default)]
struct Doors {
    list: Vec<Door>,
    routes: Vec<Adding>,
}

fn all() -> Doors {
    use Needs::{Carrier, May, Nothing, SignedIn};
    use Permission::{
        AddEvidence, AnswerAlerts, EmergencyAccess, IssueAlerts, ManageJobs, ManagePeople,
        ReviewEmergency, SeeHosts, SeeRecord,
    };
    let mut doors = Doors::default();
    doors.get("/", SignedIn, home::start);
    doors.get("/sign-in", Nothing, sign_in::form);
    doors.post("/sign-in", Nothing, sign_in::submit);
    doors.post("/sign-in/openid", Nothing, sign_in::begin_openid);
    doors.get("/sign-in/openid/return", Nothing, sign_in::openid_back);
    doors.post("/sign-in/passkey/begin", Nothing, sign_in::begin_passkey);
    doors.post("/sign-in/passkey", Nothing, sign_in::submit_passkey);
    doors.post("/demo/role", Nothing, sign_in::choose_role);
    doors.post("/sign-out", SignedIn, sign_in::out);
    doors.get("/account", SignedIn, account::page);
    doors.post("/account/sessions", SignedIn, account::end_sessions);
    doors.post("/account/password", SignedIn, account::password);
    doors.post("/account/codes", SignedIn, account::codes);
    doors.post("/account/passkeys/begin", SignedIn, account::begin_passkey);
    doors.post("/account/passkeys", SignedIn, account::finish_passkey);
    doors.post("/account/passkeys/revoke", SignedIn, account::revoke_passkey);
    doors.post("/account/openid", SignedIn, sign_in::link_openid);
    doors.post("/account/openid/end", SignedIn, sign_in::unlink_openid);
    doors.post("/account/tokens", SignedIn, account::create_token);
    doors.post("/account/tokens/revoke", SignedIn, account::revoke_token);
    doors.get("/people", May(ManagePeople), people::page);
    doors.post("/people", May(ManagePeople), people::create);
    doors.post("/people/change", May(ManagePeople), people::change);
    doors.get("/emergency", SignedIn, emergency::page);
    doors.post("/emergency", May(EmergencyAccess), emergency::take);
    doors.post("/emergency/review", May(ReviewEmergency), emergency::review);
    doors.get("/situation", May(SeeHosts), situation::page);
    doors.get("/situation/organisations", May(SeeHosts), situation::behind);
    doors.get("/situation/changes", May(SeeHosts), situation::changes);
    doors.get("/support", May(SeeHosts), situation::support);
    doors.get("/contradictions", May(SeeHosts), situation::contradictions);
    doors.get("/advisories", May(SeeHosts), advisory::list);
    doors.get("/advisories/{advisory}", May(SeeHosts), advisory::page);
    doors.get("/alerts", May(SeeHosts), alerts::list);
    doors.post("/alerts", May(IssueAlerts), alerts::new);
    doors.get("/alerts/new", May(IssueAlerts), alerts::write);
    doors.get("/alerts/{alert}", May(SeeHosts), alerts::one);
    doors.post("/alerts/{alert}", May(IssueAlerts), alerts::change);
    doors.get("/alerts/{alert}/write", May(IssueAlerts), alerts::revise);
    doors.post("/alerts/{alert}/write", May(IssueAlerts), alerts::create);
    doors.post("/alerts/{alert}/answers", May(AnswerAlerts), alerts::say_many);
    doors.get("/alerts/{alert}/calls", May(SeeHosts), alerts::calls);
    doors.get("/alerts/{alert}/delivery", May(SeeHosts), delivery::page);
    doors.get("/demo/outbox", Nothing, delivery::outbox);
    doors.get("/a", Nothing, delivery::type_code);
    doors.post("/a", Nothing, delivery::typed);
    doors.get("/a/{secret}", Nothing, delivery::asked);
    doors.post("/a/{secret}", Nothing, delivery::answer);
    doors.post("/carriers/notify/receipts", Carrier, delivery::notify_receipts);
    doors.post("/carriers/notify/texts", Carrier, delivery::notify_texts);
    doors.get("/carriers/kannel/receipts", Carrier, delivery::kannel_receipts);
    doors.get("/carriers/kannel/texts", Carrier, delivery::kannel_texts);
    doors.post("/carriers/mail/bounces", Carrier, delivery::bounces);
    // What is published: everybody may read it, and without signing in.
    doors.get("/.well-known/csaf/provider-metadata.json", Nothing, publish::provider);
    doors.get("/csaf/feed-tlp-white.json", Nothing, publish::rolie);
    doors.get("/csaf/white/", Nothing, publish::folder);
    doors.get("/csaf/white/index.txt", Nothing, publish::index);
    doors.get("/csaf/white/changes.csv", Nothing, publish::changes);
    doors.get("/csaf/white/{year}/", Nothing, publish::year);
    doors.get("/csaf/white/{year}/{document}", Nothing, publish::document);
    doors.get("/public/alerts/{message}", Nothing, publish::message);
    doors.get("/alerts.atom", Nothing, publish::atom);
    doors.get("/alerts/{alert}/files/{document}", May(SeeHosts), publish::file);
    doors.get("/organisations/{code}/vex", May(SeeHosts), publish::vex);
    doors.api_get("/api/v1/organisations/{code}/vex", May(SeeHosts), publish::vex_api);
    doors.get("/organisations", May(SeeHosts), organisation::list);
    doors.get("/organisations/{code}", May(SeeHosts), organisation::page);
    doors.get("/organisations/{code}/hosts", May(SeeHosts), organisation::hosts);
    doors.get("/organisations/{code}/hosts/{host}", May(SeeHosts), host::page);
    doors.get("/organisations/{code}/practice", May(SeeHosts), practice::page);
    doors.get("/organisations/{code}/alerts", May(SeeHosts), alerts::own);
    doors.get("/organisations/{code}/alerts/{alert}", May(SeeHosts), alerts::answer);
    // Of two permissions either will do, by what is said: `app` decides.
    doors.post("/organisations/{code}/alerts/{alert}", SignedIn, alerts::say);
    doors.get("/readiness", May(SeeHosts), readiness::list);
    doors.get("/organisations/{code}/readiness", May(SeeHosts), readiness::page);
    doors.api_post("/api/v1/alerts", May(IssueAlerts), alerts::api_write);
    doors.api_post("/api/v1/alerts/{alert}", May(IssueAlerts), alerts::api_change);
    doors.api_get("/api/v1/readiness", May(SeeHosts), readiness::api_list);
    doors.api_get("/api/v1/organisations/{code}/readiness", May(SeeHosts), readiness::api_one);
    doors.get("/organisations/{code}/evidence", May(AddEvidence), import::form);
    doors.post("/organisations/{code}/evidence", May(AddEvidence), import::submit);
    // Which jobs somebody sees follows from two permissions, either of which will do: `app` decides.
    doors.get("/jobs", SignedIn, jobs::list);
    doors.post("/jobs", May(ManageJobs), jobs::ask);
    doors.get("/jobs/{id}", SignedIn, jobs::page);
    doors.post("/jobs/{id}", SignedIn, jobs::change);
    doors.get("/jobs/{id}/events", SignedIn, jobs::events);
    doors.get("/record", May(SeeRecord), record::list);
    doors.get("/record/{number}", May(SeeRecord), record::page);
    doors.get("/record/{number}/proof", May(SeeRecord), record::proof);
    doors.get("/record/checkpoint", SignedIn, record::checkpoint);
    doors.get("/record/key", Nothing, record::key);
    doors.get("/search", May(SeeHosts), search::page);
    doors.get("/knowledge", May(SeeHosts), knowledge::page);
    doors.get("/settings", May(SeeHosts), settings::page);
    doors.get("/assets/{file}", Nothing, assets::file);
    doors.get("/healthz", Nothing, health::live);
    doors.get("/readyz", Nothing, health::ready);
    doors.api_get("/api/v1/exposure/{advisory}", May(SeeHosts), situation::api);
    doors.api_get("/api/v1/organisations", May(SeeHosts), organisation::api_list);
    doors.api_get("/api/v1/organisations/{code}/hosts", May(SeeHosts), organisation::api_hosts);
    doors.api_get("/api/v1/organisations/{code}/hosts/{host}", May(SeeHosts), host::api);
    doors.api_post("/api/v1/organisations/{code}/evidence", May(AddEvidence), import::api);
    doors.api_get("/api/v1/alerts", May(SeeHosts), alerts::api_list);
    doors.api_get("/api/v1/alerts/{alert}", May(SeeHosts), alerts::api_one);
    doors.api_post("/api/v1/organisations/{code}/alerts/{alert}", SignedIn, alerts::api_say);
    doors.api_get("/api/v1/alerts/{alert}/delivery", May(SeeHosts), delivery::api);
    doors.api_get("/api/v1/jobs", SignedIn, jobs::api_list);
    doors.api_get("/api/v1/jobs/{id}", SignedIn, jobs::api_one);
    doors.api_post("/api/v1/jobs/{id}/cancel", SignedIn, jobs::api_cancel);
    doors.api_post("/api/v1/jobs/{id}/retry", SignedIn, jobs::api_retry);
    doors.api_get("/api/v1/events", May(SeeRecord), record::api_list);
    doors.api_get("/api/v1/openapi.json", Nothing, openapi::document);
    doors.api_get("/api/v1/suggestions", May(SeeHosts), search::suggestions);
    doors
}

impl Doors {
    fn get<H, T>(&mut self, path: &'static str, needs: Needs, handler: H)
    where
        H: Handler<T, Arc<Site>>,
        T: 'static,
    {
        self.add(Door { method: Method::GET, path, needs, is_api: false }, handler);
    }

    fn post<H, T>(&mut self, path: &'static str, needs: Needs, handler: H)
    where
        H: Handler<T, Arc<Site>>,
        T: 'static,
    {
        self.add(Door { method: Method::POST, path, needs, is_api: false }, handler);
    }

    fn api_get<H, T>(&mut self, path: &'static str, needs: Needs, handler: H)
    where
        H: Handler<T, Arc<Site>>,
        T: 'static,
    {
        self.add(Door { method: Method::GET, path, needs, is_api: true }, handler);
    }

    fn api_post<H, T>(&mut self, path: &'static str, needs: Needs, handler: H)
    where
        H: Handler<T, Arc<Site>>,
        T: 'static,
    {
        self.add(Door { method: Method::POST, path, needs, is_api: true }, handler);
    }

    fn add<H, T>(&mut self, door: Door, handler: H)
    where
        H: Handler<T, Arc<Site>>,
        T: 'static,
    {
        let filter =
            if door.method == Method::POST { MethodFilter::POST } else { MethodFilter::GET };
        let own = door.clone();
        self.list.push(door);
        self.routes.push(Box::new(move |router, site| {
            let entry = Entry { site: Arc::clone(site), door: Arc::new(own) };
            let path = entry.door.path;
            let most = if takes_files(path) { most_of_files(&entry.site) } else { MOST_OF_A_FORM };
            let layer = middleware::from_fn_with_state(entry, guard::stand);
            let handlers = on(filter, handler);
            let handlers = if takes_files(path) {
                handlers
            } else {
                handlers.layer(middleware::from_fn(move |request: Request, next: Next| {
                    refused::too_much(most, request, next)
                }))
            };
            router.route(path, handlers.layer(DefaultBodyLimit::max(most)).layer(layer))
        }));
    }
}
