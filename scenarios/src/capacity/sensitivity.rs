//! What the cost hangs on: rules eased by one step, and drivers moved up and down. Costs are those of the relaxation, so that
//! whole people do not blur small differences.

use rayon::prelude::*;
use scheduler::capacity::relax_capacity;
use solver_data::capacity::CapacityProblem;

use super::case::CapacityCase;
use crate::error::PlanError;

/// What easing a rule by a step would save over the plan, minor units.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleValue {
    /// Key of `[capacity]`.
    pub rule: &'static str,
    /// The step in words.
    pub step: &'static str,
    /// Saved; below 0 where it would cost.
    pub saved: f64,
}

/// How far a driver moves the cost, minor units over the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct TornadoBar {
    /// The driver.
    pub driver: &'static str,
    /// The step down and up in words.
    pub step: &'static str,
    /// Cost difference with the driver down.
    pub low: f64,
    /// Cost difference with the driver up.
    pub high: f64,
}

type Ease = fn(&mut CapacityProblem);
type Change = fn(&mut CapacityProblem, f64);

/// Cost of a changed problem.
fn changed(problem: &CapacityProblem, change: impl Fn(&mut CapacityProblem)) -> Result<f64, PlanError> {
    let mut own = problem.clone();
    change(&mut own);
    Ok(relax_capacity(&own)?.cost)
}

/// The rules, each eased by a step.
pub(super) fn rule_values(problem: &CapacityProblem, cost: f64) -> Result<Vec<RuleValue>, PlanError> {
    let steps: [(&'static str, &'static str, Ease); 7] = [
        ("lead_months", "-1 month", |p| p.hiring.lead_months = p.hiring.lead_months.saturating_sub(1)),
        ("training_weeks", "-1 week", |p| p.hiring.training_months = (p.hiring.training_months - 12.0 / 52.0).max(0.0)),
        ("classes_a_month", "+1 class", |p| p.hiring.classes_a_month += 1.0),
        ("training_pass", "+5 points", |p| p.hiring.pass = (p.hiring.pass + 0.05).min(1.0)),
        ("overtime_limit", "+1 point", |p| p.limits.overtime_share += 0.01),
        ("outsourcing_limit", "+1 point", |p| p.limits.outsourcing_share += 0.01),
        ("cross_training_seats", "+1 seat", |p| p.cross_training.seats += 1.0),
    ];
    steps.par_iter().map(|&(rule, step, ease)| Ok(RuleValue { rule, step, saved: cost - changed(problem, ease)? })).collect()
}

/// The drivers of the cost, widest first.
pub(super) fn tornado(case: &CapacityCase<'_>, problem: &CapacityProblem, factors: &[f64]) -> Result<Vec<TornadoBar>, PlanError> {
    let base = relax_capacity(problem)?.cost;
    let terms: [(&'static str, &'static str, f64, Change); 8] = [
        ("shrinkage", "± 2 points", 0.02, |p, step| scale_required(p, 1.0 / (1.0 - step))),
        ("attrition", "± 25 %", 0.25, |p, step| {
            p.attrition.iter_mut().for_each(|share| *share = (*share * (1.0 + step)).min(0.95));
        }),
        ("pay", "± 5 %", 0.05, |p, step| p.levels.iter_mut().for_each(|level| level.hour_cost *= 1.0 + step)),
        ("ramp", "± 10 %", 0.10, |p, step| p.ramp.iter_mut().for_each(|share| *share = (*share * (1.0 + step)).min(1.0))),
        ("training_pass", "± 10 points", 0.10, |p, step| p.hiring.pass = (p.hiring.pass + step).clamp(0.05, 1.0)),
        ("leave", "± 2 points", 0.02, |p, step| p.leave.iter_mut().for_each(|share| *share = (*share + step).clamp(0.0, 0.9))),
        ("outsourced_minute", "± 20 %", 0.20, |p, step| p.limits.outsourced_hour *= 1.0 + step),
        ("monthly_hours", "± 5 %", 0.05, |p, step| p.levels.iter_mut().for_each(|level| level.monthly_hours *= 1.0 + step)),
    ];
    let mut bars: Vec<TornadoBar> = terms
        .par_iter()
        .map(|&(driver, step, size, change)| {
            let at = |size: f64| Ok::<f64, PlanError>(changed(problem, |own| change(own, size))? - base);
            Ok(TornadoBar { driver, step, low: at(-size)?, high: at(size)? })
        })
        .collect::<Result<_, PlanError>>()?;
    let volume = |by: f64| -> Result<f64, PlanError> {
        let moved: Vec<f64> = factors.iter().map(|factor| factor * by).collect();
        Ok(relax_capacity(&case.problem(&case.need, &moved))?.cost - base)
    };
    bars.push(TornadoBar { driver: "volume", step: "± 10 %", low: volume(0.9)?, high: volume(1.1)? });
    let handle_time = |by: f64| -> Result<f64, PlanError> {
        let effect = case.sizer.handle_time_effect(case.centre, &case.need, by)?;
        let longer = |own: &mut CapacityProblem| {
            own.required.iter_mut().zip(&effect).for_each(|(hours, ratio)| hours.iter_mut().for_each(|hours| *hours *= ratio));
        };
        Ok(changed(problem, longer)? - base)
    };
    bars.push(TornadoBar { driver: "aht", step: "± 10 %", low: handle_time(0.9)?, high: handle_time(1.1)? });
    bars.sort_by(|a, b| (b.high - b.low).abs().total_cmp(&(a.high - a.low).abs()));
    Ok(bars)
}

fn scale_required(problem: &mut CapacityProblem, by: f64) {
    problem.required.iter_mut().flatten().for_each(|hours| *hours *= by);
}
