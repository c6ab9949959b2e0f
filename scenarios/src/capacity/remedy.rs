//! A plan that cannot hire fast enough: where hours are missing, and the single changes with which it would hold.

use chrono::NaiveDate;
use scheduler::capacity::relax_capacity;
use solver_data::capacity::{CapacityPlan, CapacityProblem};

use super::case::CapacityCase;
use crate::error::PlanError;

/// Hours that count as missing.
const MISSING: f64 = 0.05;

/// Hours missing in a month.
#[derive(Debug, Clone, PartialEq)]
pub struct ShortMonth {
    /// Name of the level whose work lacks hours.
    pub level: String,
    /// First day of the month.
    pub month: NaiveDate,
    /// Hours missing.
    pub hours: f64,
    /// The same in agents of full productivity.
    pub agents: f64,
}

/// A single change of the terms with which the plan would hold, and what it would then cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Remedy {
    /// Key of `[capacity]`.
    pub key: &'static str,
    /// Value now and then: a share, months or a number of classes.
    pub from: f64,
    /// The nearest value that works.
    pub to: f64,
    /// Least cost with it (relaxation), minor units.
    pub cost: f64,
}

/// Where a plan lacks hours, in order of time.
pub(super) fn short_months(case: &CapacityCase<'_>, plan: &CapacityPlan) -> Vec<ShortMonth> {
    let mut found = Vec::new();
    for (m, month) in case.months().iter().enumerate() {
        for (l, level) in case.centre.levels.iter().enumerate() {
            let hours = plan.shortage[l][m];
            if hours > MISSING {
                let leave = case.capacity_terms().leave[chrono::Datelike::month0(&month.first) as usize];
                let each = monthly(case) * (1.0 - leave);
                found.push(ShortMonth { level: level.name.clone(), month: month.first, hours, agents: hours / each });
            }
        }
    }
    found
}

fn monthly(case: &CapacityCase<'_>) -> f64 {
    let one = vec![1.0; case.months().len()];
    case.problem(&case.need, &one).levels.first().map_or(1.0, |level| level.monthly_hours).max(1.0)
}

/// Changes that work each on its own, cheapest first.
pub(super) fn remedies(problem: &CapacityProblem) -> Result<Vec<Remedy>, PlanError> {
    let shares = |from: f64| (1..=100).map(move |step| from + 0.01 * f64::from(step)).take_while(|share| *share <= 1.0 + 1e-9);
    let limits = &problem.limits;
    let candidates: [(&'static str, f64, Vec<f64>, Change); 4] = [
        ("outsourcing_limit", limits.outsourcing_share, shares(limits.outsourcing_share).collect(), |p, v| {
            p.limits.outsourcing_share = v;
        }),
        ("overtime_limit", limits.overtime_share, shares(limits.overtime_share).take(50).collect(), |p, v| {
            p.limits.overtime_share = v;
        }),
        (
            "classes_a_month",
            problem.hiring.classes_a_month,
            (1..=64).map(|more| problem.hiring.classes_a_month + f64::from(more)).collect(),
            |p, v| p.hiring.classes_a_month = v,
        ),
        (
            "lead_months",
            problem.hiring.lead_months as f64,
            (0..problem.hiring.lead_months).rev().map(|months| months as f64).collect(),
            |p, v| p.hiring.lead_months = v as usize,
        ),
    ];
    let mut found = Vec::new();
    for (key, from, values, change) in candidates {
        if let Some((to, cost)) = nearest(problem, &values, change)? {
            found.push(Remedy { key, from, to, cost });
        }
    }
    found.sort_by(|a, b| a.cost.total_cmp(&b.cost));
    Ok(found)
}

type Change = fn(&mut CapacityProblem, f64);

/// The first of the values with which no hour is missing; the further along, the more it eases.
fn nearest(problem: &CapacityProblem, values: &[f64], change: Change) -> Result<Option<(f64, f64)>, PlanError> {
    let tried = |value: f64| -> Result<Option<f64>, PlanError> {
        let mut eased = problem.clone();
        change(&mut eased, value);
        let relaxed = relax_capacity(&eased)?;
        Ok((relaxed.shortage_hours <= MISSING).then_some(relaxed.cost))
    };
    let Some(&last) = values.last() else { return Ok(None) };
    let Some(mut cost) = tried(last)? else { return Ok(None) };
    let (mut low, mut high) = (0, values.len() - 1);
    while low < high {
        let middle = usize::midpoint(low, high);
        match tried(values[middle])? {
            Some(found) => (high, cost) = (middle, found),
            None => low = middle + 1,
        }
    }
    Ok(Some((values[high], cost)))
}
