//! Tells how far a transfer is: to nobody, or as bars on a terminal.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Hears how an update goes. Every method may be left out.
pub trait Progress {
    /// A feed begins.
    fn feed(&mut self, _name: &str) {}
    /// The feed's document number `number` of `of` begins; its size, where it is known.
    fn document(&mut self, _url: &str, _number: usize, _of: usize, _bytes: Option<u64>) {}
    /// So many bytes of the document are here now.
    fn received(&mut self, _bytes: u64) {}
    /// Nothing happens for a while, and why.
    fn waiting(&mut self, _how_long: Duration, _why: &str) {}
    /// The feed ends.
    fn feed_done(&mut self, _name: &str) {}
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoProgress;

impl Progress for NoProgress {}

/// A bar a feed, on standard error.
#[derive(Debug, Default)]
pub struct Bars {
    bar: Option<ProgressBar>,
    name: String,
}

/// Returns bars if standard error is a terminal, and silence otherwise.
pub fn progress_on_stderr() -> Box<dyn Progress> {
    if std::io::stderr().is_terminal() { Box::new(Bars::default()) } else { Box::new(NoProgress) }
}

impl Bars {
    fn say(&self, text: String) {
        if let Some(bar) = &self.bar {
            bar.set_message(text);
        }
    }
}

impl Progress for Bars {
    fn feed(&mut self, name: &str) {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        name.clone_into(&mut self.name);
        self.bar = Some(bar);
        self.say(name.to_owned());
    }

    fn document(&mut self, _url: &str, number: usize, of: usize, bytes: Option<u64>) {
        let Some(bar) = &self.bar else { return };
        bar.set_position(0);
        let template = if let Some(bytes) = bytes {
            bar.set_length(bytes);
            "{msg:30} {bar:30} {bytes}/{total_bytes} {eta}"
        } else {
            bar.unset_length();
            "{msg:30} {spinner} {bytes}"
        };
        // A template that does not parse costs the look, not the update.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        self.say(if of > 1 { format!("{} {number}/{of}", self.name) } else { self.name.clone() });
    }

    fn received(&mut self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(bytes);
        }
    }

    fn waiting(&mut self, how_long: Duration, why: &str) {
        self.say(format!("{}: {why}; again in {} s", self.name, how_long.as_secs()));
    }

    fn feed_done(&mut self, _name: &str) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
