//! The table of what a CycloneDX document may hold, parsed once from `rules/*.rules`.
//!
//! A line in an object is `field type flags…`. Types: a kind ([`Kind`]), an enum, an object,
//! `[list]`, or alternatives `a|b`. Flags: `+1.5` since, `-1.4` until, `req` required (`req-1.3`,
//! `json-req`, `xml-req` narrow it), `use` a fault here touches what we use, `unique` no two equal
//! items, and where the field stands in XML: `@` attribute, `=` text, `<a>` element, `<a/b>` items
//! `b` in wrapper `a`, `<*a>` repeated, `…@ref` by that attribute, `none` nowhere, `special:` by
//! hand. Nothing flagged: an element of the field's name.

use std::collections::HashMap;
use std::sync::OnceLock;

/// The minor version of CycloneDX: 2 to 7 of 1.2 to 1.7.
pub(super) type Minor = u8;

/// The whole table.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) objects: Vec<Object>,
    pub(super) enums: Vec<Enumeration>,
    /// What was wrong with the rules themselves; a test keeps it empty.
    pub(super) errors: Vec<String>,
    names: HashMap<&'static str, Named>,
}

#[derive(Clone, Copy, Debug)]
enum Named {
    Object(usize),
    Enum(usize),
}

/// The rules of one kind of object.
#[derive(Debug, Default)]
pub(super) struct Object {
    pub(super) name: &'static str,
    /// Until which version unknown properties are allowed.
    pub(super) open_until: Minor,
    pub(super) fields: Vec<Field>,
    pub(super) conditions: Vec<Condition>,
}

/// One property.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) shape: Type,
    pub(super) xml: Xml,
    pub(super) versions: Span,
    pub(super) json_required: Span,
    pub(super) xml_required: Span,
    pub(super) used: bool,
    pub(super) unique: bool,
}

/// Versions from the first to the second, both included; empty if they are in wrong order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span(pub(super) Minor, pub(super) Minor);

impl Span {
    const NEVER: Self = Self(Minor::MAX, 0);
    const ALWAYS: Self = Self(0, Minor::MAX);

    pub(super) fn holds(self, minor: Minor) -> bool {
        self.0 <= minor && minor <= self.1
    }
}

/// What a value must be.
#[derive(Clone, Debug)]
pub(super) enum Type {
    Kind(Kind),
    Enum(usize),
    Object(usize),
    List(Box<Type>),
    Either(Vec<Type>),
}

/// Scalars and the few shapes that have rules of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Any,
    Text,
    Integer,
    Positive,
    NonNegative,
    QuantumLevel,
    Number,
    Fraction,
    Boolean,
    DateTime,
    Uri,
    Email,
    BomRef,
    Ref,
    Version,
    AffectedVersion,
    Range,
    Serial,
    Mime,
    Locale,
    HashContent,
    LicenseId,
    Cre,
    Cpe,
    SignatureAlgorithm,
    Licenses,
}

const KINDS: &[(&str, Kind)] = &[
    ("any", Kind::Any),
    ("str", Kind::Text),
    ("cpe", Kind::Cpe),
    ("int", Kind::Integer),
    ("int1", Kind::Positive),
    ("int0", Kind::NonNegative),
    ("int0to6", Kind::QuantumLevel),
    ("num", Kind::Number),
    ("fraction", Kind::Fraction),
    ("bool", Kind::Boolean),
    ("date-time", Kind::DateTime),
    ("timestamp", Kind::DateTime),
    ("uri", Kind::Uri),
    ("email", Kind::Email),
    ("bom-ref", Kind::BomRef),
    ("ref", Kind::Ref),
    ("version", Kind::Version),
    ("affected-version-text", Kind::AffectedVersion),
    ("range", Kind::Range),
    ("serial", Kind::Serial),
    ("mime", Kind::Mime),
    ("locale", Kind::Locale),
    ("hash-content", Kind::HashContent),
    ("license-id", Kind::LicenseId),
    ("cre", Kind::Cre),
    ("signature-algorithm", Kind::SignatureAlgorithm),
    ("licenses", Kind::Licenses),
];

/// Where a field stands in XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Xml {
    Nowhere,
    Attribute(&'static str),
    Text,
    Element(&'static str),
    Wrapped { wrapper: &'static str, item: &'static str, attribute: Option<&'static str> },
    Repeated(&'static str),
    Special(&'static str),
}

/// The values of an enumeration and since when each is one.
#[derive(Debug, Default)]
pub(super) struct Enumeration {
    pub(super) values: Vec<(&'static str, Minor)>,
}

/// A rule over several properties of an object.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) rule: Rule,
    pub(super) json: bool,
    pub(super) xml: bool,
    pub(super) since: Minor,
}

#[derive(Debug)]
pub(super) enum Rule {
    /// Exactly one of these.
    One(Vec<&'static str>),
    /// At most one of these.
    NotBoth(Vec<&'static str>),
    /// If the first is there, so are the others.
    With(&'static str, Vec<&'static str>),
    /// If the first has this value, the others are there.
    When(&'static str, &'static str, Vec<&'static str>),
    /// Signed, or an external reference with its organisation; not both.
    Signatory,
}

/// The table.
pub(super) fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        Table::parse(&[
            include_str!("rules/bom.rules"),
            include_str!("rules/vulnerability.rules"),
            include_str!("rules/extensions.rules"),
        ])
    })
}

impl Table {
    pub(super) fn object(&self, name: &str) -> Option<&Object> {
        match self.names.get(name)? {
            Named::Object(at) => self.objects.get(*at),
            Named::Enum(_) => None,
        }
    }

    pub(super) fn object_type(&self, name: &str) -> Option<Type> {
        match self.names.get(name)? {
            Named::Object(at) => Some(Type::Object(*at)),
            Named::Enum(_) => None,
        }
    }

    fn parse(texts: &[&'static str]) -> Self {
        let mut table = Self::default();
        // Names first: objects refer to each other in circles.
        for line in texts.iter().flat_map(|text| text.lines()) {
            let mut words = line.split_whitespace();
            let named = match (line.starts_with(' '), words.next(), words.next()) {
                (false, Some("object"), Some(name)) => {
                    table.objects.push(Object { name, ..Object::default() });
                    (name, Named::Object(table.objects.len() - 1))
                }
                (false, Some("enum"), Some(name)) => {
                    table.enums.push(Enumeration::default());
                    (name, Named::Enum(table.enums.len() - 1))
                }
                _ => continue,
            };
            if table.names.insert(named.0, named.1).is_some() {
                table.errors.push(format!("`{}` is named twice", named.0));
            }
        }
        let mut current = None;
        for line in texts.iter().flat_map(|text| text.lines()) {
            let mut words = line.split_whitespace();
            match (line.starts_with(' '), words.next()) {
                (_, None) => {}
                (false, Some(word)) if word.starts_with('#') => {}
                (false, Some("object" | "enum")) => {
                    current = words.next().and_then(|name| table.names.get(name)).copied();
                    table.declare(current, words.collect());
                }
                (true, Some(_)) => {
                    if let Err(error) = table.line(current, line) {
                        table.errors.push(format!("{line}: {error}"));
                    }
                }
                _ => table.errors.push(line.to_owned()),
            }
        }
        table
    }

    fn declare(&mut self, current: Option<Named>, rest: Vec<&'static str>) {
        match current {
            Some(Named::Enum(at)) => {
                if let Some(enumeration) = self.enums.get_mut(at) {
                    enumeration.values.extend(rest.into_iter().map(enum_value));
                }
            }
            Some(Named::Object(at)) => {
                if let Some(object) = self.objects.get_mut(at) {
                    for word in rest {
                        object.open_until = match word.strip_prefix("open-1.") {
                            Some(minor) => minor.parse().unwrap_or(Minor::MAX),
                            None => Minor::MAX,
                        };
                    }
                }
            }
            None => {}
        }
    }

    fn line(&mut self, current: Option<Named>, line: &'static str) -> Result<(), &'static str> {
        let mut words = line.split_whitespace();
        match current.ok_or("stands in nothing")? {
            Named::Enum(at) => {
                let values = words.map(enum_value);
                self.enums.get_mut(at).ok_or("no enum")?.values.extend(values);
            }
            Named::Object(at) if line.trim_start().starts_with(": ") => {
                let condition = condition(words.skip(1).collect()).ok_or("no rule")?;
                self.objects.get_mut(at).ok_or("no object")?.conditions.push(condition);
            }
            Named::Object(at) => {
                let name = words.next().ok_or("no name")?;
                let shape = self.shape(words.next().ok_or("no type")?).ok_or("unknown type")?;
                let field = field(name, shape, words.collect())?;
                self.objects.get_mut(at).ok_or("no object")?.fields.push(field);
            }
        }
        Ok(())
    }

    fn shape(&self, text: &'static str) -> Option<Type> {
        if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))
            && !inner.contains(['[', ']'])
        {
            return Some(Type::List(Box::new(self.shape(inner)?)));
        }
        if text.contains('|') {
            return text
                .split('|')
                .map(|one| self.shape(one))
                .collect::<Option<_>>()
                .map(Type::Either);
        }
        if let Some((_, kind)) = KINDS.iter().find(|(name, _)| *name == text) {
            return Some(Type::Kind(*kind));
        }
        Some(match self.names.get(text)? {
            Named::Object(at) => Type::Object(*at),
            Named::Enum(at) => Type::Enum(*at),
        })
    }
}

fn enum_value(word: &'static str) -> (&'static str, Minor) {
    match word.rsplit_once("+1.") {
        Some((value, minor)) => (value, minor.parse().unwrap_or(0)),
        None => (word, 0),
    }
}

fn span(text: &str) -> Option<Span> {
    let minor = |text: &str| text.parse::<Minor>().ok();
    if text.is_empty() {
        Some(Span::ALWAYS)
    } else if let Some(rest) = text.strip_prefix("+1.") {
        match rest.split_once("-1.") {
            Some((from, until)) => Some(Span(minor(from)?, minor(until)?)),
            None => Some(Span(minor(rest)?, Minor::MAX)),
        }
    } else {
        Some(Span(0, minor(text.strip_prefix("-1.")?)?))
    }
}

fn field(name: &'static str, shape: Type, flags: Vec<&'static str>) -> Result<Field, &'static str> {
    let mut field = Field {
        name,
        shape,
        xml: Xml::Element(name),
        versions: Span::ALWAYS,
        json_required: Span::NEVER,
        xml_required: Span::NEVER,
        used: false,
        unique: false,
    };
    for flag in flags {
        if flag == "use" {
            field.used = true;
        } else if flag == "unique" {
            field.unique = true;
        } else if flag.starts_with(['+', '-']) {
            field.versions = span(flag).ok_or("bad versions")?;
        } else if let Some(rest) = flag.strip_prefix("json-req") {
            field.json_required = span(rest).ok_or("bad versions")?;
        } else if let Some(rest) = flag.strip_prefix("xml-req") {
            field.xml_required = span(rest).ok_or("bad versions")?;
        } else if let Some(rest) = flag.strip_prefix("req") {
            field.json_required = span(rest).ok_or("bad versions")?;
            field.xml_required = field.json_required;
        } else {
            field.xml = xml(name, flag).ok_or("unknown flag")?;
        }
    }
    Ok(field)
}

fn xml(name: &'static str, flag: &'static str) -> Option<Xml> {
    Some(match flag {
        "none" => Xml::Nowhere,
        "@" => Xml::Attribute(name),
        "=" => Xml::Text,
        _ => {
            if let Some(attribute) = flag.strip_prefix('@') {
                Xml::Attribute(attribute)
            } else if let Some(special) = flag.strip_prefix("special:") {
                Xml::Special(special)
            } else {
                let inner = flag.strip_prefix('<')?.strip_suffix('>')?;
                if let Some(item) = inner.strip_prefix('*') {
                    Xml::Repeated(item)
                } else if let Some((wrapper, item)) = inner.split_once('/') {
                    match item.split_once('@') {
                        Some((item, attribute)) => {
                            Xml::Wrapped { wrapper, item, attribute: Some(attribute) }
                        }
                        None => Xml::Wrapped { wrapper, item, attribute: None },
                    }
                } else {
                    Xml::Element(inner)
                }
            }
        }
    })
}

fn condition(mut words: Vec<&'static str>) -> Option<Condition> {
    let mut condition = Condition { rule: Rule::Signatory, json: true, xml: true, since: 0 };
    if let Some(last) = words.last().copied() {
        let (medium, since) = last.split_once("+1.").unwrap_or((last, "0"));
        if medium == "json" || medium == "xml" {
            condition.json = medium == "json";
            condition.xml = medium == "xml";
            condition.since = since.parse().ok()?;
            words.pop();
        }
    }
    condition.rule = match words.as_slice() {
        ["one", names @ ..] => Rule::One(names.to_vec()),
        ["not-both", names @ ..] => Rule::NotBoth(names.to_vec()),
        ["with", name, "need", names @ ..] => Rule::With(name, names.to_vec()),
        ["when", name, value, "need", names @ ..] => Rule::When(name, value, names.to_vec()),
        ["signatory"] => Rule::Signatory,
        _ => return None,
    };
    Some(condition)
}

impl Object {
    /// The field of this name in a version.
    pub(super) fn field(&self, name: &str, minor: Minor) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name && field.versions.holds(minor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_well_formed() {
        let table = table();
        assert_eq!(table.errors, Vec::<String>::new());
        assert!(table.objects.len() > 100, "{}", table.objects.len());
        for object in &table.objects {
            assert!(!object.fields.is_empty(), "{}", object.name);
            for condition in &object.conditions {
                let names = match &condition.rule {
                    Rule::One(names) | Rule::NotBoth(names) => names.clone(),
                    Rule::With(name, needs) | Rule::When(name, _, needs) => {
                        needs.iter().copied().chain([*name]).collect()
                    }
                    Rule::Signatory => vec!["signature", "organization", "externalReference"],
                };
                for name in names {
                    assert!(
                        object.fields.iter().any(|field| field.name == name),
                        "{}: {name}",
                        object.name
                    );
                }
            }
        }
    }

    #[test]
    fn versions_narrow_a_field() {
        let evidence = table().object("evidence").unwrap();
        assert!(evidence.field("identity", 4).is_none());
        assert!(matches!(evidence.field("identity", 5).unwrap().shape, Type::Object(_)));
        assert!(matches!(evidence.field("identity", 6).unwrap().shape, Type::Either(_)));
    }
}
