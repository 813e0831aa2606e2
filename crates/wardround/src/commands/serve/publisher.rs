//! The arguments that say who publishes alerts.

use app::alerts::publish::Publisher;
use clap::Args;

use crate::error::CliError;

/// Who publishes alerts for other tools.
#[derive(Clone, Debug, Args)]
pub(crate) struct PublisherArguments {
    /// Publish alerts that everybody may read (TLP:CLEAR) as CSAF, CAP, ROLIE and Atom, in this name. Needs
    /// --publisher-contact and --public-url
    #[arg(long, value_name = "NAME", env = "WARDROUND_PUBLISHER")]
    publisher: Option<String>,

    /// How the publisher is reached, in words
    #[arg(long, value_name = "WORDS", env = "WARDROUND_PUBLISHER_CONTACT")]
    publisher_contact: Option<String>,

    /// A URI within which the names that the publisher gives are its own. Default: the public URL
    #[arg(long, value_name = "URI", env = "WARDROUND_PUBLISHER_NAMESPACE")]
    publisher_namespace: Option<String>,
}

impl PublisherArguments {
    /// The publisher, if one is named.
    pub(crate) fn publisher(
        &self,
        public_url: Option<&str>,
    ) -> Result<Option<Publisher>, CliError> {
        let given = |text: &Option<String>| {
            let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
            text.map(ToOwned::to_owned)
        };
        let (name, contact) = (given(&self.publisher), given(&self.publisher_contact));
        let namespace = given(&self.publisher_namespace);
        let (name, contact) = match (name, contact) {
            (Some(name), Some(contact)) => (name, contact),
            (None, None) if namespace.is_none() => return Ok(None),
            _ => {
                return Err(CliError::usage("--publisher and --publisher-contact go together")
                    .hint("who publishes must be named, and say how to be reached"));
            }
        };
        let base = public_url.ok_or_else(|| {
            CliError::usage("what is published names the address at which it is found")
                .hint("say the address that people type with --public-url")
        })?;
        let namespace = namespace.unwrap_or_else(|| base.trim_end_matches('/').to_owned());
        Publisher::new(&name, &namespace, &contact, base)
            .map(Some)
            .map_err(|error| CliError::usage(error.to_string()))
    }
}
