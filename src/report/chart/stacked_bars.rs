//! Stacked bars from a zero baseline, the total written on top.

use maud::Markup;

use super::axis::value_axis;
use super::canvas::Canvas;
use super::scale::Scale;

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// Name under the axis.
    pub label: String,
    /// The same where there is little room.
    pub short: String,
    /// Parts from the baseline up: class for the style sheet and value.
    pub parts: Vec<(String, f64)>,
    /// Total as written on top.
    pub total: String,
}

/// What to draw.
#[derive(Debug)]
pub struct StackedBars<'a> {
    /// From left to right.
    pub bars: &'a [Bar],
    /// Unit of the values.
    pub unit: &'a str,
}

/// The chart.
pub fn stacked_bars(chart: &StackedBars<'_>, size: (f64, f64), alternative: &str) -> Markup {
    let mut canvas = Canvas::new(size.0, size.1);
    let (left, right, bottom) = (52.0, size.0 - 4.0, size.1 - 24.0);
    let tallest = chart.bars.iter().map(|bar| bar.parts.iter().map(|part| part.1).sum::<f64>()).fold(0.0, f64::max);
    let scale = Scale::from_zero(tallest, 4, (bottom, 34.0));
    value_axis(&mut canvas, &scale, (left, right), chart.unit);
    let step = (right - left) / chart.bars.len().max(1) as f64;
    let thickness = (step * 0.62).min(64.0);
    for (place, bar) in chart.bars.iter().enumerate() {
        let middle = left + (place as f64 + 0.5) * step;
        let mut base = 0.0;
        for (class, value) in &bar.parts {
            let (low, high) = (scale.at(base), scale.at(base + value));
            canvas.rect(class, (middle - thickness / 2.0, high), (thickness, low - high));
            base += value;
        }
        if step > 36.0 && base > 0.0 {
            canvas.text("m total", (middle, scale.at(base) - 5.0), &bar.total);
        }
        let label = if step > 48.0 { &bar.label } else { &bar.short };
        if step > 24.0 || place % 7 == 0 {
            canvas.text("m", (middle, size.1 - 7.0), label);
        }
    }
    canvas.finish(alternative)
}
