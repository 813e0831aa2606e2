//! The document as a whole, and `/document` (section 3.2.1).

use super::form::Form;
use super::product_tree::PRODUCT_TREE;
use super::shape::{Array, Object, Shape};
use super::shared::{ACKNOWLEDGMENTS, DATE_TIME, FILLED, NOTES, REFERENCES, SET, URI};
use super::vulnerability::VULNERABILITIES;

/// A CSAF document.
pub(super) static CSAF: Object = Object::new(
    &["document"],
    &[
        ("document", Shape::Object(&DOCUMENT)),
        ("product_tree", Shape::Object(&PRODUCT_TREE)),
        ("vulnerabilities", Shape::Array(&VULNERABILITIES)),
    ],
);

static DOCUMENT: Object = Object::new(
    &["category", "csaf_version", "publisher", "title", "tracking"],
    &[
        ("acknowledgments", ACKNOWLEDGMENTS),
        (
            "aggregate_severity",
            Shape::Object(&Object::new(&["text"], &[("namespace", URI), ("text", FILLED)])),
        ),
        ("category", Shape::Text(Form::Category)),
        ("csaf_version", Shape::OneOf(&["2.0"])),
        ("distribution", Shape::Object(&DISTRIBUTION)),
        ("lang", Shape::Text(Form::Language)),
        ("notes", NOTES),
        ("publisher", Shape::Object(&PUBLISHER)),
        ("references", REFERENCES),
        ("source_lang", Shape::Text(Form::Language)),
        ("title", FILLED),
        ("tracking", Shape::Object(&TRACKING)),
    ],
);

static DISTRIBUTION: Object = Object::at_least(
    1,
    &[],
    &[
        ("text", FILLED),
        (
            "tlp",
            Shape::Object(&Object::new(
                &["label"],
                &[("label", Shape::OneOf(&["AMBER", "GREEN", "RED", "WHITE"])), ("url", URI)],
            )),
        ),
    ],
);

static PUBLISHER: Object = Object::new(
    &["category", "name", "namespace"],
    &[
        (
            "category",
            Shape::OneOf(&["coordinator", "discoverer", "other", "translator", "user", "vendor"]),
        ),
        ("contact_details", FILLED),
        ("issuing_authority", FILLED),
        ("name", FILLED),
        ("namespace", URI),
    ],
);

static TRACKING: Object = Object::new(
    &[
        "current_release_date",
        "id",
        "initial_release_date",
        "revision_history",
        "status",
        "version",
    ],
    &[
        ("aliases", SET),
        ("current_release_date", DATE_TIME),
        ("generator", Shape::Object(&GENERATOR)),
        ("id", Shape::Text(Form::TrackingId)),
        ("initial_release_date", DATE_TIME),
        ("revision_history", Shape::Array(&Array::of(Shape::Object(&REVISION)))),
        ("status", Shape::OneOf(&["draft", "final", "interim"])),
        ("version", Shape::Text(Form::Version)),
    ],
);

static GENERATOR: Object = Object::new(
    &["engine"],
    &[
        ("date", DATE_TIME),
        (
            "engine",
            Shape::Object(&Object::new(&["name"], &[("name", FILLED), ("version", FILLED)])),
        ),
    ],
);

static REVISION: Object = Object::new(
    &["date", "number", "summary"],
    &[
        ("date", DATE_TIME),
        ("legacy_version", FILLED),
        ("number", Shape::Text(Form::Version)),
        ("summary", FILLED),
    ],
);
