//! Reading blobs back.

use std::io::{self, Read as _};

use super::{BlobId, BlobReader, work};
use crate::Error;
use crate::objects::{Objects, of_file};

pub(super) async fn get(objects: &Objects, id: BlobId) -> Result<Vec<u8>, Error> {
    let mut reader = reader(objects, id).await?;
    work(move || {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map_err(|error| of_reading(id, error))?;
        Ok(bytes)
    })
    .await?
}

pub(super) async fn reader(objects: &Objects, id: BlobId) -> Result<BlobReader, Error> {
    let file = objects.get_file(&id.object()).await?.ok_or(Error::BlobMissing(id))?;
    BlobReader::new(id, file).map_err(|error| of_reading(id, error))
}

fn of_reading(id: BlobId, error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::InvalidData => Error::BlobDamaged(id),
        _ => of_file(std::path::Path::new(&id.object()), error),
    }
}
