//! Parquet files: flat tables of required columns, one row group, plain encoding, uncompressed.
//!
//! Enough for results that notebooks read; written by hand, since a table of numbers needs no library of columns.
//!
//! # Source
//! Apache Parquet format 2.10, `parquet.thrift`; Thrift compact protocol.

/// Bytes at both ends of a file.
const MAGIC: &[u8; 4] = b"PAR1";

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct ParquetColumn {
    /// Name.
    pub name: String,
    /// Its values, as many as every other column has.
    pub values: ParquetValues,
}

/// Values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum ParquetValues {
    /// Texts.
    Text(Vec<String>),
    /// Numbers.
    Number(Vec<f64>),
    /// Whole numbers.
    Whole(Vec<i64>),
}

impl ParquetValues {
    fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Whole(values) => values.len(),
        }
    }

    /// Physical type of the format.
    fn kind(&self) -> i64 {
        match self {
            Self::Whole(_) => 2,
            Self::Number(_) => 5,
            Self::Text(_) => 6,
        }
    }

    /// The values in plain encoding.
    fn plain(&self) -> Vec<u8> {
        match self {
            Self::Text(values) => {
                values.iter().flat_map(|text| (text.len() as u32).to_le_bytes().into_iter().chain(text.bytes())).collect()
            }
            Self::Number(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Self::Whole(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        }
    }
}

/// The bytes of a Parquet file of these columns.
pub fn parquet_table(columns: &[ParquetColumn]) -> Vec<u8> {
    let rows = columns.first().map_or(0, |column| column.values.len()) as i64;
    let mut file = MAGIC.to_vec();
    let mut chunks = Vec::new();
    for column in columns {
        let offset = file.len() as i64;
        let data = column.values.plain();
        file.extend(page_header(data.len() as i64, rows));
        file.extend(data);
        chunks.push((offset, file.len() as i64 - offset));
    }
    let footer = footer(columns, &chunks, rows);
    let length = (footer.len() as u32).to_le_bytes();
    file.extend(footer);
    file.extend(length);
    file.extend(MAGIC);
    file
}

/// A struct of Thrift's compact protocol under writing; fields come in ascending order.
#[derive(Debug, Default)]
struct Compact {
    bytes: Vec<u8>,
    last: u8,
}

impl Compact {
    fn field(&mut self, id: u8, kind: u8) {
        // Ids of our structs never lie more than 15 apart.
        self.bytes.push((id - self.last) << 4 | kind);
        self.last = id;
    }

    fn whole(mut self, id: u8, kind: u8, value: i64) -> Self {
        self.field(id, kind);
        zigzag(&mut self.bytes, value);
        self
    }

    fn i32(self, id: u8, value: i64) -> Self {
        self.whole(id, 5, value)
    }

    fn i64(self, id: u8, value: i64) -> Self {
        self.whole(id, 6, value)
    }

    fn text(mut self, id: u8, text: &str) -> Self {
        self.field(id, 8);
        binary(&mut self.bytes, text);
        self
    }

    fn inner(mut self, id: u8, inner: Self) -> Self {
        self.field(id, 12);
        self.bytes.extend(inner.end());
        self
    }

    /// A list whose elements are written already.
    fn list(mut self, id: u8, kind: u8, elements: &[Vec<u8>]) -> Self {
        self.field(id, 9);
        match elements.len() {
            few @ 0..=14 => self.bytes.push((few as u8) << 4 | kind),
            many => {
                self.bytes.push(0xF0 | kind);
                varint(&mut self.bytes, many as u64);
            }
        }
        self.bytes.extend(elements.concat());
        self
    }

    fn end(mut self) -> Vec<u8> {
        self.bytes.push(0);
        self.bytes
    }
}

fn varint(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

fn zigzag(bytes: &mut Vec<u8>, value: i64) {
    varint(bytes, ((value << 1) ^ (value >> 63)) as u64);
}

fn binary(bytes: &mut Vec<u8>, text: &str) {
    varint(bytes, text.len() as u64);
    bytes.extend(text.bytes());
}

/// A data page of plain values without levels: every value is required.
fn page_header(length: i64, rows: i64) -> Vec<u8> {
    let page = Compact::default().i32(1, rows).i32(2, 0).i32(3, 3).i32(4, 3);
    Compact::default().i32(1, 0).i32(2, length).i32(3, length).inner(5, page).end()
}

fn footer(columns: &[ParquetColumn], chunks: &[(i64, i64)], rows: i64) -> Vec<u8> {
    let mut schema = vec![Compact::default().text(4, "schema").i32(5, columns.len() as i64).end()];
    schema.extend(columns.iter().map(|column| {
        let element = Compact::default().i32(1, column.values.kind()).i32(3, 0).text(4, &column.name);
        let is_text = matches!(column.values, ParquetValues::Text(_));
        if is_text { element.i32(6, 0) } else { element }.end()
    }));
    let chunk = |(column, &(offset, size)): (&ParquetColumn, &(i64, i64))| {
        let (mut plain, mut path) = (Vec::new(), Vec::new());
        zigzag(&mut plain, 0);
        binary(&mut path, &column.name);
        let meta = Compact::default()
            .i32(1, column.values.kind())
            .list(2, 5, &[plain])
            .list(3, 8, &[path])
            .i32(4, 0)
            .i64(5, rows)
            .i64(6, size)
            .i64(7, size)
            .i64(9, offset);
        Compact::default().i64(2, offset).inner(3, meta).end()
    };
    let chunks_written: Vec<Vec<u8>> = columns.iter().zip(chunks).map(chunk).collect();
    let total = chunks.iter().map(|(_, size)| size).sum();
    let group = Compact::default().list(1, 12, &chunks_written).i64(2, total).i64(3, rows).end();
    Compact::default()
        .i32(1, 1)
        .list(2, 12, &schema)
        .i64(3, rows)
        .list(4, 12, &[group])
        .text(6, concat!("shiftcast ", env!("CARGO_PKG_VERSION")))
        .end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_marks_and_its_values() {
        let columns = [
            ParquetColumn { name: "name".to_owned(), values: ParquetValues::Text(vec!["a".to_owned(), "bc".to_owned()]) },
            ParquetColumn { name: "x".to_owned(), values: ParquetValues::Number(vec![1.5, -2.0]) },
            ParquetColumn { name: "k".to_owned(), values: ParquetValues::Whole(vec![1, -1]) },
        ];
        let file = parquet_table(&columns);
        assert_eq!((&file[..4], &file[file.len() - 4..]), (&MAGIC[..], &MAGIC[..]));
        let length = u32::from_le_bytes(file[file.len() - 8..file.len() - 4].try_into().unwrap()) as usize;
        assert!(length < file.len());
        let values: Vec<u8> = [1.5_f64, -2.0].iter().flat_map(|value| value.to_le_bytes()).collect();
        assert!(file.windows(16).any(|bytes| bytes == values));
        assert_eq!(parquet_table(&columns), file);
    }

    #[test]
    fn numbers_are_zigzag_varints() {
        let coded = |value| {
            let mut bytes = Vec::new();
            zigzag(&mut bytes, value);
            bytes
        };
        assert_eq!([coded(0), coded(-1), coded(1), coded(150)], [vec![0], vec![1], vec![2], vec![0xAC, 0x02]]);
    }
}
