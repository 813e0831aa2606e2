//! Generates the last report of every organisation and throws it away, to weigh the generator:
//!
//! ```sh
//! time cargo run --release -p sector --example weigh -- 1 0.02 full
//! ```
#![expect(clippy::print_stdout, reason = "an example for the terminal")]

use std::process::ExitCode;

use sector::{Detail, Scale, Sector, Settings};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [seed, scale, detail] = words.as_slice() else {
        println!("give seed, scale and `full` or `light`: 1 0.02 full");
        return ExitCode::from(2);
    };
    let (Ok(seed), Ok(scale)) = (seed.parse(), scale.parse().map(Scale::new)) else {
        println!("seed and scale are numbers");
        return ExitCode::from(2);
    };
    let scale = match scale {
        Ok(scale) => scale,
        Err(error) => {
            println!("{error}");
            return ExitCode::from(2);
        }
    };
    let detail = if detail == "full" { Detail::Full } else { Detail::Light };
    let sector = Sector::new(Settings::new(seed, scale));
    let (mut reports, mut files, mut bytes) = (0, 0, 0);
    for organisation in sector.organisations() {
        let Some(day) = sector.reports(organisation).pop() else { continue };
        reports += 1;
        sector.each_file(organisation, day, detail, &mut |file| {
            files += 1;
            bytes += file.bytes.len();
        });
    }
    println!("{reports} reports, {files} files, {bytes} bytes");
    ExitCode::SUCCESS
}
