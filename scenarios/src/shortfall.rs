//! Promises a plan does not keep, in plain words.

use chrono::{NaiveDateTime, TimeDelta};
use solver_data::{Centre, Estimate, QueueSet, Roster, ServicePerformance, StaffingRequirement, TargetPeriod};

use crate::promised::{Stretch, stretches};

/// Agents short in every interval of the planning grid: the largest shortfall of any pool.
///
/// By max-flow min-cut this is the number of agents missing when contacts are handed out as well as skills allow.
pub fn shortage(centre: &Centre, requirement: &StaffingRequirement, roster: &Roster) -> Vec<u32> {
    let mut short = vec![0; requirement.grid.len()];
    for (index, pool) in requirement.pools.iter().enumerate() {
        let present = roster.on_contact(|agent| QueueSet::served_by(centre, agent).meets(pool.queues));
        for ((short, &wanted), &present) in short.iter_mut().zip(requirement.wanted(index)).zip(&present) {
            *short = (*short).max(wanted.saturating_sub(present));
        }
    }
    short
}

/// What the simulation says of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// The whole confidence interval keeps it.
    Kept,
    /// The confidence interval holds the target.
    Undecided,
    /// The whole confidence interval breaks it.
    Missed,
}

/// The verdict on a measure that must be at least `target`.
fn at_least(target: f64, measure: Estimate) -> Verdict {
    if measure.mean + measure.half_width < target {
        Verdict::Missed
    } else if measure.mean - measure.half_width < target {
        Verdict::Undecided
    } else {
        Verdict::Kept
    }
}

/// The verdict on a measure that must be at most `target`.
fn at_most(target: f64, measure: Estimate) -> Verdict {
    at_least(-target, Estimate { mean: -measure.mean, ..measure })
}

/// Targets that the simulated service misses by more than its confidence interval, in plain words.
pub fn missed_targets(centre: &Centre, performance: &ServicePerformance, roster: &Roster) -> Vec<String> {
    judged(centre, performance, roster, Verdict::Missed)
}

/// Targets that lie within the confidence interval of the simulated service, in plain words.
pub fn undecided_targets(centre: &Centre, performance: &ServicePerformance, roster: &Roster) -> Vec<String> {
    judged(centre, performance, roster, Verdict::Undecided)
}

fn judged(centre: &Centre, performance: &ServicePerformance, roster: &Roster, wanted: Verdict) -> Vec<String> {
    let mut lines = Vec::new();
    let occupancy = occupancy(performance, roster);
    for (id, queue) in centre.queues.entries().take(performance.queues.len()) {
        for stretch in stretches(centre, id, performance).iter().filter(|stretch| stretch.service.offered.mean > 0.0) {
            let when = when(performance, stretch);
            let mut found = verdicts(stretch, occupancy);
            found.extend(below_floor(performance, usize::from(id), stretch));
            let kept = found.into_iter().filter(|(verdict, _)| *verdict == wanted);
            lines.extend(kept.map(|(_, text)| format!("queue {}{when} {text}", queue.name)));
        }
    }
    lines
}

/// ` on Sunday 24 October`, ` from … to …`; nothing for the whole horizon.
fn when(performance: &ServicePerformance, stretch: &Stretch) -> String {
    let grid = &performance.grid;
    let day = |day: usize| grid.date(day).format("%A %-d %B").to_string();
    match stretch.days.len() {
        all if all == grid.days() => String::new(),
        1 => format!(" on {}", day(stretch.days.start)),
        _ => format!(" from {} to {}", day(stretch.days.start), day(stretch.days.end - 1)),
    }
}

/// The worst interval of a stretch whose service lies below the floor under every interval by more than its confidence
/// interval; single intervals are too few contacts to call the others close.
fn below_floor(performance: &ServicePerformance, queue: usize, stretch: &Stretch) -> Option<(Verdict, String)> {
    let floor = stretch.target.interval_floor.filter(|_| stretch.target.period != TargetPeriod::Interval)?;
    let (grid, intervals) = (&performance.grid, &performance.queues[queue].intervals);
    let lacking = |t: usize| {
        let at = intervals.get(t).filter(|at| at.offered.mean > 0.0)?;
        (at_least(floor, at.service_level) == Verdict::Missed).then_some((t, at.service_level))
    };
    let missed = stretch.days.clone().flat_map(|day| grid.day_range(day)).filter_map(lacking);
    let (t, level) = missed.min_by(|left, right| left.1.mean.total_cmp(&right.1.mean))?;
    let (at, floor) =
        (span(grid.local(t), grid.local(t) + TimeDelta::minutes(i64::from(grid.interval_minutes()))), format_percent(floor));
    let (mean, half) = (100.0 * level.mean, 100.0 * level.half_width);
    Some((Verdict::Missed, format!("answers {mean:.1} ± {half:.1} % in time at {at}; no interval below {floor} % is wanted")))
}

/// The verdict on every limit of a stretch, with what is to be said of it.
fn verdicts(stretch: &Stretch, occupancy: f64) -> Vec<(Verdict, String)> {
    let (target, got) = (&stretch.target, &stretch.service);
    let percent = |estimate: Estimate| format!("{:.1} ± {:.1} %", 100.0 * estimate.mean, 100.0 * estimate.half_width);
    let mut found = Vec::new();
    if let Some(level) = target.service_level {
        let (share, within) = (100.0 * level.share, level.within_seconds);
        let text = format!("answers {} in {within} s; {share:.0} % is wanted", percent(got.service_level));
        found.push((at_least(level.share, got.service_level), text));
    }
    if let Some(most) = target.abandonment {
        let text = format!("loses {} of its contacts; at most {:.1} % is wanted", percent(got.abandonment), 100.0 * most);
        found.push((at_most(most, got.abandonment), text));
    }
    if let Some(most) = target.asa_seconds {
        let (mean, half) = (got.asa_seconds.mean, got.asa_seconds.half_width);
        let text = format!("answers after {mean:.0} ± {half:.0} s on average; at most {most:.0} s is wanted");
        found.push((at_most(most, got.asa_seconds), text));
    }
    if let Some(limit) = target.maximum_wait {
        let (share, within) = (format_percent(limit.share), limit.seconds);
        let text =
            format!("has {} of its waits within {within} s; {share} % within {within} s is wanted", percent(got.within_limit));
        found.push((at_least(limit.share, got.within_limit), text));
    }
    if let Some(most) = target.occupancy {
        let (busy, share) = (100.0 * occupancy, 100.0 * most);
        let text = format!("wants agents busy at most {share:.0} % of their time; they are busy {busy:.0} %");
        found.push((at_most(most, Estimate { mean: occupancy, half_width: 0.0 }), text));
    }
    if let Some((deadline, done)) = target.deadline.zip(stretch.in_time) {
        let text = format!("does {} of its work in time; {:.0} % is wanted", percent(done), 100.0 * deadline.share);
        found.push((at_least(deadline.share, done), text));
    }
    found
}

/// A share in per cent without needless digits: `99`, `99.5`.
fn format_percent(share: f64) -> String {
    format!("{}", (share * 1e6).round() / 1e4)
}

/// Busy share of all time on contact.
fn occupancy(performance: &ServicePerformance, roster: &Roster) -> f64 {
    let present = roster.on_contact(|_| true);
    let (busy, there) =
        performance.occupancy.iter().zip(&present).fold((0.0, 0.0), |(busy, there), (share, &agents)| {
            (busy + share.mean * f64::from(agents), there + f64::from(agents))
        });
    if there > 0.0 { busy / there } else { 0.0 }
}

/// Stretches of the horizon with agents missing, longest agent-time first, at most `most` of them.
pub fn short_stretches(requirement: &StaffingRequirement, short: &[u32], most: usize) -> Vec<String> {
    let grid = &requirement.grid;
    let mut stretches: Vec<(u32, usize, usize, u32)> = Vec::new();
    let mut t = 0;
    while t < short.len() {
        if short[t] == 0 {
            t += 1;
            continue;
        }
        let last_of_day = grid.day_range(grid.day_of(t)).end;
        let end = (t..last_of_day).find(|&s| short[s] == 0).unwrap_or(last_of_day);
        let (total, peak) = (short[t..end].iter().sum(), short[t..end].iter().copied().max().unwrap_or(0));
        stretches.push((total, t, end, peak));
        t = end;
    }
    stretches.sort_by_key(|&(total, from, _, _)| (std::cmp::Reverse(total), from));
    let hidden = stretches.len().saturating_sub(most);
    let mut lines: Vec<String> = stretches
        .iter()
        .take(most)
        .map(|&(total, from, to, peak)| {
            let hours = f64::from(total) * grid.interval_seconds() / 3600.0;
            let agents = if peak == 1 { "1 agent".to_owned() } else { format!("up to {peak} agents") };
            format!("{} is short of {agents} ({hours:.1} agent-hours)", span(grid.local(from), grid.local(to)))
        })
        .collect();
    if hidden > 0 {
        lines.push(format!("and {hidden} shorter stretch{}", if hidden == 1 { "" } else { "es" }));
    }
    lines
}

/// `Sunday 24 October 10:00–11:30`.
pub(crate) fn span(from: NaiveDateTime, to: NaiveDateTime) -> String {
    let until = if to.date() == from.date() { to.format("%H:%M").to_string() } else { "24:00".to_owned() };
    format!("{}–{until}", from.format("%A %-d %B %H:%M"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use solver_data::{PlanningGrid, QueuePerformance, ServiceMeasures, ServiceTarget};

    #[test]
    fn a_target_within_the_interval_is_undecided() {
        let measure = |mean| Estimate { mean, half_width: 0.02 };
        assert_eq!(at_least(0.80, measure(0.83)), Verdict::Kept);
        assert_eq!(at_least(0.80, measure(0.79)), Verdict::Undecided);
        assert_eq!(at_least(0.80, measure(0.77)), Verdict::Missed);
        assert_eq!(at_most(0.05, measure(0.08)), Verdict::Missed);
        assert_eq!(at_most(0.05, measure(0.02)), Verdict::Kept);
    }

    #[test]
    fn a_longest_wait_is_judged_by_the_share_within_it() {
        let limit = solver_data::WaitLimit { seconds: 25.0, share: 0.99 };
        let within_limit = Estimate { mean: 0.9, half_width: 0.01 };
        let stretch = Stretch {
            days: 0..1,
            target: ServiceTarget { maximum_wait: Some(limit), ..ServiceTarget::default() },
            service: ServiceMeasures { within_limit, ..ServiceMeasures::default() },
            in_time: None,
        };
        let text = "has 90.0 ± 1.0 % of its waits within 25 s; 99 % within 25 s is wanted".to_owned();
        assert_eq!(verdicts(&stretch, 0.0), [(Verdict::Missed, text)]);
    }

    #[test]
    fn only_the_worst_interval_below_the_floor_is_named() {
        let date = NaiveDate::from_ymd_opt(1999, 10, 24).unwrap();
        let grid = std::sync::Arc::new(PlanningGrid::new(date, 1, 30, chrono_tz::UTC).unwrap());
        let at = |mean| ServiceMeasures {
            offered: Estimate { mean: 5.0, half_width: 0.0 },
            service_level: Estimate { mean, half_width: 0.05 },
            ..ServiceMeasures::default()
        };
        let mut intervals = vec![at(0.9); grid.len()];
        (intervals[20], intervals[21], intervals[22]) = (at(0.4), at(0.3), at(0.48));
        let queue = QueuePerformance {
            queue: "Q".to_owned(),
            intervals,
            days: Vec::new(),
            horizon: ServiceMeasures::default(),
            days_meeting_target: 0.0,
            weeks: Vec::new(),
            detail: solver_data::ServiceDetail::default(),
        };
        let performance = ServicePerformance {
            grid,
            replications: 10,
            queues: vec![queue.clone()],
            overall: queue,
            occupancy: Vec::new(),
            weeks: Vec::new(),
            groups: Vec::new(),
            attribution: Vec::new(),
        };
        let target =
            ServiceTarget { period: TargetPeriod::Day, interval_floor: Some(0.5), ..ServiceTarget::share_within(0.8, 20.0) };
        let mut stretch = Stretch { days: 0..1, target, service: ServiceMeasures::default(), in_time: None };
        let (verdict, text) = below_floor(&performance, 0, &stretch).unwrap();
        assert_eq!(verdict, Verdict::Missed);
        assert_eq!(text, "answers 30.0 ± 5.0 % in time at Sunday 24 October 10:30–11:00; no interval below 50 % is wanted");
        stretch.target.interval_floor = Some(0.2);
        assert!(below_floor(&performance, 0, &stretch).is_none());
    }

    #[test]
    fn a_stretch_that_ends_at_midnight_ends_at_24() {
        let at = |day, hour| NaiveDate::from_ymd_opt(1999, 10, day).unwrap().and_hms_opt(hour, 0, 0).unwrap();
        assert_eq!(span(at(24, 22), at(25, 0)), "Sunday 24 October 22:00–24:00");
        assert_eq!(span(at(24, 10), at(24, 11)), "Sunday 24 October 10:00–11:00");
    }
}
