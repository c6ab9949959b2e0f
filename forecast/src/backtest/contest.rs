//! Which models a backtest measures.

use crate::error::ForecastError;
use crate::model::names;
use crate::pool::POOL;

/// The planner's habits, which every contest has.
const HABITS: [&str; 2] = ["seasonal_naive", "average_4_weeks"];

/// Which models a backtest measures beside the planner's habits and the Poisson floor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Contest {
    /// The pool alone.
    #[default]
    Pool,
    /// The pool and every model of the registry.
    All,
    /// These models, by name; `shiftcast` is the pool.
    Named(Vec<String>),
}

/// Names that a contest and [`crate::ModelChoice::Named`] accept: the pool, then the models of the registry.
pub fn known_models() -> Vec<&'static str> {
    [POOL].into_iter().chain(names()).collect()
}

impl Contest {
    /// Names of the models to be measured, each once: those asked for, then the habits.
    ///
    /// # Errors
    /// [`ForecastError::Model`] for a name that the registry lacks.
    pub(crate) fn names(&self) -> Result<Vec<String>, ForecastError> {
        let known = known_models();
        let asked: Vec<&str> = match self {
            Self::Pool => vec![POOL],
            Self::All => known.clone(),
            Self::Named(wanted) => wanted.iter().map(String::as_str).collect(),
        };
        if let Some(stranger) = asked.iter().find(|name| !known.contains(name)) {
            return Err(ForecastError::Model { name: (*stranger).to_owned(), known: known.join(", ") });
        }
        let mut contest: Vec<String> = Vec::new();
        for name in asked.into_iter().chain(HABITS) {
            if !contest.iter().any(|other| other == name) {
                contest.push(name.to_owned());
            }
        }
        Ok(contest)
    }
}
