//! `/product_tree` (sections 3.1.2, 3.1.3 and 3.2.2).

use super::form::Form;
use super::shape::{Array, Object, Shape};
use super::shared::{FILLED, LIST, SET, URI};

/// The product tree.
pub(super) static PRODUCT_TREE: Object = Object::at_least(
    1,
    &[],
    &[
        ("branches", Shape::Array(&BRANCHES)),
        ("full_product_names", Shape::Array(&Array::of(Shape::Object(&FULL_PRODUCT_NAME)))),
        ("product_groups", Shape::Array(&Array::of(Shape::Object(&PRODUCT_GROUP)))),
        ("relationships", Shape::Array(&Array::of(Shape::Object(&RELATIONSHIP)))),
    ],
);

static BRANCHES: Array = Array::of(Shape::Object(&BRANCH));

/// A branch has exactly three properties: two are required, the third is either of the others.
static BRANCH: Object = Object {
    required: &["category", "name"],
    properties: &[
        ("branches", Shape::Array(&BRANCHES)),
        (
            "category",
            Shape::OneOf(&[
                "architecture",
                "host_name",
                "language",
                "legacy",
                "patch_level",
                "product_family",
                "product_name",
                "product_version",
                "product_version_range",
                "service_pack",
                "specification",
                "vendor",
            ]),
        ),
        ("name", FILLED),
        ("product", Shape::Object(&FULL_PRODUCT_NAME)),
    ],
    least: 3,
    most: 3,
};

static FULL_PRODUCT_NAME: Object = Object::new(
    &["name", "product_id"],
    &[
        ("name", FILLED),
        ("product_id", FILLED),
        ("product_identification_helper", Shape::Object(&HELPER)),
    ],
);

static HELPER: Object = Object::at_least(
    1,
    &[],
    &[
        ("cpe", Shape::Text(Form::Cpe)),
        ("hashes", Shape::Array(&Array::of(Shape::Object(&HASHED_FILE)))),
        ("model_numbers", SET),
        ("purl", Shape::Text(Form::Purl)),
        ("sbom_urls", Shape::Array(&Array::of(URI))),
        ("serial_numbers", SET),
        ("skus", LIST),
        (
            "x_generic_uris",
            Shape::Array(&Array::of(Shape::Object(&Object::new(
                &["namespace", "uri"],
                &[("namespace", URI), ("uri", URI)],
            )))),
        ),
    ],
);

static HASHED_FILE: Object = Object::new(
    &["file_hashes", "filename"],
    &[
        (
            "file_hashes",
            Shape::Array(&Array::of(Shape::Object(&Object::new(
                &["algorithm", "value"],
                &[("algorithm", FILLED), ("value", Shape::Text(Form::Hash))],
            )))),
        ),
        ("filename", FILLED),
    ],
);

static PRODUCT_GROUP: Object = Object::new(
    &["group_id", "product_ids"],
    &[
        ("group_id", FILLED),
        (
            "product_ids",
            // A group of one product is none.
            Shape::Array(&Array { items: FILLED, least: 2, unique: true }),
        ),
        ("summary", FILLED),
    ],
);

static RELATIONSHIP: Object = Object::new(
    &["category", "full_product_name", "product_reference", "relates_to_product_reference"],
    &[
        (
            "category",
            Shape::OneOf(&[
                "default_component_of",
                "external_component_of",
                "installed_on",
                "installed_with",
                "optional_component_of",
            ]),
        ),
        ("full_product_name", Shape::Object(&FULL_PRODUCT_NAME)),
        ("product_reference", FILLED),
        ("relates_to_product_reference", FILLED),
    ],
);
