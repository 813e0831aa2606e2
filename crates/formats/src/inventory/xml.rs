//! Reads XML of foreign origin as a stream, with bounds on everything.
//!
//! A reader walks [`Xml::step`] by [`Xml::step`] and takes small parts (one port, one result) as a
//! [`Node`]; the document as a whole is never held. Entities that the document defines are not
//! expanded, so entity bombs stay as small as they were written; nothing is ever fetched.
//! Whatever cannot be read ends the stream with a warning that names the line.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use model::reading::Place;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::inventory::notes::Notes;

/// Elements inside elements: real reports have fewer than 30 levels.
const MAX_DEPTH: usize = 256;
/// Attributes of one element.
const MAX_ATTRIBUTES: usize = 256;
/// Bytes of one text or one attribute value; the rest is cut.
const MAX_TEXT: usize = 1 << 20;
/// Elements of one [`Node`] with everything below it.
const MAX_TREE: usize = 200_000;
/// Bytes of text and attributes of one [`Node`] with everything below it.
const MAX_TREE_TEXT: usize = 32 << 20;
/// How far into a file [`root`] looks.
const SNIFFED: usize = 64 << 10;

/// An element with its attributes, text and children.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Node {
    /// Name without namespace prefix.
    pub(crate) name: String,
    /// Attributes in the order of the file.
    pub(crate) attributes: Vec<(String, String)>,
    /// Text directly inside the element, joined, not trimmed.
    pub(crate) text: String,
    /// Elements directly inside.
    pub(crate) children: Vec<Node>,
    /// Line of the start tag, from 1.
    pub(crate) line: u32,
}

impl Node {
    /// An attribute's value; an empty one counts as absent.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(key, _)| key == name)?;
        let value = value.trim();
        (!value.is_empty()).then_some(value)
    }

    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The trimmed text; empty text counts as absent.
    pub(crate) fn content(&self) -> Option<&str> {
        let text = self.text.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The trimmed text of the first child of a name.
    pub(crate) fn child_text(&self, name: &str) -> Option<&str> {
        self.child(name)?.content()
    }

    /// Where it stands.
    pub(crate) const fn place(&self) -> Place {
        Place::Line(self.line)
    }
}

/// One step of the walk.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// An element begins; its `text` and `children` are empty. Take them with [`Xml::tree`], pass
    /// over them with [`Xml::skip`], or walk on into it.
    Open(Node),
    /// The element that was walked into ends.
    Close(String),
}

/// A walk over a document.
pub(crate) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    source: &'a str,
    depth: usize,
    counted_to: usize,
    line: u32,
    ended: bool,
    notes: Notes,
    entity_noted: bool,
    cut_noted: bool,
}

impl<'a> Xml<'a> {
    /// Begins a walk over decoded text (see [`decode`]).
    pub(crate) fn new(source: &'a str) -> Self {
        let mut reader = Reader::from_str(source);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = true;
        // "AT&T" in a description costs nothing.
        config.allow_dangling_amp = true;
        Self {
            reader,
            source,
            depth: 0,
            counted_to: 0,
            line: 1,
            ended: false,
            notes: Notes::default(),
            entity_noted: false,
            cut_noted: false,
        }
    }

    /// The next beginning or end of an element; `None` at the end of what can be read.
    pub(crate) fn step(&mut self) -> Option<Step> {
        while let Some((line, event)) = self.event() {
            match event {
                Event::Start(tag) => {
                    let node = self.start(&tag, line);
                    return self.enter(line).then_some(Step::Open(node));
                }
                Event::End(tag) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Some(Step::Close(local(tag.name().as_ref()).to_owned()));
                }
                _ => {}
            }
        }
        None
    }

    /// Reads the rest of an element that [`Xml::step`] has just opened. What is cut off by the end
    /// of the input is kept as far as it goes.
    pub(crate) fn tree(&mut self, root: Node) -> Node {
        let mut open = vec![root];
        let mut elements = 1_usize;
        let mut bytes = 0_usize;
        while let Some((line, event)) = self.event() {
            match event {
                Event::Start(tag) => {
                    let node = self.start(&tag, line);
                    if !self.enter(line) {
                        break;
                    }
                    elements += 1;
                    bytes += node.attributes.iter().map(|(k, v)| k.len() + v.len()).sum::<usize>();
                    open.push(node);
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    let Some(done) = open.pop() else { break };
                    match open.last_mut() {
                        Some(parent) => {
                            if elements <= MAX_TREE && bytes <= MAX_TREE_TEXT {
                                parent.children.push(done);
                            } else {
                                self.note_cut(line);
                            }
                        }
                        None => return done,
                    }
                }
                Event::Text(text) => {
                    bytes += self.append(&mut open, text.as_ref(), line, bytes);
                }
                Event::CData(text) => {
                    bytes += self.append(&mut open, text.as_ref(), line, bytes);
                }
                Event::GeneralRef(name) => {
                    let resolved = self.resolve(name.as_ref(), line);
                    bytes += self.append(&mut open, &resolved, line, bytes);
                }
                _ => {}
            }
        }
        // The input ended inside: close what is open.
        while let Some(done) = open.pop() {
            match open.last_mut() {
                Some(parent) => parent.children.push(done),
                None => return done,
            }
        }
        Node::default()
    }

    /// Passes over the rest of an element that [`Xml::step`] has just opened.
    pub(crate) fn skip(&mut self) {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside && self.step().is_some() {}
    }

    /// What was wrong with the document.
    pub(crate) fn into_notes(self) -> Notes {
        self.notes
    }

    /// The next event and the line it begins on.
    fn event(&mut self) -> Option<(u32, Event<'a>)> {
        if self.ended {
            return None;
        }
        let begin = self.reader.buffer_position();
        match self.reader.read_event() {
            Ok(Event::Eof) => {
                self.ended = true;
                let line = self.line_at(self.source.len() as u64);
                if self.depth > 0 {
                    self.notes.add(
                        Place::Line(line),
                        format!(
                            "the file ends inside {} open elements: it is cut off; what stands \
                             before was read, export the report again for the rest",
                            self.depth
                        ),
                    );
                }
                None
            }
            Ok(event) => {
                let line = self.line_at(begin);
                if let Event::DocType(text) = &event
                    && text.contains("<!ENTITY")
                {
                    self.note_entity(line);
                }
                Some((line, event))
            }
            Err(error) => {
                self.ended = true;
                let at = self.reader.error_position().max(begin);
                let line = self.line_at(at);
                self.notes.add(
                    Place::Line(line),
                    format!(
                        "not well-formed XML from here on ({error}); what stands before was read, \
                         export the report again for the rest"
                    ),
                );
                None
            }
        }
    }

    /// Counts one level deeper; `false` ends the walk.
    fn enter(&mut self, line: u32) -> bool {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return true;
        }
        self.ended = true;
        self.notes.add(
            Place::Line(line),
            format!(
                "elements are nested deeper than {MAX_DEPTH} levels, which no scanner writes; \
                 reading stopped here, what stands before was read"
            ),
        );
        false
    }

    fn start(&mut self, tag: &BytesStart<'_>, line: u32) -> Node {
        let mut node =
            Node { name: local(tag.name().as_ref()).to_owned(), line, ..Node::default() };
        let mut attributes = tag.attributes();
        // The check for doubled names is quadratic in their number.
        attributes.with_checks(false);
        for attribute in attributes.flatten() {
            if node.attributes.len() == MAX_ATTRIBUTES {
                self.note_cut(line);
                break;
            }
            let raw = attribute.value.as_ref();
            let value = if raw.len() > MAX_TEXT {
                self.note_cut(line);
                cut(raw, MAX_TEXT)
            } else {
                raw
            };
            let value = self.unescape(value, line).into_owned();
            node.attributes.push((local(attribute.key.as_ref()).to_owned(), value));
        }
        node
    }

    /// Adds text to the innermost open element, within the bounds. Gives the bytes added.
    fn append(&mut self, open: &mut [Node], text: &str, line: u32, bytes: usize) -> usize {
        let Some(node) = open.last_mut() else { return 0 };
        let room =
            MAX_TEXT.saturating_sub(node.text.len()).min(MAX_TREE_TEXT.saturating_sub(bytes));
        let kept = cut(text, room);
        node.text.push_str(kept);
        if kept.len() < text.len() {
            self.note_cut(line);
        }
        kept.len()
    }

    fn unescape<'t>(&mut self, text: &'t str, line: u32) -> Cow<'t, str> {
        if !text.contains('&') {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('&') {
            out.push_str(before);
            // A reference is short; a lone ampersand is kept. Looking no further also keeps a long
            // run of ampersands from costing the square of its length.
            let end = after.bytes().take(65).position(|byte| byte == b';');
            if let Some((name, tail)) = end.and_then(|end| after.split_at_checked(end)) {
                out.push_str(&self.resolve(name, line));
                rest = tail.strip_prefix(';').unwrap_or(tail);
            } else {
                out.push('&');
                rest = after;
            }
        }
        out.push_str(rest);
        Cow::Owned(out)
    }

    /// The predefined entities and character references; any other stays as written.
    fn resolve(&mut self, name: &str, line: u32) -> Cow<'static, str> {
        let Some(digits) = name.strip_prefix('#') else {
            let known = match name {
                "lt" => "<",
                "gt" => ">",
                "amp" => "&",
                "apos" => "'",
                "quot" => "\"",
                _ => {
                    self.note_entity(line);
                    return Cow::Owned(format!("&{};", cut(name, 64)));
                }
            };
            return Cow::Borrowed(known);
        };
        let number = match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => digits.parse().ok(),
        };
        let character = number.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
        Cow::Owned(character.to_string())
    }

    fn note_entity(&mut self, line: u32) {
        if !self.entity_noted {
            self.entity_noted = true;
            self.notes.add(
                Place::Line(line),
                "the document defines or uses entities of its own; they are not expanded",
            );
        }
    }

    fn note_cut(&mut self, line: u32) {
        if !self.cut_noted {
            self.cut_noted = true;
            self.notes.add(
                Place::Line(line),
                "an element is larger than any real report's; the part beyond the bound was left \
                 out, here and wherever it happens again",
            );
        }
    }

    /// The line of a byte offset; offsets come in ascending order.
    #[expect(clippy::naive_bytecount, reason = "the compiler vectorises it; no dependency needed")]
    fn line_at(&mut self, offset: u64) -> u32 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).min(self.source.len());
        if let Some(passed) = self.source.as_bytes().get(self.counted_to..offset) {
            let lines = passed.iter().filter(|byte| **byte == b'\n').count();
            self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            self.counted_to = offset;
        }
        self.line
    }
}

/// Decodes a document by its byte order mark, else its declaration, else as UTF-8.
/// Without conversion the text is borrowed.
pub(crate) fn decode<'a>(bytes: &'a [u8], notes: &mut Notes) -> Cow<'a, str> {
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, bytes.get(length..).unwrap_or(&[])),
        None => (declared(bytes), bytes),
    };
    let (text, faulty) = encoding.decode_without_bom_handling(bytes);
    if faulty {
        notes.add(
            Place::Whole,
            format!("some bytes are not valid {}; they are shown as \u{fffd}", encoding.name()),
        );
    }
    text
}

/// The root element without its content, if a file begins like an XML document. Looks at the
/// first 64 KiB only.
pub(crate) fn root(bytes: &[u8]) -> Option<Node> {
    let head = bytes.get(..SNIFFED).unwrap_or(bytes);
    let first = head
        .iter()
        .find(|b| !b.is_ascii_whitespace() && !matches!(b, 0 | 0xEF | 0xBB | 0xBF | 0xFE | 0xFF))?;
    if *first != b'<' {
        return None;
    }
    let text = decode(head, &mut Notes::default());
    match Xml::new(&text).step() {
        Some(Step::Open(node)) => Some(node),
        _ => None,
    }
}

/// The encoding that the declaration names, or that its zero bytes give away.
fn declared(bytes: &[u8]) -> &'static Encoding {
    match bytes {
        [b'<', 0, ..] => return UTF_16LE,
        [0, b'<', ..] => return UTF_16BE,
        _ => {}
    }
    let head = bytes.get(..256).unwrap_or(bytes);
    let head = String::from_utf8_lossy(head);
    head.trim_start()
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("?>"))
        .and_then(|(declaration, _)| declaration.split_once("encoding"))
        .and_then(|(_, rest)| {
            let rest = rest.trim_start().strip_prefix('=')?.trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            rest.get(1..)?.split(quote).next()
        })
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        // A declaration that can be read byte by byte is not UTF-16, whatever it says.
        .filter(|encoding| *encoding != UTF_16LE && *encoding != UTF_16BE)
        .unwrap_or(UTF_8)
}

fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The longest beginning of at most `length` bytes.
fn cut(text: &str, length: usize) -> &str {
    if text.len() <= length {
        return text;
    }
    let end = (0..=length).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(source: &str) -> (Node, Vec<String>) {
        let mut xml = Xml::new(source);
        let node = match xml.step() {
            Some(Step::Open(root)) => xml.tree(root),
            _ => Node::default(),
        };
        while xml.step().is_some() {}
        (node, xml.into_notes().finish().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn reads_names_attributes_text_and_lines() {
        let (node, notes) = whole(
            "<?xml version='1.0'?>\n<r xmlns:c='u'>\n <c:port id='4&#52;5' w='a&#xa;b'/>\n \
             <d>x &lt;y&gt; <![CDATA[<z>]]> AT&T</d>\n</r>",
        );
        assert!(notes.is_empty(), "{notes:?}");
        let port = node.child("port").unwrap();
        assert_eq!((port.line, port.attribute("id")), (3, Some("445")));
        assert_eq!(port.attribute("w"), Some("a\nb"));
        assert_eq!(node.child_text("d"), Some("x <y> <z> AT&T"));
        assert_eq!(node.child("d").unwrap().line, 4);
    }

    #[test]
    fn entity_bombs_stay_small_and_are_named() {
        let bomb = "<!DOCTYPE r [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>\n\
                    <r x=\"&b;\">&b;&b; <q>&file;</q></r>";
        let (node, notes) = whole(bomb);
        assert_eq!(node.text.trim(), "&b;&b;");
        assert_eq!(node.attribute("x"), Some("&b;"));
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].contains("not expanded"));
    }

    #[test]
    fn a_run_of_ampersands_costs_no_more_than_its_length() {
        let run = "&".repeat(1 << 20);
        let (node, _) = whole(&format!("<r x=\"{run}\"/>"));
        assert_eq!(node.attribute("x").map(str::len), Some(1 << 20));
    }

    #[test]
    fn a_cut_file_gives_what_was_read_and_the_line() {
        let (node, notes) = whole("<r>\n<a>1</a>\n<b>2");
        assert_eq!(node.child_text("a"), Some("1"));
        assert_eq!(node.child_text("b"), Some("2"));
        assert!(notes[0].starts_with("line 3: the file ends inside 2 open elements"), "{notes:?}");
        let (_, notes) = whole("<r>\n<a>1</b>\n</r>");
        assert!(notes[0].starts_with("line 2: not well-formed"), "{notes:?}");
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "<a>".repeat(100_000);
        let (node, notes) = whole(&deep);
        assert_eq!(node.name, "a");
        assert!(notes[0].contains("nested deeper"), "{notes:?}");
    }

    #[test]
    fn declared_encodings_are_used() {
        let mut notes = Notes::default();
        let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><r>K\xf6ln</r>";
        assert!(decode(latin, &mut notes).contains("Köln"));
        let wide: Vec<u8> = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><r>Köln</r>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(decode(&wide, &mut notes).contains("Köln"));
        assert_eq!(root(&wide).unwrap().name, "r");
        assert!(notes.finish().is_empty());
        let mut notes = Notes::default();
        assert!(decode(b"<r>\xff</r>", &mut notes).contains('\u{fffd}'));
        assert_eq!(notes.finish().len(), 1);
    }

    #[test]
    fn skipping_leaves_the_walk_beside_the_element() {
        let mut xml = Xml::new("<r><a><a/><b>t</b></a><c/></r>");
        assert!(matches!(xml.step(), Some(Step::Open(n)) if n.name == "r"));
        assert!(matches!(xml.step(), Some(Step::Open(n)) if n.name == "a"));
        xml.skip();
        assert!(matches!(xml.step(), Some(Step::Open(n)) if n.name == "c"));
    }
}
