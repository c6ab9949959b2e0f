//! Estimates as dots with their confidence intervals, beside a target.

use maud::Markup;
use solver_data::Estimate;

use super::axis::value_axis;
use super::canvas::Canvas;
use super::scale::Scale;
use crate::report::promise::Verdict;

/// One estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct Dot {
    /// Name under the axis.
    pub label: String,
    /// Estimate and half-width; `None` where there is nothing to estimate.
    pub estimate: Option<(f64, f64)>,
    /// What happened in a replay, drawn as a ring.
    pub replay: Option<f64>,
    /// Wanted value; an estimate is marked as missing it when its whole interval lies below, as too close to call when
    /// the interval holds it.
    pub target: Option<f64>,
}

/// What to draw; shares in per cent.
#[derive(Debug)]
pub struct DotInterval<'a> {
    /// From left to right.
    pub dots: &'a [Dot],
    /// Values, from the baseline up.
    pub scale: Scale,
    /// Unit of the values.
    pub unit: &'a str,
}

/// The chart.
pub fn dot_interval(chart: &DotInterval<'_>, size: (f64, f64), alternative: &str) -> Markup {
    let mut canvas = Canvas::new(size.0, size.1);
    let (left, right) = (36.0, size.0 - 6.0);
    value_axis(&mut canvas, &chart.scale, (left, right), chart.unit);
    let step = (right - left) / chart.dots.len().max(1) as f64;
    let mut from = left;
    for same in chart.dots.chunk_by(|one, next| one.target == next.target) {
        let to = from + step * same.len() as f64;
        if let Some(target) = same[0].target {
            canvas.line("target", (from, chart.scale.at(target)), (to, chart.scale.at(target)));
        }
        from = to;
    }
    for (place, dot) in chart.dots.iter().enumerate() {
        let x = left + (place as f64 + 0.5) * step;
        if step > 20.0 || place % 7 == 0 {
            canvas.text("m", (x, size.1 - 6.0), &dot.label);
        }
        if let Some((mean, half)) = dot.estimate {
            let estimate = Estimate { mean, half_width: half };
            let verdict = dot.target.map_or(Verdict::Met, |target| Verdict::at_least(target, estimate));
            let (lo, hi) = (chart.scale.at(mean - half), chart.scale.at(mean + half));
            let y = chart.scale.at(mean);
            match verdict {
                Verdict::Met => {
                    canvas.line("whisker", (x, lo), (x, hi));
                    canvas.disc("dot", (x, y), 4.0);
                }
                Verdict::Undecided => {
                    canvas.line("whisker close", (x, lo), (x, hi));
                    canvas.diamond("dot close", (x, y), 4.8);
                }
                Verdict::Missed => {
                    canvas.line("whisker missed", (x, lo), (x, hi));
                    canvas.disc("dot missed", (x, y), 4.0);
                }
            }
        }
        if let Some(replay) = dot.replay {
            canvas.disc("ring", (x + (step * 0.22).min(9.0), chart.scale.at(replay)), 3.2);
        }
    }
    canvas.finish(alternative)
}
