//! Promises a plan does not keep, in plain words.

use chrono::NaiveDateTime;
use solver_data::{Centre, QueueSet, Roster, ServicePerformance, StaffingRequirement};

/// Agents short in every interval of the planning grid: the largest shortfall of any pool.
///
/// By max-flow min-cut this is the number of agents missing when contacts are handed out as well as skills allow.
pub fn shortage(centre: &Centre, requirement: &StaffingRequirement, roster: &Roster) -> Vec<u32> {
    let mut short = vec![0; requirement.grid.len()];
    for pool in &requirement.pools {
        let present = roster.on_contact(|agent| QueueSet::served_by(centre, agent).meets(pool.queues));
        for ((short, &wanted), &present) in short.iter_mut().zip(&pool.scheduled).zip(&present) {
            *short = (*short).max(wanted.saturating_sub(present));
        }
    }
    short
}

/// Targets that the simulated service misses by more than its confidence interval, in the words of the report.
pub fn missed_targets(centre: &Centre, performance: &ServicePerformance) -> Vec<String> {
    let mut missed = Vec::new();
    for (queue, service) in centre.queues.iter().zip(&performance.queues) {
        let week = &service.horizon;
        if week.offered.mean <= 0.0 {
            continue;
        }
        if let Some(target) = queue.target.service_level
            && week.service_level.mean + week.service_level.half_width < target.share
        {
            missed.push(format!(
                "queue {} answers {:.1} ± {:.1} % in {} s; {:.0} % is wanted",
                queue.name,
                100.0 * week.service_level.mean,
                100.0 * week.service_level.half_width,
                target.within_seconds,
                100.0 * target.share
            ));
        }
        if let Some(most) = queue.target.abandonment
            && week.abandonment.mean - week.abandonment.half_width > most
        {
            missed.push(format!(
                "queue {} loses {:.1} ± {:.1} % of its contacts; at most {:.1} % is wanted",
                queue.name,
                100.0 * week.abandonment.mean,
                100.0 * week.abandonment.half_width,
                100.0 * most
            ));
        }
        if let Some(most) = queue.target.asa_seconds
            && week.asa_seconds.mean - week.asa_seconds.half_width > most
        {
            missed.push(format!(
                "queue {} answers after {:.0} ± {:.0} s on average; at most {most:.0} s is wanted",
                queue.name, week.asa_seconds.mean, week.asa_seconds.half_width
            ));
        }
    }
    missed
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
        lines.push(format!("and {hidden} shorter stretches"));
    }
    lines
}

/// `Sunday 24 October 10:00–11:30`.
fn span(from: NaiveDateTime, to: NaiveDateTime) -> String {
    let until = if to.date() == from.date() { to.format("%H:%M").to_string() } else { "24:00".to_owned() };
    format!("{}–{until}", from.format("%A %-d %B %H:%M"))
}
