//! Changes of demand: contacts and handle times of the queues, days and hours of the reach.

use forecast::mix::change_factors;
use solver_data::scenario::{Alteration, Reach};
use solver_data::{ChangeKind, Money, PlannedChange, QueueForecast, QueueId};

use crate::scenario::base::{Charge, Situation};

/// Applies a change of demand.
pub(super) fn apply(situation: &mut Situation, reach: &Reach, alteration: &Alteration) {
    let covered = covered(situation, reach);
    match alteration {
        Alteration::Volume { factor, add_per_hour } => {
            let more = add_per_hour * situation.demand.grid.interval_seconds() / 3600.0;
            each(situation, reach, &covered, |queue, t| {
                scale(queue, t, *factor);
                add(queue, t, more);
            });
        }
        Alteration::Promotion { factor, aht_factor, mix } => {
            if (*aht_factor - 1.0).abs() > 0.0 {
                fill_handle_times(situation, reach);
            }
            each(situation, reach, &covered, |queue, t| {
                scale(queue, t, *factor);
                slow(queue, t, *aht_factor);
            });
            remix(situation, reach, &covered, mix);
        }
        Alteration::Launch { at, factor, hours, aht_factor } => {
            fill_handle_times(situation, reach);
            let grid = situation.demand.grid.clone();
            let start = grid.elapsed_seconds(*at);
            each(situation, reach, &covered, |queue, t| {
                // The middle of the interval stands for it; a twentieth is left after `hours`.
                let since = (t as f64 + 0.5) * grid.interval_seconds() - start;
                if since >= 0.0 {
                    let left = 0.05_f64.powf(since / 3600.0 / hours);
                    scale(queue, t, 1.0 + (factor - 1.0) * left);
                    slow(queue, t, 1.0 + (aht_factor - 1.0) * left);
                }
            });
        }
        Alteration::Outage { factor, aht_factor, again, hours } => {
            fill_handle_times(situation, reach);
            each(situation, reach, &covered, |queue, t| {
                scale(queue, t, *factor);
                slow(queue, t, *aht_factor);
            });
            come_again(situation, reach, &covered, (*again, *hours));
        }
        Alteration::HandleTime { factor, seconds } => {
            fill_handle_times(situation, reach);
            each(situation, reach, &covered, |queue, t| {
                if let (Some(own), Some(seconds)) = (&mut queue.aht_seconds, seconds) {
                    own[t] = *seconds;
                }
                slow(queue, t, *factor);
            });
        }
        Alteration::Deflection { share, aht_ratio } => {
            let kind = ChangeKind::Deflection { share: *share, aht_ratio: *aht_ratio };
            planned(situation, reach, &covered, kind);
        }
        Alteration::Repeat { before, after } => {
            planned(situation, reach, &covered, ChangeKind::Repeat { before: *before, after: *after });
        }
        Alteration::Outsource { share, price } => outsource(situation, reach, &covered, (*share, *price)),
        _ => {}
    }
}

/// Whether the reach covers each interval of the grid.
pub(super) fn covered(situation: &Situation, reach: &Reach) -> Vec<bool> {
    let grid = &situation.demand.grid;
    (0..grid.len()).map(|t| reach.covers(grid.local(t))).collect()
}

/// Calls `change` for every open interval of every queue of the reach.
fn each(situation: &mut Situation, reach: &Reach, covered: &[bool], mut change: impl FnMut(&mut QueueForecast, usize)) {
    for &queue in &reach.queues {
        let own = &mut situation.demand.queues[usize::from(queue)];
        for t in (0..covered.len()).filter(|&t| covered[t]) {
            if own.open[t] {
                change(own, t);
            }
        }
    }
}

/// Contacts of an interval times a factor.
pub(super) fn scale(queue: &mut QueueForecast, t: usize, factor: f64) {
    queue.mean[t] *= factor;
    for band in &mut queue.bands {
        band.lo[t] *= factor;
        band.hi[t] *= factor;
    }
}

/// Contacts of an interval plus some, never below none.
pub(super) fn add(queue: &mut QueueForecast, t: usize, more: f64) {
    queue.mean[t] = (queue.mean[t] + more).max(0.0);
    for band in &mut queue.bands {
        band.lo[t] = (band.lo[t] + more).max(0.0);
        band.hi[t] = (band.hi[t] + more).max(0.0);
    }
}

fn slow(queue: &mut QueueForecast, t: usize, factor: f64) {
    if let Some(aht) = &mut queue.aht_seconds {
        aht[t] *= factor;
    }
}

/// Gives every queue of the reach handle times by interval, those of the centre where the forecast has none.
pub(super) fn fill_handle_times(situation: &mut Situation, reach: &Reach) {
    for &queue in &reach.queues {
        let seconds = situation.centre.queues[queue].aht_seconds;
        let own = &mut situation.demand.queues[usize::from(queue)];
        if own.aht_seconds.is_none() {
            own.aht_seconds = seconds.map(|seconds| vec![seconds; own.mean.len()]);
        }
    }
}

/// The contacts of each interval handed out anew: `mix` by its shares, the others share the rest as before.
fn remix(situation: &mut Situation, reach: &Reach, covered: &[bool], mix: &[(QueueId, f64)]) {
    if mix.is_empty() {
        return;
    }
    let queues = &mut situation.demand.queues;
    let stated: f64 = mix.iter().map(|(_, share)| share).sum();
    for t in (0..covered.len()).filter(|&t| covered[t]) {
        let open: Vec<usize> = reach.queues.iter().map(|&q| usize::from(q)).filter(|&q| queues[q].open[t]).collect();
        let share = |q: usize| mix.iter().find(|(own, _)| usize::from(*own) == q).map(|(_, share)| *share);
        let total: f64 = open.iter().map(|&q| queues[q].mean[t]).sum();
        let others: f64 = open.iter().filter(|&&q| share(q).is_none()).map(|&q| queues[q].mean[t]).sum();
        for &q in &open {
            let before = queues[q].mean[t];
            let after = match share(q) {
                Some(share) => total * share,
                None if others > 0.0 => total * (1.0 - stated).max(0.0) * before / others,
                None => before,
            };
            if before > 0.0 {
                scale(&mut queues[q], t, after / before);
            } else {
                add(&mut queues[q], t, after);
            }
        }
    }
}

/// A share of the contacts of each covered stretch comes again over the hours after it.
fn come_again(situation: &mut Situation, reach: &Reach, covered: &[bool], (again, hours): (f64, f64)) {
    let seconds = situation.demand.grid.interval_seconds();
    let width = ((hours * 3600.0 / seconds).round() as usize).max(1);
    for &queue in &reach.queues {
        let own = &mut situation.demand.queues[usize::from(queue)];
        let mut t = 0;
        while t < covered.len() {
            if !covered[t] {
                t += 1;
                continue;
            }
            let end = (t..covered.len()).find(|&s| !covered[s]).unwrap_or(covered.len());
            let contacts: f64 = own.mean[t..end].iter().sum();
            let later: Vec<usize> = (end..covered.len()).filter(|&s| own.open[s]).take(width).collect();
            for &s in &later {
                add(own, s, again * contacts / later.len() as f64);
            }
            t = end;
        }
    }
}

/// A change that the forecast knows by its formulas, from the first day on.
fn planned(situation: &mut Situation, reach: &Reach, covered: &[bool], kind: ChangeKind) {
    fill_handle_times(situation, reach);
    let origin = situation.demand.grid.date(0);
    let change = PlannedChange { start: origin, kind, queues: Vec::new(), ramp_days: 0, reason: String::new() };
    let (volume, aht) = change_factors(&change, origin, origin);
    each(situation, reach, covered, |queue, t| {
        scale(queue, t, volume);
        slow(queue, t, aht);
    });
}

fn outsource(situation: &mut Situation, reach: &Reach, covered: &[bool], (share, price): (f64, Money)) {
    let mut gone = 0.0;
    each(situation, reach, covered, |queue, t| {
        gone += share * queue.mean[t];
        scale(queue, t, 1.0 - share);
    });
    situation.outsourced += gone;
    situation.charges.push(Charge { what: "outsourced contacts", amount: Money((gone * price.0 as f64).round() as i64) });
}
