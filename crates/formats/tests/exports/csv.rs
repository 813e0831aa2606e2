//! CSV against RFC 4180 and what spreadsheets do to cells.

use formats::export::{COLUMNS, Csv};

use crate::sample::{hosts, write};

#[test]
fn every_line_of_every_host_is_a_row_with_the_day() {
    let hosts = hosts();
    let bytes = write(&mut Csv::default(), &hosts);
    let mut reader = csv::ReaderBuilder::new().from_reader(bytes.as_slice());
    assert_eq!(reader.headers().unwrap(), &csv::StringRecord::from(COLUMNS.to_vec()));
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let expected: usize = hosts.iter().map(|host| host.verdicts.len().max(1)).sum();
    assert_eq!(rows.len(), expected);
    assert!(rows.iter().all(|row| &row[0] == "2017-05-12"));
    let cell = |row: usize, column: &str| {
        &rows[row][COLUMNS.iter().position(|known| *known == column).unwrap()]
    };
    assert_eq!(cell(0, "title"), "Security Update for \"SMB\", Server");
    assert_eq!(cell(0, "cves"), "CVE-2017-0144; CVE-2017-0145");
    assert_eq!(cell(0, "remedies"), "install KB4012212; install KB4012215");
    assert_eq!(cell(0, "disagreements"), "scanner: fixed: it says so");
    assert_eq!((cell(0, "kev"), cell(0, "epss"), cell(1, "epss")), ("true", "0.94", ""));
    // Not run as formulas.
    assert_eq!(cell(0, "evidence_row"), "'=HYPERLINK(\"x\")");
    assert_eq!(cell(3, "host"), "'=WARD");
    // A host that could not be judged is not left out.
    let last = rows.len() - 1;
    assert_eq!((cell(last, "host"), cell(last, "verdict")), ("ПАЛАТА-七", "nothing_to_judge"));
    assert_eq!((cell(last, "kev"), cell(last, "unrecognised")), ("", "2"));
}

#[test]
fn records_end_as_the_standard_says() {
    let text = String::from_utf8(write(&mut Csv::default(), &hosts())).unwrap();
    assert!(text.ends_with("\r\n"));
    assert!(text.contains(",\"Security Update for \"\"SMB\"\", Server\","));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
}
