//! From bytes to text: byte order marks, UTF-16, GB18030, Big5, and the lines that no encoding explains.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use crate::finding::Finding;

/// Undecodable lines listed one by one before they are only counted.
const LISTED_LINES: usize = 5;

/// A file that cannot be opened or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// There is no such file.
    #[error("{} does not exist", path.display())]
    Missing {
        /// Path as given.
        path: PathBuf,
    },
    /// The path names a folder.
    #[error("{} is a folder, where a file is needed", path.display())]
    Folder {
        /// Path as given.
        path: PathBuf,
    },
    /// The system refuses.
    #[error("{} cannot be read: {cause}", path.display())]
    Refused {
        /// Path as given.
        path: PathBuf,
        /// The system's words.
        cause: String,
    },
}

impl ReadError {
    /// The same as a finding, for readers that gather everything.
    pub fn finding(&self) -> Finding {
        let (path, hint) = match self {
            Self::Missing { path } => (path, "check the path, or make the file"),
            Self::Folder { path } => (path, "name a file within the folder"),
            Self::Refused { path, .. } => (path, "check that the file may be read by you"),
        };
        Finding::error(path.display().to_string(), self.to_string(), hint)
    }
}

/// The text of a file and how it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceText {
    /// File as findings shall name it.
    pub name: String,
    /// The text without byte order mark; what cannot be decoded stands as U+FFFD.
    pub text: String,
    /// Encoding by its standard name, such as `UTF-8` or `GBK` (which stands for GB18030, too).
    pub encoding: &'static str,
    /// A note where it is not plain UTF-8, an error for each line that cannot be decoded.
    pub findings: Vec<Finding>,
}

/// The text of the file at `path`, named by that path in findings.
///
/// # Errors
/// [`ReadError`] when there is no such file, it is a folder, or the system refuses.
pub fn read_text(path: &Path) -> Result<SourceText, ReadError> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(SourceText::decode(&path.display().to_string(), &bytes)),
        Err(_) if path.is_dir() => Err(ReadError::Folder { path: path.to_owned() }),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(ReadError::Missing { path: path.to_owned() }),
        Err(error) => Err(ReadError::Refused { path: path.to_owned(), cause: error.to_string() }),
    }
}

impl SourceText {
    /// The text of `bytes`, whatever they are; `name` is the file as findings shall name it.
    pub fn decode(name: &str, bytes: &[u8]) -> Self {
        let (encoding, marked) = match Encoding::for_bom(bytes) {
            Some((encoding, length)) => (encoding, Some(length)),
            None => (guess(bytes), None),
        };
        let (text, undecodable) = encoding.decode_without_bom_handling(&bytes[marked.unwrap_or(0)..]);
        let mut source = Self { name: name.to_owned(), text: text.into_owned(), encoding: encoding.name(), findings: Vec::new() };
        source.note_encoding(encoding, if marked.is_some() { " with a byte order mark" } else { "" });
        if undecodable {
            source.find_undecodable_lines();
        }
        source.find_zero_bytes();
        source
    }

    fn note_encoding(&mut self, encoding: &'static Encoding, mark: &str) {
        if encoding != UTF_8 {
            let shown = if encoding == GBK { "GB18030" } else { encoding.name() };
            self.findings.push(Finding::note(
                &self.name,
                format!("the file is written in {shown}{mark} and was read so"),
                "nothing to do; save it as UTF-8 if names look wrong",
            ));
        } else if !mark.is_empty() {
            self.findings.push(Finding::note(
                &self.name,
                "the file begins with a UTF-8 byte order mark, which was skipped",
                "nothing to do",
            ));
        }
    }

    fn find_undecodable_lines(&mut self) {
        let mut lines = 0;
        for (index, line) in self.text.lines().enumerate() {
            let Some(at) = line.chars().position(|letter| letter == char::REPLACEMENT_CHARACTER) else { continue };
            lines += 1;
            if lines <= LISTED_LINES {
                let message = format!("the line holds bytes that are not {}", self.encoding);
                let hint = "save the whole file in one encoding, UTF-8 at best";
                self.findings.push(Finding::error(&self.name, message, hint).at(index as u32 + 1, at as u32 + 1));
            }
        }
        if lines > LISTED_LINES {
            let message = format!("{} more lines hold bytes that are not {}", lines - LISTED_LINES, self.encoding);
            self.findings.push(Finding::error(&self.name, message, "save the whole file in one encoding, UTF-8 at best"));
        }
    }

    fn find_zero_bytes(&mut self) {
        let place = self.text.lines().enumerate().find_map(|(line, text)| Some((line, text.chars().position(|c| c == '\0')?)));
        if let Some((line, column)) = place {
            let message = "the file holds zero bytes, so it is not a text file";
            let hint = "export it as CSV or text in UTF-8; a spreadsheet must be saved as CSV first";
            self.findings.push(Finding::error(&self.name, message, hint).at(line as u32 + 1, column as u32 + 1));
        }
    }
}

/// The encoding of bytes without a mark.
fn guess(bytes: &[u8]) -> &'static Encoding {
    if let Some(wide) = guess_wide(bytes) {
        return wide;
    }
    if std::str::from_utf8(bytes).is_ok() || mostly_utf8(bytes) {
        return UTF_8;
    }
    // Codes and names are short: too little for statistics, so a text that decodes wholly to Chinese is Chinese.
    if decodes_to_chinese(GB18030, bytes) {
        return GBK;
    }
    if decodes_to_chinese(BIG5, bytes) {
        return BIG5;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-16 without a mark: in tables most characters are ASCII, so every other byte is zero.
fn guess_wide(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.len() < 4 {
        return None;
    }
    let pairs = bytes.chunks_exact(2);
    let count = pairs.len();
    let (mut high_first, mut low_first) = (0, 0);
    for pair in pairs {
        match (pair[0], pair[1]) {
            (0, 1..) => high_first += 1,
            (1.., 0) => low_first += 1,
            _ => {}
        }
    }
    if low_first * 2 > count && high_first == 0 {
        Some(UTF_16LE)
    } else if high_first * 2 > count && low_first == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether a file with a few bad bytes is still UTF-8: more good multi-byte characters than bad sequences.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|letter| letter.len_utf8() > 1).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad
}

fn decodes_to_chinese(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).is_some_and(|text| {
        let is_chinese = |c: char| matches!(c, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
        text.chars().filter(|c| !c.is_ascii()).all(is_chinese)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use proptest::prelude::*;

    const CHINESE: &str = "queue,name\nA,客服热线\nB,投诉\n";

    fn severities(source: &SourceText) -> Vec<Severity> {
        source.findings.iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn plain_utf8_is_read_without_a_word() {
        let source = SourceText::decode("a.csv", CHINESE.as_bytes());
        assert_eq!((source.text.as_str(), source.encoding), (CHINESE, "UTF-8"));
        assert!(source.findings.is_empty());
    }

    #[test]
    fn a_byte_order_mark_is_skipped_with_a_note() {
        let bytes = [b"\xef\xbb\xbf".as_slice(), CHINESE.as_bytes()].concat();
        let source = SourceText::decode("a.csv", &bytes);
        assert_eq!(source.text, CHINESE);
        assert_eq!(severities(&source), [Severity::Note]);
    }

    #[test]
    fn gb18030_and_big5_are_recognised() {
        for encoding in [GB18030, BIG5] {
            let traditional = "queue,name\nA,客服\nB,台灣客戶服務中心\n";
            let text = if encoding == BIG5 { traditional } else { CHINESE };
            let source = SourceText::decode("a.csv", &encoding.encode(text).0);
            if encoding == GB18030 {
                assert_eq!((source.text.as_str(), source.encoding), (text, "GBK"));
            }
            assert_eq!(source.findings[0].severity, Severity::Note);
        }
    }

    #[test]
    fn utf16_is_recognised_with_and_without_a_mark() {
        let little: Vec<u8> = CHINESE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = CHINESE.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (mark, bytes) in [(&[][..], &little), (&[], &big), (&[0xff, 0xfe], &little), (&[0xfe, 0xff], &big)] {
            let source = SourceText::decode("a.csv", &[mark, bytes].concat());
            assert_eq!(source.text, CHINESE);
            assert_eq!(severities(&source), [Severity::Note]);
        }
    }

    #[test]
    fn a_line_in_another_encoding_is_named() {
        let bytes = [CHINESE.as_bytes(), &GB18030.encode("C,客服\n").0].concat();
        let source = SourceText::decode("a.csv", &bytes);
        let finding = &source.findings[0];
        assert_eq!((finding.severity, finding.line, finding.column), (Severity::Error, Some(4), Some(3)));
    }

    #[test]
    fn a_missing_file_and_a_folder_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let missing = read_text(&folder.path().join("no.csv")).unwrap_err();
        assert!(missing.to_string().ends_with("no.csv does not exist"), "{missing}");
        assert!(matches!(read_text(folder.path()), Err(ReadError::Folder { .. })));
    }

    proptest! {
        #[test]
        fn any_bytes_are_text_or_findings(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let source = SourceText::decode("a", &bytes);
            prop_assert!(source.findings.iter().all(|finding| finding.file == "a"));
        }
    }
}
