//! One question to every host of a nation: counts and reasons per organisation, exactly.
//!
//! ```text
//! packs ─▶ SegmentBuilder ─▶ segment bytes ─▶ Index::open ─▶ Judging (a day) ─▶ View ─▶ ask ─▶ Answer
//! ```
//! Nothing is decided here. A host is reduced to what judgement can depend on: a class of systems
//! that have one verdict on everything, and items of software; [`crate::judge`] answers for each
//! class and item once, and bitmaps count whom it concerns. The answer equals that of `judge` host by
//! host. What it must not know: storage, threads, the clock. See `docs/index-format.md`.

mod answer;
mod arranged;
mod ask;
mod bases;
mod basis;
mod build;
mod cache;
mod claims;
mod class;
mod columns;
mod earlier;
mod error;
mod fixes;
mod installed;
mod item;
mod items;
mod judging;
mod layout;
mod mark;
mod matters;
mod national;
mod order;
mod packed;
mod postings;
mod profile;
mod rehost;
mod resolve;
mod segment;
mod software;
mod steps;
mod systems;
mod tally;
mod view;

pub use answer::{Answer, AnswerCode, HostAnswer, OrganisationFacts};
pub use ask::Prepared;
pub use basis::Basis;
pub use build::{BuildError, PieceRef, SegmentBuilder};
pub use cache::KnownClasses;
pub use earlier::Earlier;
pub use error::IndexError;
pub use installed::InstalledName;
pub use judging::{JudgedClasses, Judging};
pub use layout::VERSION as SEGMENT_VERSION;
pub use mark::Mark;
pub use national::Index;
pub use resolve::{Advisory, Asked};
pub use segment::Segment;
pub use steps::{OrganisationStep, OrganisationSteps};
pub use systems::HostSystem;
pub use view::View;
