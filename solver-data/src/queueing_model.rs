//! A stationary queueing model with skills, as in the model files of the public interface.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Contact types, agent groups and a routing rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueueingModel {
    /// Name.
    pub name: String,
    /// Types of contact.
    pub contact_types: Vec<ContactType>,
    /// Groups of identical agents.
    pub groups: Vec<AgentGroup>,
    /// Whom a freed agent takes.
    pub queue_discipline: QueueDiscipline,
    /// Which group takes a contact that finds several idle in its level.
    pub idle_choice: IdleChoice,
    /// Places besides the agents; `None` for no limit.
    pub waiting_room: Option<u32>,
    /// Hours simulated and thrown away first.
    pub warm_up_hours: f64,
    /// Hours measured.
    pub hours: f64,
}

/// A type of contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactType {
    /// Unique name.
    pub id: String,
    /// Poisson arrivals an hour.
    pub arrivals_per_hour: f64,
    /// Mean patience; `None` for endless.
    pub patience_seconds: Option<f64>,
    /// Distribution of the patience around its mean.
    #[serde(default, skip_serializing_if = "HandleDistribution::is_exponential")]
    pub patience_distribution: HandleDistribution,
    /// Coefficient of variation of a lognormal patience.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience_cv: Option<f64>,
    /// Shape of an empirical patience.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience_shape: Option<EmpiricalShape>,
    /// Threshold of the service level.
    pub service_level_seconds: f64,
    /// Mean handle time by group id.
    pub handle_seconds: BTreeMap<String, f64>,
    /// Levels of groups to try in turn.
    pub route: Vec<Vec<String>>,
    /// Distribution of the handle time.
    #[serde(default)]
    pub distribution: HandleDistribution,
    /// Coefficient of variation of a lognormal handle time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cv: Option<f64>,
    /// Shape of an empirical handle time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<EmpiricalShape>,
}

/// Distribution of a handle time or of patience around its mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandleDistribution {
    /// Exponential.
    #[default]
    Exponential,
    /// Lognormal with the type's `cv` or `patience_cv`.
    Lognormal,
    /// Always the mean.
    Deterministic,
    /// As the type's `shape` or `patience_shape`, scaled to the mean.
    Empirical,
}

impl HandleDistribution {
    /// Whether it is the one a model file need not name.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks with a reference")]
    fn is_exponential(&self) -> bool {
        *self == Self::Exponential
    }
}

/// Shape of a distribution as records show it; only its proportions count, for it is scaled to the mean asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmpiricalShape {
    /// Observed seconds, each drawn with the same probability.
    Sample(Vec<f64>),
    /// Seconds at the probabilities 0, 1/(k - 1), …, 1 in rising order, linear between.
    Quantiles(Vec<f64>),
}

impl EmpiricalShape {
    /// The seconds it is given by.
    pub fn seconds(&self) -> &[f64] {
        match self {
            Self::Sample(seconds) | Self::Quantiles(seconds) => seconds,
        }
    }

    /// Mean, seconds; NaN for an empty sample.
    pub fn mean(&self) -> f64 {
        match self {
            Self::Sample(seconds) => seconds.iter().sum::<f64>() / seconds.len() as f64,
            Self::Quantiles(seconds) => {
                let pieces = seconds.windows(2).map(|ends| 0.5 * (ends[0] + ends[1])).sum::<f64>();
                pieces / (seconds.len() as f64 - 1.0)
            }
        }
    }

    /// What is wrong with it, and what would be right; `None` when it can be drawn from.
    pub fn fault(&self) -> Option<&'static str> {
        let seconds = self.seconds();
        let least = match self {
            Self::Sample(_) => 1,
            Self::Quantiles(_) => 2,
        };
        if seconds.len() < least {
            Some("give a sample of one value at least, or two quantiles at least")
        } else if seconds.iter().any(|value| !(*value >= 0.0 && value.is_finite())) {
            Some("give finite seconds of 0 or more")
        } else if matches!(self, Self::Quantiles(_)) && seconds.windows(2).any(|ends| ends[0] > ends[1]) {
            Some("give the quantiles in rising order")
        } else if self.mean() <= 0.0 {
            Some("give one value above 0 at least")
        } else {
            None
        }
    }
}

/// A group of identical agents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentGroup {
    /// Unique name.
    pub id: String,
    /// Number of agents.
    pub agents: u32,
    /// Types served, in order of preference under `priority`.
    pub serves: Vec<String>,
}

/// Whom a freed agent takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueDiscipline {
    /// The first type of the group's `serves` that has someone waiting.
    Priority,
    /// The longest-waiting contact among those types.
    FirstCome,
}

/// Which group takes a contact that finds several idle in its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdleChoice {
    /// The first listed.
    Listed,
    /// The one with most idle agents, the first listed among equals.
    MostIdleAgents,
}
