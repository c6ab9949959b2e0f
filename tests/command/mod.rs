//! The program under test and a bank folder to run it on.
#![allow(dead_code, reason = "each test file uses its part")]
#![expect(clippy::unwrap_used, reason = "a test that cannot start has failed")]

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

/// First day of the embedded bank's week.
pub const START: &str = "1999-10-24";

/// Runs the program with arguments.
pub fn shiftcast(arguments: &[&str]) -> Output {
    Command::cargo_bin("shiftcast").unwrap().args(arguments).output().unwrap()
}

/// Exit status of an output.
pub fn status(output: &Output) -> i32 {
    output.status.code().expect("the program ended by itself")
}

/// Standard output as text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Standard error as text.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder with the bank's centre in `bank`.
pub struct Bank {
    folder: TempDir,
}

impl Bank {
    /// A fresh bank.
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let bank = Self { folder };
        let made = shiftcast(&["init", bank.dir().to_str().unwrap(), "--template", "bank"]);
        assert_eq!(status(&made), 0, "{}", stderr(&made));
        bank
    }

    /// The centre folder.
    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("bank")
    }

    /// A path beside the centre folder.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Replaces the first occurrence of a text in a file of the centre.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.dir().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file} holds no {from:?}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    }

    /// Writes a file of the centre.
    pub fn write(&self, file: &str, bytes: &[u8]) {
        std::fs::write(self.dir().join(file), bytes).unwrap();
    }

    /// Reads a file of the centre.
    pub fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.dir().join(file)).unwrap()
    }

    /// Checks the folder.
    pub fn check(&self) -> Output {
        shiftcast(&["check", self.dir().to_str().unwrap()])
    }

    /// Plans the bank's week quickly into a folder beside the centre.
    pub fn plan(&self, out: &str, more: &[&str]) -> Output {
        let (dir, out) = (self.dir(), self.beside(out));
        let mut arguments = vec!["plan", dir.to_str().unwrap(), "--start", START, "-o", out.to_str().unwrap()];
        arguments.extend(["--iterations", "30", "--rounds", "1", "--replications", "8"]);
        arguments.extend(more);
        shiftcast(&arguments)
    }
}

/// Names of the files in a folder, sorted.
pub fn listing(folder: &Path) -> Vec<String> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let mut names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}
