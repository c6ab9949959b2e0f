//! Where scenarios are found: as files, in the centre's folder, in the catalogue.

use std::path::{Path, PathBuf};

use scenarios::scenario::catalog;
use solver_data::io::{ScenarioShelf, SourceText, read_text};

/// The scenarios of a centre folder and the catalogue behind it.
#[derive(Debug, Clone)]
pub struct FolderShelf {
    folder: PathBuf,
}

impl FolderShelf {
    /// The shelf of the centre in `dir`.
    pub fn new(dir: &Path) -> Self {
        Self { folder: dir.join("scenarios") }
    }
}

impl ScenarioShelf for FolderShelf {
    fn text(&self, name: &str) -> Option<SourceText> {
        let own = self.folder.join(format!("{name}.toml"));
        let named = Path::new(name);
        let is_file = named.extension().is_some_and(|extension| extension == "toml") && named.is_file();
        let path = if is_file { named.to_owned() } else { own };
        if let Ok(source) = read_text(&path) {
            return Some(source);
        }
        catalog::text(name).map(|text| SourceText::decode(&format!("catalog/{name}.toml"), text.as_bytes()))
    }

    fn names(&self) -> Vec<String> {
        let own = std::fs::read_dir(&self.folder).into_iter().flatten().flatten().filter_map(|entry| {
            let path = entry.path();
            let is_scenario = path.extension().is_some_and(|extension| extension == "toml");
            is_scenario.then(|| path.file_stem().map(|stem| stem.to_string_lossy().into_owned())).flatten()
        });
        let mut names: Vec<String> = own.collect();
        names.sort_unstable();
        names.extend(catalog::SCENARIOS.iter().map(|(name, _)| (*name).to_owned()));
        names
    }
}
