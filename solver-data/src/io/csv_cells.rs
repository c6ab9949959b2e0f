//! Splits delimited text into cells that know their line and column.
//!
//! The `csv` crate tells where a record starts, but not in which column a cell does, nor that the file ended within
//! quotes; findings need both.

/// One record: its line, its cells with their column, and how it ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Record {
    /// Line of its first character, counted from 1.
    pub(super) line: u32,
    /// Column (characters, from 1) and text of each cell.
    pub(super) cells: Vec<(u32, String)>,
    /// How it ended.
    pub(super) end: RecordEnd,
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

/// The records of `text`, blank lines left out.
pub(super) fn records(text: &str, delimiter: char) -> Vec<Record> {
    let mut records = Vec::new();
    let mut letters = text.chars().peekable();
    let (mut line, mut column) = (1u32, 1u32);
    while letters.peek().is_some() {
        let mut record = Record { line, cells: Vec::new(), end: RecordEnd::File };
        loop {
            let (cell, stop) = cell(&mut letters, delimiter, &mut line, &mut column);
            record.cells.push(cell);
            match stop {
                Stop::Delimiter => {}
                Stop::Record(end) => {
                    record.end = end;
                    break;
                }
            }
        }
        if record.cells.len() > 1 || !record.cells[0].1.trim().is_empty() {
            records.push(record);
        }
    }
    records
}

enum Stop {
    Delimiter,
    Record(RecordEnd),
}

/// Reads one cell with what ends it; `""` within quotes is a quote.
fn cell(
    letters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    delimiter: char,
    line: &mut u32,
    column: &mut u32,
) -> ((u32, String), Stop) {
    let start = *column;
    let mut text = String::new();
    let mut quoted = false;
    while let Some(letter) = letters.next() {
        *column = column.saturating_add(1);
        let breaks = letter == '\n' || letter == '\r';
        if letter == '\r' && letters.peek() == Some(&'\n') {
            letters.next();
        }
        if breaks {
            *line = line.saturating_add(1);
            *column = 1;
        }
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                *column = column.saturating_add(1);
                text.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if text.trim().is_empty() => quoted = true,
            _ if quoted => text.push(if breaks { '\n' } else { letter }),
            _ if breaks => return ((start, text), Stop::Record(RecordEnd::LineBreak)),
            _ if letter == delimiter => return ((start, text), Stop::Delimiter),
            _ => text.push(letter),
        }
    }
    let end = if quoted { RecordEnd::WithinQuotes } else { RecordEnd::File };
    ((start, text), Stop::Record(end))
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

    fn texts(record: &Record) -> Vec<&str> {
        record.cells.iter().map(|(_, text)| text.as_str()).collect()
    }

    #[test]
    fn cells_know_their_place() {
        let records = records("a,b\r\n\n1,\"x, \"\"y\"\"\",3\n", ',');
        assert_eq!(records.len(), 2);
        assert_eq!(texts(&records[1]), ["1", "x, \"y\"", "3"]);
        assert_eq!(records[1].line, 3);
        assert_eq!(records[1].cells.iter().map(|cell| cell.0).collect::<Vec<_>>(), [1, 3, 14]);
    }

    #[test]
    fn the_end_of_the_file_is_told_apart_from_a_line_break() {
        assert_eq!(records("a\nb", ',')[1].end, RecordEnd::File);
        assert_eq!(records("a\n\"b\nc", ',')[1].end, RecordEnd::WithinQuotes);
        assert_eq!(records("a\r", ',')[0].end, RecordEnd::LineBreak);
    }

    #[test]
    fn the_delimiter_is_the_commonest_mark_of_the_header() {
        assert_eq!(delimiter("\na;b;c\n1,5;2;3"), ';');
        assert_eq!(delimiter("a\tb"), '\t');
        assert_eq!(delimiter("value"), ',');
    }
}
