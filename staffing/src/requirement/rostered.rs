//! Promises over a day or a week as curves of agents in the roster, for a scheduler that keeps them where it is cheapest.
//!
//! What [`super::period`] decides by the interval without knowing shifts is left open here: a pool's floors, and for every
//! limit, period and queue the surplus of one contact as a function of agents scheduled.
//!
//! *Shrinkage.* Of N agents in the roster each is on contact with probability a = 1 - shrinkage, independently, so that
//!
//! (1) g(N) = Σ C(N, b) a^b (1 - a)^(N - b) g(b) over b = 0..=N,
//!
//! exactly what absences at that rate give in expectation, interval by interval. Where g is concave in the agents on contact,
//! (1) is concave in N. A mean wait without bound counts as one interval.

use std::ops::Range;

use rayon::prelude::*;
use solver_data::{
    Centre, PeriodPromise, PlanningGrid, PooledPromise, PromisedInterval, PromisedMeasure, ServiceLevelDefinition, SurplusCurve,
};

use super::group::{Group, Member};
use super::need::Need;
use super::period::{Promised, Row, rows_of};
use crate::promise::Limit;
use crate::shrinkage::scheduled_whole;

/// Surplus of a contact that a further step of agents must add for a curve to go on.
const LEAST_GAIN: f64 = 2e-5;
/// Steps computed for a load, in parts of its square root; between them the curve is linear.
const POINTS_PER_ROOT: f64 = 12.0;
/// Standard deviations of those on contact that (1) sums over.
const REACH: f64 = 7.0;

/// Rows that an interval counts for, each with the place of its queue in the group.
type OwnRows = Vec<(usize, usize)>;

/// The distinct curves of an interval: class of the members, and limit.
type CurveKeys = Vec<(usize, Limit)>;

/// The promises of the pool numbered `pool` that span days or weeks, above `floors` in every interval.
///
/// `None` where there is none, and where work of the pool may wait: its spread depends on idle time.
pub(crate) fn promise(
    (centre, grid): (&Centre, &PlanningGrid),
    pool: usize,
    groups: &[Group],
    floors: &[Need],
    target: &Promised<'_>,
) -> Option<PooledPromise> {
    if groups.iter().any(|group| group.deferred > 0.0) {
        return None;
    }
    let mut rows: Vec<Row> = Vec::new();
    let own = |t: usize| {
        let date = grid.date(grid.day_of(t));
        rows_of((date, centre.week_of(date)), &groups[t], target, &mut rows)
    };
    let own: Vec<OwnRows> = (0..grid.len()).map(own).collect();
    if rows.is_empty() {
        return None;
    }
    let availability = centre.shrinkage.availability();
    let keyed: Vec<CurveKeys> = own.iter().zip(groups).map(|(own, group)| keys(group, own, &rows)).collect();
    let curves = (0..grid.len()).into_par_iter().map(|t| {
        let curve = |&(class, limit): &(usize, Limit)| {
            let member = groups[t].members.iter().find(|member| class_of(&groups[t], member) == class);
            member.map_or_else(flat, |member| rostered(&on_contact(&groups[t], member, limit), availability))
        };
        keyed[t].iter().map(curve).collect::<Vec<_>>()
    });
    let curves: Vec<Vec<SurplusCurve>> = curves.collect();
    let floor = |(t, need): (usize, &Need)| {
        let stable = if own[t].is_empty() { 0 } else { groups[t].station.least_agents(groups[t].station.offered_load()) };
        scheduled_whole(need.agents.max(stable), availability)
    };
    Some(PooledPromise {
        pool,
        floor: floors.iter().enumerate().map(floor).collect(),
        promises: (0..rows.len()).map(|row| period_promise(grid, groups, (row, &rows[row]), (&own, &keyed))).collect(),
        curves,
    })
}

/// Asks for `extra[t]` further agents of a promise: as much service as before, with so many more.
pub(crate) fn raise(promise: &mut PooledPromise, extra: &[u32], availability: f64) {
    for (t, &extra) in extra.iter().enumerate().filter(|&(_, &extra)| extra > 0) {
        let more = scheduled_whole(extra, availability);
        promise.floor[t] = promise.floor[t].saturating_add(more);
        promise.curves[t].iter_mut().for_each(|curve| curve.first = curve.first.saturating_add(more));
    }
}

/// Members of one class meet the same.
fn class_of(group: &Group, member: &Member) -> usize {
    if group.has_classes() { member.class } else { 0 }
}

/// The distinct curves that an interval's rows need.
fn keys(group: &Group, own: &[(usize, usize)], rows: &[Row]) -> Vec<(usize, Limit)> {
    let mut keys = Vec::new();
    for &(row, place) in own {
        let key = (class_of(group, &group.members[place]), rows[row].limit);
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

fn period_promise(
    grid: &PlanningGrid,
    groups: &[Group],
    (index, row): (usize, &Row),
    (own, keyed): (&[OwnRows], &[CurveKeys]),
) -> PeriodPromise {
    let part = |t: usize| {
        let &(_, place) = own[t].iter().find(|&&(known, _)| known == index)?;
        let member = &groups[t].members[place];
        let key = (class_of(&groups[t], member), row.limit);
        let curve = keyed[t].iter().position(|known| *known == key).expect("every row's curve was keyed");
        Some(PromisedInterval { t, curve, volume: (member.volume * 1e3).round() as i64 })
    };
    let parts: Vec<PromisedInterval> = (0..grid.len()).filter_map(part).collect();
    let day = |part: Option<&PromisedInterval>| part.map_or(0, |part| grid.day_of(part.t));
    let days: Range<usize> = day(parts.first())..day(parts.last()) + 1;
    let measure = match row.limit {
        Limit::Level(level) if level.definition == ServiceLevelDefinition::Virtual => PromisedMeasure::LongestWait,
        Limit::Level(_) => PromisedMeasure::ServiceLevel,
        Limit::MeanWait(_) => PromisedMeasure::MeanWait,
        Limit::Abandonment(_) | Limit::Occupancy(_) => PromisedMeasure::Abandonment,
    };
    PeriodPromise { queue: solver_data::QueueId::from(row.queue), days, measure, wanted: row.limit.wanted(), parts }
}

/// Surplus of a contact by agents on contact: with nobody, and from `first` on.
struct OnContact {
    at_zero: f64,
    first: u32,
    values: Vec<f64>,
}

impl OnContact {
    fn at(&self, agents: u32) -> f64 {
        if agents >= self.first {
            return self.values[((agents - self.first) as usize).min(self.values.len() - 1)];
        }
        self.at_zero + (self.values[0] - self.at_zero) * f64::from(agents) / f64::from(self.first)
    }
}

/// What nobody promises.
fn flat() -> SurplusCurve {
    SurplusCurve { at_zero: 0, first: 0, values: vec![0] }
}

/// Surplus of one contact of a member, from far below the load to where further agents gain next to nothing.
fn on_contact(group: &Group, member: &Member, limit: Limit) -> OnContact {
    let longest = group.station.interval_seconds;
    let surplus = |agents: u32| {
        let meets = group.meets(member, f64::from(agents));
        match limit {
            Limit::MeanWait(most) => {
                let wait = meets(0.0, ServiceLevelDefinition::ServedAll).asa_seconds.min(longest);
                (most - wait) / most.max(1e-9)
            }
            limit => limit.surplus(1.0, &*meets),
        }
    };
    let offered = group.station.offered_load();
    let root = offered.sqrt();
    let first = (offered - 6.0 * root).max(0.0) as u32;
    let step = ((root / POINTS_PER_ROOT) as u32).max(1);
    let mut values: Vec<f64> = Vec::new();
    let mut agents = first;
    loop {
        let value = surplus(agents);
        let before = values.last().copied();
        let from = before.unwrap_or(value);
        let between = if before.is_some() { step } else { 1 };
        values.extend((1..=between).map(|part| from + (value - from) * f64::from(part) / f64::from(between)));
        let rests = before.is_some_and(|before| value - before < LEAST_GAIN * f64::from(step));
        if f64::from(agents) > offered + 1.0 && rests {
            break;
        }
        agents = agents.saturating_add(step);
    }
    OnContact { at_zero: surplus(0), first, values }
}

/// (1), in millionths of a contact.
fn rostered(curve: &OnContact, availability: f64) -> SurplusCurve {
    let micro = |value: f64| (value * 1e6).round().clamp(-2e9, 2e9) as i32;
    let top = curve.first + curve.values.len() as u32;
    let last = (f64::from(top) / availability.max(0.05)).ceil() as u32;
    let mut values: Vec<i32> = (curve.first..=last).map(|agents| micro(mean(curve, agents, availability))).collect();
    while values.len() > 1 && values[values.len() - 1] == values[values.len() - 2] {
        values.pop();
    }
    SurplusCurve { at_zero: micro(curve.at_zero), first: curve.first, values }
}

/// Mean of the curve over those of `agents` who are on contact.
fn mean(curve: &OnContact, agents: u32, availability: f64) -> f64 {
    if availability >= 1.0 || agents == 0 {
        return curve.at(agents);
    }
    let (n, a) = (f64::from(agents), availability.max(1e-6));
    let reach = REACH * (n * a * (1.0 - a)).sqrt() + 2.0;
    let mode = ((n + 1.0) * a).floor().min(n);
    let (low, high) = ((mode - reach).max(0.0) as u32, (mode + reach).min(n) as u32);
    // Weights relative to the mode's, upwards and downwards by their ratios.
    let (mut total, mut sum) = (1.0, curve.at(mode as u32));
    let mut weight = 1.0;
    for b in mode as u32 + 1..=high {
        weight *= (n - f64::from(b) + 1.0) / f64::from(b) * a / (1.0 - a);
        (total, sum) = (total + weight, sum + weight * curve.at(b));
    }
    weight = 1.0;
    for b in (low..mode as u32).rev() {
        weight *= f64::from(b + 1) / (n - f64::from(b)) * (1.0 - a) / a;
        (total, sum) = (total + weight, sum + weight * curve.at(b));
    }
    sum / total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_over_those_on_contact_is_the_binomial_sum() {
        let curve = OnContact { at_zero: -0.8, first: 1, values: vec![-0.5, -0.2, 0.0, 0.1, 0.15] };
        let choose = |n: u32, b: u32| (0..b).fold(1.0, |c, i| c * f64::from(n - i) / f64::from(i + 1));
        for agents in 0..8_u32 {
            let weight = |b: u32| choose(agents, b) * 0.9_f64.powi(b as i32) * 0.1_f64.powi((agents - b) as i32);
            let sum: f64 = (0..=agents).map(|b| weight(b) * curve.at(b)).sum();
            assert!((mean(&curve, agents, 0.9) - sum).abs() < 1e-12, "{agents}");
        }
        assert!((mean(&curve, 3, 1.0) - 0.0).abs() < 1e-12);
    }

    #[test]
    fn absence_lowers_a_concave_curve_and_keeps_it_concave() {
        let curve = OnContact { at_zero: -0.8, first: 0, values: (0..40).map(|n| 0.2 - (-f64::from(n) / 6.0).exp()).collect() };
        let rostered = rostered(&curve, 0.85);
        let at = |agents: u32| f64::from(rostered.at(agents)) / 1e6;
        for agents in 1..30 {
            assert!(at(agents) <= curve.at(agents) + 1e-6, "{agents}");
            assert!(at(agents + 1) - at(agents) <= at(agents) - at(agents - 1) + 3e-6, "{agents}");
        }
    }
}
