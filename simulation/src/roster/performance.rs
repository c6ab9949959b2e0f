//! Replications folded into means, confidence intervals and the share of days that meet their targets.

use std::sync::Arc;

use solver_data::{Estimate, GroupPerformance, ServicePerformance, TargetPeriod};

use super::compiled::CompiledRoster;
use super::ledger::{Presence, RosterLedger, Tally};
use super::measure::meets;
use super::unit::{GroupFold, Sums, UnitFold, share};
use super::waits::Waits;
use crate::estimate::{Sample, StudentQuantiles};
use crate::precision::{Precision, Quantity};
use crate::replications::Gather;

/// The fold over replications, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PerformanceFold<'a> {
    roster: &'a CompiledRoster,
    replications: u32,
    queues: Vec<UnitFold>,
    overall: UnitFold,
    occupancy: Vec<Sample>,
    groups: Vec<GroupFold>,
}

/// Busy shares of all agents of one replication.
struct Occupancy {
    days: Vec<f64>,
    weeks: Vec<f64>,
}

impl<'a> PerformanceFold<'a> {
    /// Nothing folded yet.
    pub fn new(roster: &'a CompiledRoster) -> Self {
        let (grid, weeks) = (&roster.grid, roster.weeks.len());
        let queues = roster.queues.iter().map(|queue| {
            let period = queue.targets[0].period;
            let periods = match period {
                TargetPeriod::Interval => grid.len(),
                TargetPeriod::Day => grid.days(),
                TargetPeriod::Week => weeks,
            };
            let periods = if queue.targets.iter().all(solver_data::ServiceTarget::is_empty) { 0 } else { periods };
            UnitFold::new(grid, weeks, (period, periods))
        });
        Self {
            replications: 0,
            queues: queues.collect(),
            overall: UnitFold::new(grid, weeks, (TargetPeriod::Day, 0)),
            occupancy: vec![Sample::default(); grid.len()],
            groups: vec![GroupFold::new(grid.days()); roster.groups.len()],
            roster,
        }
    }

    /// Adds one replication.
    pub fn fold(&mut self, books: &RosterLedger<'_>) {
        self.replications += 1;
        let (roster, grid) = (self.roster, &*self.roster.grid);
        let intervals = grid.len();
        let occupancy = Occupancy::of(roster, &books.presence);
        // Whether each day had contacts, and whether every queue with contacts met its target.
        let mut overall_days = vec![(false, true); grid.days()];
        let mut all = vec![Tally::default(); intervals];
        let mut all_waits = Waits::default();
        for (queue, unit) in self.queues.iter_mut().enumerate() {
            let own = queue * intervals..(queue + 1) * intervals;
            let tallies = &books.tallies[own.clone()];
            for (sum, tally) in all.iter_mut().zip(tallies) {
                sum.add(tally);
            }
            let sums = unit.add(grid, &roster.week_of, tallies);
            let targets = &roster.queues[queue].targets;
            let (mut days, mut met_days) = (0, 0);
            for (day, tally) in sums.days.iter().enumerate().filter(|(_, tally)| tally.offered > 0) {
                let met = meets(&targets[day], tally, occupancy.days[day]);
                days += 1;
                met_days += u64::from(met);
                overall_days[day] = (true, overall_days[day].1 && met);
            }
            unit.add_days_on_target(days, met_days);
            judge(roster, queue, unit, (tallies, &sums), (&occupancy, &books.presence));
            unit.add_waits(&books.waits[queue]);
            all_waits.merge(&books.waits[queue]);
            unit.add_flow(&books.flows[queue]);
            if !roster.queues[queue].handling.kind.is_live() && !books.backlog.is_empty() {
                unit.add_backlog(&books.backlog[own]);
            }
        }
        self.overall.add(grid, &roster.week_of, &all);
        self.overall.add_waits(&all_waits);
        let with_contacts = overall_days.iter().filter(|(offered, _)| *offered);
        let met = with_contacts.clone().filter(|(_, met)| *met).count() as u64;
        self.overall.add_days_on_target(with_contacts.count() as u64, met);
        self.add_presence(&books.presence);
    }

    fn add_presence(&mut self, presence: &Presence) {
        for ((sample, &busy), &available) in self.occupancy.iter_mut().zip(&presence.busy).zip(&presence.available) {
            if let Some(share) = share(busy, available) {
                sample.add(share);
            }
        }
        for (group, days) in self.groups.iter_mut().zip(presence.groups.chunks(self.roster.grid.days())) {
            group.add(days);
        }
    }

    /// The result.
    pub fn finish(&self) -> ServicePerformance {
        let quantiles = StudentQuantiles::up_to(self.replications);
        let days = (&*self.roster.grid, self.roster.week_of.as_slice());
        let names = self.roster.queues.iter().map(|queue| &queue.name);
        let queues = self.queues.iter().zip(names).map(|(unit, name)| unit.performance(name, days, &quantiles)).collect();
        let occupancy: Vec<Estimate> = self.occupancy.iter().map(|sample| sample.estimate(&quantiles, 0.0)).collect();
        ServicePerformance {
            grid: Arc::clone(&self.roster.grid),
            replications: self.replications,
            queues,
            overall: self.overall.performance("all", days, &quantiles),
            occupancy,
            weeks: self.roster.weeks.clone(),
            groups: self.groups(&quantiles),
            attribution: Vec::new(),
        }
    }

    fn groups(&self, quantiles: &StudentQuantiles) -> Vec<GroupPerformance> {
        let known = &self.roster.groups;
        let name = |&queue: &u32| self.roster.queues[queue as usize].name.clone();
        let group = |(k, fold): (usize, &GroupFold)| {
            let (occupancy, days) = fold.occupancy(quantiles);
            let queues = known.queues[k].iter().map(name).collect();
            GroupPerformance { queues, level: known.level[k], agents: known.agents[k], occupancy, days }
        };
        self.groups.iter().enumerate().map(group).collect()
    }
}

impl Gather<RosterLedger<'_>> for PerformanceFold<'_> {
    fn add(&mut self, books: RosterLedger<'_>) {
        self.fold(&books);
    }

    fn excess(&self, precision: &Precision) -> f64 {
        let quantiles = StudentQuantiles::up_to(self.replications);
        let shares = self.queues.iter().chain([&self.overall]).flat_map(|unit| {
            let horizon = unit.horizon(&quantiles);
            [horizon.service_level, horizon.abandonment]
        });
        shares.map(|share| precision.excess(Quantity::Share, share)).fold(0.0, f64::max)
    }
}

/// Holds the promise of a queue against each of its periods with contacts.
fn judge(
    roster: &CompiledRoster,
    queue: usize,
    unit: &mut UnitFold,
    (tallies, sums): (&[Tally], &Sums),
    (occupancy, presence): (&Occupancy, &Presence),
) {
    if unit.judged.is_empty() {
        return;
    }
    let targets = &roster.queues[queue].targets;
    let of_interval = |t: usize| share(presence.busy[t], presence.available[t]).unwrap_or(0.0);
    let (tallies, first_day): (&[Tally], &dyn Fn(usize) -> usize) = match unit.period {
        TargetPeriod::Interval => (tallies, &|t| roster.day_of[t] as usize),
        TargetPeriod::Day => (&sums.days, &|day| day),
        TargetPeriod::Week => (&sums.weeks, &|week| roster.week_of.partition_point(|&own| own < week)),
    };
    for (k, tally) in tallies.iter().enumerate().filter(|(_, tally)| tally.offered > 0) {
        let busy = match unit.period {
            TargetPeriod::Interval => of_interval(k),
            TargetPeriod::Day => occupancy.days[k],
            TargetPeriod::Week => occupancy.weeks[k],
        };
        let met = meets(&targets[first_day(k)], tally, busy);
        unit.judged[k].add(f64::from(u8::from(met)));
    }
}

impl Occupancy {
    /// Busy shares by day and week; 0 where nobody is there.
    fn of(roster: &CompiledRoster, presence: &Presence) -> Self {
        let mut weeks = vec![(0.0, 0.0); roster.weeks.len()];
        let day = |day: usize| {
            let range = roster.grid.day_range(day);
            let (busy, there) = (presence.busy[range.clone()].iter().sum::<f64>(), presence.available[range].iter().sum::<f64>());
            let week = &mut weeks[roster.week_of[day]];
            *week = (week.0 + busy, week.1 + there);
            if there > 0.0 { busy / there } else { 0.0 }
        };
        let days = (0..roster.grid.days()).map(day).collect();
        Self { days, weeks: weeks.iter().map(|&(busy, there)| if there > 0.0 { busy / there } else { 0.0 }).collect() }
    }
}
