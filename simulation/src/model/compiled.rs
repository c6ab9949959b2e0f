//! A model checked in one pass and compiled to the engine's tables.

use std::collections::{BTreeMap, BTreeSet};

use solver_data::queueing_model::{ContactType, HandleDistribution, IdleChoice, QueueDiscipline, QueueingModel};

use crate::error::{Problem, SimulationError, Wanted};
use crate::routing::Routing;
use crate::stream::UnitWork;

/// The most contacts that one replication may expect.
const CONTACT_LIMIT: f64 = 1e10;

/// A model as the engine runs it; times in seconds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CompiledModel {
    pub routing: Routing,
    pub streams: Vec<TypeStream>,
    /// Places besides the agents; `None` for no limit.
    pub waiting_room: Option<u32>,
    /// Agents of each group.
    pub agents: Vec<u32>,
    pub warm_up: f64,
    pub end: f64,
}

/// What the contacts of a type bring along.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct TypeStream {
    /// Mean seconds between arrivals; infinite for none.
    pub gap: f64,
    /// Mean patience, seconds.
    pub patience: Option<f64>,
    /// Threshold of the service level, seconds.
    pub threshold: f64,
    /// Handle time of mean 1.
    pub work: UnitWork,
}

impl CompiledModel {
    /// Checks and compiles; `problems` are those found before.
    ///
    /// # Errors
    /// [`SimulationError::Refused`] with every problem found.
    pub fn new(model: &QueueingModel, mut problems: Vec<Problem>) -> Result<Self, SimulationError> {
        let names = Names::of(model);
        names.check(model, &mut problems);
        if !problems.is_empty() {
            return Err(SimulationError::Refused { subject: format!("model \"{}\"", model.name), problems });
        }
        let routing = Routing {
            levels: model.contact_types.iter().map(|own| levels(own, model.idle_choice, &names)).collect(),
            tiers: model.groups.iter().map(|group| tiers(&group.serves, model.queue_discipline, &names)).collect(),
            pace: model
                .contact_types
                .iter()
                .flat_map(|own| model.groups.iter().map(|group| own.handle_seconds.get(&group.id).copied().unwrap_or(0.0)))
                .collect(),
            places: u64::MAX,
        };
        Ok(Self {
            routing,
            streams: model.contact_types.iter().map(TypeStream::of).collect(),
            waiting_room: model.waiting_room,
            agents: model.groups.iter().map(|group| group.agents).collect(),
            warm_up: model.warm_up_hours * 3600.0,
            end: (model.warm_up_hours + model.hours) * 3600.0,
        })
    }
}

impl CompiledModel {
    /// The routing with places for `agents`.
    ///
    /// Wallace and Whitt (2005), M&SOM 7(4): the room is trunk lines, so an idle agent's line may hold a waiting contact.
    pub fn routing(&self, agents: &[u32]) -> Routing {
        let lines = agents.iter().map(|&agents| u64::from(agents)).sum::<u64>();
        Routing { places: self.waiting_room.map_or(u64::MAX, |room| lines + u64::from(room)), ..self.routing.clone() }
    }
}

impl TypeStream {
    fn of(own: &ContactType) -> Self {
        let work = match own.distribution {
            HandleDistribution::Exponential => UnitWork::Exponential,
            HandleDistribution::Lognormal => UnitWork::lognormal(own.cv.unwrap_or(0.0)),
            HandleDistribution::Deterministic => UnitWork::Deterministic,
        };
        Self { gap: 3600.0 / own.arrivals_per_hour, patience: own.patience_seconds, threshold: own.service_level_seconds, work }
    }
}

/// Levels of a type; where the first listed idle group is taken, each group is a level of its own.
fn levels(own: &ContactType, choice: IdleChoice, names: &Names<'_>) -> Vec<Vec<u32>> {
    let level = |level: &Vec<String>| level.iter().map(|group| names.groups[group.as_str()]).collect::<Vec<u32>>();
    match choice {
        IdleChoice::MostIdleAgents => own.route.iter().map(level).collect(),
        IdleChoice::Listed => own.route.iter().flat_map(level).map(|group| vec![group]).collect(),
    }
}

/// Tiers of a group: one a type by priority, one for all where the longest-waiting goes first.
fn tiers(serves: &[String], discipline: QueueDiscipline, names: &Names<'_>) -> Vec<Vec<u32>> {
    let queues: Vec<u32> = serves.iter().map(|own| names.types[own.as_str()]).collect();
    match discipline {
        QueueDiscipline::Priority => queues.into_iter().map(|queue| vec![queue]).collect(),
        QueueDiscipline::FirstCome => vec![queues],
    }
}

/// Rows by id.
struct Names<'a> {
    types: BTreeMap<&'a str, u32>,
    groups: BTreeMap<&'a str, u32>,
}

impl<'a> Names<'a> {
    fn of(model: &'a QueueingModel) -> Self {
        Self {
            types: (0..).zip(&model.contact_types).map(|(row, own)| (own.id.as_str(), row)).collect(),
            groups: (0..).zip(&model.groups).map(|(row, group)| (group.id.as_str(), row)).collect(),
        }
    }

    fn check(&self, model: &QueueingModel, problems: &mut Vec<Problem>) {
        Wanted::NonNegative.check(model.warm_up_hours, || "warm_up_hours".to_owned(), problems);
        Wanted::Positive.check(model.hours, || "hours".to_owned(), problems);
        let mut ids = BTreeSet::new();
        for (row, own) in model.contact_types.iter().enumerate() {
            let path = format!("contact_types[{row}]");
            if !ids.insert(&own.id) {
                problems.push(Problem::RepeatedId { path: path.clone(), id: own.id.clone() });
            }
            self.check_type(own, &path, problems);
        }
        let mut ids = BTreeSet::new();
        for (row, group) in model.groups.iter().enumerate() {
            let path = format!("groups[{row}]");
            if !ids.insert(&group.id) {
                problems.push(Problem::RepeatedId { path: path.clone(), id: group.id.clone() });
            }
            self.check_serves(model, row, &path, problems);
        }
        let hourly: f64 = model.contact_types.iter().map(|own| own.arrivals_per_hour).sum();
        let expected = hourly * (model.warm_up_hours + model.hours);
        if expected.is_finite() && expected > CONTACT_LIMIT {
            problems.push(Problem::TooManyContacts { expected, limit: CONTACT_LIMIT });
        }
    }

    fn check_type(&self, own: &ContactType, path: &str, problems: &mut Vec<Problem>) {
        Wanted::NonNegative.check(own.arrivals_per_hour, || format!("{path}.arrivals_per_hour"), problems);
        Wanted::NonNegative.check(own.service_level_seconds, || format!("{path}.service_level_seconds"), problems);
        if let Some(patience) = own.patience_seconds {
            Wanted::NonNegative.check(patience, || format!("{path}.patience_seconds"), problems);
        }
        match (own.distribution, own.cv) {
            (HandleDistribution::Lognormal, None) => {
                problems.push(Problem::LognormalWithoutCv { path: format!("{path}.cv") });
            }
            (HandleDistribution::Lognormal, Some(cv)) => Wanted::NonNegative.check(cv, || format!("{path}.cv"), problems),
            _ => {}
        }
        for (group, &seconds) in &own.handle_seconds {
            Wanted::NonNegative.check(seconds, || format!("{path}.handle_seconds.{group}"), problems);
            if !self.groups.contains_key(group.as_str()) {
                problems.push(Problem::UnknownGroup { path: format!("{path}.handle_seconds"), group: group.clone() });
            }
        }
        for (level, groups) in own.route.iter().enumerate() {
            for group in groups {
                if !self.groups.contains_key(group.as_str()) {
                    problems.push(Problem::UnknownGroup { path: format!("{path}.route[{level}]"), group: group.clone() });
                } else if !own.handle_seconds.contains_key(group) {
                    problems.push(Problem::NoHandleTime { path: format!("{path}.handle_seconds"), group: group.clone() });
                }
            }
        }
    }

    fn check_serves(&self, model: &QueueingModel, row: usize, path: &str, problems: &mut Vec<Problem>) {
        let group = &model.groups[row];
        for name in &group.serves {
            let Some(&own) = self.types.get(name.as_str()) else {
                problems.push(Problem::UnknownType { path: format!("{path}.serves"), contact_type: name.clone() });
                continue;
            };
            let own_type = &model.contact_types[own as usize];
            let routed = own_type.route.iter().flatten().any(|listed| *listed == group.id);
            if !routed && !own_type.handle_seconds.contains_key(&group.id) {
                let path = format!("contact_types[{own}].handle_seconds");
                problems.push(Problem::NoHandleTime { path, group: group.id.clone() });
            }
        }
    }
}
