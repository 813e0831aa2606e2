//! Opening the record for a command: where it is, who acts, when.

use std::path::PathBuf;
use std::sync::Arc;

use app::exposure::refresh;
use app::{Caller, Context};
use clap::Args;
use store::{Address, Options, Store};

use super::shared::now;
use crate::error::{CliError, Kind};
use crate::knowledge_file::data_folder;
use crate::terminal;

/// Where the record is and who acts.
#[derive(Clone, Debug, Args)]
pub(crate) struct StoreArguments {
    /// The record: a folder (made if it is not there), or postgres://USER@HOST/DATABASE together
    /// with --objects. Default: `store` in the data folder of this user
    #[arg(long, value_name = "FOLDER|ADDRESS", env = "WARDROUND_STORE", hide_env_values = true)]
    pub(crate) store: Option<String>,

    /// Where evidence lies, if not in the folder: a folder, or
    /// s3://BUCKET/PREFIX?endpoint=URL&region=NAME (credentials: WARDROUND_S3_KEY_ID,
    /// WARDROUND_S3_SECRET)
    #[arg(long, value_name = "FOLDER|ADDRESS", env = "WARDROUND_OBJECTS", hide_env_values = true)]
    pub(crate) objects: Option<String>,

    /// The file with the key that signs the log, if it is kept elsewhere
    #[arg(long, value_name = "FILE", env = "WARDROUND_KEY")]
    pub(crate) key: Option<PathBuf>,

    /// Who acts, as the record is to name them. Default: this user
    #[arg(long, value_name = "NAME", env = "WARDROUND_ACTOR")]
    pub(crate) actor: Option<String>,

    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub(crate) reason: Option<String>,
}

/// Whether a command adds to the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It adds; the record is made if it is not there.
    Add,
    /// It only looks; nothing is changed, also while another process adds.
    Look,
}

impl StoreArguments {
    /// A record in a folder, written by somebody of this name.
    pub(crate) fn of_folder(folder: &std::path::Path, actor: &str) -> Self {
        Self {
            store: Some(folder.display().to_string()),
            objects: None,
            key: None,
            actor: Some(actor.to_owned()),
            reason: None,
        }
    }

    /// Opens the record, runs what is to be done with it, closes it.
    pub(crate) fn with<T>(
        &self,
        purpose: Purpose,
        work: impl AsyncFnOnce(&Context, &Caller) -> Result<T, CliError>,
    ) -> Result<T, CliError> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .worker_threads(2)
            .build()
            .map_err(|e| CliError::failed("no threads for the record").because(e))?;
        runtime.block_on(async {
            let store = Store::open(&self.address()?, self.options(purpose)).await?;
            let context = Context { store: Arc::new(store), now: now() };
            let result = work(&context, &self.caller()).await;
            // Whoever still holds it has been given up with the work.
            let closed = match Arc::into_inner(context.store) {
                Some(store) => store.close().await,
                None => Ok(()),
            };
            let value = result?;
            closed?;
            Ok(value)
        })
    }

    /// Where the record is.
    pub(crate) fn address(&self) -> Result<Address, CliError> {
        let given = self.store.as_deref().filter(|text| !text.is_empty());
        let objects = self.objects.as_deref().filter(|text| !text.is_empty());
        let default = data_folder().join("store");
        match (given, objects) {
            (Some(text), objects) => Ok(Address::parse(text, objects)?),
            (None, Some(_)) => Err(CliError::usage("--objects goes with --store")),
            (None, None) => Ok(Address::folder(default)),
        }
    }

    /// How it is opened.
    pub(crate) fn options(&self, purpose: Purpose) -> Options {
        let secret = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let s3 = match (secret("WARDROUND_S3_KEY_ID"), secret("WARDROUND_S3_SECRET")) {
            (Some(key_id), Some(secret)) => Some(store::S3Credentials { key_id, secret }),
            _ => None,
        };
        let base = match purpose {
            Purpose::Add => Options::default(),
            Purpose::Look => Options::read(),
        };
        Options { key_file: self.key.clone(), s3, ..base }
    }

    /// Who acts.
    pub(crate) fn caller(&self) -> Caller {
        let user = || {
            ["USER", "LOGNAME", "USERNAME"]
                .into_iter()
                .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
                .unwrap_or_else(|| "operator".to_owned())
        };
        let mut caller = Caller::operator(self.actor.clone().unwrap_or_else(user));
        caller.reason.clone_from(&self.reason);
        caller
    }
}

/// Brings what questions are answered from up to date, after something was added. What was added is
/// recorded whether this succeeds or not, so a failure is said and no more.
pub(crate) async fn bring_up_to_date(context: &Context) {
    let bar = terminal::bar(1, "bringing the index up to date");
    let done = refresh(context).await;
    bar.finish_and_clear();
    if let Err(error) = done {
        terminal::complain(&format!(
            "what was added is recorded, but the index could not be brought up to date: {error}; \
             each question builds it for itself until that is mended"
        ));
    }
}

impl From<store::Error> for CliError {
    fn from(error: store::Error) -> Self {
        Self::from(app::Error::from(error))
    }
}

impl From<app::access::AccessError> for CliError {
    fn from(error: app::access::AccessError) -> Self {
        match error {
            app::access::AccessError::App(error) => error.into(),
            other => {
                let shown = Self::usage(other.to_string());
                match other.hint() {
                    Some(hint) => shown.hint(hint),
                    None => shown,
                }
            }
        }
    }
}

impl From<app::Error> for CliError {
    fn from(error: app::Error) -> Self {
        let hint = error.hint();
        let kind = match &error {
            app::Error::Store(store::Error::Address { .. } | store::Error::NoStore { .. })
            | app::Error::NoOrganisation(_) => Kind::Usage,
            _ => Kind::Failed,
        };
        let mut shown = Self::new(kind, error.to_string());
        if let Some(source) = source_of(&error) {
            shown = shown.because(source);
        }
        match hint {
            Some(hint) => shown.hint(hint),
            None => shown,
        }
    }
}

/// The cause of an error, in words: the error itself stands in front already.
fn source_of(error: &app::Error) -> Option<String> {
    let source = std::error::Error::source(error)?;
    let mut words = source.to_string();
    let mut next = source.source();
    while let Some(error) = next {
        words.push_str(": ");
        words.push_str(&error.to_string());
        next = error.source();
    }
    Some(words)
}

impl From<app::alerts::AlertsError> for CliError {
    fn from(error: app::alerts::AlertsError) -> Self {
        match error {
            app::alerts::AlertsError::App(error) => error.into(),
            other => Self::failed(other.to_string()),
        }
    }
}
