//! An S3 server on loopback, with signatures: `s3s-fs`, where a bucket is a folder.

use std::net::SocketAddr;
use std::path::Path;

use hyper_util::rt::{TokioExecutor, TokioIo};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use store::S3Credentials;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

/// A server that ends with the value.
pub(crate) struct S3Server {
    address: SocketAddr,
    folder: TempDir,
    task: JoinHandle<()>,
}

impl S3Server {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("evidence")).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = serve(folder.path(), listener);
        Self { address, folder, task }
    }

    /// Ends it, with every connection.
    pub(crate) async fn stop(&mut self) {
        self.task.abort();
        assert!((&mut self.task).await.unwrap_err().is_cancelled());
    }

    /// Starts it again, at the same address and with the same objects.
    pub(crate) async fn start_again(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.task = serve(self.folder.path(), listener);
    }

    /// The address of the objects of one store.
    pub(crate) fn objects(&self, prefix: &str) -> String {
        format!("s3://evidence/{prefix}?endpoint=http://{}", self.address)
    }

    pub(crate) fn credentials() -> S3Credentials {
        S3Credentials { key_id: "test-id".to_owned(), secret: "test-secret".to_owned() }
    }

    /// Where the server keeps the bucket.
    pub(crate) fn bucket(&self) -> std::path::PathBuf {
        self.folder.path().join("evidence")
    }
}

fn serve(folder: &Path, listener: TcpListener) -> JoinHandle<()> {
    let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).unwrap());
    builder.set_auth(SimpleAuth::from_single("test-id", "test-secret"));
    let service = builder.build();
    tokio::spawn(async move {
        let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
        // Connections end with this task too.
        let mut connections = JoinSet::new();
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            let connection = server.serve_connection(TokioIo::new(socket), service.clone());
            let connection = connection.into_owned();
            connections.spawn(async move { drop(connection.await) });
        }
    })
}
