//! A medical device as a CycloneDX bill of materials.
//!
//! No such bills were made in 2017; the estate is of that year, the format of a later one.

use super::identity::uuid;
use super::out::Out;
use super::table::device_model;
use crate::day::Day;
use crate::estate::{Host, System};

/// The bill of a device.
pub(super) fn device(host: &Host, day: Day) -> Vec<u8> {
    let (vendor, model, version) = device_model(host);
    let mut out = Out::with_capacity(1024);
    out.text("{\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.5\",\n");
    out.texts(&["  \"serialNumber\": \"urn:uuid:", &uuid(host).to_ascii_lowercase(), "\",\n"]);
    out.text("  \"version\": 1,\n  \"metadata\": {\n    \"timestamp\": \"");
    out.iso(day).text("T09:15:00Z\",\n    \"component\": {\n");
    out.texts(&["      \"bom-ref\": \"device\",\n      \"type\": \"device\",\n"]);
    out.texts(&["      \"supplier\": { \"name\": \"", vendor, "\" },\n"]);
    out.texts(&["      \"name\": \"", &host.name, "\",\n      \"version\": \"", version]);
    out.texts(&["\",\n      \"description\": \"", model, "\"\n    }\n  },\n"]);
    out.text("  \"components\": [\n");
    if host.system != System::DeviceOther {
        out.text("    { \"bom-ref\": \"system\", \"type\": \"operating-system\", \"name\": \"");
        out.texts(&[host.system.printed(), "\", \"version\": \"", host.system.build(), "\" },\n"]);
    }
    out.texts(&["    { \"bom-ref\": \"model\", \"type\": \"firmware\", \"name\": \"", model]);
    out.texts(&["\", \"version\": \"", version, "\", \"supplier\": { \"name\": \"", vendor]);
    out.text("\" } }\n  ]\n}\n");
    out.0
}
