//! Text messages through Kannel and its fake centre: out, receipts, and an answer back in.

use std::fs;
use std::path::Path;
use std::time::Duration;

use channels::kannel::{Callback, Kannel, Settings, inbound_query};
use channels::{Address, Carrier, Failure, Message, Party, ReceiptState, Secret};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::servers::http::{Heard, Listener, Reply};
use crate::servers::leash::{Leashed, free_port};
use crate::{message, now};

const FAKE_CENTRE: &str = "/usr/lib/kannel/test/fakesmsc";
const NUMBER: &str = "+447700900123";
const KEY: &str = "0123456789abcdef-_";

/// A gateway with a centre behind it.
struct Gateway {
    sendsms: String,
    centre_port: u16,
    // The first to be ended stands first.
    _smsbox: Leashed,
    _bearerbox: Leashed,
    folder: TempDir,
}

impl Gateway {
    /// Starts one, or says aloud that there is none. A port that somebody else took between asking for it and using
    /// it ends a box at once: then all is begun anew.
    fn start(inbound: &str) -> Option<Self> {
        let boxes = ["bearerbox", "smsbox"].map(|name| format!("/usr/sbin/{name}"));
        if !boxes.iter().chain([&FAKE_CENTRE.to_owned()]).all(|path| Path::new(path).exists()) {
            eprintln!(
                "SKIPPED: text messages through Kannel: it is not installed (apt-get install kannel kannel-extras)"
            );
            return None;
        }
        (0..10)
            .find_map(|_| Self::try_start(inbound, &boxes))
            .or_else(|| panic!("Kannel does not start"))
    }

    fn try_start(inbound: &str, [bearerbox, smsbox]: &[String; 2]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let [admin, boxes, centre_port, sendsms] = [(); 4].map(|()| free_port());
        let settings = format!(
            "group = core\nadmin-port = {admin}\nadmin-interface = 127.0.0.1\nadmin-password = a\n\
             smsbox-port = {boxes}\nsmsbox-interface = 127.0.0.1\nbox-allow-ip = 127.0.0.1\n\
             dlr-storage = internal\nlog-level = 0\n\n\
             group = smsc\nsmsc = fake\nsmsc-id = FAKE\nport = {centre_port}\nconnect-allow-ip = 127.0.0.1\n\n\
             group = smsbox\nbearerbox-host = 127.0.0.1\nbearerbox-port = {boxes}\n\
             sendsms-port = {sendsms}\nsendsms-interface = 127.0.0.1\nglobal-sender = 60123\nlog-level = 0\n\n\
             group = sendsms-user\nusername = ward\npassword = hush\nmax-messages = 5\nconcatenation = true\n\n\
             group = sms-service\nkeyword = default\ncatch-all = true\nmax-messages = 0\nget-url = \"{inbound}\"\n"
        );
        fs::write(folder.path().join("kannel.conf"), settings).unwrap();
        let bearerbox = Leashed::start(folder.path(), bearerbox, &["kannel.conf"]);
        bearerbox.wait_for(|line| line.contains("entering mainloop").then_some(()))?;
        let smsbox = Leashed::start(folder.path(), smsbox, &["kannel.conf"]);
        smsbox.wait_for(|line| line.contains("Connected to bearerbox").then_some(()))?;
        bearerbox.wait_for(|line| line.contains("Client connected from").then_some(()))?;
        let sendsms = format!("http://127.0.0.1:{sendsms}/cgi-bin/sendsms");
        Some(Self { sendsms, centre_port, _smsbox: smsbox, _bearerbox: bearerbox, folder })
    }

    /// Connects a centre that sends so many messages of its own.
    fn centre(&self, count: &str, sends: &str) -> Leashed {
        let port = self.centre_port.to_string();
        let arguments = ["-H", "127.0.0.1", "-r", &port, "-i", "0.1", "-m", count, sends];
        Leashed::start(self.folder.path(), FAKE_CENTRE, &arguments)
    }
}

/// A listener that hands on what it is called with.
async fn callbacks() -> (Listener, UnboundedReceiver<Heard>) {
    let (sender, heard) = unbounded_channel();
    let listener = Listener::start(move |request: Heard| {
        drop(sender.send(request));
        async { Reply::new(200, "").with("content-type", "text/plain") }
    });
    (listener.await, heard)
}

async fn next(heard: &mut UnboundedReceiver<Heard>, path: &str) -> Heard {
    loop {
        let call = tokio::time::timeout(Duration::from_secs(20), heard.recv());
        let call = call.await.expect("Kannel calls").unwrap();
        if call.path() == path {
            return call;
        }
    }
}

fn text_to(number: &str, reference: &str) -> Message {
    message(Address::Phone(number.parse().unwrap()), reference)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_goes_out_its_receipts_and_its_answer_come_back() {
    let (listener, mut heard) = callbacks().await;
    let key = Secret::new(KEY);
    let inbound = format!("{}?{}", listener.url("/in"), inbound_query(KEY));
    let Some(gateway) = Gateway::start(&inbound) else { return };
    let mut settings = Settings::new(&gateway.sendsms, "ward", Secret::new("hush"));
    settings.callback = Some(Callback { url: listener.url("/receipt"), key });
    let kannel = Kannel::new(settings.clone()).unwrap();
    let carrier = Carrier::Kannel(kannel.clone());
    let centre = gateway.centre("0", "1 2 text x");

    // Out, in the alphabet of networks.
    carrier.send(&text_to(NUMBER, "0199-a.1"), now()).await.unwrap();
    let seen = centre.wait_for(|line| line.contains(NUMBER).then(|| line.to_owned())).unwrap();
    assert!(seen.contains("text TLP:AMBER Patch MS17-010 now - today: Ransomware"), "{seen}");
    assert!(seen.contains("Reply ACK A17M 4F https://ward.example/a/1?t=0123456789>"), "{seen}");

    // The centre took it, and the telephone has it, told in any order.
    let mut states = Vec::new();
    for _ in 0..2 {
        let call = next(&mut heard, "/receipt").await;
        let receipt = kannel.receipt(call.query()).unwrap();
        assert_eq!(receipt.reference.as_str(), "0199-a.1");
        assert_eq!(receipt.tries.map(u8::from), Some(1));
        states.push(receipt.state);
    }
    states.sort();
    assert_eq!(states, [ReceiptState::Accepted, ReceiptState::Delivered]);

    // Long, in another alphabet: as many parts as were counted.
    let long = "Вирус ".repeat(40);
    let message = Message { text: long.parse().unwrap(), ..text_to(NUMBER, "0199-a.2") };
    carrier.send(&message, now()).await.unwrap();
    for _ in 0..channels::words::MOST_SEGMENTS {
        let is_part = |line: &str| line.contains(NUMBER) && line.contains("udh %05%00%03");
        centre.wait_for(|line| is_part(line).then_some(())).unwrap();
    }
    drop(centre);

    // An answer.
    let _centre = gateway.centre("1", "447700900123 60123 text ACK A17M 4F");
    let call = next(&mut heard, "/in").await;
    let answer = kannel.inbound(call.query()).unwrap();
    assert_eq!(answer.text, "ACK A17M 4F");
    assert_eq!(answer.from, Party::Phone(NUMBER.parse().unwrap()));
    assert_eq!(answer.to, Party::Other("60123".to_owned()));
    assert!(answer.carrier_id.is_some() && answer.received.is_some());

    // A password that is wrong is for the operator.
    settings.password = Secret::new("guess");
    let wrong = Kannel::new(settings).unwrap().send(&text_to(NUMBER, "0199-a.3")).await;
    assert!(matches!(wrong, Err(Failure::Technical { .. })), "{wrong:?}");
}

#[tokio::test]
async fn a_gateway_that_is_not_there_may_be_there_later() {
    let url = format!("http://127.0.0.1:{}/cgi-bin/sendsms", free_port());
    let kannel = Kannel::new(Settings::new(url, "ward", Secret::new("hush"))).unwrap();
    let refused = kannel.send(&text_to(NUMBER, "0199-a.1")).await;
    assert!(matches!(refused, Err(Failure::Temporary { .. })), "{refused:?}");
}
