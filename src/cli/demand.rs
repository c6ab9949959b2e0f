//! Expected demand as `forecast`, `peaks` and `explain` ask for it: from a centre folder or one history file, with the
//! planner's overrides, today's contacts and new queues.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use clap::Args;
use scenarios::forecast::{ForecastError, ForecastRequest, ModelChoice, NewQueue, Opening};
use scenarios::pipeline::{ForecastWish, expected_demand};
use scenarios::{DemandChanges, Expected, Horizon, OverrideFile, PlanError};
use solver_data::io::{read_observed, read_overrides};
use solver_data::{ContactHistory, DemandForecast, Donor, DonorVolume, Finding, PlanningGrid};

use super::contest::model_choice;
use super::failure::{Failure, print_notes};
use super::files::{self, CentreFolder, usable};
use super::oddities::oddities;
use super::single::SingleArgs;

/// Changes of a forecast after the model has spoken.
#[derive(Debug, Args)]
pub struct ChangeArgs {
    /// The planner's own rows: `queue,start,end,factor,contacts,author,reason,expires`; a centre's `overrides.csv` counts too
    #[arg(long, value_name = "FILE")]
    overrides: Option<PathBuf>,
    /// Contacts of the first day so far, in the history's columns: the rest of the day is updated
    #[arg(long, value_name = "FILE")]
    observed: Option<PathBuf>,
}

/// A queue without a history, in a history file without a centre.
#[derive(Debug, Args)]
pub struct NewQueueArgs {
    /// Name of a queue without a history, to be forecast from a donor
    #[arg(long, value_name = "NAME", requires_all = ["history", "donor", "level_of_new"])]
    new_queue: Option<String>,
    /// Queue of the history that the new one follows
    #[arg(long, value_name = "QUEUE", requires = "new_queue")]
    donor: Option<String>,
    /// Contacts the new queue is expected to get on an average open day
    #[arg(long, value_name = "N", requires = "new_queue", group = "level_of_new")]
    contacts_per_day: Option<f64>,
    /// Share of the donor's contacts the new queue is expected to get, such as 0.2
    #[arg(long, value_name = "SHARE", requires = "new_queue", group = "level_of_new")]
    share: Option<f64>,
    /// Handle time of the new queue in seconds [default: the donor's]
    #[arg(long, value_name = "SECONDS", requires = "new_queue")]
    aht: Option<f64>,
}

/// Where a forecast comes from, and for when.
#[derive(Debug, Args)]
pub struct DemandArgs {
    /// Centre folder; or give --history
    #[arg(required_unless_present = "history", conflicts_with = "history")]
    pub dir: Option<PathBuf>,
    #[command(flatten)]
    pub single: SingleArgs,
    /// First day of the forecast; rows from then on are not looked at
    #[arg(long, value_name = "DATE")]
    pub start: NaiveDate,
    /// Days to forecast
    #[arg(long, default_value_t = 7, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=731))]
    pub days: u32,
    /// Model that answers, such as `gradient_boosting`; `backtest --models all` shows how good each is [default: their pool]
    #[arg(long, value_name = "NAME", value_parser = model_choice)]
    pub model: Option<ModelChoice>,
    #[command(flatten)]
    pub changes: ChangeArgs,
    #[command(flatten)]
    pub new_queue: NewQueueArgs,
}

/// Whether what looks odd in the history is told again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryNotes {
    /// As `forecast` does.
    Told,
    /// For commands that only read a forecast.
    LeftOut,
}

/// A forecast with the centre it is for, if any.
pub struct Demand {
    /// The forecast.
    pub forecast: DemandForecast,
    /// The centre and the horizon's grids.
    pub centre: Option<(CentreFolder, Horizon)>,
}

impl DemandArgs {
    /// The forecast with its changes; notes go to standard error.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn expected(&self, wish: ForecastWish, notes: HistoryNotes) -> Result<Demand, Failure> {
        let wish = ForecastWish { model: self.model.clone().unwrap_or_default(), ..wish };
        let demand = match &self.dir {
            Some(dir) => self.of_centre(dir, wish, notes),
            None => self.of_history(wish, notes),
        };
        let (expected, centre) = demand?;
        print_notes(&expected.remarks);
        Ok(Demand { forecast: expected.forecast, centre })
    }

    fn of_centre(
        &self,
        dir: &Path,
        wish: ForecastWish,
        notes: HistoryNotes,
    ) -> Result<(Expected, Option<(CentreFolder, Horizon)>), Failure> {
        if let Some(name) = &self.new_queue.new_queue {
            let message = format!("a centre's queues stand in its folder, \"{name}\" too");
            let hint = "give the queue in centre.toml a `donor` with `contacts_per_day` or `share`";
            return Err(Failure::input(Finding::error("--new-queue", message, hint)));
        }
        let mut folder = files::open(dir)?;
        folder.centre.calendar.add_holidays(&self.single.holidays);
        let horizon = Horizon::new(&folder.centre, &folder.history, self.start, self.days).map_err(PlanError::from)?;
        let request = ForecastRequest {
            opening: Opening::Given(&folder.centre),
            gaps: wish.gaps,
            ..ForecastRequest::new(&folder.history, &folder.centre.calendar, horizon.demand.clone())
        };
        if notes == HistoryNotes::Told {
            print_notes(&oddities(&request, &dir.join("history.csv").display().to_string()));
        }
        let names: Vec<&str> = folder.centre.queues.iter().map(|queue| queue.name.as_str()).collect();
        let zone = Some(folder.centre.zone);
        let mut changes = self.changes.read(&names, (zone, folder.history.interval_minutes))?;
        // The folder's own file, named once more, still counts once.
        let own = dir.join("overrides.csv");
        if !self.changes.overrides.as_ref().is_some_and(|given| is_same_file(given, &own)) {
            changes.overrides.splice(0..0, folder.changes.overrides.iter().cloned());
        }
        let wish = ForecastWish { changes, ..wish };
        let expected = expected_demand(&folder.centre, &folder.history, &horizon, &wish);
        let expected = expected.map_err(|error| self.refused(&error, || Failure::in_folder(dir, &error)))?;
        Ok((expected, Some((folder, horizon))))
    }

    fn of_history(
        &self,
        wish: ForecastWish,
        notes: HistoryNotes,
    ) -> Result<(Expected, Option<(CentreFolder, Horizon)>), Failure> {
        let (history, calendar, interval) = self.single.read()?;
        let grid = PlanningGrid::new(self.start, self.days, interval, chrono_tz::UTC).map_err(|error| {
            Failure::input(Finding::error("--interval", error.to_string(), "leave it out for the history's own"))
        })?;
        let known = self.new_queue.without(&history);
        let request = ForecastRequest {
            levels: wish.levels,
            gaps: wish.gaps,
            outliers: wish.outliers,
            model: wish.model,
            ..ForecastRequest::new(&known, &calendar, Arc::new(grid))
        };
        let told = self.single.told(&request)?;
        if notes == HistoryNotes::Told {
            print_notes(&told);
        }
        let mut forecast = scenarios::forecast::forecast(&request).map_err(|error| self.single.refused(&error))?;
        let wanted = self.new_queue.wanted()?;
        if let Some(new) = &wanted {
            let all = ForecastRequest { history: &history, ..request.clone() };
            forecast = scenarios::forecast::with_new_queue(&all, &forecast, new).map_err(|error| self.single.refused(&error))?;
        }
        let names: Vec<&str> = forecast.queues.iter().map(|queue| queue.name.as_str()).collect();
        let changes = self.changes.read(&names, (None, history.interval_minutes))?;
        let donors: Vec<(&str, &str)> = wanted.iter().map(|new| (new.name.as_str(), new.donor.queue.as_str())).collect();
        let expected = Expected::of(&request, forecast, &changes, &donors).map_err(|error| match &error {
            PlanError::Forecast(cause) => self.refused(&error, || self.single.refused(cause)),
            _ => Failure::from(error),
        })?;
        Ok((expected, None))
    }

    /// A failure that the rows of today are to blame for is told about their file, any other as `otherwise` says.
    fn refused(&self, error: &PlanError, otherwise: impl FnOnce() -> Failure) -> Failure {
        match (error, &self.changes.observed) {
            (PlanError::Forecast(ForecastError::NothingObserved { .. } | ForecastError::Interval { .. }), Some(file)) => {
                let hint = "give rows of the first day from --start on, in the history's interval";
                Failure::input(Finding::error(file.display().to_string(), error.to_string(), hint))
            }
            _ => otherwise(),
        }
    }
}

/// Whether two paths lead to one file.
fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

impl ChangeArgs {
    /// Both files, or every error in them.
    fn read(&self, queues: &[&str], (zone, minutes): (Option<chrono_tz::Tz>, u32)) -> Result<DemandChanges, Failure> {
        let mut findings = solver_data::ValidationReport::default();
        let overrides = self.overrides.as_ref().map(|path| {
            let (rows, found) = read_overrides(path, queues);
            findings.absorb(found);
            OverrideFile { name: path.display().to_string(), rows }
        });
        let observed = self.observed.as_ref().map(|path| {
            let (observed, found) = read_observed(path, zone, minutes);
            findings.absorb(found);
            observed
        });
        usable((Some(()), findings))?;
        Ok(DemandChanges { overrides: overrides.into_iter().collect(), observed: observed.flatten() })
    }
}

impl NewQueueArgs {
    /// The new queue asked for.
    fn wanted(&self) -> Result<Option<NewQueue>, Failure> {
        let (Some(name), Some(donor)) = (&self.new_queue, &self.donor) else { return Ok(None) };
        let above_zero = |option: &str, value: f64| match value {
            value if value.is_finite() && value > 0.0 => Ok(value),
            value => Err(Failure::input(Finding::error(option, format!("{value} is not above 0"), "write a number above 0"))),
        };
        let volume = match (self.contacts_per_day, self.share) {
            (Some(contacts), _) => DonorVolume::ContactsPerDay(above_zero("--contacts-per-day", contacts)?),
            (None, Some(share)) => DonorVolume::Share(above_zero("--share", share)?),
            (None, None) => return Ok(None),
        };
        let aht_seconds = self.aht.map(|aht| above_zero("--aht", aht)).transpose()?;
        Ok(Some(NewQueue { name: name.clone(), donor: Donor { queue: donor.clone(), volume }, aht_seconds, open: None }))
    }

    /// The history without the rows of the new queue.
    fn without(&self, history: &ContactHistory) -> ContactHistory {
        let others = history.queues.iter().filter(|queue| Some(&queue.name) != self.new_queue.as_ref());
        ContactHistory { interval_minutes: history.interval_minutes, queues: others.cloned().collect() }
    }
}
