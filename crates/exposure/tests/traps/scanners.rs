//! A scanner's verdict is evidence, not truth: the table of `judge::combine`, row by row.

use exposure::judge::{Reason, judge};
use model::evidence::FindingMethod::{Authenticated, Inferred, NotStated, Remote};
use model::evidence::FindingOutcome::{Inconclusive, LikelyVulnerable, NotVulnerable, Vulnerable};
use model::evidence::{ControlState, FindingMethod, FindingOutcome, control};
use model::verdict::Verdict;

use crate::support::{Machine, World, boot, day};

const ETERNAL: &str = "CVE-2017-0144";
const TODAY: &str = "2026-06-30";

fn affected() -> Machine {
    Machine::seven()
}

fn fixed() -> Machine {
    Machine::seven().with_on(4_012_215, day("2017-03-20"))
}

fn mitigated() -> Machine {
    Machine::seven().setting(control::SMB1_SERVER, ControlState::Disabled)
}

/// Knowledge's own answer, the claim, the verdict, whether the difference is shown.
type Row = (fn() -> Machine, FindingOutcome, FindingMethod, Verdict, bool);

#[test]
fn the_table_of_claims_holds() {
    let world = World::builtin();
    let unknown = || Machine::seven().cut(300);
    let nothing = Machine::silent;
    let not_affected =
        || Machine::windows("Microsoft Windows 11 Pro", "10.0.22631 Build 22631", "x64-based PC");
    let rows: Vec<Row> = vec![
        (nothing, Vulnerable, Remote, Verdict::Affected, false),
        (nothing, LikelyVulnerable, Inferred, Verdict::Unknown, false),
        (nothing, NotVulnerable, Remote, Verdict::Unknown, false),
        (nothing, Inconclusive, Remote, Verdict::Unknown, false),
        (unknown, Vulnerable, Remote, Verdict::Affected, false),
        (unknown, LikelyVulnerable, Inferred, Verdict::Unknown, false),
        (unknown, NotVulnerable, Remote, Verdict::Unknown, false),
        (affected, Vulnerable, Remote, Verdict::Affected, false),
        (affected, NotVulnerable, Remote, Verdict::Affected, true),
        (affected, Inconclusive, Remote, Verdict::Affected, false),
        (fixed, Vulnerable, Remote, Verdict::Unknown, true),
        (fixed, Vulnerable, Authenticated, Verdict::Unknown, true),
        (fixed, Vulnerable, Inferred, Verdict::Fixed, true),
        (fixed, LikelyVulnerable, Inferred, Verdict::Fixed, true),
        (fixed, NotVulnerable, Remote, Verdict::Fixed, false),
        (not_affected, Vulnerable, Remote, Verdict::Unknown, true),
        (not_affected, Vulnerable, Inferred, Verdict::NotAffected, true),
        (not_affected, NotVulnerable, Remote, Verdict::NotAffected, false),
        (mitigated, Vulnerable, Remote, Verdict::Affected, false),
        (mitigated, Vulnerable, NotStated, Verdict::Affected, false),
        // A missing update, seen from inside, agrees with "open in itself".
        (mitigated, Vulnerable, Authenticated, Verdict::Mitigated, false),
        (mitigated, Vulnerable, Inferred, Verdict::Mitigated, false),
        (mitigated, NotVulnerable, Remote, Verdict::Mitigated, false),
    ];
    for (machine, outcome, method, expected, differs) in rows {
        let host = machine().finding(ETERNAL, outcome, method).host();
        let line = world.line(&host, TODAY, ETERNAL);
        let words = format!("{outcome:?} {method:?}: {line:?}");
        assert_eq!(line.verdict, expected, "{words}");
        assert_eq!(!line.disagreements.is_empty(), differs, "{words}");
    }
}

#[test]
fn a_finding_from_before_the_fix_contradicts_nothing() {
    let world = World::builtin();
    let host = |seen: &str| {
        let mut machine = fixed().finding(ETERNAL, Vulnerable, Remote);
        machine.evidence.findings[0].observed_at = Some(boot(seen));
        machine.host()
    };
    let verdict = |seen| world.line(&host(seen), TODAY, ETERNAL).verdict;
    assert_eq!(verdict("2017-03-15T12:00:00"), Verdict::Fixed);
    assert_eq!(verdict("2017-04-15T12:00:00"), Verdict::Unknown);
}

#[test]
fn the_gravest_of_several_claims_leads_in_any_order() {
    let world = World::builtin();
    let claims = [(NotVulnerable, Remote), (Vulnerable, Remote), (LikelyVulnerable, Inferred)];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let mut machine = Machine::silent();
        for at in order {
            machine = machine.finding(ETERNAL, claims[at].0, claims[at].1);
        }
        let line = world.line(&machine.host(), TODAY, ETERNAL);
        assert_eq!(line.verdict, Verdict::Affected);
        assert!(matches!(line.reasons[0], Reason::ScannerSaysVulnerable { .. }));
    }
}

#[test]
fn a_flaw_that_knowledge_does_not_have_keeps_the_scanners_word() {
    let world = World::builtin();
    let host = Machine::seven().finding("CVE-2031-90001", Vulnerable, Authenticated).host();
    let question = world.at(TODAY);
    let verdicts = judge(&question, &host);
    let line = world.find(&verdicts, "CVE-2031-90001").expect("a line");
    assert_eq!(line.verdict, Verdict::Affected);
}

#[test]
fn smb1_off_mitigates_and_says_where_it_is_shown() {
    let world = World::builtin();
    let line = world.line(&mitigated().host(), TODAY, ETERNAL);
    assert_eq!(line.verdict, Verdict::Mitigated);
    assert!(matches!(line.reasons[0], Reason::ControlOff { .. }));
    // On, or another service off: as before.
    let on = Machine::seven().setting(control::SMB1_SERVER, ControlState::Enabled);
    assert_eq!(world.line(&on.host(), TODAY, ETERNAL).verdict, Verdict::Affected);
    let other = Machine::seven().setting(control::PRINT_SPOOLER, ControlState::Disabled);
    assert_eq!(world.line(&other.host(), TODAY, ETERNAL).verdict, Verdict::Affected);
    // Two files that differ: the one that leaves the host open counts.
    let both = mitigated().setting(control::SMB1_SERVER, ControlState::Enabled);
    assert_eq!(world.line(&both.host(), TODAY, ETERNAL).verdict, Verdict::Affected);
    // What cannot be told is not mitigated, what is fixed stays fixed.
    assert_eq!(world.line(&mitigated().cut(99).host(), TODAY, ETERNAL).verdict, Verdict::Unknown);
    let closed = mitigated().with(&[4_012_215]);
    assert_eq!(world.line(&closed.host(), TODAY, ETERNAL).verdict, Verdict::Fixed);
}

#[test]
fn a_machine_whose_system_is_not_shown_is_unknown_not_silent() {
    let world = World::builtin();
    let mut machine = Machine::silent();
    for guess in [None, Some(85)] {
        if let Some(percent) = guess {
            machine = Machine::seven().unlisted();
            if let Some(os) = &mut machine.evidence.os {
                os.guess_percent = Some(percent);
            }
        }
        let question = world.at(TODAY);
        let verdicts = judge(&question, &machine.clone().host());
        let line = world.find(&verdicts, ETERNAL).expect("a line");
        assert_eq!(line.verdict, Verdict::Unknown, "{line:?}");
    }
}
