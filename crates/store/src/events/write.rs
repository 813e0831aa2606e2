//! Inserting prepared events.

use model::event::EventId;
use model::organisation::OrganisationCode;

use super::prepare::Prepared;
use crate::Error;
use crate::database::{Transaction, insert_rows};
use crate::number::signed;

const EVENT: (&str, usize, &str) = (
    "INSERT INTO event (number, id, kind, subject, organisation, actor, on_behalf_of, authority, \
     reason, as_at, as_known, caused_by, corrects, marking, body, personal_hash, leaf_hash) VALUES",
    17,
    "",
);
const PERSONAL: (&str, usize, &str) =
    ("INSERT INTO personal (number, salt, content) VALUES", 3, "");

/// Inserts events, and what is personal in them apart.
pub(crate) async fn insert(
    transaction: &mut Transaction,
    events: &[Prepared],
) -> Result<(), Error> {
    insert_rows(transaction, "writing events", EVENT, events, |statement, prepared| {
        let Prepared { event, personal_hash, leaf_hash, .. } = prepared;
        let said = &event.event;
        statement
            .bind(signed(event.number))
            .bind(event.id.as_str())
            .bind(&said.kind)
            .bind(&said.subject)
            .bind(said.organisation.as_ref().map(OrganisationCode::as_str))
            .bind(&said.actor)
            .bind(said.on_behalf_of.as_deref())
            .bind(said.authority.as_deref())
            .bind(said.reason.as_deref())
            .bind(said.as_at.as_microsecond())
            .bind(event.as_known.as_microsecond())
            .bind(said.caused_by.as_ref().map(EventId::as_str))
            .bind(said.corrects.as_ref().map(EventId::as_str))
            .bind(said.marking.label())
            .bind(&said.body)
            .bind(personal_hash.map(|hash| hash.to_string()))
            .bind(leaf_hash.as_bytes().as_slice())
    })
    .await?;
    let personal: Vec<_> = events
        .iter()
        .filter_map(|prepared| {
            let content = prepared.event.event.personal.as_deref()?;
            Some((prepared.event.number, prepared.salt.as_ref()?, content))
        })
        .collect();
    insert_rows(transaction, "writing personal data", PERSONAL, &personal, |statement, row| {
        let (number, salt, content) = row;
        statement.bind(signed(*number)).bind(salt.bytes()).bind(*content)
    })
    .await
}
