//! Small XML documents, element by element.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// An XML document that is written into memory.
pub(super) struct Document(Writer<Vec<u8>>);

impl Document {
    /// Begins a document with its root element.
    pub(super) fn begin(root: &str, attributes: &[(&str, &str)]) -> io::Result<Self> {
        let mut document = Self(Writer::new_with_indent(Vec::new(), b' ', 1));
        document.0.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        document.open(root, attributes)?;
        Ok(document)
    }

    /// Opens an element.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.0.write_event(Event::Start(start))
    }

    /// Closes an element.
    pub(super) fn close(&mut self, name: &str) -> io::Result<()> {
        self.0.write_event(Event::End(BytesEnd::new(name)))
    }

    /// An element with text; characters that XML 1.0 forbids are left out.
    pub(super) fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        let allowed: String = text
            .chars()
            .filter(|c| matches!(c, '\t' | '\n' | '\r') || (*c >= ' ' && !is_no_character(*c)))
            .collect();
        self.0.create_element(name).write_text_content(BytesText::new(&allowed))?;
        Ok(())
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.0.write_event(Event::Empty(start))
    }

    /// Closes the root: the document.
    pub(super) fn end(mut self, root: &str) -> io::Result<Vec<u8>> {
        self.close(root)?;
        let mut bytes = self.0.into_inner();
        bytes.push(b'\n');
        Ok(bytes)
    }
}

fn is_no_character(c: char) -> bool {
    matches!(c, '\u{fffe}' | '\u{ffff}')
}
