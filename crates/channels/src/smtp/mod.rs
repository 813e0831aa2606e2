//! Mail by SMTP (RFC 5321) to a relay of the operator's.
//!
//! The Message-ID and, where bounces have an address of their own, the envelope's sender carry the reference, so that
//! a bounce says what it is about. Reading bounces: [`bounce`].

mod answer;
pub mod bounce;
mod mime;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, SinglePart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use crate::address::{Address, MailAddress};
use crate::carrier::{SettingsError, wrong_address};
use crate::http::{is_tls, root};
use crate::message::Message;
use crate::outcome::{Accepted, Failure};
use crate::secret::Secret;
use crate::words;

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (RFC 8314, port 465).
    Tls,
    /// STARTTLS, and nothing is sent where the relay does not offer it (port 587).
    StartTls,
    /// None: for a relay on this machine only. No password is sent.
    Plain,
}

/// What the operator sets.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The relay.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Certificates (PEM) that are trusted besides those of the system: of an authority of one's own.
    pub authority: Option<String>,
    /// Name and password at the relay.
    pub sign_in: Option<(String, Secret)>,
    /// Who the mail is from.
    pub from: MailAddress,
    /// Where bounces go; `name+reference@host` must reach it, too. Without it they go to `from`.
    pub bounces: Option<MailAddress>,
    /// What we call ourselves at the relay: a host name. Without it, the host of `from`.
    pub hello: Option<String>,
    /// Most connections at once.
    pub connections: u32,
    /// How long the relay may take for each step.
    pub timeout: Duration,
}

impl Settings {
    /// With STARTTLS, no password, two connections and thirty seconds.
    pub fn new(host: impl Into<String>, port: u16, from: MailAddress) -> Self {
        Self {
            host: host.into(),
            port,
            security: Security::StartTls,
            authority: None,
            sign_in: None,
            from,
            bounces: None,
            hello: None,
            connections: 2,
            timeout: Duration::from_secs(30),
        }
    }
}

/// A relay, with connections that are used again.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    settings: Settings,
}

impl Smtp {
    /// Prepares; nothing is connected yet. Must be called within a runtime of tokio.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let wrong = |problem: &dyn fmt::Display| SettingsError::new("smtp", problem);
        if settings.security == Security::Plain && settings.sign_in.is_some() {
            return Err(wrong(&"a password needs TLS: set `tls` or `starttls`"));
        }
        let parameters = || {
            let mut building = TlsParameters::builder(settings.host.clone());
            if let Some(authority) = &settings.authority {
                let certificate =
                    Certificate::from_pem(authority.as_bytes()).map_err(|error| wrong(&error))?;
                building = building.add_root_certificate(certificate);
            }
            building.build().map_err(|error| wrong(&error))
        };
        let tls = match settings.security {
            Security::Tls => Tls::Wrapper(parameters()?),
            Security::StartTls => Tls::Required(parameters()?),
            Security::Plain => Tls::None,
        };
        let hello = settings.hello.clone().unwrap_or_else(|| settings.from.host().to_owned());
        let is_host = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
        if hello.is_empty() || !hello.chars().all(is_host) {
            return Err(wrong(&"`hello` is no host name"));
        }
        let pool = PoolConfig::new().max_size(settings.connections.max(1));
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .hello_name(ClientId::Domain(hello))
            .timeout(Some(settings.timeout))
            .pool_config(pool);
        if let Some((name, password)) = &settings.sign_in {
            builder =
                builder.credentials(Credentials::new(name.clone(), password.reveal().to_owned()));
        }
        Ok(Self { transport: builder.build(), settings })
    }

    /// Hands a mail to the relay.
    pub async fn send(&self, message: &Message, now: Timestamp) -> Result<Accepted, Failure> {
        let Address::Mail(to) = &message.to else { return Err(wrong_address("smtp", message)) };
        let (mail, id) = self.build(message, to, now).map_err(|error| {
            Failure::technical(format!("the mail cannot be built: {}", root(error.as_ref())))
        })?;
        match self.transport.send(mail).await {
            Ok(_) => Ok(Accepted { carrier_id: Some(id) }),
            Err(error) => Err(failure(&error)),
        }
    }

    /// The mail and its Message-ID.
    fn build(
        &self,
        message: &Message,
        to: &MailAddress,
        now: Timestamp,
    ) -> Result<(lettre::Message, String), Box<dyn StdError>> {
        let handle = message.handle();
        let from = &self.settings.from;
        let id = format!("<{ID_PREFIX}{handle}@{}>", from.host());
        let sender = match &self.settings.bounces {
            // A tag that makes the address too long is left out: the Message-ID says the same.
            Some(bounces) => bounces.tagged(&handle).unwrap_or_else(|| bounces.clone()),
            None => from.clone(),
        };
        let words = words::mail(message);
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        let mail = lettre::Message::builder()
            .from(mailbox(from)?)
            .to(mailbox(to)?)
            .subject(words.subject)
            .date(now.into())
            .message_id(Some(id.clone()))
            // RFC 3834: nobody's absence is to be told to us.
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .envelope(Envelope::new(Some(sender.as_str().parse()?), vec![to.as_str().parse()?])?)
            .singlepart(SinglePart::plain(words.text))?;
        Ok((mail, id))
    }
}

/// What a Message-ID of ours begins with.
const ID_PREFIX: &str = "wardround.";

fn mailbox(address: &MailAddress) -> Result<Mailbox, Box<dyn StdError>> {
    Ok(Mailbox::new(None, address.as_str().parse()?))
}

/// What an error of the transport means.
fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    if let Some(code) = error.status() {
        let text = error.source().map(ToString::to_string).unwrap_or_default();
        return answer::judge(code.into(), &text);
    }
    let mut cause: Option<&(dyn StdError + 'static)> = error.source();
    let mut is_handshake = error.is_tls();
    while let Some(inner) = cause {
        is_handshake |= is_tls(inner);
        cause = inner.source();
    }
    let why = root(error);
    if is_handshake || error.is_client() || error.is_response() {
        Failure::technical(why)
    } else {
        // Nobody there, a name that is not found, a connection that broke: it may go in a minute.
        Failure::temporary(why)
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Smtp").field(&self.settings).finish()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::tests::{any_message, message};

    fn settings() -> Settings {
        let mut settings =
            Settings::new("mail.example", 25, "alerts@ward.example".parse().unwrap());
        settings.security = Security::Plain;
        settings.bounces = Some("bounces@ward.example".parse().unwrap());
        settings
    }

    fn built(message: &Message) -> (lettre::Message, String) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let _inside = runtime.enter();
        let to = "lead@trust.example".parse().unwrap();
        let now = Timestamp::from_second(1_494_576_000).unwrap();
        Smtp::new(settings()).unwrap().build(message, &to, now).unwrap()
    }

    #[test]
    fn a_mail_carries_its_reference_twice() {
        let (mail, id) = built(&message("Patch now."));
        assert_eq!(id, "<wardround.0199-af.0.1.2.1@ward.example>");
        let sender = mail.envelope().from().unwrap().to_string();
        assert_eq!(sender, "bounces+0199-af.0.1.2.1@ward.example");
        let text = String::from_utf8(mail.formatted()).unwrap();
        assert!(
            text.contains("Message-ID: <wardround.0199-af.0.1.2.1@ward.example>\r\n"),
            "{text}"
        );
        assert!(text.contains("Subject: [TLP:AMBER] Patch MS17-010 now\r\n"), "{text}");
        assert!(text.contains("Date: Fri, 12 May 2017 08:00:00 +0000\r\n"), "{text}");
    }

    #[test]
    fn a_password_never_goes_in_the_clear() {
        let settings =
            Settings { sign_in: Some(("us".to_owned(), Secret::new("hush"))), ..settings() };
        assert!(!format!("{settings:?}").contains("hush"));
        assert!(Smtp::new(settings).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_message_adds_a_header(message in any_message()) {
            let (mail, _) = built(&message);
            let text = String::from_utf8(mail.formatted()).unwrap();
            let (head, _) = text.split_once("\r\n\r\n").unwrap();
            let mut names: Vec<&str> = head
                .split("\r\n")
                .filter(|line| !line.starts_with([' ', '\t']))
                .map(|line| line.split_once(':').map_or(line, |(name, _)| name))
                .collect();
            names.sort_unstable();
            prop_assert_eq!(names, [
                "Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From",
                "MIME-Version", "Message-ID", "Subject", "To",
            ]);
            prop_assert_eq!(mail.envelope().to().len(), 1);
        }
    }
}
