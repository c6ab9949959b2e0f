//! All tours of an agent: the rules' automaton joined with dated duties and minimum rest.
//!
//! Rest (8) is carried as readiness: how early the next shift may start. Only the starts that exist matter, so after
//! each day the ready times fall into a few classes, ascending; a duty asks for a class at most its own.

use crate::automaton::{Layer, NONE, TourAutomaton, TourRules};
use crate::problem::Duty;

/// Duties of one day with the same effect on the tour: same paid length, same class of start, same class of end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DutyGroup {
    /// First duty, as position in `TourShape::duties_by_group`.
    pub first: u32,
    /// Past the last.
    pub end: u32,
    /// Latest readiness class, before the day, that may start it.
    pub start_class: u16,
    /// Readiness class after the day.
    pub ready_class: u16,
}

/// One day of the shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DayShape {
    /// Groups, ascending by length.
    pub groups: Vec<DutyGroup>,
    /// For each length of the automaton's layer, the range of its groups.
    pub by_length: Vec<(u16, u16)>,
    /// Readiness classes after the day.
    pub classes: usize,
    /// For each class after the day, the latest class before it that a day off leads there from.
    pub off_from: Vec<u16>,
}

/// The tours an agent may work.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TourShape {
    /// The rules without rest.
    pub automaton: TourAutomaton,
    /// Days.
    pub days: Vec<DayShape>,
    /// Duties, as given; costs of agents are aligned with it.
    pub duties: Vec<u32>,
    /// Positions in `duties`, group by group.
    pub by_group: Vec<u32>,
    /// Readiness classes before the first day, and the one the agent starts in.
    pub start_classes: (usize, usize),
    /// For each day and state after it, the states before it with the length worked (`NONE` for a day off).
    pub into_state: Vec<Vec<Vec<(u16, u16)>>>,
}

/// Readiness thresholds after a day: class c means "not before start number `thresholds[c]`".
fn thresholds_after(day: usize, readiness: &[(usize, usize)], starts: &[(i64, usize)]) -> Vec<usize> {
    let floor = starts.partition_point(|&(_, on)| on <= day);
    let mut thresholds: Vec<usize> = readiness.iter().filter(|&&(on, _)| on <= day).map(|&(_, index)| index.max(floor)).collect();
    thresholds.push(floor);
    thresholds.sort_unstable();
    thresholds.dedup();
    thresholds
}

impl TourShape {
    /// The tours under `rules` from the `allowed` rows of `duties`, ascending.
    pub fn new(rules: &TourRules, allowed: &[usize], duties: &[Duty]) -> Self {
        let mut lengths = vec![Vec::new(); rules.days()];
        // (start minute, day) of every start, days shifted by one so that "before the first day" is 0
        let mut starts: Vec<(i64, usize)> = Vec::new();
        for duty in allowed.iter().map(|&duty| &duties[duty]) {
            lengths[duty.day].push(duty.paid_minutes);
            starts.push((duty.start_minute, duty.day + 1));
        }
        for lengths in &mut lengths {
            lengths.sort_unstable();
            lengths.dedup();
        }
        starts.sort_unstable_by_key(|&(minute, day)| (day, minute));
        starts.dedup();
        let start_index = |ready: i64, after: usize| {
            // Starts are ordered by day first; within the days to come they ascend in time as well.
            let from = starts.partition_point(|&(_, day)| day <= after);
            from + starts[from..].partition_point(|&(minute, _)| minute < ready)
        };
        let mut readiness = vec![(0, start_index(rules.ready_minute, 0))];
        readiness.extend(allowed.iter().map(|&duty| {
            let duty = &duties[duty];
            (duty.day + 1, start_index(duty.end_minute + rules.rest_minutes, duty.day + 1))
        }));
        let mut before = thresholds_after(0, &readiness, &starts);
        let start_classes = (before.len(), before.partition_point(|&index| index < readiness[0].1));
        let (mut days, mut by_group) = (Vec::with_capacity(rules.days()), Vec::with_capacity(allowed.len()));
        for (day, lengths) in lengths.iter().enumerate() {
            let after = thresholds_after(day + 1, &readiness, &starts);
            let mut keyed: Vec<(usize, u16, u16, u32)> = Vec::new();
            for (position, &duty) in allowed.iter().enumerate().filter(|&(_, &duty)| duties[duty].day == day) {
                let duty = &duties[duty];
                let start = starts.binary_search_by_key(&(day + 1, duty.start_minute), |&(m, d)| (d, m));
                let start = start.expect("every duty's start was entered");
                let admitted = before.partition_point(|&index| index <= start);
                if admitted == 0 {
                    continue;
                }
                let ready = readiness[position + 1].1;
                let ready = after.partition_point(|&index| index < ready);
                let length = lengths.binary_search(&duty.paid_minutes).expect("every duty's length was entered");
                keyed.push((length, (admitted - 1) as u16, ready as u16, position as u32));
            }
            keyed.sort_unstable();
            let floor = after[0];
            let off_from =
                after.iter().map(|&index| (before.partition_point(|&earlier| earlier.max(floor) <= index).max(1) - 1) as u16);
            let off_from = off_from.collect();
            days.push(group_duties(&keyed, lengths.len(), &mut by_group, off_from));
            before = after;
        }
        let automaton = TourAutomaton::new(rules, &lengths);
        let duties = allowed.iter().map(|&duty| duty as u32).collect();
        let into_state = arrivals(&automaton);
        Self { automaton, days, duties, by_group, start_classes, into_state }
    }
}

/// The transitions of the automaton, by the state they lead to.
fn arrivals(automaton: &TourAutomaton) -> Vec<Vec<Vec<(u16, u16)>>> {
    let states_after = |d: usize| automaton.layers.get(d + 1).map_or(automaton.end_cost.len(), |next| next.off.len());
    let day = |(d, layer): (usize, &Layer)| {
        let mut into = vec![Vec::new(); states_after(d)];
        for (state, &next) in layer.off.iter().enumerate().filter(|&(_, &next)| next != NONE) {
            into[usize::from(next)].push((state as u16, NONE));
        }
        let width = layer.lengths.len();
        for (at, &next) in layer.work.iter().enumerate().filter(|&(_, &next)| next != NONE) {
            into[usize::from(next)].push(((at / width) as u16, (at % width) as u16));
        }
        into
    };
    automaton.layers.iter().enumerate().map(day).collect()
}

/// Joins duties with equal keys `(length, start class, ready class, position)`.
fn group_duties(keyed: &[(usize, u16, u16, u32)], lengths: usize, by_group: &mut Vec<u32>, off_from: Vec<u16>) -> DayShape {
    let mut groups: Vec<DutyGroup> = Vec::new();
    let mut by_length = vec![(0, 0); lengths];
    let mut rest = keyed;
    while let Some(&(length, start_class, ready_class, _)) = rest.first() {
        let same = rest.iter().take_while(|key| (key.0, key.1, key.2) == (length, start_class, ready_class)).count();
        let first = by_group.len() as u32;
        by_group.extend(rest[..same].iter().map(|key| key.3));
        let index = groups.len() as u16;
        if by_length[length].1 == 0 {
            by_length[length].0 = index;
        }
        by_length[length].1 = index + 1;
        groups.push(DutyGroup { first, end: by_group.len() as u32, start_class, ready_class });
        rest = &rest[same..];
    }
    DayShape { groups, by_length, classes: off_from.len(), off_from }
}
