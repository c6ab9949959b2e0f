//! Rosters of the days before the horizon: what agents bring into it.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use solver_data::io::read_past_roster;
use solver_data::{Centre, PlanningGrid, Severity, Tour, ValidationReport, carry_over};

use super::failure::{Failure, print_notes};

/// Rosters before the horizon.
#[derive(Debug, Clone, Default, Args)]
pub struct AfterArgs {
    /// Roster of the days before the horizon: days in a row, rest, weekends, the hours bank and night shifts that reach in
    /// are taken from it, and the columns of agents.csv stand for the day before it. Name it several times, oldest first or not
    #[arg(long, value_name = "FILE")]
    after: Vec<PathBuf>,
}

impl AfterArgs {
    /// Brings the centre's agents forward to `start`; returns the shifts that reach into the horizon.
    ///
    /// # Errors
    /// [`Failure::Input`] with the errors of all rosters.
    pub fn carry_over(&self, centre: &mut Centre, start: NaiveDate) -> Result<Vec<Tour>, Failure> {
        let mut findings = ValidationReport::default();
        let mut rosters = Vec::new();
        for path in &self.after {
            let (roster, found) = read_past_roster(path, centre, start);
            findings.absorb(found);
            rosters.extend(roster);
        }
        if findings.count(Severity::Error) > 0 {
            return Err(Failure::Input(findings));
        }
        print_notes(&findings);
        let grid = PlanningGrid::new(start, 1, centre.interval_minutes, centre.zone).map_err(scenarios::PlanError::from)?;
        Ok(carry_over(centre, &rosters, &grid))
    }
}
