//! Many stations at once, as rows of a table: what `shiftcast erlang required` and `erlang evaluate` compute.
//!
//! A row never fails: what cannot be answered is left out, and its `status` says why; all else has status `ok`.

use rayon::prelude::*;
use solver_data::target::ServiceLevelTarget;
use solver_data::{ServiceLevelDefinition, ServiceTarget};

use crate::queue::{Measures, QueueModel, Station};

/// Status of a row that was answered.
pub const OK: &str = "ok";

/// The queue formula of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowModel {
    /// Contacts wait for ever.
    ErlangC,
    /// Contacts leave when their patience ends.
    ErlangA,
}

/// A station and the targets it must keep; `None` where there is no such limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RequiredRow {
    /// Formula.
    pub model: RowModel,
    /// Contacts an interval.
    pub volume: f64,
    /// Interval length in seconds.
    pub interval_s: f64,
    /// Mean handle time in seconds.
    pub aht_s: f64,
    /// Mean patience in seconds; none or infinite for contacts that never leave.
    pub patience_s: Option<f64>,
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
}

/// A station and the agents it has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EvaluateRow {
    /// Formula.
    pub model: RowModel,
    /// Contacts an interval.
    pub volume: f64,
    /// Interval length in seconds.
    pub interval_s: f64,
    /// Mean handle time in seconds.
    pub aht_s: f64,
    /// Mean patience in seconds; none or infinite for contacts that never leave.
    pub patience_s: Option<f64>,
    /// Agents.
    pub n: u32,
    /// Threshold in seconds.
    pub t_s: Option<f64>,
    /// Definition of the service level.
    pub sl_def: ServiceLevelDefinition,
}

/// What a row's contacts meet, in the order of the output columns; `None` where the row cannot be answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Least number of agents; for `evaluate` the number given.
    pub n: Option<u32>,
    /// Service level; none without a threshold.
    pub sl: Option<f64>,
    /// Mean wait in seconds of all contacts.
    pub asa_s: Option<f64>,
    /// Share that waits.
    pub p_wait: Option<f64>,
    /// Share that abandons.
    pub p_abandon: Option<f64>,
    /// Busy share of agents.
    pub occupancy: Option<f64>,
    /// `ok`, or what is unreachable and why.
    pub status: String,
}

impl Answer {
    fn refused(n: Option<u32>, status: String) -> Self {
        Self { n, sl: None, asa_s: None, p_wait: None, p_abandon: None, occupancy: None, status }
    }

    fn of(n: u32, threshold: Option<f64>, got: &Measures, status: String) -> Self {
        Self {
            n: Some(n),
            sl: threshold.map(|_| got.service_level),
            asa_s: Some(got.asa_seconds),
            p_wait: Some(got.wait_probability),
            p_abandon: Some(got.abandonment),
            occupancy: Some(got.occupancy),
            status,
        }
    }
}

fn model(model: RowModel, patience_s: Option<f64>) -> QueueModel {
    match (model, patience_s) {
        (RowModel::ErlangA, Some(patience_seconds)) => QueueModel::ErlangA { patience_seconds },
        (RowModel::ErlangA, None) | (RowModel::ErlangC, _) => QueueModel::ErlangC,
    }
}

impl RequiredRow {
    fn station(&self) -> Station {
        Station {
            model: model(self.model, self.patience_s),
            volume: self.volume,
            interval_seconds: self.interval_s,
            aht_seconds: self.aht_s,
        }
    }

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
        let station = self.station();
        match station.required_agents(&self.target()) {
            Ok(n) => Answer::of(n, self.t_s, &station.evaluate(n, self.t_s.unwrap_or(0.0), self.sl_def), OK.to_owned()),
            Err(error) => Answer::refused(None, error.to_string()),
        }
    }
}

impl EvaluateRow {
    /// What `n` agents give.
    pub fn answer(&self) -> Answer {
        let station = Station {
            model: model(self.model, self.patience_s),
            volume: self.volume,
            interval_seconds: self.interval_s,
            aht_seconds: self.aht_s,
        };
        if let Err(error) = station.validate() {
            return Answer::refused(Some(self.n), error.to_string());
        }
        if let Some(t) = self.t_s.filter(|t| t.is_nan() || *t < 0.0) {
            return Answer::refused(Some(self.n), format!("t_s is {t}; use 0 seconds or more"));
        }
        let got = station.evaluate(self.n, self.t_s.unwrap_or(0.0), self.sl_def);
        let unstable = got.asa_seconds.is_infinite();
        let status = if unstable {
            let load = station.offered_load();
            format!("the queue grows without bound: {} agents for {load} erlangs; add agents or use erlang_a", self.n)
        } else {
            OK.to_owned()
        };
        Answer::of(self.n, self.t_s, &got, status)
    }
}

/// The answers of all rows, in their order.
pub fn required(rows: &[RequiredRow]) -> Vec<Answer> {
    rows.par_iter().map(RequiredRow::answer).collect()
}

/// The answers of all rows, in their order.
pub fn evaluate(rows: &[EvaluateRow]) -> Vec<Answer> {
    rows.par_iter().map(EvaluateRow::answer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> RequiredRow {
        RequiredRow {
            model: RowModel::ErlangC,
            volume: 100.0,
            interval_s: 1800.0,
            aht_s: 180.0,
            patience_s: None,
            sl_def: ServiceLevelDefinition::ServedAll,
            sl_target: Some(0.8),
            t_s: Some(20.0),
            asa_max_s: None,
            max_abandon: None,
            max_occ: None,
        }
    }

    #[test]
    fn rows_are_answered_in_their_order_and_refusals_say_why() {
        let answers = required(&[row(), RequiredRow { t_s: None, ..row() }, RequiredRow { max_occ: Some(0.0), ..row() }]);
        assert_eq!((answers[0].n, answers[0].status.as_str()), (Some(14), OK));
        assert!((answers[0].sl.unwrap() - 0.888_350_02).abs() < 1e-8);
        assert_eq!((answers[1].n, answers[1].sl), (None, None));
        assert!(answers[1].status.contains("t_s"));
        assert!(answers[2].status.contains("occupancy"), "{}", answers[2].status);
    }

    #[test]
    fn an_overloaded_row_has_its_limits_and_says_so() {
        let evaluate_row = EvaluateRow {
            model: RowModel::ErlangC,
            volume: 100.0,
            interval_s: 1800.0,
            aht_s: 180.0,
            patience_s: None,
            n: 9,
            t_s: Some(20.0),
            sl_def: ServiceLevelDefinition::ServedAll,
        };
        let answer = &evaluate(&[evaluate_row])[0];
        assert_eq!((answer.sl, answer.asa_s, answer.occupancy), (Some(0.0), Some(f64::INFINITY), Some(1.0)));
        assert!(answer.status.contains("without bound"), "{}", answer.status);
        let nobody_leaves = EvaluateRow { model: RowModel::ErlangA, n: 14, ..evaluate_row };
        assert_eq!(evaluate(&[nobody_leaves])[0].status, OK);
    }
}
