//! Structures that several parts of a document use (section 3.1 of the standard).

use super::form::Form;
use super::shape::{Array, Object, Shape};

/// Any filled string.
pub(super) const FILLED: Shape = Shape::Text(Form::Filled);
/// A URI.
pub(super) const URI: Shape = Shape::Text(Form::Uri);
/// A date-time.
pub(super) const DATE_TIME: Shape = Shape::Text(Form::DateTime);
/// One filled string or more.
pub(super) const LIST: Shape = Shape::Array(&Array::of(FILLED));
/// One filled string or more, each once; `products_t` and `product_groups_t` are this.
pub(super) const SET: Shape = Shape::Array(&Array::unique(FILLED));

/// `acknowledgments_t`.
pub(super) const ACKNOWLEDGMENTS: Shape =
    Shape::Array(&Array::of(Shape::Object(&Object::at_least(
        1,
        &[],
        &[
            ("names", LIST),
            ("organization", FILLED),
            ("summary", FILLED),
            ("urls", Shape::Array(&Array::of(URI))),
        ],
    ))));

/// `notes_t`.
pub(super) const NOTES: Shape = Shape::Array(&Array::of(Shape::Object(&Object::new(
    &["category", "text"],
    &[
        ("audience", FILLED),
        (
            "category",
            Shape::OneOf(&[
                "description",
                "details",
                "faq",
                "general",
                "legal_disclaimer",
                "other",
                "summary",
            ]),
        ),
        ("text", FILLED),
        ("title", FILLED),
    ],
))));

/// `references_t`.
pub(super) const REFERENCES: Shape = Shape::Array(&Array::of(Shape::Object(&Object::new(
    &["summary", "url"],
    &[("category", Shape::OneOf(&["external", "self"])), ("summary", FILLED), ("url", URI)],
))));
