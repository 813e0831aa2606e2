//! What one file shows of one host, raw strings beside what we made of them.
//!
//! Readers in `formats` produce [`Evidence`]; `exposure` merges the pieces of
//! one host and judges them. Nothing here decides anything.

mod host;
mod observation;
mod software;
mod update;
mod when;

pub use host::{HostIdentity, OperatingSystem, Platform};
pub use observation::{
    Control, ControlState, Finding, FindingMethod, FindingOutcome, Port, PortState, control,
};
pub use software::{Ecosystem, Software};
pub use update::{Completeness, InstalledUpdate, UpdateList, UpdateListKind};
pub use when::{DateReading, DateTimeReading};

/// What one file shows of one host.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Evidence {
    /// Short name of the format it was read from, as `--format` takes it ("systeminfo").
    pub format: &'static str,
    /// Everything that identifies the host; may be empty (a bare update list).
    pub host: HostIdentity,
    /// When the evidence was collected, if the file says so.
    pub collected_at: Option<DateTimeReading>,
    /// The operating system, if shown.
    pub os: Option<OperatingSystem>,
    /// When the host last started, if shown.
    pub last_boot: Option<DateTimeReading>,
    /// Lists of installed Windows updates; no list at all is not an empty list.
    pub updates: Vec<UpdateList>,
    /// Installed software: packages, programs, SBOM components.
    pub software: Vec<Software>,
    /// Whether `software` names everything of its ecosystem that the host holds.
    /// `None`: the evidence does not reach software.
    pub software_completeness: Option<Completeness>,
    /// Network ports seen from outside or inside.
    pub ports: Vec<Port>,
    /// Configuration that mitigates or exposes (see [`control`]).
    pub controls: Vec<Control>,
    /// What a scanner concluded: evidence, not truth.
    pub findings: Vec<Finding>,
}
