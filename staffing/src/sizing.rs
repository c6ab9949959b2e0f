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

mod erlang_c;

use solver_data::{ServiceLevelDefinition, ServiceTarget};

use crate::error::StaffingError;
use crate::queue::{ChatStation, Measures, QueueModel, Station};
use crate::search::{MOST_AGENTS, Trial, least_keeping};

/// Miss of a limit that still counts as kept.
pub const TIE_TOLERANCE: f64 = 1e-12;
/// Most conversations at a time that a chat desk is sized for.
const MOST_CHATS: u32 = 1 << 22;
/// Halvings of the last agent for the fractional requirement.
const HALVINGS: u32 = 34;

/// A limit of a target and what some agents reach.
pub(crate) struct Limit {
    measure: &'static str,
    wanted: f64,
    reached: f64,
    mend: &'static str,
    kept: bool,
    /// ln(measure / limit); infinite or NaN where either vanishes.
    excess: f64,
}

impl Limit {
    /// A measure that must not exceed what is wanted.
    pub(crate) fn at_most(wanted: f64, reached: f64, measure: &'static str, mend: &'static str) -> Self {
        Self { measure, wanted, reached, mend, kept: reached <= wanted + TIE_TOLERANCE, excess: (reached / wanted).ln() }
    }

    /// The error where the most agents miss it.
    pub(crate) fn out_of_reach(&self, agents: u32) -> StaffingError {
        let Self { measure, wanted, reached, mend, .. } = *self;
        StaffingError::TargetOutOfReach { measure, wanted, reached, agents, mend }
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
        if self.patience_seconds().is_infinite()
            && offered > 0.0
            && let Some(agents) = self.walk_to_least(target, least)
        {
            return Ok(agents);
        }
        let guess = self.guess(offered, target).ceil().min(f64::from(MOST_AGENTS)) as u32;
        let found = least_keeping(least, MOST_AGENTS, guess, |agents| {
            trial(agents, &limits(&self.measures_for(f64::from(agents), target), target))
        });
        found.ok_or_else(|| out_of_reach(MOST_AGENTS, &limits(&self.measures_for(f64::from(MOST_AGENTS), target), target)))
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

    /// Whether a real number of agents keeps every limit, to the tie tolerance.
    pub(crate) fn keeps(&self, agents: f64, target: &ServiceTarget) -> bool {
        limits(&self.measures_for(agents, target), target).iter().flatten().all(|limit| limit.kept)
    }

    /// What a real number of agents gives, with the service level that `target` asks for.
    fn measures_for(&self, agents: f64, target: &ServiceTarget) -> Measures {
        let (threshold, definition) = asked_level(target);
        self.evaluate_fractional(agents, threshold, definition)
    }
}

impl ChatStation {
    /// The least number of agents that keeps every limit of `target`; 0 for a station without contacts.
    ///
    /// # Errors
    /// As [`Station::required_agents`], with four million conversations as the most that are tried.
    ///
    /// # Example
    /// 48 chats in half an hour, 7, 9 and 12 min with one, two and three at a time, 90 % in 30 s: 7 agents.
    pub fn required_agents(&self, target: &ServiceTarget) -> Result<u32, StaffingError> {
        self.validate()?;
        validate_target(target)?;
        if self.volume <= 0.0 {
            return Ok(0);
        }
        let (threshold, definition) = asked_level(target);
        let measures = |agents| self.evaluate(agents, threshold, definition).service;
        let most = MOST_CHATS / self.aht_seconds.len().min(MOST_CHATS as usize) as u32;
        let load = self.offered_load();
        let guess = (load + 0.5 * load.sqrt()).ceil().min(f64::from(most)) as u32;
        let found = least_keeping(1, most, guess, |agents| trial(agents, &limits(&measures(agents), target)));
        found.ok_or_else(|| out_of_reach(most, &limits(&measures(most), target)))
    }

    /// Between `required_agents` and one fewer, where the straight line through their excesses crosses zero: a chain has
    /// whole agents only, so this is interpolated.
    ///
    /// # Errors
    /// As [`ChatStation::required_agents`].
    pub fn required_fractional(&self, target: &ServiceTarget) -> Result<f64, StaffingError> {
        let whole = self.required_agents(target)?;
        let (threshold, definition) = asked_level(target);
        let excess = |agents| trial(agents, &limits(&self.evaluate(agents, threshold, definition).service, target)).excess;
        if whole == 0 {
            return Ok(0.0);
        }
        let (fewer, enough) = (excess(whole - 1), excess(whole));
        let share = fewer / (fewer - enough);
        Ok(f64::from(whole - 1) + if (0.0..=1.0).contains(&share) { share } else { 1.0 })
    }
}

/// Threshold and definition of the service level of a target; any where there is none.
pub(crate) fn asked_level(target: &ServiceTarget) -> (f64, ServiceLevelDefinition) {
    target.service_level.map_or((0.0, ServiceLevelDefinition::ServedAll), |level| (level.within_seconds, level.definition))
}

/// Every limit of the target with what is reached.
pub(crate) fn limits(got: &Measures, target: &ServiceTarget) -> [Option<Limit>; 4] {
    let level = target.service_level.map(|level| Limit {
        measure: "service level",
        wanted: level.share,
        reached: got.service_level,
        mend: "ask for a smaller share or a longer threshold",
        kept: got.service_level >= level.share - TIE_TOLERANCE,
        excess: ((1.0 - got.service_level) / (1.0 - level.share)).ln(),
    });
    let at_most =
        |wanted: Option<f64>, reached, measure, mend| wanted.map(|wanted| Limit::at_most(wanted, reached, measure, mend));
    [
        level,
        at_most(target.occupancy, got.occupancy, "occupancy", "allow a higher occupancy"),
        at_most(target.asa_seconds, got.asa_seconds, "mean wait in seconds", "allow a longer mean wait"),
        at_most(target.abandonment, got.abandonment, "abandonment", "allow more contacts to abandon"),
    ]
}

/// (1) for a number of agents.
pub(crate) fn trial(agents: u32, limits: &[Option<Limit>]) -> Trial {
    let excess = limits.iter().flatten().map(|limit| limit.excess).fold(f64::NEG_INFINITY, f64::max);
    Trial { agents, keeps: limits.iter().flatten().all(|limit| limit.kept), excess }
}

/// The first limit that the most agents do not keep.
pub(crate) fn out_of_reach(agents: u32, limits: &[Option<Limit>]) -> StaffingError {
    let miss = limits.iter().flatten().find(|limit| !limit.kept);
    miss.expect("a search ends without an answer only when the most agents miss a limit").out_of_reach(agents)
}

/// Checks that a target is one a queue can promise.
pub(crate) fn validate_target(target: &ServiceTarget) -> Result<(), StaffingError> {
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
