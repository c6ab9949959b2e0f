//! The rules of a tour as a layered automaton: one layer a day, one transition a paid length or a day off.
//!
//! States count days worked in a row, days and paid minutes of the week, paid minutes since the horizon began where an
//! hours bank asks for them, weekends and Sundays worked, and whether two days off lay side by side (formulation,
//! constraints 4 to 7). A count that can bind no more is dropped on the way, a state that can end in no tour is not
//! entered, and states with the same future are merged from the last day backwards, which is dominance in its exact form;
//! minimum rest (8) is kept apart, as readiness, by [`crate::shape::TourShape`].

use std::collections::HashMap;

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
    /// Least and most paid minutes from the horizon's start to the week's end: the hours bank.
    pub total_minutes: Option<(i64, i64)>,
}

/// At most `most` of any `of` successive stretches of days (weekends, Sundays) are worked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct StretchRule {
    /// Most that are worked.
    pub most: u32,
    /// Of so many, 32 at most.
    pub of: u32,
    /// First and last day of each stretch in the horizon, ascending and apart.
    pub stretches: Vec<(usize, usize)>,
    /// Stretches before the first of these that were worked, as bits, the latest lowest.
    pub before: u32,
    /// Whether the first of these had been worked already when the horizon began.
    pub begun: bool,
}

/// Stretch rules a tour may have.
pub(crate) const MOST_STRETCH_RULES: usize = 2;

/// Rules of one agent's tour over the horizon.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct TourRules {
    /// The weeks in order; the last ends with the horizon.
    pub weeks: Vec<WeekRules>,
    /// Days and paid minutes of the first week worked before the horizon.
    pub begun_week: (u32, u32),
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
    /// Weekends and Sundays, [`MOST_STRETCH_RULES`] at most.
    pub stretches: Vec<StretchRule>,
    /// Days that must be worked, ascending: those of pinned shifts.
    pub pinned_days: Vec<usize>,
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
    /// States of the widest day, where they are too many to be numbered; there is no tour then.
    pub too_many_states: Option<usize>,
}

/// Days off side by side, as far as known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum DaysOff {
    None,
    Yesterday,
    Pair,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct State {
    run: u32,
    days: u32,
    minutes: u32,
    days_off: DaysOff,
    /// Paid minutes since the horizon's start.
    total: i64,
    /// Stretches worked, the latest lowest, that under way included once its first day is over.
    stretches: [u32; MOST_STRETCH_RULES],
}

/// A total that can bind no more.
const FREE: i64 = i64::MIN / 2;

impl State {
    /// Whether the hours bank can bind no more.
    fn is_free(&self) -> bool {
        self.total < FREE / 2
    }
}

/// Least and most that can still be paid from a day on, week by week.
#[derive(Debug, Clone, Copy)]
struct Prospect {
    /// Least paid minutes after the week under way, up to a week's end.
    least: i64,
    /// Most.
    most: i64,
    /// The bank's limits there.
    limits: (i64, i64),
}

/// What is left of the horizon after a day, for every state alike.
struct Outlook {
    /// Most paid minutes on the remaining days of the week.
    rest_of_week: u32,
    /// Remaining days of the week.
    days_of_week: u32,
    /// Remaining days of the horizon.
    days: u32,
    /// Whether the week under way has the bank's limits at its end.
    week_limits: Option<(i64, i64)>,
    /// Later ends of weeks with limits.
    prospects: Vec<Prospect>,
}

/// The rules with what they leave open day by day.
struct Explorer<'a> {
    rules: &'a TourRules,
    lengths: &'a [Vec<u32>],
}

impl Explorer<'_> {
    fn week_of(&self, day: usize) -> &WeekRules {
        &self.rules.weeks[self.rules.weeks.partition_point(|week| week.end <= day)]
    }

    /// What is left on the morning of `day`.
    fn outlook(&self, day: usize) -> Outlook {
        let longest = |days: std::ops::Range<usize>| -> u32 { self.lengths[days].iter().filter_map(|day| day.last()).sum() };
        let days = self.rules.days();
        let week = if day < days { *self.week_of(day) } else { return Outlook::over() };
        let (mut least, mut most, mut from) = (0, 0, week.end);
        let mut prospects = Vec::new();
        for later in self.rules.weeks.iter().filter(|later| later.end > week.end) {
            least += i64::from(later.minimum_minutes);
            most += i64::from(later.maximum_minutes.min(longest(from..later.end)));
            from = later.end;
            if let Some(limits) = later.total_minutes {
                prospects.push(Prospect { least, most, limits });
            }
        }
        Outlook {
            rest_of_week: longest(day..week.end),
            days_of_week: (week.end - day) as u32,
            days: (days - day) as u32,
            week_limits: week.total_minutes,
            prospects,
        }
    }

    /// A day off, or none of it where the day must be worked.
    fn rest_day(&self, day: usize, state: State) -> Option<State> {
        if self.rules.pinned_days.binary_search(&day).is_ok() {
            return None;
        }
        let days_off = if state.days_off == DaysOff::None { DaysOff::Yesterday } else { DaysOff::Pair };
        let mut next = State { run: 0, days_off, ..state };
        for (rule, worked) in self.rules.stretches.iter().zip(&mut next.stretches) {
            if let Some(&(first, _)) = rule.stretches.iter().find(|&&(first, last)| (first..=last).contains(&day)) {
                *worked = entered(rule, *worked, (day, first));
            }
        }
        Some(next)
    }

    /// A day of `minutes`, where the counts allow it.
    fn work(&self, day: usize, state: State, minutes: u32) -> Option<State> {
        let days_off = if state.days_off == DaysOff::Pair { DaysOff::Pair } else { DaysOff::None };
        let mut next = State {
            run: state.run + 1,
            days: state.days + 1,
            minutes: state.minutes + minutes,
            total: state.total + i64::from(minutes),
            days_off,
            ..state
        };
        for (rule, worked) in self.rules.stretches.iter().zip(&mut next.stretches) {
            if let Some(&(first, _)) = rule.stretches.iter().find(|&&(first, last)| (first..=last).contains(&day)) {
                *worked = entered(rule, *worked, (day, first)) | 1;
                if (*worked & window(rule.of)).count_ones() > rule.most {
                    return None;
                }
            }
        }
        let week = self.week_of(day);
        let allowed =
            next.run <= self.rules.maximum_consecutive && next.days <= week.maximum_days && next.minutes <= week.maximum_minutes;
        allowed.then_some(next)
    }

    /// The state on the next morning: a week that ends on the day must have its minutes, and its counts start anew.
    fn next_morning(&self, day: usize, state: State) -> Option<State> {
        let week = self.week_of(day);
        if day + 1 < week.end {
            return Some(state);
        }
        let kept = week.total_minutes.is_none_or(|(least, most)| state.is_free() || (least..=most).contains(&state.total));
        (kept && state.minutes >= week.minimum_minutes).then_some(State { days: 0, minutes: 0, ..state })
    }

    /// The state with every count that can bind no more at one value; `None` for one that cannot end well.
    fn settled(&self, day: usize, outlook: &Outlook, mut state: State) -> Option<State> {
        if day == self.rules.days() {
            return Some(State { run: 0, total: 0, stretches: [0; MOST_STRETCH_RULES], ..state });
        }
        let week = self.week_of(day);
        // Most and least that the week under way can still pay
        let most = outlook.rest_of_week.min(week.maximum_minutes.saturating_sub(state.minutes));
        let least = week.minimum_minutes.saturating_sub(state.minutes);
        if least > most {
            return None;
        }
        let (mut free, mut open) = (true, true);
        let mut weigh = |least: i64, most: i64, limits: (i64, i64)| {
            free &= limits.0 <= state.total + least && state.total + most <= limits.1;
            open &= limits.0 <= state.total + most && state.total + least <= limits.1;
        };
        let (least, most) = (least.into(), most.into());
        if let Some(limits) = outlook.week_limits {
            weigh(least, most, limits);
        }
        for later in &outlook.prospects {
            weigh(least + later.least, most + later.most, later.limits);
        }
        if !open && !state.is_free() {
            return None;
        }
        if free || state.is_free() {
            state.total = FREE;
        }
        if state.minutes >= week.minimum_minutes && state.minutes + outlook.rest_of_week <= week.maximum_minutes {
            state.minutes = week.minimum_minutes;
        }
        if state.days + outlook.days_of_week <= week.maximum_days {
            state.days = 0;
        }
        if state.run + outlook.days <= self.rules.maximum_consecutive {
            state.run = 0;
        }
        for (rule, worked) in self.rules.stretches.iter().zip(&mut state.stretches) {
            let under_way = rule.stretches.iter().any(|&(first, last)| first < day && day <= last);
            // A stretch to come sees of - 1 before it, one under way itself as well.
            *worked &= window(if under_way { rule.of } else { rule.of - 1 });
            if rule.stretches.last().is_none_or(|&(_, last)| last < day) {
                *worked = 0;
            }
        }
        Some(state)
    }

    fn start(&self) -> State {
        let mut stretches = [0; MOST_STRETCH_RULES];
        for (rule, worked) in self.rules.stretches.iter().zip(&mut stretches) {
            *worked = rule.before;
        }
        State {
            run: self.rules.consecutive_before,
            days: self.rules.begun_week.0,
            minutes: self.rules.begun_week.1,
            // Where the pair of days off has no price its history is not worth a state.
            days_off: if self.rules.split_days_off == 0 { DaysOff::Pair } else { DaysOff::None },
            total: 0,
            stretches,
        }
    }
}

impl Outlook {
    fn over() -> Self {
        Self { rest_of_week: 0, days_of_week: 0, days: 0, week_limits: None, prospects: Vec::new() }
    }
}

/// The history with a bit for the stretch under way, which its first day adds.
fn entered(rule: &StretchRule, worked: u32, (day, first): (usize, usize)) -> u32 {
    let begun = rule.begun && rule.stretches.first().is_some_and(|&(opening, _)| opening == first);
    if day == first { worked << 1 | u32::from(begun) } else { worked }
}

/// The lowest `of` bits.
fn window(of: u32) -> u32 {
    1u32.checked_shl(of).map_or(u32::MAX, |above| above - 1)
}

/// States of a layer in order of discovery, with the transitions out of them.
struct Explored {
    states: Vec<State>,
    layers: Vec<WideLayer>,
}

/// Transitions of one day before states are merged: off by state, work by state and length.
struct WideLayer {
    off: Vec<u32>,
    work: Vec<u32>,
}

/// No transition, before states are merged.
const NOWHERE: u32 = u32::MAX;

impl TourAutomaton {
    /// The automaton of `rules`, where `lengths[d]` are the paid lengths possible on day d, ascending.
    ///
    /// No layer has a state from which no tour can end; where there is no tour at all, the first layer is empty.
    pub fn new(rules: &TourRules, lengths: &[Vec<u32>]) -> Self {
        minimise(rules, lengths, &explore(rules, lengths))
    }

    /// Whether any tour exists (rest aside).
    pub fn has_tour(&self) -> bool {
        self.layers.first().map_or(!self.end_cost.is_empty(), |layer| !layer.off.is_empty())
    }
}

/// Every state that can be reached, day by day.
fn explore(rules: &TourRules, lengths: &[Vec<u32>]) -> Explored {
    let explorer = Explorer { rules, lengths };
    let mut states: Vec<State> = explorer.settled(0, &explorer.outlook(0), explorer.start()).into_iter().collect();
    let mut layers = Vec::with_capacity(lengths.len());
    for (day, lengths) in lengths.iter().enumerate() {
        let outlook = explorer.outlook(day + 1);
        let mut next: HashMap<State, u32> = HashMap::new();
        let mut found = Vec::new();
        let mut enter = |state: Option<State>| {
            let state = state.and_then(|state| explorer.next_morning(day, state));
            let state = state.and_then(|state| explorer.settled(day + 1, &outlook, state));
            state.map_or(NOWHERE, |state| {
                *next.entry(state).or_insert_with(|| {
                    found.push(state);
                    found.len() as u32 - 1
                })
            })
        };
        let (mut off, mut work) = (Vec::with_capacity(states.len()), Vec::new());
        for &state in &states {
            off.push(enter(explorer.rest_day(day, state)));
            work.extend(lengths.iter().map(|&minutes| enter(explorer.work(day, state, minutes))));
        }
        layers.push(WideLayer { off, work });
        states = found;
    }
    Explored { states, layers }
}

/// Merges states with equal futures and drops those without one, from the last day backwards.
fn minimise(rules: &TourRules, lengths: &[Vec<u32>], explored: &Explored) -> TourAutomaton {
    let mut end_cost = Vec::new();
    let ends = explored.states.iter().map(|state| {
        let cost = if state.days_off == DaysOff::Pair { 0 } else { rules.split_days_off };
        end_cost.iter().position(|&known| known == cost).unwrap_or_else(|| {
            end_cost.push(cost);
            end_cost.len() - 1
        }) as u32
    });
    let mut merged: Vec<u32> = ends.collect();
    let mut layers = Vec::with_capacity(lengths.len());
    let mut widest = 0;
    for (wide, lengths) in explored.layers.iter().zip(lengths).rev() {
        let width = lengths.len();
        let mut known: HashMap<Vec<u32>, u32> = HashMap::new();
        let target = |state: u32| if state == NOWHERE { NOWHERE } else { merged[state as usize] };
        let (mut off, mut work, mut classes) = (Vec::new(), Vec::new(), Vec::new());
        for (state, &rested) in wide.off.iter().enumerate() {
            let mut future = vec![target(rested)];
            future.extend(wide.work[state * width..(state + 1) * width].iter().map(|&next| target(next)));
            if future.iter().all(|&next| next == NOWHERE) {
                classes.push(NOWHERE);
                continue;
            }
            let fresh = known.len() as u32;
            let class = *known.entry(future).or_insert_with_key(|future| {
                off.push(narrow(future[0]));
                work.extend(future[1..].iter().map(|&next| narrow(next)));
                fresh
            });
            classes.push(class);
        }
        widest = widest.max(off.len());
        layers.push(Layer { lengths: lengths.clone(), off, work });
        merged = classes;
    }
    layers.reverse();
    if widest >= usize::from(NONE) {
        return TourAutomaton { layers: Vec::new(), end_cost: Vec::new(), too_many_states: Some(widest) };
    }
    TourAutomaton { layers, end_cost, too_many_states: None }
}

/// The number of a merged state; [`minimise`] refuses automata whose states do not fit.
fn narrow(state: u32) -> u16 {
    u16::try_from(state).unwrap_or(NONE)
}
