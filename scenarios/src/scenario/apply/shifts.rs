//! Changes of shifts that stand: overtime, time off, training.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use solver_data::pay::shift_pay;
use solver_data::scenario::{Alteration, Clock, Many, Reach};
use solver_data::{AgentId, Break, Centre, Money, Shift};

use super::spread;
use crate::scenario::base::{Charge, Situation};

/// Applies a change of shifts.
pub(super) fn apply(situation: &mut Situation, reach: &Reach, alteration: &Alteration) {
    match alteration {
        Alteration::Overtime { many, minutes, premium } => overtime(situation, reach, *many, (*minutes, *premium)),
        Alteration::TimeOff { many, paid } => time_off(situation, reach, *many, *paid),
        Alteration::Training { minutes } => training(situation, reach, *minutes),
        _ => {}
    }
}

/// Spans of a day that the reach names.
fn windows(reach: &Reach, day: NaiveDate) -> Vec<(NaiveDateTime, NaiveDateTime)> {
    let midnight = day.and_time(NaiveTime::MIN);
    let at = |minute: u32| midnight + TimeDelta::minutes(i64::from(minute));
    match &reach.clock {
        Clock::Spans(spans) => spans.iter().map(|&(from, to)| (at(from), at(to))).collect(),
        Clock::AllDay | Clock::Peak => vec![(at(0), at(2880))],
    }
}

/// Places of the shifts of a day, as (tour, shift), whose agent may serve a queue of the reach and that are `wished`.
fn shifts_on(situation: &Situation, reach: &Reach, day: NaiveDate, wished: impl Fn(&Shift) -> bool) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    for (row, tour) in situation.roster.tours.iter().enumerate() {
        if reach.queues.iter().any(|&queue| situation.centre.may_serve(tour.agent, queue)) {
            let own = tour.shifts.iter().enumerate().filter(|(_, shift)| shift.date == day && wished(shift));
            places.extend(own.map(|(place, _)| (row, place)));
        }
    }
    places
}

fn days(situation: &Situation, reach: &Reach) -> Vec<NaiveDate> {
    situation.demand.grid.dates().iter().copied().filter(|&day| reach.covers_day(day)).collect()
}

fn pay(centre: &Centre, agent: AgentId, shift: &Shift) -> Money {
    shift_pay(centre, agent, shift).into_iter().map(|(_, _, amount)| amount).sum()
}

/// Shifts that end in the window go on; the premium on their longer part is a charge.
fn overtime(situation: &mut Situation, reach: &Reach, many: Many, (minutes, premium): (u32, f64)) {
    let mut amount = 0.0;
    for day in days(situation, reach) {
        let windows = windows(reach, day);
        let ends = |shift: &Shift| windows.iter().any(|&(from, to)| from < shift.end && shift.end <= to);
        let there = shifts_on(situation, reach, day, ends);
        for (row, place) in spread(&there, many.of(there.len())) {
            let tour = &mut situation.roster.tours[row];
            let shift = &mut tour.shifts[place];
            let before = pay(&situation.centre, tour.agent, shift);
            shift.end += TimeDelta::minutes(i64::from(minutes));
            shift.paid_minutes += minutes;
            amount += premium * (pay(&situation.centre, tour.agent, shift) - before).0 as f64;
            situation.overtime_minutes += minutes;
        }
    }
    situation.charges.push(Charge { what: "overtime premium", amount: Money(amount.round() as i64) });
}

/// Agents who work in the window go home before it, come after it, or stay at home; what they keep of the pay is a charge.
fn time_off(situation: &mut Situation, reach: &Reach, many: Many, paid: f64) {
    let mut amount = 0.0;
    for day in days(situation, reach) {
        let windows = windows(reach, day);
        let meets = |shift: &Shift| windows.iter().any(|&(from, to)| from < shift.end && shift.start < to);
        let there = shifts_on(situation, reach, day, meets);
        for (row, place) in spread(&there, many.of(there.len())) {
            let tour = &mut situation.roster.tours[row];
            let before = pay(&situation.centre, tour.agent, &tour.shifts[place]);
            for &window in &windows {
                trim(&mut tour.shifts[place], window);
            }
            let left = &tour.shifts[place];
            let after = if left.end > left.start { pay(&situation.centre, tour.agent, left) } else { Money(0) };
            amount += paid * (before - after).0 as f64;
        }
    }
    for tour in &mut situation.roster.tours {
        tour.shifts.retain(|shift| shift.end > shift.start);
    }
    situation.charges.push(Charge { what: "paid time off", amount: Money(amount.round() as i64) });
}

/// Takes a window off a shift: its longer end stays, nothing where the window covers it.
fn trim(shift: &mut Shift, (from, to): (NaiveDateTime, NaiveDateTime)) {
    if to <= shift.start || shift.end <= from {
        return;
    }
    let (before, after) = (from - shift.start, shift.end - to);
    if before >= after {
        shift.end = from.max(shift.start);
    } else {
        shift.start = to.min(shift.end);
    }
    shift.breaks.retain(|pause| shift.start <= pause.start && pause.end <= shift.end);
    let unpaid: i64 = shift.breaks.iter().filter(|pause| !pause.paid).map(|pause| (pause.end - pause.start).num_minutes()).sum();
    shift.paid_minutes = ((shift.end - shift.start).num_minutes() - unpaid).max(0) as u32;
}

/// Each agent is once a week away for training in the window, spread over its days and places.
fn training(situation: &mut Situation, reach: &Reach, minutes: u32) {
    let days = days(situation, reach);
    let (step, week_start) = (situation.demand.grid.interval_minutes(), situation.centre.week_start);
    for (row, tour) in situation.roster.tours.iter_mut().enumerate() {
        if !reach.queues.iter().any(|&queue| situation.centre.may_serve(tour.agent, queue)) {
            continue;
        }
        let mut weeks: Vec<Vec<(usize, NaiveDateTime)>> = Vec::new();
        let mut last = None;
        for (place, shift) in tour.shifts.iter().enumerate().filter(|(_, shift)| days.contains(&shift.date)) {
            let week = shift.date.week(week_start).first_day();
            if last != Some(week) {
                weeks.push(Vec::new());
                last = Some(week);
            }
            let free = windows(reach, shift.date).into_iter().flat_map(|window| starts(shift, window, (minutes, step)));
            weeks.last_mut().expect("a week was just pushed").extend(free.map(|start| (place, start)));
        }
        for free in weeks.iter().filter(|free| !free.is_empty()) {
            // A stride that shares no small factor with the number of places spreads agents over them.
            let (place, start) = free[row * 7 % free.len()];
            let shift = &mut tour.shifts[place];
            let end = start + TimeDelta::minutes(i64::from(minutes));
            shift.breaks.push(Break { kind: "training".to_owned(), start, end, paid: true });
            shift.breaks.sort_by_key(|pause| pause.start);
        }
    }
}

/// Starts on the grid at which `minutes` of training fit into the window and the shift, apart from its breaks.
fn starts(shift: &Shift, (from, to): (NaiveDateTime, NaiveDateTime), (minutes, step): (u32, u32)) -> Vec<NaiveDateTime> {
    let (from, to) = (from.max(shift.start), to.min(shift.end));
    let length = TimeDelta::minutes(i64::from(minutes));
    let mut starts = Vec::new();
    let mut at = from;
    while at + length <= to {
        if shift.breaks.iter().all(|pause| pause.end <= at || at + length <= pause.start) {
            starts.push(at);
        }
        at += TimeDelta::minutes(i64::from(step));
    }
    starts
}
