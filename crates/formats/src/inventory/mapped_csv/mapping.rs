//! The mapping file: our own settings, so that a misspelt key is an error and not a silence.

use std::collections::BTreeMap;

use serde::Deserialize;

use model::evidence::{Ecosystem, UpdateListKind};

/// Which column of a table means what.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping {
    pub(super) columns: Columns,
    pub(super) controls: BTreeMap<String, ControlColumn>,
    /// Character between columns, if it is not to be found out.
    pub(super) delimiter: Option<u8>,
    /// Characters between the entries of one cell.
    pub(super) list_separators: String,
    pub(super) date_formats: Vec<String>,
    pub(super) update_list: UpdateListKindName,
    pub(super) complete_updates: bool,
    pub(super) complete_software: bool,
    pub(super) software_ecosystem: EcosystemName,
    /// Whether absent columns are in order, as for our own names.
    pub(super) lenient: bool,
}

/// A column that shows the state of a setting.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlColumn {
    /// The column's name.
    pub column: String,
    /// Values that mean "on", in any letter case.
    pub enabled: Vec<String>,
    /// Values that mean "off", in any letter case.
    pub disabled: Vec<String>,
}

/// Why a mapping file is of no use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// No TOML, an unknown key or a value of the wrong kind; the text names line and column.
    #[error("the mapping cannot be read: {0}")]
    Unreadable(String),
    /// Without one of these columns nothing says which host a row is about.
    #[error("the mapping names no column for `host`, `fqdn`, `serial`, `tool_id` or `address`")]
    NoHost,
    /// A delimiter is one ASCII character.
    #[error("the delimiter `{0}` is not one ASCII character (for a tab write \"\\t\")")]
    Delimiter(String),
    /// A value cannot mean both.
    #[error("control `{control}`: `{value}` is listed as enabled and as disabled")]
    Both {
        /// The control.
        control: String,
        /// The value in both lists.
        value: String,
    },
    /// A control without values can never have a state.
    #[error("control `{0}` lists no values for enabled and disabled")]
    NoValues(String),
    /// A date format that no date can be read with.
    #[error("the date format `{format}` is not understood: {reason}")]
    DateFormat {
        /// As written.
        format: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// What the update columns list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum UpdateListKindName {
    /// What a tool reports as installed.
    #[default]
    Reported,
    /// Win32_QuickFixEngineering.
    Hotfixes,
    /// Windows Update history.
    History,
    /// Offered or missing.
    Missing,
}

impl UpdateListKindName {
    pub(super) const fn kind(self) -> UpdateListKind {
        match self {
            Self::Reported => UpdateListKind::Reported,
            Self::Hotfixes => UpdateListKind::Hotfixes,
            Self::History => UpdateListKind::History,
            Self::Missing => UpdateListKind::Missing,
        }
    }
}

/// Where the software columns' entries come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum EcosystemName {
    #[default]
    Unspecified,
    Dpkg,
    Rpm,
    Apk,
    WindowsProgram,
    Purl,
    Device,
}

impl EcosystemName {
    pub(super) const fn ecosystem(self) -> Ecosystem {
        match self {
            Self::Unspecified => Ecosystem::Unspecified,
            Self::Dpkg => Ecosystem::Dpkg,
            Self::Rpm => Ecosystem::Rpm,
            Self::Apk => Ecosystem::Apk,
            Self::WindowsProgram => Ecosystem::WindowsProgram,
            Self::Purl => Ecosystem::Purl,
            Self::Device => Ecosystem::Device,
        }
    }
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    delimiter: Option<String>,
    list_separators: Option<String>,
    #[serde(default)]
    date_formats: Vec<String>,
    #[serde(default)]
    update_list: UpdateListKindName,
    #[serde(default)]
    complete_updates: bool,
    #[serde(default)]
    complete_software: bool,
    #[serde(default)]
    software_ecosystem: EcosystemName,
    columns: Columns,
    #[serde(default)]
    controls: BTreeMap<String, ControlColumn>,
}

macro_rules! columns {
    ($($(#[$doc:meta])* $field:ident),* $(,)?) => {
        /// Columns by what they mean.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct Columns {
            $($(#[$doc])* pub(super) $field: Option<String>,)*
        }

        impl Columns {
            /// Every field with its name.
            pub(super) fn fields(&self) -> Vec<(&'static str, &Option<String>)> {
                vec![$((stringify!($field), &self.$field)),*]
            }

            /// Every field with its name, to be filled.
            pub(super) fn fields_mut(&mut self) -> Vec<(&'static str, &mut Option<String>)> {
                vec![$((stringify!($field), &mut self.$field)),*]
            }
        }
    };
}

columns! {
    host,
    fqdn,
    serial,
    tool_id,
    mac,
    address,
    os_name,
    /// "10.0.19045.4046" or "6.1.7601 Service Pack 1 Build 7601".
    os_version,
    /// A bare build ("19045", "19045.4046") where it stands apart.
    os_build,
    architecture,
    service_pack,
    /// One update or a list of them.
    kb,
    kb_title,
    kb_installed_on,
    last_boot,
    collected_at,
    software_name,
    software_version,
    software_vendor,
    software_architecture,
    software_purl,
    software_cpe,
    /// "445", "445/tcp", or a list of them.
    open_ports,
}

impl Mapping {
    /// Reads a mapping file.
    pub fn parse(toml_text: &str) -> Result<Self, MappingError> {
        let file: File = toml::from_str(toml_text)
            .map_err(|error| MappingError::Unreadable(error.to_string().trim_end().to_owned()))?;
        let columns = file.columns;
        let host =
            [&columns.host, &columns.fqdn, &columns.serial, &columns.tool_id, &columns.address];
        if host.iter().all(|column| column.is_none()) {
            return Err(MappingError::NoHost);
        }
        let delimiter = match file.delimiter {
            None => None,
            Some(text) => match text.as_bytes() {
                [one] if one.is_ascii() => Some(*one),
                _ => return Err(MappingError::Delimiter(text)),
            },
        };
        for (name, control) in &file.controls {
            check_control(name, control)?;
        }
        for format in &file.date_formats {
            super::dates::check(format)
                .map_err(|reason| MappingError::DateFormat { format: format.clone(), reason })?;
        }
        Ok(Self {
            columns,
            controls: file.controls,
            delimiter,
            list_separators: file.list_separators.unwrap_or_default(),
            date_formats: file.date_formats,
            update_list: file.update_list,
            complete_updates: file.complete_updates,
            complete_software: file.complete_software,
            software_ecosystem: file.software_ecosystem,
            lenient: false,
        })
    }
}

fn check_control(name: &str, control: &ControlColumn) -> Result<(), MappingError> {
    if control.enabled.is_empty() && control.disabled.is_empty() {
        return Err(MappingError::NoValues(name.to_owned()));
    }
    let both = control
        .enabled
        .iter()
        .find(|value| control.disabled.iter().any(|other| other.eq_ignore_ascii_case(value)));
    match both {
        Some(value) => Err(MappingError::Both { control: name.to_owned(), value: value.clone() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named() {
        let fails = |text: &str| Mapping::parse(text).unwrap_err().to_string();
        assert!(fails("[columns]\nhots = \"x\"").contains("hots"));
        assert!(fails("[columns]\nos_name = \"x\"").contains("names no column for `host`"));
        assert!(fails("delimiter = \"::\"\n[columns]\nhost = \"x\"").contains("one ASCII"));
        let control = "[columns]\nhost = \"x\"\n[controls]\nc = ";
        let both = "{ column = \"c\", enabled = [\"On\"], disabled = [\"on\"] }";
        assert!(fails(&format!("{control}{both}")).contains("as enabled and as disabled"));
        let none = "{ column = \"c\", enabled = [], disabled = [] }";
        assert!(fails(&format!("{control}{none}")).contains("lists no values"));
        assert!(fails("date_formats = [\"%Q\"]\n[columns]\nhost = \"x\"").contains("%Q"));
        assert!(fails("not toml").contains("line 1"));
    }
}
