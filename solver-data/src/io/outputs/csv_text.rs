//! A CSV text under construction, and how values are written in it.

use chrono::NaiveDateTime;

/// A CSV text under construction.
pub(super) struct CsvText {
    writer: csv::Writer<Vec<u8>>,
}

impl CsvText {
    /// A text with its header.
    pub(super) fn new<S: AsRef<str>>(header: &[S]) -> Self {
        let mut text = Self { writer: csv::Writer::from_writer(Vec::new()) };
        text.row(header);
        text
    }

    /// Adds a row of as many cells as the header.
    pub(super) fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        let cells = cells.iter().map(|cell| cell.as_ref().as_bytes());
        self.writer.write_record(cells).expect("a row in memory is written, and every writer here gives equal rows");
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        let bytes = self.writer.into_inner().expect("flushing into memory never fails");
        String::from_utf8(bytes).expect("all cells were text")
    }
}

/// A number with at most four decimals; empty where it is not finite.
pub(super) fn number(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A share with at most six decimals; empty where it is not finite.
pub(super) fn share(value: f64) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A local civil time, such as `2003-08-18 07:00:00`.
pub(super) fn stamp(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_never_minus_zero() {
        assert_eq!(
            [number(12.0), number(0.1 + 0.2), number(-0.00001), number(f64::NAN), number(100.0)],
            ["12", "0.3", "0", "", "100"]
        );
        assert_eq!(share(2.0 / 3.0), "0.666667");
    }

    #[test]
    fn cells_are_quoted_where_they_must() {
        let mut text = CsvText::new(&["a", "b"]);
        text.row(&["x, y", "say \"so\""]);
        assert_eq!(text.finish(), "a,b\n\"x, y\",\"say \"\"so\"\"\"\n");
    }
}
