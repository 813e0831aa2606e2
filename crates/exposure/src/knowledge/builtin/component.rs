//! Which components are part of every installation of a Windows family, and which may be absent.
//!
//! A list of updates shows that a component is patched, seldom that it is there: a missing update
//! for an optional component proves nothing.

use model::windows::WindowsFamily;

use super::table::{BuiltinError, Fault, read};

/// A rule on components whose label contains a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComponentRule {
    /// The text, in lower case.
    pub pattern: String,
    /// The families it holds for; empty means all.
    pub families: Vec<WindowsFamily>,
    /// What it says.
    pub presence: Presence,
    /// Why it may be absent ("version", "role", "feature", "product", "edition", "store");
    /// empty where it cannot.
    pub why: String,
    /// Address of a page that says so.
    pub source: String,
}

/// Whether a component is on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Part of every installation.
    Inbox,
    /// There or not, or there in one of several versions.
    Optional,
}

impl ComponentRule {
    /// Whether the rule speaks of this component, by its label in any letter case, on this family.
    pub fn applies(&self, component: &str, family: WindowsFamily) -> bool {
        (self.families.is_empty() || self.families.contains(&family))
            && component.to_lowercase().contains(&self.pattern)
    }
}

/// What the first rule that applies says; `None` if no rule knows the component.
pub fn presence(
    rules: &[ComponentRule],
    component: &str,
    family: WindowsFamily,
) -> Option<Presence> {
    rules.iter().find(|rule| rule.applies(component, family)).map(|rule| rule.presence)
}

/// The rules, the more particular before the general: the first that applies decides.
pub fn components() -> Result<Vec<ComponentRule>, BuiltinError> {
    const COLUMNS: &[&str] = &["pattern", "families", "presence", "why", "source"];
    read("components.csv", include_str!("components.csv"), COLUMNS, |row| {
        let families = match row.cell("families") {
            "*" => Vec::new(),
            _ => row.list("families").iter().map(|name| family(name)).collect::<Result<_, _>>()?,
        };
        let words = [("inbox", Presence::Inbox), ("optional", Presence::Optional)];
        Ok(ComponentRule {
            pattern: row.text("pattern")?,
            families,
            presence: row.word("presence", &words, "inbox or optional")?,
            why: row.cell("why").to_owned(),
            source: row.text("source")?,
        })
    })
}

fn family(name: &str) -> Result<WindowsFamily, Fault> {
    WindowsFamily::ALL.into_iter().find(|family| family.name() == name).ok_or_else(|| {
        Fault::Value {
            column: "families",
            text: name.to_owned(),
            expected: "the name of a Windows family",
        }
    })
}
