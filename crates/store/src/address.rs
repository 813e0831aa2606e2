//! Where a store is: its database and its object store, as a person writes them.
//!
//! A folder holds everything ("/var/lib/wardround"): SQLite, objects, key. In production a
//! PostgreSQL address comes with the place of the objects:
//! `postgres://wardround@db/wardround` with `s3://evidence/wardround?endpoint=https://s3.example`.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::Error;

/// Where a store is.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub(crate) database: DatabaseAddress,
    pub(crate) objects: ObjectsAddress,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum DatabaseAddress {
    /// A folder with `record.db` in it.
    Folder(PathBuf),
    /// A PostgreSQL connection string.
    Postgres(String),
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum ObjectsAddress {
    /// A folder with `objects/` in it.
    Folder(PathBuf),
    S3(S3Address),
}

/// `s3://BUCKET/PREFIX?endpoint=URL&region=NAME`
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct S3Address {
    pub(crate) bucket: String,
    /// Without slashes at its ends; may be empty.
    pub(crate) prefix: String,
    pub(crate) endpoint: Option<String>,
    pub(crate) region: Option<String>,
}

impl Address {
    /// Everything in one folder: SQLite, objects, key.
    pub fn folder(folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self {
            database: DatabaseAddress::Folder(folder.clone()),
            objects: ObjectsAddress::Folder(folder),
        }
    }

    /// Reads an address: a folder or `postgres://...`, and where the objects are if apart.
    pub fn parse(store: &str, objects: Option<&str>) -> Result<Self, Error> {
        let wrong = |reason| Err(Error::Address { text: without_password(store), reason });
        if store.trim().is_empty() {
            return wrong("it is empty");
        }
        let postgres = store.starts_with("postgres://") || store.starts_with("postgresql://");
        if !postgres && store.contains("://") {
            return wrong("only folders and postgres:// can be stores");
        }
        let database = if postgres {
            DatabaseAddress::Postgres(store.to_owned())
        } else {
            DatabaseAddress::Folder(PathBuf::from(store))
        };
        let objects = match (objects, &database) {
            (Some(objects), _) => ObjectsAddress::parse(objects)?,
            (None, DatabaseAddress::Folder(folder)) => ObjectsAddress::Folder(folder.clone()),
            (None, DatabaseAddress::Postgres(_)) => {
                return wrong("with PostgreSQL the place of the objects must be given too");
            }
        };
        Ok(Self { database, objects })
    }

    /// The folder that the store keeps its own key in, where there is one.
    pub(crate) fn own_folder(&self) -> Option<&Path> {
        match (&self.database, &self.objects) {
            (DatabaseAddress::Folder(folder), _)
            | (DatabaseAddress::Postgres(_), ObjectsAddress::Folder(folder)) => Some(folder),
            (DatabaseAddress::Postgres(_), ObjectsAddress::S3(_)) => None,
        }
    }
}

impl ObjectsAddress {
    fn parse(text: &str) -> Result<Self, Error> {
        let wrong = |reason| Err(Error::Address { text: without_password(text), reason });
        let Some(rest) = text.strip_prefix("s3://") else {
            if text.trim().is_empty() || text.contains("://") {
                return wrong("objects are kept in a folder or at s3://BUCKET/PREFIX");
            }
            return Ok(Self::Folder(PathBuf::from(text)));
        };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        if bucket.is_empty() || bucket.contains(['@', ':']) {
            return wrong("write s3://BUCKET/PREFIX; keys are given apart from the address");
        }
        let mut address = S3Address {
            bucket: bucket.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
            endpoint: None,
            region: None,
        };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("endpoint", value)) => address.endpoint = Some(value.to_owned()),
                Some(("region", value)) => address.region = Some(value.to_owned()),
                _ => return wrong("after `?` only endpoint=URL and region=NAME are understood"),
            }
        }
        Ok(Self::S3(address))
    }
}

impl fmt::Display for DatabaseAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl fmt::Display for ObjectsAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::S3(s3) => write!(f, "s3://{}/{}", s3.bucket, s3.prefix),
        }
    }
}

impl fmt::Display for Address {
    /// Without passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.database.fmt(f)
    }
}

impl fmt::Debug for Address {
    /// Without passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({} with objects at {})", self.database, self.objects)
    }
}

/// A URL with what may be a password taken out: between the first `:` and the last `@` of its
/// authority, and everything after `?`.
fn without_password(url: &str) -> String {
    let url = url.split_once('?').map_or(url, |(before, _)| before);
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((user, place)) = rest.rsplit_once('@') else { return url.to_owned() };
    let user = user.split_once(':').map_or(user, |(name, _)| name);
    format!("{scheme}://{user}@{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for url in ["postgres://me:s:cr/t@db/x?sslmode=require", "postgres://me@db/x?password=s"] {
            let address = Address::parse(url, Some("s3://b/p?region=r")).unwrap();
            for shown in [format!("{address}"), format!("{address:?}")] {
                assert!(shown.contains("postgres://me@db/x"), "{shown}");
                assert!(!shown.contains("cr") && !shown.contains("password"), "{shown}");
            }
        }
    }

    #[test]
    fn postgres_needs_a_place_for_objects() {
        let error = Address::parse("postgres://u:geheim@h/d", None).unwrap_err().to_string();
        assert!(error.contains("place of the objects") && !error.contains("geheim"), "{error}");
    }

    #[test]
    fn what_is_neither_folder_nor_postgres_is_refused() {
        for text in ["", "  ", "mysql://x/y", "https://x"] {
            assert!(Address::parse(text, None).is_err(), "{text}");
        }
        for objects in ["", "gs://x", "s3://", "s3:///p", "s3://b?colour=red", "s3://id:key@b/p"] {
            assert!(Address::parse("folder", Some(objects)).is_err(), "{objects}");
        }
    }

    #[test]
    fn s3_addresses_are_read() {
        let text = "s3://bucket/a/b/?endpoint=http://127.0.0.1:1&region=eu";
        let ObjectsAddress::S3(s3) = ObjectsAddress::parse(text).unwrap() else {
            panic!("not S3");
        };
        assert_eq!((s3.bucket.as_str(), s3.prefix.as_str()), ("bucket", "a/b"));
        assert_eq!(s3.endpoint.as_deref(), Some("http://127.0.0.1:1"));
        assert_eq!(s3.region.as_deref(), Some("eu"));
    }
}
