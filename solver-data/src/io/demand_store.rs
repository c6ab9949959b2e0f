//! `demand.json`: a forecast on the planning grid as a plan or a comparison keeps it for what-ifs.
//!
//! It holds what a roster is made and simulated from: means, handle times, openings and how sampled demand errs; not the
//! bands and the parts of the days, which are for the reader. Numbers are written so that they read back exactly.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::day_errors::DayErrors;
use crate::demand::{DemandForecast, DemandUncertainty, QueueForecast};
use crate::grid::PlanningGrid;

/// Version of the format.
const VERSION: u32 = 1;

/// Demand as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredDemand {
    version: u32,
    /// First day.
    pub start: NaiveDate,
    /// Days.
    pub days: u32,
    /// Inputs it was made from: file and SHA-256.
    pub inputs: Vec<(String, String)>,
    interval_minutes: u32,
    queues: Vec<StoredQueue>,
    next_day: f64,
    across: Vec<f64>,
    relative_sd: Vec<Vec<f64>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct StoredQueue {
    name: String,
    open: Vec<bool>,
    mean: Vec<f64>,
    aht_seconds: Option<Vec<f64>>,
    model: String,
    day_level_sd: f64,
    overdispersion: f64,
}

impl StoredDemand {
    /// Demand and the inputs it was made from.
    pub fn of(demand: &DemandForecast, inputs: &[(String, String)]) -> Self {
        let (grid, errors) = (&demand.grid, &demand.day_errors);
        let queues = errors.queues();
        let queue = |own: &QueueForecast| StoredQueue {
            name: own.name.clone(),
            open: own.open.clone(),
            mean: own.mean.clone(),
            aht_seconds: own.aht_seconds.clone(),
            model: own.model.clone(),
            day_level_sd: own.uncertainty.day_level_sd,
            overdispersion: own.uncertainty.overdispersion,
        };
        Self {
            version: VERSION,
            start: grid.date(0),
            days: grid.days() as u32,
            inputs: inputs.to_vec(),
            interval_minutes: grid.interval_minutes(),
            queues: demand.queues.iter().map(queue).collect(),
            next_day: errors.next_day(),
            across: (0..queues * queues).map(|i| errors.across(i / queues, i % queues)).collect(),
            relative_sd: (0..queues).map(|q| (0..grid.days()).map(|day| errors.relative_sd(q, day)).collect()).collect(),
        }
    }

    /// The text of `demand.json`.
    pub fn text(&self) -> String {
        // Numbers, texts and lists are always JSON.
        serde_json::to_string(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// What a text holds; `None` unless it is of this version and whole.
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str::<Self>(text).ok().filter(|stored| stored.version == VERSION)
    }

    /// The demand on `grid`; `None` where it was kept for another.
    pub fn on(&self, grid: &Arc<PlanningGrid>) -> Option<DemandForecast> {
        let fits = self.start == grid.date(0)
            && self.days as usize == grid.days()
            && self.interval_minutes == grid.interval_minutes()
            && self.queues.iter().all(|own| {
                let aht = own.aht_seconds.as_ref().is_none_or(|aht| aht.len() == grid.len());
                own.mean.len() == grid.len() && own.open.len() == grid.len() && aht
            })
            && self.relative_sd.len() == self.queues.len();
        let queue = |own: &StoredQueue| QueueForecast {
            name: own.name.clone(),
            open: own.open.clone(),
            mean: own.mean.clone(),
            bands: Vec::new(),
            aht_seconds: own.aht_seconds.clone(),
            model: own.model.clone(),
            uncertainty: DemandUncertainty { day_level_sd: own.day_level_sd, overdispersion: own.overdispersion },
            days: Vec::new(),
            adjustments: Vec::new(),
        };
        let errors = || DayErrors::correlated(self.next_day, self.across.clone(), self.relative_sd.clone());
        fits.then(|| DemandForecast {
            grid: Arc::clone(grid),
            queues: self.queues.iter().map(queue).collect(),
            day_errors: errors(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demand_reads_back_exactly_and_only_on_its_grid() {
        let grid = |day| {
            let start = NaiveDate::from_ymd_opt(2024, 1, day).unwrap();
            Arc::new(PlanningGrid::new(start, 1, 60, chrono_tz::UTC).unwrap())
        };
        let queue = |name: &str| QueueForecast {
            name: name.to_owned(),
            open: vec![true; 24],
            mean: (0..24).map(|t| f64::from(t) / 3.0).collect(),
            bands: Vec::new(),
            aht_seconds: Some(vec![180.1; 24]),
            model: "test".to_owned(),
            uncertainty: DemandUncertainty { day_level_sd: 0.1, overdispersion: 1.3 },
            days: Vec::new(),
            adjustments: Vec::new(),
        };
        let day_errors = DayErrors::correlated(0.3, vec![1.0, 0.4, 0.4, 1.0], vec![vec![1.1], vec![0.7]]);
        let demand = DemandForecast { grid: grid(1), queues: vec![queue("a"), queue("b")], day_errors };
        let inputs = [("history.csv".to_owned(), "ab12".to_owned())];
        let stored = StoredDemand::parse(&StoredDemand::of(&demand, &inputs).text()).unwrap();
        assert_eq!(stored.inputs, inputs);
        assert_eq!(stored.on(&grid(1)).unwrap(), demand);
        assert_eq!(stored.on(&grid(2)), None);
        assert_eq!(StoredDemand::parse("{}"), None);
    }
}
