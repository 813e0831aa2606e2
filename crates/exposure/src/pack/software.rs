//! One row of software as bytes of its own: the form in which rows are told apart and kept.
//!
//! Equal rows give equal bytes. What judgement does not look at (place, architecture) is left to the
//! caller. It must not know who lists it.

use model::cpe::Cpe;
use model::evidence::{Ecosystem, Software};
use model::purl::Purl;
use model::reading::Place;

use crate::wire::{Reader, WireError, Writer};

const fn ecosystem_code(ecosystem: &Ecosystem) -> u8 {
    match ecosystem {
        Ecosystem::Dpkg => 0,
        Ecosystem::Rpm => 1,
        Ecosystem::Apk => 2,
        Ecosystem::WindowsProgram => 3,
        Ecosystem::Purl => 4,
        Ecosystem::Device => 5,
        Ecosystem::Unspecified => 6,
    }
}

const fn ecosystem_of(code: u8) -> Option<Ecosystem> {
    Some(match code {
        0 => Ecosystem::Dpkg,
        1 => Ecosystem::Rpm,
        2 => Ecosystem::Apk,
        3 => Ecosystem::WindowsProgram,
        4 => Ecosystem::Purl,
        5 => Ecosystem::Device,
        6 => Ecosystem::Unspecified,
        _ => return None,
    })
}

/// The ecosystem of a row, from its bytes.
pub(crate) fn row_ecosystem(row: &[u8]) -> &'static Ecosystem {
    match row.first().copied().and_then(ecosystem_of) {
        Some(Ecosystem::Dpkg) => &Ecosystem::Dpkg,
        Some(Ecosystem::Rpm) => &Ecosystem::Rpm,
        Some(Ecosystem::Apk) => &Ecosystem::Apk,
        Some(Ecosystem::WindowsProgram) => &Ecosystem::WindowsProgram,
        Some(Ecosystem::Purl) => &Ecosystem::Purl,
        Some(Ecosystem::Device) => &Ecosystem::Device,
        _ => &Ecosystem::Unspecified,
    }
}

/// Writes a row without its place and architecture.
pub(super) fn write_software(row: &Software, to: &mut Writer) {
    let source = row.source.as_ref();
    to.byte(ecosystem_code(&row.ecosystem));
    to.text(&row.name);
    to.maybe_text(row.version.as_deref());
    to.maybe_text(row.vendor.as_deref());
    to.maybe_text(source.map(|(name, _)| name.as_str()));
    to.maybe_text(source.and_then(|(_, version)| version.as_deref()));
    to.maybe_text(row.purl.as_ref().map(ToString::to_string).as_deref());
    to.count(row.cpes.len());
    for cpe in &row.cpes {
        to.text(&cpe.to_string());
    }
}

/// Reads a row.
pub(crate) fn read_software(from: &mut Reader<'_>) -> Result<Software, WireError> {
    let code = from.byte()?;
    let ecosystem = ecosystem_of(code).ok_or_else(|| from.error())?;
    let name = from.text()?.to_owned();
    let mut maybe = || Ok(from.maybe_text()?.map(ToOwned::to_owned));
    let (version, vendor) = (maybe()?, maybe()?);
    let (source, source_version) = (maybe()?, maybe()?);
    let purl = match from.maybe_text()? {
        Some(text) => Some(Purl::parse(text).map_err(|_| from.error())?),
        None => None,
    };
    let count = from.count(1)?;
    let mut cpes = Vec::new();
    for _ in 0..count {
        cpes.push(Cpe::parse(from.text()?).map_err(|_| from.error())?);
    }
    Ok(Software {
        ecosystem,
        name,
        version,
        vendor,
        architecture: None,
        source: source.map(|name| (name, source_version)),
        purl,
        cpes,
        place: Place::Whole,
    })
}

/// Passes over a row.
pub(super) fn skip_software(from: &mut Reader<'_>) -> Result<(), WireError> {
    from.byte()?;
    from.text()?;
    for _ in 0..5 {
        from.maybe_text()?;
    }
    let count = from.count(1)?;
    for _ in 0..count {
        from.text()?;
    }
    Ok(())
}
