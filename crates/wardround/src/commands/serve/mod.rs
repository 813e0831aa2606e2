//! `wardround serve`

pub(crate) mod carriers;
mod certificate;
mod listen;
mod openid;
mod publisher;
mod traces;

use std::path::PathBuf;
use std::sync::Arc;

use app::access::AccessSettings;
use app::import::sending::Limits;
use clap::Args;
use web::Site;

pub(crate) use listen::ListenArguments;

use openid::OpenIdArguments;
use publisher::PublisherArguments;

use super::import::adopt_if_none;
use super::knowledge;
use super::shared::now;
use super::with_store::{Purpose, StoreArguments};
use crate::error::CliError;
use crate::files;

/// Serve the record to people and programs: pages that work without scripts, and a JSON API
///
/// Goes on until it is told to end (Ctrl-C, SIGTERM); what is under way is finished first. People are
/// let in by `wardround admin`. Without TLS of its own or before it, it listens on this machine only.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround serve
  wardround serve --store /srv/wardround --listen 127.0.0.1:8417
  wardround serve --listen 0.0.0.0:443 --tls-cert server.pem --tls-key server.key
  wardround serve --listen 0.0.0.0:8417 --behind-tls --behind-proxy 1 --public-url https://wardround.example
  wardround serve --behind-tls --public-url https://wardround.example \
    --oidc-issuer https://login.example --oidc-client-id wardround \
    --oidc-client-secret-file /etc/wardround/oidc-secret
  wardround serve --behind-tls --public-url https://alerts.example \
    --publisher 'Health service of Example' --publisher-contact 'Security operations: 0100'

Exit codes: 0 it ended when told to, 2 wrong use, 4 the record or the port cannot be had")]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    #[command(flatten)]
    listen: ListenArguments,

    #[command(flatten)]
    openid: OpenIdArguments,

    /// Tell people about alerts by the carriers that this file names: mail, text messages, chat rooms, other
    /// programs. Without it nobody is told
    #[arg(long, value_name = "FILE", env = "WARDROUND_CARRIERS")]
    carriers: Option<PathBuf>,

    #[command(flatten)]
    publisher: PublisherArguments,

    /// Passwords that are known to attackers and refused: lines of SHA-1 hashes as Have I Been Pwned
    /// publishes them, or of words
    #[arg(long, value_name = "FILE", env = "WARDROUND_BREACHED_PASSWORDS")]
    breached_passwords: Option<PathBuf>,

    /// Most that is taken in one sending of evidence, as it comes; bytes, or 512M, or 2G
    #[arg(
        long,
        value_name = "SIZE",
        default_value = "1G",
        env = "WARDROUND_MAX_UPLOAD",
        value_parser = files::parse_size
    )]
    max_upload: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    arguments.listen.check()?;
    let directory = arguments.openid.directory(arguments.listen.public_url())?;
    let publisher = arguments.publisher.publisher(arguments.listen.public_url())?;
    arguments.store.with(Purpose::Add, async |context, caller| {
        adopt_if_none(context, caller).await?;
        let access = AccessSettings {
            breached: arguments.breached_passwords.clone(),
            ..AccessSettings::default()
        };
        let base = context.at(context.now);
        let limits = Limits { bytes: arguments.max_upload, ..Limits::default() };
        let fetch = || knowledge::in_background().map_err(|error| error.to_string().into());
        let site =
            Site::new(base, Arc::new(now), access).with_fetch(Arc::new(fetch)).with_limits(limits);
        let site = match &arguments.carriers {
            Some(path) => site.with_carriers(carriers::read(path, arguments.listen.public_url())?),
            None => site,
        };
        let site = match directory {
            Some(directory) => site.with_openid(directory),
            None => site,
        };
        let site = match publisher {
            Some(publisher) => site.with_publisher(publisher),
            None => site,
        };
        arguments.listen.serve(site, context, "").await?;
        Ok(0)
    })
}

/// Waits until the process is told to end.
async fn told_to_end() {
    let interrupted = async {
        // Without a signal to wait for it can still be killed: everything that was acknowledged is kept.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    {
        let Ok(mut terminated) =
            tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        else {
            return interrupted.await;
        };
        tokio::select! {
            () = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    interrupted.await;
}
