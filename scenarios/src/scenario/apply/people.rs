//! Who works and what they can: extra agents, headcount, hires, skills.

use solver_data::scenario::{Alteration, Direction, Many, Reach};
use solver_data::{
    Agent, AgentId, CarriedOver, ContractId, LevelId, Queue, QueueForecast, QueueId, SkillId, Table, TimeOff, Tour,
};

use super::demand::{covered, fill_handle_times, scale};
use super::spread;
use crate::scenario::base::Situation;
use crate::scenario::presence;

/// Correlation of the day's surprises of a new queue with those of the queue it is taken from.
const LIKE_ITS_SOURCE: f64 = 0.95;

/// Applies a change of people.
pub(super) fn apply(situation: &mut Situation, reach: &Reach, alteration: &Alteration) {
    match alteration {
        Alteration::ExtraAgents { agents } => {
            let spans = presence::spans(situation, reach);
            presence::add(situation, &reach.queues, *agents, &spans);
        }
        Alteration::Headcount { many, direction, level, contract } => {
            let of =
                |agent: &Agent| level.is_none_or(|own| agent.level == own) && contract.is_none_or(|own| agent.contract == own);
            let there = employed(situation, of);
            let chosen = spread(&there, many.of(there.len()));
            match direction {
                Direction::More => {
                    let extra = many.of(there.len()).saturating_sub(chosen.len());
                    twins(situation, &chosen);
                    // More than twice as many: every agent has several twins.
                    for round in 0..extra.div_ceil(there.len().max(1)) {
                        let rest = (extra - round * there.len()).min(there.len());
                        twins(situation, &spread(&there, rest));
                    }
                }
                Direction::Fewer => dismiss(situation, &chosen),
            }
        }
        Alteration::Hire { agents, contract, level, skills } => hire(situation, reach, *agents, (*contract, *level, skills)),
        Alteration::CrossTrain { skill, many, level } => {
            let able = |agent: &Agent| !agent.skills.contains(skill) && level.is_none_or(|level| agent.level >= level);
            let there = employed(situation, able);
            teach(situation, *skill, &spread(&there, many.of(there.len())));
        }
        Alteration::NewSkill { name, share, aht_factor, many, lowest_level } => {
            new_skill(situation, reach, (name, *many, *lowest_level), (*share, *aht_factor));
        }
        _ => {}
    }
}

/// Agents employed on some day of the horizon who are `wished`.
fn employed(situation: &Situation, wished: impl Fn(&Agent) -> bool) -> Vec<AgentId> {
    let days = situation.demand.grid.dates();
    let there = |agent: &Agent| days.iter().any(|&day| agent.employed_on(day));
    situation.centre.agents.entries().filter(|(_, agent)| there(agent) && wished(agent)).map(|(id, _)| id).collect()
}

fn with_agents(situation: &mut Situation, more: Vec<Agent>) {
    situation.centre.agents = Table::new(situation.centre.agents.iter().cloned().chain(more).collect());
}

/// Adds a twin of each agent: the same contract, level, skills and absences, and today the same shifts.
fn twins(situation: &mut Situation, of: &[AgentId]) {
    let first = situation.centre.agents.len();
    let twin = |(k, &id): (usize, &AgentId)| {
        let agent = &situation.centre.agents[id];
        Agent { code: format!("{}+{}", agent.code, first + k + 1), ..agent.clone() }
    };
    let new: Vec<Agent> = of.iter().enumerate().map(twin).collect();
    with_agents(situation, new);
    for (k, &id) in of.iter().enumerate() {
        let twin = AgentId::from(first + k);
        if let Some(tour) = situation.roster.tour(id) {
            let tour = Tour { agent: twin, shifts: tour.shifts.clone() };
            situation.roster.tours.push(tour);
        }
        let off: Vec<TimeOff> = situation.centre.time_off.iter().filter(|off| off.agent == id).cloned().collect();
        situation.centre.time_off.extend(off.into_iter().map(|off| TimeOff { agent: twin, ..off }));
    }
}

/// Lets agents go before the horizon; their shifts are nobody's.
fn dismiss(situation: &mut Situation, agents: &[AgentId]) {
    let before = situation.demand.grid.date(0).pred_opt();
    for &id in agents {
        situation.centre.agents[id].until = before;
    }
    situation.roster.tours.retain(|tour| !agents.contains(&tour.agent));
    situation.roster.reaching.retain(|tour| !agents.contains(&tour.agent));
    situation.centre.requests.retain(|request| !agents.contains(&request.agent));
}

fn hire(situation: &mut Situation, reach: &Reach, agents: u32, (contract, level, skills): (ContractId, LevelId, &[SkillId])) {
    let first = situation.centre.agents.len();
    let new = |k: usize| Agent {
        code: format!("H{}", first + k + 1),
        contract,
        level,
        skills: skills.to_vec(),
        from: Some(reach.from),
        until: None,
        earliest_minute: None,
        latest_minute: None,
        days_worked_before: 0,
        rested_minutes_before: None,
        carried: CarriedOver::default(),
    };
    let new = (0..agents as usize).map(new).collect();
    with_agents(situation, new);
}

fn teach(situation: &mut Situation, skill: SkillId, agents: &[AgentId]) {
    for &id in agents {
        let skills = &mut situation.centre.agents[id].skills;
        if let Err(place) = skills.binary_search(&skill) {
            skills.insert(place, skill);
        }
    }
}

/// A queue of its own for a share of the reach's contacts, taken from the queues of the largest one's channel.
fn new_skill(
    situation: &mut Situation,
    reach: &Reach,
    (name, many, lowest_level): (&str, Many, Option<LevelId>),
    (share, aht_factor): (f64, f64),
) {
    fill_handle_times(situation, reach);
    let volume = |queue: QueueId| situation.demand.queues[usize::from(queue)].mean.iter().sum::<f64>();
    let Some(&model) = reach.queues.iter().max_by(|a, b| volume(**a).total_cmp(&volume(**b))) else { return };
    let channel = situation.centre.queues[model].channel;
    let from: Vec<QueueId> =
        reach.queues.iter().copied().filter(|&queue| situation.centre.queues[queue].channel == channel).collect();
    let servers = employed(situation, |agent| {
        let of = &situation.centre.queues[model];
        agent.level >= lowest_level.unwrap_or(of.lowest_level) && agent.skills.contains(&of.skill)
    });
    let skill = SkillId::from(situation.centre.skills.len());
    let name = unused(situation, name);
    situation.centre.skills = Table::new(situation.centre.skills.iter().cloned().chain([name.clone()]).collect());
    let own = &situation.centre.queues[model];
    let queue = Queue {
        name: name.clone(),
        title: String::new(),
        skill,
        lowest_level: lowest_level.unwrap_or(own.lowest_level),
        donor: None,
        ..own.clone()
    };
    situation.centre.queues = Table::new(situation.centre.queues.iter().cloned().chain([queue]).collect());
    // The highest levels learn it first.
    let mut ranked = servers;
    ranked.sort_by_key(|&id| (std::cmp::Reverse(situation.centre.agents[id].level), id));
    ranked.truncate(many.of(ranked.len()).max(1));
    teach(situation, skill, &ranked);
    let covered = covered(situation, reach);
    let taken = take(situation, &from, &covered, (share, aht_factor));
    let like = &situation.demand.queues[usize::from(model)];
    let fresh = QueueForecast { name, adjustments: Vec::new(), ..like.clone() };
    let fresh = QueueForecast { open: taken.open, mean: taken.mean, aht_seconds: Some(taken.aht), bands: Vec::new(), ..fresh };
    situation.demand.queues.push(fresh);
    let errors = &situation.demand.day_errors;
    if errors.queues() + 1 == situation.demand.queues.len() {
        situation.demand.day_errors = errors.with_queue_like(usize::from(model), LIKE_ITS_SOURCE);
    }
}

/// A name that no queue has.
fn unused(situation: &Situation, name: &str) -> String {
    let taken = |name: &str| situation.centre.queues.iter().any(|queue| queue.name == name);
    let others = (2..).map(|k| format!("{name} {k}"));
    std::iter::once(name.to_owned()).chain(others).find(|name| !taken(name)).unwrap_or_default()
}

/// Contacts taken from other queues.
struct Taken {
    open: Vec<bool>,
    mean: Vec<f64>,
    aht: Vec<f64>,
}

/// Takes a share of the contacts of queues where they are covered.
fn take(situation: &mut Situation, from: &[QueueId], covered: &[bool], (share, aht_factor): (f64, f64)) -> Taken {
    let intervals = covered.len();
    let mut taken = Taken { open: vec![false; intervals], mean: vec![0.0; intervals], aht: vec![0.0; intervals] };
    for &queue in from {
        let own = &mut situation.demand.queues[usize::from(queue)];
        for t in 0..intervals {
            taken.open[t] |= own.open[t];
            let aht = own.aht_seconds.as_ref().map_or(0.0, |aht| aht[t]) * aht_factor;
            if covered[t] {
                let moved = share * own.mean[t];
                scale(own, t, 1.0 - share);
                if moved > 0.0 {
                    taken.aht[t] = (taken.aht[t] * taken.mean[t] + aht * moved) / (taken.mean[t] + moved);
                }
                taken.mean[t] += moved;
            }
            if taken.aht[t] <= 0.0 {
                taken.aht[t] = aht;
            }
        }
    }
    taken
}
