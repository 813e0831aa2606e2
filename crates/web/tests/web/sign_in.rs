//! Signing in as people do outside a demonstration.

use super::client::Client;
use super::world::World;

const PASSWORD: &str = "a lamp beside the fourth window";

fn with_code(world: &World, login: &str, code: &str) -> Client {
    let mut client = world.stranger();
    let answer = client.post("/sign-in", &[("login", login), ("password", ""), ("code", code)]);
    assert_eq!(answer.status, 303, "{answer:?}");
    assert_eq!(answer.location(), "/account");
    client
}

#[test]
fn an_invited_person_chooses_a_password_and_comes_in_with_it() {
    let world = World::new();
    let code = world.code("lead").to_owned();
    let mut lead = with_code(&world, "lead", &code);
    let csrf = lead.get("/account").field("csrf");
    for weak in ["short", "password1234", "Gleskendale2017!"] {
        let answer = lead.post("/account/password", &[("csrf", &csrf), ("new", weak)]);
        if weak != "Gleskendale2017!" {
            assert!(answer.body.contains("That was not done"), "{weak}: {answer:?}");
        }
    }
    let set = lead.post("/account/password", &[("csrf", &csrf), ("new", PASSWORD)]);
    assert!(set.body.contains("Your password is set"), "{set:?}");
    // The code was good once.
    let again =
        world.stranger().post("/sign-in", &[("login", "lead"), ("password", ""), ("code", &code)]);
    assert_eq!(again.status, 200);
    assert_eq!(again.heading(), "Sign in");
    let mut desk = world.stranger();
    let fields = [("login", "LEAD"), ("password", PASSWORD), ("to", "/organisations")];
    let answer = desk.post("/sign-in", &fields);
    assert_eq!(answer.location(), "/organisations", "{answer:?}");
    assert_eq!(desk.get("/organisations").status, 200);
    // And a code from paper, once, when nothing else is at hand.
    let csrf = desk.get("/account").field("csrf");
    let page = desk.post("/account/codes", &[("csrf", &csrf)]).body;
    let codes: Vec<&str> =
        page.split("<li><code>").skip(1).map(|rest| &rest[..rest.find('<').unwrap()]).collect();
    assert_eq!(codes.len(), 10, "{page}");
    with_code(&world, "lead", codes[3]);
    let twice = [("login", "lead"), ("password", ""), ("code", codes[3])];
    assert_eq!(world.stranger().post("/sign-in", &twice).status, 200);
}

#[test]
fn wrong_names_and_wrong_passwords_are_told_apart_by_nobody() {
    let world = World::shared();
    let said = |login: &str| {
        let fields = [("login", login), ("password", "not-the-password-of-anybody")];
        let answer = world.stranger().post("/sign-in", &fields);
        assert_eq!(answer.status, 200);
        answer.body.replace(login, "")
    };
    assert_eq!(said("auditor"), said("nobody-of-this-name"));
}

#[test]
fn many_wrong_passwords_make_the_next_wait_and_nobody_else() {
    let world = World::shared();
    let fields = |login| [("login", login), ("password", "wrong-wrong-wrong")];
    let mut last = String::new();
    for _ in 0..8 {
        last = world.stranger().post("/sign-in", &fields("region")).body;
    }
    assert!(last.contains("too many failures"), "{last}");
    let other = world.stranger().post("/sign-in", &fields("officer")).body;
    assert!(!other.contains("too many failures"), "{other}");
}

#[test]
fn other_sign_ins_are_ended_by_a_form_of_the_account_page() {
    let world = World::new();
    let mut here = with_code(&world, "region", world.code("region"));
    let csrf = here.get("/account").field("csrf");
    assert!(!here.get("/account").body.contains("Sign out everywhere else"), "there is no other");
    here.post("/account/password", &[("csrf", &csrf), ("new", PASSWORD)]);
    let fields = [("login", "region"), ("password", PASSWORD)];
    let mut elsewhere: Vec<Client> = (0..3).map(|_| world.stranger()).collect();
    for client in &mut elsewhere {
        assert_eq!(client.post("/sign-in", &fields).status, 303);
    }
    let page = here.get("/account");
    let csrf = page.field("csrf");
    assert!(page.body.contains("Sign out everywhere else"), "{page:?}");
    // A password that is given is looked at, also of who has signed in a moment ago.
    let wrong = [("csrf", csrf.as_str()), ("present", "no such cat on the ward")];
    let refused = here.post("/account/sessions", &wrong);
    assert!(refused.body.contains("That was not done"), "{refused:?}");
    let begin = "name=\"session\" value=\"";
    let ids: Vec<&str> =
        page.body.split(begin).skip(1).map(|rest| &rest[..rest.find('"').unwrap()]).collect();
    assert_eq!(ids.len(), 3, "{page:?}");
    let one = [("csrf", csrf.as_str()), ("session", ids[0])];
    assert_eq!(here.post("/account/sessions", &one).location(), "/account");
    let left = |elsewhere: &mut [Client]| {
        elsewhere
            .iter_mut()
            .map(|client| usize::from(client.get("/account").status == 200))
            .sum::<usize>()
    };
    assert_eq!(left(&mut elsewhere), 2);
    let everywhere = [("csrf", csrf.as_str()), ("present", PASSWORD)];
    assert_eq!(here.post("/account/sessions", &everywhere).location(), "/account");
    assert_eq!(left(&mut elsewhere), 0);
    assert_eq!(here.get("/account").status, 200, "this browser goes on");
}

#[test]
fn nobody_is_chosen_outside_a_demonstration() {
    let world = World::shared();
    let mut stranger = world.stranger();
    assert_eq!(stranger.get("/sign-in").heading(), "Sign in");
    let id = world.nobody().get("/sign-in").field("person");
    assert_eq!(stranger.post("/demo/role", &[("person", &id)]).status, 404);
    assert_eq!(stranger.get("/account").status, 303);
}

#[test]
fn a_passkey_is_asked_for_where_it_is_set_up_and_nonsense_opens_nothing() {
    let world = World::shared();
    let mut stranger = world.stranger();
    let begun = stranger.post("/sign-in/passkey/begin", &[]);
    assert_eq!(begun.status, 200, "{begun:?}");
    let begun: serde_json::Value = serde_json::from_str(&begun.body).unwrap();
    assert_eq!(begun["options"]["userVerification"], "required", "{begun}");
    assert_eq!(begun["options"]["rpId"], "localhost", "{begun}");
    let ceremony = begun["ceremony"].as_str().unwrap();
    for (ceremony, answer) in [(ceremony, "{}"), (ceremony, ""), ("", ""), ("x", "null")] {
        let answer =
            stranger.post("/sign-in/passkey", &[("ceremony", ceremony), ("answer", answer)]);
        assert!(answer.body.contains("does not open anything here"), "{answer:?}");
    }
    assert_eq!(stranger.get("/account").status, 303);
    // A page of another site cannot have it done in somebody's name.
    let foreign = [("sec-fetch-site", "cross-site")];
    let fields = [("ceremony", ceremony), ("answer", "{}")];
    assert_eq!(stranger.post_from("/sign-in/passkey", &fields, &foreign).status, 403);
    // Where it is not set up there is nothing.
    assert_eq!(world.nobody().post("/sign-in/passkey/begin", &[]).status, 404);
    assert_eq!(stranger.post("/sign-in/openid", &[]).status, 404);
}
