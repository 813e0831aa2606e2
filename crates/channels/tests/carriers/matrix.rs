//! Matrix against a homeserver (Synapse).

use std::fs;
use std::path::Path;

use channels::matrix::{Matrix, Settings};
use channels::{Address, Carrier, Failure, Message, Party, Secret};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::servers::http::ask;
use crate::servers::leash::{Leashed, free_port, python};
use crate::{message, now};

struct Homeserver {
    base: String,
    _server: Leashed,
    _folder: TempDir,
}

impl Homeserver {
    fn start() -> Option<Self> {
        let python = python("WARDROUND_SYNAPSE_PYTHON", "Matrix against a homeserver (Synapse)")?;
        (0..5).find_map(|_| Self::try_start(&python)).or_else(|| panic!("Synapse does not start"))
    }

    /// A port that somebody else took between asking for it and using it ends the server: then it is begun anew.
    fn try_start(python: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        fs::write(folder.path().join("homeserver.yaml"), settings(folder.path(), port)).unwrap();
        fs::write(folder.path().join("log.yaml"), LOG).unwrap();
        let arguments =
            ["-m", "synapse.app.homeserver", "-c", "homeserver.yaml", "--generate-keys"];
        // It makes its key and ends.
        Leashed::start(folder.path(), python, &arguments).wait_for(|_| None::<()>);
        let server = Leashed::start(folder.path(), python, &arguments[..4]);
        server.wait_for(|line| line.contains("Synapse now listening").then_some(()))?;
        let base = format!("http://127.0.0.1:{port}");
        Some(Self { base, _server: server, _folder: folder })
    }

    /// Calls as somebody, or as nobody.
    async fn call(&self, method: &str, path: &str, token: &str, content: &Value) -> Value {
        let url = format!("{}/_matrix/client/v3/{path}", self.base);
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("Content-Type", "application/json")];
        if !token.is_empty() {
            headers.push(("Authorization", &bearer));
        }
        let answer = ask(method, &url, &headers, content.to_string().as_bytes()).await.unwrap();
        let said: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(answer.status(), 200, "{path}: {said}");
        said
    }

    /// Makes an account; returns its token.
    async fn account(&self, name: &str) -> String {
        let wish = json!({
            "username": name, "password": "long enough", "auth": { "type": "m.login.dummy" },
        });
        let said = self.call("POST", "register", "", &wish).await;
        said["access_token"].as_str().unwrap().to_owned()
    }

    /// The texts in a room as somebody reads them, the earliest first.
    async fn texts(&self, room: &str, token: &str) -> Vec<String> {
        let path = format!("rooms/{room}/messages?dir=b&limit=100");
        let said = self.call("GET", &path, token, &json!({})).await;
        let events = said["chunk"].as_array().unwrap();
        let texts = events.iter().rev().filter(|event| event["type"] == "m.room.message");
        texts.map(|event| event["content"]["body"].as_str().unwrap().to_owned()).collect()
    }
}

/// What it says goes to its output.
const LOG: &str = "version: 1
formatters: { plain: { format: '%(message)s' } }
handlers: { console: { class: logging.StreamHandler, formatter: plain } }
root: { level: INFO, handlers: [console] }
disable_existing_loggers: false
";

fn settings(folder: &Path, port: u16) -> String {
    let folder = folder.display();
    format!(
        "server_name: chat.example\npid_file: {folder}/pid\nmedia_store_path: {folder}/media\n\
         signing_key_path: {folder}/key\ntrusted_key_servers: []\nsuppress_key_server_warning: true\n\
         report_stats: false\nmacaroon_secret_key: a\nform_secret: b\nlog_config: {folder}/log.yaml\n\
         enable_registration: true\nenable_registration_without_verification: true\n\
         rc_registration: {{ per_second: 100, burst_count: 100 }}\n\
         rc_message: {{ per_second: 0.01, burst_count: 12 }}\n\
         database: {{ name: sqlite3, args: {{ database: {folder}/db }} }}\n\
         listeners:\n  - port: {port}\n    tls: false\n    type: http\n    bind_addresses: ['127.0.0.1']\n\
         \x20   resources:\n      - {{ names: [client], compress: false }}\n"
    )
}

fn to(place: &str, reference: &str) -> Message {
    message(Address::Matrix(place.parse().unwrap()), reference)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_room_is_told_once_and_its_answer_is_heard() {
    let Some(server) = Homeserver::start() else { return };
    let (ward, lead) = (server.account("ward").await, server.account("lead").await);
    let wish = json!({ "invite": ["@ward:chat.example"], "name": "On call" });
    let room = server.call("POST", "createRoom", &lead, &wish).await;
    let room = room["room_id"].as_str().unwrap();
    let settings = |token: &str| {
        Settings::new(&server.base, "@ward:chat.example".parse().unwrap(), Secret::new(token))
    };
    let matrix = Matrix::new(settings(&ward)).unwrap();
    let carrier = Carrier::Matrix(matrix.clone());

    // The invitation is taken; the same try is one message however often it is sent.
    let message = to(room, "0199-a.1");
    let first = carrier.send(&message, now()).await.unwrap();
    let since = matrix.listen(None).await.unwrap();
    assert_eq!(since.messages, []);
    assert_eq!(carrier.send(&message, now()).await.unwrap(), first);
    let again = Message { tries: 2.try_into().unwrap(), ..message };
    assert_ne!(carrier.send(&again, now()).await.unwrap(), first);
    let texts = server.texts(room, &lead).await;
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].starts_with("TLP:AMBER\nPatch MS17-010 now – today\n"), "{texts:?}");
    assert!(texts[1].contains("Sent again (2)."), "{texts:?}");

    // Somebody answers.
    let answer = json!({ "msgtype": "m.text", "body": "ack a17m 4f" });
    server.call("PUT", &format!("rooms/{room}/send/m.room.message/1"), &lead, &answer).await;
    let heard = matrix.listen(Some(&since.next)).await.unwrap();
    let [inbound] = heard.messages.as_slice() else { panic!("{heard:?}") };
    assert_eq!(inbound.text, "ack a17m 4f");
    assert_eq!(inbound.from, Party::User("@lead:chat.example".parse().unwrap()));
    assert_eq!(inbound.to, Party::Room(room.parse().unwrap()));
    assert_eq!(matrix.listen(Some(&heard.next)).await.unwrap().messages, []);

    // One person: a room with them, the same one next time, also for who starts anew.
    carrier.send(&to("@lead:chat.example", "0199-a.2"), now()).await.unwrap();
    let anew = Matrix::new(settings(&ward)).unwrap();
    anew.send(&to("@lead:chat.example", "0199-a.3")).await.unwrap();
    let invited = server.call("GET", "sync?timeout=0", &lead, &json!({})).await;
    let rooms = invited["rooms"]["invite"].as_object().unwrap();
    assert_eq!(rooms.len(), 1, "{rooms:?}");
    let direct = rooms.keys().next().unwrap();
    server.call("POST", &format!("rooms/{direct}/join"), &lead, &json!({})).await;
    assert_eq!(server.texts(direct, &lead).await.len(), 2);

    // Where we are not let in, and who we are not.
    let closed = server.call("POST", "createRoom", &lead, &json!({})).await;
    let closed = to(closed["room_id"].as_str().unwrap(), "0199-a.4");
    let refused = carrier.send(&closed, now()).await.unwrap_err();
    assert!(matches!(refused, Failure::Permanent { .. }), "{refused}");
    let stranger = Matrix::new(settings("guess")).unwrap();
    let unknown = stranger.send(&to(room, "0199-a.5")).await.unwrap_err();
    assert!(matches!(unknown, Failure::Technical { .. }), "{unknown}");

    // The server's limit says how long to wait.
    let mut limited = None;
    for number in 0..30 {
        if let Err(failure) = carrier.send(&to(room, &format!("0199-b.{number}x")), now()).await {
            limited = Some(failure);
            break;
        }
    }
    assert!(matches!(limited, Some(Failure::Temporary { wait: Some(_), .. })), "{limited:?}");
}
