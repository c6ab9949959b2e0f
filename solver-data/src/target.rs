//! Typed service targets: "15 seconds", "80 % in 20 s" and "mean 42 s" are different statistics.

use serde::{Deserialize, Serialize};

/// How abandoned contacts count in a service level with threshold t.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceLevelDefinition {
    /// Answered within t / offered.
    #[default]
    ServedAll,
    /// Answered within t / (offered - abandoned within t).
    ServedExclShort,
    /// Answered within t / answered.
    OfAnswered,
    /// (Answered or abandoned within t) / offered.
    HandledOrGone,
    /// Share of contacts whose wait, had they stayed, is at most t.
    Virtual,
}

/// A share answered within a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ServiceLevelTarget {
    /// Wished share, 0 to 1.
    pub share: f64,
    /// Threshold t in seconds.
    pub within_seconds: f64,
    /// How abandoned contacts count.
    pub definition: ServiceLevelDefinition,
}

/// Everything a queue promises; each limit that is present must hold.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct ServiceTarget {
    /// Share answered within a threshold.
    pub service_level: Option<ServiceLevelTarget>,
    /// Longest mean wait in seconds.
    pub asa_seconds: Option<f64>,
    /// Largest share that abandons; connect rate 95 % is 0.05.
    pub abandonment: Option<f64>,
    /// Highest occupancy.
    pub occupancy: Option<f64>,
}

impl ServiceTarget {
    /// `share` answered within `within_seconds`, abandoned contacts counted as not served.
    pub fn share_within(share: f64, within_seconds: f64) -> Self {
        let definition = ServiceLevelDefinition::ServedAll;
        Self { service_level: Some(ServiceLevelTarget { share, within_seconds, definition }), ..Self::default() }
    }
}
