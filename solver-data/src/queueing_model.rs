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
}

/// Distribution of a handle time around its mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandleDistribution {
    /// Exponential.
    #[default]
    Exponential,
    /// Lognormal with the type's `cv`.
    Lognormal,
    /// Always the mean.
    Deterministic,
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
