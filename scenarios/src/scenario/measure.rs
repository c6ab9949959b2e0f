//! What a situation comes to, and how far two of them are apart.

use chrono::NaiveDate;
use simulation::{RosterSamples, RosterSimulation, SampleCounts, ServiceSample, mean_of, paired_difference, sample_roster};
use solver_data::check::check_roster;
use solver_data::{Estimate, Money, QueueForecast, Roster, Seed, Watch};

use super::base::Situation;
use crate::cost::cost_of;
use crate::error::PlanError;
use crate::pipeline::stream;
use crate::shortfall::shortage;

/// A measure of a situation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Contacts expected.
    ExpectedContacts,
    /// Contacts × handle time, in hours.
    Workload,
    /// Mean handle time of the contacts expected.
    HandleTime,
    /// Agent-hours to schedule.
    RequiredHours,
    /// Most agents to schedule in an interval.
    PeakAgents,
    /// Agent-hours short of the requirement.
    ShortHours,
    /// Agent-hours on contact.
    ContactHours,
    /// Paid hours.
    PaidHours,
    /// Paid hours of overtime.
    OvertimeHours,
    /// Contacts that a partner takes.
    Outsourced,
    /// Labour rules that the roster breaks.
    RulesBroken,
    /// Gap of the roster to the proven lower bound.
    Gap,
    /// Contacts offered in simulation.
    Offered,
    /// Contacts answered.
    Answered,
    /// Contacts that abandoned.
    Abandoned,
    /// Share answered in time.
    ServiceLevel,
    /// Share that abandoned.
    Abandonment,
    /// Mean wait of the answered.
    MeanWait,
    /// Busy share of the time on contact.
    Occupancy,
    /// Cost of the horizon.
    Cost,
    /// Cost by contact answered.
    CostPerContact,
}

/// Unit of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Contacts.
    Contacts,
    /// Hours.
    Hours,
    /// Seconds.
    Seconds,
    /// Agents.
    Agents,
    /// Rules.
    Rules,
    /// A share, 0 to 1.
    Share,
    /// Minor units of the currency.
    Money,
}

/// What a figure is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All queues, the whole horizon.
    All,
    /// One queue, the whole horizon.
    Queue(String),
    /// All queues, one day.
    Day(NaiveDate),
}

/// A figure of a scenario beside that of the base.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// What is measured.
    pub measure: Measure,
    /// Of what.
    pub scope: Scope,
    /// The base's value; `None` for a queue that the base does not have.
    pub base: Option<f64>,
    /// The scenario's value.
    pub value: f64,
    /// Paired difference to the base, with its 95 % half-width: 0 for what no chance is in.
    pub difference: Option<Estimate>,
}

/// Figures of a scenario with one roster.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The figures, all queues first, then queue by queue and day by day.
    pub figures: Vec<Figure>,
    /// What they are made from.
    pub measured: Measured,
}

/// A situation measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Measures without chance, whole horizon.
    pub fixed: Vec<(Measure, f64)>,
    /// Expected contacts of each queue.
    expected: Vec<(String, f64)>,
    /// Cost in minor units.
    pub cost: Money,
    /// Simulated replications.
    pub samples: RosterSamples,
    /// Agents to schedule for all queues together, by interval.
    pub required: Vec<u32>,
    /// Agents on contact, by interval.
    pub present: Vec<u32>,
    dates: Vec<NaiveDate>,
}

impl Measure {
    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::ExpectedContacts => "expected_contacts",
            Self::Workload => "workload_hours",
            Self::HandleTime => "aht_seconds",
            Self::RequiredHours => "required_hours",
            Self::PeakAgents => "peak_agents",
            Self::ShortHours => "short_hours",
            Self::ContactHours => "contact_hours",
            Self::PaidHours => "paid_hours",
            Self::OvertimeHours => "overtime_hours",
            Self::Outsourced => "outsourced_contacts",
            Self::RulesBroken => "rules_broken",
            Self::Gap => "gap",
            Self::Offered => "offered",
            Self::Answered => "answered",
            Self::Abandoned => "abandoned",
            Self::ServiceLevel => "service_level",
            Self::Abandonment => "abandonment",
            Self::MeanWait => "asa_seconds",
            Self::Occupancy => "occupancy",
            Self::Cost => "cost",
            Self::CostPerContact => "cost_per_contact",
        }
    }

    /// Its unit.
    pub fn unit(self) -> Unit {
        match self {
            Self::ExpectedContacts | Self::Outsourced | Self::Offered | Self::Answered | Self::Abandoned => Unit::Contacts,
            Self::Workload
            | Self::RequiredHours
            | Self::ShortHours
            | Self::ContactHours
            | Self::PaidHours
            | Self::OvertimeHours => Unit::Hours,
            Self::HandleTime | Self::MeanWait => Unit::Seconds,
            Self::PeakAgents => Unit::Agents,
            Self::RulesBroken => Unit::Rules,
            Self::Gap | Self::ServiceLevel | Self::Abandonment | Self::Occupancy => Unit::Share,
            Self::Cost | Self::CostPerContact => Unit::Money,
        }
    }
}

/// Simulated measures of all queues together, in the order they are told.
const SIMULATED: [Measure; 8] = [
    Measure::Offered,
    Measure::Answered,
    Measure::Abandoned,
    Measure::ServiceLevel,
    Measure::Abandonment,
    Measure::MeanWait,
    Measure::Occupancy,
    Measure::CostPerContact,
];

/// A measure of counts.
fn counted(measure: Measure, counts: &SampleCounts) -> Option<f64> {
    match measure {
        Measure::Offered => Some(counts.offered),
        Measure::Answered => Some(counts.answered),
        Measure::Abandoned => Some(counts.abandoned),
        Measure::ServiceLevel => counts.service_level(),
        Measure::Abandonment => counts.abandonment(),
        Measure::MeanWait => counts.asa_seconds(),
        _ => None,
    }
}

/// Simulates a situation: replications under the common random numbers of `seed`.
///
/// # Errors
/// [`PlanError::Simulation`].
pub(super) fn samples_of(
    situation: &Situation,
    (replications, seed): (u32, Seed),
    watch: &dyn Watch,
) -> Result<RosterSamples, PlanError> {
    let Situation { centre, demand, roster, .. } = situation;
    let absence = 1.0 - centre.shrinkage.availability();
    let seed = seed.stream(stream::SIMULATE);
    let request = RosterSimulation { centre, forecast: demand, roster, replications, absence, seed };
    Ok(sample_roster(&request, watch)?)
}

impl Measured {
    /// Measures a situation.
    ///
    /// # Errors
    /// [`PlanError::Staffing`] for a target no number of agents meets; [`PlanError::Simulation`].
    pub fn of(situation: &Situation, runs: (u32, Seed), watch: &dyn Watch) -> Result<Self, PlanError> {
        let samples = samples_of(situation, runs, watch)?;
        let Situation { centre, demand, roster, charges, .. } = situation;
        let requirement = staffing::requirement(centre, demand)?;
        let hours = demand.grid.interval_seconds() / 3600.0;
        let required = requirement.pools.last().map_or_else(Vec::new, |pool| pool.scheduled.clone());
        let present = roster.on_contact(|_| true);
        let short: u32 = shortage(centre, &requirement, roster).iter().sum();
        let cost = cost_of(centre, roster).total() + charges.iter().map(|charge| charge.amount).sum();
        let seconds = |queue: &QueueForecast, t: usize| {
            let own = queue.aht_seconds.as_ref().map(|aht| aht[t]);
            let stated = || centre.queues.iter().find(|known| known.name == queue.name).and_then(|known| known.aht_seconds);
            own.or_else(stated).unwrap_or(0.0)
        };
        let expected: Vec<(String, f64)> =
            demand.queues.iter().map(|queue| (queue.name.clone(), queue.mean.iter().sum())).collect();
        let contacts: f64 = expected.iter().map(|(_, contacts)| contacts).sum();
        let work: f64 = demand
            .queues
            .iter()
            .map(|queue| queue.mean.iter().enumerate().map(|(t, mean)| mean * seconds(queue, t)).sum::<f64>())
            .sum();
        let total = |agents: &[u32]| f64::from(agents.iter().sum::<u32>()) * hours;
        let paid = paid_minutes(roster) + situation.extra_minutes;
        let fixed = vec![
            (Measure::ExpectedContacts, contacts),
            (Measure::Workload, work / 3600.0),
            (Measure::HandleTime, if contacts > 0.0 { work / contacts } else { 0.0 }),
            (Measure::RequiredHours, total(&required)),
            (Measure::PeakAgents, f64::from(required.iter().copied().max().unwrap_or(0))),
            (Measure::ShortHours, f64::from(short) * hours),
            (Measure::ContactHours, total(&present)),
            (Measure::PaidHours, f64::from(paid) / 60.0),
            (Measure::OvertimeHours, f64::from(situation.overtime_minutes) / 60.0),
            (Measure::Outsourced, situation.outsourced),
            (Measure::RulesBroken, check_roster(centre, roster).len() as f64),
            (Measure::Cost, cost.0 as f64),
        ];
        Ok(Self { fixed, expected, cost, samples, required, present, dates: demand.grid.dates().to_vec() })
    }

    /// Every figure beside the base's.
    pub fn against(&self, base: &Self) -> Vec<Figure> {
        let mut figures: Vec<Figure> = self
            .fixed
            .iter()
            .zip(&base.fixed)
            .map(|(&(measure, value), &(_, before))| certain(measure, Scope::All, Some(before), value))
            .collect();
        figures.extend(SIMULATED.iter().map(|&measure| self.simulated(base, measure)));
        for (place, (name, contacts)) in self.expected.iter().enumerate() {
            let before = base.expected.iter().position(|(own, _)| own == name);
            let scope = || Scope::Queue(name.clone());
            let known = before.map(|row| base.expected[row].1);
            figures.push(certain(Measure::ExpectedContacts, scope(), known, *contacts));
            for measure in [Measure::Offered, Measure::ServiceLevel, Measure::Abandonment, Measure::MeanWait] {
                let own = self.each(|sample| counted(measure, sample.queues.get(place)?));
                let theirs = before.map(|row| base.each(|sample| counted(measure, sample.queues.get(row)?)));
                figures.push(uncertain(measure, scope(), theirs.as_deref(), &own));
            }
        }
        for (day, &date) in self.dates.iter().enumerate() {
            for measure in [Measure::Offered, Measure::ServiceLevel, Measure::Abandonment] {
                let of = |sample: &ServiceSample| counted(measure, sample.days.get(day)?);
                let (own, theirs) = (self.each(of), base.each(of));
                if own.iter().chain(&theirs).any(Option::is_some) {
                    figures.push(uncertain(measure, Scope::Day(date), Some(&theirs), &own));
                }
            }
        }
        figures
    }

    /// A simulated measure of all queues together beside the base's.
    pub fn simulated(&self, base: &Self, measure: Measure) -> Figure {
        uncertain(measure, Scope::All, Some(&base.sampled(measure)), &self.sampled(measure))
    }

    /// A measure without chance, whole horizon.
    pub fn certain(&self, measure: Measure) -> Option<f64> {
        self.fixed.iter().find(|(own, _)| *own == measure).map(|(_, value)| *value)
    }

    /// A measure of all queues together in every replication.
    pub fn sampled(&self, measure: Measure) -> Vec<Option<f64>> {
        let cost = self.cost.0 as f64;
        self.each(|sample| match measure {
            Measure::Occupancy => sample.occupancy(),
            Measure::CostPerContact => {
                let answered = sample.overall().answered;
                (answered > 0.0).then(|| cost / answered)
            }
            measure => counted(measure, &sample.overall()),
        })
    }

    fn each(&self, of: impl Fn(&ServiceSample) -> Option<f64>) -> Vec<Option<f64>> {
        self.samples.replications.iter().map(of).collect()
    }
}

fn certain(measure: Measure, scope: Scope, base: Option<f64>, value: f64) -> Figure {
    let difference = base.map(|base| Estimate { mean: value - base, half_width: 0.0 });
    Figure { measure, scope, base, value, difference }
}

fn uncertain(measure: Measure, scope: Scope, base: Option<&[Option<f64>]>, values: &[Option<f64>]) -> Figure {
    let mean = |values: &[Option<f64>]| mean_of(values.iter().copied().flatten()).mean;
    Figure {
        measure,
        scope,
        base: base.map(mean),
        value: mean(values),
        difference: base.map(|base| paired_difference(base, values)),
    }
}

/// The figure of the gaps of two searches, where both are known.
pub(super) fn gap_figure(base: Option<f64>, value: f64) -> Figure {
    certain(Measure::Gap, Scope::All, base, value)
}

fn paid_minutes(roster: &Roster) -> u32 {
    roster.tours.iter().flat_map(|tour| &tour.shifts).map(|shift| shift.paid_minutes).sum()
}
