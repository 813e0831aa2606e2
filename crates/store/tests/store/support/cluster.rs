//! A PostgreSQL cluster of Debian's package, on a Unix socket, never as root.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _};

const SCRIPT: &str = include_str!("cluster.sh");

/// A cluster that is removed when this process ends, however it ends.
pub(crate) struct Cluster {
    folder: String,
    databases: AtomicU32,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    _child: Child,
}

/// The cluster that the tests of this process share.
pub(crate) fn shared() -> Option<&'static Cluster> {
    static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
    SHARED.get_or_init(Cluster::start).as_ref()
}

impl Cluster {
    /// Starts a cluster, or says aloud that there is no PostgreSQL.
    pub(crate) fn start() -> Option<Self> {
        let mut child = command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("bash, and as root runuser, are there");
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let Some(folder) = line.trim().strip_prefix("ready ") else {
            child.wait().unwrap();
            assert_eq!(line.trim(), "absent", "PostgreSQL did not start");
            println!(
                "SKIPPED: everything on PostgreSQL: it is not installed (apt-get install postgresql)"
            );
            return None;
        };
        let (folder, input) = (folder.to_owned(), child.stdin.take().unwrap());
        Some(Self { folder, databases: AtomicU32::new(0), input, output, _child: child })
    }

    /// A new database; returns its address.
    pub(crate) async fn database(&self) -> String {
        sqlx::any::install_default_drivers();
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        // Processes that a test starts share the cluster, not the counter.
        let name = format!("t_{}_{number}", std::process::id());
        let url = self.address("postgres");
        let mut connection = sqlx::AnyConnection::connect(&url).await.unwrap();
        connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
        connection.close().await.unwrap();
        self.address(&name)
    }

    fn address(&self, database: &str) -> String {
        format!("postgres://wardround@localhost/{database}?host={}", self.folder)
    }

    /// Stops it in good order, crashes it, or starts it again.
    pub(crate) fn tell(&mut self, command: &str) {
        writeln!(self.input, "{command}").unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        assert_eq!(line.trim(), format!("done {command}"));
    }
}

/// PostgreSQL refuses to run as root.
fn command() -> Command {
    let id = Command::new("id").arg("-u").output().unwrap().stdout;
    if id.trim_ascii() != b"0" {
        let mut command = Command::new("bash");
        command.args(["-c", SCRIPT]);
        return command;
    }
    let known = |user: &str| {
        Command::new("id").args(["-u", user]).output().is_ok_and(|id| id.status.success())
    };
    let user = if known("postgres") { "postgres" } else { "nobody" };
    let mut command = Command::new("runuser");
    command.args(["-u", user, "--", "bash", "-c", SCRIPT]).current_dir("/");
    command
}
