//! Package URLs: canonical form and the rules of their types.

use model::purl::Purl;
use model::version::Scheme;

#[test]
fn types_bring_names_into_their_canonical_form() {
    for (given, canonical) in [
        ("pkg:PYPI/Django_package@1.11.1.dev1", "pkg:pypi/django-package@1.11.1.dev1"),
        ("pkg:GitHub/Package-URL/Purl-Spec@244fd47e", "pkg:github/package-url/purl-spec@244fd47e"),
        ("pkg:bitbucket/Birkenfeld/Pygments-Main", "pkg:bitbucket/birkenfeld/pygments-main"),
        (
            "pkg:deb/Debian/CURL@7.50.3-1?distro=jessie&arch=i386",
            "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie",
        ),
        ("pkg:npm/%40angular/animation@12.3.1", "pkg:npm/%40angular/animation@12.3.1"),
        (
            "pkg:maven/org.apache.xmlgraphics/Batik-anim@1.9.1?type=pom",
            "pkg:maven/org.apache.xmlgraphics/Batik-anim@1.9.1?type=pom",
        ),
        ("pkg://rpm/Fedora/curl@7.50.3-1.fc25?arch=", "pkg:rpm/fedora/curl@7.50.3-1.fc25"),
        (
            "PKG:gem/jruby-launcher@1.1.2?platform=java",
            "pkg:gem/jruby-launcher@1.1.2?platform=java",
        ),
        (
            "pkg:golang/google.golang.org/genproto#/googleapis/../api/",
            "pkg:golang/google.golang.org/genproto#googleapis/api",
        ),
        // A namespace of dots and slashes is none. Found by fuzzing.
        ("pkg:AV//.//////N", "pkg:av/N"),
    ] {
        let purl = Purl::parse(given).unwrap();
        assert_eq!(purl.to_string(), canonical);
        assert_eq!(Purl::parse(canonical).as_ref(), Ok(&purl));
    }
}

#[test]
fn parts_are_given_decoded() {
    let purl = Purl::parse(
        "pkg:deb/debian/libstdc%2B%2B6@1%3A12.2.0-14?arch=amd64&upstream=gcc-12#usr/share",
    )
    .unwrap();
    assert_eq!((purl.kind(), purl.namespace(), purl.name()), ("deb", Some("debian"), "libstdc++6"));
    assert_eq!((purl.version(), purl.subpath()), (Some("1:12.2.0-14"), Some("usr/share")));
    assert_eq!((purl.qualifier("upstream"), purl.qualifier("distro")), (Some("gcc-12"), None));
    assert_eq!(purl.qualifiers().len(), 2);
}

#[test]
fn the_type_names_the_order_of_versions() {
    for (text, scheme) in [
        ("pkg:deb/debian/a", Some(Scheme::Dpkg)),
        ("pkg:rpm/fedora/a", Some(Scheme::Rpm)),
        ("pkg:apk/alpine/a", Some(Scheme::Apk)),
        ("pkg:alpine/a", Some(Scheme::Apk)),
        ("pkg:npm/a", Some(Scheme::Semver)),
        ("pkg:cargo/a", Some(Scheme::Semver)),
        ("pkg:golang/a/b", Some(Scheme::Semver)),
        ("pkg:pypi/a", Some(Scheme::Pep440)),
        ("pkg:maven/a/b", Some(Scheme::Maven)),
        ("pkg:nuget/a", Some(Scheme::Nuget)),
        ("pkg:gem/a", Some(Scheme::Gem)),
        ("pkg:composer/a/b", Some(Scheme::Composer)),
        ("pkg:generic/a", None),
    ] {
        assert_eq!(Purl::parse(text).unwrap().scheme(), scheme, "{text}");
    }
}

#[test]
fn what_is_no_package_url_is_refused_with_the_reason() {
    for text in [
        "",
        "deb/debian/curl",
        "cpe:/a:x",
        "pkg:",
        "pkg:npm",
        "pkg:npm/",
        "pkg:1npm/a",
        "pkg:npm/a?b c=d",
        "pkg:npm/a@%ff",
    ] {
        let error = Purl::parse(text).unwrap_err().to_string();
        assert!(error.contains("is not a Package URL: "), "{error}");
    }
    assert!(Purl::parse(&format!("pkg:npm/{}", "a".repeat(20_000))).is_err());
}
