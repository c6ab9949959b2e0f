//! Sizing: the least number of agents that keeps a target.
//!
//! Every measure improves with each agent, so the least number lies where the excess
//!
//! (1) e(n) = max over limits of ln(measure / limit), the service level by its complement,
//!
//! changes sign. In units of √a it is nearly a straight line: from the square-root rule n = a + √a/2 a stride of
//! e √a brackets the sign change, and interpolation in turn with bisection closes the bracket, at some four evaluations
//! for any load.
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

/// A limit of a target and what some agents reach.
struct Limit {
    measure: &'static str,
    wanted: f64,
    reached: f64,
    mend: &'static str,
    kept: bool,
    /// ln(measure / limit); infinite or NaN where either vanishes.
    excess: f64,
}

/// A number of agents that was tried.
#[derive(Clone, Copy)]
struct Trial {
    agents: u32,
    keeps: bool,
    /// e(n) of (1); guides the search, decides nothing.
    excess: f64,
}

impl Trial {
    /// Agents to step over to the other side of the target, `scale` being √n; longer after each step that fell short.
    fn stride(self, scale: f64, stretch: u32) -> u32 {
        let agents = if self.excess.is_finite() { self.excess.abs() * scale } else { scale };
        (agents.min(1e9) as u32 + 1).saturating_mul(stretch)
    }

    fn middle(self, keeps: Trial) -> u32 {
        self.agents + (keeps.agents - self.agents) / 2
    }

    /// Where the straight line between the two trials crosses zero, strictly between them.
    fn interpolate(self, keeps: Trial) -> u32 {
        let share = self.excess / (self.excess - keeps.excess);
        if !(0.0..=1.0).contains(&share) {
            return self.middle(keeps);
        }
        let step = (share * f64::from(keeps.agents - self.agents)).round() as u32;
        self.agents + step.clamp(1, keeps.agents - self.agents - 1)
    }
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
        let guess = self.guess(offered, target).ceil().min(f64::from(MOST_AGENTS)) as u32;
        let (mut misses, mut keeps) = self.bracket(target, least, guess.max(least))?;
        let mut bisect = false;
        while keeps.agents - misses.agents > 1 {
            let middle = self.judge(if bisect { misses.middle(keeps) } else { misses.interpolate(keeps) }, target);
            bisect = !bisect;
            if middle.keeps {
                keeps = middle;
            } else {
                misses = middle;
            }
        }
        Ok(keeps.agents)
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

    /// Where the search starts: half a root above the load that is left when patience has done what the target allows.
    ///
    /// In the fluid limit the offered wait is ln(a / n) patience and the share that abandons 1 - n / a.
    fn guess(&self, offered: f64, target: &ServiceTarget) -> f64 {
        let patience = self.patience_seconds();
        let by_threshold = target.service_level.map(|level| (-level.within_seconds / patience).exp());
        let by_wait = target.asa_seconds.map(|asa| 1.0 - asa / patience);
        let by_abandonment = target.abandonment.map(|share| if patience.is_finite() { 1.0 - share } else { 0.0 });
        let stays = [by_threshold, by_wait, by_abandonment].into_iter().flatten().reduce(f64::max).unwrap_or(1.0);
        let busy = target.occupancy.map_or(0.0, |occupancy| offered / occupancy);
        (offered * stays.max(0.0) + 0.5 * offered.sqrt()).max(busy)
    }

    /// Agents that miss the target (or one less than the least) and agents that keep it.
    fn bracket(&self, target: &ServiceTarget, least: u32, guess: u32) -> Result<(Trial, Trial), StaffingError> {
        let (mut at, mut stretch) = (self.judge(guess, target), 1);
        let scale = f64::from(guess).sqrt();
        if at.keeps {
            while at.agents > least {
                let below = self.judge(at.agents.saturating_sub(at.stride(scale, stretch)).max(least), target);
                if !below.keeps {
                    return Ok((below, at));
                }
                (at, stretch) = (below, 2 * stretch);
            }
            return Ok((Trial { agents: least - 1, keeps: false, excess: f64::INFINITY }, at));
        }
        while at.agents < MOST_AGENTS {
            let above = self.judge(at.agents.saturating_add(at.stride(scale, stretch)).min(MOST_AGENTS), target);
            if above.keeps {
                return Ok((at, above));
            }
            (at, stretch) = (above, 2 * stretch);
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

    /// (1) for a whole number of agents.
    fn judge(&self, agents: u32, target: &ServiceTarget) -> Trial {
        let limits = self.limits(f64::from(agents), target);
        let excess = limits.iter().flatten().map(|limit| limit.excess).fold(f64::NEG_INFINITY, f64::max);
        Trial { agents, keeps: limits.iter().flatten().all(|limit| limit.kept), excess }
    }

    /// Whether a real number of agents keeps every limit, to the tie tolerance.
    pub(crate) fn keeps(&self, agents: f64, target: &ServiceTarget) -> bool {
        self.miss(agents, target).is_none()
    }

    /// The first limit that is not kept.
    fn miss(&self, agents: f64, target: &ServiceTarget) -> Option<Limit> {
        self.limits(agents, target).into_iter().flatten().find(|limit| !limit.kept)
    }

    /// Every limit of the target with what a real number of agents reaches.
    fn limits(&self, agents: f64, target: &ServiceTarget) -> [Option<Limit>; 4] {
        let (threshold, definition) = target
            .service_level
            .map_or((0.0, ServiceLevelDefinition::ServedAll), |level| (level.within_seconds, level.definition));
        let got = self.evaluate_fractional(agents, threshold, definition);
        let at_most = |wanted: Option<f64>, reached: f64, measure, mend| {
            wanted.map(|wanted| {
                let kept = reached <= wanted + TIE_TOLERANCE;
                Limit { measure, wanted, reached, mend, kept, excess: (reached / wanted).ln() }
            })
        };
        let level = target.service_level.map(|level| Limit {
            measure: "service level",
            wanted: level.share,
            reached: got.service_level,
            mend: "ask for a smaller share or a longer threshold",
            kept: got.service_level >= level.share - TIE_TOLERANCE,
            excess: ((1.0 - got.service_level) / (1.0 - level.share)).ln(),
        });
        [
            level,
            at_most(target.occupancy, got.occupancy, "occupancy", "allow a higher occupancy"),
            at_most(target.asa_seconds, got.asa_seconds, "mean wait in seconds", "allow a longer mean wait"),
            at_most(target.abandonment, got.abandonment, "abandonment", "allow more contacts to abandon"),
        ]
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
