//! What a browser is told on every answer.

use super::world::World;

#[test]
fn every_answer_forbids_what_pages_do_not_need() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    for path in ["/situation", "/nowhere", "/healthz", "/api/v1/organisations", "/sign-in"] {
        let answer = officer.get(path);
        let policy = answer.header("content-security-policy").unwrap_or("");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        // What programs are told they may keep, and ask each time whether it still holds for them.
        let kept = if path.starts_with("/api/") { "private, no-cache" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), Some(kept), "{path}");
    }
}

#[test]
fn pages_need_nothing_from_elsewhere_and_run_nothing_inline() {
    let world = World::shared();
    let mut officer = world.signed_in("officer");
    for path in ["/situation", "/advisories/MS17-010", "/record", "/account"] {
        let body = officer.get(path).body;
        for forbidden in ["<style", "style=\"", "onclick", "src=\"http", "javascript:"] {
            assert!(!body.contains(forbidden), "{path} has {forbidden}");
        }
        assert_eq!(body.matches("<script").count(), 1, "{path}");
    }
}

#[test]
fn the_style_sheet_is_kept_for_ever_under_a_name_of_its_content() {
    let world = World::shared();
    let body = world.nobody().get("/sign-in").body;
    let from = body.find("/assets/").unwrap();
    let path = &body[from..from + body[from..].find('"').unwrap()];
    let answer = world.nobody().get(path);
    assert_eq!(answer.status, 200, "{path}");
    assert!(answer.header("cache-control").unwrap().contains("immutable"));
    assert_eq!(world.nobody().get("/assets/../Cargo.toml").status, 404);
    assert_eq!(world.nobody().get("/assets/..%2F..%2FCargo.toml").status, 404);
}
