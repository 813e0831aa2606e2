//! CPU time, and what memory the process has taken.

use std::time::Instant;

use super::thread_clock;

/// What a thing gives, and the seconds of CPU that this thread took for it.
pub(super) fn timed<T>(of: impl FnOnce() -> T) -> (T, f64) {
    let begun = cpu_seconds();
    let result = of();
    (result, cpu_seconds() - begun)
}

/// What a thing gives, the seconds that passed, and the seconds of CPU that all threads took for it.
pub(super) fn passed<T>(of: impl FnOnce() -> T) -> (T, f64, f64) {
    let (begun, cpu) = (Instant::now(), process_seconds());
    let result = of();
    (result, begun.elapsed().as_secs_f64(), process_seconds() - cpu)
}

/// Seconds that this thread has run.
fn cpu_seconds() -> f64 {
    thread_clock::nanos() as f64 / 1e9
}

/// Seconds that all threads of this process have run.
#[cfg(unix)]
fn process_seconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Seconds that have passed, where no clock of the process is known.
#[cfg(not(unix))]
fn process_seconds() -> f64 {
    cpu_seconds()
}

/// Says how much memory the process takes now and has taken at most, where the system tells.
pub(super) fn say_memory(when: &str) {
    if let (Some(now), Some(most)) = (memory("VmRSS:"), memory("VmHWM:")) {
        println!("memory {when}: {now:.1} MiB, at most {most:.1} MiB");
    }
}

/// Mebibytes that the kernel names so.
pub(super) fn memory(name: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().ok()?;
    Some(kib / 1024.0)
}
