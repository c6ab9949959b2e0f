//! Progress as a stream: one JSON object a line on standard error, for a server to relay.

use std::io::Write;

use clap::ValueEnum;
use serde_json::json;
use solver_data::SolveProgress;

/// Seconds between two lines at the least.
const PAUSE: f64 = 0.2;

/// How progress is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressStyle {
    /// A line on the terminal, where standard error is one.
    Bar,
    /// JSON lines on standard error: seconds, incumbent, bound, gap, iterations, stage.
    Json,
    /// Nothing.
    None,
}

/// What has been heard of the running solve, and what has been written of it.
#[derive(Debug, Default)]
pub struct ProgressStream {
    incumbent: Option<f64>,
    bound: Option<f64>,
    iterations: u64,
    stage: String,
    /// Seconds at the last line.
    written: Option<f64>,
    /// Whether something was heard after it.
    pending: bool,
}

impl ProgressStream {
    /// Hears of a solve. Within one, the incumbent never rises and the bound never falls; fewer iterations than before
    /// begin another.
    pub fn solve(&mut self, (seconds, stage): (f64, &str), progress: &SolveProgress, out: &mut impl Write) {
        if progress.iterations.0 < self.iterations {
            self.flush(seconds, out);
            (self.incumbent, self.bound) = (None, None);
        }
        self.enter(seconds, stage, out);
        self.iterations = progress.iterations.0;
        self.incumbent = lower(self.incumbent, progress.incumbent);
        self.bound = higher(self.bound, progress.bound.filter(|bound| bound.is_finite() && *bound > i64::MIN as f64));
        self.hear(seconds, out);
    }

    /// Hears of the last figures of a solve, and writes them whatever was written a moment before.
    pub fn conclude(&mut self, place: (f64, &str), progress: &SolveProgress, out: &mut impl Write) {
        self.solve(place, progress, out);
        self.pending = true;
        self.flush(place.0, out);
    }

    /// Hears of steps of another stage.
    pub fn stage(&mut self, (seconds, stage): (f64, &str), done: u64, out: &mut impl Write) {
        self.enter(seconds, stage, out);
        self.iterations = done;
        self.hear(seconds, out);
    }

    /// Writes what is still unwritten.
    pub fn flush(&mut self, seconds: f64, out: &mut impl Write) {
        if std::mem::take(&mut self.pending) {
            self.write(seconds, out);
        }
    }

    fn enter(&mut self, seconds: f64, stage: &str, out: &mut impl Write) {
        if self.stage != stage {
            self.flush(seconds, out);
            *self = Self { stage: stage.to_owned(), ..Self::default() };
        }
    }

    fn hear(&mut self, seconds: f64, out: &mut impl Write) {
        if self.written.is_none_or(|written| seconds - written >= PAUSE) {
            self.write(seconds, out);
        } else {
            self.pending = true;
        }
    }

    fn write(&mut self, seconds: f64, out: &mut impl Write) {
        let progress = SolveProgress { incumbent: self.incumbent, bound: self.bound, iterations: (self.iterations, None) };
        let line = json!({
            "seconds": (seconds * 1000.0).round() / 1000.0,
            "incumbent": self.incumbent,
            "bound": self.bound,
            "gap": progress.gap(),
            "iterations": self.iterations,
            "stage": self.stage,
        });
        // A reader that hangs up ends the stream, not the solve
        let _ = writeln!(out, "{line}").and_then(|()| out.flush());
        (self.written, self.pending) = (Some(seconds), false);
    }
}

fn lower(known: Option<f64>, heard: Option<f64>) -> Option<f64> {
    match (known, heard) {
        (Some(known), Some(heard)) => Some(known.min(heard)),
        (known, heard) => known.or(heard),
    }
}

fn higher(known: Option<f64>, heard: Option<f64>) -> Option<f64> {
    match (known, heard) {
        (Some(known), Some(heard)) => Some(known.max(heard)),
        (known, heard) => known.or(heard),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn progress(incumbent: f64, bound: f64, iterations: u64) -> SolveProgress {
        SolveProgress { incumbent: Some(incumbent), bound: Some(bound), iterations: (iterations, None) }
    }

    fn lines(out: &[u8]) -> Vec<Value> {
        String::from_utf8_lossy(out).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn the_incumbent_never_rises_and_the_bound_never_falls() {
        let (mut stream, mut out) = (ProgressStream::default(), Vec::new());
        for (seconds, (incumbent, bound)) in [(0.0, (90.0, 10.0)), (1.0, (95.0, 5.0)), (2.0, (80.0, 40.0))] {
            stream.solve((seconds, "schedule"), &progress(incumbent, bound, 1), &mut out);
        }
        let told: Vec<(f64, f64)> =
            lines(&out).iter().map(|line| (line["incumbent"].as_f64().unwrap(), line["bound"].as_f64().unwrap())).collect();
        assert_eq!(told, [(90.0, 10.0), (90.0, 10.0), (80.0, 40.0)]);
        assert_eq!(lines(&out)[2]["gap"], 0.5);
    }

    #[test]
    fn lines_are_rare_and_the_last_figures_are_told_all_the_same() {
        let (mut stream, mut out) = (ProgressStream::default(), Vec::new());
        for step in 0..100_u64 {
            stream.solve((0.001 * step as f64, "schedule"), &progress(1_000.0 - step as f64, 0.0, step), &mut out);
        }
        stream.conclude((0.1, "schedule"), &progress(900.0, 900.0, 100), &mut out);
        stream.flush(0.2, &mut out);
        let told = lines(&out);
        assert_eq!(told.len(), 2);
        assert_eq!((told[1]["incumbent"].as_f64(), told[1]["gap"].as_f64()), (Some(900.0), Some(0.0)));
    }

    #[test]
    fn another_solve_or_stage_starts_afresh() {
        let (mut stream, mut out) = (ProgressStream::default(), Vec::new());
        stream.solve((0.0, "schedule"), &progress(50.0, 50.0, 9), &mut out);
        stream.stage((1.0, "simulate"), 3, &mut out);
        stream.solve((2.0, "schedule"), &progress(70.0, 20.0, 0), &mut out);
        stream.solve((3.0, "schedule"), &progress(60.0, 30.0, 5), &mut out);
        stream.solve((4.0, "schedule"), &progress(65.0, 10.0, 0), &mut out);
        let told: Vec<Option<f64>> = lines(&out).iter().map(|line| line["incumbent"].as_f64()).collect();
        assert_eq!(told, [Some(50.0), None, Some(70.0), Some(60.0), Some(65.0)]);
    }
}
