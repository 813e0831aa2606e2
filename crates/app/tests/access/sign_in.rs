//! Signing in and out: passwords, codes, sessions, throttling.

use app::access::{
    ABSOLUTE_TIME, AccessError, FREE_FAILURES, IDLE_TIME, INVITATION_TIME, Means, RECOVERY_CODES,
    Role, SignInError, SignedIn, by_token, disable_person, invite, recovery_codes,
    recovery_codes_left, revoke_all_sessions, revoke_other_sessions, revoke_session, sessions,
    set_password, sign_in, sign_in_with_code, sign_out, signed_in,
};
use jiff::SignedDuration;

use crate::support::{PASSWORD, World, operator, world};

const OTHER: &str = "seven boats and a kettle";

/// A world with somebody who has a password.
async fn with_password() -> (World, String) {
    let world = world().await;
    let (person, code) = world.person("a.lead", Role::OrganisationLead, Some("RX1")).await;
    let context = &world.context;
    let new = sign_in_with_code(context, &world.settings, "A.Lead ", &code, "x").await.unwrap();
    let who = signed_in(context, &new.secret).await.unwrap().unwrap();
    assert_eq!((who.means, &who.person), (Means::Invitation, &person));
    set_password(context, &world.settings, &who, None, PASSWORD).await.unwrap();
    (world, person.id)
}

#[tokio::test]
async fn a_person_sets_a_password_by_a_code_that_works_once_and_signs_in_with_it() {
    let world = world().await;
    let (person, code) = world.person("a.lead", Role::OrganisationLead, Some("RX1")).await;
    let (context, settings) = (&world.context, &world.settings);
    for (login, tried) in [("a.lead", "0000-0000"), ("b.lead", code.as_str()), ("a.lead", "")] {
        let refused = sign_in_with_code(context, settings, login, tried, "").await.unwrap_err();
        assert!(matches!(refused, SignInError::Refused), "{login}: {refused}");
    }
    let new = sign_in_with_code(context, settings, "a.lead", &code, "a browser").await.unwrap();
    assert_eq!(new.person, person);
    let again = sign_in_with_code(context, settings, "a.lead", &code, "").await.unwrap_err();
    assert!(matches!(again, SignInError::Refused), "{again}");

    let who = signed_in(context, &new.secret).await.unwrap().unwrap();
    assert_eq!(who.caller.actor, person.id);
    let weak = set_password(context, settings, &who, None, "Summer2017!!").await.unwrap_err();
    assert!(matches!(weak, AccessError::Password(_)), "{weak}");
    set_password(context, settings, &who, None, PASSWORD).await.unwrap();
    let signed = sign_in(context, settings, "A.LEAD", PASSWORD, "").await.unwrap();
    let who = signed_in(context, &signed.secret).await.unwrap().unwrap();
    assert_eq!(who.means, Means::Password);
    // Now the present one is asked for.
    for present in [None, Some(OTHER)] {
        let refused = set_password(context, settings, &who, present, OTHER).await.unwrap_err();
        assert!(matches!(refused, AccessError::PresentPassword), "{refused}");
    }
    set_password(context, settings, &who, Some(PASSWORD), OTHER).await.unwrap();
    let old = sign_in(context, settings, "a.lead", PASSWORD, "").await.unwrap_err();
    assert!(matches!(old, SignInError::Refused), "{old}");
    assert!(sign_in(context, settings, "a.lead", OTHER, "").await.is_ok());
}

#[tokio::test]
async fn the_first_code_is_good_for_seven_days_and_a_new_one_replaces_it() {
    let world = world().await;
    let (person, old) = world.person("a.lead", Role::OrganisationLead, Some("RX1")).await;
    let late = world.after(INVITATION_TIME + SignedDuration::from_secs(1));
    let refused = sign_in_with_code(&late, &world.settings, "a.lead", &old, "").await.unwrap_err();
    assert!(matches!(refused, SignInError::Refused), "{refused}");
    let new = invite(&world.context, &operator(), &person.id).await.unwrap();
    let now = &world.context;
    let refused = sign_in_with_code(now, &world.settings, "a.lead", &old, "").await.unwrap_err();
    assert!(matches!(refused, SignInError::Refused), "{refused}");
    assert!(sign_in_with_code(now, &world.settings, "a.lead", &new, "").await.is_ok());
}

#[tokio::test]
async fn whatever_is_wrong_the_answer_is_the_same() {
    let (world, id) = with_password().await;
    let (context, settings) = (&world.context, &world.settings);
    let mut answers = Vec::new();
    for (login, password) in [("a.lead", OTHER), ("nobody", PASSWORD), ("<b>", PASSWORD), ("", "")]
    {
        let refused = sign_in(context, settings, login, password, "").await.unwrap_err();
        assert!(matches!(refused, SignInError::Refused), "{refused}");
        answers.push(refused.to_string());
    }
    disable_person(context, &operator(), &id).await.unwrap();
    answers.push(sign_in(context, settings, "a.lead", PASSWORD, "").await.unwrap_err().to_string());
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

#[tokio::test]
async fn after_five_failures_who_guesses_waits_and_nobody_is_locked_out() {
    let (world, _) = with_password().await;
    let (context, settings) = (&world.context, &world.settings);
    for login in ["a.lead", "nobody"] {
        for _ in 0..FREE_FAILURES {
            let refused = sign_in(context, settings, login, OTHER, "").await.unwrap_err();
            assert!(matches!(refused, SignInError::Refused), "{refused}");
        }
        // Even the right password waits, or waiting would tell which it is.
        let refused = sign_in(context, settings, login, PASSWORD, "").await.unwrap_err();
        assert!(matches!(refused, SignInError::Wait { .. }), "{login}: {refused}");
    }
    let later = world.after(SignedDuration::from_secs(1));
    assert!(sign_in(&later, settings, "a.lead", PASSWORD, "").await.is_ok());
    // What succeeded is counted anew.
    assert!(sign_in(&later, settings, "a.lead", PASSWORD, "").await.is_ok());
    let refused = sign_in(&later, settings, "a.lead", OTHER, "").await.unwrap_err();
    assert!(matches!(refused, SignInError::Refused), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_guesses_at_once_are_not_many_free_ones() {
    let (world, _) = with_password().await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (context, settings) = (world.context.at(world.context.now), world.settings.clone());
            tokio::spawn(async move { sign_in(&context, &settings, "a.lead", OTHER, "").await })
        })
        .collect();
    let mut tried = 0;
    for task in tasks {
        tried += u64::from(matches!(task.await.unwrap(), Err(SignInError::Refused)));
    }
    assert!(tried <= FREE_FAILURES, "{tried}");
}

#[tokio::test]
async fn a_session_ends_by_idleness_by_age_and_by_will() {
    let (world, _) = with_password().await;
    let (context, settings) = (&world.context, &world.settings);
    let new = sign_in(context, settings, "a.lead", PASSWORD, "").await.unwrap();
    let is_in = async |time: SignedDuration| {
        signed_in(&world.after(time), &new.secret).await.unwrap().is_some()
    };
    let nearly = IDLE_TIME - SignedDuration::from_secs(1);
    let mut time = SignedDuration::ZERO;
    while time + nearly < ABSOLUTE_TIME {
        time += nearly;
        assert!(is_in(time).await, "who does something stays signed in: {time}");
    }
    assert!(!is_in(ABSOLUTE_TIME).await);

    let new = sign_in(context, settings, "a.lead", PASSWORD, "").await.unwrap();
    assert!(signed_in(&world.after(IDLE_TIME), &new.secret).await.unwrap().is_none());
    assert!(signed_in(context, &new.secret).await.unwrap().is_some());
    sign_out(context, &new.secret).await.unwrap();
    assert!(signed_in(context, &new.secret).await.unwrap().is_none());
    sign_out(context, &new.secret).await.unwrap();
}

#[tokio::test]
async fn each_sign_in_has_a_secret_of_its_own_and_only_its_hash_is_kept() {
    let (world, id) = with_password().await;
    let (context, settings) = (&world.context, &world.settings);
    let one = sign_in(context, settings, "a.lead", PASSWORD, "").await.unwrap();
    let other = sign_in(context, settings, "a.lead", PASSWORD, "").await.unwrap();
    assert_ne!(one.secret, other.secret);
    for session in context.store.sessions(&id).await.unwrap() {
        assert_ne!(session.hash, one.secret.as_bytes());
        assert_ne!(session.hash, other.secret.as_bytes());
    }
    let who = signed_in(context, &one.secret).await.unwrap().unwrap();
    let shown = format!("{one:?} {who:?}");
    assert!(!shown.contains(&one.secret) && !shown.contains(&who.csrf), "{shown}");
    assert!(who.csrf_holds(&who.csrf));
    let stranger = signed_in(context, &other.secret).await.unwrap().unwrap();
    assert!(!who.csrf_holds(&stranger.csrf) && !who.csrf_holds(""));
    // Its identity is no secret.
    let session = who.session.unwrap();
    assert!(signed_in(context, &session).await.unwrap().is_none());
    assert!(by_token(context, &one.secret).await.unwrap().is_none());
}

#[tokio::test]
async fn sessions_are_listed_and_revoked_by_their_owner_only() {
    let (world, _) = with_password().await;
    let (context, settings) = (&world.context, &world.settings);
    let stranger = world.signed_in("b.lead", Role::OrganisationLead, Some("RX2")).await;
    let mut secrets = Vec::new();
    for agent in ["one", "two", "three\u{7}"] {
        secrets.push(sign_in(context, settings, "a.lead", PASSWORD, agent).await.unwrap().secret);
    }
    let who = signed_in(context, &secrets[0]).await.unwrap().unwrap();
    let open = sessions(context, &who).await.unwrap();
    // Beside the one by which the password was set.
    assert_eq!(open.len(), 4);
    assert_eq!(open.iter().filter(|session| session.is_own).count(), 1);
    assert!(open.iter().any(|session| session.agent == "three"));
    let two = open.iter().find(|session| session.agent == "two").unwrap();
    let end = async |who: &SignedIn, id: &str| {
        revoke_session(context, settings, (who, None), id).await.unwrap()
    };
    assert!(!end(&stranger, &two.id).await, "another's");
    assert!(end(&who, &two.id).await);
    assert!(!end(&who, "no session").await);
    assert!(signed_in(context, &secrets[1]).await.unwrap().is_none());
    assert_eq!(revoke_other_sessions(context, settings, (&who, None)).await.unwrap(), 2);
    assert!(signed_in(context, &secrets[2]).await.unwrap().is_none());
    assert!(signed_in(context, &secrets[0]).await.unwrap().is_some());
    assert_eq!(revoke_all_sessions(context, settings, (&who, None)).await.unwrap(), 1);
    assert!(signed_in(context, &secrets[0]).await.unwrap().is_none());
}

#[tokio::test]
async fn a_browser_that_was_left_open_shuts_nobody_out_elsewhere() {
    let (world, _) = with_password().await;
    let settings = &world.settings;
    let mut secrets = Vec::new();
    for agent in ["left open", "at home"] {
        let begun = sign_in(&world.context, settings, "a.lead", PASSWORD, agent).await.unwrap();
        secrets.push(begun.secret);
    }
    let context = &world.context.at(world.context.now + SignedDuration::from_mins(6));
    let who = signed_in(context, &secrets[0]).await.unwrap().unwrap();
    let open = sessions(context, &who).await.unwrap();
    let other = open.iter().find(|session| session.agent == "at home").unwrap();
    for (present, is_guess) in [(None, false), (Some(""), false), (Some("no such cat"), true)] {
        let asked = (&who, present);
        let refused = [
            revoke_session(context, settings, asked, &other.id).await.map(u64::from),
            revoke_other_sessions(context, settings, asked).await,
            revoke_all_sessions(context, settings, asked).await,
        ];
        for refused in refused {
            let is_right = match refused {
                Err(AccessError::PresentPassword) => is_guess,
                Err(AccessError::NotFresh) => !is_guess,
                _ => false,
            };
            assert!(is_right, "{present:?}: {refused:?}");
        }
    }
    assert!(signed_in(context, &secrets[1]).await.unwrap().is_some());
    let asked = (&who, Some(PASSWORD));
    assert!(revoke_session(context, settings, asked, &other.id).await.unwrap());
    assert!(signed_in(context, &secrets[1]).await.unwrap().is_none());
    assert!(signed_in(context, &secrets[0]).await.unwrap().is_some());
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions() {
    let (world, _) = with_password().await;
    let (context, settings) = (&world.context, &world.settings);
    let one = sign_in(context, settings, "a.lead", PASSWORD, "").await.unwrap();
    let other = sign_in(context, settings, "a.lead", PASSWORD, "").await.unwrap();
    let who = signed_in(context, &one.secret).await.unwrap().unwrap();
    set_password(context, settings, &who, Some(PASSWORD), OTHER).await.unwrap();
    assert!(signed_in(context, &one.secret).await.unwrap().is_some());
    assert!(signed_in(context, &other.secret).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_code_works_once_also_for_two_at_once() {
    let (world, id) = with_password().await;
    let (context, settings) = (&world.context, &world.settings);
    let who = world.again(&id).await;
    let old = recovery_codes(context, settings, &who, None).await.unwrap();
    let codes = recovery_codes(context, settings, &who, None).await.unwrap();
    assert_eq!(codes.len(), RECOVERY_CODES);
    let refused = sign_in_with_code(context, settings, "a.lead", &old[0], "").await.unwrap_err();
    assert!(matches!(refused, SignInError::Refused), "new codes replace the old: {refused}");
    let tasks: Vec<_> = (0..2)
        .map(|_| {
            let (context, settings) = (world.context.at(world.context.now), settings.clone());
            let code = codes[0].to_lowercase().replace('-', " ");
            tokio::spawn(async move {
                sign_in_with_code(&context, &settings, "a.lead", &code, "").await.is_ok()
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += usize::from(task.await.unwrap());
    }
    assert_eq!(done, 1);
    assert_eq!(recovery_codes_left(context, &who).await.unwrap(), RECOVERY_CODES - 1);
    let new = sign_in_with_code(context, settings, "a.lead", &codes[1], "").await.unwrap();
    let who = signed_in(context, &new.secret).await.unwrap().unwrap();
    // Who lost the password sets a new one.
    set_password(context, settings, &who, None, OTHER).await.unwrap();
    assert!(sign_in(context, settings, "a.lead", OTHER, "").await.is_ok());
}
