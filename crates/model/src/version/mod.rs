//! Version orders (stub until the real ones land).

/// A version order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the variants are the ecosystems' own names")]
pub enum Scheme {
    Dpkg,
    Rpm,
    Apk,
    Semver,
    Pep440,
    Maven,
    Nuget,
    Gem,
    Composer,
    WindowsBuild,
    Dotted,
}
