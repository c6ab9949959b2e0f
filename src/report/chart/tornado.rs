//! A tornado: for each driver how far it moves the total when it goes down and up, widest on top.

use maud::Markup;

use super::canvas::{Canvas, label_width};

/// A driver.
#[derive(Debug, Clone, PartialEq)]
pub struct TornadoRow {
    /// Name and step.
    pub label: String,
    /// Difference with the driver down, and as written.
    pub low: (f64, String),
    /// Difference with the driver up, and as written.
    pub high: (f64, String),
}

/// The chart; a bar of a driver that goes down is hollow of colour: green saves, vermillion costs.
pub fn tornado(rows: &[TornadoRow], unit: &str, width: f64, alternative: &str) -> Markup {
    let height = 26.0 * rows.len() as f64 + 34.0;
    let mut canvas = Canvas::new(width, height);
    let names = rows.iter().map(|row| label_width(&row.label)).fold(60.0, f64::max) + 8.0;
    let told = rows.iter().flat_map(|row| [&row.low.1, &row.high.1]).map(|text| label_width(text)).fold(20.0, f64::max) + 8.0;
    let (left, right) = (names + told, width - told);
    let middle = f64::midpoint(left, right);
    let most = rows.iter().flat_map(|row| [row.low.0.abs(), row.high.0.abs()]).fold(1e-9, f64::max);
    canvas.text("unit", (0.0, 12.0), unit);
    for (place, row) in rows.iter().enumerate() {
        let top = 24.0 + 26.0 * place as f64;
        canvas.text("name", (0.0, top + 13.0), &row.label);
        for (value, text) in [&row.low, &row.high] {
            let length = value.abs() / most * (right - left) / 2.0;
            let (x, class) = if *value < 0.0 { (middle - length, "b-down") } else { (middle, "b-up") };
            canvas.rect(class, (x, top), (length, 18.0));
            if value.abs() > most * 1e-4 {
                let (class, at) = if *value < 0.0 { ("e", middle - length - 5.0) } else { ("s", middle + length + 5.0) };
                canvas.text(class, (at, top + 13.0), text);
            }
        }
    }
    canvas.line("zero", (middle, 20.0), (middle, height - 6.0));
    canvas.finish(alternative)
}
