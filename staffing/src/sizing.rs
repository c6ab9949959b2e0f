//! Sizing: the least number of agents that keeps a target.
//!
//! Every measure improves with each agent, so the least number is found by a bracket that doubles around the
//! square-root rule n = a + √a and by bisection: some two or three evaluations where the rule is right, never more
//! than sixty.
//! A limit is kept when it is missed by no more than 1e-12: genuine ties exist.
//!
//! # Source
//! Halfin, Whitt (1981), Operations Research 29(3), for the square-root rule.

use solver_data::{ServiceLevelDefinition, ServiceTarget};

use crate::error::StaffingError;
use crate::queue::{QueueModel, Station};

/// Miss of a limit that still counts as kept.
pub const TIE_TOLERANCE: f64 = 1e-12;
/// Most agents tried before a target is out of reach.
const MOST_AGENTS: u32 = 1 << 30;
/// Halvings of the last agent for the fractional requirement.
const HALVINGS: u32 = 34;

/// A limit that is not kept.
struct Miss {
    measure: &'static str,
    wanted: f64,
    reached: f64,
    mend: &'static str,
}

impl Station {
    /// The least number of agents that keeps every limit of `target`; 0 for a station without contacts.
    ///
    /// With Erlang C also n > a, else the queue grows without bound; with contacts at least one agent.
    ///
    /// # Errors
    /// [`StaffingError::OutOfRange`] for numbers that no station or target can have;
    /// [`StaffingError::TargetOutOfReach`] where a thousand million agents would not do.
    ///
    /// # Example
    /// 100 contacts of 180 s in 30 min, 80 % in 20 s, Erlang C: 14 agents.
    pub fn required_agents(&self, target: &ServiceTarget) -> Result<u32, StaffingError> {
        self.validate()?;
        validate_target(target)?;
        if self.volume <= 0.0 {
            return Ok(0);
        }
        let offered = self.offered_load();
        let least = self.least_agents(offered);
        let guess = (offered + offered.sqrt()).ceil().min(f64::from(MOST_AGENTS)) as u32;
        let (mut misses, mut keeps) = self.bracket(target, least, guess.max(least))?;
        while keeps - misses > 1 {
            let middle = misses + (keeps - misses) / 2;
            if self.keeps(f64::from(middle), target) {
                keeps = middle;
            } else {
                misses = middle;
            }
        }
        Ok(keeps)
    }

    /// The real number of agents at which every limit of `target` is just kept, the formulas continued between whole
    /// agents; at most [`Station::required_agents`] and more than one less.
    ///
    /// # Errors
    /// As [`Station::required_agents`].
    pub fn required_fractional(&self, target: &ServiceTarget) -> Result<f64, StaffingError> {
        Ok(self.fractional_below(self.required_agents(target)?, target))
    }

    /// The real number of agents in `whole - 1 ..= whole` at which the target is just kept, `whole` being the least.
    pub(crate) fn fractional_below(&self, whole: u32, target: &ServiceTarget) -> f64 {
        let mut keeps = f64::from(whole);
        let mut misses = (keeps - 1.0).max(0.0);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (misses + keeps);
            if middle > 0.0 && self.is_stable(middle) && self.keeps(middle, target) {
                keeps = middle;
            } else {
                misses = middle;
            }
        }
        keeps
    }

    /// Whether the queue stays finite with a real number of agents; Erlang A always does.
    fn is_stable(&self, agents: f64) -> bool {
        self.patience_seconds().is_finite() || agents > self.offered_load() * (1.0 + TIE_TOLERANCE)
    }

    /// Mean patience; infinite for Erlang C.
    pub(crate) fn patience_seconds(&self) -> f64 {
        match self.model {
            QueueModel::ErlangC => f64::INFINITY,
            QueueModel::ErlangA { patience_seconds } => patience_seconds,
        }
    }

    /// The fewest agents worth asking about: one, and with Erlang C more than the load.
    pub(crate) fn least_agents(&self, offered: f64) -> u32 {
        if self.patience_seconds().is_finite() {
            return 1;
        }
        ((offered * (1.0 + TIE_TOLERANCE)).floor() + 1.0).min(f64::from(MOST_AGENTS)) as u32
    }

    /// Agents that miss the target (or one less than the least) and agents that keep it.
    fn bracket(&self, target: &ServiceTarget, least: u32, guess: u32) -> Result<(u32, u32), StaffingError> {
        let mut step = ((f64::from(guess).sqrt() / 16.0) as u32).max(1);
        let mut at = guess;
        if self.keeps(f64::from(guess), target) {
            loop {
                if at == least {
                    return Ok((least - 1, least));
                }
                let below = at.saturating_sub(step).max(least);
                if !self.keeps(f64::from(below), target) {
                    return Ok((below, at));
                }
                (at, step) = (below, step.saturating_mul(2));
            }
        }
        while at < MOST_AGENTS {
            let above = at.saturating_add(step).min(MOST_AGENTS);
            if self.keeps(f64::from(above), target) {
                return Ok((at, above));
            }
            (at, step) = (above, step.saturating_mul(2));
        }
        let miss = self.miss(f64::from(MOST_AGENTS), target).expect("the loop ends here only when the most agents miss");
        Err(StaffingError::TargetOutOfReach {
            measure: miss.measure,
            wanted: miss.wanted,
            reached: miss.reached,
            agents: MOST_AGENTS,
            mend: miss.mend,
        })
    }

    /// Whether a real number of agents keeps every limit, to the tie tolerance.
    pub(crate) fn keeps(&self, agents: f64, target: &ServiceTarget) -> bool {
        self.miss(agents, target).is_none()
    }

    /// The first limit that is not kept.
    fn miss(&self, agents: f64, target: &ServiceTarget) -> Option<Miss> {
        let (threshold, definition) = target
            .service_level
            .map_or((0.0, ServiceLevelDefinition::ServedAll), |level| (level.within_seconds, level.definition));
        let got = self.evaluate_fractional(agents, threshold, definition);
        let limits = [
            (target.occupancy, got.occupancy, "occupancy", "allow a higher occupancy"),
            (target.asa_seconds, got.asa_seconds, "mean wait in seconds", "allow a longer mean wait"),
            (target.abandonment, got.abandonment, "abandonment", "allow more contacts to abandon"),
        ];
        if let Some(level) = target.service_level
            && got.service_level < level.share - TIE_TOLERANCE
        {
            let mend = "ask for a smaller share or a longer threshold";
            return Some(Miss { measure: "service level", wanted: level.share, reached: got.service_level, mend });
        }
        limits.into_iter().find_map(|(limit, reached, measure, mend)| {
            let wanted = limit?;
            (reached > wanted + TIE_TOLERANCE).then_some(Miss { measure, wanted, reached, mend })
        })
    }
}

/// Checks that a target is one a queue can promise.
fn validate_target(target: &ServiceTarget) -> Result<(), StaffingError> {
    let fraction = "a share from 0 to 1";
    let seconds = "0 seconds or more";
    let level = target.service_level;
    let checks = [
        ("service level", level.map(|level| level.share), 1.0, fraction),
        ("abandonment limit", target.abandonment, 1.0, fraction),
        ("occupancy limit", target.occupancy, 1.0, fraction),
        ("threshold", level.map(|level| level.within_seconds), f64::INFINITY, seconds),
        ("mean wait limit", target.asa_seconds, f64::INFINITY, seconds),
    ];
    for (quantity, value, most, range) in checks {
        if let Some(value) = value
            && !(0.0..=most).contains(&value)
        {
            return Err(StaffingError::OutOfRange { quantity, value, range });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hundred_calls() -> Station {
        Station { model: QueueModel::ErlangC, volume: 100.0, interval_seconds: 1800.0, aht_seconds: 180.0 }
    }

    #[test]
    fn a_hundred_calls_of_three_minutes_need_fourteen_agents_for_80_in_20() {
        assert_eq!(hundred_calls().required_agents(&ServiceTarget::share_within(0.8, 20.0)), Ok(14));
        let fractional = hundred_calls().required_fractional(&ServiceTarget::share_within(0.8, 20.0)).unwrap();
        assert!((13.0..14.0).contains(&fractional), "{fractional}");
        let level = hundred_calls().evaluate_fractional(fractional, 20.0, ServiceLevelDefinition::ServedAll).service_level;
        assert!((level - 0.8).abs() < 1e-9, "{level}");
    }

    #[test]
    fn no_contacts_need_no_agents_and_an_idle_occupancy_is_out_of_reach() {
        let quiet = Station { volume: 0.0, ..hundred_calls() };
        assert_eq!(quiet.required_agents(&ServiceTarget::share_within(1.0, 0.0)), Ok(0));
        let never_busy = ServiceTarget { occupancy: Some(0.0), ..ServiceTarget::default() };
        let refused = hundred_calls().required_agents(&never_busy);
        assert!(matches!(refused, Err(StaffingError::TargetOutOfReach { measure: "occupancy", .. })), "{refused:?}");
    }

    #[test]
    fn shares_given_as_percent_are_refused() {
        let percent = ServiceTarget::share_within(80.0, 20.0);
        assert!(matches!(hundred_calls().required_agents(&percent), Err(StaffingError::OutOfRange { .. })));
        let unknown = Station { aht_seconds: f64::NAN, ..hundred_calls() };
        assert!(unknown.required_agents(&ServiceTarget::default()).is_err());
    }
}
