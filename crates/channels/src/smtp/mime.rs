//! As much of mail's syntax as bounces need: headers that are unfolded (RFC 5322), and the parts of a multipart
//! (RFC 2046). Takes any bytes.

/// A part: its headers and what is below them.
pub(super) struct Part {
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

/// More headers than any mail has; the rest is not looked at.
const MOST_HEADERS: usize = 200;
/// More parts than a bounce has.
const MOST_PARTS: usize = 20;

impl Part {
    /// Reads headers up to the first empty line; the rest is the body. Lines end as they like.
    pub(super) fn read(text: &str) -> Self {
        let text = text.replace("\r\n", "\n");
        let (head, body) = match text.strip_prefix('\n') {
            Some(body) => ("", body),
            None => text.split_once("\n\n").unwrap_or((&text, "")),
        };
        Self { headers: fields(head), body: body.to_owned() }
    }

    /// The first header of a name, in any case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        field(&self.headers, name)
    }

    /// The type in small letters, without parameters; `text/plain` where none is said (RFC 2045, 5.2).
    pub(super) fn kind(&self) -> String {
        let kind = self.header("content-type").unwrap_or("text/plain");
        kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The parts of a multipart; none where it is none.
    pub(super) fn parts(&self) -> Vec<Self> {
        let Some(boundary) = self.boundary() else { return Vec::new() };
        let mark = format!("--{boundary}");
        let mut parts: Vec<String> = Vec::new();
        let mut is_open = false;
        for line in self.body.split('\n') {
            let end = line.strip_prefix(mark.as_str()).map(str::trim_end);
            match end {
                Some("") if parts.len() < MOST_PARTS => {
                    parts.push(String::new());
                    is_open = true;
                }
                Some("" | "--") => break,
                _ if is_open => {
                    if let Some(part) = parts.last_mut() {
                        part.push_str(line);
                        part.push('\n');
                    }
                }
                _ => {}
            }
        }
        parts.iter().map(|part| Self::read(part)).collect()
    }

    fn boundary(&self) -> Option<String> {
        let kind = self.header("content-type")?;
        let at = kind.to_ascii_lowercase().find("boundary=")?;
        let value = kind.get(at + "boundary=".len()..)?.trim_start();
        let value = match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next(),
            None => value.split([';', ' ']).next(),
        }?;
        // RFC 2046, 5.1.1: 1 to 70 characters.
        (1..=70).contains(&value.len()).then(|| value.trim_end().to_owned())
    }
}

/// Fields as lines of `name: value`, with folded lines joined.
pub(super) fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            if fields.len() >= MOST_HEADERS {
                break;
            }
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}

/// The first value of a name (in small letters).
pub(super) fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_and_folded_headers_are_read() {
        let text = "Content-Type: multipart/report;\r\n\tboundary=\"a b\"\r\nX: 1\r\n\r\nbefore\r\n--a b\r\n\r\none\r\n\
                    --a b  \r\nContent-Type: Text/HTML; x=y\r\n\r\ntwo\r\n--a b--\r\nafter";
        let whole = Part::read(text);
        assert_eq!((whole.kind().as_str(), whole.header("x")), ("multipart/report", Some("1")));
        let parts = whole.parts();
        let seen: Vec<(String, &str)> =
            parts.iter().map(|part| (part.kind(), part.body.trim())).collect();
        assert_eq!(seen, [("text/plain".to_owned(), "one"), ("text/html".to_owned(), "two")]);
    }
}
