//! What the operator would read: the log of this process, as the command writes it. There is one for all
//! tests, so what is looked for must be of the test that looks.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

/// The log of this process, as the command writes it.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// What all tests of this process share, kept from the first call on.
    pub(crate) fn kept() -> &'static Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        LOG.get_or_init(|| {
            let log = Log::default();
            let begun = tracing_subscriber::fmt().json().with_writer(log.clone()).try_init();
            assert!(begun.is_ok(), "one log for all tests");
            log
        })
    }

    /// All of it.
    pub(crate) fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The line of a request.
    pub(crate) fn line(&self, request: &str) -> serde_json::Value {
        let text = self.text();
        let line = text.lines().find(|line| line.contains(request));
        serde_json::from_str(line.unwrap_or_else(|| panic!("no {request} in {text}"))).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
