//! The register as a table, one row an organisation.

use super::Organisation;

/// The columns, in their order.
const COLUMNS: &str = "code,name,kind,parent,region,it_provider,commissioner,opened,closed,\
                       successor,expected_hosts,lead_name,lead_phone,lead_mobile,lead_mail,\
                       on_call_name,on_call_phone,on_call_mobile,on_call_mail,contacts_checked\n";

/// The register as CSV. No value holds a comma, a quote or a line break.
pub(crate) fn register_csv(organisations: &[Organisation]) -> Vec<u8> {
    let mut out = String::with_capacity(organisations.len() * 320);
    out.push_str(COLUMNS);
    for o in organisations {
        let code = |code: &Option<model::organisation::OrganisationCode>| {
            code.as_ref().map_or_else(String::new, ToString::to_string)
        };
        let day = |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |d| d.to_string());
        let cells = [
            o.code.to_string(),
            o.name.clone(),
            o.kind.code().to_owned(),
            code(&o.parent),
            code(&o.region),
            code(&o.it_provider),
            code(&o.commissioner),
            o.opened.to_string(),
            day(o.closed),
            code(&o.successor),
            o.expected_hosts.to_string(),
            o.lead.name.clone(),
            o.lead.phone.clone(),
            o.lead.mobile.clone(),
            o.lead.mail.clone(),
            o.on_call.name.clone(),
            o.on_call.phone.clone(),
            o.on_call.mobile.clone(),
            o.on_call.mail.clone(),
            o.contacts_checked.to_string(),
        ];
        out.push_str(&cells.join(","));
        out.push('\n');
    }
    out.into_bytes()
}
