//! Requests as spans of OpenTelemetry: a context that comes with a request (W3C Trace Context) goes on,
//! and a batch of them is spelt as OTLP has it in JSON.
//!
//! Why it is our own: one kind of span and two structures are wanted, and the exporter brings gRPC.
//! Whoever sends a batch is an argument, as is everything that is of the network.

use std::sync::mpsc::{SyncSender, TrySendError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use app::hex;
use axum::http::HeaderMap;
use serde_json::{Value, json};

/// Where a request stands in a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Context {
    trace: String,
    span: String,
    parent: Option<String>,
    /// Whether who began the trace wants it kept; who brings none is kept.
    pub(crate) is_sampled: bool,
}

impl Context {
    /// Of a request, with a number that no other has.
    pub(crate) fn of(headers: &HeaderMap, number: &[u8; 32]) -> Self {
        let part = |from: usize, to: usize| hex(number.get(from..to).unwrap_or_default());
        let own = part(8, 16);
        let given = headers.get("traceparent").and_then(|value| value.to_str().ok());
        match given.and_then(parent) {
            Some((trace, parent, is_sampled)) => {
                Self { trace, span: own, parent: Some(parent), is_sampled }
            }
            None => Self { trace: part(16, 32), span: own, parent: None, is_sampled: true },
        }
    }
}

/// Trace, span and whether it is kept, of a `traceparent` (W3C Trace Context, 3.2).
fn parent(text: &str) -> Option<(String, String, bool)> {
    let mut parts = text.trim().split('-');
    let (version, trace, span, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    // Later versions may say more behind; of version 00 that is wrong.
    let is_known =
        version.len() == 2 && version != "ff" && (version != "00" || parts.next().is_none());
    let is_hex = |text: &str, length: usize| {
        text.len() == length
            && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    };
    let is_none = |text: &str| text.bytes().all(|b| b == b'0');
    let sound = is_hex(version, 2) && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);
    if !is_known || !sound || is_none(trace) || is_none(span) {
        return None;
    }
    let flags = u8::from_str_radix(flags, 16).ok()?;
    Some((trace.to_owned(), span.to_owned(), flags & 1 == 1))
}

/// A request that was answered.
#[derive(Clone, Debug)]
pub struct Span {
    pub(crate) context: Context,
    pub(crate) door: String,
    pub(crate) method: &'static str,
    pub(crate) status: u16,
    pub(crate) request: String,
    pub(crate) began: SystemTime,
    pub(crate) took: Duration,
}

/// Where spans go: to whoever sends them, as long as they keep up.
#[derive(Clone, Debug)]
pub struct Spans(SyncSender<Span>);

impl Spans {
    /// To this channel. What it has no room for is dropped: requests wait for no collector.
    pub fn new(channel: SyncSender<Span>) -> Self {
        Self(channel)
    }

    pub(crate) fn send(&self, span: Span) {
        match self.0.try_send(span) {
            Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {}
        }
    }
}

/// Spans as one `ExportTraceServiceRequest` in JSON (OTLP 1.x, JSON Protobuf encoding).
pub fn otlp_json(spans: &[Span], version: &str) -> String {
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    let spans: Vec<Value> = spans.iter().map(|span| of(span, &text)).collect();
    json!({"resourceSpans": [{
        "resource": {"attributes": [
            text("service.name", "wardround"),
            text("service.version", version),
        ]},
        "scopeSpans": [{"scope": {"name": "wardround.web", "version": version}, "spans": spans}],
    }]})
    .to_string()
}

fn of(span: &Span, text: &impl Fn(&str, &str) -> Value) -> Value {
    let nanos =
        |at: SystemTime| at.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos().to_string();
    let mut attributes = vec![
        text("http.request.method", span.method),
        json!({"key": "http.response.status_code", "value": {"intValue": span.status.to_string()}}),
        text("wardround.request_id", &span.request),
    ];
    if span.door != "none" {
        attributes.push(text("http.route", &span.door));
    }
    if span.status >= 500 {
        attributes.push(text("error.type", &span.status.to_string()));
    }
    let mut value = json!({
        "traceId": span.context.trace,
        "spanId": span.context.span,
        "name": format!("{} {}", span.method, span.door),
        // A server answers.
        "kind": 2,
        "startTimeUnixNano": nanos(span.began),
        "endTimeUnixNano": nanos(span.began + span.took),
        "attributes": attributes,
        "status": if span.status >= 500 { json!({"code": 2}) } else { json!({}) },
    });
    if let (Some(parent), Some(fields)) = (&span.context.parent, value.as_object_mut()) {
        fields.insert("parentSpanId".to_owned(), json!(parent));
        // It came from elsewhere (SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE, SPAN_FLAGS_CONTEXT_IS_REMOTE).
        fields.insert("flags".to_owned(), json!(0x301));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_that_is_given_goes_on_and_one_that_is_none_does_not() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let given = format!("00-{trace}-00f067aa0ba902b7-01");
        let (found, span, is_sampled) = parent(&given).unwrap();
        assert_eq!((found.as_str(), span.as_str(), is_sampled), (trace, "00f067aa0ba902b7", true));
        assert!(!parent(&given.replace("-01", "-00")).unwrap().2);
        // A later version may say more.
        assert!(parent(&format!("01{}-more", &given[2..])).is_some());
        for bad in [
            "",
            "00",
            &format!("{given}-more"),
            &given.replace("00-", "ff-"),
            &given.to_uppercase(),
            &given.replace(trace, &"0".repeat(32)),
            &given.replace("00f067aa0ba902b7", &"0".repeat(16)),
        ] {
            assert_eq!(parent(bad), None, "{bad}");
        }
    }
}
