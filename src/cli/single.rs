//! One history file without a centre, and what every forecast of a centre or a file is asked.

use std::path::{Path, PathBuf};

use chrono::NaiveTime;
use clap::{Args, ValueEnum};
use scenarios::forecast::{ForecastError, ForecastRequest, GapPolicy, OutlierPolicy};
use scenarios::pipeline::ForecastWish;
use solver_data::holidays::{self, HolidaySet};
use solver_data::io::{read_calendar, read_history};
use solver_data::{Calendar, ContactHistory, Finding, ValidationReport};

use super::failure::Failure;
use super::files::usable;
use super::oddities::oddities;

/// Days the history may end before the first day: a year, beyond which no season is known.
const LONGEST_SILENCE_DAYS: i64 = 366;

/// One history file without a centre.
#[derive(Debug, Args)]
pub struct SingleArgs {
    /// History file: `timestamp,queue,offered[,handled,abandoned,aht_seconds]` or `timestamp,value`
    #[arg(long, value_name = "FILE")]
    pub history: Option<PathBuf>,
    /// Interval of the result in minutes [default: the history's]
    #[arg(long, value_name = "MINUTES", requires = "history")]
    interval: Option<u32>,
    /// Holidays and events: `start,end,kind,name,queues,uplift`
    #[arg(long, value_name = "FILE", requires = "history")]
    calendar: Option<PathBuf>,
    /// Built-in public holidays by country, such as CN or US,GB; own rows of the calendar override the same days
    #[arg(long, value_delimiter = ',', value_name = "CODES", value_parser = holiday_set)]
    pub holidays: Vec<HolidaySet>,
    /// What a timestamp means that no queue has on an open day
    #[arg(long, value_enum, default_value_t = Gaps::Unknown)]
    gaps: Gaps,
    /// Outages and outliers of the history count like any other day [default: they weigh little]
    #[arg(long)]
    keep_outliers: bool,
}

/// What a missing row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Gaps {
    /// Nobody knows
    Unknown,
    /// No contact came
    Zero,
}

/// A set of built-in holidays by its code.
fn holiday_set(code: &str) -> Result<HolidaySet, String> {
    let known = || holidays::codes().collect::<Vec<_>>().join(", ");
    holidays::set(code).ok_or_else(|| format!("no holidays of {code} are built in; use one of {}, or --calendar", known()))
}

impl SingleArgs {
    /// Name of the history file in findings.
    fn file(&self) -> String {
        self.history.as_ref().map_or_else(|| "history".to_owned(), |path| path.display().to_string())
    }

    /// What a missing row means.
    pub fn gaps(&self) -> GapPolicy {
        match self.gaps {
            Gaps::Unknown => GapPolicy::Unknown,
            Gaps::Zero => GapPolicy::Zero,
        }
    }

    /// What is made of outliers.
    pub fn outliers(&self) -> OutlierPolicy {
        if self.keep_outliers { OutlierPolicy::Kept } else { OutlierPolicy::DownWeighted }
    }

    /// A wish for a forecast under the policies for gaps and outliers.
    pub fn wish(&self) -> ForecastWish {
        ForecastWish { gaps: self.gaps(), outliers: self.outliers(), ..ForecastWish::default() }
    }

    /// What a forecast says about the history file.
    pub fn refused(&self, error: &ForecastError) -> Failure {
        Failure::input(Finding::error(
            self.file(),
            error.to_string(),
            "see the rows before the first day, and --start and --interval",
        ))
    }

    /// Notes on the history as seen from the first day: rows that are not looked at, and what looks odd in the rest.
    ///
    /// # Errors
    /// [`Failure::Input`] for a history that ends too long before the first day.
    pub fn told(&self, request: &ForecastRequest<'_>) -> Result<ValidationReport, Failure> {
        let start = request.grid.date(0);
        let midnight = start.and_time(NaiveTime::MIN);
        let mut report = ValidationReport::default();
        if let Some(last) = request.history.before(midnight).last_start() {
            let days = (start - last.date()).num_days() - 1;
            if days > LONGEST_SILENCE_DAYS {
                let message = format!("the history ends on {}, {days} days before {start}", last.date());
                let hint = "give later rows, or choose a --start within a year of the last one";
                return Err(Failure::input(Finding::error(self.file(), message, hint)));
            }
        }
        let late = request.history.queues.iter().map(|queue| queue.records.len() - queue.before(midnight).len()).sum::<usize>();
        if late > 0 {
            let message = format!("{late} rows from {start} on are not looked at");
            report.push(Finding::note(self.file(), message, "choose a later --start to learn from them"));
        }
        report.absorb(oddities(request, &self.file()));
        Ok(report)
    }

    /// History, calendar and interval.
    ///
    /// # Errors
    /// [`Failure::Input`] with the errors of both files.
    pub fn read(&self) -> Result<(ContactHistory, Calendar, u32), Failure> {
        let path = self.history.as_deref().unwrap_or_else(|| Path::new("history.csv"));
        // Both files are read before either is refused, so that all errors are told at once.
        let (history, mut findings) = read_history(path, None);
        let (mut calendar, more) = match &self.calendar {
            Some(path) => read_calendar(path),
            None => (Calendar::default(), ValidationReport::default()),
        };
        findings.absorb(more);
        calendar.add_holidays(&self.holidays);
        let history = usable((history, findings))?;
        let interval = self.interval.unwrap_or(history.interval_minutes);
        Ok((history, calendar, interval))
    }
}
