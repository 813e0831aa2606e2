//! Traces of requests, sent to an OpenTelemetry collector by OTLP over HTTP, in JSON.
//!
//! A thread of its own gathers and sends them: no request waits for a collector, and what it cannot
//! take is dropped.

use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use ureq::Agent;
use web::{Span, Spans, otlp_json};

use crate::error::CliError;

/// Spans that wait at most.
const WAITING: usize = 4_096;
/// Spans of one sending.
const AT_ONCE: usize = 512;
/// How long is gathered before it is sent.
const GATHER: Duration = Duration::from_secs(2);
/// How long a collector may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Traces that are being sent.
pub(super) struct Traces {
    spans: Spans,
    ended: oneshot::Receiver<()>,
}

/// Begins to send to a collector.
pub(super) fn begin(url: &str) -> Result<Traces, CliError> {
    let is_http = url.starts_with("http://") || url.starts_with("https://");
    let target: Option<ureq::http::Uri> = url.parse().ok().filter(|_| is_http);
    if target.and_then(|uri| uri.host().map(|host| !host.is_empty())) != Some(true) {
        return Err(CliError::usage(format!("“{url}” is no address of a collector"))
            .hint("write it as http://127.0.0.1:4318; /v1/traces is added"));
    }
    let address = format!("{}/v1/traces", url.trim_end_matches('/'));
    let (sender, receiver) = sync_channel(WAITING);
    let (end, ended) = oneshot::channel();
    std::thread::Builder::new()
        .name("traces".to_owned())
        .spawn(move || {
            send_all(&address, &receiver);
            // Nobody waits where the program ends otherwise.
            let _ = end.send(());
        })
        .map_err(|e| CliError::failed("no thread for traces").because(e))?;
    Ok(Traces { spans: Spans::new(sender), ended })
}

impl Traces {
    /// Where spans go.
    pub(super) fn spans(&self) -> Spans {
        self.spans.clone()
    }

    /// Sends what is left, if the collector takes it soon: a connection that was cut off may still hold
    /// the way to it.
    pub(super) async fn finish(self) {
        let Self { spans, ended } = self;
        drop(spans);
        if tokio::time::timeout(2 * PATIENCE, ended).await.is_err() {
            tracing::warn!("the last traces were not sent");
        }
    }
}

fn send_all(address: &str, receiver: &Receiver<Span>) {
    // The collector that was set, and no other to which it might lead.
    let config = Agent::config_builder().max_redirects(0).timeout_global(Some(PATIENCE)).build();
    let agent: Agent = config.into();
    let mut is_well = true;
    while let Some((spans, is_last)) = gather(receiver) {
        let body = otlp_json(&spans, env!("CARGO_PKG_VERSION"));
        let sent = agent.post(address).content_type("application/json").send(body);
        match sent {
            Ok(_) => is_well = true,
            // Once, and not again until it has gone well.
            Err(error) if is_well => {
                is_well = false;
                tracing::warn!(%error, spans = spans.len(), "traces cannot be sent and are dropped");
            }
            Err(_) => {}
        }
        if is_last {
            break;
        }
    }
}

/// What is to be sent next, and whether nothing comes after it.
fn gather(receiver: &Receiver<Span>) -> Option<(Vec<Span>, bool)> {
    let mut spans = vec![receiver.recv().ok()?];
    let until = Instant::now() + GATHER;
    while spans.len() < AT_ONCE {
        match receiver.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(span) => spans.push(span),
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => return Some((spans, true)),
        }
    }
    Some((spans, false))
}
