//! The rules of a tour as a layered automaton: one layer a day, one transition a paid length or a day off.
//!
//! States count days worked in a row, days worked, paid minutes and whether two days off lay side by side (formulation,
//! constraints 4 to 7). States with the same future are merged from the last day backwards, which is dominance in its
//! exact form; minimum rest (8) is kept apart, as readiness, by [`crate::shape::TourShape`].

use std::collections::{BTreeMap, HashMap};

/// No transition.
pub(crate) const NONE: u16 = u16::MAX;

/// Limits of one planning week, or the part of it inside the horizon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct WeekRules {
    /// Day after its last.
    pub end: usize,
    /// Least paid minutes.
    pub minimum_minutes: u32,
    /// Most paid minutes.
    pub maximum_minutes: u32,
    /// Most days worked.
    pub maximum_days: u32,
}

/// Rules of one agent's tour over the horizon.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct TourRules {
    /// The weeks in order; the last ends with the horizon.
    pub weeks: Vec<WeekRules>,
    /// Longest run of worked days.
    pub maximum_consecutive: u32,
    /// Days worked in a row before the horizon.
    pub consecutive_before: u32,
    /// Least minutes between shifts.
    pub rest_minutes: i64,
    /// Elapsed minute from which the agent is rested after the last shift before the horizon.
    pub ready_minute: i64,
    /// Price of a tour without two days off side by side.
    pub split_days_off: i64,
}

impl TourRules {
    /// Days of the horizon.
    pub fn days(&self) -> usize {
        self.weeks.last().map_or(0, |week| week.end)
    }
}

/// Transitions of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layer {
    /// Paid lengths that may be worked on the day, ascending.
    pub lengths: Vec<u32>,
    /// State after a day off, by state.
    pub off: Vec<u16>,
    /// State after a worked day, by state and length.
    pub work: Vec<u16>,
}

/// All tours the rules allow, by day and paid length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TourAutomaton {
    /// One layer a day; state 0 of the first is the start.
    pub layers: Vec<Layer>,
    /// Price of ending in each state.
    pub end_cost: Vec<i64>,
}

/// Days off side by side, as far as known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum DaysOff {
    None,
    Yesterday,
    Pair,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct State {
    run: u32,
    days: u32,
    minutes: u32,
    days_off: DaysOff,
}

impl State {
    fn rest_day(self) -> Self {
        let days_off = if self.days_off == DaysOff::None { DaysOff::Yesterday } else { DaysOff::Pair };
        Self { run: 0, days_off, ..self }
    }

    fn work(self, minutes: u32, rules: &TourRules, week: &WeekRules) -> Option<Self> {
        let days_off = if self.days_off == DaysOff::Pair { DaysOff::Pair } else { DaysOff::None };
        let next = Self { run: self.run + 1, days: self.days + 1, minutes: self.minutes + minutes, days_off };
        let allowed =
            next.run <= rules.maximum_consecutive && next.days <= week.maximum_days && next.minutes <= week.maximum_minutes;
        allowed.then_some(next)
    }

    /// The state on the next morning: a week that ends on the day before must have its minutes, and its counts start anew.
    fn next_morning(self, day: usize, week: &WeekRules) -> Option<Self> {
        if day + 1 < week.end {
            return Some(self);
        }
        (self.minutes >= week.minimum_minutes).then_some(Self { days: 0, minutes: 0, ..self })
    }
}

/// States of a layer in order of discovery, with the transitions out of them.
struct Explored {
    states: Vec<State>,
    layers: Vec<Layer>,
}

impl TourAutomaton {
    /// The automaton of `rules`, where `lengths[d]` are the paid lengths possible on day d.
    ///
    /// No layer has a state from which no tour can end; where there is no tour at all, the first layer is empty.
    pub fn new(rules: &TourRules, lengths: &[Vec<u32>]) -> Self {
        let explored = explore(rules, lengths);
        minimise(rules, explored)
    }

    /// Whether any tour exists (rest aside).
    pub fn has_tour(&self) -> bool {
        self.layers.first().map_or(!self.end_cost.is_empty(), |layer| !layer.off.is_empty())
    }
}

/// Every state that can be reached, day by day.
fn explore(rules: &TourRules, lengths: &[Vec<u32>]) -> Explored {
    // Where the pair of days off has no price its history is not worth a state.
    let days_off = if rules.split_days_off == 0 { DaysOff::Pair } else { DaysOff::None };
    let mut states = vec![State { run: rules.consecutive_before, days: 0, minutes: 0, days_off }];
    let mut layers = Vec::with_capacity(lengths.len());
    for (day, lengths) in lengths.iter().enumerate() {
        let week = &rules.weeks[rules.weeks.partition_point(|week| week.end <= day)];
        let mut next: BTreeMap<State, u16> = BTreeMap::new();
        let mut found = Vec::new();
        let mut enter = |state: Option<State>| {
            state.and_then(|state| state.next_morning(day, week)).map_or(NONE, |state| {
                *next.entry(state).or_insert_with(|| {
                    found.push(state);
                    let number = u16::try_from(found.len() - 1).ok().filter(|&number| number != NONE);
                    number.expect("a week of minutes, days and runs has fewer than 65,535 states")
                })
            })
        };
        let (mut off, mut work) = (Vec::with_capacity(states.len()), Vec::new());
        for state in &states {
            off.push(enter(Some(state.rest_day())));
            work.extend(lengths.iter().map(|&minutes| enter(state.work(minutes, rules, week))));
        }
        layers.push(Layer { lengths: lengths.clone(), off, work });
        states = found;
    }
    Explored { states, layers }
}

/// Merges states with equal futures and drops those without one, from the last day backwards.
fn minimise(rules: &TourRules, explored: Explored) -> TourAutomaton {
    let mut end_cost = Vec::new();
    let mut merged: Vec<u16> = explored
        .states
        .iter()
        .map(|state| {
            let cost = if state.days_off == DaysOff::Pair { 0 } else { rules.split_days_off };
            end_cost.iter().position(|&known| known == cost).unwrap_or_else(|| {
                end_cost.push(cost);
                end_cost.len() - 1
            }) as u16
        })
        .collect();
    let mut layers = explored.layers;
    for layer in layers.iter_mut().rev() {
        let width = layer.lengths.len();
        let mut known: HashMap<Vec<u16>, u16> = HashMap::new();
        let target = |state: u16| if state == NONE { NONE } else { merged[state as usize] };
        let (mut off, mut work, mut classes) = (Vec::new(), Vec::new(), Vec::new());
        for (state, &rested) in layer.off.iter().enumerate() {
            let mut future = vec![target(rested)];
            future.extend(layer.work[state * width..(state + 1) * width].iter().map(|&next| target(next)));
            if future.iter().all(|&next| next == NONE) {
                classes.push(NONE);
                continue;
            }
            let fresh = known.len() as u16;
            let class = *known.entry(future).or_insert_with_key(|future| {
                off.push(future[0]);
                work.extend_from_slice(&future[1..]);
                fresh
            });
            classes.push(class);
        }
        layer.off = off;
        layer.work = work;
        merged = classes;
    }
    TourAutomaton { layers, end_cost }
}
