//! The same evidence gives the same bytes, on any number of threads, in any run.

use super::evidence::{self, Windows};
use super::run::Bench;

#[test]
fn threads_change_nothing() {
    let bench = Bench::new();
    for number in 0..120 {
        let name = format!("WARD-{number}");
        let text = match number % 4 {
            0 => evidence::open(&name),
            1 => evidence::fixed(&name),
            2 => Windows::cut(&name).systeminfo(),
            _ => Windows::xp(&name).systeminfo(),
        };
        bench.write(&format!("e/{}/{number}.txt", number % 7), text);
    }
    bench.write("e/scan.xml", evidence::NMAP);
    bench.write("e/sbom.json", evidence::SBOM);
    bench.write("e/garbage.bin", [7; 100]);
    for format in ["-v", "--json"] {
        let with = |threads: &str| {
            let mut command = bench.command(&["check", "--as-at", "2019-06-01", format, "e"]);
            command.env("RAYON_NUM_THREADS", threads).output().expect("started").stdout
        };
        let one = with("1");
        assert!(one.len() > 10_000);
        for threads in ["4", "4", "3"] {
            assert!(one == with(threads), "{format} differs on {threads} threads");
        }
    }
}
