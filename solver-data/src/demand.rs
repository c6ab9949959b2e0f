//! What is expected: volume with prediction intervals and handle time, per queue and interval.

use std::sync::Arc;

use crate::day_errors::DayErrors;
use crate::grid::{GridError, PlanningGrid};

/// Forecast of all queues on one grid.
#[derive(Debug, Clone, PartialEq)]
pub struct DemandForecast {
    /// The grid.
    pub grid: Arc<PlanningGrid>,
    /// One forecast a queue, in history or centre order.
    pub queues: Vec<QueueForecast>,
    /// How the day-level errors of the queues hang together, in the order of `queues`.
    pub day_errors: DayErrors,
}

/// Forecast of one queue; every vector has `len == grid.len()`.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueForecast {
    /// Name of the queue.
    pub name: String,
    /// Whether the queue is open; closed intervals have mean 0 and are not written out.
    pub open: Vec<bool>,
    /// Expected contacts.
    pub mean: Vec<f64>,
    /// Prediction intervals, narrowest first; they nest and contain the mean.
    pub bands: Vec<Band>,
    /// Expected mean handle time in seconds; `None` where the history has none.
    pub aht_seconds: Option<Vec<f64>>,
    /// Name of the model that made it.
    pub model: String,
    /// What sampled paths need beyond the bands.
    pub uncertainty: DemandUncertainty,
    /// How the total of each day came about: `len == grid.days()`.
    pub days: Vec<DayParts>,
    /// What was changed after the model had spoken, in the order of the changes.
    pub adjustments: Vec<Adjustment>,
}

/// Factors of the expected total of one local day, before [`Adjustment`]s: their product is the day's mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DayParts {
    /// Contacts on a typical open day at the present level.
    pub level: f64,
    /// Weekday.
    pub weekday: f64,
    /// Season, day of the month, holidays and the days around them.
    pub calendar: f64,
    /// Promotions and launches, learned from their past.
    pub event: f64,
    /// The planner's own uplift.
    pub uplift: f64,
    /// What the other models of the pool make of it.
    pub pool: f64,
}

/// A change of a forecast after the model had spoken.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjustment {
    /// Why it was made.
    pub source: AdjustmentSource,
    /// Who says so and for what reason, in words.
    pub note: String,
    /// Mean after / mean before, 1 where nothing changed: `len == grid.len()`.
    pub factor: Vec<f64>,
}

/// Why a forecast was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AdjustmentSource {
    /// Contacts of the day so far were observed.
    Intraday,
    /// A planner's override.
    Override,
    /// Contacts are deflected to self-service.
    Deflection,
    /// Contacts that come back because they were not resolved.
    Repeat,
}

impl AdjustmentSource {
    /// The name used in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Intraday => "intraday",
            Self::Override => "override",
            Self::Deflection => "deflection",
            Self::Repeat => "repeat",
        }
    }
}

impl DayParts {
    /// A day of which only the total is known.
    pub fn of_total(total: f64) -> Self {
        Self { level: total, weekday: 1.0, calendar: 1.0, event: 1.0, uplift: 1.0, pool: 1.0 }
    }

    /// Expected contacts of the day.
    pub fn total(&self) -> f64 {
        self.level * self.weekday * self.calendar * self.event * self.uplift * self.pool
    }
}

/// A central prediction interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Coverage, such as 0.80.
    pub level: f64,
    /// Lower ends.
    pub lo: Vec<f64>,
    /// Upper ends.
    pub hi: Vec<f64>,
}

/// Day-level error and interval noise, kept apart so that sampled paths correlate within a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DemandUncertainty {
    /// Standard deviation of (actual day total / forecast day total) - 1.
    pub day_level_sd: f64,
    /// Variance / mean of interval counts once the day total is known; 1 is Poisson.
    pub overdispersion: f64,
}

impl DemandForecast {
    /// The same forecast on a grid of the same days with shorter intervals: volumes and bands are split evenly.
    ///
    /// Even splitting keeps every total; within a history interval nothing better is known.
    ///
    /// # Errors
    /// [`GridError::Mismatch`] unless every interval of the forecast holds a whole number of intervals of `grid`.
    pub fn split(&self, grid: &Arc<PlanningGrid>) -> Result<DemandForecast, GridError> {
        let parts = grid.len() / self.grid.len().max(1);
        let same_days = self.grid.dates() == grid.dates() && self.grid.zone() == grid.zone();
        if parts == 0 || parts * self.grid.len() != grid.len() || !same_days {
            return Err(GridError::Mismatch { left: self.grid.len(), right: grid.len() });
        }
        let queues = self.queues.iter().map(|queue| queue.split(parts)).collect();
        Ok(DemandForecast { grid: Arc::clone(grid), queues, day_errors: self.day_errors.clone() })
    }

    /// The forecast of a queue by name.
    pub fn queue(&self, name: &str) -> Option<&QueueForecast> {
        self.queues.iter().find(|queue| queue.name == name)
    }
}

impl QueueForecast {
    fn split(&self, parts: usize) -> QueueForecast {
        let share = |values: &[f64]| repeat(values, parts).into_iter().map(|value| value / parts as f64).collect::<Vec<_>>();
        let bands = self.bands.iter().map(|band| Band { level: band.level, lo: share(&band.lo), hi: share(&band.hi) }).collect();
        QueueForecast {
            name: self.name.clone(),
            open: repeat(&self.open, parts),
            mean: share(&self.mean),
            bands,
            aht_seconds: self.aht_seconds.as_ref().map(|aht| repeat(aht, parts)),
            model: self.model.clone(),
            uncertainty: self.uncertainty,
            days: self.days.clone(),
            adjustments: self.adjustments.iter().map(|adjustment| adjustment.split(parts)).collect(),
        }
    }

    /// The band of a coverage level.
    pub fn band(&self, level: f64) -> Option<&Band> {
        self.bands.iter().find(|band| (band.level - level).abs() < 1e-9)
    }
}

impl Adjustment {
    fn split(&self, parts: usize) -> Adjustment {
        Adjustment { factor: repeat(&self.factor, parts), ..self.clone() }
    }
}

fn repeat<T: Copy>(values: &[T], times: usize) -> Vec<T> {
    values.iter().flat_map(|&value| std::iter::repeat_n(value, times)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn splitting_keeps_totals_and_refuses_other_days() {
        let grid = |day, minutes| {
            let start = NaiveDate::from_ymd_opt(2024, 1, day).unwrap();
            Arc::new(PlanningGrid::new(start, 1, minutes, chrono_tz::UTC).unwrap())
        };
        let mean: Vec<f64> = (0..48).map(f64::from).collect();
        let queue = QueueForecast {
            name: "all".into(),
            open: vec![true; 48],
            bands: vec![Band { level: 0.8, lo: vec![0.0; 48], hi: mean.iter().map(|m| m + 2.0).collect() }],
            aht_seconds: Some(vec![180.0; 48]),
            mean,
            model: "test".into(),
            uncertainty: DemandUncertainty { day_level_sd: 0.1, overdispersion: 1.0 },
            days: Vec::new(),
            adjustments: Vec::new(),
        };
        let forecast = DemandForecast { grid: grid(1, 30), queues: vec![queue], day_errors: DayErrors::independent(1) };
        let quarters = forecast.split(&grid(1, 15)).unwrap();
        assert_eq!(quarters.queues[0].mean[6..8], [1.5, 1.5]);
        assert_eq!(quarters.queues[0].bands[0].hi[6], 2.5);
        assert_eq!(quarters.queues[0].aht_seconds.as_ref().unwrap().len(), 96);
        assert_eq!(quarters.queues[0].mean.iter().sum::<f64>(), forecast.queues[0].mean.iter().sum::<f64>());
        assert!(forecast.split(&grid(2, 15)).is_err());
        assert!(forecast.split(&grid(1, 60)).is_err());
    }
}
