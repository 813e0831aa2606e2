//! A server over an empty record, for what is around every door; with one national officer.

use std::net::SocketAddr;
use std::sync::Arc;

use app::access::{self, AccessSettings, Grant, Means, Role};
use app::{Caller, Context};
use jiff::Timestamp;
use store::{Address, Options, Store};
use web::{Listening, Settings, Site, serve, serve_metrics};

use super::client::Client;

pub(crate) struct Bare {
    pub(crate) address: SocketAddr,
    /// Where its numbers are.
    pub(crate) metrics: SocketAddr,
    /// What a browser of the officer sends as its cookie.
    pub(crate) secret: String,
    /// The one-time code of the officer.
    pub(crate) code: String,
    end: Option<tokio::sync::oneshot::Sender<()>>,
    ended: std::sync::mpsc::Receiver<()>,
}

impl Bare {
    /// As the command serves: without TLS of its own, on this machine only.
    pub(crate) fn new(settings: Settings) -> Self {
        let is_plain = settings.tls.is_none();
        Self::begin(settings, is_plain)
    }

    /// As where a proxy with TLS stands before it.
    pub(crate) fn behind_tls() -> Self {
        Self::begin(Settings::default(), false)
    }

    fn begin(settings: Settings, is_plain: bool) -> Self {
        let (said, heard) = std::sync::mpsc::channel();
        let (tell_end, ended) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let folder = tempfile::tempdir().unwrap();
                let address = Address::folder(folder.path().join("store"));
                let store = Arc::new(Store::open(&address, Options::default()).await.unwrap());
                let now: Timestamp = "2017-05-12T12:00:00Z".parse().unwrap();
                let context = Context { store, now };
                let operator = Caller::operator("test");
                let grant = Grant::new(Role::NationalOfficer, None, None).unwrap();
                let made = ("officer", "Ada Officer");
                let made = access::create_person(&context, &operator, made, &grant).await;
                let (person, code) = made.unwrap();
                let session =
                    access::start_session_for(&context, &person.id, Means::Chosen, "a test");
                let secret = session.await.unwrap().secret;
                let site = Site::new(context, Arc::new(move || now), AccessSettings::default());
                let site = Arc::new(if is_plain { site.without_tls() } else { site });
                let listening = Listening::on("127.0.0.1:0".parse().unwrap()).await.unwrap();
                let numbers = Listening::on("127.0.0.1:0".parse().unwrap()).await.unwrap();
                let (end, told) = tokio::sync::oneshot::channel::<()>();
                let addresses = (listening.address(), numbers.address());
                said.send((addresses, secret, code, end)).unwrap();
                let shown = serve_metrics(numbers, Arc::clone(&site), std::future::pending());
                tokio::spawn(shown);
                serve(listening, site, settings, async move { drop(told.await) }).await.unwrap();
                let _ = tell_end.send(());
            });
        });
        let ((address, metrics), secret, code, end) = heard.recv().unwrap();
        Self { address, metrics, secret, code, end: Some(end), ended }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// A client that is signed in as the officer.
    pub(crate) fn officer(&self) -> Client {
        let mut client = self.client();
        client.with_cookie(Some(&format!("wardround={}", self.secret)));
        client
    }

    /// Tells it to end.
    pub(crate) fn end(&mut self) {
        drop(self.end.take());
    }

    /// Whether it has ended within this time.
    pub(crate) fn has_ended_within(&self, time: std::time::Duration) -> bool {
        self.ended.recv_timeout(time).is_ok()
    }
}
