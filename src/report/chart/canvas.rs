//! A sheet of SVG: shapes in drawing order, coordinates to a tenth of a pixel.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped};

/// A chart while it is drawn; classes of shapes are coloured by the style sheet.
#[derive(Debug, Clone)]
pub struct Canvas {
    width: f64,
    height: f64,
    body: String,
}

impl Canvas {
    /// An empty sheet of this size in user units.
    pub fn new(width: f64, height: f64) -> Self {
        Self { width, height, body: String::new() }
    }

    /// An outline by its SVG path data; nothing where there is none.
    pub fn path(&mut self, class: &str, data: &str) {
        if !data.is_empty() {
            self.push(format_args!("<path class=\"{class}\" d=\"{data}\"/>"));
        }
    }

    /// A rectangle from its upper left corner; nothing where it has no area.
    pub fn rect(&mut self, class: &str, corner: (f64, f64), size: (f64, f64)) {
        if size.0 > 0.0 && size.1 > 0.0 {
            let (x, y, w, h) = (tenth(corner.0), tenth(corner.1), tenth(size.0), tenth(size.1));
            self.push(format_args!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"/>"));
        }
    }

    /// A straight line.
    pub fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        self.path(class, &format!("M{} {}L{} {}", tenth(from.0), tenth(from.1), tenth(to.0), tenth(to.1)));
    }

    /// A disc.
    pub fn disc(&mut self, class: &str, centre: (f64, f64), radius: f64) {
        let (x, y, r) = (tenth(centre.0), tenth(centre.1), tenth(radius));
        self.push(format_args!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>"));
    }

    /// A square on its corner.
    pub fn diamond(&mut self, class: &str, centre: (f64, f64), radius: f64) {
        let (x, y) = centre;
        let [left, top, right, bottom] = [x - radius, y - radius, x + radius, y + radius].map(tenth);
        let (x, y) = (tenth(x), tenth(y));
        self.path(class, &format!("M{left} {y}L{x} {top}L{right} {y}L{x} {bottom}Z"));
    }

    /// Text on a baseline; class `m` centres it, `e` ends it there.
    pub fn text(&mut self, class: &str, at: (f64, f64), text: &str) {
        let (x, y) = (tenth(at.0), tenth(at.1));
        self.push(format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escaped(text)));
    }

    /// The chart with its text alternative.
    pub fn finish(self, alternative: &str) -> Markup {
        let (w, h) = (tenth(self.width), tenth(self.height));
        PreEscaped(format!(
            "<svg class=\"chart\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" aria-label=\"{}\">{}</svg>",
            escaped(alternative),
            self.body
        ))
    }

    fn push(&mut self, shape: std::fmt::Arguments<'_>) {
        self.body.write_fmt(shape).expect("a string takes whatever is written");
    }
}

/// Width of a label in user units, rather too wide than too narrow: 11 px type, Chinese letters square.
pub fn label_width(text: &str) -> f64 {
    text.chars().map(|letter| if letter.is_ascii() { 6.4 } else { 11.5 }).sum()
}

/// Where a label beside `x` starts, kept between `left` and `right`; past the middle it ends at `x`.
pub fn label_start(x: f64, text: &str, (left, right): (f64, f64)) -> f64 {
    let width = label_width(text);
    let start = if x > f64::midpoint(left, right) { x - width } else { x };
    start.min(right - width).max(left)
}

/// A coordinate to a tenth of a pixel, shortest form; 0 unless finite.
pub fn tenth(value: f64) -> String {
    if !value.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Text made safe for element content and quoted attributes.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_short_and_finite() {
        assert_eq!([3.0, 2.72, -0.04, f64::NAN].map(tenth), ["3", "2.7", "0", "0"]);
    }

    #[test]
    fn labels_stay_between_their_ends() {
        let text = "19:30: 23";
        assert_eq!(label_start(90.0, text, (100.0, 400.0)), 100.0);
        assert_eq!(label_start(120.0, text, (100.0, 400.0)), 120.0);
        assert_eq!(label_start(398.0, text, (100.0, 400.0)), 398.0 - label_width(text));
        assert!(label_start(260.0, text, (220.0, 300.0)) >= 220.0);
    }

    #[test]
    fn labels_cannot_break_out_of_the_markup() {
        let mut canvas = Canvas::new(10.0, 10.0);
        canvas.text("m", (0.0, 0.0), "<b>&\"");
        let markup = canvas.finish("\"quoted\"").into_string();
        assert!(markup.contains("&lt;b&gt;&amp;&quot;") && markup.contains("aria-label=\"&quot;quoted&quot;\""));
    }
}
