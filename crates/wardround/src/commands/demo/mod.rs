//! `wardround demo`

mod story;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use app::access::{self, AccessSettings, Grant, Role};
use app::alerts::publish::Publisher;
use app::delivery::Carriers;
use app::exposure::refresh;
use app::invented::{AlertStory, Teller};
use app::organisations::kept;
use app::{Caller, Context};
use clap::Args;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::organisation::register::Register;
use model::organisation::{OrganisationCode, OrganisationKind};
use sector::{Scale, Sector, Settings};
use web::{Listening, Site};

use super::serve::ListenArguments;
use super::serve::carriers::invented;
use super::shared::parse_day;
use super::with_store::{Purpose, StoreArguments};
use crate::error::CliError;
use crate::knowledge_file::{self, data_folder};
use crate::terminal;

/// An invented health service with eighteen months of history, in the browser
///
/// Tells the story into a record of its own (once; later runs open it again), then serves it at the
/// evening of its last day. Whoever opens it chooses whose eyes to see it with.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround demo
  wardround demo --scale 0.01 --folder big-demo
  wardround demo --story                           an alert from its first word to its proof, through the API
  wardround demo --story http://127.0.0.1:8417     the same, at a demo that runs")]
pub(crate) struct Arguments {
    /// The record of the story. Default: `demo` in the data folder of this user
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,

    /// How large: 1 is England in 2017 (1.5 million hosts); heeded when the story is told
    #[arg(long, value_name = "SCALE", default_value_t = 0.002)]
    scale: f64,

    /// First day of its history, for a large one that need not be long; heeded when the story is told
    #[arg(long, value_name = "DATE", value_parser = parse_day)]
    first: Option<Date>,

    /// Tell the loop of an alert, step by step, through the API of a demo: of the one that runs at this address, or (none
    /// given) of one that is served for it. Each event is proved; exit code 4 where anything is not as it is told
    #[arg(long, value_name = "URL", num_args = 0..=1, default_missing_value = "")]
    story: Option<String>,

    /// With --story: a JSON object a line
    #[arg(long, requires = "story")]
    json: bool,

    #[command(flatten)]
    listen: ListenArguments,
}

/// What makes one sector differ from another.
const SEED: u64 = 1;

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    let form = if arguments.json { story::Form::Json } else { story::Form::Words };
    if let Some(url) = arguments.story.as_ref().filter(|url| !url.is_empty()) {
        story::tell(url, form)?;
        return Ok(0);
    }
    arguments.listen.check()?;
    let scale = Scale::new(arguments.scale).map_err(|e| CliError::usage(e.to_string()))?;
    let mut settings = Settings::new(SEED, scale);
    settings.first = arguments.first.unwrap_or(settings.first).min(settings.last);
    let sector = Sector::new(settings);
    let end = sector.settings().last.at(18, 30, 0, 0).to_zoned(TimeZone::UTC);
    let end =
        end.map_err(|e| CliError::failed("the story has no last day").because(e))?.timestamp();
    let folder = arguments.folder.clone().unwrap_or_else(|| data_folder().join("demo"));
    let store = StoreArguments::of_folder(&folder, "demo");
    store.with(Purpose::Add, async |context, caller| {
        let at_end = context.at(end);
        if context.store.size().await? == 0 {
            let carriers = invented(&folder.join("outbox"), Some(&arguments.listen.base()));
            told(&at_end, caller, &sector, carriers).await?;
        }
        let started = Instant::now();
        // The story goes on as the clock does, from the evening of its last day.
        let clock = move || end.checked_add(started.elapsed()).unwrap_or(Timestamp::MAX);
        let site = Site::new(context.at(end), Arc::new(clock), AccessSettings::default()).as_demo();
        if arguments.story.is_some() {
            told_to_it(site, form).await?;
            return Ok(0);
        }
        let outbox = folder.join("outbox");
        let site = site.with_carriers(invented(&outbox, Some(&arguments.listen.base())));
        let site = site.with_publisher(publisher());
        let word = "An invented health service, at the evening of its last day. ";
        arguments.listen.serve(site, context, word).await?;
        Ok(0)
    })
}

/// Who publishes in the story: nobody outside it, at the address where it is served.
fn publisher() -> Publisher {
    Publisher {
        name: "The invented health service".to_owned(),
        namespace: "https://health.example".to_owned(),
        contact: "Nobody: all of this is invented.".to_owned(),
        base: String::new(),
    }
}

/// Serves a site at a port that is free, and has the story told to it.
async fn told_to_it(site: Site, form: story::Form) -> Result<(), CliError> {
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let listening = Listening::on(here).await;
    let listening =
        listening.map_err(|e| CliError::failed("no port of this machine is free").because(e))?;
    let base = format!("http://{}", listening.address());
    let (over, end) = tokio::sync::oneshot::channel::<()>();
    let end = async { drop(end.await) };
    let site = Arc::new(site.without_tls());
    let serving = tokio::spawn(web::serve(listening, site, web::Settings::default(), end));
    let told = tokio::task::spawn_blocking(move || story::tell(&base, form)).await;
    drop(over);
    let served = serving.await;
    told.map_err(|e| CliError::failed("the story broke off").because(e))??;
    served
        .map_err(|e| CliError::failed("the server broke off").because(e))?
        .map_err(|e| CliError::failed("the server broke off").because(e))
}

/// Tells the story and lets its people in.
async fn told(
    context: &Context,
    caller: &Caller,
    sector: &Sector,
    carriers: Carriers,
) -> Result<(), CliError> {
    let knowledge = knowledge_file::load(None)?;
    let bar = terminal::bar(0, "telling the story, once");
    let mut progress = |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    };
    let mut teller = Teller::begin(context, caller, sector, &knowledge.bytes).await?;
    let officers = let_in(context, caller, sector).await?;
    let mut story = AlertStory::new([&officers[0], &officers[1]], sector.settings().first)
        .told_by(context, carriers);
    while let Some(day) = teller.next_day() {
        story.until(context, day).await?;
        teller.day(&mut progress).await?;
    }
    refresh(context).await?;
    story.until(context, sector.settings().last).await?;
    story.end(context).await?;
    bar.finish_and_clear();
    Ok(())
}

/// Lets the people of the story in, on the morning before it begins; gives the accounts of the two officers.
async fn let_in(
    context: &Context,
    caller: &Caller,
    sector: &Sector,
) -> Result<[String; 2], CliError> {
    let first = sector.settings().first;
    // Those who are still there at the end: the register knows what is to come.
    let register = kept::history(context, None).await?.at(sector.settings().last);
    let begin = first.yesterday().unwrap_or(first).at(19, 0, 0, 0).to_zoned(TimeZone::UTC);
    let begin = begin.map_or(context.now, |begin| begin.timestamp());
    let mut officers = Vec::new();
    for (at, (login, name, role, organisation)) in (0_i64..).zip(people(&register)) {
        // One after the other, so that they are listed in this order.
        let then = begin.checked_add(jiff::SignedDuration::from_millis(at));
        let then = context.at(then.unwrap_or(begin));
        let grant = Grant::new(role, organisation, None).map_err(access::AccessError::from)?;
        let (person, _) = access::create_person(&then, caller, (login, &name), &grant).await?;
        if role == Role::NationalOfficer {
            officers.push(person.id);
        }
    }
    officers.try_into().map_err(|_| CliError::failed("the story has no two officers"))
}

/// Those who work in the story: one for each role that is there to be seen.
fn people(register: &Register) -> Vec<(&'static str, String, Role, Option<OrganisationCode>)> {
    let mut people = vec![
        ("officer", "National operations officer".to_owned(), Role::NationalOfficer, None),
        ("deputy", "Deputy operations officer".to_owned(), Role::NationalOfficer, None),
    ];
    let first = |kind| {
        register.open_of(kind).max_by_key(|own| {
            let hosts = own.expected_hosts.as_ref().map_or(0, |expected| expected.count);
            (hosts, std::cmp::Reverse(own.code.clone()))
        })
    };
    for (login, kind, role, title) in [
        ("region", OrganisationKind::Region, Role::RegionalOfficer, "Regional officer"),
        ("lead", OrganisationKind::Trust, Role::OrganisationLead, "Security lead"),
        ("practice", OrganisationKind::Practice, Role::OrganisationLead, "Practice manager"),
        ("unit", OrganisationKind::SupportUnit, Role::Responder, "Support engineer"),
    ] {
        if let Some(own) = first(kind) {
            people.push((login, format!("{title}, {}", own.label()), role, Some(own.code.clone())));
        }
    }
    people.push(("auditor", "Auditor".to_owned(), Role::Auditor, None));
    people
}
