//! Text in the encodings of Windows consoles, for tests.

use super::code_page::{self, CP437, CP737, CP850, CP852, CP857};

/// Encodes a text; every character must exist in the encoding.
pub(crate) fn encode(text: &str, encoding: &str) -> Vec<u8> {
    let page = match encoding {
        "CP437" => CP437,
        "CP737" => CP737,
        "CP850" => CP850,
        "CP852" => CP852,
        "CP857" => CP857,
        "UTF-16LE" => return text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => return text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "UTF-8" => return text.as_bytes().to_vec(),
        label => {
            let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
            let (bytes, _, lost) = encoding.encode(text);
            assert!(!lost, "{label} cannot hold {text}");
            return bytes.into_owned();
        }
    };
    let table = code_page::table(page);
    text.chars()
        .map(|c| {
            if let Some(byte) = u8::try_from(c).ok().filter(u8::is_ascii) {
                byte
            } else {
                let at = table
                    .iter()
                    .position(|known| *known == c)
                    .unwrap_or_else(|| panic!("{encoding} has no {c}"));
                0x80 + u8::try_from(at).unwrap()
            }
        })
        .collect()
}
