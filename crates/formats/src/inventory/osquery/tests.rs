use model::evidence::{Completeness, ControlState, Platform};

use super::*;

fn read_text(text: &str) -> Reading {
    let input = Input { bytes: text.as_bytes(), file_name: None };
    assert!(sniff(&input), "{text}");
    read(&input).unwrap()
}

#[test]
fn a_removed_row_is_gone_and_the_first_run_makes_a_list_whole() {
    let log = r#"{"name":"p","hostIdentifier":"WARD-7","unixTime":"1490000000","counter":"0","action":"added","columns":{"hotfix_id":"KB4012212"}}
{"name":"p","hostIdentifier":"WARD-7","unixTime":"1490000000","counter":"0","action":"added","columns":{"hotfix_id":"KB4012213"}}
{"name":"p","hostIdentifier":"WARD-7","unixTime":"1490000300","counter":"1","action":"removed","columns":{"hotfix_id":"KB4012212"}}
{"name":"p","hostIdentifier":"WARD-8","unixTime":"1490000300","counter":"4","diffResults":{"added":[{"hotfix_id":"KB1234567"}],"removed":[]}}
"#;
    let reading = read_text(log);
    assert_eq!(reading.evidence.len(), 2);
    let [first, second] = reading.evidence.as_slice() else { panic!() };
    let raws: Vec<_> = first.updates[0].entries.iter().map(|e| e.raw.as_str()).collect();
    assert_eq!(raws, ["KB4012213"]);
    assert_eq!(first.updates[0].completeness, Completeness::Complete);
    assert_eq!(first.collected_at.as_ref().unwrap().earliest.to_string(), "2017-03-19T20:58:20");
    assert!(matches!(second.updates[0].completeness, Completeness::Partial(_)));
}

#[test]
fn tables_are_known_by_their_columns() {
    let text = r#"[{"name":"Microsoft Windows 10 Pro","version":"10.0.19045","major":"10","minor":"0","build":"19045","platform":"windows","arch":"64-bit"}]
[{"computer_name":"WARD-7","hostname":"ward-7.site.example","hardware_serial":"S1","hardware_model":"M","hardware_vendor":"V","cpu_brand":"c"}]
[{"key":"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion","path":"HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\UBR","name":"UBR","type":"REG_DWORD","data":"4046"}]
[{"name":"SMB1Protocol","caption":"SMB 1.0","state":"2","statename":"Disabled"}]
[{"name":"Spooler","display_name":"Print Spooler","status":"RUNNING","start_type":"AUTO_START"}]
[{"pid":"4","port":"445","protocol":"6","address":"0.0.0.0"},{"pid":"4","port":"139","protocol":"6","address":"127.0.0.1"}]
[{"name":"Viewer","version":"1.2","publisher":"Example","install_source":""}]"#;
    let reading = read_text(text);
    assert_eq!(reading.evidence.len(), 1);
    let evidence = &reading.evidence[0];
    assert_eq!(evidence.host.names, ["WARD-7", "ward-7.site.example"]);
    let Platform::Windows { product, build } = &evidence.os.as_ref().unwrap().platform else {
        panic!()
    };
    assert_eq!(product.to_string(), "Windows 10 version 22H2 x64");
    assert_eq!(build.unwrap().to_string(), "10.0.19045.4046");
    let controls: Vec<_> = evidence.controls.iter().map(|c| (c.name.as_str(), c.state)).collect();
    assert_eq!(
        controls,
        [("smb1-server", ControlState::Disabled), ("print-spooler", ControlState::Enabled)]
    );
    assert_eq!(evidence.ports.iter().map(|p| p.number).collect::<Vec<_>>(), [445]);
    assert_eq!(evidence.software[0].name, "Viewer");
    assert_eq!(evidence.software_completeness, Some(Completeness::Complete));
}

#[test]
fn linux_packages_keep_epoch_release_and_source() {
    let text = r#"[{"name":"openssl-libs","version":"1.1.1k","release":"7.el8","epoch":"1","arch":"x86_64","source":"openssl-1.1.1k-7.el8.src.rpm","vendor":"V"}]"#;
    let software = &read_text(text).evidence[0].software[0];
    assert_eq!(software.version.as_deref(), Some("1:1.1.1k-7.el8"));
    assert_eq!(software.source, Some(("openssl".into(), Some("1.1.1k-7.el8".into()))));
}

#[test]
fn wrong_types_cost_their_row_only() {
    let text = r#"[{"hotfix_id":null},{"hotfix_id":[1]},{"hotfix_id":4012212},7,"x",{"hotfix_id":"KB4012213","installed_on":{}}]"#;
    let list = &read_text(text).evidence[0].updates[0];
    let raws: Vec<_> = list.entries.iter().map(|e| e.raw.as_str()).collect();
    assert_eq!(raws, ["4012212", "KB4012213"]);
}
