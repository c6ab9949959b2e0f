//! The centre's long view: months ahead for budgets and hiring, in line with the interval forecast.

use chrono::{Days, Months, NaiveDate, NaiveDateTime, NaiveTime};
use forecast::{Follower, Opening, OutlookBacktest, OutlookRequest};
use solver_data::{
    Centre, ContactHistory, DemandForecast, Driver, ForecastOverride, Outlook, OutlookAccuracy, OutlookGrain, OverrideChange,
    ValidationReport,
};

use crate::demand::{DemandChanges, Expected, OverrideFile, with_history};
use crate::error::PlanError;
use crate::horizon::Horizon;
use crate::pipeline::{ForecastWish, expected_demand, known_history};

/// Days that the interval forecast covers; the long view equals it there.
pub const NEAR_DAYS: u32 = 28;

/// What a long view of a centre is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct OutlookWish {
    /// First day.
    pub start: NaiveDate,
    /// Months ahead.
    pub months: u32,
    /// Length of the periods.
    pub grain: OutlookGrain,
    /// Drivers with their past and planned values.
    pub drivers: Vec<Driver>,
    /// Levels of the intervals, what gaps mean, and the planner's overrides.
    pub forecast: ForecastWish,
}

/// A long view, and what is to be said about how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct LongView {
    /// The long view.
    pub outlook: Outlook,
    /// Overrides that did nothing, or not all that they say.
    pub remarks: ValidationReport,
}

/// Expected contacts of every queue by week or month, planned changes and overrides included.
///
/// # Errors
/// Those of [`expected_demand`] and [`forecast::outlook`].
pub fn outlook_centre(centre: &Centre, history: &ContactHistory, wish: &OutlookWish) -> Result<LongView, PlanError> {
    let basis = Basis::of(centre, history, wish)?;
    let outlook = forecast::outlook(&basis.request(wish))?;
    Ok(LongView { outlook, remarks: basis.remarks })
}

/// Rolling backtest of the long view on the months before the first day, from at most `origins` months; queues that still
/// follow a donor have no past to be judged on.
///
/// # Errors
/// Those of [`expected_demand`] and [`forecast::outlook_backtest`].
pub fn backtest_outlook(
    centre: &Centre,
    history: &ContactHistory,
    wish: &OutlookWish,
    origins: u32,
) -> Result<Vec<OutlookAccuracy>, PlanError> {
    let basis = Basis::of(centre, history, wish)?;
    Ok(forecast::outlook_backtest(&OutlookBacktest { request: basis.request(wish), origins })?)
}

/// What a long view rests on.
struct Basis {
    /// The centre without the queues that follow a donor.
    grown: Centre,
    known: ContactHistory,
    near: DemandForecast,
    remarks: ValidationReport,
    /// The planner's rows, those of the interval forecast among them.
    overrides: Vec<ForecastOverride>,
    followers: Vec<Follower>,
}

impl Basis {
    fn of(centre: &Centre, history: &ContactHistory, wish: &OutlookWish) -> Result<Self, PlanError> {
        let horizon = Horizon::new(centre, history, wish.start, NEAR_DAYS)?;
        let changes = near_changes(wish);
        let near_wish = ForecastWish { changes, ..wish.forecast.clone() };
        let Expected { forecast: near, remarks } = expected_demand(centre, history, &horizon, &near_wish)?;
        let (grown, young) = with_history(centre, history, wish.start);
        let known = known_history(&grown, history, wish.start)?;
        let follower = |queue: &solver_data::Queue| {
            queue.donor.as_ref().map(|donor| Follower { queue: queue.name.clone(), donor: donor.queue.clone() })
        };
        let followers = young.iter().filter_map(|&id| follower(&centre.queues[id])).collect();
        let overrides = wish.forecast.changes.overrides.iter().flat_map(|file| file.rows.clone()).collect();
        Ok(Self { grown, known, near, remarks, overrides, followers })
    }

    fn request<'a>(&'a self, wish: &'a OutlookWish) -> OutlookRequest<'a> {
        OutlookRequest {
            history: &self.known,
            calendar: &self.grown.calendar,
            near: &self.near,
            months: wish.months,
            grain: wish.grain,
            week_start: self.grown.week_start,
            levels: &wish.forecast.levels,
            drivers: &wish.drivers,
            changes: &self.grown.changes,
            overrides: &self.overrides,
            followers: &self.followers,
            opening: Opening::Given(&self.grown),
            gaps: wish.forecast.gaps,
            outliers: wish.forecast.outliers,
        }
    }
}

/// The changes as the interval forecast is to see them: rows of later days wait for the long view, so that only a row outside
/// of both is told to lie outside.
fn near_changes(wish: &OutlookWish) -> DemandChanges {
    let midnight = |date: Option<NaiveDate>| date.map_or(NaiveDateTime::MAX, |date| date.and_time(NaiveTime::MIN));
    let near_end = midnight(wish.start.checked_add_days(Days::new(u64::from(NEAR_DAYS))));
    let end = midnight(wish.start.checked_add_months(Months::new(wish.months)));
    let changes = &wish.forecast.changes;
    let is_later = |row: &ForecastOverride| near_end <= row.start && row.start < end && !row.is_expired(wish.start);
    let overrides = changes.overrides.iter().map(|file| {
        let rows = file.rows.iter().filter(|row| !is_later(row)).map(|row| before(row, near_end)).collect();
        OverrideFile { name: file.name.clone(), rows }
    });
    DemandChanges { overrides: overrides.collect(), observed: changes.observed.clone() }
}

/// The part of a row before a moment that it begins before, with its time's share of the contacts; any other row as it is.
fn before(row: &ForecastOverride, until: NaiveDateTime) -> ForecastOverride {
    if until <= row.start || row.end <= until {
        return row.clone();
    }
    let share = (until - row.start).num_seconds() as f64 / (row.end - row.start).num_seconds() as f64;
    let change = match row.change {
        OverrideChange::Contacts(contacts) => OverrideChange::Contacts(contacts * share),
        factor @ OverrideChange::Factor(_) => factor,
    };
    ForecastOverride { end: until, change, ..row.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_later_days_wait_and_a_row_across_is_cut() {
        let date = |month, day| NaiveDate::from_ymd_opt(2024, month, day).expect("the day exists");
        let row = |from: NaiveDate, to: NaiveDate, change| ForecastOverride {
            queue: None,
            start: from.and_time(NaiveTime::MIN),
            end: to.and_time(NaiveTime::MIN),
            change,
            author: String::new(),
            reason: String::new(),
            expires: None,
            line: 2,
        };
        let rows = vec![
            row(date(1, 10), date(1, 12), OverrideChange::Factor(2.0)),
            row(date(1, 22), date(2, 5), OverrideChange::Contacts(100.0)),
            row(date(3, 1), date(3, 8), OverrideChange::Factor(0.5)),
            row(date(9, 1), date(9, 8), OverrideChange::Factor(0.5)),
        ];
        let overrides = vec![OverrideFile { name: "overrides.csv".into(), rows: rows.clone() }];
        let changes = DemandChanges { overrides, observed: None };
        let wish = OutlookWish {
            start: date(1, 1),
            months: 6,
            grain: OutlookGrain::Month,
            drivers: Vec::new(),
            forecast: ForecastWish { changes, ..ForecastWish::default() },
        };
        let near = near_changes(&wish).overrides.remove(0).rows;
        let cut = row(date(1, 22), date(1, 29), OverrideChange::Contacts(50.0));
        // A row after the outlook stays, so that it is told to lie outside.
        assert_eq!(near, [rows[0].clone(), cut, rows[3].clone()]);
    }
}
