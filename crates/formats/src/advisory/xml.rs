//! XML read as a stream, element by element, for documents of any size.
//!
//! External entities are never fetched and declared ones never expanded; depth and length of texts
//! are bounded. A document that ends inside an element is an error: it is cut short.

use model::reading::{Place, ReadError};
use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};

/// Elements inside one another.
const DEPTH: usize = 64;

/// Bytes kept of the text of one element.
const TEXT_BYTES: usize = 1 << 20;

/// Takes the elements of a document.
pub(super) trait Elements {
    /// An element begins. `name` is its name without prefix, `attribute` looks one up.
    fn begin(&mut self, name: &str, attribute: &dyn Fn(&str) -> Option<String>);

    /// An element ends; `text` is the text directly before its end tag, without blanks around it.
    fn end(&mut self, name: &str, text: &str);
}

/// Walks through a document.
pub(super) fn walk(text: &str, elements: &mut dyn Elements) -> Result<(), ReadError> {
    let mut reader = Reader::from_str(text);
    // `<a/>` arrives as a beginning and an end.
    reader.config_mut().expand_empty_elements = true;
    let mut depth = 0_usize;
    let mut content = String::new();
    loop {
        let event = reader.read_event().map_err(|error| {
            let at = reader.error_position();
            let remedy = match error {
                // Something was opened and the end of the file came instead of its closing.
                quick_xml::Error::Syntax(_) => "the file is cut short: fetch it again",
                _ => "check that the file is XML and was fetched whole",
            };
            fault(text, at, error.to_string(), remedy)
        })?;
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEPTH {
                    let at = reader.buffer_position();
                    let message = format!("elements are nested more than {DEPTH} deep");
                    return Err(fault(text, at, message, "this is no advisory: leave it out"));
                }
                content.clear();
                let attribute = |wanted: &str| {
                    let found = start.try_get_attribute(wanted).ok().flatten()?;
                    found
                        .normalized_value(XmlVersion::Implicit1_0)
                        .ok()
                        .map(std::borrow::Cow::into_owned)
                };
                elements.begin(start.local_name().as_ref(), &attribute);
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                elements.end(end.local_name().as_ref(), content.trim());
                content.clear();
            }
            Event::Text(part) => append(&mut content, &part.xml10_content()),
            Event::CData(part) => append(&mut content, &part.xml10_content()),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => append(&mut content, c.encode_utf8(&mut [0; 4])),
                _ => append(&mut content, predefined(&reference)),
            },
            Event::Eof if depth > 0 => {
                let at = reader.buffer_position();
                let message = "the document ends inside an element".to_owned();
                return Err(fault(text, at, message, "the file is cut short: fetch it again"));
            }
            Event::Eof => return Ok(()),
            Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
}

/// The five entities of XML; any other is left out.
fn predefined(name: &str) -> &'static str {
    match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        _ => "",
    }
}

fn append(content: &mut String, part: &str) {
    if content.len() + part.len() <= TEXT_BYTES {
        content.push_str(part);
    }
}

fn fault(text: &str, at: u64, message: String, remedy: &str) -> ReadError {
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(text.len());
    let line =
        1 + text.char_indices().take_while(|(i, _)| *i < at).filter(|(_, c)| *c == '\n').count();
    ReadError::new(Place::Line(u32::try_from(line).unwrap_or(u32::MAX)), message, remedy)
}
