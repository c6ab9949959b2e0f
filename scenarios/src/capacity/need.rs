//! Hours needed by month and level: a representative week of each month, with the month's contacts by weekday, sized by staffing.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, Days, Months, NaiveDate, Timelike};
use rayon::prelude::*;
use solver_data::{
    Centre, ContactHistory, DayErrors, DayParts, DemandForecast, DemandUncertainty, Outlook, PlanningGrid, QueueForecast,
};

use crate::error::PlanError;
use crate::horizon::Horizon;
use crate::long_view::{NEAR_DAYS, OutlookWish, outlook_centre};
use crate::pipeline::{ForecastWish, forecast_centre};

/// Factors on a month's contacts at which its need is sized; between and beyond them it is taken as linear.
const FACTORS: [f64; 3] = [0.85, 1.0, 1.2];

/// Every how many months the other factors are sized.
const SAMPLED: usize = 3;

/// A month of a plan: from its first day to the day before the next month's.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedMonth {
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
    /// Contacts of each queue.
    pub volume: Vec<f64>,
    /// Standard deviation of all contacts, relative.
    pub relative_sd: f64,
}

/// What is needed month by month, for a centre as it is or with other promises.
#[derive(Debug, Clone, PartialEq)]
pub struct MonthlyNeed {
    /// Productive hours at the sized factors, `[factor][level][month]`, each level's own work.
    hours: Vec<Vec<Vec<f64>>>,
    /// Share of the scheduled hours that is handling, all months together.
    pub handling_share: f64,
}

impl MonthlyNeed {
    /// Hours of a level in a month with its contacts times a factor.
    pub fn hours(&self, level: usize, month: usize, factor: f64) -> f64 {
        let upper = FACTORS.iter().position(|&known| known >= factor).unwrap_or(FACTORS.len() - 1).max(1);
        let (low, high) = (FACTORS[upper - 1], FACTORS[upper]);
        let at = |place: usize| self.hours[place][level][month];
        (at(upper - 1) + (at(upper) - at(upper - 1)) * (factor - low) / (high - low)).max(0.0)
    }
}

/// What months are sized from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sizer {
    pub months: Vec<NeedMonth>,
    /// Mean contacts and handle time by queue, weekday and minute of the day.
    profile: Vec<BTreeMap<(u32, u32), (f64, f64)>>,
    /// Factor on the handle time, by queue and month.
    handle_time: Vec<Vec<f64>>,
    /// Mean contacts by queue, month and weekday.
    weekdays: Vec<Vec<[f64; 7]>>,
    /// Mean premium on base pay over the contacts' handling.
    pub premium: f64,
}

impl Sizer {
    /// The long view and the profile of the first weeks.
    pub fn of(centre: &Centre, history: &ContactHistory, wish: &OutlookWish) -> Result<Self, PlanError> {
        let outlook = outlook_centre(centre, history, wish)?.outlook;
        let horizon = Horizon::new(centre, history, wish.start, NEAR_DAYS)?;
        let near_wish = ForecastWish { levels: wish.forecast.levels.clone(), ..ForecastWish::default() };
        let near = horizon.planning_forecast(&forecast_centre(centre, history, &horizon, &near_wish)?)?;
        let months = months(centre, &outlook, wish.start, wish.months);
        Ok(Self {
            profile: near
                .queues
                .iter()
                .zip(centre.queues.iter())
                .map(|(own, queue)| profile(&near.grid, own, queue.aht_seconds))
                .collect(),
            handle_time: handle_time(centre, &outlook, &months),
            weekdays: weekdays(centre, &outlook, wish.start, &months),
            premium: mean_premium(centre, &near),
            months,
        })
    }

    /// What a centre needs for these contacts.
    ///
    /// Every month is sized at its own contacts. How its need grows with more or fewer of them is sized for every third
    /// month, whose ratios the next two share: they hardly differ.
    pub fn need(&self, centre: &Centre) -> Result<MonthlyNeed, PlanError> {
        let own = FACTORS.iter().position(|&factor| factor == 1.0).unwrap_or(0);
        let months = self.months.len();
        let places: Vec<(usize, usize)> = (0..FACTORS.len())
            .flat_map(|f| (0..months).filter(move |m| f == own || m % SAMPLED == 0).map(move |m| (f, m)))
            .collect();
        let sized: Result<Vec<_>, PlanError> =
            places.par_iter().map(|&(f, m)| self.month(centre, m, (FACTORS[f], 1.0))).collect();
        let (mut scheduled, mut handling) = (0.0, 0.0);
        let mut hours = vec![vec![vec![0.0; months]; centre.levels.len()]; FACTORS.len()];
        for (&(f, m), month) in places.iter().zip(sized?) {
            for (level, own) in month.levels.iter().enumerate() {
                hours[f][level][m] = *own;
            }
            if f == own {
                scheduled += month.levels.iter().sum::<f64>();
                handling += month.handling;
            }
        }
        let base = hours[own].clone();
        for (factor, levels) in FACTORS.iter().zip(&mut hours).filter(|(factor, _)| **factor != 1.0) {
            for (level, row) in levels.iter_mut().enumerate() {
                for m in (0..months).filter(|m| m % SAMPLED != 0) {
                    let like = m - m % SAMPLED;
                    let ratio = if base[level][like] > 0.0 { row[like] / base[level][like] } else { *factor };
                    row[m] = base[level][m] * ratio;
                }
            }
        }
        Ok(MonthlyNeed { hours, handling_share: if scheduled > 0.0 { (handling / scheduled).min(1.0) } else { 0.0 } })
    }

    /// By how much the hours of each level grow with handle times times a factor: a mean over the first, the middle and the
    /// last month.
    pub fn handle_time_effect(&self, centre: &Centre, need: &MonthlyNeed, factor: f64) -> Result<Vec<f64>, PlanError> {
        let last = self.months.len() - 1;
        let places = [0, last / 2, last];
        let sized: Result<Vec<_>, PlanError> = places.par_iter().map(|&m| self.month(centre, m, (1.0, factor))).collect();
        let sized = sized?;
        let level = |level: usize| {
            let grown: f64 = sized.iter().map(|month| month.levels[level]).sum();
            let base: f64 = places.iter().map(|&m| need.hours(level, m, 1.0)).sum();
            if base > 0.0 { grown / base } else { 1.0 }
        };
        Ok((0..centre.levels.len()).map(level).collect())
    }

    fn month(&self, centre: &Centre, month: usize, (volume, aht): (f64, f64)) -> Result<SizedMonth, PlanError> {
        let first = self.months[month].first;
        let ahead =
            (7 + i64::from(centre.week_start.num_days_from_monday()) - i64::from(first.weekday().num_days_from_monday())) % 7;
        let week = first.checked_add_days(Days::new(ahead.unsigned_abs())).unwrap_or(first);
        let grid = Arc::new(PlanningGrid::new(week, 7, centre.interval_minutes, centre.zone)?);
        let demand = self.week(centre, &grid, month, (volume, aht));
        let requirement = staffing::requirement(centre, &demand)?;
        let weeks = ((self.months[month].last - first).num_days() + 1) as f64 / 7.0;
        let scale = grid.interval_seconds() / 3600.0 * weeks;
        let total = |agents: &[u32]| agents.iter().map(|&agents| f64::from(agents)).sum::<f64>() * scale;
        let all = requirement.pools.last();
        let mut from_up: Vec<f64> = vec![0.0; centre.levels.len()];
        from_up[0] = all.map_or(0.0, |pool| total(&pool.scheduled));
        for own in &requirement.levels {
            let level = usize::from(own.level);
            from_up[level] = from_up[level].max(total(&own.scheduled));
        }
        // Those needed from a level up are needed from every lower one up, too.
        for level in (0..from_up.len().saturating_sub(1)).rev() {
            from_up[level] = from_up[level].max(from_up[level + 1]);
        }
        let above = |level: usize| from_up.get(level + 1).copied().unwrap_or(0.0);
        let levels = (0..from_up.len()).map(|level| from_up[level] - above(level)).collect();
        let handling = all.map_or(0.0, |pool| pool.offered_load.iter().sum::<f64>() * scale);
        Ok(SizedMonth { levels, handling })
    }

    /// Demand of a representative week of a month.
    fn week(&self, centre: &Centre, grid: &Arc<PlanningGrid>, month: usize, (volume, aht): (f64, f64)) -> DemandForecast {
        let queue = |(q, own): (usize, &solver_data::Queue)| {
            let at = |t: usize| {
                let local = grid.local(t);
                let key = (local.weekday().num_days_from_monday(), local.hour() * 60 + local.minute());
                let day = self.weekdays[q][month][key.0 as usize];
                self.profile[q].get(&key).map(|&(share, aht)| (day * share, aht))
            };
            let found: Vec<Option<(f64, f64)>> = (0..grid.len()).map(at).collect();
            let aht = aht * self.handle_time[q][month];
            QueueForecast {
                name: own.name.clone(),
                open: found.iter().map(Option::is_some).collect(),
                mean: found.iter().map(|own| own.map_or(0.0, |own| own.0 * volume)).collect(),
                bands: Vec::new(),
                aht_seconds: Some(found.iter().map(|own| own.map_or(0.0, |own| own.1) * aht).collect()),
                model: "long_view".to_owned(),
                uncertainty: DemandUncertainty { day_level_sd: 0.0, overdispersion: 1.0 },
                days: vec![DayParts { level: 1.0, weekday: 1.0, calendar: 1.0, event: 1.0, uplift: 1.0, pool: 1.0 }; grid.days()],
                adjustments: Vec::new(),
            }
        };
        let queues: Vec<QueueForecast> = centre.queues.iter().enumerate().map(queue).collect();
        DemandForecast { grid: Arc::clone(grid), day_errors: DayErrors::independent(queues.len()), queues }
    }
}

struct SizedMonth {
    levels: Vec<f64>,
    handling: f64,
}

/// Share of the day's contacts and handle time by weekday and minute.
fn profile(grid: &PlanningGrid, queue: &QueueForecast, usual: Option<f64>) -> BTreeMap<(u32, u32), (f64, f64)> {
    let mut sums: BTreeMap<(u32, u32), (f64, f64, f64)> = BTreeMap::new();
    let mut days = [0.0; 7];
    for t in (0..grid.len()).filter(|&t| queue.open[t]) {
        let local = grid.local(t);
        let weekday = local.weekday().num_days_from_monday();
        let aht = queue.aht_seconds.as_ref().map_or(usual.unwrap_or(0.0), |aht| aht[t]);
        let own = sums.entry((weekday, local.hour() * 60 + local.minute())).or_default();
        own.0 += queue.mean[t];
        own.1 += aht;
        own.2 += 1.0;
        days[weekday as usize] += queue.mean[t];
    }
    let share = |key: &(u32, u32), contacts: f64| match days[key.0 as usize] {
        day if day > 0.0 => contacts / day,
        _ => 0.0,
    };
    sums.into_iter().map(|(key, (contacts, aht, count))| (key, (share(&key, contacts), aht / count))).collect()
}

fn months(centre: &Centre, outlook: &Outlook, start: NaiveDate, count: u32) -> Vec<NeedMonth> {
    let from = |month: u32| start.checked_add_months(Months::new(month)).unwrap_or(NaiveDate::MAX);
    let day = |date: NaiveDate| (date - start).num_days().max(0) as usize;
    let total = outlook.queues.last();
    let one = |month: u32| {
        let (first, next) = (from(month), from(month + 1));
        let volume = centre.queues.iter().map(|queue| {
            let own = outlook.queues.iter().find(|own| own.name == queue.name);
            own.map_or(0.0, |own| own.daily.iter().take(day(next)).skip(day(first)).sum())
        });
        let period = total.and_then(|all| all.periods.iter().rfind(|period| period.first <= first && first <= period.last));
        let relative_sd = period.map_or(0.0, |period| {
            let band = period.bands.first();
            band.filter(|_| period.mean > 0.0)
                .map_or(0.0, |band| (band.hi - band.lo) / (2.0 * normal_quantile(band.level) * period.mean))
        });
        NeedMonth { first, last: next.pred_opt().unwrap_or(next), volume: volume.collect(), relative_sd }
    };
    (0..count).map(one).collect()
}

/// Half-width of a central interval of the standard normal with this coverage.
fn normal_quantile(coverage: f64) -> f64 {
    const KNOWN: [(f64, f64); 5] = [(0.5, 0.6745), (0.8, 1.2816), (0.9, 1.6449), (0.95, 1.96), (0.99, 2.5758)];
    let nearest = KNOWN.iter().min_by(|a, b| (a.0 - coverage).abs().total_cmp(&(b.0 - coverage).abs()));
    nearest.map_or(1.2816, |known| known.1)
}

/// How handle times of later months relate to those of the first.
fn handle_time(centre: &Centre, outlook: &Outlook, months: &[NeedMonth]) -> Vec<Vec<f64>> {
    let of = |name: &str| outlook.queues.iter().find(|own| own.name == name);
    let at = |own: &solver_data::QueueOutlook, date: NaiveDate| {
        let period = own.periods.iter().find(|period| period.first <= date && date <= period.last);
        period.and_then(|period| period.handle_time).map(|(mean, _)| mean).filter(|mean| *mean > 0.0)
    };
    let row = |queue: &solver_data::Queue| {
        let own = of(&queue.name);
        let first = own.and_then(|own| at(own, months[0].first));
        months
            .iter()
            .map(|month| own.and_then(|own| at(own, month.first)).zip(first).map_or(1.0, |(then, now)| then / now))
            .collect()
    };
    centre.queues.iter().map(row).collect()
}

fn weekdays(centre: &Centre, outlook: &Outlook, start: NaiveDate, months: &[NeedMonth]) -> Vec<Vec<[f64; 7]>> {
    let row = |queue: &solver_data::Queue| {
        let daily = outlook.queues.iter().find(|own| own.name == queue.name).map_or(&[][..], |own| &own.daily);
        let month = |month: &NeedMonth| {
            let (mut sums, mut counts) = ([0.0; 7], [0.0; 7]);
            for date in month.first.iter_days().take_while(|date| *date <= month.last) {
                let weekday = date.weekday().num_days_from_monday() as usize;
                sums[weekday] += daily.get((date - start).num_days().max(0) as usize).copied().unwrap_or(0.0);
                counts[weekday] += 1.0;
            }
            std::array::from_fn(|weekday| if counts[weekday] > 0.0 { sums[weekday] / counts[weekday] } else { 0.0 })
        };
        months.iter().map(month).collect()
    };
    centre.queues.iter().map(row).collect()
}

/// Mean premium on base pay, weighted by handling.
fn mean_premium(centre: &Centre, near: &DemandForecast) -> f64 {
    let (mut paid, mut work) = (0.0, 0.0);
    for t in 0..near.grid.len() {
        let load: f64 =
            near.queues.iter().map(|queue| queue.mean[t] * queue.aht_seconds.as_ref().map_or(1.0, |aht| aht[t])).sum();
        paid += load * centre.pay.premium_at(&centre.calendar, near.grid.local(t));
        work += load;
    }
    if work > 0.0 { paid / work } else { 0.0 }
}

/// The first day of a plan where nobody names one: the day after the history, on the first day of its planning week.
pub fn first_day(centre: &Centre, history: &ContactHistory) -> Option<NaiveDate> {
    let last = history.last_start()?.date().succ_opt()?;
    let week = centre.week_of(last);
    if week == last { Some(last) } else { week.checked_add_days(Days::new(7)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_between_the_sized_factors_are_linear_and_go_on_beyond_them() {
        let hours = [85.0, 100.0, 118.0].map(|hours| vec![vec![hours]]).to_vec();
        let need = MonthlyNeed { hours, handling_share: 0.7 };
        for (factor, hours) in [(0.85, 85.0), (1.0, 100.0), (1.2, 118.0), (1.1, 109.0), (0.7, 70.0), (1.4, 136.0)] {
            assert!((need.hours(0, 0, factor) - hours).abs() < 1e-9, "{factor}");
        }
        assert_eq!(need.hours(0, 0, -1.0), 0.0);
    }
}
