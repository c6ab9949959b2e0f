//! A row of a batch: a queue and its formula.

use solver_data::ServiceLevelDefinition;

use crate::error::StaffingError;
use crate::queue::{ChatStation, QueueModel, Station};

/// The queue formula of a row, with what it needs beyond volume, handle time and patience.
#[derive(Debug, Clone, PartialEq)]
pub enum RowModel {
    /// Contacts that find all busy are lost.
    ErlangB,
    /// Contacts wait for ever.
    ErlangC,
    /// Contacts leave when their patience ends.
    ErlangA,
    /// Contacts wait for ever while there is room.
    FiniteRoom {
        /// Places in all, agents' included.
        places: u32,
    },
    /// Contacts wait until their patience ends while there is room.
    FiniteRoomWithPatience {
        /// Places in all, agents' included.
        places: u32,
    },
    /// Contacts that find all busy are lost, and a share of them tries again.
    LossRetrials {
        /// Share that tries again.
        redial: f64,
    },
    /// Contacts leave when their patience ends, and a share of them tries again.
    PatienceRetrials {
        /// Share that tries again.
        redial: f64,
    },
    /// Contacts wait for ever, in order of their class.
    Priority {
        /// Contacts an interval of each class, the highest first.
        class_volumes: Box<[f64]>,
    },
    /// Contacts wait for ever; a share of those whom juniors served waits for seniors.
    Escalation {
        /// Share that escalates.
        share: f64,
        /// Mean handle time of seniors in seconds.
        aht2_s: f64,
        /// Seniors; needed to evaluate.
        n2: Option<u32>,
    },
    /// Agents with several conversations at a time.
    Chat {
        /// Mean handle time in seconds with 1, 2, … conversations of an agent.
        aht_by_concurrency_s: Box<[f64]>,
    },
}

/// A queue in one interval.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRow {
    /// Formula.
    pub model: RowModel,
    /// Contacts an interval; first attempts alone where contacts try again.
    pub volume: f64,
    /// Interval length in seconds.
    pub interval_s: f64,
    /// Mean handle time in seconds; not used for chat.
    pub aht_s: f64,
    /// Mean patience in seconds; none or infinite for contacts that never leave.
    pub patience_s: Option<f64>,
}

/// A queue and the agents it has.
#[derive(Debug, Clone, PartialEq)]
pub struct EvaluateRow {
    /// The queue.
    pub queue: QueueRow,
    /// Agents.
    pub n: u32,
    /// Threshold in seconds.
    pub t_s: Option<f64>,
    /// Definition of the service level.
    pub sl_def: ServiceLevelDefinition,
}

impl QueueRow {
    /// Mean patience in seconds, infinite where nobody leaves.
    pub(super) fn patience(&self) -> f64 {
        match self.model {
            RowModel::ErlangC | RowModel::FiniteRoom { .. } | RowModel::Priority { .. } | RowModel::Escalation { .. } => {
                f64::INFINITY
            }
            _ => self.patience_s.unwrap_or(f64::INFINITY),
        }
    }

    /// As one queue of one formula, Erlang C or A.
    pub(super) fn station(&self) -> Station {
        let patience_seconds = self.patience();
        let model =
            if patience_seconds == f64::INFINITY { QueueModel::ErlangC } else { QueueModel::ErlangA { patience_seconds } };
        Station { model, volume: self.volume, interval_seconds: self.interval_s, aht_seconds: self.aht_s }
    }

    /// As a chat queue.
    pub(super) fn chat(&self, aht_by_concurrency_s: &[f64]) -> ChatStation {
        ChatStation {
            volume: self.volume,
            interval_seconds: self.interval_s,
            aht_seconds: aht_by_concurrency_s.to_vec(),
            patience_seconds: self.patience(),
        }
    }

    /// The second tier as a queue of its own, where nobody leaves the first.
    pub(super) fn seniors(&self, share: f64, aht2_s: f64) -> Station {
        let model = QueueModel::ErlangC;
        Station { model, volume: self.volume * share, interval_seconds: self.interval_s, aht_seconds: aht2_s }
    }

    /// Checks the numbers of the row.
    ///
    /// # Errors
    /// [`StaffingError::OutOfRange`] for a number that no queue can have.
    pub fn validate(&self) -> Result<(), StaffingError> {
        let share = |quantity, value: f64| {
            let holds = (0.0..=1.0).contains(&value);
            if holds { Ok(()) } else { Err(StaffingError::OutOfRange { quantity, value, range: "a share from 0 to 1" }) }
        };
        match &self.model {
            RowModel::Chat { aht_by_concurrency_s } => return self.chat(aht_by_concurrency_s).validate(),
            RowModel::LossRetrials { redial } | RowModel::PatienceRetrials { redial } => share("redialling share", *redial)?,
            RowModel::Escalation { share: escalates, aht2_s, .. } => {
                share("escalating share", *escalates)?;
                self.seniors(*escalates, *aht2_s).validate()?;
            }
            RowModel::Priority { class_volumes } => {
                for &value in class_volumes {
                    Station { volume: value, ..self.station() }.validate()?;
                }
            }
            _ => {}
        }
        self.station().validate()
    }
}
