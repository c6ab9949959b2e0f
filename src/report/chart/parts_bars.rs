//! Parts of a difference as bars from a common zero: to the right what cost, to the left what helped.

use maud::Markup;

use super::canvas::Canvas;

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct PartBar {
    /// Name beside the axis.
    pub label: String,
    /// Value: above 0 to the right; with the half-width of its interval, 0 for none.
    pub value: (f64, f64),
    /// The value as written.
    pub text: String,
    /// Whether it is the sum of the others.
    pub kind: PartKind,
}

/// What a bar stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// One part.
    Part,
    /// The sum of the parts.
    Whole,
}

/// Height of a row.
const ROW: f64 = 26.0;
/// Room for the names.
const NAMES: f64 = 118.0;
/// Room for the numbers at either side.
const NUMBERS: f64 = 84.0;

/// The chart; its height follows from the number of bars.
pub fn parts_bars(bars: &[PartBar], width: f64, alternative: &str) -> Markup {
    let height = ROW * bars.len() as f64 + 8.0;
    let mut canvas = Canvas::new(width, height);
    let reach = |bar: &PartBar| (bar.value.0 - bar.value.1, bar.value.0 + bar.value.1);
    let low = bars.iter().map(|bar| reach(bar).0).fold(0.0, f64::min);
    let high = bars.iter().map(|bar| reach(bar).1).fold(0.0, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    // Numbers stand beyond the end of their bar; room for them is kept only where a bar points.
    let left = NAMES + if low < 0.0 { NUMBERS } else { 6.0 };
    let right = width - if high > 0.0 { NUMBERS } else { 6.0 };
    let x = |value: f64| left + (value - low) / span * (right - left);
    canvas.line("zero", (x(0.0), 0.0), (x(0.0), height));
    for (place, bar) in bars.iter().enumerate() {
        let top = 4.0 + ROW * place as f64;
        let (value, half) = bar.value;
        let class = match (bar.kind, value > 0.0) {
            (PartKind::Whole, _) => "p-whole",
            (PartKind::Part, true) => "p-cost",
            (PartKind::Part, false) => "p-help",
        };
        canvas.rect(class, (x(value.min(0.0)), top + 3.0), (x(value.max(0.0)) - x(value.min(0.0)), ROW - 10.0));
        let middle = top + ROW / 2.0 - 2.0;
        if half > 0.0 {
            canvas.line("p-whisker", (x(value - half), middle), (x(value + half), middle));
        }
        let name = if bar.kind == PartKind::Whole { "total" } else { "day" };
        canvas.text(name, (0.0, middle + 4.0), &bar.label);
        if value >= 0.0 {
            canvas.text(name, (x(value + half) + 6.0, middle + 4.0), &bar.text);
        } else {
            canvas.text(&format!("e {name}"), (x(value - half) - 6.0, middle + 4.0), &bar.text);
        }
    }
    canvas.finish(alternative)
}
