//! What a sweep has finished so far: one line a scenario, appended as it is done, so that an interruption loses nothing.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use scenarios::scenario::{PointRow, RosterChoice};
use serde_json::{Value, json};

use super::failure::Failure;

/// A part of a sweep: scenario `i` belongs to part `i mod n`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 1.
    pub part: usize,
    /// Of how many.
    pub of: usize,
}

impl Shard {
    /// The whole sweep.
    pub const WHOLE: Self = Self { part: 1, of: 1 };

    /// Whether a scenario belongs to the part.
    pub fn holds(self, point: usize) -> bool {
        point % self.of == self.part - 1
    }

    /// What a file of the part has behind its name.
    pub fn suffix(self) -> String {
        if self == Self::WHOLE { String::new() } else { format!("-{}-of-{}", self.part, self.of) }
    }
}

/// `2/4`.
///
/// # Errors
/// What is wanted instead.
pub fn shard(text: &str) -> Result<Shard, String> {
    let wanted = || "write it as 2/4: the second of four parts".to_owned();
    let (part, of) = text.split_once('/').ok_or_else(wanted)?;
    let (part, of) = (part.trim().parse().map_err(|_| wanted())?, of.trim().parse().map_err(|_| wanted())?);
    if part < 1 || part > of || of > 10_000 { Err(wanted()) } else { Ok(Shard { part, of }) }
}

/// Results of finished scenarios.
pub type Finished = BTreeMap<usize, Vec<PointRow>>;

/// The journal of one run.
pub struct Journal {
    file: Mutex<File>,
    path: PathBuf,
    key: String,
}

impl Journal {
    /// Opens the journal of a part for appending.
    ///
    /// # Errors
    /// [`Failure`] when the folder cannot be written.
    pub fn open(folder: &Path, key: &str, shard: Shard) -> Result<Self, Failure> {
        let path = folder.join(format!("progress{}.jsonl", shard.suffix()));
        let failed = |cause: &std::io::Error| Failure::output(&path.display().to_string(), cause);
        std::fs::create_dir_all(folder).map_err(|cause| failed(&cause))?;
        let torn = std::fs::read(&path).is_ok_and(|bytes| bytes.last().is_some_and(|&last| last != b'\n'));
        let mut file = OpenOptions::new().create(true).append(true).open(&path).map_err(|cause| failed(&cause))?;
        if torn {
            // The line that an interruption cut off stands for itself and is not read.
            file.write_all(b"\n").map_err(|cause| failed(&cause))?;
        }
        Ok(Self { file: Mutex::new(file), path, key: key.to_owned() })
    }

    /// Appends a finished scenario.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be written.
    pub fn add(&self, point: usize, rows: &[PointRow]) -> Result<(), Failure> {
        let rows: Vec<Value> = rows.iter().map(|row| json!({ "roster": row.roster.name(), "values": row.values })).collect();
        let line = format!("{}\n", json!({ "key": self.key, "point": point, "rows": rows }));
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let written = file.write_all(line.as_bytes()).and_then(|()| file.flush());
        written.map_err(|cause| Failure::output(&self.path.display().to_string(), &cause))
    }
}

/// What all journals of a folder hold of the sweep with this key.
pub fn finished(folder: &Path, key: &str, columns: usize) -> Finished {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            name.starts_with("progress") && path.extension().is_some_and(|extension| extension == "jsonl")
        })
        .collect();
    names.sort_unstable();
    let mut found = Finished::new();
    for path in names {
        for line in std::fs::read_to_string(path).unwrap_or_default().lines() {
            if let Some((point, rows)) = read_line(line, key, columns) {
                found.insert(point, rows);
            }
        }
    }
    found
}

fn read_line(line: &str, key: &str, columns: usize) -> Option<(usize, Vec<PointRow>)> {
    let line: Value = serde_json::from_str(line).ok()?;
    if line.get("key")?.as_str()? != key {
        return None;
    }
    let row = |row: &Value| -> Option<PointRow> {
        let roster = match row.get("roster")?.as_str()? {
            "kept" => RosterChoice::Kept,
            "replanned" => RosterChoice::Replanned,
            _ => return None,
        };
        let values: Vec<f64> = row.get("values")?.as_array()?.iter().map(Value::as_f64).collect::<Option<_>>()?;
        (values.len() == columns).then_some(PointRow { roster, values })
    };
    let rows = line.get("rows")?.as_array()?.iter().map(row).collect::<Option<Vec<_>>>()?;
    Some((usize::try_from(line.get("point")?.as_u64()?).ok()?, rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_line_and_another_sweep_s_lines_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let row = PointRow { roster: RosterChoice::Kept, values: vec![0.1 + 0.2, -1.0] };
        let journal = Journal::open(folder.path(), "k", Shard::WHOLE).unwrap();
        journal.add(3, std::slice::from_ref(&row)).unwrap();
        drop(journal);
        let path = folder.path().join("progress.jsonl");
        let mut text = std::fs::read_to_string(&path).unwrap();
        text.push_str("{\"key\":\"k\",\"point\":4,\"ro");
        std::fs::write(&path, text).unwrap();
        Journal::open(folder.path(), "other", Shard { part: 1, of: 2 }).unwrap().add(5, std::slice::from_ref(&row)).unwrap();
        Journal::open(folder.path(), "k", Shard::WHOLE).unwrap().add(6, std::slice::from_ref(&row)).unwrap();
        let found = finished(folder.path(), "k", 2);
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), [3, 6]);
        assert_eq!(found[&3], [row]);
    }

    #[test]
    fn shards_part_the_whole() {
        let parts: Vec<Shard> = (1..=3).map(|part| shard(&format!("{part}/3")).unwrap()).collect();
        assert!((0..20).all(|point| parts.iter().filter(|part| part.holds(point)).count() == 1));
        assert!(["0/3", "4/3", "1", "a/b"].iter().all(|text| shard(text).is_err()));
    }
}
