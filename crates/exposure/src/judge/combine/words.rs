//! The evidence of a host as a whole, for a person.

use model::evidence::Platform;

use crate::host::{Host, Standing};

/// What a person should know of the evidence as a whole.
pub(in crate::judge) fn notes(host: &Host, standing: &Standing<'_>, notes: &mut Vec<String>) {
    let mut systems: Vec<String> = host
        .pieces
        .iter()
        .filter_map(|piece| piece.evidence.os.as_ref().map(|os| (piece, os)))
        .map(|(piece, os)| format!("{} ({})", os.raw_name.trim(), piece.path))
        .collect();
    systems.sort_unstable();
    systems.dedup();
    let mut names: Vec<String> = host
        .pieces
        .iter()
        .filter_map(|p| p.evidence.os.as_ref())
        .map(|os| match &os.platform {
            Platform::Windows { product, .. } => product.family.name().to_owned(),
            Platform::Linux { distribution, .. } => distribution.clone(),
            Platform::Other => os.raw_name.trim().to_owned(),
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.len() > 1 {
        notes.push(format!("the files name different operating systems: {}", systems.join("; ")));
    }
    if standing.os.is_some_and(|(_, os)| os.guess_percent.is_some()) {
        notes.push("the operating system is a scanner's guess, not the host's own word".to_owned());
    }
}

/// The operating system for a person.
pub(in crate::judge) fn product_words(standing: &Standing<'_>) -> Option<String> {
    match (standing.windows, standing.os) {
        (Some(windows), _) => Some(windows.to_string()),
        (None, Some((_, os))) => match &os.platform {
            Platform::Linux { distribution, version } => Some(match version {
                Some(version) => format!("{distribution} {version}"),
                None => distribution.clone(),
            }),
            _ => Some(os.raw_name.trim().to_owned()),
        },
        (None, None) => None,
    }
}
