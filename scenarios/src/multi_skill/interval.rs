//! An interval of a centre as a multi-skill problem: its classes of agents, its contacts, its promises.

use std::collections::BTreeMap;

use solver_data::queueing_model::{
    AgentGroup, ContactType, EmpiricalShape, HandleDistribution, IdleChoice, QueueDiscipline, QueueingModel,
};
use solver_data::{Centre, Channel, DemandForecast, LevelId, Queue, QueueForecast, QueueId, QueueSet, ServiceTarget, TimeShape};
use staffing::StaffingError;
use staffing::requirement::{LoadedQueue, loaded_stations};

use super::problem::{GroupTerms, MultiSkillProblem};

/// Threshold of a queue that promises no service level, seconds.
const USUAL_THRESHOLD: f64 = 20.0;
/// Contacts an hour of which a queue has none: one in forty hours.
const LEAST_HOURLY: f64 = 0.025;
/// Least share of a handle time that is not put off.
const LEAST_AT_ONCE: f64 = 0.1;

/// Whether more agents of a class may be asked for than the centre has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Headcount {
    /// As many as it takes: what the centre should have.
    Unlimited,
    /// No more than the centre has: what it can do; lifted in intervals where that is not enough.
    Employed,
}

impl From<bool> for Headcount {
    /// Whether to stay within it.
    fn from(within: bool) -> Self {
        if within { Self::Employed } else { Self::Unlimited }
    }
}

/// Interchangeable agents: the same queues and, on these, the same handle times.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentClass {
    /// Queues its agents may serve.
    pub queues: QueueSet,
    /// The cheapest level of its agents.
    pub level: LevelId,
    /// Hourly pay of that level in minor units of the currency.
    pub hourly: f64,
    /// Agents of the class.
    pub headcount: u32,
    /// Factor on the handle time of each queue of the centre, by level.
    factors: Vec<f64>,
}

impl AgentClass {
    /// The classes of a centre's agents on live queues, cheapest and narrowest first.
    ///
    /// Where any number may be asked for, a class is left out if another can do all of its work as fast for no more pay.
    pub fn of_centre(centre: &Centre, headcount: Headcount) -> Vec<Self> {
        let live = live_queues(centre);
        let mut classes: Vec<Self> = Vec::new();
        for (id, agent) in centre.agents.entries() {
            let queues = QueueSet(QueueSet::served_by(centre, id).0 & live.0);
            if queues.0 == 0 {
                continue;
            }
            let factors = factors(centre, queues, agent.level);
            let hourly = centre.levels[agent.level].hourly.0 as f64;
            match classes.iter_mut().find(|class| class.queues == queues && class.factors == factors) {
                Some(class) => {
                    class.headcount += 1;
                    if hourly < class.hourly {
                        (class.level, class.hourly) = (agent.level, hourly);
                    }
                }
                None => classes.push(Self { queues, level: agent.level, hourly, headcount: 1, factors }),
            }
        }
        classes.sort_by(|a, b| {
            a.hourly
                .total_cmp(&b.hourly)
                .then(a.queues.0.count_ones().cmp(&b.queues.0.count_ones()))
                .then(a.queues.cmp(&b.queues))
        });
        if headcount == Headcount::Unlimited {
            let all = classes.clone();
            classes = all
                .iter()
                .enumerate()
                .filter(|&(index, own)| !own.is_dominated(index, &all))
                .map(|(_, own)| own.clone())
                .collect();
        }
        classes
    }

    /// Whether another class can do all of this one's work as fast for no more pay; the first of two equals stays.
    fn is_dominated(&self, index: usize, all: &[Self]) -> bool {
        let beats = |(place, other): (usize, &Self)| {
            let able =
                self.queues.within(other.queues) && self.queues.queues().all(|queue| other.factor(queue) <= self.factor(queue));
            let equal = other.hourly == self.hourly && other.queues == self.queues && other.factors == self.factors;
            place != index && able && other.hourly <= self.hourly && (!equal || place < index)
        };
        all.iter().enumerate().any(beats)
    }

    fn factor(&self, queue: QueueId) -> f64 {
        self.factors[usize::from(queue)]
    }

    /// Level and queues, such as `junior: PS+NW`.
    pub fn label(&self, centre: &Centre) -> String {
        format!("{}: {}", centre.levels[self.level].name, self.queues.label(centre))
    }
}

/// Queues whose contacts wait for an agent now; the others are worked in idle time.
pub fn live_queues(centre: &Centre) -> QueueSet {
    QueueSet::of(centre.queues.entries().filter(|(_, queue)| queue.channel.is_live()).map(|(id, _)| id))
}

/// Factors on the handle time of an agent by its level.
fn factors(centre: &Centre, queues: QueueSet, level: LevelId) -> Vec<f64> {
    let factor = |(id, queue): (QueueId, &Queue)| {
        if !queues.contains(id) {
            return 1.0;
        }
        queue.handling.level_factor(level)
    };
    centre.queues.entries().map(factor).collect()
}

/// Share of an agent that a contact takes while its agent has as many as they may.
fn share_of_agent(queue: &Queue) -> f64 {
    if queue.channel != Channel::Chat {
        return 1.0;
    }
    let at_once = queue.concurrency.max(1);
    queue.handling.concurrency_factor(at_once) / f64::from(at_once)
}

/// What arrives in an interval, queue by queue, and what is promised.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct IntervalDemand {
    /// Contacts an hour of each queue of the centre; 0 where closed or deferred.
    pub hourly: Vec<f64>,
    /// Mean handle time in seconds of an agent of factor 1.
    pub aht_seconds: Vec<f64>,
    /// Seconds of each contact's handle time that are put off to idle time.
    pub put_off_seconds: Vec<f64>,
    /// Promises.
    pub targets: Vec<ServiceTarget>,
}

impl IntervalDemand {
    /// Demand of every interval: the load that formulas size, for the agents on contact. Work that may wait and what is put
    /// off are done in idle time, call-backs count as if none were offered.
    ///
    /// # Errors
    /// As [`loaded_stations`].
    pub fn of_forecast(centre: &Centre, forecast: &DemandForecast) -> Result<Vec<Self>, StaffingError> {
        let loaded = loaded_stations(centre, forecast)?;
        Ok((0..forecast.grid.len()).map(|t| Self::of(centre, forecast, &loaded, t)).collect())
    }

    fn of(centre: &Centre, forecast: &DemandForecast, loaded: &[LoadedQueue], t: usize) -> Self {
        let live = live_queues(centre);
        let date = forecast.grid.date(forecast.grid.day_of(t));
        let volume = |id: QueueId| {
            let station = &loaded[usize::from(id)].stations[t];
            let hourly = station.volume * 3600.0 / station.interval_seconds;
            if live.contains(id) && hourly >= LEAST_HOURLY { hourly } else { 0.0 }
        };
        // The station's handle time is a mean over levels; groups have their own.
        let aht = |queue: &Queue| {
            let known = |seconds: &f64| seconds.is_finite() && *seconds > 0.0;
            let own = |expected: &QueueForecast| expected.aht_seconds.as_ref().map(|aht| aht[t]);
            forecast.queue(&queue.name).and_then(own).filter(known).or(queue.aht_seconds).unwrap_or(0.0)
        };
        Self {
            hourly: centre.queues.ids().map(volume).collect(),
            aht_seconds: centre.queues.iter().map(aht).collect(),
            put_off_seconds: loaded.iter().map(|own| own.put_off_seconds).collect(),
            targets: centre.queues.iter().map(|queue| *queue.target_on(date)).collect(),
        }
    }

    /// Offered load in erlangs.
    pub fn load(&self) -> f64 {
        self.hourly.iter().zip(&self.aht_seconds).map(|(volume, aht)| volume * aht / 3600.0).sum()
    }

    /// Whether nothing arrives.
    pub fn is_quiet(&self) -> bool {
        self.hourly.iter().all(|&volume| volume <= 0.0)
    }

    /// The least demand that is at least as high as both, queue by queue.
    pub fn envelope(&self, other: &Self) -> Self {
        let most = |own: &[f64], other: &[f64]| own.iter().zip(other).map(|(own, other)| own.max(*other)).collect();
        Self {
            hourly: most(&self.hourly, &other.hourly),
            aht_seconds: most(&self.aht_seconds, &other.aht_seconds),
            put_off_seconds: self.put_off_seconds.clone(),
            targets: self.targets.clone(),
        }
    }

    /// Seconds that a contact takes an agent of `class`: some of it is always done at once.
    fn handle_seconds(&self, id: QueueId, queue: &Queue, class: &AgentClass) -> f64 {
        let whole = self.aht_seconds[usize::from(id)] * class.factor(id);
        (whole - self.put_off_seconds[usize::from(id)]).max(LEAST_AT_ONCE * whole) * share_of_agent(queue)
    }

    /// The stationary problem: the classes in order as groups, the queues that have contacts as types.
    ///
    /// On arrival contacts go to the class with the fewest queues that has an idle agent; a freed agent takes the highest
    /// priority, among equals the rarest type, or whoever waits longest where all priorities are equal.
    pub fn problem(&self, centre: &Centre, classes: &[AgentClass], headcount: Headcount) -> MultiSkillProblem {
        let present: Vec<QueueId> = centre.queues.ids().filter(|&queue| self.hourly[usize::from(queue)] > 0.0).collect();
        let group_id = |group: usize| format!("group{group}");
        let contact_type = |&id: &QueueId| {
            let queue = &centre.queues[id];
            let (distribution, cv, shape) = shaped(&queue.handling.handle_shape);
            let (patience_distribution, patience_cv, patience_shape) = shaped(&queue.handling.patience_shape);
            let servers = || classes.iter().enumerate().filter(|(_, class)| class.queues.contains(id));
            let mut by_breadth: BTreeMap<u32, Vec<String>> = BTreeMap::new();
            servers().for_each(|(group, class)| by_breadth.entry(class.queues.0.count_ones()).or_default().push(group_id(group)));
            ContactType {
                id: queue.name.clone(),
                arrivals_per_hour: self.hourly[usize::from(id)],
                patience_seconds: queue.patience_seconds,
                service_level_seconds: self.targets[usize::from(id)]
                    .service_level
                    .map_or(USUAL_THRESHOLD, |level| level.within_seconds),
                handle_seconds: servers()
                    .map(|(group, class)| (group_id(group), self.handle_seconds(id, queue, class)))
                    .collect(),
                route: by_breadth.into_values().collect(),
                distribution,
                cv,
                shape,
                patience_distribution,
                patience_cv,
                patience_shape,
            }
        };
        let mut order = present.clone();
        order.sort_by(|&a, &b| {
            let rarer = self.hourly[usize::from(a)].total_cmp(&self.hourly[usize::from(b)]);
            centre.queues[b].priority.cmp(&centre.queues[a].priority).then(rarer)
        });
        let equal = present.windows(2).all(|pair| centre.queues[pair[0]].priority == centre.queues[pair[1]].priority);
        let serves = |class: &AgentClass| {
            order.iter().filter(|&&queue| class.queues.contains(queue)).map(|&queue| centre.queues[queue].name.clone()).collect()
        };
        let groups =
            classes.iter().enumerate().map(|(group, class)| AgentGroup { id: group_id(group), agents: 0, serves: serves(class) });
        let model = QueueingModel {
            name: centre.name.clone(),
            contact_types: present.iter().map(contact_type).collect(),
            groups: groups.collect(),
            queue_discipline: if equal { QueueDiscipline::FirstCome } else { QueueDiscipline::Priority },
            idle_choice: IdleChoice::MostIdleAgents,
            waiting_room: None,
            warm_up_hours: 1.0,
            hours: 1.0,
        };
        let terms = classes.iter().map(|class| GroupTerms {
            price: class.hourly.max(1.0),
            least: 0,
            most: (headcount == Headcount::Employed).then_some(class.headcount),
        });
        let targets = present.iter().map(|&queue| self.targets[usize::from(queue)]).collect();
        MultiSkillProblem { terms: terms.collect(), targets, model }
    }
}

/// The shape as the model knows it: distribution, coefficient of variation, observed times.
fn shaped(shape: &TimeShape) -> (HandleDistribution, Option<f64>, Option<EmpiricalShape>) {
    match shape {
        TimeShape::Exponential => (HandleDistribution::Exponential, None, None),
        TimeShape::Lognormal { cv } => (HandleDistribution::Lognormal, Some(*cv), None),
        TimeShape::Deterministic => (HandleDistribution::Deterministic, None, None),
        TimeShape::Empirical { seconds } => (HandleDistribution::Empirical, None, Some(EmpiricalShape::Sample(seconds.clone()))),
    }
}
