//! `wardround explain cvss` and `wardround explain cpe`

use clap::Args;
use model::cpe::{self, Cpe};
use model::cvss::CvssVector;

use crate::error::CliError;
use crate::terminal;

/// Score a CVSS vector (2.0, 3.0, 3.1, 4.0)
#[derive(Debug, Args)]
#[command(after_help = "Example:
  wardround explain cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")]
pub(super) struct CvssArguments {
    /// For example CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H
    vector: String,
}

/// Match two CPE names by NISTIR 7696: EQUAL, SUBSET, SUPERSET, DISJOINT or UNDEFINED
#[derive(Debug, Args)]
#[command(after_help = "Example:
  wardround explain cpe 'cpe:2.3:o:microsoft:windows_7:*:*:*:*:*:*:*:*' cpe:/o:microsoft:windows_7::sp1")]
pub(super) struct CpeArguments {
    /// The source, for example of an advisory (2.3 formatted string or 2.2 URI)
    source: String,
    /// The target, for example of an inventory
    target: String,
}

pub(super) fn cvss(arguments: &CvssArguments) -> Result<u8, CliError> {
    let vector = CvssVector::parse(&arguments.vector).map_err(|e| {
        CliError::usage("the vector cannot be scored")
            .because(e)
            .hint("for example CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H")
    })?;
    let mut text =
        format!("CVSS {} base {} ({})\n", vector.version(), vector.base_score(), vector.severity());
    if let Some(score) = vector.temporal_score() {
        text.push_str(&format!("temporal {score}\n"));
    }
    if let Some(score) = vector.environmental_score() {
        text.push_str(&format!("environmental {score}\n"));
    }
    terminal::print(&text)?;
    Ok(0)
}

pub(super) fn cpe(arguments: &CpeArguments) -> Result<u8, CliError> {
    let read = |text: &str| {
        Cpe::parse(text)
            .map_err(|e| CliError::usage(format!("`{text}` is not a CPE name")).because(e))
    };
    let relation = cpe::compare(&read(&arguments.source)?, &read(&arguments.target)?);
    terminal::print(&format!("{relation}\n"))?;
    Ok(0)
}
