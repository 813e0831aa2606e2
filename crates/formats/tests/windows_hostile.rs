//! Arbitrary and damaged input never stops a reader of Windows evidence.

use formats::inventory::{
    Input, InventoryFormat, defender, detect, get_hotfix, lansweeper, named, osquery, qfe,
    systeminfo,
};
use formats::inventory::{update_history, windows_version};
use formats::text::decode;
use proptest::collection::vec;
use proptest::prelude::*;

const NAMES: [&str; 8] = [
    systeminfo::NAME,
    qfe::NAME,
    get_hotfix::NAME,
    update_history::NAME,
    osquery::NAME,
    defender::NAME,
    lansweeper::NAME,
    windows_version::NAME,
];

/// One valid sample for each reader, in the order of [`NAMES`].
const SAMPLES: [&str; 8] = [
    "\r\nHost Name:    WARD-7\r\nOS Name:      Microsoft Windows 10 Pro\r\nOS Version:   10.0.19045 N/A Build 19045\r\nOriginal Install Date: 1/2/2022, 3:04:05 PM\r\nSystem Type:  x64-based PC\r\nProcessor(s): 1 Processor(s) Installed.\r\n              [01]: Intel64\r\nLogon Server: \\\\WARD-7\r\nHotfix(s):    2 Hotfix(s) Installed.\r\n              [01]: KB5034763\r\n              [02]: KB5034468\r\nNetwork Card(s): 1\r\n              [01]: x\r\n                    [01]: 192.0.2.7\r\n",
    "Caption  CSName  HotFixID   InstalledOn\r\nx        WARD-7  KB5034763  2/20/2024\r\n         WARD-7  File 1     01d4dfd0fb4eb361\r\n",
    "\nSource  HotFixID   InstalledOn\n------  --------   -----------\nWARD-7  KB5034763  2/20/2024 12:00:00 AM\n",
    "KB5034763: 2024-02 Cumulative Update (KB5034763)\r\nKB5034468: Update (KB5034468)\r\n",
    "{\"name\":\"p\",\"hostIdentifier\":\"WARD-7\",\"unixTime\":1,\"action\":\"added\",\"columns\":{\"hotfix_id\":\"KB5034763\"}}\n{\"name\":\"s\",\"hostIdentifier\":\"WARD-7\",\"unixTime\":2,\"snapshot\":[{\"total_seconds\":\"99\"}]}\n",
    "{\"value\":[{\"id\":\"m\",\"computerDnsName\":\"w\",\"osPlatform\":\"Windows10\",\"osBuild\":19045,\"lastSeen\":\"2024-01-01T00:00:00Z\"},{\"machineId\":\"m\",\"cveId\":\"CVE-2020-0796\",\"fixingKbId\":\"4551762\"}]}",
    "AssetID,AssetName,OSname,OScode,BuildNumber,HotFixID\r\n5,WARD-7,Win 10,10.0.19045,4046,KB5034763\r\n",
    "\r\nMicrosoft Windows [Version 10.0.19045.4046]\r\n",
];

fn readers() -> impl Iterator<Item = &'static InventoryFormat> {
    NAMES.iter().filter_map(|name| named(name))
}

/// Reads with every reader: what matters is that each comes back.
fn read_with_all(bytes: &[u8]) {
    let input = Input { bytes, file_name: Some("x.txt") };
    let _ = decode(bytes);
    for format in readers() {
        let _ = (format.sniff)(&input);
        if let Err(error) = (format.read)(&input) {
            assert!(!error.remedy.is_empty());
        }
    }
}

#[test]
fn every_sample_is_recognised_and_read() {
    assert_eq!(readers().count(), NAMES.len());
    for (format, sample) in readers().zip(SAMPLES) {
        let input = Input { bytes: sample.as_bytes(), file_name: None };
        assert_eq!(detect(&input).unwrap().name, format.name);
        assert!(!(format.read)(&input).unwrap().evidence.is_empty(), "{}", format.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn arbitrary_bytes_are_survived(bytes in vec(any::<u8>(), 0..600)) {
        read_with_all(&bytes);
    }

    #[test]
    fn arbitrary_text_is_survived(text in "[\\PC\n\r\t:=,\\[\\]{}\"-]{0,300}") {
        read_with_all(text.as_bytes());
    }

    #[test]
    fn damaged_samples_are_survived(
        index in 0..SAMPLES.len(),
        cut in any::<prop::sample::Index>(),
        flips in vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        twice in any::<bool>(),
        wide in any::<bool>(),
    ) {
        let sample = SAMPLES[index];
        let mut bytes: Vec<u8> = if wide { sample.encode_utf16().flat_map(u16::to_le_bytes).collect() } else { sample.as_bytes().to_vec() };
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if twice {
            bytes.extend_from_within(..);
        } else {
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        read_with_all(&bytes);
    }
}
