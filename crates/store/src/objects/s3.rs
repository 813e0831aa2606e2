//! Objects in a bucket of S3 or of a server that speaks it.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    ClientOptions, ObjectStore as _, ObjectStoreExt as _, PutPayload, RetryConfig, WriteMultipart,
};

use super::fault::{of_file, of_object};
use super::names;
use crate::address::S3Address;
use crate::{Error, Options};

/// A bucket, or what is below a prefix in it.
#[derive(Clone, Debug)]
pub(crate) struct S3 {
    client: Arc<AmazonS3>,
    prefix: Path,
}

/// Larger files are sent in parts of this size; S3 takes 10,000 parts of at least 5 MiB.
const PART_BYTES: usize = 16 << 20;
/// Objects on the way at once.
const AT_ONCE: usize = 8;

impl S3 {
    pub(super) fn open(address: &S3Address, options: &Options) -> Result<Self, Error> {
        let retry = RetryConfig {
            max_retries: 5,
            retry_timeout: options.patience.max(Duration::from_secs(1)),
            ..RetryConfig::default()
        };
        let plain = address.endpoint.as_deref().is_some_and(|url| url.starts_with("http://"));
        let client = ClientOptions::new()
            .with_allow_http(plain)
            .with_connect_timeout(options.patience)
            .with_timeout_disabled();
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&address.bucket)
            .with_region(address.region.as_deref().unwrap_or("us-east-1"))
            .with_client_options(client)
            .with_retry(retry);
        if let Some(endpoint) = &address.endpoint {
            builder = builder.with_endpoint(endpoint.trim_end_matches('/'));
        }
        if let Some(credentials) = &options.s3 {
            builder = builder
                .with_access_key_id(&credentials.key_id)
                .with_secret_access_key(&credentials.secret);
        }
        let client = builder.build().map_err(|source| of_object(&address.bucket, source))?;
        Ok(Self { client: Arc::new(client), prefix: Path::from(address.prefix.as_str()) })
    }

    fn path(&self, name: &str) -> Result<Path, Error> {
        names::check(name)?;
        Ok(self.below(name))
    }

    fn below(&self, name: &str) -> Path {
        name.split('/').fold(self.prefix.clone(), Path::join)
    }

    pub(super) async fn put(&self, objects: Vec<(String, Vec<u8>)>) -> Result<(), Error> {
        futures_util::stream::iter(objects)
            .map(|(name, bytes)| async move {
                let put = self.client.put(&self.path(&name)?, PutPayload::from(bytes)).await;
                put.map(|_| ()).map_err(|source| of_object(&name, source))
            })
            .buffer_unordered(AT_ONCE)
            .try_collect()
            .await
    }

    pub(super) async fn put_file(&self, name: &str, mut file: File) -> Result<(), Error> {
        let wrong = |source| of_file(std::path::Path::new(name), source);
        let size = file.seek(SeekFrom::End(0)).and_then(|size| file.rewind().map(|()| size));
        let size = size.map_err(wrong)?;
        if size <= PART_BYTES as u64 {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).map_err(wrong)?;
            return self.put(vec![(name.to_owned(), bytes)]).await;
        }
        let upload = self.client.put_multipart(&self.path(name)?).await;
        let upload = upload.map_err(|source| of_object(name, source))?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
        let mut piece = vec![0; 1 << 20];
        loop {
            let length = file.read(&mut piece).map_err(wrong)?;
            let Some(bytes) = piece.get(..length).filter(|bytes| !bytes.is_empty()) else { break };
            upload.wait_for_capacity(2).await.map_err(|source| of_object(name, source))?;
            upload.write(bytes);
        }
        upload.finish().await.map(|_| ()).map_err(|source| of_object(name, source))
    }

    pub(super) async fn exists(&self, name: &str) -> Result<bool, Error> {
        match self.client.head(&self.path(name)?).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(source) => Err(of_object(name, source)),
        }
    }

    pub(super) async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let got = match self.client.get(&self.path(name)?).await {
            Ok(got) => got,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(source) => return Err(of_object(name, source)),
        };
        let bytes = got.bytes().await.map_err(|source| of_object(name, source))?;
        Ok(Some(bytes.into()))
    }

    pub(super) async fn get_file(&self, name: &str) -> Result<Option<File>, Error> {
        let got = match self.client.get(&self.path(name)?).await {
            Ok(got) => got,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(source) => return Err(of_object(name, source)),
        };
        let wrong = |source| of_file(std::path::Path::new("a temporary file"), source);
        let mut file = tempfile::tempfile().map_err(wrong)?;
        let mut pieces = got.into_stream();
        while let Some(bytes) = pieces.try_next().await.map_err(|source| of_object(name, source))? {
            file.write_all(&bytes).map_err(wrong)?;
        }
        file.rewind().map_err(wrong)?;
        Ok(Some(file))
    }

    pub(super) async fn list(&self, prefix: &str) -> Result<Vec<String>, Error> {
        let below = self.below(prefix.trim_end_matches('/'));
        let prefix_bytes = self.prefix.as_ref().len();
        let own = if prefix_bytes == 0 { 0 } else { prefix_bytes + 1 };
        let mut found: Vec<String> = self
            .client
            .list(Some(&below))
            .map_ok(|object| object.location.as_ref().get(own..).unwrap_or_default().to_owned())
            .try_collect()
            .await
            .map_err(|source| of_object(prefix, source))?;
        found.sort_unstable();
        Ok(found)
    }

    pub(super) async fn remove(&self, name: &str) -> Result<(), Error> {
        match self.client.delete(&self.path(name)?).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(of_object(name, source)),
        }
    }
}
