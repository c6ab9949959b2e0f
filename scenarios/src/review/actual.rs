//! What came, on the grid of the forecast.

use chrono::NaiveDateTime;
use solver_data::{
    Centre, ContactHistory, ContactOutcome, DemandForecast, IntervalRecord, PlanningGrid, QueueForecast, QueueHistory,
    RealContact,
};

use super::Remark;
use crate::error::PlanError;

/// Expected and real contacts of a queue, or of all together, over the horizon.
#[derive(Debug, Clone, PartialEq)]
pub struct ForecastError {
    /// Name of the queue; `all` for all together.
    pub queue: String,
    /// Contacts expected.
    pub expected: f64,
    /// Contacts that came.
    pub came: f64,
    /// Σ|expected - came| / Σ came over the forecast's intervals; not a number where none came.
    pub wape: f64,
    /// Share of intervals within the 80 % prediction interval; not a number for all together.
    pub coverage80: f64,
    /// Mean handle time expected of the contacts that came, seconds.
    pub expected_aht: f64,
    /// Mean handle time as it was, seconds.
    pub aht: f64,
    /// By local day, expected and come: `len == grid.days()`.
    pub days: Vec<(f64, f64)>,
    /// What the switch counted, where it did.
    pub recorded: Recorded,
}

/// Answered and abandoned contacts as recorded.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Recorded {
    /// Contacts offered in the intervals with both counts.
    pub offered: f64,
    /// Contacts abandoned in them.
    pub abandoned: f64,
}

impl Recorded {
    /// Share abandoned; `None` where nothing was recorded.
    pub fn abandonment(&self) -> Option<f64> {
        (self.offered > 0.0).then(|| self.abandoned / self.offered)
    }
}

/// Hours before and after an interval from which its handle time is taken.
const REACH_HOURS: usize = 1;
/// Contacts by which the handle time of the whole horizon weighs against that of the hours around.
const PRIOR_CONTACTS: f64 = 20.0;

/// Seconds handled and the contacts they were handled in.
type Work = (f64, f64);

/// What came.
pub(super) struct Came {
    /// As a forecast: `mean` counts contacts.
    pub demand: DemandForecast,
    /// By queue of the forecast.
    recorded: Vec<Recorded>,
    /// Whether an interval's count is known, by queue of the forecast.
    known: Vec<Vec<bool>>,
    /// Handled seconds and contacts by interval, by queue of the forecast.
    work: Vec<Vec<Work>>,
    pub remarks: Vec<Remark>,
}

impl Came {
    /// The actuals of a centre's queues on the forecast's grid; what is not known is as it was forecast.
    pub fn of(centre: &Centre, forecast: &DemandForecast, actual: &ContactHistory) -> Result<Self, PlanError> {
        let mut remarks: Vec<Remark> = Vec::new();
        for rows in &actual.queues {
            if centre.queues.find(|queue| queue.name == rows.name).is_none() {
                remarks.push(Remark::UnknownQueue { queue: rows.name.clone() });
            }
        }
        let (mut unknown, mut outside, mut count) = (0, 0.0, 0);
        let (mut recorded, mut known, mut work) = (Vec::new(), Vec::new(), Vec::new());
        let mut demand = forecast.clone();
        for queue in &mut demand.queues {
            let rows = actual.queue(&queue.name).map_or(&[][..], |rows| &rows.records);
            let mut taken = Taken::of(rows, &forecast.grid, queue);
            let counted = taken.known.iter().filter(|known| **known).count();
            count += counted;
            unknown += taken.open - counted;
            outside += taken.outside;
            if counted > 0 && !taken.handled {
                remarks.push(Remark::NoHandleTime { queue: queue.name.clone() });
            }
            recorded.push(taken.recorded);
            known.push(std::mem::take(&mut taken.known));
            work.push(std::mem::take(&mut taken.work));
            queue.mean = std::mem::take(&mut taken.mean);
            queue.aht_seconds = taken.aht.take();
            queue.bands = Vec::new();
        }
        if count == 0 {
            let rows = actual.queues.iter().flat_map(|queue| &queue.records).map(|record| record.start.date());
            let (start, end) = (forecast.grid.date(0), forecast.grid.date(forecast.grid.days() - 1));
            let (first, last) = (rows.clone().min().unwrap_or(start), rows.max().unwrap_or(start));
            return Err(PlanError::NoActual { start, end, first, last });
        }
        if unknown > 0 {
            remarks.push(Remark::Unknown { intervals: unknown });
        }
        if outside > 0.0 {
            remarks.push(Remark::OutsideHours { contacts: outside });
        }
        Ok(Self { demand, recorded, known, work, remarks })
    }

    /// Whether the contacts of a queue are known, by interval.
    pub fn counted(&self, queue: &str) -> &[bool] {
        let place = self.demand.queues.iter().position(|own| own.name == queue);
        place.map_or(&[], |place| &self.known[place])
    }

    /// Expected against real contacts, by queue and then all together.
    pub fn errors(&self, forecast: &DemandForecast) -> Vec<ForecastError> {
        let pairs = || forecast.queues.iter().zip(&self.demand.queues);
        let mut rows: Vec<ForecastError> =
            pairs().zip(self.recorded.iter().zip(&self.work)).map(|(pair, known)| error(&forecast.grid, pair, known)).collect();
        if rows.len() > 1 {
            let sum = |value: fn(&QueueForecast) -> &Vec<f64>, queues: &[QueueForecast]| -> Vec<f64> {
                (0..forecast.grid.len()).map(|t| queues.iter().map(|queue| value(queue)[t]).sum()).collect()
            };
            let (expected, came) = (sum(|queue| &queue.mean, &forecast.queues), sum(|queue| &queue.mean, &self.demand.queues));
            let (total, count) = (rows.iter().map(|row| row.came).sum::<f64>(), rows.iter().map(|row| row.expected).sum());
            let weighted = |value: fn(&ForecastError) -> f64| {
                rows.iter().filter(|row| row.came > 0.0 && value(row).is_finite()).map(|row| row.came * value(row)).sum::<f64>()
                    / total
            };
            let recorded = self.recorded.iter().fold(Recorded::default(), |sum, own| Recorded {
                offered: sum.offered + own.offered,
                abandoned: sum.abandoned + own.abandoned,
            });
            rows.push(ForecastError {
                queue: "all".to_owned(),
                expected: count,
                came: total,
                wape: wape(&expected, &came),
                coverage80: f64::NAN,
                expected_aht: weighted(|row| row.expected_aht),
                aht: weighted(|row| row.aht),
                days: by_day(&forecast.grid, &expected, &came),
                recorded,
            });
        }
        rows
    }
}

/// What was taken of a queue's rows.
struct Taken {
    mean: Vec<f64>,
    aht: Option<Vec<f64>>,
    open: usize,
    known: Vec<bool>,
    work: Vec<Work>,
    outside: f64,
    handled: bool,
    recorded: Recorded,
}

impl Taken {
    fn of(rows: &[IntervalRecord], grid: &PlanningGrid, expected: &QueueForecast) -> Self {
        let mut mean = expected.mean.clone();
        let mut aht = expected.aht_seconds.clone();
        let mut counts: Vec<Option<f64>> = vec![None; grid.len()];
        let mut work: Vec<(f64, f64)> = vec![(0.0, 0.0); grid.len()];
        let (mut outside, mut recorded) = (0.0, Recorded::default());
        for row in rows {
            let Some((t, offered)) = grid.interval_at(row.start).map(usize::from).zip(row.offered) else { continue };
            if !expected.open[t] {
                outside += offered;
                continue;
            }
            // Rows shorter than the grid add up.
            *counts[t].get_or_insert(0.0) += offered;
            let handled = row.handled.unwrap_or(offered);
            if let Some(seconds) = row.aht_seconds.filter(|_| handled > 0.0) {
                work[t] = (work[t].0 + handled * seconds, work[t].1 + handled);
            }
            if let Some(abandoned) = row.abandoned {
                recorded = Recorded { offered: recorded.offered + offered, abandoned: recorded.abandoned + abandoned };
            }
        }
        for (mean, count) in mean.iter_mut().zip(&counts) {
            *mean = count.unwrap_or(*mean);
        }
        let handled = work.iter().any(|(_, contacts)| *contacts > 0.0);
        if handled {
            let total = sum(&work);
            let flat = || vec![total.0 / total.1; grid.len()];
            let expected = aht.get_or_insert_with(flat);
            *expected = handle_times(grid, &work, expected);
        }
        let open = expected.open.iter().filter(|open| **open).count();
        Self { mean, aht, open, known: counts.iter().map(Option::is_some).collect(), work, outside, handled, recorded }
    }
}

fn sum(work: &[Work]) -> Work {
    work.iter().fold((0.0, 0.0), |sum, own| (sum.0 + own.0, sum.1 + own.1))
}

/// Handle times as they were: the expected ones times the ratio that the hours around an interval show, drawn towards that
/// of the whole horizon, since the few contacts of one interval say little.
fn handle_times(grid: &PlanningGrid, work: &[Work], expected: &[f64]) -> Vec<f64> {
    let as_expected: Vec<Work> = work.iter().zip(expected).map(|(own, aht)| (own.1 * aht, own.1)).collect();
    let overall = sum(work).0 / sum(&as_expected).0;
    let reach = REACH_HOURS * (60 / grid.interval_minutes()).max(1) as usize;
    (0..work.len())
        .map(|t| {
            let day = grid.day_range(grid.day_of(t));
            let around = day.start.max(t.saturating_sub(reach))..day.end.min(t + reach + 1);
            let (was, should) = (sum(&work[around.clone()]).0, sum(&as_expected[around]).0);
            let prior = PRIOR_CONTACTS * expected[t];
            let ratio = (was + overall * prior) / (should + prior);
            if ratio.is_finite() { ratio * expected[t] } else { expected[t] }
        })
        .collect()
}

fn wape(expected: &[f64], came: &[f64]) -> f64 {
    let off: f64 = expected.iter().zip(came).map(|(expected, came)| (expected - came).abs()).sum();
    off / came.iter().sum::<f64>()
}

fn by_day(grid: &PlanningGrid, expected: &[f64], came: &[f64]) -> Vec<(f64, f64)> {
    let sum = |values: &[f64], day: usize| values[grid.day_range(day)].iter().sum::<f64>();
    (0..grid.days()).map(|day| (sum(expected, day), sum(came, day))).collect()
}

fn error(
    grid: &PlanningGrid,
    (expected, came): (&QueueForecast, &QueueForecast),
    (recorded, work): (&Recorded, &Vec<Work>),
) -> ForecastError {
    let open: Vec<usize> = (0..grid.len()).filter(|&t| expected.open[t]).collect();
    let within =
        |t: &&usize| expected.band(0.80).is_some_and(|band| band.lo[**t] <= came.mean[**t] && came.mean[**t] <= band.hi[**t]);
    let (seconds, contacts) = sum(work);
    let as_expected = expected.aht_seconds.as_ref().map(|aht| work.iter().zip(aht).map(|(own, aht)| own.1 * aht).sum::<f64>());
    ForecastError {
        queue: expected.name.clone(),
        expected: expected.mean.iter().sum(),
        came: came.mean.iter().sum(),
        wape: wape(&expected.mean, &came.mean),
        coverage80: open.iter().filter(within).count() as f64 / open.len() as f64,
        expected_aht: as_expected.map_or(f64::NAN, |expected| expected / contacts),
        aht: seconds / contacts,
        days: by_day(grid, &expected.mean, &came.mean),
        recorded: *recorded,
    }
}

/// Contacts recorded one by one, counted into intervals of `interval_minutes`: every interval of a day that has a contact.
pub fn counted_contacts(centre: &Centre, contacts: &[RealContact], interval_minutes: u32) -> ContactHistory {
    let days = || contacts.iter().map(|contact| contact.arrival.date());
    let grid = days().min().zip(days().max()).and_then(|(first, last)| {
        let count = u32::try_from((last - first).num_days() + 1).ok()?;
        PlanningGrid::new(first, count, interval_minutes, centre.zone).ok()
    });
    let Some(grid) = grid else { return ContactHistory { interval_minutes, queues: Vec::new() } };
    let mut names: Vec<String> = centre.queues.iter().map(|queue| queue.name.clone()).collect();
    for contact in contacts {
        if !names.contains(&contact.queue) {
            names.push(contact.queue.clone());
        }
    }
    let queues = names.into_iter().map(|name| counted(&grid, name, contacts)).collect();
    ContactHistory { interval_minutes, queues }
}

fn counted(grid: &PlanningGrid, name: String, contacts: &[RealContact]) -> QueueHistory {
    let mut cells: Vec<(f64, f64, f64)> = vec![(0.0, 0.0, 0.0); grid.len()];
    for contact in contacts.iter().filter(|contact| contact.queue == name) {
        if let Some(cell) = grid.interval_at(contact.arrival).map(usize::from) {
            cells[cell].0 += 1.0;
            if contact.outcome == ContactOutcome::Answered {
                cells[cell].1 += 1.0;
                cells[cell].2 += contact.handle_seconds.unwrap_or(0.0);
            }
        }
    }
    let record = |(start, (offered, handled, seconds)): (NaiveDateTime, (f64, f64, f64))| IntervalRecord {
        start,
        offered: Some(offered),
        handled: Some(handled),
        abandoned: Some(offered - handled),
        aht_seconds: (seconds > 0.0).then(|| seconds / handled),
    };
    let mut records: Vec<IntervalRecord> = (0..grid.len()).map(|t| grid.local(t)).zip(cells).map(record).collect();
    // The hour the clock shows twice stands once.
    records.dedup_by(|later, earlier| {
        let same = later.start == earlier.start;
        if same {
            earlier.offered = Some(earlier.offered.unwrap_or(0.0) + later.offered.unwrap_or(0.0));
        }
        same
    });
    QueueHistory { name, records }
}
