//! Progress: bars on a terminal, plain lines elsewhere.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::usecases::bill::Progress;

/// Shows the stages of one command.
pub struct Shown {
    bars: Option<MultiProgress>,
    stages: Mutex<BTreeMap<&'static str, ProgressBar>>,
}

impl Shown {
    /// Bars when standard error is a terminal, lines otherwise.
    #[must_use]
    pub fn new() -> Self {
        let bars = std::io::stderr().is_terminal().then(MultiProgress::new);
        Self {
            bars,
            stages: Mutex::new(BTreeMap::new()),
        }
    }

    /// A plain line that says what happens now.
    pub fn say(&self, text: &str) {
        match &self.bars {
            Some(bars) => {
                // A line that cannot be printed is no reason to stop billing.
                let _ = bars.println(text);
            }
            None => eprintln!("{text}"),
        }
    }
}

impl Progress for Shown {
    fn at(&self, stage: &'static str, done: u64, total: u64) {
        let Some(bars) = &self.bars else { return };
        let Ok(mut stages) = self.stages.lock() else {
            return;
        };
        let bar = stages.entry(stage).or_insert_with(|| {
            let style = ProgressStyle::with_template("{prefix:>10} {bar:40} {pos}/{len} {eta}");
            let bar = bars.add(ProgressBar::new(total)).with_prefix(stage);
            match style {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        bar.set_length(total);
        bar.set_position(done);
        if done >= total {
            bar.finish_and_clear();
            stages.remove(stage);
        }
    }
}
