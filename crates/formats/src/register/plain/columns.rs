//! Column names: ours, and what others call the same.

use std::collections::BTreeMap;

use crate::inventory::table::Header;

/// What a column may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Code,
    Name,
    Kind,
    Parent,
    Geography,
    Region,
    Opened,
    Closed,
    Successor,
    ItProvider,
    Commissioner,
    ExpectedHosts,
    ConfirmedOn,
    Lead(Detail),
    Deputy(Detail),
    Executive(Detail),
    OutOfHours(Detail),
}

/// What of a contact a column gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Detail {
    Name,
    Phone,
    Mobile,
    Mail,
}

/// Letters and digits of the names of columns; ours, without its underscores, first.
const NAMES: [(Column, &[&str]); 13] = [
    (Column::Code, &["code", "organisationcode", "organizationcode", "orgcode", "odscode", "ods"]),
    (Column::Name, &["name", "organisationname", "organizationname", "orgname"]),
    (
        Column::Kind,
        &["kind", "type", "organisationtype", "organizationtype", "orgtype", "primarysector"],
    ),
    (Column::Parent, &["parent", "parentcode", "parentodscode", "parentorganisation"]),
    (
        Column::Geography,
        &["geography", "highlevelhealthgeography", "hlhg", "icb", "icbcode", "stp", "stpcode"],
    ),
    (Column::Region, &["region", "regioncode", "nhsregion", "nationalgrouping"]),
    (Column::Opened, &["opened", "opendate", "openedon", "startdate", "legalstart"]),
    (Column::Closed, &["closed", "closedate", "closedon", "enddate", "legalend"]),
    (Column::Successor, &["successor", "successors", "successorcode", "successorcodes"]),
    (Column::ItProvider, &["itprovider", "itprovidercode", "itsupplier", "itsuppliercode"]),
    (Column::Commissioner, &["commissioner", "commissionercode", "ccg", "ccgcode"]),
    (Column::ExpectedHosts, &["expectedhosts", "hosts", "expecteddevices", "devices"]),
    (Column::ConfirmedOn, &["confirmedon", "confirmed", "contactschecked", "lastconfirmed"]),
];

/// The column of a detail of one kind of contact.
pub(super) type Contact = fn(Detail) -> Column;

/// Beginnings of contact columns.
const CONTACTS: [(Contact, &[&str]); 4] = [
    (Column::Lead, &["securitylead", "cyberlead", "lead"]),
    (Column::Deputy, &["deputy", "securitydeputy"]),
    (Column::Executive, &["executive", "securityexecutive"]),
    (Column::OutOfHours, &["outofhours", "oncall"]),
];

/// Endings of contact columns.
const DETAILS: [(Detail, &[&str]); 4] = [
    (Detail::Name, &["name"]),
    (Detail::Phone, &["phone", "telephone", "tel"]),
    (Detail::Mobile, &["mobile", "mobilephone"]),
    (Detail::Mail, &["mail", "email"]),
];

/// The columns of a header.
#[derive(Debug, Default)]
pub(super) struct Columns {
    known: BTreeMap<Column, String>,
    /// Names that mean nothing here.
    pub(super) unknown: Vec<String>,
}

impl Columns {
    /// Of two columns with one meaning the first counts; the other is unknown.
    pub(super) fn of(header: &Header) -> Self {
        let mut columns = Self::default();
        for name in header.names.iter().filter(|name| !name.is_empty()) {
            match meaning(name) {
                Some(column) if !columns.known.contains_key(&column) => {
                    columns.known.insert(column, name.clone());
                }
                _ => columns.unknown.push(format!("`{name}`")),
            }
        }
        columns
    }

    /// The header's name of a column; one that no header has where there is none.
    pub(super) fn name(&self, column: Column) -> &str {
        self.known.get(&column).map_or("\0", String::as_str)
    }
}

/// A code, and something to say of it.
pub(super) fn is_register(header: &Header) -> bool {
    let columns = Columns::of(header);
    let has = |column| columns.known.contains_key(&column);
    has(Column::Code) && (has(Column::Name) || has(Column::Kind) || has(Column::Parent))
}

fn meaning(name: &str) -> Option<Column> {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let plain = NAMES.into_iter().find(|(_, names)| names.contains(&name.as_str()));
    plain.map(|(column, _)| column).or_else(|| {
        CONTACTS.into_iter().find_map(|(contact, starts)| {
            let ending = |start: &&str| name.strip_prefix(start);
            let detail = |ending: &str| DETAILS.into_iter().find(|(_, all)| all.contains(&ending));
            starts.iter().filter_map(ending).find_map(detail).map(|(detail, _)| contact(detail))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_names_mean_the_same() {
        for (name, column) in [
            ("code", Column::Code),
            ("Organisation Code", Column::Code),
            ("High Level Health Geography", Column::Geography),
            ("nhs_region", Column::Region),
            ("security_lead_phone", Column::Lead(Detail::Phone)),
            ("lead_mobile", Column::Lead(Detail::Mobile)),
            ("on_call_name", Column::OutOfHours(Detail::Name)),
            ("Out of hours e-mail", Column::OutOfHours(Detail::Mail)),
            ("contacts_checked", Column::ConfirmedOn),
        ] {
            assert_eq!(meaning(name), Some(column), "{name}");
        }
        assert_eq!(meaning("postcode"), None);
        assert_eq!(meaning("lead"), None);
    }
}
