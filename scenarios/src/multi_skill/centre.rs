//! Every interval of a centre staffed by groups.
//!
//! Intervals are taken to be stationary, each on its own, as the formulas do. Those with nearly equal demand share one
//! solution: that of their envelope, the least demand at least as high as each of theirs queue by queue, so that sharing
//! errs on the side of service. Clusters are staffed side by side; each starts from the solution of the one before it in
//! its block of the order by load.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;
use solver_data::{Centre, DemandForecast, PlanningGrid, QueueId, Seed, Watch};

use super::error::MultiSkillError;
use super::interval::{AgentClass, Headcount, IntervalDemand};
use super::laboratory::SimulationEffort;
use super::staffing::{MultiSkillStaffing, ProvenService, Search};

/// Clusters staffed one after the other, each from the one before.
const BLOCK: usize = 12;

/// A centre to be staffed by groups.
#[derive(Debug, Clone, PartialEq)]
pub struct CentreStaffingRequest<'a> {
    /// The centre.
    pub centre: &'a Centre,
    /// Its demand; the grid is that of the answer.
    pub demand: &'a DemandForecast,
    /// How many agents of a class there may be.
    pub headcount: Headcount,
    /// How much is simulated for each interval; without polish where the headcount is kept.
    pub effort: SimulationEffort,
    /// Share of an interval's load by which the envelope of its cluster may exceed it.
    pub tolerance: f64,
    /// Where all random numbers come from; the same for every interval.
    pub seed: Seed,
}

impl<'a> CentreStaffingRequest<'a> {
    /// Any number of agents, brisk simulation, envelopes of a hundredth.
    pub fn new(centre: &'a Centre, demand: &'a DemandForecast, seed: Seed) -> Self {
        Self { centre, demand, headcount: Headcount::Unlimited, effort: SimulationEffort::BRISK, tolerance: 0.01, seed }
    }
}

/// Numbers of agents by group and interval, and the service they give.
#[derive(Debug, Clone, PartialEq)]
pub struct CentreStaffing {
    /// The grid.
    pub grid: Arc<PlanningGrid>,
    /// The groups.
    pub classes: Vec<AgentClass>,
    /// One entry an interval, `None` where nothing arrives: `len == grid.len()`.
    pub intervals: Vec<Option<StaffedInterval>>,
    /// Different demands that were staffed.
    pub clusters: usize,
}

/// An interval with its agents.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffedInterval {
    /// The solution of its cluster; types are the queues of `queues`, in their order.
    pub staffing: Arc<MultiSkillStaffing>,
    /// Queues that have contacts.
    pub queues: Vec<QueueId>,
    /// Contacts an hour of each of `queues` that were simulated: escalated, redialled, and those of the cluster's envelope
    /// included.
    pub hourly: Vec<f64>,
    /// Whether the headcount had to be left behind.
    pub beyond_headcount: bool,
}

impl StaffedInterval {
    /// Place of a queue among those that have contacts.
    fn place(&self, queue: QueueId) -> Option<usize> {
        self.queues.iter().position(|&own| own == queue)
    }

    /// Simulated service of a queue.
    pub fn service(&self, queue: QueueId) -> Option<ProvenService> {
        Some(self.staffing.service[self.place(queue)?])
    }

    /// Whether the proof keeps every limit of a queue; `None` where it keeps what it judges and does not judge all.
    pub fn keeps(&self, queue: QueueId) -> Option<bool> {
        let Some(place) = self.place(queue) else { return Some(true) };
        let own = self.staffing.proofs.iter().filter(|proof| proof.limit.contact_type == place);
        let judged = !self.staffing.unjudged.iter().any(|part| part.contact_type == place);
        if own.clone().all(|proof| proof.kept) { judged.then_some(true) } else { Some(false) }
    }

    /// As [`Self::keeps`], of all queues.
    pub fn keeps_all(&self) -> Option<bool> {
        let all = self.staffing.keeps_all();
        if all { self.staffing.unjudged.is_empty().then_some(true) } else { Some(false) }
    }
}

/// Agent-hours and pay by three ways of sizing.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SizingComparison {
    /// Every queue with agents of its own: agent-hours.
    pub alone_hours: f64,
    /// What the pooled bounds ask for: agent-hours; a lower bound that need not do.
    pub pooled_hours: f64,
    /// The simulated staffing: agent-hours.
    pub staffed_hours: f64,
    /// Pay of every queue with agents of its own, minor units.
    pub alone_pay: f64,
    /// Pay of the pooled bounds.
    pub pooled_pay: f64,
    /// Pay of the simulated staffing.
    pub staffed_pay: f64,
}

impl CentreStaffing {
    /// The three ways side by side.
    pub fn comparison(&self) -> SizingComparison {
        let hours = self.grid.interval_seconds() / 3600.0;
        let count = |agents: &[u32]| agents.iter().map(|&agents| f64::from(agents)).sum::<f64>() * hours;
        let mut sum = SizingComparison::default();
        for interval in self.intervals.iter().flatten() {
            let own = &interval.staffing;
            sum.alone_hours += count(&own.alone.agents);
            sum.pooled_hours += count(&own.bound.agents);
            sum.staffed_hours += count(&own.agents);
            sum.alone_pay += own.alone.cost * hours;
            sum.pooled_pay += own.bound.pooled * hours;
            sum.staffed_pay += own.cost * hours;
        }
        sum
    }

    /// Intervals in which a class needs more agents than there are, by class.
    pub fn beyond_headcount(&self) -> Vec<usize> {
        let intervals = || self.intervals.iter().flatten();
        let beyond =
            |(group, class): (usize, &AgentClass)| intervals().filter(|at| at.staffing.agents[group] > class.headcount).count();
        self.classes.iter().enumerate().map(beyond).collect()
    }
}

/// Staffs every interval of a centre.
///
/// The answer is the same for any number of threads.
///
/// # Errors
/// [`MultiSkillError`] of the first interval that cannot be staffed, or a wish to stop.
pub fn staff_centre(request: &CentreStaffingRequest<'_>, watch: &dyn Watch) -> Result<CentreStaffing, MultiSkillError> {
    let CentreStaffingRequest { centre, demand, headcount, .. } = *request;
    let classes = AgentClass::of_centre(centre, headcount);
    let demands: Vec<IntervalDemand> = IntervalDemand::of_forecast(centre, demand)?;
    let clusters = Cluster::of(&demands, request.tolerance);
    let done = AtomicU64::new(0);
    let blocks: Vec<Vec<StaffedCluster>> = clusters
        .par_chunks(BLOCK)
        .map(|block| {
            staff_block(
                request,
                &classes,
                block,
                &|| {
                    let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                    watch.stage_progress("staff", done, clusters.len() as u64);
                },
                watch,
            )
        })
        .collect::<Result<_, _>>()?;
    let mut intervals = vec![None; demands.len()];
    for (cluster, solved) in clusters.iter().zip(blocks.into_iter().flatten()) {
        let queues: Vec<QueueId> =
            centre.queues.ids().filter(|&queue| cluster.envelope.hourly[usize::from(queue)] > 0.0).collect();
        let hourly: Vec<f64> = queues.iter().map(|&queue| cluster.envelope.hourly[usize::from(queue)]).collect();
        for &t in &cluster.members {
            let (staffing, beyond_headcount) = solved.clone();
            let (queues, hourly) = (queues.clone(), hourly.clone());
            intervals[t] = Some(StaffedInterval { staffing, queues, hourly, beyond_headcount });
        }
    }
    Ok(CentreStaffing { grid: Arc::clone(&demand.grid), classes, intervals, clusters: clusters.len() })
}

/// A cluster's solution, and whether it goes beyond the headcount.
type StaffedCluster = (Arc<MultiSkillStaffing>, bool);

fn staff_block(
    request: &CentreStaffingRequest<'_>,
    classes: &[AgentClass],
    block: &[Cluster],
    tick: &dyn Fn(),
    watch: &dyn Watch,
) -> Result<Vec<StaffedCluster>, MultiSkillError> {
    let mut solved: Vec<StaffedCluster> = Vec::with_capacity(block.len());
    for cluster in block {
        let start = solved.last().map(|(staffing, _)| staffing.agents.clone());
        let staff = |headcount: Headcount| {
            let problem = cluster.envelope.problem(request.centre, classes, headcount);
            let start = start.as_deref().filter(|start| within(start, &problem.terms));
            // A tangent tries one more agent of every class, and those of a whole staff are many.
            let polish = if request.headcount == Headcount::Employed { 0 } else { request.effort.polish };
            let effort = SimulationEffort { polish, ..request.effort };
            Search::new(&problem, effort, request.seed, watch)?.run(start)
        };
        let staffed = match staff(request.headcount) {
            Err(MultiSkillError::OutOfReach { .. }) if request.headcount == Headcount::Employed => {
                (staff(Headcount::Unlimited)?, true)
            }
            staffed => (staffed?, false),
        };
        solved.push((Arc::new(staffed.0), staffed.1));
        tick();
    }
    Ok(solved)
}

fn within(agents: &[u32], terms: &[super::problem::GroupTerms]) -> bool {
    agents.iter().zip(terms).all(|(&agents, terms)| terms.most.is_none_or(|most| agents <= most))
}

/// Intervals with nearly equal demand.
#[derive(Debug, Clone, PartialEq)]
struct Cluster {
    envelope: IntervalDemand,
    least_load: f64,
    members: Vec<usize>,
}

impl Cluster {
    /// Clusters in descending order of load; quiet intervals belong to none.
    fn of(demands: &[IntervalDemand], tolerance: f64) -> Vec<Self> {
        let mut order: Vec<usize> = (0..demands.len()).filter(|&t| !demands[t].is_quiet()).collect();
        order.sort_by(|&a, &b| demands[b].load().total_cmp(&demands[a].load()).then(a.cmp(&b)));
        let mut clusters: Vec<Self> = Vec::new();
        for t in order {
            let own = &demands[t];
            let load = own.load();
            let joined = clusters.iter_mut().rev().find_map(|cluster| {
                let envelope = cluster.envelope.envelope(own);
                let fits = cluster.envelope.targets == own.targets
                    && envelope.load() <= load.min(cluster.least_load) * (1.0 + tolerance) + 1e-12;
                fits.then_some((cluster, envelope))
            });
            match joined {
                Some((cluster, envelope)) => {
                    cluster.envelope = envelope;
                    cluster.least_load = cluster.least_load.min(load);
                    cluster.members.push(t);
                }
                None => clusters.push(Self { envelope: own.clone(), least_load: load, members: vec![t] }),
            }
        }
        clusters
    }
}
