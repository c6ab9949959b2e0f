//! Weeks in a row and finer grids, made from one week.

use solver_data::{Unwatched, week::ContactCentreWeek};

use super::*;
use crate::automaton::WeekRules;
use crate::bound::Relaxation;
use crate::tiny_week::{agent, template, week};

/// `weeks` copies of a week in a row, each quarter of an hour cut into `parts` intervals; every agent's week keeps its limits.
fn stretched(one: &ContactCentreWeek, weeks: usize, parts: usize) -> RosterProblem {
    let base = week_problem(one).unwrap();
    let tiers = tiers(one);
    let source = WeekRuleSource { week: one, tiers: &tiers, duties: &base.duties };
    let quarters = one.days * QUARTERS_PER_DAY;
    let dated = |w: usize, duty: &Duty| {
        let (shift, minutes) = (w * quarters, (w * quarters * 15) as i64);
        let breaks = duty.breaks.iter().map(|pause| BreakSpan {
            earliest: (pause.earliest + shift) * parts,
            latest: (pause.latest + shift) * parts,
            length: pause.length * parts,
        });
        Duty {
            day: duty.day + w * one.days,
            first: (duty.first + shift) * parts,
            length: duty.length * parts,
            breaks: breaks.collect(),
            start_minute: duty.start_minute + minutes,
            end_minute: duty.end_minute + minutes,
            ..duty.clone()
        }
    };
    let duties: Vec<Duty> = (0..weeks).flat_map(|w| base.duties.iter().map(|duty| dated(w, duty)).collect::<Vec<_>>()).collect();
    let offers = (0..one.agents.len()).map(|agent| {
        let mut offer = source.relaxed(agent, &[]);
        let limits = offer.rules.weeks[0];
        offer.rules.weeks = (1..=weeks).map(|w| WeekRules { end: w * one.days, ..limits }).collect();
        let (own, rows) = (offer.duties.clone(), base.duties.len());
        offer.duties = (0..weeks).flat_map(|w| own.iter().map(move |&(duty, cost)| (duty + w * rows, cost))).collect();
        offer
    });
    let offers: Vec<AgentOffer> = offers.collect();
    let mut coverage = base.coverage.clone();
    coverage.intervals *= weeks * parts;
    let cut = |need: &Vec<i32>| (0..weeks).flat_map(|_| need.iter().flat_map(|&r| std::iter::repeat_n(r, parts))).collect();
    coverage.families = coverage.families.iter().map(cut).collect();
    (coverage.under, coverage.over) = (coverage.under / parts as i64, coverage.over / parts as i64);
    RosterProblem::new(coverage, duties, &offers)
}

fn staffed(agents: usize) -> ContactCentreWeek {
    let starts = [28, 32, 36, 40, 44, 48, 52];
    let shifts = starts.iter().flat_map(|&start| [template(0, start, 3, 8), template(1, start, 4, 12)]).collect();
    let staff = (0..agents).map(|id| {
        let mut agent = agent(id, 1 + (id % 2) as u32, 7);
        (agent.min_paid, agent.max_paid, agent.max_days, agent.max_consec) = (1350, 2250, 5, 5);
        (agent.prev_consec, agent.worked_last_weekend) = ((id % 3) as u32, id % 4 < 2);
        agent.day_off_req = vec![id % 7];
        agent
    });
    let need: Vec<i64> = [30, 24, 40, 28, 20].iter().map(|share| share * agents as i64 / 100).collect();
    week(7, shifts, staff.collect(), &need)
}

#[test]
fn eight_weeks_and_five_minute_intervals_keep_bound_below_roster() {
    for (weeks, parts) in [(8, 1), (1, 3)] {
        let problem = stretched(&staffed(4), weeks, parts);
        let limits = SolveLimits { seconds: None, gap: 0.0, iterations: Some(2), threads: 2 };
        let outcome = solve(&problem, &limits, Seed(1), &Unwatched).unwrap();
        assert!(outcome.bound <= outcome.objective as f64);
        assert!((outcome.objective as f64 - outcome.bound) / outcome.bound < 0.1, "{weeks} {parts}: {outcome:?}");
    }
}

#[test]
fn the_bound_of_two_equal_weeks_is_not_above_twice_the_bound_of_one() {
    let (one, two) = (stretched(&staffed(6), 1, 1), stretched(&staffed(6), 2, 1));
    let bound = |problem: &RosterProblem| {
        let mut relaxation = Relaxation::new(problem);
        (0..200).for_each(|_| relaxation.advance(problem, f64::NEG_INFINITY));
        relaxation.bound
    };
    let roster = solve(&one, &SolveLimits { iterations: Some(2), ..SolveLimits::default() }, Seed(0), &Unwatched).unwrap();
    assert!(bound(&two) <= 2.0 * roster.objective as f64 + 1e-6);
}
