//! What is sent, part by part, handed on as it comes; refused with words.

use std::time::Duration;

use app::import::intake::{Intake, IntakeError};
use app::import::sending::SentFile;
use axum::extract::Multipart;
use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;

use crate::error::Refusal;
use crate::site::Site;
use crate::words::{counted, number};

/// After so long without a byte whoever sends is gone.
const SILENCE: Duration = Duration::from_mins(1);

/// Takes the files of a form. `check` is given the form's proof before the first file is taken.
pub(super) async fn receive(
    site: &Site,
    mut parts: Multipart,
    check: impl Fn(&str) -> Result<(), Refusal>,
) -> Result<Vec<SentFile>, Refusal> {
    let taken = take(site, &mut parts, check).await;
    if taken.is_err() {
        swallow(&mut parts).await;
    }
    taken
}

async fn take(
    site: &Site,
    parts: &mut Multipart,
    check: impl Fn(&str) -> Result<(), Refusal>,
) -> Result<Vec<SentFile>, Refusal> {
    let mut intake = Intake::begin(&site.context(), site.limits);
    let (mut proof, mut has_file) = (String::new(), false);
    while let Some(mut part) = in_time(parts.next_field()).await? {
        let name = part.file_name().map(ToOwned::to_owned);
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            if part.name() == Some("csrf") {
                proof = in_time(part.text()).await?;
            }
            continue;
        };
        if !has_file {
            check(&proof)?;
            has_file = true;
        }
        intake.file(&name).await?;
        while let Some(bytes) = in_time(part.chunk()).await? {
            intake.bytes(&bytes).await?;
        }
    }
    check(&proof)?;
    if !has_file {
        return Err(Refusal::Wrong("No file was sent. Choose at least one.".to_owned()));
    }
    Ok(intake.end().await?)
}

/// Reads for a while what else comes of something refused, and keeps nothing of it: most programs look for the
/// answer when they have sent all, and of a connection that ends before they say that the network is broken (RFC
/// 9112, 9.6).
async fn swallow(parts: &mut Multipart) {
    let rest = async {
        while let Ok(Some(mut part)) = parts.next_field().await {
            while let Ok(Some(_)) = part.chunk().await {}
        }
    };
    // Who takes longer is not waited for.
    let _ = tokio::time::timeout(SILENCE, rest).await;
}

async fn in_time<T>(coming: impl Future<Output = Result<T, MultipartError>>) -> Result<T, Refusal> {
    let Ok(come) = tokio::time::timeout(SILENCE, coming).await else {
        return Err(Refusal::Wrong(
            "Nothing came for a minute. Nothing was recorded; send it again.".to_owned(),
        ));
    };
    come.map_err(|error| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return too_much("What was sent has more than is taken at once");
        }
        Refusal::Wrong(format!(
            "What was sent could not be read ({}). Nothing was recorded; send it again.",
            error.body_text()
        ))
    })
}

impl From<IntakeError> for Refusal {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::TooMany(most) => Self::Wrong(format!(
                "More than {} files at once: put them into one zip archive.",
                number(most as u64)
            )),
            IntakeError::FileTooLarge(most) => {
                too_much(&format!("A file has more than {}", size(most)))
            }
            IntakeError::TooLarge(most) => {
                too_much(&format!("What was sent has more than {}", size(most)))
            }
            IntakeError::App(error) => error.into(),
        }
    }
}

fn too_much(what: &str) -> Refusal {
    Refusal::TooMuch(format!(
        "{what}, and nothing of it was recorded. Send less at once; text shrinks to a tenth in a \
         zip archive."
    ))
}

fn size(bytes: u64) -> String {
    match bytes >> 20 {
        0 => counted(bytes, "byte", "bytes"),
        mebibytes if mebibytes % 1024 == 0 => format!("{} GiB", number(mebibytes / 1024)),
        mebibytes => format!("{} MiB", number(mebibytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn limits_are_said_in_the_largest_unit() {
        assert_eq!(size(1 << 30), "1 GiB");
        assert_eq!(size(256 << 20), "256 MiB");
        assert_eq!(size(1_000), "1,000 bytes");
    }
}
