//! A tiny HTTP/1.1 server on 127.0.0.1 that answers by script and notes what it was asked. One
//! answer a connection; no sleeping: where it must be slow it waits for the client to go away.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// What was asked.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    pub headers: BTreeMap<String, String>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// What is answered.
pub enum Reply {
    /// Status, headers, body; Content-Length is added.
    Full(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The same, but only so many bytes of the body are sent before the connection is closed.
    Cut(u16, Vec<(&'static str, String)>, Vec<u8>, usize),
    /// Head without length, then bytes until the client goes away.
    Endless,
    /// Head and this beginning, then nothing until the client goes away.
    Stall(Vec<u8>),
    /// A byte every few milliseconds until the client goes away.
    Drip,
    /// Exactly these bytes.
    Raw(Vec<u8>),
}

pub fn ok(body: &[u8]) -> Reply {
    Reply::Full(200, vec![], body.to_vec())
}

pub fn tagged(body: &[u8], etag: &str) -> Reply {
    Reply::Full(200, vec![("ETag", etag.to_owned())], body.to_vec())
}

pub fn status(code: u16) -> Reply {
    Reply::Full(code, vec![], b"no".to_vec())
}

pub struct Server {
    pub url: String,
    seen: Arc<Mutex<Vec<Request>>>,
    stop: Arc<Mutex<bool>>,
    address: std::net::SocketAddr,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves by `script`, which gets the request and how often this path was asked before.
    pub fn start(mut script: impl FnMut(&Request, usize) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (seen, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(false)));
        let (noted, stopped) = (Arc::clone(&seen), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if *stopped.lock().expect("no panic") {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let Some(request) = read(&stream) else { continue };
                let before = {
                    let mut noted = noted.lock().expect("no panic");
                    let same = |r: &&Request| r.path == request.path;
                    let before = noted.iter().filter(same).count();
                    noted.push(request.clone());
                    before
                };
                let reply = script(&request, before);
                // The client may go away at any time; that is what some tests are about.
                let _ = answer(stream, reply);
            }
        });
        Self { url: format!("http://{address}"), seen, stop, address, thread: Some(thread) }
    }

    /// Answers the same path with one reply after the other; the last one is an empty 500.
    pub fn queue(replies: Vec<Reply>) -> Self {
        let mut replies = replies.into_iter();
        Self::start(move |_, _| replies.next().unwrap_or_else(|| status(500)))
    }

    pub fn requests(&self) -> Vec<Request> {
        self.seen.lock().expect("no panic").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        *self.stop.lock().expect("no panic") = true;
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let path = first.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    for line in lines {
        let line = line.ok()?;
        let Some((name, value)) = line.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    Some(Request { path, headers })
}

fn head(status: u16, headers: &[(&'static str, String)], length: Option<usize>) -> String {
    let mut head = format!("HTTP/1.1 {status} x\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    if let Some(length) = length {
        head.extend(["Content-Length: ", &length.to_string(), "\r\n"]);
    }
    head + "\r\n"
}

fn answer(mut stream: TcpStream, reply: Reply) -> std::io::Result<()> {
    match reply {
        Reply::Full(304, headers, _) => stream.write_all(head(304, &headers, None).as_bytes()),
        Reply::Full(status, headers, body) => {
            stream.write_all(head(status, &headers, Some(body.len())).as_bytes())?;
            stream.write_all(&body)
        }
        Reply::Cut(status, headers, body, sent) => {
            stream.write_all(head(status, &headers, Some(body.len())).as_bytes())?;
            stream.write_all(&body[..sent])
        }
        Reply::Endless => {
            stream.write_all(head(200, &[], None).as_bytes())?;
            loop {
                stream.write_all(&[b'x'; 4096])?;
            }
        }
        Reply::Stall(beginning) => {
            stream.write_all(head(200, &[], Some(1000)).as_bytes())?;
            stream.write_all(&beginning)?;
            until_gone(&mut stream)
        }
        Reply::Drip => {
            stream.write_all(head(200, &[], Some(1_000_000)).as_bytes())?;
            stream.set_read_timeout(Some(Duration::from_millis(10)))?;
            let mut byte = [0];
            loop {
                stream.write_all(b"x")?;
                // The read's own time-out is the drip's beat.
                if matches!(stream.read(&mut byte), Ok(0)) {
                    return Ok(());
                }
            }
        }
        Reply::Raw(bytes) => stream.write_all(&bytes),
    }
}

fn until_gone(stream: &mut TcpStream) -> std::io::Result<()> {
    let mut rest = [0; 64];
    while stream.read(&mut rest)? > 0 {}
    Ok(())
}
