//! How long a thread has run, so that what else the machine does is not counted.

/// Nanoseconds that this thread has run (POSIX, `CLOCK_THREAD_CPUTIME_ID`). What the kernel says of its
/// scheduling moves in steps of milliseconds on some machines, which is longer than a question.
#[cfg(unix)]
pub(super) fn nanos() -> u64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    u64::try_from(time.tv_sec * 1_000_000_000 + time.tv_nsec).unwrap_or(0)
}

/// Nanoseconds that have passed, where no clock of the thread is known.
#[cfg(not(unix))]
pub(super) fn nanos() -> u64 {
    static BEGUN: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    let passed = BEGUN.get_or_init(std::time::Instant::now).elapsed();
    u64::try_from(passed.as_nanos()).unwrap_or(u64::MAX)
}
