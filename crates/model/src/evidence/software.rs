//! Installed software of any kind.

use crate::cpe::Cpe;
use crate::purl::Purl;
use crate::reading::Place;

/// One installed package, program or component.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Software {
    /// Where it comes from, which decides how names and versions compare.
    pub ecosystem: Ecosystem,
    /// Name as printed.
    pub name: String,
    /// Version as printed.
    pub version: Option<String>,
    /// Vendor, publisher or maintainer as printed.
    pub vendor: Option<String>,
    /// Architecture as printed.
    pub architecture: Option<String>,
    /// The source package it was built from: name, and version where it differs.
    /// Linux advisories speak of source packages.
    pub source: Option<(String, Option<String>)>,
    /// Package URL, if the file has one.
    pub purl: Option<Purl>,
    /// CPE names, if the file has any.
    pub cpes: Vec<Cpe>,
    /// Where it stands.
    pub place: Place,
}

/// Where software comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Ecosystem {
    /// A Debian-style package.
    Dpkg,
    /// An RPM package.
    Rpm,
    /// An Alpine package.
    Apk,
    /// A Windows program ("Add or remove programs").
    WindowsProgram,
    /// A component that names its ecosystem by package URL.
    Purl,
    /// A hardware device or its firmware (medical devices, network equipment).
    Device,
    /// Not said.
    #[default]
    Unspecified,
}
