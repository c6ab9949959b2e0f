//! The least agents of a row in each model.

use solver_data::target::ServiceLevelTarget;
use solver_data::{ServiceLevelDefinition, ServiceTarget};

use super::answer::{Answer, OK};
use super::row::{QueueRow, RowModel};
use crate::error::StaffingError;
use crate::search::least_keeping;
use crate::sizing::{Limit, asked_level, limits, out_of_reach, trial, validate_target};

/// Most agents that models without a bracket of their own are sized for.
const MOST: u32 = 1 << 24;

/// A queue and the limits it must keep; `None` where there is no such limit.
#[derive(Debug, Clone, PartialEq)]
pub struct RequiredRow {
    /// The queue.
    pub queue: QueueRow,
    /// Definition of the service level.
    pub sl_def: ServiceLevelDefinition,
    /// Wished service level.
    pub sl_target: Option<f64>,
    /// Threshold in seconds.
    pub t_s: Option<f64>,
    /// Longest mean wait in seconds.
    pub asa_max_s: Option<f64>,
    /// Largest share that abandons.
    pub max_abandon: Option<f64>,
    /// Highest occupancy.
    pub max_occ: Option<f64>,
    /// Largest share that is blocked.
    pub max_block: Option<f64>,
    /// Longest mean wait in seconds of each class, the highest first; empty for none.
    pub asa_max_by_class_s: Box<[f64]>,
}

impl RequiredRow {
    fn target(&self) -> ServiceTarget {
        let level = self.sl_target.zip(self.t_s);
        let definition = self.sl_def;
        ServiceTarget {
            service_level: level.map(|(share, within_seconds)| ServiceLevelTarget { share, within_seconds, definition }),
            asa_seconds: self.asa_max_s,
            abandonment: self.max_abandon,
            occupancy: self.max_occ,
            ..ServiceTarget::default()
        }
    }

    /// The least number of agents and what they give.
    pub fn answer(&self) -> Answer {
        if self.sl_target.is_some() && self.t_s.is_none() {
            return Answer::refused(None, "sl_target without t_s; give the threshold in seconds".to_owned());
        }
        if self.sl_target.is_some() && matches!(self.queue.model, RowModel::Priority { .. }) {
            let status = "no share within a threshold is known for priority; give asa_max_s or asa_max_by_class_s";
            return Answer::refused(None, status.to_owned());
        }
        if let Some(status) = self.unlimited() {
            return Answer::refused(None, status);
        }
        match self.least() {
            Ok((n, None)) => self.answered(&self.queue, n),
            Ok((n, Some(n2))) => match self.queue.model {
                RowModel::Escalation { share, aht2_s, .. } => {
                    let model = RowModel::Escalation { share, aht2_s, n2: Some(n2) };
                    self.answered(&QueueRow { model, ..self.queue.clone() }, n)
                }
                _ => self.answered(&self.queue, n),
            },
            Err(error) => Answer::refused(None, error.to_string()),
        }
    }

    /// Why one agent would do, where no limit is given that this row's model can miss.
    fn unlimited(&self) -> Option<String> {
        let model = &self.queue.model;
        let loss = matches!(model, RowModel::ErlangB | RowModel::LossRetrials { .. });
        let room = matches!(model, RowModel::FiniteRoom { .. } | RowModel::FiniteRoomWithPatience { .. });
        let priority = matches!(model, RowModel::Priority { .. });
        let leaves = !loss && self.queue.patience().is_finite();
        // These are sized above their load in any case, so a limit that is always kept has an answer, too.
        let stable = priority || matches!(model, RowModel::ErlangC | RowModel::ErlangA | RowModel::Escalation { .. });
        // Name, whether the model can miss it, whether it is given.
        let limits = [
            ("sl_target with t_s", !priority, self.sl_target.is_some()),
            ("asa_max_s", !loss, self.asa_max_s.is_some()),
            ("asa_max_by_class_s", priority, !self.asa_max_by_class_s.is_empty()),
            ("max_abandon", leaves || stable, self.max_abandon.is_some()),
            ("max_occ", true, self.max_occ.is_some()),
            ("max_block", loss || room, self.max_block.is_some()),
        ];
        if limits.iter().any(|(_, binds, given)| *binds && *given) {
            return None;
        }
        let which = if limits.iter().any(|(_, _, given)| *given) { " that this model can miss" } else { "" };
        let useful: Vec<&str> = limits.iter().filter(|(_, binds, _)| *binds).map(|(name, _, _)| *name).collect();
        Some(format!("no limit is given{which}; give one or more of {}", useful.join(", ")))
    }

    fn answered(&self, queue: &QueueRow, n: u32) -> Answer {
        Answer::of(n, self.t_s, queue.serve(n, (self.t_s.unwrap_or(0.0), self.sl_def)), OK.to_owned())
    }

    /// The least agents, and seniors where there are any.
    fn least(&self) -> Result<(u32, Option<u32>), StaffingError> {
        let target = self.target();
        match &self.queue.model {
            RowModel::ErlangC | RowModel::ErlangA => Ok((self.queue.station().required_agents(&target)?, None)),
            RowModel::Chat { aht_by_concurrency_s } => {
                Ok((self.queue.chat(aht_by_concurrency_s).required_agents(&target)?, None))
            }
            RowModel::Escalation { share, aht2_s, .. } => {
                self.queue.validate()?;
                let seniors = self.queue.seniors(*share, *aht2_s).required_agents(&target)?;
                Ok((self.queue.station().required_agents(&target)?, Some(seniors)))
            }
            RowModel::FiniteRoom { places } | RowModel::FiniteRoomWithPatience { places } => self.searched(&target, *places),
            RowModel::ErlangB | RowModel::LossRetrials { .. } | RowModel::PatienceRetrials { .. } | RowModel::Priority { .. } => {
                self.searched(&target, MOST)
            }
        }
    }

    /// By search over the model itself; agents beyond `most` change nothing or are too many to ask about.
    fn searched(&self, target: &ServiceTarget, most: u32) -> Result<(u32, Option<u32>), StaffingError> {
        self.queue.validate()?;
        validate_target(target)?;
        if self.queue.volume <= 0.0 {
            return Ok((0, None));
        }
        let offered = self.queue.station().offered_load();
        let patient = self.queue.patience().is_infinite() && matches!(self.queue.model, RowModel::Priority { .. });
        let least = if patient { (offered.floor() + 1.0).min(f64::from(most)) as u32 } else { 1 };
        let guess = (offered + 0.5 * offered.sqrt()).ceil().min(f64::from(most)) as u32;
        let judge = |agents| self.judged(agents, target);
        let found = least_keeping(least.min(most), most, guess, |agents| trial(agents, &judge(agents)));
        found.map(|agents| (agents, None)).ok_or_else(|| out_of_reach(most, &judge(most)))
    }

    /// Every limit with what `agents` reach.
    fn judged(&self, agents: u32, target: &ServiceTarget) -> Vec<Option<Limit>> {
        let got = self.queue.serve(agents, asked_level(target));
        let mut all: Vec<Option<Limit>> = limits(&got.measures, target).into_iter().collect();
        let blocked = got.blocked();
        all.push(self.max_block.map(|wanted| Limit::at_most(wanted, blocked, "blocking", "allow more contacts to be blocked")));
        let waits = got.extras.as_ref().and_then(|extras| extras.asa_by_class_s.as_deref()).unwrap_or(&[]);
        for (&wanted, &wait) in self.asa_max_by_class_s.iter().zip(waits) {
            all.push(Some(Limit::at_most(wanted, wait, "mean wait of a class in seconds", "allow a longer mean wait")));
        }
        all
    }
}
