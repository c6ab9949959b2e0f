//! Splits delimited text into cells that know their line and column.
//!
//! The `csv` crate tells where a record starts, but not in which column a cell does, nor that the file ended within
//! quotes; findings need both.

/// All cells of a text, in one buffer: a year of half-hours of a thousand queues is fifty million of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Records {
    /// The cells' texts, one after another.
    text: String,
    cells: Vec<CellSpan>,
    /// The rows in file order, the header among them, blank lines left out.
    pub(super) rows: Vec<CsvRow>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct CellSpan {
    /// Characters from the start of the line, counted from 1.
    column: u32,
    /// Bytes.
    length: u32,
}

/// One row of a table: its line, where its cells are, and how it ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CsvRow {
    /// Line of its first character, counted from 1.
    pub line: u32,
    /// Number of cells.
    pub(super) width: u32,
    /// How it ended.
    pub(super) end: RecordEnd,
    first_cell: usize,
    start: usize,
}

/// How a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordEnd {
    /// With a line break.
    LineBreak,
    /// With the file.
    File,
    /// With the file, within quotes that were never closed.
    WithinQuotes,
}

impl Records {
    /// The records of `text`.
    pub(super) fn of(text: &str, delimiter: char) -> Self {
        let mut records = Self::default();
        let mut reader = Reader { rest: text, delimiter, line: 1, column: 1 };
        while !reader.rest.is_empty() {
            let (line, first_cell, start) = (reader.line, records.cells.len(), records.text.len());
            let end = loop {
                let (column, from) = (reader.column, records.text.len());
                let stop = reader.cell(&mut records.text);
                records.cells.push(CellSpan { column, length: (records.text.len() - from) as u32 });
                if let Stop::Record(end) = stop {
                    break end;
                }
            };
            let width = (records.cells.len() - first_cell) as u32;
            if width > 1 || !records.text[start..].trim().is_empty() {
                records.rows.push(CsvRow { line, width, end, first_cell, start });
            } else {
                records.cells.truncate(first_cell);
                records.text.truncate(start);
            }
        }
        records
    }

    /// Column and text of a record's cells.
    pub(super) fn cells<'a>(&'a self, row: &CsvRow) -> impl Iterator<Item = (u32, &'a str)> {
        let mut from = row.start;
        self.cells[row.first_cell..row.first_cell + row.width as usize].iter().map(move |cell| {
            let text = &self.text[from..from + cell.length as usize];
            from += text.len();
            (cell.column, text)
        })
    }
}

/// What has not been read yet, and where it begins.
struct Reader<'a> {
    rest: &'a str,
    delimiter: char,
    line: u32,
    column: u32,
}

enum Stop {
    Delimiter,
    Record(RecordEnd),
}

impl Reader<'_> {
    /// Appends one cell to `text` and tells what ends it; `""` within quotes is a quote.
    fn cell(&mut self, text: &mut String) -> Stop {
        let marks = |byte: u8| byte == b'"' || byte == b'\n' || byte == b'\r' || byte == self.delimiter as u8;
        let plain = self.rest.bytes().position(marks).unwrap_or(self.rest.len());
        match self.rest.as_bytes().get(plain) {
            Some(b'"') => return self.quoted_cell(text),
            None => {
                text.push_str(self.rest);
                self.rest = "";
                return Stop::Record(RecordEnd::File);
            }
            Some(_) => {}
        }
        let (cell, rest) = self.rest.split_at(plain);
        text.push_str(cell);
        if rest.starts_with(self.delimiter) {
            self.column = self.column.saturating_add(cell.chars().count() as u32 + 1);
            self.rest = &rest[1..];
            return Stop::Delimiter;
        }
        self.rest = rest.strip_prefix("\r\n").unwrap_or(&rest[1..]);
        (self.line, self.column) = (self.line.saturating_add(1), 1);
        Stop::Record(RecordEnd::LineBreak)
    }

    /// A cell with a quote in it, letter by letter.
    fn quoted_cell(&mut self, text: &mut String) -> Stop {
        let from = text.len();
        let mut letters = self.rest.chars().peekable();
        let mut quoted = false;
        let mut stop = None;
        while stop.is_none()
            && let Some(letter) = letters.next()
        {
            self.column = self.column.saturating_add(1);
            let breaks = letter == '\n' || letter == '\r';
            if letter == '\r' && letters.peek() == Some(&'\n') {
                letters.next();
            }
            if breaks {
                (self.line, self.column) = (self.line.saturating_add(1), 1);
            }
            match letter {
                '"' if quoted && letters.peek() == Some(&'"') => {
                    letters.next();
                    self.column = self.column.saturating_add(1);
                    text.push('"');
                }
                '"' if quoted => quoted = false,
                '"' if text[from..].trim().is_empty() => quoted = true,
                _ if quoted => text.push(if breaks { '\n' } else { letter }),
                _ if breaks => stop = Some(Stop::Record(RecordEnd::LineBreak)),
                _ if letter == self.delimiter => stop = Some(Stop::Delimiter),
                _ => text.push(letter),
            }
        }
        let left = letters.map(char::len_utf8).sum::<usize>();
        self.rest = &self.rest[self.rest.len() - left..];
        stop.unwrap_or(Stop::Record(if quoted { RecordEnd::WithinQuotes } else { RecordEnd::File }))
    }
}

/// The delimiter of a table: the one of `,`, `;` and tab that stands most often in its first line.
pub(super) fn delimiter(text: &str) -> char {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let count = |mark: char| first.chars().filter(|&letter| letter == mark).count();
    [';', '\t'].into_iter().fold(',', |best, mark| if count(mark) > count(best) { mark } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, delimiter: char) -> Vec<Vec<String>> {
        let records = Records::of(text, delimiter);
        records.rows.iter().map(|record| records.cells(record).map(|(_, text)| text.to_owned()).collect()).collect()
    }

    #[test]
    fn cells_know_their_place() {
        let text = "a,b\r\n\n1,\"x, \"\"y\"\"\",3\n";
        assert_eq!(texts(text, ',')[1..], [["1", "x, \"y\"", "3"]]);
        let records = Records::of(text, ',');
        assert_eq!(records.rows[1].line, 3);
        assert_eq!(records.cells(&records.rows[1]).map(|cell| cell.0).collect::<Vec<_>>(), [1, 3, 14]);
    }

    #[test]
    fn the_end_of_the_file_is_told_apart_from_a_line_break() {
        let last = |text: &str| Records::of(text, ',').rows.last().unwrap().end;
        assert_eq!(last("a\nb"), RecordEnd::File);
        assert_eq!(last("a\n\"b\nc"), RecordEnd::WithinQuotes);
        assert_eq!(last("a\r"), RecordEnd::LineBreak);
    }

    #[test]
    fn letters_of_any_width_count_one_column_each_and_quotes_within_a_cell_stay() {
        let records = Records::of("热线,5\n é \"q\",7\r\r\n8,9", ',');
        let cells = |record: usize| records.cells(&records.rows[record]).collect::<Vec<_>>();
        assert_eq!(cells(0), [(1, "热线"), (4, "5")]);
        assert_eq!(cells(1), [(1, " é \"q\""), (8, "7")]);
        assert_eq!((cells(2), records.rows[2].line), (vec![(1, "8"), (3, "9")], 4));
    }

    #[test]
    fn the_delimiter_is_the_commonest_mark_of_the_header() {
        assert_eq!(delimiter("\na;b;c\n1,5;2;3"), ';');
        assert_eq!(delimiter("a\tb"), '\t');
        assert_eq!(delimiter("value"), ',');
    }
}
