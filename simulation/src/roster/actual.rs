//! A week as it came against the week as it was planned: what of the missed service is due to what.
//!
//! Every replication is run under the same random numbers for each subset of the causes (volume, handle times, attendance)
//! that acts as it did, the others as planned, and once more as planned with the requirement staffed exactly. With L(S) the
//! service lost when the causes S act, and R the service lost with the requirement staffed exactly:
//!
//! | part | of the miss |
//! |---|---|
//! | staffing | R: what the requirement itself would have missed, had the plan come true |
//! | roster fit | L(∅) - R: what the roster adds to that by standing elsewhere |
//! | volume, handle times, attendance | Shapley values over L, as in [`super::attribution`] |
//!
//! They add up to L(all), the whole miss, replication by replication. Where counts are known, exactly as many contacts come
//! in each counted stretch, at uniform instants; handle times and patience are drawn.

use chrono::NaiveDate;
use solver_data::{Centre, DemandForecast, Estimate, Roster, Seed, Watch};

use super::attribution::{levels, shapley, wanted};
use super::compiled::CompiledRoster;
use super::demand::{DayDemand, Volume};
use super::{RosterLedger, RunLength, problems_of};
use crate::error::SimulationError;
use crate::estimate::{Sample, StudentQuantiles};
use crate::replications::replicate;
use crate::stream::Purpose;

/// A centre and who is on contact in it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Staffed<'a> {
    /// The centre, whose agents the roster names.
    pub centre: &'a Centre,
    /// Shifts and breaks.
    pub roster: &'a Roster,
}

/// A planned week and what came of it; all on one planning grid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ActualWeek<'a> {
    /// Demand as it was expected.
    pub planned: &'a DemandForecast,
    /// Demand as it came: `mean` counts contacts, spread evenly over the stretches they were counted in.
    pub actual: &'a DemandForecast,
    /// Planning intervals of each stretch that contacts were counted in, 1 or more.
    pub counted_intervals: usize,
    /// The roster, all there.
    pub rostered: Staffed<'a>,
    /// The roster less those known absent; `None` where attendance is not known.
    pub attended: Option<&'a Roster>,
    /// The requirement as asked for, staffed exactly.
    pub asked: Staffed<'a>,
    /// The requirement as it would have been asked for had demand been known, staffed exactly.
    pub known: Staffed<'a>,
    /// Probability that a shift is missed: as planned, and what is left of it where the absent are known.
    pub absence: (f64, f64),
    /// Replications.
    pub replications: u32,
    /// Where all random numbers come from.
    pub seed: Seed,
}

/// Where the service of a queue went: parts of `wanted - served`, positive where they cost service.
#[derive(Debug, Clone, PartialEq)]
pub struct MissedService {
    /// Name of the queue; `all` for all together, weighted by the contacts that came.
    pub queue: String,
    /// The day; `None` for the whole horizon.
    pub day: Option<NaiveDate>,
    /// Contacts that came.
    pub contacts: f64,
    /// Service level wanted.
    pub wanted: f64,
    /// Service level of the roster had the plan come true.
    pub planned: Estimate,
    /// Service level of the roster as the week came.
    pub served: Estimate,
    /// Service level of the requirement that would have been asked for had demand been known, staffed exactly.
    pub known: Estimate,
    /// Due to other contacts than expected.
    pub volume: Estimate,
    /// Due to other handle times than expected.
    pub handle_time: Estimate,
    /// What the requirement would have missed had it been staffed exactly and the plan come true.
    pub staffing: Estimate,
    /// What the roster adds to that by standing elsewhere than the requirement.
    pub fit: Estimate,
    /// Due to other attendance than expected.
    pub attendance: Estimate,
}

/// Samples of one queue and stretch.
#[derive(Debug, Clone, Copy, Default)]
struct Parts {
    planned: Sample,
    served: Sample,
    known: Sample,
    causes: [Sample; 3],
    staffing: Sample,
    fit: Sample,
}

/// Takes the service missed in a week apart: one entry a queue with a wished share, then all together; each by day, then
/// over the horizon.
///
/// # Errors
/// [`SimulationError::Refused`] with every problem of the request; [`SimulationError::Interrupted`].
pub fn review_week(week: &ActualWeek<'_>, watch: &dyn Watch) -> Result<Vec<MissedService>, SimulationError> {
    let runs = Runs::of(week)?;
    let roster = &runs.variants[0];
    let stretches = roster.grid.days() + 1;
    let queues = roster.queues.len();
    let weights = weights(roster, week.actual);
    let mut parts = vec![Parts::default(); (queues + 1) * stretches];
    let one = |seed: Seed| runs.levels(week, seed);
    replicate(week.replications, week.seed, watch, one, |levels| {
        for stretch in 0..stretches {
            let mut all = vec![0.0; levels.len()];
            for queue in 0..queues {
                let cell = queue * stretches + stretch;
                let Some(wanted) = wanted(roster, queue, stretch).filter(|_| weights[cell] > 0.0) else { continue };
                let losses: Vec<f64> = levels.iter().map(|run| wanted - known_level(run[cell])).collect();
                for (sum, loss) in all.iter_mut().zip(&losses) {
                    *sum += weights[cell] * loss;
                }
                parts[cell].add(&losses, wanted, &runs.acting);
            }
            let wanted = overall_wanted(roster, &weights, stretch);
            parts[queues * stretches + stretch].add(&all, wanted, &runs.acting);
        }
    })?;
    let quantiles = StudentQuantiles::up_to(week.replications);
    let row = |cell: usize| row((roster, &parts[cell], &quantiles), cell, (&weights, week.actual));
    Ok((0..(queues + 1) * stretches).filter_map(row).collect())
}

/// A level, 1 where nothing was to be served.
fn known_level(level: f64) -> f64 {
    if level.is_finite() { level } else { 1.0 }
}

/// The weighted share wanted of all queues together.
fn overall_wanted(roster: &CompiledRoster, weights: &[f64], stretch: usize) -> f64 {
    let stretches = roster.grid.days() + 1;
    let part = |queue: usize| Some(weights[queue * stretches + stretch] * wanted(roster, queue, stretch)?);
    (0..roster.queues.len()).filter_map(part).sum()
}

/// Share of each queue in the contacts of a stretch that came, of the queues with a wished share: `queues × stretches`.
fn weights(roster: &CompiledRoster, actual: &DemandForecast) -> Vec<f64> {
    let stretches = roster.grid.days() + 1;
    let mut weights = vec![0.0; roster.queues.len() * stretches];
    for stretch in 0..stretches {
        let counted = |queue: usize| {
            let came = contacts(roster, actual, queue, stretch);
            if wanted(roster, queue, stretch).is_some() { came } else { 0.0 }
        };
        let total: f64 = (0..roster.queues.len()).map(counted).sum();
        for queue in 0..roster.queues.len() {
            weights[queue * stretches + stretch] = if total > 0.0 { counted(queue) / total } else { 0.0 };
        }
    }
    weights
}

/// Contacts of a queue that came in a stretch, within its opening hours.
fn contacts(roster: &CompiledRoster, actual: &DemandForecast, queue: usize, stretch: usize) -> f64 {
    let own = &actual.queues[roster.queues[queue].place];
    let range = if stretch < roster.grid.days() { roster.grid.day_range(stretch) } else { 0..roster.intervals() };
    range.filter(|&t| own.open[t]).map(|t| own.mean[t]).sum()
}

fn row(
    (roster, parts, quantiles): (&CompiledRoster, &Parts, &StudentQuantiles),
    cell: usize,
    (weights, actual): (&[f64], &DemandForecast),
) -> Option<MissedService> {
    let stretches = roster.grid.days() + 1;
    let (queue, stretch) = (cell / stretches, cell % stretches);
    let of_queue = roster.queues.get(queue);
    let came_in = |queue: usize| contacts(roster, actual, queue, stretch);
    let (wanted, came) = if of_queue.is_some() {
        (wanted(roster, queue, stretch)?, came_in(queue))
    } else {
        let weighed = (0..roster.queues.len()).filter(|&queue| weights[queue * stretches + stretch] > 0.0);
        (overall_wanted(roster, weights, stretch), weighed.map(came_in).sum())
    };
    let estimate = |sample: &Sample| -> Estimate { sample.estimate(quantiles, 0.0) };
    (came > 0.0).then(|| MissedService {
        queue: of_queue.map_or_else(|| "all".to_owned(), |own| own.name.clone()),
        day: (stretch < roster.grid.days()).then(|| roster.grid.date(stretch)),
        contacts: came,
        wanted,
        planned: estimate(&parts.planned),
        served: estimate(&parts.served),
        known: estimate(&parts.known),
        volume: estimate(&parts.causes[0]),
        handle_time: estimate(&parts.causes[1]),
        attendance: estimate(&parts.causes[2]),
        staffing: estimate(&parts.staffing),
        fit: estimate(&parts.fit),
    })
}

impl Parts {
    /// Adds one replication: losses by subset of the acting causes, then of the two staffed exactly.
    fn add(&mut self, losses: &[f64], wanted: f64, acting: &[usize]) {
        let subsets = 1 << acting.len();
        let (causes, asked, known) = (&losses[..subsets], losses[subsets], losses[subsets + 1]);
        self.planned.add(wanted - causes[0]);
        self.served.add(wanted - causes[subsets - 1]);
        self.known.add(wanted - known);
        self.staffing.add(asked);
        self.fit.add(causes[0] - asked);
        for (cause, sample) in self.causes.iter_mut().enumerate() {
            sample.add(acting.iter().position(|&own| own == cause).map_or(0.0, |place| shapley(causes, place)));
        }
    }
}

/// The centre compiled for every run of a replication.
struct Runs {
    /// By subset of volume (1), handle times (2) and attendance (4).
    variants: Vec<CompiledRoster>,
    /// Causes that can act.
    acting: Vec<usize>,
    asked: CompiledRoster,
    known: CompiledRoster,
}

impl Runs {
    fn of(week: &ActualWeek<'_>) -> Result<Self, SimulationError> {
        let length = RunLength::Replications(week.replications);
        let Staffed { centre, roster } = week.rostered;
        let problems = || problems_of(week.absence.0.max(week.absence.1), length);
        let mut variants = Vec::with_capacity(8);
        for mask in 0..8_usize {
            let demand = demand_of(week, mask);
            let there = week.attended.filter(|_| mask & 4 > 0).unwrap_or(roster);
            variants.push(CompiledRoster::new(centre, &demand, there, problems())?);
        }
        let exact =
            |staffed: Staffed<'_>, mask| CompiledRoster::new(staffed.centre, &demand_of(week, mask), staffed.roster, Vec::new());
        let acting = if week.attended.is_some() { vec![0, 1, 2] } else { vec![0, 1] };
        Ok(Self { variants, acting, asked: exact(week.asked, 0)?, known: exact(week.known, 3)? })
    }

    /// Levels of every run of one replication: by subset of the acting causes, then the two staffed exactly.
    fn levels(&self, week: &ActualWeek<'_>, seed: Seed) -> Vec<Vec<f64>> {
        let volume = |mask: usize| if mask & 1 > 0 { Volume::Counted(week.counted_intervals) } else { Volume::Expected };
        let run = |compiled: &CompiledRoster, mask: usize, absence: f64| {
            let absent = compiled.absences(Purpose::Absence.of(seed), absence);
            let demand = DayDemand::of_centre(compiled, volume(mask), seed);
            let books: RosterLedger<'_> = compiled.operate(demand, absent, Purpose::Fate.of(seed));
            levels(compiled, &books)
        };
        let masks = (0..1_usize << self.acting.len()).map(|subset| {
            (0..self.acting.len()).filter(|place| subset >> place & 1 > 0).map(|place| 1 << self.acting[place]).sum()
        });
        let mut found: Vec<Vec<f64>> = masks
            .map(|mask: usize| run(&self.variants[mask], mask, if mask & 4 > 0 { week.absence.1 } else { week.absence.0 }))
            .collect();
        found.push(run(&self.asked, 0, 0.0));
        found.push(run(&self.known, 1, 0.0));
        found
    }
}

/// Demand with the volume (1) and the handle times (2) as they came, else as planned.
fn demand_of(week: &ActualWeek<'_>, mask: usize) -> DemandForecast {
    let mut demand = if mask & 1 > 0 { week.actual.clone() } else { week.planned.clone() };
    let handled = if mask & 2 > 0 { week.actual } else { week.planned };
    for queue in &mut demand.queues {
        queue.aht_seconds = handled.queue(&queue.name).and_then(|own| own.aht_seconds.clone());
    }
    demand
}

#[cfg(test)]
mod tests {
    use super::super::small_centre::{agent, at, centre, forecast, grid, queue, roster, shift};
    use super::*;
    use solver_data::Unwatched;

    const STAFF: usize = 14;

    /// What is missed of a morning of one queue with `came` contacts an interval of `aht` seconds, `absent` agents away.
    fn missed(came: f64, aht: f64, absent: Option<usize>) -> Vec<MissedService> {
        let grid = grid(1);
        let centre = centre(vec![queue(0, 1, Some(240.0))], vec![agent(&[0]); STAFF]);
        let mut planned = forecast(&centre, &grid, (8, 12), 80.0);
        planned.queues[0].aht_seconds = Some(vec![240.0; grid.len()]);
        let mut actual = forecast(&centre, &grid, (8, 12), came);
        actual.queues[0].aht_seconds = Some(vec![aht; grid.len()]);
        let of = |agents: usize| roster(&grid, (0..agents).map(|_| vec![shift(at(8, 0, 0), at(12, 0, 0))]).collect());
        let (rostered, asked, known) = (of(STAFF), of(13), of(STAFF));
        let attended = absent.map(|absent| of(STAFF - absent));
        let staffed = |roster| Staffed { centre: &centre, roster };
        let week = ActualWeek {
            planned: &planned,
            actual: &actual,
            counted_intervals: 1,
            rostered: staffed(&rostered),
            attended: attended.as_ref(),
            asked: staffed(&asked),
            known: staffed(&known),
            absence: (0.05, 0.0),
            replications: 40,
            seed: Seed(3),
        };
        review_week(&week, &Unwatched).unwrap()
    }

    #[test]
    fn the_parts_add_up_to_the_whole_miss() {
        for row in missed(96.0, 260.0, Some(1)) {
            let parts = [row.volume, row.handle_time, row.staffing, row.fit, row.attendance];
            let sum: f64 = parts.iter().map(|part| part.mean).sum();
            assert!((sum - (row.wanted - row.served.mean)).abs() < 1e-12, "{row:?}");
        }
    }

    #[test]
    fn every_cause_is_found_where_it_acts() {
        let all = |came, aht, absent| missed(came, aht, absent).pop().unwrap();
        let (busy, slow, away) = (all(104.0, 240.0, None), all(80.0, 300.0, None), all(80.0, 240.0, Some(3)));
        assert!(busy.volume.mean > 0.1 && busy.handle_time.mean == 0.0 && busy.attendance.mean == 0.0, "{busy:?}");
        assert!(slow.handle_time.mean > 0.1 && slow.volume.mean.abs() < 0.03, "{slow:?}");
        assert!(away.attendance.mean > 0.1 && away.volume.mean.abs() < 0.05, "{away:?}");
        // An agent more than was asked for helps: the fit costs nothing.
        assert!(busy.fit.mean < 0.0 && busy.contacts == 832.0);
    }

    #[test]
    fn as_many_contacts_come_as_were_counted() {
        let grid = grid(1);
        let centre = centre(vec![queue(0, 1, None)], vec![agent(&[0])]);
        let mut demand = forecast(&centre, &grid, (8, 12), 2.5);
        demand.queues[0].mean[17] = 4.5;
        let compiled = CompiledRoster::new(&centre, &demand, &roster(&grid, vec![Vec::new()]), Vec::new()).unwrap();
        for seed in 0..20 {
            let arrivals = DayDemand::of_centre(&compiled, Volume::Counted(2), Seed(seed));
            let books = compiled.operate(arrivals, Vec::new(), Seed(0));
            let offered: Vec<u32> = books.tallies.iter().map(|tally| tally.offered).collect();
            assert_eq!([offered[16] + offered[17], offered[18] + offered[19], offered.iter().sum()], [7, 5, 22]);
        }
    }
}
