//! Short ways to import a table.

use app::organisations::{ImportOptions, Plan, Sites, plan_import};
use formats::inventory::Input;
use formats::register::detect;
use jiff::civil::Date;
use model::organisation::OrganisationCode;
use model::organisation::register::History;

pub(crate) fn code(text: &str) -> OrganisationCode {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn options(as_at: &str) -> ImportOptions {
    ImportOptions { as_at: day(as_at), sites: Sites::LeaveOut, source: "register.csv".to_owned() }
}

/// Plans the import of a file.
pub(crate) fn plan(known: &History, name: &str, bytes: &[u8], as_at: &str) -> Plan {
    let input = Input { bytes, file_name: Some(name) };
    let reading = (detect(&input).unwrap().read)(&input).unwrap();
    plan_import(known, &reading.listings, &options(as_at))
}

/// Imports a file: every planned event must fit.
pub(crate) fn import(known: &mut History, name: &str, bytes: &[u8], as_at: &str) -> Plan {
    let plan = plan(known, name, bytes, as_at);
    for planned in &plan.events {
        known.accept(&planned.event).unwrap();
    }
    let again = self::plan(known, name, bytes, as_at);
    assert_eq!(again.events, [], "the same file twice changes nothing");
    plan
}
