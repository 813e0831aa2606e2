//! The due date of one vulnerability under a policy, with its reason.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::deadline::policy::{Action, Case, Policy, Rule, Starts};

/// What a due date depends on. `None` is "not shown", never "no".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Day of publication.
    pub published: Option<Date>,
    /// Day of addition to CISA's catalogue, if it is in it at the instant.
    pub kev_added: Option<Date>,
    /// Whether the host is publicly exposed.
    pub exposed: Option<bool>,
    /// Whether exploitation can be automated (SSVC).
    pub automatable: Option<bool>,
    /// Whether the technical impact is total (SSVC).
    pub total: Option<bool>,
}

/// When something is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The day; `None` if the policy sets none, or publication is not known.
    pub by: Option<Date>,
    /// What else is asked.
    pub action: Option<Action>,
    /// Why, in words, with what had to be assumed.
    pub because: String,
}

/// The due day under a policy, without its reason; `None` where the policy sets none.
pub fn due_day(policy: &Policy, inputs: &Inputs) -> Option<Date> {
    let rule = policy.rule(&case(policy, inputs))?;
    start(policy, rule, inputs)?.checked_add(i32::from(rule.days?).days()).ok()
}

/// The due date under a policy.
pub fn due(policy: &Policy, inputs: &Inputs) -> Due {
    let case = case(policy, inputs);
    let Some(rule) = policy.rule(&case) else {
        return Due { by: None, action: None, because: "no rule of the policy applies".to_owned() };
    };
    let mut because = rule.because.clone();
    let mut assumed = Vec::new();
    let mut assume =
        |asked: Option<bool>, shown: Option<bool>, words: (&str, &str), taken: bool| {
            if asked.is_some() && shown.is_none() {
                assumed.push(if taken { words.0.to_owned() } else { words.1.to_owned() });
            }
        };
    assume(rule.when.exposed, inputs.exposed, ("exposed", "not exposed"), case.exposed);
    assume(
        rule.when.automatable,
        inputs.automatable,
        ("automatable", "not automatable"),
        case.automatable,
    );
    assume(rule.when.total, inputs.total, ("total", "partial"), case.total);
    if !assumed.is_empty() {
        because = format!("{because} (not shown, taken as: {})", assumed.join(", "));
    }
    if start(policy, rule, inputs).is_none() && rule.days.is_some() {
        because.push_str(" (day of publication not known: no date)");
    }
    Due { by: due_day(policy, inputs), action: rule.action, because }
}

/// The four facts, with what the policy takes where one is not shown.
fn case(policy: &Policy, inputs: &Inputs) -> Case {
    Case {
        kev: inputs.kev_added.is_some(),
        exposed: inputs.exposed.unwrap_or(policy.assume.exposed),
        automatable: inputs.automatable.unwrap_or(policy.assume.automatable),
        total: inputs.total.unwrap_or(policy.assume.total),
    }
}

/// The day from which a rule counts.
fn start(policy: &Policy, rule: &Rule, inputs: &Inputs) -> Option<Date> {
    match policy.starts {
        Starts::Publication => inputs.published,
        Starts::Row => {
            let added = inputs.kev_added.filter(|_| rule.when.kev == Some(true));
            match (inputs.published, added) {
                (published, Some(added)) => Some(published.map_or(added, |p| p.max(added))),
                (published, None) => published,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::deadline::PolicyError;

    use super::*;

    fn ms17_010(kev: Option<Date>) -> Inputs {
        Inputs {
            published: Some(date(2017, 3, 14)),
            kev_added: kev,
            exposed: Some(false),
            automatable: Some(true),
            total: Some(true),
        }
    }

    #[test]
    fn the_alert_of_28_april_was_due_on_the_day_of_the_attack() {
        let policy = Policy::built_in("nhs-14-day").unwrap();
        let inputs = Inputs { published: Some(date(2017, 4, 28)), ..Inputs::default() };
        assert_eq!(due(&policy, &inputs).by, Some(date(2017, 5, 12)));
    }

    #[test]
    fn sixty_days_from_publication_were_one_day_late() {
        let policy = Policy::built_in("bod-26-04").unwrap();
        assert_eq!(due(&policy, &ms17_010(None)).by, Some(date(2017, 5, 13)));
    }

    #[test]
    fn exploitation_brings_it_to_three_days_and_triage() {
        let policy = Policy::built_in("bod-26-04").unwrap();
        let due = due(&policy, &ms17_010(Some(date(2017, 4, 14))));
        assert_eq!(due.by, Some(date(2017, 4, 17)));
        assert_eq!(due.action, Some(Action::ForensicTriage));
    }

    #[test]
    fn the_table_has_the_published_sixteen_rows() {
        // Order of letters: KEV, exposed, automatable, total.
        let rows = [
            ("nnnn", None),
            ("nnny", None),
            ("nnyn", Some(60)),
            ("nnyy", Some(60)),
            ("nynn", Some(60)),
            ("nyny", Some(14)),
            ("nyyn", Some(14)),
            ("nyyy", Some(3)),
            ("ynnn", Some(14)),
            ("ynny", Some(14)),
            ("ynyn", Some(14)),
            ("ynyy", Some(3)),
            ("yynn", Some(14)),
            ("yyny", Some(3)),
            ("yyyn", Some(3)),
            ("yyyy", Some(3)),
        ];
        let triage = ["ynyy", "yyny", "yyyy"];
        let policy = Policy::built_in("bod-26-04").unwrap();
        assert_eq!(policy.rules.len(), 16);
        for (row, days) in rows {
            let bit = |n: usize| row.as_bytes()[n] == b'y';
            let rule = policy
                .rule(&Case { kev: bit(0), exposed: bit(1), automatable: bit(2), total: bit(3) })
                .unwrap();
            assert_eq!(rule.days, days, "{row}");
            assert_eq!(rule.action == Some(Action::ForensicTriage), triage.contains(&row), "{row}");
        }
    }

    #[test]
    fn what_is_not_shown_is_named_in_the_reason() {
        let policy = Policy::built_in("bod-26-04").unwrap();
        let due = due(&policy, &Inputs { published: Some(date(2020, 1, 1)), ..Inputs::default() });
        assert!(
            due.because.contains("not shown, taken as: not exposed, automatable, total"),
            "{}",
            due.because
        );
    }

    #[test]
    fn a_policy_with_holes_is_refused() {
        let text = "name='x'\ntitle='x'\nstarts='publication'\n[[rules]]\nwhen={kev=true}\ndays=3\nbecause='x'";
        assert!(matches!(Policy::parse(text), Err(PolicyError::Incomplete { .. })));
        assert!(Policy::parse("name = 'x'\nnonsense = 1").is_err());
    }
}
