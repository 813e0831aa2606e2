//! Why something said of an organisation does not fit what is already known.

use jiff::civil::Date;

use crate::event::EventId;
use crate::organisation::OrganisationCode;

/// An event of the record that was passed over, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which.
    pub id: EventId,
    /// Of whom it speaks.
    pub organisation: OrganisationCode,
    /// Why.
    pub refusal: Refusal,
}

/// Why an event does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The code is taken by an organisation that is open.
    #[error("{code} is registered since {since}: rename it, or take another code")]
    AlreadyRegistered {
        /// The code.
        code: OrganisationCode,
        /// Since when.
        since: Date,
    },
    /// The code belonged to an organisation that has closed.
    #[error(
        "{code} named an organisation that closed on {last_day}, and a code is never given again: \
         take another code, or correct the closing if it was wrong"
    )]
    CodeReused {
        /// The code.
        code: OrganisationCode,
        /// Its last day.
        last_day: Date,
    },
    /// Nothing is known of the organisation.
    #[error("{0} is not in the register: register it first")]
    NotRegistered(OrganisationCode),
    /// The day is before the organisation opened.
    #[error("{code} opened on {opened}, after {day}: give a day from then on")]
    BeforeOpening {
        /// The code.
        code: OrganisationCode,
        /// When it opened.
        opened: Date,
        /// The day given.
        day: Date,
    },
    /// The day is after the organisation closed.
    #[error("{code} closed on {last_day}, before {day}: say it of its successor")]
    AfterClosing {
        /// The code.
        code: OrganisationCode,
        /// Its last day.
        last_day: Date,
        /// The day given.
        day: Date,
    },
    /// It has closed already.
    #[error("{code} closed on {last_day} already: correct that closing if the day is wrong")]
    AlreadyClosed {
        /// The code.
        code: OrganisationCode,
        /// Its last day.
        last_day: Date,
    },
    /// The day it opened is known.
    #[error(
        "{code} is known to have opened on {opened}: correct its registration if that is wrong"
    )]
    OpeningKnown {
        /// The code.
        code: OrganisationCode,
        /// When it opened.
        opened: Date,
    },
    /// The hierarchy would lead back to the organisation.
    #[error("{parent} stands below {code} on {day}: it cannot stand above it")]
    HierarchyCycle {
        /// The organisation.
        code: OrganisationCode,
        /// Who was to stand above it.
        parent: OrganisationCode,
        /// A day on which both would be so.
        day: Date,
    },
    /// Succession would lead back to the organisation.
    #[error("{code} itself took over from {successor}: it cannot be succeeded by it")]
    SuccessionCycle {
        /// The organisation.
        code: OrganisationCode,
        /// Who was to succeed it.
        successor: OrganisationCode,
    },
    /// A command names an organisation that is not in the register.
    #[error("{0} is not in the register: check the code, or register it first")]
    UnknownOther(OrganisationCode),
    /// A command names an organisation that is not open on that day.
    #[error("{code} is not open on {day}: name one that is")]
    OtherNotOpen {
        /// The organisation.
        code: OrganisationCode,
        /// The day.
        day: Date,
    },
    /// A correction names an event that does not stand before it.
    #[error(
        "there is no earlier event {0} to correct: check its number with `wardround record list`"
    )]
    NothingToCorrect(EventId),
    /// A correction names an event of another organisation.
    #[error("event {corrects} speaks of {other}: correct it there")]
    CorrectsOther {
        /// The event.
        corrects: EventId,
        /// Of whom it speaks.
        other: OrganisationCode,
    },
    /// A correction would make other events impossible.
    #[error("with this, event {event} of {organisation} no longer fits: correct that one first")]
    CorrectionBreaks {
        /// The other event.
        event: EventId,
        /// Of whom it speaks.
        organisation: OrganisationCode,
        /// Why it no longer fits.
        #[source]
        because: Box<Refusal>,
    },
    /// A correction was offered where only changes can be judged.
    #[error("a correction needs the whole record: check it with `command::correct`")]
    CorrectionAlone,
}
