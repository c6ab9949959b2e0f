//! One agent's row of a roster: shifts as bars with their breaks hatched, as wide as its table cell.
//!
//! Positions are percentages of the cell, so that a row fits a screen, a telephone and a sheet of paper alike while
//! hatches and heights keep their size; the table around it carries names and totals.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped};

use super::canvas::escaped;

/// One bar of a row; ends as shares of the row's width.
#[derive(Debug, Clone, PartialEq)]
pub struct GanttBar {
    /// Class for the style sheet.
    pub class: String,
    /// Left end, 0 to 1.
    pub from: f64,
    /// Right end, 0 to 1.
    pub to: f64,
}

/// A row with its text alternative.
pub fn gantt_row(bars: &[GanttBar], alternative: &str) -> Markup {
    let mut body = String::new();
    for bar in bars.iter().filter(|bar| bar.to > bar.from) {
        let (from, width) = (bar.from * 100.0, (bar.to - bar.from) * 100.0);
        write!(body, "<rect class=\"{}\" x=\"{}%\" width=\"{}%\"/>", bar.class, short(from), short(width))
            .expect("a string takes all");
    }
    PreEscaped(format!("<svg class=\"row\" role=\"img\" aria-label=\"{}\">{body}</svg>", escaped(alternative)))
}

/// Labels over the rows: position as a share of the width, and text; every second one hides where there is no room.
pub fn time_header(labels: &[(f64, String)], alternative: &str) -> Markup {
    let mut body = String::new();
    for (place, (at, label)) in labels.iter().enumerate() {
        write!(
            body,
            "<text class=\"{}\" x=\"{}%\" y=\"12\">{}</text>",
            ["", "second"][place % 2],
            short(at * 100.0),
            escaped(label)
        )
        .expect("a string takes all");
    }
    PreEscaped(format!("<svg class=\"row head\" role=\"img\" aria-label=\"{}\">{body}</svg>", escaped(alternative)))
}

/// Two decimals of a per cent, shortest form.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_without_length_are_left_out() {
        let bar = |from, to| GanttBar { class: "shift".to_owned(), from, to };
        let row = gantt_row(&[bar(0.25, 0.5), bar(0.5, 0.5)], "one shift").into_string();
        assert_eq!(row.matches("<rect").count(), 1);
        assert!(row.contains("x=\"25%\" width=\"25%\""));
    }
}
