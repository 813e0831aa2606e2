//! The file that names the carriers by which people are told about alerts.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use app::delivery::{Carriers, Way};
use channels::address::{MailAddress, MatrixPlace, UserId, WebhookUrl};
use channels::kannel::{self, Kannel};
use channels::matrix::{self, Matrix};
use channels::notify::{self, Notify};
use channels::outbox::Outbox;
use channels::smtp::{self, Security, Smtp};
use channels::webhook::{self, Webhook};
use channels::{Carrier, Secret};
use model::organisation::OrganisationCode;
use response::answer::Route;
use serde::Deserialize;

use crate::error::CliError;
use crate::files;

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    /// The calling code of telephone numbers that have none.
    country: Option<String>,
    smtp: Option<SmtpPart>,
    notify: Option<NotifyPart>,
    kannel: Option<KannelPart>,
    matrix: Option<MatrixPart>,
    webhooks: Option<WebhooksPart>,
    /// Messages are laid into a folder instead of being sent.
    outbox: Option<OutboxPart>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SmtpPart {
    host: String,
    port: u16,
    from: String,
    #[serde(default)]
    security: SecurityName,
    authority_file: Option<PathBuf>,
    user: Option<String>,
    password_file: Option<PathBuf>,
    bounces: Option<String>,
    bounce_token_file: Option<PathBuf>,
    hello: Option<String>,
    per_minute: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SecurityName {
    Tls,
    #[default]
    Starttls,
    /// On this machine only.
    None,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NotifyPart {
    api_key_file: PathBuf,
    template: String,
    base: Option<String>,
    field: Option<String>,
    sender: Option<String>,
    callback_token_file: Option<PathBuf>,
    per_minute: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KannelPart {
    sendsms: String,
    user: String,
    password_file: PathBuf,
    from: Option<String>,
    callback_key_file: Option<PathBuf>,
    /// Where Kannel reaches this service, if not by the public address.
    callback: Option<String>,
    per_minute: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MatrixPart {
    homeserver: String,
    user: String,
    token_file: PathBuf,
    #[serde(default)]
    rooms: BTreeMap<String, String>,
    per_minute: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhooksPart {
    #[serde(default)]
    allowed: Vec<String>,
    #[serde(default)]
    organisations: BTreeMap<String, WebhookPart>,
    per_minute: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookPart {
    url: String,
    secret_file: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutboxPart {
    folder: PathBuf,
}

/// The calling code of the United Kingdom.
const COUNTRY: &str = "44";

/// Reads the file of carriers.
pub(super) fn read(path: &Path, public_url: Option<&str>) -> Result<Carriers, CliError> {
    let text = files::read_text(path).map_err(|error| {
        CliError::failed(format!("{} cannot be read", path.display())).because(error)
    })?;
    let file: File = toml::from_str(&text).map_err(|error| {
        CliError::usage(format!("{} names no carriers", path.display()))
            .because(error)
            .hint("what it may say is in docs/delivery.md")
    })?;
    Reading { path, public_url }.carriers(file)
}

/// Messages of invented people, which are laid into a folder and count as arrived.
pub(crate) fn invented(folder: &Path, public_url: Option<&str>) -> Carriers {
    let way = || Way::new(Carrier::Outbox(Outbox::new(folder)), None).believed();
    Carriers::new(COUNTRY, public_url.map(ToOwned::to_owned))
        .with(Route::Sms, way())
        .with(Route::Mail, way())
}

struct Reading<'r> {
    path: &'r Path,
    public_url: Option<&'r str>,
}

impl Reading<'_> {
    fn carriers(&self, file: File) -> Result<Carriers, CliError> {
        if file.notify.is_some() && file.kannel.is_some() {
            return Err(self.wrong("texts go by [notify] or by [kannel], not by both"));
        }
        let country = file.country.unwrap_or_else(|| COUNTRY.to_owned());
        if country.is_empty() || !country.bytes().all(|b| b.is_ascii_digit()) {
            return Err(self.wrong("`country` is a calling code of digits, such as \"44\""));
        }
        let base = self.public_url.map(ToOwned::to_owned);
        let mut carriers = Carriers::new(country, base);
        if let Some(outbox) = file.outbox {
            let way = || Way::new(Carrier::Outbox(Outbox::new(self.beside(&outbox.folder))), None);
            carriers = carriers.with(Route::Sms, way()).with(Route::Mail, way());
        }
        if let Some(part) = file.smtp {
            carriers = self.smtp(carriers, part)?;
        }
        if let Some(part) = file.notify {
            carriers = self.notify(carriers, part)?;
        }
        if let Some(part) = file.kannel {
            carriers = self.kannel(carriers, part)?;
        }
        if let Some(part) = file.matrix {
            carriers = self.matrix(carriers, part)?;
        }
        if let Some(part) = file.webhooks {
            carriers = self.webhooks(carriers, part)?;
        }
        if carriers.is_empty() {
            return Err(self.wrong("it sets up no carrier"));
        }
        Ok(carriers)
    }

    fn smtp(&self, mut carriers: Carriers, part: SmtpPart) -> Result<Carriers, CliError> {
        let mut settings = smtp::Settings::new(part.host, part.port, self.mail(&part.from)?);
        settings.security = match part.security {
            SecurityName::Tls => Security::Tls,
            SecurityName::Starttls => Security::StartTls,
            SecurityName::None => Security::Plain,
        };
        settings.authority = part.authority_file.map(|path| self.text(&path)).transpose()?;
        settings.sign_in = match (part.user, part.password_file) {
            (Some(user), Some(file)) => Some((user, self.secret(&file)?)),
            (None, None) => None,
            _ => return Err(self.wrong("[smtp] `user` and `password_file` go together")),
        };
        settings.bounces = part.bounces.as_deref().map(|text| self.mail(text)).transpose()?;
        settings.hello = part.hello;
        carriers.inlet.bounces =
            part.bounce_token_file.map(|path| self.secret(&path)).transpose()?;
        let smtp = Smtp::new(settings).map_err(|error| self.wrong(&error.to_string()))?;
        Ok(carriers.with(Route::Mail, Way::new(Carrier::Smtp(smtp), part.per_minute)))
    }

    fn notify(&self, mut carriers: Carriers, part: NotifyPart) -> Result<Carriers, CliError> {
        let key = self.text(&part.api_key_file)?.trim().parse();
        let key = key.map_err(|error: channels::SettingsError| self.wrong(&error.to_string()))?;
        let mut settings = notify::Settings::new(key, part.template);
        settings.base = part.base.unwrap_or(settings.base);
        settings.field = part.field.unwrap_or(settings.field);
        settings.sender = part.sender;
        carriers.inlet.notify =
            part.callback_token_file.map(|path| self.secret(&path)).transpose()?;
        let notify = Notify::new(settings).map_err(|error| self.wrong(&error.to_string()))?;
        Ok(carriers.with(Route::Sms, Way::new(Carrier::Notify(notify), part.per_minute)))
    }

    fn kannel(&self, mut carriers: Carriers, part: KannelPart) -> Result<Carriers, CliError> {
        let password = self.secret(&part.password_file)?;
        let mut settings = kannel::Settings::new(part.sendsms, part.user, password);
        settings.from = part.from;
        if let Some(file) = part.callback_key_file {
            let base = part.callback.or_else(|| self.public_url.map(ToOwned::to_owned));
            let base = base.ok_or_else(|| {
                self.wrong(
                    "[kannel] say where Kannel reaches this service: `callback`, or --public-url",
                )
            })?;
            let url = format!("{}/carriers/kannel/receipts", base.trim_end_matches('/'));
            settings.callback = Some(kannel::Callback { url, key: self.secret(&file)? });
        }
        let has_callback = settings.callback.is_some();
        let kannel = Kannel::new(settings).map_err(|error| self.wrong(&error.to_string()))?;
        carriers.inlet.kannel = has_callback.then(|| kannel.clone());
        Ok(carriers.with(Route::Sms, Way::new(Carrier::Kannel(kannel), part.per_minute)))
    }

    fn matrix(&self, mut carriers: Carriers, part: MatrixPart) -> Result<Carriers, CliError> {
        let user: UserId = part.user.parse().map_err(|error| self.wrong_address(&error))?;
        let settings = matrix::Settings::new(part.homeserver, user, self.secret(&part.token_file)?);
        for (code, room) in part.rooms {
            let room: MatrixPlace = room.parse().map_err(|error| self.wrong_address(&error))?;
            carriers = carriers.with_room(self.code(&code)?, room);
        }
        let matrix = Matrix::new(settings).map_err(|error| self.wrong(&error.to_string()))?;
        Ok(carriers.with(Route::Matrix, Way::new(Carrier::Matrix(matrix), part.per_minute)))
    }

    fn webhooks(&self, mut carriers: Carriers, part: WebhooksPart) -> Result<Carriers, CliError> {
        for (code, own) in part.organisations {
            let url: WebhookUrl = own.url.parse().map_err(|error| self.wrong_address(&error))?;
            let secret = self.secret(&own.secret_file)?;
            carriers = carriers.with_webhook(self.code(&code)?, url, secret);
        }
        let settings = webhook::Settings { allowed: part.allowed, ..webhook::Settings::default() };
        let webhook = Webhook::new(settings).map_err(|error| self.wrong(&error.to_string()))?;
        Ok(carriers.with(Route::Webhook, Way::new(Carrier::Webhook(webhook), part.per_minute)))
    }

    fn code(&self, text: &str) -> Result<OrganisationCode, CliError> {
        text.parse().map_err(|_| self.wrong(&format!("`{text}` is no code of an organisation")))
    }

    fn mail(&self, text: &str) -> Result<MailAddress, CliError> {
        text.parse().map_err(|error| self.wrong_address(&error))
    }

    /// A secret from a file of its own, so that this one can be shown to others.
    fn secret(&self, path: &Path) -> Result<Secret, CliError> {
        let text = self.text(path)?;
        match text.trim() {
            "" => Err(self.wrong(&format!("{} is empty", path.display()))),
            text => Ok(Secret::new(text)),
        }
    }

    fn text(&self, path: &Path) -> Result<String, CliError> {
        let path = self.beside(path);
        files::read_text(&path).map_err(|error| {
            CliError::failed(format!("{} cannot be read", path.display())).because(error)
        })
    }

    /// A path as the file means it: from where it lies.
    fn beside(&self, path: &Path) -> PathBuf {
        self.path.parent().map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }

    fn wrong(&self, problem: &str) -> CliError {
        CliError::usage(format!("{}: {problem}", self.path.display()))
            .hint("what it may say is in docs/delivery.md")
    }

    fn wrong_address(&self, error: &channels::AddressError) -> CliError {
        self.wrong(&error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Carriers, CliError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "0123456789abcdef-_\n").unwrap();
        std::fs::write(folder.path().join("empty"), " \n").unwrap();
        let path = folder.path().join("carriers.toml");
        std::fs::write(&path, text).unwrap();
        read(&path, Some("https://ward.example/"))
    }

    #[tokio::test]
    async fn every_carrier_can_be_set_up() {
        let carriers = read_text(
            "[smtp]\nhost = \"localhost\"\nport = 25\nfrom = \"ward@ward.example\"\nsecurity = \"none\"\n\
             bounce_token_file = \"secret\"\n\
             [kannel]\nsendsms = \"http://127.0.0.1:13013/cgi-bin/sendsms\"\nuser = \"ward\"\n\
             password_file = \"secret\"\ncallback_key_file = \"secret\"\n\
             [matrix]\nhomeserver = \"http://127.0.0.1:8008\"\nuser = \"@ward:example.org\"\n\
             token_file = \"secret\"\nrooms = { RX1 = \"!abc:example.org\" }\n\
             [webhooks]\norganisations = { RX1 = { url = \"https://hooks.example/a\", secret_file = \"secret\" } }\n",
        )
        .unwrap();
        let routes: Vec<Route> = carriers.each().map(|(route, _)| route).collect();
        assert_eq!(routes, [Route::Mail, Route::Sms, Route::Webhook, Route::Matrix]);
        assert!(carriers.inlet.kannel.is_some() && carriers.inlet.bounces.is_some());
    }

    #[tokio::test]
    async fn what_is_wrong_is_said_with_the_file() {
        let kannel =
            "[kannel]\nsendsms = \"http://127.0.0.1/\"\nuser = \"a\"\npassword_file = \"secret\"\n";
        for (text, words) in [
            (String::new(), "no carrier"),
            ("[smtp]\nhost = 1\n".to_owned(), "names no carriers"),
            ("[fax]\n".to_owned(), "names no carriers"),
            ("country = \"GB\"\n[outbox]\nfolder = \"out\"\n".to_owned(), "calling code"),
            (
                format!("{kannel}[notify]\napi_key_file = \"secret\"\ntemplate = \"t\"\n"),
                "not by both",
            ),
            (kannel.replace("\"secret\"", "\"empty\""), "is empty"),
            (kannel.replace("\"secret\"", "\"missing\""), "cannot be read"),
            ("[notify]\napi_key_file = \"secret\"\ntemplate = \"t\"\n".to_owned(), "notify"),
        ] {
            let error = read_text(&text).map(drop).unwrap_err();
            assert!(format!("{error:?}").contains(words), "{text}: {error:?}");
        }
    }
}
