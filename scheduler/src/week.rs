//! The contact-centre week of the public interface as a roster problem.

use std::sync::Arc;

use solver_data::week::{ContactCentreWeek, QUARTERS_PER_DAY, WeekAgent, WeekAssignment, WeekShift};
use solver_data::{Seed, SolveLimits, StopReason, Watch};

use crate::automaton::{TourRules, WeekRules};
use crate::breaks::placeable;
use crate::conflict::{Rule, RuleSource, relax, require_tours};
use crate::engine::{Outcome, solve};
use crate::error::SchedulerError;
use crate::mend::DutyName;
use crate::problem::{AgentOffer, BreakSpan, CoverageTerms, Duty, HorizonEnd, RosterProblem};

/// A solved week.
#[derive(Debug, Clone, PartialEq)]
pub struct SolvedWeek {
    /// Shifts, by agent and day.
    pub assignments: Vec<WeekAssignment>,
    /// Objective in cents.
    pub objective: i64,
    /// Proven lower bound of the objective.
    pub bound: f64,
    /// Why the solve ended.
    pub stop_reason: StopReason,
    /// Rounds of search done.
    pub iterations: u64,
}

impl SolvedWeek {
    /// (objective - bound) / objective.
    pub fn gap(&self) -> f64 {
        ((self.objective as f64 - self.bound) / (self.objective as f64).abs().max(1.0)).max(0.0)
    }
}

/// Rosters a contact-centre week.
///
/// Families of coverage are the tiers: family k counts the agents of tier k or higher against the queues of at least
/// that tier. Coverage wraps round the end of the week.
///
/// # Errors
/// [`SchedulerError::NoTour`] for agents whose rules clash, [`SchedulerError::SeriesLength`] for a requirement that does
/// not fit the week, [`SchedulerError::Inconsistent`] for a bug in the solver.
pub fn solve_week(
    week: &ContactCentreWeek,
    limits: &SolveLimits,
    seed: Seed,
    watch: &dyn Watch,
) -> Result<SolvedWeek, SchedulerError> {
    let problem = week_problem(week)?;
    let tiers = tiers(week);
    require_tours(&problem, &WeekRuleSource { week, tiers: &tiers, duties: &problem.duties })?;
    let outcome = solve(&problem, limits, seed, watch)?;
    Ok(SolvedWeek {
        assignments: assignments(&problem, &outcome),
        objective: outcome.objective,
        bound: outcome.bound,
        stop_reason: outcome.stop_reason,
        iterations: outcome.iterations,
    })
}

/// The week as a roster problem.
pub(crate) fn week_problem(week: &ContactCentreWeek) -> Result<RosterProblem, SchedulerError> {
    let intervals = week.days * QUARTERS_PER_DAY;
    if let Some(queue) = week.queues.iter().find(|queue| queue.req.len() != intervals) {
        let series = format!("the requirement of queue {}", queue.id);
        return Err(SchedulerError::SeriesLength { series, found: queue.req.len(), expected: intervals });
    }
    let tiers = tiers(week);
    let need = |tier: u32| {
        let queues = week.queues.iter().filter(move |queue| queue.min_tier >= tier);
        queues.fold(vec![0; intervals], |mut total: Vec<i32>, queue| {
            total.iter_mut().zip(&queue.req).for_each(|(total, &req)| *total += req as i32);
            total
        })
    };
    let coverage = CoverageTerms {
        intervals,
        families: tiers.iter().map(|&tier| need(tier)).collect(),
        everyone: 0,
        under: week.cost.under_interval,
        over: week.cost.over_interval,
        constant: 0,
        end: HorizonEnd::Wraps,
        service: Arc::default(),
    };
    let duties: Vec<Duty> =
        (0..week.days).flat_map(|day| week.shifts.iter().enumerate().map(move |(s, shift)| duty(week, day, s, shift))).collect();
    let source = WeekRuleSource { week, tiers: &tiers, duties: &duties };
    let offers: Vec<AgentOffer> = (0..week.agents.len()).map(|agent| source.relaxed(agent, &[])).collect();
    Ok(RosterProblem::new(coverage, duties, &offers))
}

/// A shift on a day.
fn duty(week: &ContactCentreWeek, day: usize, template: usize, shift: &WeekShift) -> Duty {
    let midnight = day * QUARTERS_PER_DAY;
    let minutes = i64::from(week.interval_min);
    let breaks = shift.breaks.iter().map(|pause| BreakSpan {
        earliest: midnight + pause.lo,
        latest: midnight + pause.hi,
        length: pause.len,
    });
    Duty {
        day,
        template,
        first: midnight + shift.start,
        length: shift.end - shift.start,
        breaks: breaks.collect(),
        paid_minutes: shift.paid,
        start_minute: (midnight + shift.start) as i64 * minutes,
        end_minute: (midnight + shift.end) as i64 * minutes,
    }
}

/// The tiers that queues ask for, ascending; the first is everybody's.
fn tiers(week: &ContactCentreWeek) -> Vec<u32> {
    let mut tiers: Vec<u32> = week.queues.iter().map(|queue| queue.min_tier).chain([1]).collect();
    tiers.sort_unstable();
    tiers.dedup();
    tiers
}

/// Rules and wishes of the week's agents.
struct WeekRuleSource<'a> {
    week: &'a ContactCentreWeek,
    tiers: &'a [u32],
    duties: &'a [Duty],
}

impl WeekRuleSource<'_> {
    /// Whether an agent may work a duty, some rules relaxed.
    fn allowed(&self, agent: &WeekAgent, duty: &Duty, relaxed: &[Rule]) -> bool {
        let shift = &self.week.shifts[duty.template];
        let holds = |rule, kept: bool| kept || relaxed.contains(&rule);
        holds(Rule::ShiftClasses, agent.lens.contains(&shift.len))
            && holds(Rule::TimeOff, !agent.holiday.contains(&duty.day))
            && holds(Rule::Nights, !(agent.no_night && shift.night))
            && holds(Rule::Availability, agent.avail.is_none_or(|(from, to)| from <= shift.start && shift.end <= to))
            && placeable(duty)
    }

    /// Pay and wishes, in cents.
    fn cost(&self, agent: &WeekAgent, duty: &Duty) -> i64 {
        let (shift, prices) = (&self.week.shifts[duty.template], &self.week.cost);
        let mut cost = i64::from(shift.paid) * agent.rate_cents_h / 60;
        if agent.pref_band != "none" && shift.band() != agent.pref_band {
            cost += prices.pref_band_day;
        }
        if agent.day_off_req.contains(&duty.day) {
            cost += prices.day_off_req;
        }
        if duty.day >= 5 && agent.worked_last_weekend {
            cost += prices.weekend_again_day;
        }
        cost
    }
}

impl RuleSource for WeekRuleSource<'_> {
    fn code(&self, agent: usize) -> String {
        self.week.agents[agent].id.clone()
    }

    fn relaxed(&self, agent: usize, relaxed: &[Rule]) -> AgentOffer {
        let (week, agent) = (self.week, &self.week.agents[agent]);
        let families = self.tiers.iter().enumerate().filter(|&(_, &tier)| tier <= agent.tier);
        let mut rules = TourRules {
            weeks: vec![WeekRules {
                end: week.days,
                minimum_minutes: agent.min_paid,
                maximum_minutes: agent.max_paid,
                maximum_days: agent.max_days,
                total_minutes: None,
            }],
            maximum_consecutive: agent.max_consec,
            consecutive_before: agent.prev_consec,
            rest_minutes: agent.min_rest_q as i64 * i64::from(week.interval_min),
            ready_minute: 0,
            split_days_off: if agent.contract == "FT" { week.cost.split_days_off } else { 0 },
            ..TourRules::default()
        };
        relax(&mut rules, relaxed);
        let duties = self.duties.iter().enumerate().filter(|(_, duty)| self.allowed(agent, duty, relaxed));
        AgentOffer {
            families: families.fold(0, |bits, (k, _)| bits | 1 << k),
            rules,
            duties: duties.map(|(index, duty)| (index, self.cost(agent, duty))).collect(),
            idle_cost: 0,
        }
    }

    fn named(&self, duty: &Duty) -> DutyName {
        let shift = &self.week.shifts[duty.template];
        DutyName { day: format!("day {}", duty.day), class: shift.len.clone(), shift: shift.id.clone() }
    }

    fn words(&self, agent: usize, rule: Rule) -> String {
        let agent = &self.week.agents[agent];
        match rule {
            Rule::Employment => "the days of employment".to_owned(),
            Rule::TimeOff => format!("days off {:?}", agent.holiday),
            Rule::Availability => format!("availability in quarters {:?}", agent.avail.unwrap_or((0, QUARTERS_PER_DAY))),
            Rule::ShiftClasses => format!("length classes {}", agent.lens.join(", ")),
            Rule::Nights => "no night shifts".to_owned(),
            Rule::MinimumRest => format!("{} quarters of rest", agent.min_rest_q),
            Rule::ConsecutiveDays => {
                format!("at most {} days in a row after {} worked before", agent.max_consec, agent.prev_consec)
            }
            Rule::MaximumDays => format!("at most {} days a week", agent.max_days),
            Rule::MaximumMinutes => format!("at most {} paid minutes a week", agent.max_paid),
            Rule::MinimumMinutes => format!("at least {} paid minutes a week", agent.min_paid),
            Rule::HoursBank | Rule::Weekends | Rule::Sundays | Rule::Pins => "the days before the week".to_owned(),
        }
    }
}

/// The outcome in the words of the instance.
fn assignments(problem: &RosterProblem, outcome: &Outcome) -> Vec<WeekAssignment> {
    let mut assignments = Vec::new();
    for (agent, tour) in outcome.tours.iter().enumerate() {
        let mut breaks = tour.breaks.iter();
        for &duty in &tour.duties {
            let duty = &problem.duties[duty as usize];
            let starts = breaks.by_ref().take(duty.breaks.len());
            let break_starts = starts.map(|&start| start as usize - duty.day * QUARTERS_PER_DAY).collect();
            assignments.push(WeekAssignment { agent, day: duty.day, shift: duty.template, break_starts });
        }
    }
    assignments
}

#[cfg(test)]
mod long_tests;
#[cfg(test)]
mod tests;
