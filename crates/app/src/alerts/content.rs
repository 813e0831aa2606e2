//! What an alert says, as the record keeps it and as somebody writes it.

use jiff::SignedDuration;
use jiff::civil::Date;
use model::event::Marking;
use model::organisation::{OrganisationCode, OrganisationKind};
use response::alert::{
    ActBy, Audience, Authority, Basis, Certainty, Clocks, Content, Level, Severity, Urgency,
};
use serde_json::{Value, json};

use super::fields::{DecodeError, Fields, wrong};

/// Writes it for the record.
pub(super) fn write(content: &Content) -> Value {
    let audience = &content.audience;
    let codes = |codes: &std::collections::BTreeSet<OrganisationCode>| -> Vec<String> {
        codes.iter().map(ToString::to_string).collect()
    };
    json!({
        "headline": content.headline,
        "description": content.description,
        "steps": content.steps,
        "advisories": content.advisories,
        "level": content.authority.level().code(),
        "basis": content.authority.basis().map(Basis::as_str),
        "severity": content.severity.code(),
        "urgency": content.urgency.code(),
        "certainty": content.certainty.code(),
        "marking": content.marking.label(),
        "kinds": audience.kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>(),
        "below": codes(&audience.below),
        "named": codes(&audience.named),
        "exposed_only": audience.exposed_only,
        "acknowledge_within_secs": content.clocks.acknowledge_within.as_secs(),
        "act_by": match &content.clocks.act {
            ActBy::Day(day) => json!({ "day": day.to_string() }),
            ActBy::Policy(policy) => json!({ "policy": policy }),
            ActBy::Open => json!({}),
        },
        "expires": content.clocks.expires.map(|at| at.to_string()),
    })
}

/// Reads it back.
pub(super) fn read(fields: &Fields) -> Result<Content, DecodeError> {
    let basis: Option<String> = fields.optional("basis")?;
    let level = fields.coded("level", Level::of_code)?;
    let authority = Authority::new(level, basis.as_deref().and_then(Basis::new))
        .ok_or_else(|| wrong("basis", "is missing, and something binding rests on one"))?;
    let kinds = fields.list::<String>("kinds")?.into_iter().map(|code| {
        let kind = OrganisationKind::of_code(&code);
        kind.ok_or_else(|| wrong("kinds", format!("holds `{code}`, which is no kind")))
    });
    let act = fields.object("act_by")?.ok_or_else(|| wrong("act_by", "is missing"))?;
    let act = match (act.optional::<Date>("day")?, act.optional::<String>("policy")?) {
        (Some(day), _) => ActBy::Day(day),
        (None, Some(policy)) => ActBy::Policy(policy),
        (None, None) => ActBy::Open,
    };
    let within = i64::try_from(fields.count("acknowledge_within_secs")?).unwrap_or(i64::MAX);
    Ok(Content {
        headline: fields.required("headline")?,
        description: fields.required("description")?,
        steps: fields.list("steps")?,
        advisories: fields.list("advisories")?,
        authority,
        severity: fields.coded("severity", Severity::of_code)?,
        urgency: fields.coded("urgency", Urgency::of_code)?,
        certainty: fields.coded("certainty", Certainty::of_code)?,
        marking: fields.coded("marking", Marking::of_label)?,
        audience: Audience {
            kinds: kinds.collect::<Result<_, _>>()?,
            below: fields.list("below")?.into_iter().collect(),
            named: fields.list("named")?.into_iter().collect(),
            exposed_only: fields.flag("exposed_only")?,
        },
        clocks: Clocks {
            acknowledge_within: SignedDuration::from_secs(within),
            act,
            expires: fields.optional("expires")?,
        },
    })
}
