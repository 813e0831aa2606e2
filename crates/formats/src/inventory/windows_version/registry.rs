//! `reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"`.

use std::collections::HashMap;

use model::evidence::{Evidence, OperatingSystem, Platform};
use model::reading::Place;
use model::windows::WindowsProduct;

use super::NAME;
use crate::inventory::Reading;
use crate::inventory::lines::lines;

pub(super) fn read(text: &str, reading: &mut Reading) {
    let mut values: HashMap<String, &str> = HashMap::new();
    let mut first = 1;
    for (number, line) in lines(text) {
        if line.starts_with("HKEY_") {
            reading.evidence.extend(host(&values, first));
            values.clear();
            first = number;
            continue;
        }
        let Some((name, rest)) = line.trim().split_once("REG_") else { continue };
        let value = rest.split_once(char::is_whitespace).map_or("", |(_, value)| value.trim());
        values.insert(name.trim().to_ascii_lowercase(), value);
    }
    reading.evidence.extend(host(&values, first));
}

fn host(values: &HashMap<String, &str>, line: u32) -> Option<Evidence> {
    let text = |name: &str| values.get(name).copied().filter(|value| !value.is_empty());
    let number = |name: &str| {
        let raw = text(name)?;
        match raw.strip_prefix("0x") {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => raw.parse().ok(),
        }
    };
    let raw_name = text("productname")?.to_owned();
    let build = text("currentbuildnumber").or_else(|| text("currentbuild"))?;
    // From Windows 10 on, CurrentVersion stays at 6.3 and two numbers of their own tell.
    let kernel = match (number("currentmajorversionnumber"), number("currentminorversionnumber")) {
        (Some(major), Some(minor)) => format!("{major}.{minor}"),
        _ => text("currentversion")?.to_owned(),
    };
    let revision = number("ubr").map(|ubr| format!(".{ubr}")).unwrap_or_default();
    let pack = text("csdversion").map(|pack| format!(" {pack}")).unwrap_or_default();
    let raw_version = format!("{kernel}.{build}{revision}{pack}");
    let lab = text("buildlabex").unwrap_or("");
    let named = match text("installationtype") {
        Some(kind) if kind.eq_ignore_ascii_case("server core") => {
            format!("{raw_name} (Server Core installation)")
        }
        _ => raw_name.clone(),
    };
    let platform = match WindowsProduct::from_host(&named, Some(&raw_version), Some(lab)) {
        Some((product, build)) => Platform::Windows { product, build },
        None => Platform::Other,
    };
    let place = Place::Line(line);
    Some(Evidence {
        format: NAME,
        os: Some(OperatingSystem {
            raw_name,
            raw_version: Some(raw_version),
            platform,
            guess_percent: None,
            place,
        }),
        ..Evidence::default()
    })
}
