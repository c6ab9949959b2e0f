//! Reading a centre folder: everything is read and validated before anything is computed.

use std::path::Path;
use std::sync::Arc;

use scenarios::pipeline::ForecastWish;
use scenarios::{DemandChanges, OverrideFile};
use solver_data::io::{
    read_centre, read_contacts, read_drivers, read_history, read_mix, read_overrides, read_roster, sha256_hex,
};
use solver_data::{Centre, ContactHistory, PlanningGrid, RealContact, Roster, ValidationReport};

use super::failure::Failure;

/// Files of a centre folder that a plan depends on, in the order they are listed.
pub const CENTRE_FILES: [&str; 9] = [
    "centre.toml",
    "agents.csv",
    "history.csv",
    "calendar.csv",
    "overrides.csv",
    "changes.csv",
    "time_off.csv",
    "requests.csv",
    "actual_calls.csv",
];

/// A centre folder as read.
#[derive(Debug)]
pub struct CentreFolder {
    /// The centre.
    pub centre: Centre,
    /// Its history.
    pub history: ContactHistory,
    /// The planner's overrides of its forecast.
    pub changes: DemandChanges,
    /// Warnings and notes; no errors.
    pub findings: ValidationReport,
}

/// Everything found in a centre folder, usable or not.
pub struct Inspection {
    /// The centre, if it can be read.
    pub centre: Option<Centre>,
    /// The history, if it can be read.
    pub history: Option<ContactHistory>,
    /// The planner's overrides that can be read.
    pub changes: DemandChanges,
    /// All findings.
    pub findings: ValidationReport,
}

/// Reads a centre folder wholly and says everything there is to say about it.
pub fn inspect(dir: &Path) -> Inspection {
    let (centre, mut findings) = read_centre(dir);
    // The reader names files within the folder; a reader of the terminal wants the path.
    for finding in &mut findings.findings {
        finding.file = dir.join(&finding.file).display().to_string();
    }
    let zone = centre.as_ref().map(|centre| centre.zone);
    let (history, more) = read_history(&dir.join("history.csv"), zone);
    findings.absorb(more);
    if let (Some(centre), Some(history)) = (&centre, &history) {
        findings.absorb(scenarios::inputs::agree(centre, history, &dir.join("history.csv").display().to_string()));
    }
    let calls = dir.join("actual_calls.csv");
    if calls.is_file() {
        findings.absorb(read_contacts(&calls).1);
    }
    let queues: Option<Vec<&str>> = centre.as_ref().map(|centre| centre.queues.iter().map(|q| q.name.as_str()).collect());
    let (mix, drivers) = (dir.join("mix.csv"), dir.join("drivers.csv"));
    if mix.is_file() {
        findings.absorb(read_mix(&mix, queues.as_deref()).1);
    }
    if drivers.is_file() {
        findings.absorb(read_drivers(&drivers, queues.as_deref()).1);
    }
    let changes = overrides(dir, centre.as_ref(), &mut findings);
    Inspection { centre, history, changes, findings }
}

/// `overrides.csv` of the folder, where it is there.
fn overrides(dir: &Path, centre: Option<&Centre>, findings: &mut ValidationReport) -> DemandChanges {
    let path = dir.join("overrides.csv");
    let Some(centre) = centre.filter(|_| path.is_file()) else { return DemandChanges::default() };
    let names: Vec<&str> = centre.queues.iter().map(|queue| queue.name.as_str()).collect();
    let (rows, found) = read_overrides(&path, &names);
    findings.absorb(found);
    DemandChanges { overrides: vec![OverrideFile { name: path.display().to_string(), rows }], observed: None }
}

impl CentreFolder {
    /// What the folder itself asks of its forecast.
    pub fn wish(&self) -> ForecastWish {
        ForecastWish { changes: self.changes.clone(), ..ForecastWish::default() }
    }
}

/// Reads a centre folder.
///
/// # Errors
/// [`Failure::Input`] with every finding when any of them is an error.
pub fn open(dir: &Path) -> Result<CentreFolder, Failure> {
    let Inspection { centre, history, changes, findings } = inspect(dir);
    match (centre, history, findings.is_usable()) {
        (Some(centre), Some(history), true) => Ok(CentreFolder { centre, history, changes, findings }),
        _ => Err(Failure::Input(findings)),
    }
}

/// Reads real contacts; notes go to standard error.
///
/// # Errors
/// [`Failure::Input`].
pub fn contacts(path: &Path) -> Result<Vec<RealContact>, Failure> {
    usable(read_contacts(path))
}

/// Reads a roster; notes go to standard error.
///
/// # Errors
/// [`Failure::Input`].
pub fn roster(path: &Path, centre: &Centre, grid: &Arc<PlanningGrid>) -> Result<Roster, Failure> {
    usable(read_roster(path, centre, grid))
}

/// What was read, unless a finding is an error; other findings are printed.
///
/// # Errors
/// [`Failure::Input`].
pub fn usable<T>((read, findings): (Option<T>, ValidationReport)) -> Result<T, Failure> {
    match read {
        Some(read) if findings.is_usable() => {
            super::failure::print_notes(&findings);
            Ok(read)
        }
        _ => Err(Failure::Input(findings)),
    }
}

/// SHA-256 of every file of the folder that is there, by name.
pub fn hashes(dir: &Path) -> Vec<(String, String)> {
    let hash = |name: &&str| std::fs::read(dir.join(name)).ok().map(|bytes| ((*name).to_owned(), sha256_hex(&bytes)));
    CENTRE_FILES.iter().filter_map(hash).collect()
}
