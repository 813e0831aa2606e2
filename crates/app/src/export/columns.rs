//! The tables and their columns. Columns are only ever added, at the end.

use formats::export::columns::ColumnType::{self, Boolean, Day, Integer, Text};

/// A table of the export.
#[derive(Clone, Copy, Debug)]
pub struct TableKind {
    /// Its name: that of its file, without the ending.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [(&'static str, ColumnType)],
}

/// Who is asked about.
pub const ORGANISATIONS: TableKind = TableKind {
    name: "organisations",
    columns: &[
        ("organisation", Text),
        ("name", Text),
        ("kind", Text),
        ("region", Text),
        ("expected_hosts", Integer),
        ("seen_hosts", Integer),
    ],
};

/// Hosts that evidence shows.
pub const HOSTS: TableKind = TableKind {
    name: "hosts",
    columns: &[
        ("organisation", Text),
        ("host", Text),
        ("name", Text),
        ("platform", Text),
        ("system", Text),
        ("release", Text),
        ("service_pack", Integer),
        ("architecture", Text),
        ("core", Boolean),
        ("system_is_guess", Boolean),
        ("level_shown", Boolean),
        ("build_major", Integer),
        ("build_minor", Integer),
        ("build", Integer),
        ("build_revision", Integer),
        ("build_read_on", Day),
        ("update_list", Text),
        ("complete_package_lists", Text),
        ("settings_off", Text),
        ("findings", Integer),
        ("first_seen", Day),
        ("last_seen", Day),
        ("patch_state_on", Day),
        ("software_on", Day),
        ("findings_on", Day),
    ],
};

/// Installed updates.
pub const UPDATES: TableKind = TableKind {
    name: "updates",
    columns: &[
        ("organisation", Text),
        ("host", Text),
        ("kb", Integer),
        ("title", Text),
        ("installed_earliest", Day),
        ("installed_latest", Day),
        ("effect", Text),
    ],
};

/// Installed software.
pub const ITEMS: TableKind = TableKind {
    name: "items",
    columns: &[
        ("organisation", Text),
        ("host", Text),
        ("ecosystem", Text),
        ("name", Text),
        ("version", Text),
        ("architecture", Text),
        ("vendor", Text),
        ("source", Text),
        ("source_version", Text),
        ("purl", Text),
    ],
};

/// Verdicts.
pub const VERDICTS: TableKind = TableKind {
    name: "verdicts",
    columns: &[
        ("organisation", Text),
        ("host", Text),
        ("advisory", Text),
        ("verdict", Text),
        ("reason", Text),
        ("last_known", Text),
        ("hosts", Integer),
    ],
};

/// Windows products of which the knowledge speaks.
pub const KNOWN_PRODUCTS: TableKind = TableKind {
    name: "knowledge_products",
    columns: &[
        ("product", Integer),
        ("family", Text),
        ("release", Text),
        ("service_pack", Integer),
        ("architecture", Text),
        ("core", Boolean),
        ("horizon_kb", Integer),
        ("horizon_on", Day),
    ],
};

/// Updates of those products.
pub const KNOWN_UPDATES: TableKind = TableKind {
    name: "knowledge_updates",
    columns: &[
        ("product", Integer),
        ("kb", Integer),
        ("published", Day),
        ("kind", Text),
        ("build_major", Integer),
        ("build_minor", Integer),
        ("build", Integer),
        ("build_revision", Integer),
    ],
};

/// Which update supersedes which, as published: not closed over chains.
pub const SUPERSEDENCE: TableKind = TableKind {
    name: "knowledge_supersedence",
    columns: &[("product", Integer), ("kb", Integer), ("supersedes", Integer)],
};

/// What fixes an advisory's flaws on a product: any one update, or a build.
pub const FIXES: TableKind = TableKind {
    name: "knowledge_fixes",
    columns: &[
        ("advisory", Text),
        ("product", Integer),
        ("fix_group", Integer),
        ("flaws", Integer),
        ("component", Text),
        ("published", Day),
        ("no_fix_exists", Boolean),
        ("kb", Integer),
        ("build_major", Integer),
        ("build_minor", Integer),
        ("build", Integer),
        ("build_revision", Integer),
    ],
};

/// What advisories state of versions of software.
pub const STATEMENTS: TableKind = TableKind {
    name: "knowledge_statements",
    columns: &[
        ("advisory", Text),
        ("key", Text),
        ("platform", Text),
        ("status", Text),
        ("published", Day),
        ("version", Text),
        ("lower", Text),
        ("lower_included", Boolean),
        ("upper", Text),
        ("upper_included", Boolean),
        ("free_text", Text),
    ],
};

/// What switches a flaw off.
pub const MITIGATIONS: TableKind =
    TableKind { name: "knowledge_mitigations", columns: &[("advisory", Text), ("setting", Text)] };

/// The tables of evidence and answers, in the order in which they are written.
pub const TABLES: [TableKind; 5] = [ORGANISATIONS, HOSTS, UPDATES, ITEMS, VERDICTS];

/// The tables of knowledge.
pub const KNOWLEDGE: [TableKind; 6] =
    [KNOWN_PRODUCTS, KNOWN_UPDATES, SUPERSEDENCE, FIXES, STATEMENTS, MITIGATIONS];
