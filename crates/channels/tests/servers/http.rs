//! A listener that answers HTTP/1.1, one request a connection, and one question over the same.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A request or an answer as it came.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// The first line.
    pub(crate) first: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Heard {
    /// Of a request.
    pub(crate) fn method(&self) -> &str {
        self.first.split(' ').next().unwrap()
    }

    /// Of a request, without its query.
    pub(crate) fn path(&self) -> &str {
        self.target().split('?').next().unwrap()
    }

    /// Of a request.
    pub(crate) fn query(&self) -> &str {
        self.target().split_once('?').map_or("", |(_, query)| query)
    }

    fn target(&self) -> &str {
        self.first.split(' ').nth(1).unwrap_or("")
    }

    /// Of an answer.
    pub(crate) fn status(&self) -> u16 {
        self.first.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// A header by its name in small letters.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// A status and a body.
    pub(crate) fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// One more header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A listener; it ends with this value.
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Listener {
    /// Listens on a free port of loopback.
    pub(crate) async fn start<F, R>(answer: F) -> Self
    where
        F: Fn(Heard) -> R + Send + Sync + 'static,
        R: Future<Output = Reply> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let answer = Arc::new(answer);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let answer = Arc::clone(&answer);
                tokio::spawn(async move {
                    let mut stream = BufReader::new(stream);
                    let Some(request) = hear(&mut stream).await else { return };
                    let reply = answer(request).await;
                    drop(say(stream.get_mut(), &reply).await);
                });
            }
        });
        Self { address, task }
    }

    /// An address of the listener.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Asks, and gives the answer; `None` where nobody answers.
pub(crate) async fn ask(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Option<Heard> {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = BufReader::new(TcpStream::connect(host).await.ok()?);
    let mut text = format!("{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.get_mut().write_all(&[text.as_bytes(), body].concat()).await.ok()?;
    hear(&mut stream).await
}

async fn hear(stream: &mut BufReader<TcpStream>) -> Option<Heard> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        lines.push(line.to_owned());
    }
    let first = lines.first()?.clone();
    let headers: Vec<(String, String)> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut heard = Heard { first, headers, body: Vec::new() };
    if heard.header("transfer-encoding").is_some_and(|coding| coding.contains("chunked")) {
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await.ok()?;
            let length = usize::from_str_radix(line.trim(), 16).ok()?;
            let mut chunk = vec![0; length + 2];
            stream.read_exact(&mut chunk).await.ok()?;
            if length == 0 {
                return Some(heard);
            }
            heard.body.extend_from_slice(&chunk[..length]);
        }
    }
    let length = heard.header("content-length").map_or(0, |length| length.parse().unwrap());
    heard.body = vec![0; length];
    stream.read_exact(&mut heard.body).await.ok()?;
    Some(heard)
}

async fn say(stream: &mut TcpStream, reply: &Reply) -> std::io::Result<()> {
    let mut text = format!("HTTP/1.1 {} -\r\nConnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n", reply.body.len()));
    stream.write_all(&[text.as_bytes(), &reply.body].concat()).await?;
    stream.shutdown().await
}
