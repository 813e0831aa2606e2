//! The arguments that name another directory by which people sign in.

use std::path::{Path, PathBuf};

use app::access::{OpenId, OpenIdSettings};
use clap::Args;

use crate::directory::fetch;
use crate::error::CliError;
use crate::files;

/// Another directory by which people sign in, beside the other ways.
#[expect(clippy::struct_field_names, reason = "they are named as the arguments are")]
#[derive(Clone, Debug, Args)]
pub(crate) struct OpenIdArguments {
    /// Let people sign in by another directory, too (OpenID Connect): its address, as its documents name
    /// it. Needs --oidc-client-id and --public-url
    #[arg(long, value_name = "URL", env = "WARDROUND_OIDC_ISSUER")]
    oidc_issuer: Option<String>,

    /// What that directory calls this service
    #[arg(long, value_name = "ID", env = "WARDROUND_OIDC_CLIENT_ID")]
    oidc_client_id: Option<String>,

    /// A file that holds the secret which it has given this service, on one line
    #[arg(long, value_name = "FILE", env = "WARDROUND_OIDC_CLIENT_SECRET_FILE")]
    oidc_client_secret_file: Option<PathBuf>,
}

impl OpenIdArguments {
    /// The directory, if one is named. It is not asked anything yet: it may be down.
    pub(crate) fn directory(&self, public_url: Option<&str>) -> Result<Option<OpenId>, CliError> {
        let given =
            |text: Option<&str>| text.filter(|text| !text.is_empty()).map(ToOwned::to_owned);
        let issuer = given(self.oidc_issuer.as_deref());
        let client_id = given(self.oidc_client_id.as_deref());
        let (issuer, client_id) = match (issuer, client_id, &self.oidc_client_secret_file) {
            (Some(issuer), Some(client_id), _) => (issuer, client_id),
            (None, None, None) => return Ok(None),
            _ => return Err(CliError::usage("--oidc-issuer and --oidc-client-id go together")),
        };
        let public_url = given(public_url).ok_or_else(|| {
            CliError::usage("that directory must know where to send people back to")
                .hint("say the address that people type with --public-url")
        })?;
        let secret = self.oidc_client_secret_file.as_deref();
        let read = |path: &Path| {
            files::read_text(path).map_err(|error| {
                CliError::failed(format!("{} cannot be read", path.display())).because(error)
            })
        };
        let client_secret = match secret.map(read).transpose()? {
            Some(text) if text.trim().is_empty() => {
                return Err(CliError::usage("the file of --oidc-client-secret-file is empty"));
            }
            Some(text) => Some(text.trim().to_owned()),
            None => None,
        };
        let settings = OpenIdSettings { issuer, client_id, client_secret, public_url };
        let directory = OpenId::new(settings, fetch());
        Ok(Some(directory.map_err(|error| CliError::usage(error.to_string()))?))
    }
}
