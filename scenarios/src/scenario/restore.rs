//! The agents by hours that bring a scenario's service back to the base's, and their cost a day.
//!
//! Where they are needed is read off the requirement: by hour of the day, how much more is required, and how many fewer
//! are there, than in the base, over the days that lose service. How many, the simulation says: the profile is scaled,
//! agents whole, by bisection until the paired difference of the service level is no longer below 0.

use chrono::{NaiveDate, Timelike};
use simulation::{RosterSamples, ServiceSample, paired_difference};
use solver_data::scenario::{Clock, Reach};
use solver_data::{Estimate, Money, QueueId, Watch};

use super::base::{Base, Situation};
use super::measure::{Measured, samples_of};
use super::presence;
use crate::error::PlanError;

/// Replications that the number of agents is sought by.
const SEEKING: u32 = 30;
/// Blocks of hours told at most.
const BLOCKS: usize = 3;
/// A day counts as losing service from this part of the worst day's loss on.
const NOTABLE: f64 = 0.1;
/// Largest multiple of the profile that is tried.
const LARGEST: f64 = 16.0;
/// Steps of the bisection.
const STEPS: usize = 6;
/// Hours of a day.
const HOURS: usize = 24;

/// Agents more in a stretch of hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// First hour.
    pub from: u32,
    /// End.
    pub to: u32,
    /// Agents on contact more.
    pub agents: u32,
}

/// Agents that restore the service.
#[derive(Debug, Clone, PartialEq)]
pub struct Restoration {
    /// By hours of the day, apart and ascending.
    pub blocks: Vec<Block>,
    /// Days on which they come.
    pub days: Vec<NaiveDate>,
    /// Their pay a day.
    pub cost_per_day: Money,
    /// Service level with them less that of the base.
    pub restored: Estimate,
}

/// Seeks the agents that restore the base's service level; `None` where nothing is lost or no number does.
///
/// # Errors
/// [`PlanError::Simulation`].
pub(super) fn restore(
    base: &Base,
    before: &Measured,
    (situation, after): (&Situation, &Measured),
    watch: &dyn Watch,
) -> Result<Option<Restoration>, PlanError> {
    let lost = difference(&before.samples, &after.samples, usize::MAX);
    if lost.mean + lost.half_width >= 0.0 || lost.mean > -5e-4 {
        return Ok(None);
    }
    let days = losing_days(situation, &before.samples, &after.samples);
    let need = need_by_hour(situation, &days, (before, after));
    if days.is_empty() || need.iter().all(|&agents| agents <= 0.0) {
        return Ok(None);
    }
    let seeking = (SEEKING.min(base.replications), base.seed);
    let restores = |scale: f64| -> Result<bool, PlanError> {
        let mended = with_blocks(situation, &blocks(&need, scale), &days);
        let samples = samples_of(&mended, seeking, watch)?;
        Ok(difference(&before.samples, &samples, seeking.0 as usize).mean >= 0.0)
    };
    let mut high = 1.0;
    while !restores(high)? {
        high *= 2.0;
        if high > LARGEST {
            return Ok(None);
        }
    }
    let mut low = if high > 1.0 { high / 2.0 } else { 0.0 };
    for _ in 0..STEPS {
        let middle = f64::midpoint(low, high);
        if blocks(&need, middle) == blocks(&need, high) {
            high = middle;
        } else if blocks(&need, middle) == blocks(&need, low) {
            low = middle;
        } else if restores(middle)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    let blocks = blocks(&need, high);
    let mended = with_blocks(situation, &blocks, &days);
    let samples = samples_of(&mended, (base.replications, base.seed), watch)?;
    let pay: Money = mended.charges.iter().skip(situation.charges.len()).map(|charge| charge.amount).sum();
    Ok(Some(Restoration {
        blocks,
        cost_per_day: Money((pay.0 as f64 / days.len() as f64).round() as i64),
        restored: difference(&before.samples, &samples, usize::MAX),
        days,
    }))
}

/// Paired difference of the service levels of all queues together over the first `most` replications.
fn difference(before: &RosterSamples, after: &RosterSamples, most: usize) -> Estimate {
    let levels = |samples: &RosterSamples| -> Vec<Option<f64>> {
        samples.replications.iter().take(most).map(|sample| sample.overall().service_level()).collect()
    };
    paired_difference(&levels(before), &levels(after))
}

/// Days whose contacts served late or not at all are notably more than in the base.
fn losing_days(situation: &Situation, before: &RosterSamples, after: &RosterSamples) -> Vec<NaiveDate> {
    let unserved = |samples: &RosterSamples, day: usize| -> f64 {
        let of = |sample: &ServiceSample| sample.days.get(day).map_or(0.0, |counts| counts.base - counts.hits);
        samples.replications.iter().map(of).sum()
    };
    let dates = situation.demand.grid.dates();
    let loss: Vec<f64> = (0..dates.len()).map(|day| unserved(after, day) - unserved(before, day)).collect();
    let worst = loss.iter().copied().fold(0.0, f64::max);
    dates.iter().zip(&loss).filter(|(_, loss)| **loss > 0.0 && **loss >= NOTABLE * worst).map(|(date, _)| *date).collect()
}

/// Agents more that the base's standard asks for, by hour of the day, mean over `days`.
fn need_by_hour(situation: &Situation, days: &[NaiveDate], (before, after): (&Measured, &Measured)) -> Vec<f64> {
    let grid = &situation.demand.grid;
    let at = |agents: &[u32], t: usize| f64::from(agents.get(t).copied().unwrap_or(0));
    let mut need = vec![0.0; HOURS];
    for t in (0..grid.len()).filter(|&t| days.contains(&grid.local(t).date())) {
        let more = at(&after.required, t) - at(&before.required, t);
        let gone = at(&before.present, t) - at(&after.present, t);
        need[grid.local(t).hour() as usize] += (more + gone).max(0.0);
    }
    let intervals = (60.0 / f64::from(grid.interval_minutes())) * days.len().max(1) as f64;
    for hour in &mut need {
        *hour /= intervals;
    }
    // Hours that hardly need anybody are not worth a person's way.
    let most = need.iter().copied().fold(0.0, f64::max);
    need.into_iter().map(|hour| if hour < 0.2 * most { 0.0 } else { hour }).collect()
}

/// The profile times `scale` as whole agents in at most [`BLOCKS`] blocks: neighbours are joined where that adds least.
fn blocks(need: &[f64], scale: f64) -> Vec<Block> {
    let agents = |hour: f64| (scale * hour - 0.3).ceil().max(0.0) as u32;
    let mut blocks: Vec<Block> = Vec::new();
    for (hour, &own) in (0..).zip(need) {
        let agents = agents(own);
        match blocks.last_mut() {
            Some(last) if last.to == hour && last.agents == agents => last.to = hour + 1,
            _ if agents > 0 => blocks.push(Block { from: hour, to: hour + 1, agents }),
            _ => {}
        }
    }
    while blocks.len() > BLOCKS {
        let added = |k: usize| {
            let (one, next) = (blocks[k], blocks[k + 1]);
            let most = one.agents.max(next.agents);
            most * (next.to - one.from) - one.agents * (one.to - one.from) - next.agents * (next.to - next.from)
        };
        let k = (0..blocks.len() - 1).min_by_key(|&k| added(k)).expect("there are more than three blocks");
        let next = blocks.remove(k + 1);
        blocks[k] = Block { from: blocks[k].from, to: next.to, agents: blocks[k].agents.max(next.agents) };
    }
    blocks
}

/// The situation with the agents of the blocks on top, able to serve every queue.
fn with_blocks(situation: &Situation, blocks: &[Block], days: &[NaiveDate]) -> Situation {
    let mut mended = situation.clone();
    let queues: Vec<QueueId> = situation.centre.queues.ids().collect();
    for block in blocks {
        let clock = Clock::Spans(vec![(block.from * 60, block.to * 60)]);
        let (Some(&from), Some(&until)) = (days.first(), days.last()) else { continue };
        let reach = Reach { queues: queues.clone(), from, until, weekdays: [true; 7], clock };
        // Nobody comes while all is closed.
        let mut spans = presence::spans(situation, &reach);
        spans.retain(|(start, _)| days.contains(&start.date()));
        presence::add(&mut mended, &queues, block.agents, &spans);
    }
    mended
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_becomes_few_blocks_of_whole_agents() {
        let mut need = vec![0.0; 24];
        need[10..14].copy_from_slice(&[8.6, 9.2, 8.9, 9.0]);
        assert_eq!(blocks(&need, 1.0), [Block { from: 10, to: 14, agents: 9 }]);
        assert!(blocks(&need, 0.01).is_empty());
        let jagged: Vec<f64> = (0..24).map(|hour| f64::from((hour * 7) % 5)).collect();
        let joined = blocks(&jagged, 1.0);
        assert!(joined.len() <= BLOCKS);
        for (hour, &own) in (0..).zip(&jagged) {
            let covered = joined.iter().any(|block| (block.from..block.to).contains(&hour) && f64::from(block.agents) >= own);
            assert!(covered || own <= 0.3, "hour {hour}");
        }
    }
}
