//! Evidence invented for the tests, in the shape the tools print.

use std::fmt::Write as _;

/// A host of which `systeminfo` would print this.
pub(crate) struct Windows<'a> {
    pub(crate) name: &'a str,
    pub(crate) system: &'a str,
    pub(crate) version: &'a str,
    pub(crate) updates: &'a [&'a str],
    /// How many updates the list declares; more than it shows is a list that was cut.
    pub(crate) declared: usize,
}

impl<'a> Windows<'a> {
    /// A Windows 7 with these updates, started on 9 May 2017.
    pub(crate) fn seven(name: &'a str, updates: &'a [&'a str]) -> Self {
        Self {
            name,
            system: "Microsoft Windows 7 Enterprise",
            version: "6.1.7601 Service Pack 1 Build 7601",
            updates,
            declared: updates.len(),
        }
    }

    /// A Windows XP, for which there was no fix until 13 May 2017.
    pub(crate) fn xp(name: &'a str) -> Self {
        Self {
            name,
            system: "Microsoft Windows XP Professional",
            version: "5.1.2600 Service Pack 3 Build 2600",
            updates: &["KB911164"],
            declared: 1,
        }
    }

    /// A Windows 7 whose list was cut: what is not in it may be installed.
    pub(crate) fn cut(name: &'a str) -> Self {
        Self { declared: 180, ..Self::seven(name, &["KB2534111", "KB976902"]) }
    }

    /// As `systeminfo` prints it.
    pub(crate) fn systeminfo(&self) -> String {
        let machine = if self.version.starts_with("5.") { "X86-based PC" } else { "x64-based PC" };
        let mut text = format!(
            "\r\nHost Name:                 {}\r\n\
             OS Name:                   {}\r\n\
             OS Version:                {}\r\n\
             OS Manufacturer:           Microsoft Corporation\r\n\
             System Boot Time:          09/05/2017, 06:52:11\r\n\
             System Type:               {machine}\r\n\
             Hotfix(s):                 {} Hotfix(s) Installed.\r\n",
            self.name, self.system, self.version, self.declared
        );
        for (number, kb) in (1..).zip(self.updates) {
            writeln!(text, "                           [{number:02}]: {kb}\r").expect("room");
        }
        text
    }
}

/// Open to MS17-010: none of its updates.
pub(crate) fn open(name: &str) -> String {
    Windows::seven(name, &["KB2534111", "KB976902"]).systeminfo()
}

/// Fixed: the security-only update of March 2017.
pub(crate) fn fixed(name: &str) -> String {
    Windows::seven(name, &["KB2534111", "KB4012212", "KB976902"]).systeminfo()
}

/// A scan that saw a host with an open port and nothing else.
pub(crate) const NMAP: &str = r#"<?xml version="1.0"?>
<nmaprun scanner="nmap" args="nmap -sV -oX scan.xml 192.0.2.7" start="1494576000" version="7.40">
<host starttime="1494576000" endtime="1494576010"><status state="up" reason="echo-reply"/>
<address addr="192.0.2.7" addrtype="ipv4"/><hostnames><hostname name="pacs-07.example" type="PTR"/></hostnames>
<ports><port protocol="tcp" portid="104"><state state="open"/><service name="acr-nema"/></port></ports>
</host></nmaprun>
"#;

/// A bill of materials of a program.
pub(crate) const SBOM: &str = r#"{"bomFormat":"CycloneDX","specVersion":"1.5","version":1,
"metadata":{"timestamp":"2017-05-10T09:00:00Z","component":{"type":"application","name":"ward-board","version":"3.1"}},
"components":[{"type":"library","name":"left-trim","version":"1.0.0","purl":"pkg:npm/left-trim@1.0.0"}]}
"#;

/// CISA's catalogue with so many flaws; the first is the one that WannaCry used.
pub(crate) fn kev(flaws: usize) -> String {
    let rows: Vec<String> = (0..flaws)
        .map(|n| {
            let cve = if n == 0 { "CVE-2017-0144".to_owned() } else { format!("CVE-2019-{}", 20_000 + n) };
            format!(
                r#"{{"cveID":"{cve}","vendorProject":"Maker","product":"Thing","vulnerabilityName":"A flaw",
                "dateAdded":"2017-05-12","shortDescription":"It is used.","requiredAction":"Update.",
                "dueDate":"2017-05-26","knownRansomwareCampaignUse":"Known","notes":"","cwes":[]}}"#
            )
        })
        .collect();
    format!(
        r#"{{"title":"CISA Catalog of Known Exploited Vulnerabilities","catalogVersion":"2017.05.12",
        "dateReleased":"2017-05-12T16:00:00.0000Z","count":{flaws},"vulnerabilities":[{}]}}"#,
        rows.join(",")
    )
}

/// Scores of the day.
pub(crate) const EPSS: &str = "#model_version:v2017.01.01,score_date:2017-05-12T00:00:00+0000\n\
    cve,epss,percentile\nCVE-2017-0144,0.94321,0.99950\nCVE-2017-0145,0.90000,0.99900\n";

/// wes-ng's definitions: one flaw of a product, fixed by an update that a later one replaces.
pub(crate) const WES_NG: &str = "\"DatePosted\",\"CVE\",\"BulletinKB\",\"Title\",\"AffectedProduct\",\
\"AffectedComponent\",\"Severity\",\"Impact\",\"Supersedes\",\"Exploits\"\r\n\
\"20170411\",\"CVE-2017-0199\",\"4015549\",\"April rollup\",\"Windows 7 for x64-based Systems Service Pack 1\",\
\"\",\"Critical\",\"Remote Code Execution\",\"4012215\",\"\"\r\n\
\"20170509\",\"CVE-2017-0222\",\"4019264\",\"May rollup\",\"Windows 7 for x64-based Systems Service Pack 1\",\
\"\",\"Critical\",\"Remote Code Execution\",\"4015549\",\"\"\r\n";

/// An advisory of an infusion pump, CSAF 2.0.
pub(crate) fn csaf(id: &str) -> String {
    format!(
        r#"{{"document":{{"category":"csaf_security_advisory","csaf_version":"2.0","title":"A pump's flaw",
"publisher":{{"category":"vendor","name":"Pumps","namespace":"https://pumps.example"}},
"tracking":{{"id":"{id}","status":"final","version":"1","current_release_date":"2017-05-01T00:00:00Z",
"initial_release_date":"2017-05-01T00:00:00Z",
"revision_history":[{{"number":"1","date":"2017-05-01T00:00:00Z","summary":"First."}}]}},
"notes":[{{"category":"summary","text":"The pump listens to anyone."}}]}},
"product_tree":{{"full_product_names":[{{"product_id":"P","name":"Pump 7"}}]}},
"vulnerabilities":[{{"cve":"CVE-2017-0777","notes":[{{"category":"summary","text":"It listens."}}],
"product_status":{{"known_affected":["P"]}},
"remediations":[{{"category":"none_available","details":"None.","product_ids":["P"]}}]}}]}}"#
    )
}

/// A zip archive of these files.
pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let members: Vec<Member> =
        files.iter().map(|(name, bytes)| Member::packed(name, [*bytes])).collect();
    archive(&members)
}

/// A zip archive of one member of so many mebibytes of zeros: about a thousandth of that.
pub(crate) fn zip_of_zeros(name: &str, mebibytes: usize) -> Vec<u8> {
    let mebibyte = vec![0; 1 << 20];
    archive(&[Member::packed(name, std::iter::repeat_n(mebibyte.as_slice(), mebibytes))])
}

/// The same as gzip.
pub(crate) fn gzip<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    chunks.into_iter().for_each(|chunk| encoder.write_all(chunk).expect("memory"));
    encoder.finish().expect("memory")
}

/// A member of a zip archive. Written by hand: archives are the readers' business, and so is the
/// crate that knows them.
struct Member {
    name: String,
    packed: Vec<u8>,
    size: u32,
    crc: u32,
}

impl Member {
    fn packed<'a>(name: &str, chunks: impl IntoIterator<Item = &'a [u8]>) -> Self {
        use std::io::Write as _;
        let mut crc = flate2::Crc::new();
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        for chunk in chunks {
            crc.update(chunk);
            encoder.write_all(chunk).expect("memory");
        }
        let packed = encoder.finish().expect("memory");
        Self { name: name.to_owned(), packed, size: crc.amount(), crc: crc.sum() }
    }

    /// What the local header and the directory have in common (APPNOTE 4.3.7, 4.3.12).
    fn header(&self) -> Vec<u8> {
        let mut header = vec![20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0];
        header.extend(self.crc.to_le_bytes());
        header.extend(u32::try_from(self.packed.len()).expect("small").to_le_bytes());
        header.extend(self.size.to_le_bytes());
        header.extend(u16::try_from(self.name.len()).expect("short").to_le_bytes());
        header.extend([0, 0]);
        header
    }
}

fn archive(members: &[Member]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        let offset = u32::try_from(bytes.len()).expect("small");
        bytes.extend(b"PK\x03\x04");
        bytes.extend(member.header());
        bytes.extend(member.name.as_bytes());
        bytes.extend(&member.packed);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(member.header());
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(member.name.as_bytes());
    }
    let number = u16::try_from(members.len()).expect("few").to_le_bytes();
    let (start, length) = (bytes.len(), directory.len());
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(number);
    bytes.extend(number);
    bytes.extend(u32::try_from(length).expect("small").to_le_bytes());
    bytes.extend(u32::try_from(start).expect("small").to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}
