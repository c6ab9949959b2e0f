//! Hours needed and there, month by month, with the band of the demand and hires as ticks.

use std::fmt::Write as _;

use maud::Markup;

use super::axis::value_axis;
use super::canvas::{Canvas, tenth};
use super::scale::Scale;

/// A month of a level, or of all.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadcountMonth {
    /// Name under the axis.
    pub label: String,
    /// Agents needed for the median of the demand, and for nine paths of ten.
    pub needed: (f64, f64),
    /// Productive agents there.
    pub there: f64,
    /// Agents' worth of overtime and outside work on top.
    pub stretched: f64,
    /// People who start training.
    pub hires: u32,
}

/// The chart.
pub fn headcount(months: &[HeadcountMonth], (unit, hires): (&str, &str), size: (f64, f64), alternative: &str) -> Markup {
    let mut canvas = Canvas::new(size.0, size.1);
    let (left, right, bottom) = (40.0, size.0 - 6.0, size.1 - 40.0);
    let tallest = months.iter().map(|own| own.needed.1.max(own.there + own.stretched)).fold(0.0, f64::max);
    let scale = Scale::from_zero(tallest, 4, (bottom, 26.0));
    value_axis(&mut canvas, &scale, (left, right), unit);
    let step = (right - left) / months.len().max(1) as f64;
    let middle = |place: usize| left + (place as f64 + 0.5) * step;
    let (mut there, mut median) = (String::new(), String::new());
    let (mut upper, mut lower) = (String::new(), Vec::new());
    for (place, own) in months.iter().enumerate() {
        let x = middle(place);
        let thickness = step * 0.7;
        let (low, high) = (scale.at(own.there), scale.at(own.there + own.stretched));
        canvas.rect("b-outsourced", (x - thickness / 2.0, high), (thickness, low - high));
        let verb = if place == 0 { 'M' } else { 'L' };
        let text = "a string takes whatever is written";
        write!(there, "{verb}{} {}", tenth(x), tenth(scale.at(own.there))).expect(text);
        write!(median, "{verb}{} {}", tenth(x), tenth(scale.at(own.needed.0))).expect(text);
        write!(upper, "{verb}{} {}", tenth(x), tenth(scale.at(own.needed.1))).expect(text);
        lower.push(format!("L{} {}", tenth(x), tenth(scale.at(own.needed.0))));
        if own.hires > 0 {
            canvas.line("hire-tick", (x, bottom), (x, bottom - 7.0));
            canvas.text("m note", (x, size.1 - 6.0), &format!("+{}", own.hires));
        }
        if step > 34.0 || place % 3 == 0 {
            canvas.text("m", (x, bottom + 16.0), &own.label);
        }
    }
    lower.reverse();
    canvas.path("need-band", &format!("{upper}{}Z", lower.concat()));
    canvas.path("need", &median);
    canvas.path("supply", &there);
    canvas.text("unit", (0.0, size.1 - 6.0), hires);
    canvas.finish(alternative)
}
