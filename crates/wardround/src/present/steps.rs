//! What to do first: remedies, the one that closes the worst on the most hosts first.

use super::summary::{StepTally, Tally};
use super::words::{capital, count, names, paragraph};

/// Most steps.
const MOST_STEPS: usize = 6;
/// Most host names after a step.
const MOST_HOSTS: usize = 4;

/// The steps, numbered; empty where there is nothing to do.
pub(super) fn steps(tally: &Tally) -> String {
    let by_remedy = tally.steps();
    let mut steps: Vec<_> = by_remedy.iter().collect();
    steps.sort_by(|(a, x), (b, y)| {
        (y.worm, y.kev, y.lines, y.hosts.len())
            .cmp(&(x.worm, x.kev, x.lines, x.hosts.len()))
            .then_with(|| a.cmp(b))
    });
    let mut text = String::new();
    for (number, (remedy, step)) in (1..).zip(steps.iter().take(MOST_STEPS)) {
        text.push_str(&paragraph(&format!("  {number}. {}", action(&remedy.text, step)), "     "));
        if tally.hosts.len() > 1 {
            let hosts = count(step.hosts.len(), "host", "hosts");
            let line = format!("     on {hosts}: {}", names(&hosts_of(tally, step), MOST_HOSTS));
            text.push_str(&paragraph(&line, "       "));
        }
        let verb = match remedy.action {
            "none_available" | "none_known" => "stays open to",
            _ => "closes",
        };
        text.push_str(&paragraph(&format!("     {verb} {}", flaws(step)), "       "));
    }
    match steps.len().saturating_sub(MOST_STEPS) {
        0 => {}
        more => text.push_str(&format!(
            "     … and {} (--json has every remedy)\n",
            count(more, "more step", "more steps")
        )),
    }
    text
}

fn hosts_of<'t>(tally: &'t Tally, step: &StepTally) -> Vec<&'t str> {
    step.hosts.iter().filter_map(|at| tally.hosts.get(*at)).map(|h| h.host.as_str()).collect()
}

/// The remedy as an order (some publishers write whole sentences), marked by why it is urgent.
fn action(remedy: &str, step: &StepTally) -> String {
    let text = capital(remedy.trim().trim_end_matches('.'));
    match (step.worm, step.kev) {
        (0, 0) => text,
        (0, _) => format!("[exploited] {text}"),
        _ => format!("[worm] {text}"),
    }
}

/// How many flaws, and the worst by name.
fn flaws(step: &StepTally) -> String {
    let worst = step.worst();
    let most = count(step.most, "flaw", "flaws");
    let flaws = if step.most * step.hosts.len() == step.lines {
        if step.hosts.len() == 1 { most } else { format!("{most} on each") }
    } else {
        format!("up to {most} on each")
    };
    if step.most == 1 && worst.len() == 1 && step.hosts.len() == 1 {
        return worst.concat();
    }
    if worst.is_empty() { flaws } else { format!("{flaws}; the worst: {}", worst.join(", ")) }
}
