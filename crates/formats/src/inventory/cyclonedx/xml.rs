//! XML to a small tree: local names, own namespace only, text, attributes.
//!
//! Document types are refused, so no entity is ever defined, expanded or fetched; elements and
//! attributes of other namespaces (signatures, extensions) are left out.

use model::reading::{Place, ReadError};
use quick_xml::NsReader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{PrefixDeclaration, ResolveResult};

/// How deep elements may nest: as deep as JSON may.
const MOST_DEPTH: usize = 128;

/// How many attributes an element may have; the specification knows fewer than ten.
const MOST_ATTRIBUTES: usize = 1_000;

/// An element of the document's namespace.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    pub(super) text: String,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn named<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// The root element and the namespace it is in.
pub(super) fn parse(text: &str) -> Result<(Element, String), ReadError> {
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    // How many elements of other namespaces are open; what is in them is left out.
    let mut foreign = 0usize;
    let mut namespace: Option<String> = None;
    let mut root = None;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let (bound, event) = reader
            .read_resolved_event()
            .map_err(|error| fail(text, at, format!("broken XML: {error}")))?;
        match event {
            Event::DocType(_) => {
                return Err(ReadError::new(
                    line(text, at),
                    "a document type (DOCTYPE), which CycloneDX does not use and which can hold entity bombs",
                    "take the DOCTYPE out if you trust the file's origin",
                ));
            }
            Event::Start(start) => {
                if open.len() + foreign >= MOST_DEPTH {
                    return Err(fail(text, at, format!("elements nest deeper than {MOST_DEPTH}")));
                }
                let own = match bound {
                    ResolveResult::Bound(found) => {
                        let found: &str = found.as_ref();
                        namespace.get_or_insert_with(|| found.to_owned()) == found
                    }
                    _ => namespace.get_or_insert_with(String::new).is_empty(),
                };
                if foreign > 0 || !own {
                    foreign += 1;
                    continue;
                }
                if root.is_some() {
                    return Err(fail(text, at, "a second root element".to_owned()));
                }
                open.push(element(&start).map_err(|message| fail(text, at, message))?);
            }
            Event::End(_) => {
                if foreign > 0 {
                    foreign -= 1;
                    continue;
                }
                let Some(done) = open.pop() else {
                    return Err(fail(text, at, "an end tag without its beginning".to_owned()));
                };
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => root = Some(done),
                }
            }
            Event::Text(piece) if foreign == 0 => {
                if let Some(current) = open.last_mut() {
                    current.text.push_str(&piece.xml10_content());
                }
            }
            Event::CData(piece) if foreign == 0 => {
                if let Some(current) = open.last_mut() {
                    current.text.push_str(&piece.xml10_content());
                }
            }
            Event::GeneralRef(name) if foreign == 0 => {
                let resolved = match name.resolve_char_ref() {
                    Ok(Some(c)) => c.to_string(),
                    Ok(None) => match resolve_predefined_entity(&name) {
                        Some(known) => known.to_owned(),
                        None => return Err(undefined(text, at)),
                    },
                    Err(_) => return Err(undefined(text, at)),
                };
                if let Some(current) = open.last_mut() {
                    current.text.push_str(&resolved);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    if !open.is_empty() || foreign > 0 {
        return Err(fail(text, text.len(), "the file ends in the middle of an element".to_owned()));
    }
    match (root, namespace) {
        (Some(root), Some(namespace)) => Ok((root, namespace)),
        _ => Err(fail(text, 0, "no element".to_owned())),
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut element = Element {
        name: AsRef::<str>::as_ref(&start.local_name()).to_owned(),
        ..Element::default()
    };
    for (count, attribute) in start.attributes().enumerate() {
        // Each is compared with all before it.
        if count == MOST_ATTRIBUTES {
            return Err(format!("an element with more than {MOST_ATTRIBUTES} attributes"));
        }
        let attribute = attribute.map_err(|error| format!("broken attribute: {error}"))?;
        let key: &str = attribute.key.as_ref();
        if key.contains(':')
            || attribute.key.as_namespace_binding() == Some(PrefixDeclaration::Default)
        {
            continue;
        }
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(|error| format!("broken value of attribute `{key}`: {error}"))?;
        element.attributes.push((key.to_owned(), value.into_owned()));
    }
    Ok(element)
}

fn undefined(text: &str, at: usize) -> ReadError {
    fail(text, at, "an entity that is not defined".to_owned())
}

fn fail(text: &str, at: usize, message: String) -> ReadError {
    ReadError::new(line(text, at), message, "write the file again with its generator")
}

fn line(text: &str, at: usize) -> Place {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    let breaks = before.matches('\n').count();
    Place::Line(u32::try_from(breaks + 1).unwrap_or(u32::MAX))
}
