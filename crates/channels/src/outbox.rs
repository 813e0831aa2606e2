//! Where nobody has a carrier yet: a folder into which messages are laid, a file each, as they would go out.
//!
//! That a message lies there is no arrival: nobody was told. A demonstration says otherwise, of people who are
//! invented.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::address::Address;
use crate::message::Message;
use crate::outcome::{Accepted, Failure};
use crate::words;

/// A message that lies there.
#[derive(Clone, Debug, Deserialize)]
pub struct Laid {
    /// When it was laid there.
    pub at: Timestamp,
    /// `mail`, `sms`, `webhook` or `matrix`.
    pub kind: String,
    /// To where.
    pub to: String,
    /// Its subject, as a mail would have it.
    pub subject: String,
    /// What it says.
    pub text: String,
}

/// A folder of messages.
#[derive(Clone, Debug)]
pub struct Outbox {
    folder: PathBuf,
}

impl Outbox {
    /// An outbox in a folder, which is made when it is needed. Files in it are for its owner only: they hold addresses
    /// and codes.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Lays a message into it; the same try twice is one file.
    pub async fn send(&self, message: &Message, now: Timestamp) -> Result<Accepted, Failure> {
        let folder = self.folder.clone();
        let name = format!("{}.json", message.handle());
        let content = content(message, now).to_string();
        let laid = tokio::task::spawn_blocking(move || lay(&folder, &name, &content)).await;
        match laid {
            Ok(Ok(())) => Ok(Accepted { carrier_id: None }),
            Ok(Err(error)) => Err(Failure::technical(format!("the outbox: {error}"))),
            Err(error) => Err(Failure::technical(format!("the outbox: {error}"))),
        }
    }
}

impl Outbox {
    /// The messages that lie there, the newest first; what is no message is passed over.
    pub async fn latest(&self, most: usize) -> Vec<Laid> {
        let folder = self.folder.clone();
        let read = tokio::task::spawn_blocking(move || {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let mut files: Vec<_> = entries
                .filter(|entry| !entry.file_name().to_string_lossy().starts_with('.'))
                .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
                .collect();
            files.sort_by_key(|(modified, _)| std::cmp::Reverse(*modified));
            let newest = files.into_iter().take(most);
            let read = newest.filter_map(|(_, path)| std::fs::read(path).ok());
            read.filter_map(|bytes| serde_json::from_slice(&bytes).ok()).collect()
        });
        read.await.unwrap_or_default()
    }
}

/// What a file says.
fn content(message: &Message, now: Timestamp) -> Value {
    let (kind, to, text) = match &message.to {
        Address::Mail(to) => ("mail", to.as_str().to_owned(), words::mail(message).text),
        Address::Phone(to) => {
            ("sms", to.as_str().to_owned(), words::sms(message, words::MOST_SEGMENTS))
        }
        Address::Webhook { url, .. } => ("webhook", url.host().to_owned(), words::chat(message)),
        Address::Matrix(_) => ("matrix", "a room".to_owned(), words::chat(message)),
    };
    json!({
        "at": now.to_string(),
        "kind": kind,
        "to": to,
        "subject": words::mail(message).subject,
        "text": text,
    })
}

fn lay(folder: &std::path::Path, name: &str, content: &str) -> std::io::Result<()> {
    use std::io::Write as _;

    let mut building = std::fs::DirBuilder::new();
    building.recursive(true);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        building.mode(0o700);
        options.mode(0o600);
    }
    building.create(folder)?;
    // Written beside and then named: who reads the folder sees whole files only.
    let beside = folder.join(format!(".{name}"));
    let mut file = options.open(&beside)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(beside, folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_message_lies_there_as_it_would_go_out_and_once() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::new(folder.path().join("outbox"));
        let message = words::tests::message("Patch MS17-010 now.");
        let now = "2017-05-12T10:00:00Z".parse().unwrap();
        for _ in 0..2 {
            outbox.send(&message, now).await.unwrap();
        }
        let files: Vec<_> = std::fs::read_dir(folder.path().join("outbox")).unwrap().collect();
        assert_eq!(files.len(), 1);
        let path = files[0].as_ref().unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let said: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(said["kind"], "sms");
        assert!(said["text"].as_str().unwrap().contains("Reply ACK A17M 4F"), "{said}");
        let latest = outbox.latest(5).await;
        assert_eq!((latest.len(), latest[0].kind.as_str(), latest[0].at), (1, "sms", now));
        assert!(outbox.latest(0).await.is_empty());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0);
        }
        // A folder that cannot be made is the operator's fault, and no address's.
        let blocked = Outbox::new(path.join("below-a-file"));
        let refused = blocked.send(&message, now).await;
        assert!(matches!(refused, Err(Failure::Technical { .. })), "{refused:?}");
    }
}
