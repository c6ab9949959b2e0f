//! Agent-hours missing in a week, taken apart.

use chrono::NaiveDate;
use simulation::MissedService;
use solver_data::{DemandForecast, PlanningGrid, Roster, StaffingRequirement};

use super::Needs;

/// Where agent-hours went: parts of `needed - present`, positive where they made agents scarcer.
#[derive(Debug, Clone, PartialEq)]
pub struct HourParts {
    /// Name of the queue; `all` for all together. A queue's share of the hours is its share of the load.
    pub queue: String,
    /// The day; `None` for the whole horizon.
    pub day: Option<NaiveDate>,
    /// Agent-hours on contact that the plan asked for.
    pub asked: f64,
    /// Agent-hours needed for what came, by formula.
    pub needed: f64,
    /// Agent-hours on contact that were there, missed shifts left out.
    pub present: f64,
    /// Due to other contacts than expected.
    pub volume: f64,
    /// Due to other handle times than expected.
    pub handle_time: f64,
    /// The formula's requirement for the forecast less the one asked for.
    pub staffing: f64,
    /// Asked for less rostered, planned absence taken off.
    pub fit: f64,
    /// Expected to be there less those who were.
    pub attendance: f64,
}

/// Agents by interval: `len == grid.len()` each.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NeedCurve {
    /// Asked for by the plan.
    pub asked: Vec<f64>,
    /// Needed for what came.
    pub needed: Vec<f64>,
    /// On contact, as far as attendance is known.
    pub present: Vec<f64>,
    /// Contacts expected.
    pub expected: Vec<f64>,
    /// Contacts that came.
    pub came: Vec<f64>,
}

/// Agents on contact by interval.
pub(super) struct Presence {
    /// As rostered, planned absence taken off.
    expected: Vec<f64>,
    /// As far as attendance is known.
    actual: Vec<f64>,
    /// Agents rostered and attending, before random absence.
    counts: (f64, f64),
}

impl Presence {
    /// Presence of a roster with its random absence, and of what was attended of it with what is left of that.
    pub fn of(roster: &Roster, attended: Option<&Roster>, absence: (f64, f64)) -> Self {
        let there = |roster: &Roster, absence: f64| -> Vec<f64> {
            roster.on_contact(|_| true).into_iter().map(|agents| f64::from(agents) * (1.0 - absence)).collect()
        };
        let expected = there(roster, absence.0);
        let actual = attended.map_or_else(|| expected.clone(), |attended| there(attended, absence.1));
        let sum = |roster: &Roster| roster.on_contact(|_| true).into_iter().map(f64::from).sum::<f64>();
        Self { expected, actual, counts: (sum(roster), attended.map_or_else(|| sum(roster), sum)) }
    }

    /// Share of the rostered time on contact that nobody attended.
    pub fn absent_share(&self) -> f64 {
        if self.counts.0 > 0.0 { 1.0 - self.counts.1 / self.counts.0 } else { 0.0 }
    }
}

/// Share of each queue in the load of an interval; even where there is none: `queues × intervals`.
pub(super) fn load_shares(requirement: &StaffingRequirement) -> Vec<Vec<f64>> {
    let queues = requirement.queues.len();
    let total = |t: usize| requirement.queues.iter().map(|queue| queue.offered_load[t]).sum::<f64>();
    let totals: Vec<f64> = (0..requirement.grid.len()).map(total).collect();
    let share = |load: f64, total: f64| if total > 0.0 { load / total } else { 1.0 / queues as f64 };
    requirement
        .queues
        .iter()
        .map(|queue| queue.offered_load.iter().zip(&totals).map(|(&load, &total)| share(load, total)).collect())
        .collect()
}

/// The parts of the agent-hours missing, in the order of `service`, and the curves behind them.
pub(super) fn hours(
    service: &[MissedService],
    (planned, actual): (&DemandForecast, &DemandForecast),
    needs: &Needs,
    there: &Presence,
) -> (Vec<HourParts>, NeedCurve) {
    let grid = &planned.grid;
    let sum = |demand: &DemandForecast| -> Vec<f64> {
        (0..grid.len()).map(|t| demand.queues.iter().map(|queue| queue.mean[t]).sum()).collect()
    };
    let agents = |agents: &[u32]| agents.iter().copied().map(f64::from).collect();
    let curve = NeedCurve {
        asked: agents(&needs.asked.agents),
        needed: agents(&needs.known.agents),
        present: there.actual.clone(),
        expected: sum(planned),
        came: sum(actual),
    };
    let place = |name: &str| planned.queues.iter().position(|queue| queue.name == name);
    let rows = service.iter().map(|row| parts(grid, (row, place(&row.queue)), needs, there)).collect();
    (rows, curve)
}

fn parts(grid: &PlanningGrid, (row, queue): (&MissedService, Option<usize>), needs: &Needs, there: &Presence) -> HourParts {
    let day = row.day.and_then(|date| grid.day_of_date(date));
    let range = day.map_or(0..grid.len(), |day| grid.day_range(day));
    let hours = grid.interval_seconds() / 3600.0;
    // The queue's share of the load in a demand known so far (`mask`).
    let share = |mask: usize, t: usize| queue.map_or(1.0, |queue| needs.shares[mask][queue][t]);
    let total = |value: &dyn Fn(usize) -> f64| hours * range.clone().map(value).sum::<f64>();
    let formula = |mask: usize| total(&|t| f64::from(needs.by_formula[mask].agents[t]) * share(mask, t));
    let [plain, volume, handled, both] = [formula(0), formula(1), formula(2), formula(3)];
    let asked = total(&|t| f64::from(needs.asked.agents[t]) * share(0, t));
    let expected = total(&|t| there.expected[t] * share(0, t));
    let present = total(&|t| there.actual[t] * share(0, t));
    HourParts {
        queue: row.queue.clone(),
        day: row.day,
        asked,
        needed: both,
        present,
        volume: 0.5 * ((volume - plain) + (both - handled)),
        handle_time: 0.5 * ((handled - plain) + (both - volume)),
        staffing: plain - asked,
        fit: asked - expected,
        attendance: expected - present,
    }
}
