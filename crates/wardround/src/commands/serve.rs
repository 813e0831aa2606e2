//! `wardround serve`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use app::Context;
use app::access::AccessSettings;
use app::import::sending::Limits;
use clap::Args;
use web::{Listening, Settings, Site, serve};

use super::import::adopt_if_none;
use super::knowledge;
use super::shared::now;
use super::with_store::{Purpose, StoreArguments};
use crate::error::CliError;
use crate::{files, terminal};

/// Serve the record to people and programs: pages that work without scripts, and a JSON API
///
/// Goes on until it is told to end (Ctrl-C, SIGTERM); what is under way is finished first. People are
/// let in by `wardround admin`. Without TLS before it, it listens on this machine only.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround serve
  wardround serve --store /srv/wardround --listen 127.0.0.1:8417
  wardround serve --listen 0.0.0.0:8417 --behind-tls

Exit codes: 0 it ended when told to, 2 wrong use, 4 the record or the port cannot be had")]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    #[command(flatten)]
    listen: ListenArguments,

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

/// Where a server listens.
#[derive(Clone, Debug, Args)]
pub(crate) struct ListenArguments {
    /// Address and port; port 0 takes any that is free
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:8417",
        env = "WARDROUND_LISTEN"
    )]
    listen: SocketAddr,

    /// A proxy before it speaks TLS with the world: cookies then travel by TLS only
    #[arg(long)]
    behind_tls: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    arguments.listen.check()?;
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
        arguments.listen.serve(site, context, "").await?;
        Ok(0)
    })
}

impl ListenArguments {
    /// Refuses what would send cookies over a network in the clear.
    pub(crate) fn check(&self) -> Result<(), CliError> {
        if self.behind_tls || self.listen.ip().is_loopback() {
            return Ok(());
        }
        Err(CliError::usage(format!(
            "{} can be reached from other machines, and nothing before it speaks TLS",
            self.listen
        ))
        .hint("listen on 127.0.0.1, or put a proxy with TLS before it and say --behind-tls"))
    }

    /// Serves a site until the process is told to end; what the operator is to know goes to standard
    /// error, a JSON object a line.
    pub(crate) async fn serve(
        &self,
        site: Site,
        context: &Context,
        word: &str,
    ) -> Result<(), CliError> {
        let failed = |e: std::io::Error| {
            CliError::failed(format!("{} cannot be listened on", self.listen))
                .because(e)
                .hint("is another server there already? --listen takes another port")
        };
        let log = tracing_subscriber::fmt().json().with_writer(std::io::stderr);
        if log.try_init().is_err() {
            terminal::complain("somebody else keeps the log of this process");
        }
        let listening = Listening::on(self.listen).await.map_err(failed)?;
        let site = if self.behind_tls { site } else { site.without_tls() };
        terminal::print(&format!(
            "{word}Serving {} at http://{}/ — Ctrl-C ends it.\n",
            context.store.place(),
            listening.address()
        ))?;
        serve(listening, Arc::new(site), Settings::default(), told_to_end())
            .await
            .map_err(failed)?;
        terminal::print("Ended in good order.\n")
    }
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
