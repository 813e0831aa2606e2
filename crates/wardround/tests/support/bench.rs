//! A cache folder, settings and noted pauses around `fetch::update`.

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;
use wardround::fetch::{
    self, Counted, FeedKind, FeedOutcome, FeedStatus, FetchError, NoProgress, Pause, Proxy,
    Settings, Update, UpdateError,
};

/// Notes what pauses were wished for.
#[derive(Default)]
pub struct Noted(pub Vec<Duration>);

impl Pause for Noted {
    fn pause(&mut self, how_long: Duration) {
        self.0.push(how_long);
    }
}

impl Noted {
    pub fn seconds(&self) -> Vec<u64> {
        self.0.iter().map(Duration::as_secs).collect()
    }
}

pub struct Bench {
    pub cache: TempDir,
    pub settings: Settings,
    pub pauses: Noted,
    pub accept_shrink: Vec<String>,
    pub now: &'static str,
    pub proxy: Proxy,
}

impl Bench {
    /// Makes a bench with one feed `f` of kind `kev-json` at `url`, and more lines for it.
    pub fn one(url: &str, more: &str) -> Self {
        let max = if more.contains("max_bytes") { "" } else { "max_bytes = 1_000_000" };
        let kind = if more.contains("kind") { "" } else { "kind = 'kev-json'" };
        Self::new(&format!("[[feed]]\nname = 'f'\nurl = '{url}'\n{kind}\n{max}\n{more}\n"))
    }

    pub fn new(settings: &str) -> Self {
        Self {
            cache: tempfile::tempdir().expect("a folder"),
            settings: Settings::parse(settings).expect("settings"),
            pauses: Noted::default(),
            accept_shrink: vec![],
            now: "2026-11-22T08:00:00Z",
            proxy: Proxy::none(),
        }
    }

    pub fn run(&mut self) -> Vec<FeedOutcome> {
        self.run_counting(&|_, _| Counted::Unknown)
    }

    pub fn run_counting(&mut self, count: &dyn Fn(FeedKind, &Path) -> Counted) -> Vec<FeedOutcome> {
        self.update(count).expect("an update")
    }

    pub fn try_run(&mut self) -> Result<Vec<FeedOutcome>, UpdateError> {
        self.update(&|_, _| Counted::Unknown)
    }

    fn update(
        &mut self,
        count: &dyn Fn(FeedKind, &Path) -> Counted,
    ) -> Result<Vec<FeedOutcome>, UpdateError> {
        let update = Update {
            settings: &self.settings,
            cache: self.cache.path(),
            now: self.now.parse().expect("time"),
            only: &[],
            accept_shrink: &self.accept_shrink,
            proxy: self.proxy.clone(),
            count,
        };
        fetch::update(&update, &mut self.pauses, &mut NoProgress)
    }

    /// Runs and returns the only outcome.
    pub fn only(&mut self) -> FeedOutcome {
        let mut all = self.run();
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    pub fn held(&self, relative: &str) -> Option<Vec<u8>> {
        std::fs::read(self.cache.path().join("feeds/f").join(relative)).ok()
    }
}

pub fn failure(outcome: &FeedOutcome) -> &FetchError {
    match &outcome.status {
        FeedStatus::Failed(error) => error,
        other => panic!("not failed: {other:?}"),
    }
}

pub fn is_updated(outcome: &FeedOutcome) -> bool {
    matches!(outcome.status, FeedStatus::Updated { .. })
}
