//! Hosts as at a moment: those of an organisation, one by its name, and those that a text finds.

use exposure::index::{Advisory, AnswerCode, HostAnswer};
use exposure::judge::ReasonKind;
use model::organisation::OrganisationCode;
use model::organisation::register::Register;

use super::Desk;
use super::moment::{Moment, Seen};
use crate::access::Permission;
use crate::context::{Caller, Context, Scope};
use crate::error::Error;
use crate::estate::ask::{Estate, KnownHost, Rows, host_of, hosts_of};
use crate::estate::table::HostRecord;
use crate::exposure::ask::broken;

/// Most organisations whose hosts a text is looked for in.
const MOST_ESTATES: usize = 25;

/// A host that a text finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostHit {
    /// Whose it is, by code and by name.
    pub organisation: (OrganisationCode, String),
    /// Its identity.
    pub id: String,
    /// What to call it.
    pub label: String,
    /// The last day on which evidence shows it.
    pub last_seen: jiff::civil::Date,
}

/// A host with the answer on an advisory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedHost {
    /// Its identity.
    pub id: String,
    /// Verdict and reason, as they are counted.
    pub code: AnswerCode,
}

impl JudgedHost {
    /// Whether its sources contradict each other on the advisory.
    pub fn differs(&self) -> bool {
        self.code.reason == ReasonKind::Conflict
    }
}

/// What a search for hosts found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KnownHosts {
    /// Those that it found, at most as many as were wanted.
    Found(Vec<HostHit>),
    /// The caller sees too many organisations to look through all of their hosts at once.
    TooMany,
}

impl Desk {
    /// The hosts of an organisation.
    pub async fn hosts(
        &self,
        context: &Context,
        caller: &Caller,
        code: &OrganisationCode,
        moment: Moment,
    ) -> Result<Estate, Error> {
        let register = self.expected(context, caller, code, moment).await?;
        hosts_of(context, caller, code, &register, moment).await
    }

    /// Every host that was seen of an organisation with its answer on an advisory: those behind the
    /// numbers. Hosts that were never seen have no identity and are not among them.
    pub async fn judged_hosts(
        &self,
        context: &Context,
        caller: &Caller,
        (code, advisory): (&OrganisationCode, String),
        moment: Moment,
    ) -> Result<Vec<JudgedHost>, Error> {
        let seen = self.judged_on(context, caller, (code, vec![advisory]), moment).await?;
        Ok(seen.answer.into_iter().next().unwrap_or_default())
    }

    /// As [`Desk::judged_hosts`], on several advisories: the hosts for each, in their order.
    pub async fn judged_on(
        &self,
        context: &Context,
        caller: &Caller,
        (code, advisories): (&OrganisationCode, Vec<String>),
        moment: Moment,
    ) -> Result<Seen<Vec<Vec<JudgedHost>>>, Error> {
        let register = self.expected(context, caller, code, moment).await?;
        let own = code.clone();
        self.look(context, moment, (register, vec![code.clone()]), move |open| {
            let facts = open.view.organisations();
            let Some(at) = facts.iter().position(|facts| facts.code == own) else {
                return Ok(vec![Vec::new(); advisories.len()]);
            };
            let judged = advisories.into_iter().map(|advisory| {
                let asked = open.view.as_public(open.index.resolve(&Advisory(advisory)));
                let hosts = open.view.hosts(&asked, at).map_err(broken)?.into_iter();
                let of = |host: HostAnswer| JudgedHost { id: host.id.to_string(), code: host.code };
                Ok(hosts.map(of).collect())
            });
            judged.collect()
        })
        .await
    }

    /// Hosts of an organisation by an identity or a name, with their evidence.
    pub async fn host(
        &self,
        context: &Context,
        caller: &Caller,
        (code, name): (&OrganisationCode, &str),
        (moment, rows): (Moment, Rows),
    ) -> Result<Vec<KnownHost>, Error> {
        let register = self.expected(context, caller, code, moment).await?;
        host_of(context, caller, (code, name), (&register, moment), rows).await
    }

    /// Hosts of the caller's organisations that have a text in a name or begin with it in an address
    /// or a serial number.
    pub async fn find_hosts(
        &self,
        context: &Context,
        caller: &Caller,
        (text, most): (&str, usize),
        moment: Moment,
    ) -> Result<KnownHosts, Error> {
        let Scope::Organisations(codes) = &caller.scope else { return Ok(KnownHosts::TooMany) };
        let own = codes.iter().filter(|code| caller.can(Permission::SeeHosts, Some(code)));
        let own: Vec<&OrganisationCode> = own.collect();
        if own.len() > MOST_ESTATES {
            return Ok(KnownHosts::TooMany);
        }
        let register = self.register(context, moment).await?;
        let folded = text.trim().to_lowercase();
        let mut hits = Vec::new();
        for code in own {
            let here = (code, register.as_ref());
            hits.extend(found(context, caller, here, (&folded, most - hits.len()), moment).await?);
            if hits.len() >= most {
                break;
            }
        }
        Ok(KnownHosts::Found(hits))
    }
}

async fn found(
    context: &Context,
    caller: &Caller,
    (code, register): (&OrganisationCode, &Register),
    (text, most): (&str, usize),
    moment: Moment,
) -> Result<Vec<HostHit>, Error> {
    let estate = match hosts_of(context, caller, code, register, moment).await {
        Ok(estate) => estate,
        // Not registered on that day.
        Err(Error::NoOrganisation(_)) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let hosts = estate.table.hosts.iter().filter(|(id, host)| is_hit(id, host, text));
    let name = estate.name;
    let hit = |(id, host): (&String, &HostRecord)| HostHit {
        organisation: (code.clone(), name.clone()),
        id: id.clone(),
        label: host.label.clone(),
        last_seen: host.last_seen,
    };
    Ok(hosts.take(most).map(hit).collect())
}

fn is_hit(id: &str, host: &HostRecord, text: &str) -> bool {
    let begins = |texts: &[String]| texts.iter().any(|own| own.to_lowercase().starts_with(text));
    id == text
        || host.names.iter().any(|name| name.contains(text))
        || begins(&host.addresses)
        || begins(&host.serials)
}
