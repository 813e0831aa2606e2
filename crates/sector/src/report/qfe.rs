//! `wmic qfe`: the table of one host, in UTF-16 as wmic writes it, and the CSV form of many hosts.

use super::out::Out;
use crate::estate::Host;

/// Columns of the CSV form.
pub(super) const CSV_HEAD: &str = "\r\nNode,Caption,CSName,Description,FixComments,HotFixID,\
                                   InstallDate,InstalledBy,InstalledOn,Name,ServicePackInEffect,\
                                   Status\r\n";

/// The table of a host.
pub(super) fn table(host: &Host) -> Vec<u8> {
    let mut out = Out::with_capacity(host.updates.len() * 120 + 200);
    let width = host.name.len() + 2;
    row(&mut out, width, ["CSName", "Description", "HotFixID", "InstalledBy", "InstalledOn"]);
    for update in &host.updates {
        let mut kb = Out::default();
        kb.text("KB").number(u64::from(update.kb));
        let mut on = Out::default();
        on.american(update.on);
        let text = |out: Out| String::from_utf8(out.0).unwrap_or_default();
        row(
            &mut out,
            width,
            [&host.name, "Security Update", &text(kb), "NT AUTHORITY\\SYSTEM", &text(on)],
        );
    }
    utf16(&out.0)
}

fn row(out: &mut Out, width: usize, cells: [&str; 5]) {
    for (cell, width) in cells.into_iter().zip([width, 17, 11, 21, 13]) {
        out.text(cell);
        for _ in cell.len()..width {
            out.text(" ");
        }
    }
    out.text("\r\n");
}

/// The rows of a host in the CSV form.
pub(super) fn csv(out: &mut Out, host: &Host) {
    for update in &host.updates {
        out.texts(&[&host.name, ",http://support.microsoft.com/?kbid="]);
        out.number(u64::from(update.kb)).texts(&[",", &host.name, ",Security Update,,KB"]);
        out.number(u64::from(update.kb)).text(",,NT AUTHORITY\\SYSTEM,");
        out.american(update.on).text(",,,\r\n");
    }
}

/// UTF-16 with its mark, little end first.
pub(super) fn utf16(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}
