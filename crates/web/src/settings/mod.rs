//! What this server runs with, to be read: nothing is changed here, and no secret is shown.

use std::sync::Arc;

use app::access::{ABSOLUTE_TIME, IDLE_TIME, LONGEST_TOKEN, Permission, Role};
use app::exposure::desk::Desk;
use axum::extract::State;
use axum::response::Response;
use exposure::freshness::FreshnessPolicy;

use crate::error::PageError;
use crate::frame::{self, Frame};
use crate::guard::Visitor;
use crate::site::Site;
use crate::words::counted;

#[derive(askama::Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    frame: Frame,
    status: String,
    freshness: Vec<(&'static str, String)>,
    freshness_name: String,
    freshness_source: String,
    deadline: String,
    rules: Vec<String>,
    storage: Vec<(&'static str, String)>,
    retention: Vec<(&'static str, String)>,
    roles: Vec<(String, Vec<&'static str>)>,
}

pub(crate) async fn page(
    State(site): State<Arc<Site>>,
    Visitor(visitor): Visitor,
) -> Result<Response, PageError> {
    let context = site.context();
    let freshness = FreshnessPolicy::default();
    let source = FreshnessPolicy::built_in(&freshness.name)
        .map_or_else(|_| freshness.source.clone(), |policy| policy.source);
    let policy = Desk::deadlines()?;
    let days = |days: u16| counted(u64::from(days), "day", "days");
    let events = context.store.size().await.map_err(app::Error::from)?;
    let written = if context.store.may_write() { "may be added to" } else { "is only read" };
    let mut rules: Vec<String> = policy.rules.iter().map(|rule| rule.because.clone()).collect();
    if let Some(hours) = policy.acknowledge_hours {
        rules.insert(0, format!("{} to acknowledge", counted(hours.into(), "hour", "hours")));
    }
    Ok(frame::html(&SettingsPage {
        frame: Frame::of(&site, &visitor, "Settings", "/settings"),
        status: "What this server runs with. Nothing can be changed on this page.".to_owned(),
        freshness: vec![
            ("Operating system, updates, settings", days(freshness.patch_state_days)),
            ("Lists of software", days(freshness.software_days)),
            ("Findings of scanners", days(freshness.findings_days)),
        ],
        freshness_name: freshness.name,
        freshness_source: source,
        deadline: policy.title,
        rules,
        storage: vec![
            ("Record", kind_of(context.store.place()).to_owned()),
            ("Events", counted(events, "event", "events")),
            ("The record", written.to_owned()),
            ("Key of the record", context.store.verifier_key().to_string()),
        ],
        retention: vec![
            ("Events and evidence", "kept for as long as the record is".to_owned()),
            ("Personal data", "kept apart from the log, so that it can be erased".to_owned()),
            ("A session without use", hours_words(IDLE_TIME.as_mins())),
            ("A session at most", hours_words(ABSOLUTE_TIME.as_mins())),
            ("A token for a program at most", {
                let days = u64::try_from(LONGEST_TOKEN.as_hours() / 24).unwrap_or(0);
                counted(days, "day", "days")
            }),
        ],
        roles: Role::ALL.into_iter().map(role).collect(),
    }))
}

/// What kind of place the record is kept in; where exactly is for whoever runs the server.
fn kind_of(place: &str) -> &'static str {
    if place.starts_with("postgres") {
        "a PostgreSQL database, with its objects beside it"
    } else {
        "a folder with an SQLite database, one writer"
    }
}

fn hours_words(minutes: i64) -> String {
    let minutes = u64::try_from(minutes).unwrap_or(0);
    if minutes.is_multiple_of(60) {
        counted(minutes / 60, "hour", "hours")
    } else {
        counted(minutes, "minute", "minutes")
    }
}

/// A role with what of this page it may change.
fn role(role: Role) -> (String, Vec<&'static str>) {
    let changes = [
        Permission::ManageKnowledge,
        Permission::ManagePeople,
        Permission::ManageJobs,
        Permission::DelegateAccess,
    ];
    let may = changes.into_iter().filter(|change| role.may(*change)).map(Permission::label);
    (model::words::capital(role.label()), may.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_the_record_is_kept_is_said_without_its_place() {
        assert!(kind_of("postgres://u@db.example/wardround").starts_with("a PostgreSQL"));
        assert!(kind_of("/srv/wardround").starts_with("a folder"));
        assert_eq!(hours_words(720), "12 hours");
        assert_eq!(hours_words(30), "30 minutes");
    }
}
