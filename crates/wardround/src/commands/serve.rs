//! `wardround serve`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use app::Context;
use app::access::{AccessSettings, Passkeys};
use clap::Args;
use web::{Listening, Settings, Site, serve};

use super::import::adopt_if_none;
use super::openid::OpenIdArguments;
use super::shared::now;
use super::with_store::{Purpose, StoreArguments};
use crate::error::CliError;
use crate::terminal;

/// Serve the record to people and programs: pages that work without scripts, and a JSON API
///
/// Goes on until it is told to end (Ctrl-C, SIGTERM); what is under way is finished first. People are
/// let in by `wardround admin`. Without TLS before it, it listens on this machine only.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  wardround serve
  wardround serve --store /srv/wardround --listen 127.0.0.1:8417
  wardround serve --listen 0.0.0.0:8417 --behind-tls --public-url https://wardround.example
  wardround serve --public-url https://wardround.example --behind-tls \
    --oidc-issuer https://login.example --oidc-client-id wardround --oidc-client-secret-file /etc/wardround/oidc

Exit codes: 0 it ended when told to, 2 wrong use, 4 the record or the port cannot be had")]
pub(crate) struct Arguments {
    #[command(flatten)]
    store: StoreArguments,

    #[command(flatten)]
    listen: ListenArguments,

    #[command(flatten)]
    openid: OpenIdArguments,

    /// Passwords that are known to attackers and refused: lines of SHA-1 hashes as Have I Been Pwned
    /// publishes them, or of words
    #[arg(long, value_name = "FILE", env = "WARDROUND_BREACHED_PASSWORDS")]
    breached_passwords: Option<PathBuf>,
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

    /// The address that people type: passkeys are made for it and for no other. Without TLS it is
    /// http://localhost
    #[arg(long, value_name = "URL", env = "WARDROUND_PUBLIC_URL")]
    public_url: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<u8, CliError> {
    arguments.listen.check()?;
    let directory = arguments.openid.directory(arguments.listen.public_url.as_deref())?;
    arguments.store.with(Purpose::Add, async |context, caller| {
        adopt_if_none(context, caller).await?;
        let access = AccessSettings {
            breached: arguments.breached_passwords.clone(),
            ..AccessSettings::default()
        };
        let base = context.at(context.now);
        let site = Site::new(base, Arc::new(now), access);
        let site = match directory {
            Some(directory) => site.with_openid(directory),
            None => site,
        };
        arguments.listen.serve(site, context, "").await?;
        Ok(0)
    })
}

impl ListenArguments {
    /// Refuses what would send cookies over a network in the clear.
    pub(crate) fn check(&self) -> Result<(), CliError> {
        self.passkeys()?;
        if self.behind_tls || self.listen.ip().is_loopback() {
            return Ok(());
        }
        Err(CliError::usage(format!(
            "{} can be reached from other machines, and nothing before it speaks TLS",
            self.listen
        ))
        .hint("listen on 127.0.0.1, or put a proxy with TLS before it and say --behind-tls"))
    }

    /// The address that passkeys are made for, if there is one.
    fn passkeys(&self) -> Result<Option<Passkeys>, CliError> {
        let address = match self.public_url.as_deref().filter(|text| !text.is_empty()) {
            Some(address) => address,
            None if self.behind_tls => return Ok(None),
            None => "http://localhost",
        };
        let passkeys = Passkeys::of(address).map_err(|error| CliError::usage(error.to_string()))?;
        Ok(Some(passkeys))
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
        let site = if let Some(passkeys) = self.passkeys()? {
            site.with_passkeys(passkeys)
        } else {
            terminal::complain(
                "nobody can make or use passkeys: say which address people type with --public-url",
            );
            site
        };
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
