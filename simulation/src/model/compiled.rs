//! A model checked in one pass and compiled to the engine's tables.

use std::collections::{BTreeMap, BTreeSet};

use solver_data::queueing_model::{
    AgentGroup, ContactType, EmpiricalShape, HandleDistribution, IdleChoice, QueueDiscipline, QueueingModel,
};

use super::draws::Law;
use crate::error::{Problem, SimulationError, Wanted};
use crate::stream::UnitWork;

/// The most contacts that one replication may expect.
const CONTACT_LIMIT: f64 = 1e10;

/// A model as the loops run it; times in seconds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CompiledModel {
    /// By type.
    pub streams: Vec<TypeStream>,
    /// By type.
    pub routes: Vec<Route>,
    /// By group.
    pub serves: Vec<Serves>,
    /// Mean handle times, seconds: `types × groups`, type-major.
    pub pace: Vec<f64>,
    /// Whom a freed agent takes.
    pub discipline: QueueDiscipline,
    /// Places besides the agents; `None` for no limit.
    pub waiting_room: Option<u32>,
    /// Agents of each group.
    pub agents: Vec<u32>,
    /// Start of the measured time.
    pub warm_up: f64,
    /// End of the run.
    pub end: f64,
}

/// Groups that a new contact of a type tries.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Route {
    /// Levels of groups, one after the other; in a level the group with most idle agents answers.
    pub levels: Vec<Vec<u32>>,
    /// Classes of all its groups.
    pub classes: u64,
}

/// Types that a group serves.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Serves {
    /// In order of preference.
    pub types: Vec<u32>,
    /// Classes of all its types.
    pub classes: u64,
}

/// Bit of a row's class: rows share 64 classes, so that a mask tells at once that none of many has what is looked for.
#[inline]
pub(super) fn class_bit(row: u32) -> u64 {
    1 << (row % 64)
}

/// What the contacts of a type bring along.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TypeStream {
    /// Seconds between arrivals; infinite for none.
    pub gap: Law,
    /// Patience, seconds; infinite for endless.
    pub patience: Law,
    /// Handle time of mean 1.
    pub work: Law,
    /// Threshold of the service level, seconds.
    pub threshold: f64,
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
        Ok(Self {
            streams: model.contact_types.iter().map(TypeStream::of).collect(),
            routes: model.contact_types.iter().map(|own| Route::of(own, model.idle_choice, &names)).collect(),
            serves: model.groups.iter().map(|group| Serves::of(&group.serves, &names)).collect(),
            pace: model.contact_types.iter().flat_map(|own| model.groups.iter().map(|group| pace(own, group))).collect(),
            discipline: model.queue_discipline,
            waiting_room: model.waiting_room,
            agents: model.groups.iter().map(|group| group.agents).collect(),
            warm_up: model.warm_up_hours * 3600.0,
            end: (model.warm_up_hours + model.hours) * 3600.0,
        })
    }
}

impl CompiledModel {
    /// The only type where the model is one pool of agents that blocks nobody.
    pub fn single_pool(&self) -> Option<&TypeStream> {
        let [stream] = self.streams.as_slice() else { return None };
        let meets = |serves: &Serves| serves.types == [0] && self.routes[0].levels.concat().contains(&0);
        (self.waiting_room.is_none() && self.serves.len() == 1 && meets(&self.serves[0])).then_some(stream)
    }
}

impl TypeStream {
    fn of(own: &ContactType) -> Self {
        Self {
            gap: Law::exponential(3600.0 / own.arrivals_per_hour),
            patience: own.patience_seconds.map_or(Law::Fixed(f64::INFINITY), |mean| {
                law(own.patience_distribution, own.patience_cv, own.patience_shape.as_ref(), mean)
            }),
            work: law(own.distribution, own.cv, own.shape.as_ref(), 1.0),
            threshold: own.service_level_seconds,
        }
    }
}

/// A law of the model file around a mean; its shape has been checked.
fn law(distribution: HandleDistribution, cv: Option<f64>, shape: Option<&EmpiricalShape>, mean: f64) -> Law {
    let around = |work| Law::Around { mean, work };
    match distribution {
        HandleDistribution::Exponential => around(UnitWork::Exponential),
        HandleDistribution::Lognormal => around(UnitWork::lognormal(cv.unwrap_or(0.0))),
        HandleDistribution::Deterministic => around(UnitWork::Deterministic),
        HandleDistribution::Empirical => shape.map_or(Law::Fixed(mean), |shape| Law::empirical(shape, mean)),
    }
}

impl Route {
    /// Where the first listed idle group is taken, each group is a level of its own.
    fn of(own: &ContactType, choice: IdleChoice, names: &Names<'_>) -> Self {
        let level = |level: &Vec<String>| level.iter().map(|group| names.groups[group.as_str()]).collect::<Vec<u32>>();
        let levels: Vec<Vec<u32>> = match choice {
            IdleChoice::MostIdleAgents => own.route.iter().map(level).collect(),
            IdleChoice::Listed => own.route.iter().flat_map(level).map(|group| vec![group]).collect(),
        };
        let classes = levels.iter().flatten().fold(0, |classes, &group| classes | class_bit(group));
        Self { levels, classes }
    }
}

impl Serves {
    fn of(serves: &[String], names: &Names<'_>) -> Self {
        let types: Vec<u32> = serves.iter().map(|own| names.types[own.as_str()]).collect();
        let classes = types.iter().fold(0, |classes, &own| classes | class_bit(own));
        Self { types, classes }
    }
}

/// Mean handle time of a type in a group, seconds; 0 where they never meet.
fn pace(own: &ContactType, group: &AgentGroup) -> f64 {
    own.handle_seconds.get(&group.id).copied().unwrap_or(0.0)
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
        let shapes = [
            (own.distribution, own.cv, &own.shape, ["cv", "shape"]),
            (own.patience_distribution, own.patience_cv, &own.patience_shape, ["patience_cv", "patience_shape"]),
        ];
        for (distribution, cv, shape, names) in shapes {
            let [cv_path, shape_path] = names.map(|name| format!("{path}.{name}"));
            match (distribution, cv, shape) {
                (HandleDistribution::Lognormal, None, _) => problems.push(Problem::LognormalWithoutCv { path: cv_path }),
                (HandleDistribution::Lognormal, Some(cv), _) => Wanted::NonNegative.check(cv, || cv_path, problems),
                (HandleDistribution::Empirical, _, shape) => {
                    let fault = shape.as_ref().map_or(Some("give a sample or quantiles"), EmpiricalShape::fault);
                    problems.extend(fault.map(|wanted| Problem::Shape { path: shape_path, wanted }));
                }
                _ => {}
            }
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
