//! Writing files so that nothing half-written stays: temporary file in the same folder, flush to disk, rename.

use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// An output that cannot be written; nothing of it stays.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The folder cannot be made or written to.
    #[error("the folder {} cannot be written to: {cause}; choose another with -o, or change its permissions", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The system's words.
        cause: String,
    },
    /// A folder stands where the file shall go.
    #[error("{} is a folder; name a file for the output, or move the folder away", path.display())]
    Occupied {
        /// The path.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("{} cannot be written: {cause}; nothing of it was kept", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's words.
        cause: String,
    },
}

/// Writes one file whole or not at all.
///
/// A target that is no regular file, such as a pipe or `/dev/null`, is written to directly.
///
/// # Errors
/// [`WriteError`] when the folder or the file cannot be written; an old file is then untouched.
pub fn write_file(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    let fails = |error: std::io::Error| WriteError::File { path: path.to_owned(), cause: error.to_string() };
    if path.exists() && !path.is_file() && !path.is_dir() {
        return std::fs::write(path, content).map_err(fails);
    }
    Staged::new(path, content)?.publish()
}

/// Files of one run: all are staged beside their places before the first is put there.
///
/// Dropped without [`OutputSet::publish`], it leaves the folder as it was.
#[derive(Debug)]
pub struct OutputSet {
    folder: PathBuf,
    staged: Vec<Staged>,
    made: Option<PathBuf>,
}

impl OutputSet {
    /// A set of outputs in `folder`, which is made where it does not exist.
    ///
    /// # Errors
    /// [`WriteError::Folder`] when the folder cannot be made or written to.
    pub fn new(folder: &Path) -> Result<Self, WriteError> {
        let made = folder
            .ancestors()
            .take_while(|ancestor| !ancestor.as_os_str().is_empty() && !ancestor.exists())
            .last()
            .map(Path::to_owned);
        let refuse = |error: std::io::Error| WriteError::Folder { folder: folder.to_owned(), cause: error.to_string() };
        std::fs::create_dir_all(folder).map_err(refuse)?;
        let set = Self { folder: folder.to_owned(), staged: Vec::new(), made };
        // Told before hours of work, not after: a file can be made here.
        tempfile::tempfile_in(folder).map_err(refuse)?;
        Ok(set)
    }

    /// Stages a file by its name in the folder.
    ///
    /// # Errors
    /// [`WriteError`] when it cannot be written; the set stays unpublished.
    pub fn stage(&mut self, name: &str, content: &[u8]) -> Result<(), WriteError> {
        self.staged.push(Staged::new(&self.folder.join(name), content)?);
        Ok(())
    }

    /// Puts every staged file in its place.
    ///
    /// Returns the paths in the order staged.
    ///
    /// # Errors
    /// [`WriteError`] when a place was taken by a folder meanwhile; files are then whole, old or new.
    pub fn publish(mut self) -> Result<Vec<PathBuf>, WriteError> {
        self.staged.iter().try_for_each(Staged::check_place)?;
        self.made = None;
        let staged = std::mem::take(&mut self.staged);
        staged
            .into_iter()
            .map(|file| {
                let path = file.path.clone();
                file.publish().map(|()| path)
            })
            .collect()
    }
}

impl Drop for OutputSet {
    fn drop(&mut self) {
        self.staged.clear();
        if let Some(top) = &self.made {
            // Only folders this set made and nothing else was put into: `remove_dir` refuses others.
            for folder in self.folder.ancestors().take_while(|folder| folder.starts_with(top)) {
                let _ = std::fs::remove_dir(folder);
            }
        }
    }
}

/// A file written under a temporary name.
#[derive(Debug)]
struct Staged {
    path: PathBuf,
    file: NamedTempFile,
}

impl Staged {
    fn new(path: &Path, content: &[u8]) -> Result<Self, WriteError> {
        // A link keeps pointing at its file: the file is replaced, not the link.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".shiftcast-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any new file: the user's mask is applied on top.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let file = builder
            .tempfile_in(folder)
            .map_err(|error| WriteError::Folder { folder: folder.to_owned(), cause: error.to_string() })?;
        let mut staged = Self { path: path.clone(), file };
        staged.check_place()?;
        let fails = |error: std::io::Error| WriteError::File { path: path.clone(), cause: error.to_string() };
        staged.file.write_all(content).map_err(fails)?;
        staged.file.as_file().sync_all().map_err(fails)?;
        Ok(staged)
    }

    fn check_place(&self) -> Result<(), WriteError> {
        if self.path.is_dir() { Err(WriteError::Occupied { path: self.path.clone() }) } else { Ok(()) }
    }

    fn publish(self) -> Result<(), WriteError> {
        self.check_place()?;
        match self.file.persist(&self.path) {
            Ok(_) => Ok(()),
            Err(error) => Err(WriteError::File { path: self.path, cause: error.error.to_string() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("roster.csv");
        write_file(&path, b"old and long").unwrap();
        write_file(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["roster.csv"]);
    }

    #[test]
    fn a_folder_in_the_place_or_a_file_as_folder_is_a_clear_error() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        std::fs::create_dir(&taken).unwrap();
        assert!(matches!(write_file(&taken, b"x"), Err(WriteError::Occupied { .. })));
        let file = folder.path().join("file");
        std::fs::write(&file, b"x").unwrap();
        assert!(matches!(OutputSet::new(&file.join("out")), Err(WriteError::Folder { .. })));
        assert!(matches!(write_file(&file.join("out.csv"), b"x"), Err(WriteError::Folder { .. })));
        assert_eq!(names(folder.path()), ["file", "taken"]);
    }

    #[test]
    fn a_set_appears_wholly_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("a").join("b");
        let mut set = OutputSet::new(&out).unwrap();
        set.stage("one.csv", b"1").unwrap();
        drop(set);
        assert!(names(folder.path()).is_empty());

        let mut set = OutputSet::new(&out).unwrap();
        set.stage("one.csv", b"1").unwrap();
        set.stage("two.csv", b"2").unwrap();
        assert_eq!(set.publish().unwrap().len(), 2);
        assert_eq!(names(&out), ["one.csv", "two.csv"]);

        std::fs::create_dir(out.join("three.csv")).unwrap();
        let mut set = OutputSet::new(&out).unwrap();
        set.stage("one.csv", b"changed").unwrap();
        assert!(matches!(set.stage("three.csv", b"3"), Err(WriteError::Occupied { .. })));
        drop(set);
        assert_eq!(std::fs::read(out.join("one.csv")).unwrap(), b"1");
        assert_eq!(names(&out), ["one.csv", "three.csv", "two.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_never_replaced() {
        write_file(Path::new("/dev/null"), b"x").unwrap();
        assert!(!Path::new("/dev/null").is_file());
    }
}
