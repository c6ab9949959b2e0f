//! The clock, the interrupt and the progress bars: what the stages may see of the outside world.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle as BarStyle};
use solver_data::{SolveProgress, Watch};

use super::progress::{ProgressStream, ProgressStyle};

/// Work shorter than this shows no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// A watch on the terminal: wall time, Ctrl-C, one bar or a stream of JSON lines on standard error.
pub struct TerminalWatch {
    started: Instant,
    interrupted: Arc<AtomicBool>,
    bar: ProgressBar,
    stages: Mutex<Vec<(String, f64)>>,
    style: ProgressStyle,
    stream: Mutex<ProgressStream>,
}

impl TerminalWatch {
    /// Starts the clock and listens for Ctrl-C: the first press keeps the best so far, the second ends the program.
    #[expect(clippy::disallowed_methods, reason = "the one clock of the program")]
    pub fn start(style: ProgressStyle) -> Self {
        let interrupted = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&interrupted);
        let listening = ctrlc::set_handler(move || {
            if flag.swap(true, Ordering::Relaxed) {
                std::process::exit(130);
            }
        });
        let bar = ProgressBar::new_spinner();
        bar.set_draw_target(ProgressDrawTarget::hidden());
        if let (Ok(style), Ok(())) = (BarStyle::with_template("{spinner} {wide_msg} {elapsed}"), listening) {
            bar.set_style(style);
        }
        Self { started: Instant::now(), interrupted, bar, stages: Mutex::default(), style, stream: Mutex::default() }
    }

    /// Takes the bar off the terminal, and writes what the stream still holds back.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
        self.tell(ProgressStream::flush);
    }

    /// Tells the final figures of a solve, once they are verified.
    pub fn conclude(&self, progress: &SolveProgress) {
        self.tell(|stream, seconds, out| stream.conclude((seconds, "schedule"), progress, out));
    }

    fn tell(&self, say: impl FnOnce(&mut ProgressStream, f64, &mut std::io::StderrLock<'static>)) {
        if self.style == ProgressStyle::Json {
            let mut stream = self.stream.lock().unwrap_or_else(PoisonError::into_inner);
            say(&mut stream, self.elapsed_seconds(), &mut std::io::stderr().lock());
        }
    }

    /// Seconds spent in each stage so far, in the order the stages first reported.
    pub fn stage_seconds(&self) -> Vec<(String, f64)> {
        let starts = self.stages.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let ends = starts.iter().skip(1).map(|(_, start)| *start).chain([self.elapsed_seconds()]);
        let mut spent: Vec<(String, f64)> = Vec::new();
        for ((name, start), end) in starts.iter().zip(ends) {
            match spent.iter_mut().find(|(known, _)| known == name) {
                Some((_, seconds)) => *seconds += end - start,
                None => spent.push((name.clone(), end - start)),
            }
        }
        spent
    }

    fn enter(&self, stage: &str) {
        let mut stages = self.stages.lock().unwrap_or_else(PoisonError::into_inner);
        if stages.last().is_none_or(|(last, _)| last != stage) {
            stages.push((stage.to_owned(), self.elapsed_seconds()));
        }
    }

    fn show(&self, message: String) {
        if self.style != ProgressStyle::Bar || self.started.elapsed() < PATIENCE || !std::io::stderr().is_terminal() {
            return;
        }
        if self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_message(message);
        self.bar.tick();
    }
}

impl Watch for TerminalWatch {
    fn elapsed_seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    fn interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    fn solve_progress(&self, progress: &SolveProgress) {
        self.enter("schedule");
        self.tell(|stream, seconds, out| stream.solve((seconds, "schedule"), progress, out));
        let figure = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| format!("{value:.0}"));
        let gap = progress.gap().map_or_else(|| "–".to_owned(), |gap| format!("{:.2} %", 100.0 * gap));
        let limit = progress.iterations.1.map_or_else(String::new, |limit| format!(" of {limit}"));
        self.show(format!(
            "schedule: best {}, bound {}, gap {gap}, iteration {}{limit}; Ctrl-C keeps the best",
            figure(progress.incumbent),
            figure(progress.bound),
            progress.iterations.0
        ));
    }

    fn stage_progress(&self, stage: &str, done: u64, total: u64) {
        self.enter(stage);
        self.tell(|stream, seconds, out| stream.stage((seconds, stage), done, out));
        self.show(format!("{stage}: {done} of {total}"));
    }
}
