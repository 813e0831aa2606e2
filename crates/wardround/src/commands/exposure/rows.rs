//! The answer as CSV: a row for each advisory, organisation, verdict and reason.

use app::exposure::answer::Asked;
use model::verdict::Verdict;

use crate::error::CliError;

const COLUMNS: [&str; 11] = [
    "advisory",
    "organisation",
    "name",
    "kind",
    "region",
    "verdict",
    "reason",
    "last_known",
    "hosts",
    "as_at",
    "as_known",
];

/// The table, with a header.
pub(super) fn csv(asked: &Asked) -> Result<String, CliError> {
    let mut table = Table::from_writer(Vec::new());
    table.write_record(COLUMNS).map_err(failed)?;
    let (as_at, as_known) = (asked.as_at.to_string(), asked.as_known.to_string());
    for answer in &asked.answers {
        for row in &answer.organisations {
            let kind = row.kind.map_or("", |kind| kind.code());
            let region = row.region.as_ref().map_or("", |region| region.as_str());
            let mut write = |verdict: &str, reason: &str, last_known: &str, hosts: String| {
                table.write_record([
                    &answer.advisory,
                    row.code.as_str(),
                    &harmless(&row.name),
                    kind,
                    region,
                    verdict,
                    reason,
                    last_known,
                    &hosts,
                    &as_at,
                    &as_known,
                ])
            };
            for (code, hosts) in &row.counts.seen {
                let last = code.last_known.map_or("", Verdict::code);
                write(code.verdict.code(), code.reason.name(), last, hosts.to_string())
                    .map_err(failed)?;
            }
            let unknown = Verdict::Unknown.code();
            if row.counts.unseen > 0 {
                write(unknown, "never_seen", "", row.counts.unseen.to_string()).map_err(failed)?;
            }
            // How many hosts it has is not known: an empty cell, not zero.
            if row.counts.of_unknown_size > 0 {
                write(unknown, "no_evidence_size_unknown", "", String::new()).map_err(failed)?;
            }
        }
    }
    finished(table)
}

/// The table by product: a row for each advisory, product, verdict and reason.
pub(super) fn products(asked: &Asked) -> Result<String, CliError> {
    let mut table = Table::from_writer(Vec::new());
    let header =
        ["advisory", "product", "verdict", "reason", "last_known", "hosts", "as_at", "as_known"];
    table.write_record(header).map_err(failed)?;
    let (as_at, as_known) = (asked.as_at.to_string(), asked.as_known.to_string());
    for answer in &asked.answers {
        for (product, counts) in &answer.products {
            let product = harmless(product.as_deref().unwrap_or(""));
            let mut write = |verdict: Verdict, reason: &str, last: &str, hosts: String| {
                table.write_record([
                    &answer.advisory,
                    &product,
                    verdict.code(),
                    reason,
                    last,
                    &hosts,
                    &as_at,
                    &as_known,
                ])
            };
            for (code, hosts) in &counts.seen {
                let last = code.last_known.map_or("", Verdict::code);
                write(code.verdict, code.reason.name(), last, hosts.to_string()).map_err(failed)?;
            }
            if counts.unseen > 0 {
                write(Verdict::Unknown, "never_seen", "", counts.unseen.to_string())
                    .map_err(failed)?;
            }
            // How many hosts they have is not known: an empty cell, not zero.
            if counts.of_unknown_size > 0 {
                write(Verdict::Unknown, "no_evidence_size_unknown", "", String::new())
                    .map_err(failed)?;
            }
        }
    }
    finished(table)
}

type Table = csv::Writer<Vec<u8>>;

fn failed(error: impl std::fmt::Display) -> CliError {
    CliError::failed("the table could not be written").because(error.to_string())
}

fn finished(table: Table) -> Result<String, CliError> {
    String::from_utf8(table.into_inner().map_err(failed)?).map_err(failed)
}

/// A text that no spreadsheet takes for a formula (OWASP, CSV injection).
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
