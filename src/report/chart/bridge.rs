//! A bridge: from one total to another by steps, dearer in vermillion upwards, cheaper in green downwards.

use maud::Markup;

use super::canvas::Canvas;
use super::scale::Scale;

/// A bar of a bridge.
#[derive(Debug, Clone, PartialEq)]
pub struct BridgeBar {
    /// Name under the axis.
    pub label: String,
    /// A total from zero, or a step from where the last one ended.
    pub kind: BridgeKind,
    /// Value.
    pub value: f64,
    /// The value as written.
    pub told: String,
}

/// Whether a bar stands on zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BridgeKind {
    /// From zero.
    Total,
    /// From where the last bar ended.
    Step,
}

/// The chart. The axis does not start at zero where the steps would vanish; totals are then cut, which the unit says.
pub fn bridge(bars: &[BridgeBar], (unit, cut): (&str, &str), size: (f64, f64), alternative: &str) -> Markup {
    let mut canvas = Canvas::new(size.0, size.1);
    let (left, right, bottom) = (8.0, size.0 - 8.0, size.1 - 26.0);
    let mut ends = Vec::with_capacity(bars.len());
    let mut at = 0.0;
    for bar in bars {
        let from = if bar.kind == BridgeKind::Total { 0.0 } else { at };
        at = from + bar.value;
        ends.push((from, at));
    }
    let tops = ends.iter().map(|end| end.0.max(end.1)).fold(0.0, f64::max);
    let steps = bars.iter().zip(&ends).filter(|(bar, _)| bar.kind == BridgeKind::Step);
    let lowest = ends.iter().map(|end| end.1).chain(steps.map(|(_, end)| end.0)).fold(f64::INFINITY, f64::min);
    let spread = (tops - lowest).max(tops * 1e-6);
    let floor = if lowest > 0.0 && spread < 0.35 * tops { lowest - 0.45 * spread } else { lowest.min(0.0) };
    let span = (tops - floor).max(1e-9);
    let scale = Scale::between(floor, floor + span * 1.02, span, (bottom, 40.0));
    canvas.line("zero", (left, bottom), (right, bottom));
    canvas.text("unit", (left, 14.0), &if floor > 0.0 { format!("{unit} · {cut}") } else { unit.to_owned() });
    let step = (right - left) / bars.len().max(1) as f64;
    let thickness = (step * 0.62).min(84.0);
    for (place, (bar, &(from, to))) in bars.iter().zip(&ends).enumerate() {
        let middle = left + (place as f64 + 0.5) * step;
        let base = if bar.kind == BridgeKind::Total { floor } else { from };
        let (high, low) = (scale.at(base.max(to)), scale.at(base.min(to)));
        let class = match bar.kind {
            BridgeKind::Total => "b-total",
            BridgeKind::Step if bar.value > 0.0 => "b-up",
            BridgeKind::Step => "b-down",
        };
        canvas.rect(class, (middle - thickness / 2.0, high), (thickness, (low - high).max(1.5)));
        canvas.text("m total", (middle, high - 6.0), &bar.told);
        canvas.text("m name", (middle, size.1 - 8.0), &bar.label);
        if place + 1 < bars.len() {
            let y = scale.at(to);
            canvas.line("link", (middle + thickness / 2.0, y), (middle + step - thickness / 2.0, y));
        }
    }
    canvas.finish(alternative)
}
