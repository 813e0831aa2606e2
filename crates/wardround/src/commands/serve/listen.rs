//! Where a server listens, and what is around it: TLS, limits, numbers, the log, traces.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use app::Context;
use app::access::Passkeys;
use clap::{Args, ValueEnum};
use tokio::sync::watch;
use web::{Limits, Listening, Settings, Site, serve, serve_metrics};

use super::told_to_end;
use super::traces::Traces;
use super::{certificate, traces};
use crate::error::CliError;
use crate::terminal;

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
    #[arg(long, conflicts_with = "tls_cert")]
    behind_tls: bool,

    /// Speak TLS with this certificate: PEM, the server's own first, then those above it. Read again when
    /// the file changes, and on SIGHUP
    #[arg(long, value_name = "FILE", requires = "tls_key", env = "WARDROUND_TLS_CERT")]
    tls_cert: Option<PathBuf>,

    /// The certificate's private key: PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert", env = "WARDROUND_TLS_KEY")]
    tls_key: Option<PathBuf>,

    /// The address that people type: passkeys are made for it and for no other. Without TLS it is
    /// http://localhost
    #[arg(long, value_name = "URL", env = "WARDROUND_PUBLIC_URL")]
    public_url: Option<String>,

    /// So many proxies before it are believed when they say in X-Forwarded-For who came to them
    #[arg(long, value_name = "PROXIES", default_value_t = 0, env = "WARDROUND_BEHIND_PROXY")]
    behind_proxy: usize,

    /// Requests that one who is signed in may make in a minute; one address four times as many, and a
    /// twentieth of it to sign in. 0: no limits
    #[arg(long, value_name = "REQUESTS", default_value_t = 600, env = "WARDROUND_RATE_LIMIT")]
    rate_limit: u32,

    /// Show numbers for Prometheus at this address, as /metrics
    #[arg(long, value_name = "ADDRESS:PORT", env = "WARDROUND_METRICS")]
    metrics: Option<SocketAddr>,

    /// How the log on standard error is written
    #[arg(long, value_enum, default_value_t = LogFormat::Json, env = "WARDROUND_LOG_FORMAT")]
    log_format: LogFormat,

    /// Send a trace of each request to this OpenTelemetry collector, such as http://127.0.0.1:4318
    #[arg(long, value_name = "URL", env = "OTEL_EXPORTER_OTLP_ENDPOINT")]
    otlp: Option<String>,
}

/// How a log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// A JSON object a line, for programs
    Json,
    /// Words, for people
    Text,
}

impl ListenArguments {
    /// Refuses what would send cookies over a network in the clear.
    pub(crate) fn check(&self) -> Result<(), CliError> {
        self.passkeys()?;
        if self.behind_tls || self.tls_cert.is_some() || self.listen.ip().is_loopback() {
            return Ok(());
        }
        Err(CliError::usage(format!(
            "{} can be reached from other machines, and nothing before it speaks TLS",
            self.listen
        ))
        .hint("give it a certificate with --tls-cert and --tls-key")
        .hint("or listen on 127.0.0.1, or put a proxy with TLS before it and say --behind-tls"))
    }

    /// The address that people type, if it is said.
    pub(crate) fn public_url(&self) -> Option<&str> {
        self.public_url.as_deref().filter(|text| !text.is_empty())
    }

    /// Where people reach this service, as far as is said.
    pub(crate) fn base(&self) -> String {
        let scheme = if self.tls_cert.is_some() { "https" } else { "http" };
        self.public_url().map_or_else(|| format!("{scheme}://{}", self.listen), ToOwned::to_owned)
    }

    /// Whether nothing speaks TLS, so that only this machine is served.
    fn is_plain(&self) -> bool {
        !self.behind_tls && self.tls_cert.is_none()
    }

    /// The address that passkeys are made for, if there is one.
    fn passkeys(&self) -> Result<Option<Passkeys>, CliError> {
        let address = match self.public_url() {
            Some(address) => address,
            None if self.is_plain() => "http://localhost",
            None => return Ok(None),
        };
        let passkeys = Passkeys::of(address).map_err(|error| CliError::usage(error.to_string()))?;
        Ok(Some(passkeys))
    }

    /// Serves a site until the process is told to end; what the operator is to know goes to standard
    /// error, a line each.
    pub(crate) async fn serve(
        &self,
        site: Site,
        context: &Context,
        word: &str,
    ) -> Result<(), CliError> {
        self.log();
        let certificate = match self.tls_cert.as_ref().zip(self.tls_key.as_ref()) {
            Some((chain, key)) => Some(certificate::Files::open(chain, key)?),
            None => None,
        };
        let traces = self.otlp.as_deref().map(traces::begin).transpose()?;
        let mut seed = [0; 16];
        getrandom::fill(&mut seed)
            .map_err(|e| CliError::failed("the system gives no randomness").because(e))?;
        let settings = Settings {
            tls: certificate.as_ref().map(|files| files.tls().clone()),
            limits: Limits {
                per_minute: NonZeroU32::new(self.rate_limit),
                trusted_proxies: self.behind_proxy,
            },
            spans: traces.as_ref().map(Traces::spans),
            seed,
            ..Settings::default()
        };
        let site = if let Some(passkeys) = self.passkeys()? {
            site.with_passkeys(passkeys)
        } else {
            terminal::complain(
                "nobody can make or use passkeys: say which address people type with --public-url",
            );
            site
        };
        let listening = on(self.listen, "--listen").await?;
        let scheme = if certificate.is_some() { "https" } else { "http" };
        let here = format!("{scheme}://{}", listening.address());
        let site = site.found_at(self.public_url().unwrap_or(&here).trim_end_matches('/'));
        let site = Arc::new(if self.is_plain() { site.without_tls() } else { site });
        let (told, end) = watch::channel(false);
        let ended = |mut end: watch::Receiver<bool>| async move {
            // Who told is gone only when the process ends.
            drop(end.wait_for(|it| *it).await);
        };
        let place = context.store.place();
        let address = listening.address();
        terminal::print(&format!(
            "{word}Serving {place} at {scheme}://{address}/ — Ctrl-C ends it.\n"
        ))?;
        if let Some(address) = self.metrics {
            let listening = on(address, "--metrics").await?;
            terminal::print(&format!("Numbers at http://{}/metrics\n", listening.address()))?;
            tokio::spawn(serve_metrics(listening, Arc::clone(&site), ended(end.clone())));
        }
        let watching = certificate.map(|files| tokio::spawn(files.watch()));
        tokio::spawn(async move {
            told_to_end().await;
            // Nobody listens when everything has ended already.
            let _ = told.send(true);
        });
        let served = serve(listening, site, settings, ended(end)).await;
        if let Some(watching) = watching {
            watching.abort();
        }
        if let Some(traces) = traces {
            traces.finish().await;
        }
        served.map_err(|e| failed(self.listen, "--listen", e))?;
        terminal::print("Ended in good order.\n")
    }

    fn log(&self) {
        let log = tracing_subscriber::fmt().with_writer(std::io::stderr);
        let begun = match self.log_format {
            LogFormat::Json => log.json().try_init(),
            LogFormat::Text => log.with_ansi(false).try_init(),
        };
        if begun.is_err() {
            terminal::complain("somebody else keeps the log of this process");
        }
    }
}

async fn on(address: SocketAddr, option: &str) -> Result<Listening, CliError> {
    Listening::on(address).await.map_err(|e| failed(address, option, e))
}

fn failed(address: SocketAddr, option: &str, error: std::io::Error) -> CliError {
    CliError::failed(format!("{address} cannot be listened on"))
        .because(error)
        .hint(format!("is another server there already? {option} takes another port"))
}
