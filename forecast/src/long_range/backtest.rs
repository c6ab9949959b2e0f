//! Rolling backtest of the long view by month, beside the same month last year and the average of the last quarter.

use chrono::{Datelike, Days, Months, NaiveDate};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use solver_data::{Driver, DriverValue, OutlookAccuracy, QueueHistory};

use crate::error::ForecastError;
use crate::long_range::days::DayTable;
use crate::long_range::make::long_course;
use crate::long_range::period::{bands, days_of, log_sd};
use crate::long_range::request::OutlookRequest;
use crate::series::Frame;

/// Leads judged, in months.
const LEADS: [u32; 3] = [3, 6, 12];
/// Shortest history, in days, from which an origin looks ahead.
const LEAST_DAYS: i64 = 56;
/// Days that the flat average takes in.
const FLAT_DAYS: u64 = 91;

/// A backtest of the long view.
#[derive(Debug, Clone, Copy)]
pub struct OutlookBacktest<'a> {
    /// What is backtested; of its interval forecast only the grid counts, whose first day ends the history judged.
    pub request: OutlookRequest<'a>,
    /// Monthly origins at most, counted back from the end of the history.
    pub origins: u32,
}

/// Sums over the months judged of one way of looking ahead.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    error: f64,
    bias: f64,
    actual: f64,
    inside: (f64, f64),
    judged: usize,
}

/// A month from one origin: months ahead, what came, the three forecasts, the ends of the 80 and 95 % intervals.
struct Judged {
    ahead: u32,
    actual: f64,
    forecasts: [Option<f64>; 3],
    ends: [f64; 4],
}

/// Accuracy of monthly totals up to 3, 6 and 12 months ahead, per queue: `shiftcast` (the long-range course, without the
/// interval forecast), `seasonal_naive` (the same days 52 weeks before) and `flat_average` (the last 13 weeks).
///
/// Origins are firsts of months; each sees only the contacts that came before it. What drivers were planned to be is not on
/// record, so each origin knows their values of periods that had ended and holds the last one, stated rates included. Months
/// with unknown open days count by their known days.
///
/// At each lead all are judged on the months that every one of them can forecast. Where one can forecast none, such as
/// `seasonal_naive` in a first year, it has no row and the others are judged on the months left to them.
///
/// # Errors
/// Those of [`crate::outlook`].
pub fn outlook_backtest(backtest: &OutlookBacktest<'_>) -> Result<Vec<OutlookAccuracy>, ForecastError> {
    let request = &backtest.request;
    let end = request.near.grid.date(0);
    let mut rows = Vec::new();
    for near in &request.near.queues {
        let Some(queue) = request.history.queue(&near.name) else { continue };
        let truth = table(request, queue, (end, 1))?;
        let Some(begin) = truth.totals.iter().position(|total| !total.is_nan()) else { continue };
        let begin = truth.date(begin);
        let origins: Vec<NaiveDate> = (1..=backtest.origins)
            .filter_map(|back| end.with_day(1)?.checked_sub_months(Months::new(back)))
            .take_while(|origin| (*origin - begin).num_days() >= LEAST_DAYS)
            .collect();
        let judged: Vec<Vec<Judged>> =
            origins.into_par_iter().map(|origin| from_origin(request, queue, &truth, origin)).collect::<Result<_, _>>()?;
        rows.extend(accuracy(&queue.name, &judged.into_iter().flatten().collect::<Vec<_>>()));
    }
    Ok(rows)
}

fn table(request: &OutlookRequest<'_>, queue: &QueueHistory, horizon: (NaiveDate, u32)) -> Result<DayTable, ForecastError> {
    let asked = request.frame_request(horizon.0, horizon.1)?;
    let frame = Frame::new(&asked)?;
    Ok(DayTable::of(&frame.series(queue)?, (request.calendar, &queue.name), frame.first()))
}

fn from_origin(
    request: &OutlookRequest<'_>,
    queue: &QueueHistory,
    truth: &DayTable,
    origin: NaiveDate,
) -> Result<Vec<Judged>, ForecastError> {
    let days = days_of(origin, LEADS[LEADS.len() - 1]);
    let asked = request.frame_request(origin, days as u32)?;
    let end = origin + Days::new(days as u64);
    let drivers: Vec<Driver> = request.drivers.iter().map(|driver| known_at(driver, (origin, end))).collect();
    let request = &OutlookRequest { drivers: &drivers, ..*request };
    let frame = Frame::new(&asked)?;
    let (own, course) = match long_course(request, &frame, queue) {
        Err(ForecastError::ShortHistory { .. }) => return Ok(Vec::new()),
        made => made?,
    };
    let at = |date: NaiveDate, table: &DayTable| usize::try_from((date - table.first).num_days()).ok();
    let known = |date: NaiveDate| {
        let day = at(date, truth).filter(|day| *day < truth.known_until)?;
        Some(truth.totals[day]).filter(|total| !total.is_nan())
    };
    let past = |date: NaiveDate| {
        let day = at(date, &own).filter(|day| *day < own.known_until)?;
        Some(own.totals[day]).filter(|total| !total.is_nan())
    };
    let flat: Vec<f64> = (1..=FLAT_DAYS).filter_map(|back| past(origin.checked_sub_days(Days::new(back))?)).collect();
    let flat = (!flat.is_empty()).then(|| flat.iter().sum::<f64>() / flat.len() as f64);
    let mut judged = Vec::new();
    for ahead in 1..=LEADS[LEADS.len() - 1] {
        let days = days_of(origin, ahead - 1)..days_of(origin, ahead);
        let date = |day: usize| origin + Days::new(day as u64);
        let open: Vec<usize> = days.clone().filter(|&day| known(date(day)).is_some()).collect();
        if date(days.end) > truth.date(truth.known_until) || open.len() * 10 < days.len() * 5 {
            continue;
        }
        let sum = |of: &dyn Fn(usize) -> Option<f64>| open.iter().map(|&day| of(day)).sum::<Option<f64>>();
        let mean = open.iter().map(|&day| course.days[day].near).sum::<f64>();
        let ends = bands(mean, log_sd(&course, &days), &[0.80, 0.95]);
        let naive = |day: usize| past(date(day) - Days::new(364)).or(flat.filter(|_| known(date(day)) == Some(0.0)));
        judged.push(Judged {
            ahead,
            actual: open.iter().filter_map(|&day| known(date(day))).sum(),
            forecasts: [Some(mean), sum(&naive), flat.map(|flat| flat * open.len() as f64)],
            ends: [ends[0].lo, ends[0].hi, ends[1].lo, ends[1].hi],
        });
    }
    Ok(judged)
}

/// What a driver was known to be before an origin: its ended periods, the last of them repeated to the end where the driver
/// still ran.
fn known_at(driver: &Driver, (origin, end): (NaiveDate, NaiveDate)) -> Driver {
    let mut values: Vec<DriverValue> = driver.values.iter().take_while(|value| value.last < origin).copied().collect();
    if let Some(&held) = values.last() {
        let days = Days::new((held.last - held.first).num_days() as u64 + 1);
        // A driver that had stopped a period before the origin is not taken up again.
        while let Some(&last) = values.last().filter(|last| last.last < end && last.last + days >= origin) {
            values.push(DriverValue { first: last.first + days, last: last.last + days, ..held });
        }
    }
    Driver { values, ..driver.clone() }
}

fn accuracy(queue: &str, judged: &[Judged]) -> Vec<OutlookAccuracy> {
    let mut rows = Vec::new();
    for (k, months) in LEADS.into_iter().enumerate() {
        let from = if k == 0 { 1 } else { LEADS[k - 1] + 1 };
        let own: Vec<&Judged> = judged.iter().filter(|month| (from..=months).contains(&month.ahead)).collect();
        let answers = [0, 1, 2].map(|rival| own.iter().any(|month| month.forecasts[rival].is_some()));
        for (m, model) in ["shiftcast", "seasonal_naive", "flat_average"].into_iter().enumerate() {
            let mut sums = Sums::default();
            for month in &own {
                // Rivals are compared on the same months.
                let fair = (0..3).all(|rival| !answers[rival] || month.forecasts[rival].is_some());
                let Some(forecast) = month.forecasts[m].filter(|_| fair) else { continue };
                let y = month.actual;
                sums.error += (forecast - y).abs();
                sums.bias += forecast - y;
                sums.actual += y;
                sums.inside.0 += f64::from(u8::from(month.ends[0] <= y && y <= month.ends[1]));
                sums.inside.1 += f64::from(u8::from(month.ends[2] <= y && y <= month.ends[3]));
                sums.judged += 1;
            }
            if sums.judged > 0 && sums.actual > 0.0 {
                let share = |sum: f64| (m == 0).then(|| sum / sums.judged as f64);
                rows.push(OutlookAccuracy {
                    queue: queue.to_owned(),
                    months,
                    model: model.to_owned(),
                    wape: sums.error / sums.actual,
                    bias: sums.bias / sums.actual,
                    coverage80: share(sums.inside.0),
                    coverage95: share(sums.inside.1),
                    judged: sums.judged,
                });
            }
        }
    }
    rows
}
