use std::collections::BTreeSet;

use solver_data::check::{check_roster, roster_objective};
use solver_data::{
    AgentId, PeriodPromise, PlanningGrid, PooledPromise, PromisedInterval, QueueSet, Seed, Shift, SolveLimits, SurplusCurve,
    Tour, Unwatched,
};

use super::*;
use crate::case::with_one_more;
use crate::centre::schedule;
use crate::centre::tests::{centre, date, requirement};
use crate::repair::RepairKind;

const FEW: ValueLimits = ValueLimits { evaluations: 400, reoptimisations: 60, stretches: 6 };

fn limits(iterations: u64) -> SolveLimits {
    SolveLimits { seconds: None, gap: 0.0, iterations: Some(iterations), threads: 1 }
}

/// Two agents more wanted for everything by day than in the centre's own requirement.
fn busy(centre: &Centre) -> StaffingRequirement {
    let mut busy = requirement(centre, date(21), 7);
    for need in busy.pools.iter_mut().flat_map(|pool| &mut pool.scheduled) {
        *need += u32::from(*need > 0);
    }
    busy
}

/// The roster with an agent's shifts on some dates replaced.
fn applied(roster: &Roster, agent: AgentId, dropped: &[Shift], shifts: &[Shift]) -> Roster {
    let mut changed = roster.clone();
    let gone: BTreeSet<_> = dropped.iter().chain(shifts).map(|shift| shift.date).collect();
    let mut own = roster.tour(agent).map_or_else(Vec::new, |tour| tour.shifts.clone());
    own.retain(|shift| !gone.contains(&shift.date));
    own.extend(shifts.iter().cloned());
    own.sort_by_key(|shift| shift.start);
    changed.tours.retain(|tour| tour.agent != agent);
    changed.tours.push(Tour { agent, shifts: own });
    changed.tours.sort_by_key(|tour| tour.agent);
    changed
}

fn missing(centre: &Centre, requirement: &StaffingRequirement, roster: &Roster, span: Range<usize>) -> u32 {
    let there: Vec<Vec<u32>> = requirement
        .pools
        .iter()
        .map(|pool| roster.on_contact(|agent| QueueSet::served_by(centre, agent).meets(pool.queues)))
        .collect();
    let short = |t: usize| (0..there.len()).map(|k| requirement.wanted(k)[t].saturating_sub(there[k][t])).max().unwrap_or(0);
    span.map(short).sum()
}

#[test]
fn repairs_mend_what_they_say_and_cost_what_counting_again_says() {
    let centre = centre(30, chrono_tz::UTC);
    let requirement = busy(&centre);
    let roster = schedule(&centre, &requirement, &limits(2), Seed(3), &Unwatched).unwrap().roster;
    let before = roster_objective(&centre, &requirement, &roster);
    let found = crate::repair::cheapest_repairs(&centre, &requirement, &roster, 6).unwrap();
    let kinds: BTreeSet<&str> = found.iter().map(|repair| name(repair.kind)).collect();
    assert!(kinds.contains("overtime") && kinds.contains("one more"), "{kinds:?}");
    for repair in &found {
        let (house, agent) = match repair.kind {
            RepairKind::MoreAgent { like, .. } => (with_one_more(&centre, like), AgentId::from(centre.agents.len())),
            RepairKind::MovedBreak(agent) | RepairKind::MovedShift(agent) | RepairKind::Overtime(agent) => {
                (centre.clone(), agent)
            }
        };
        let mended = applied(&roster, agent, &repair.dropped, &repair.shifts);
        let span = repair.stretch.first..repair.stretch.end;
        assert_eq!(roster_objective(&house, &requirement, &mended) - before, repair.objective, "{repair:?}");
        let fewer = missing(&centre, &requirement, &roster, span.clone()) - missing(&house, &requirement, &mended, span);
        assert!(fewer == repair.mended && fewer > 0, "{repair:?}");
        if matches!(repair.kind, RepairKind::MovedBreak(_) | RepairKind::MovedShift(_)) {
            assert_eq!(check_roster(&house, &mended), []);
        }
    }
}

fn name(kind: RepairKind) -> &'static str {
    match kind {
        RepairKind::MovedBreak(_) => "break",
        RepairKind::MovedShift(_) => "shift",
        RepairKind::Overtime(_) => "overtime",
        RepairKind::MoreAgent { .. } => "one more",
    }
}

#[test]
fn an_agent_is_worth_what_the_bound_of_one_more_says_and_no_more_than_the_multipliers_say() {
    let centre = centre(60, chrono_tz::UTC);
    let requirement = busy(&centre);
    let value = value(&centre, &requirement, None, &FEW, &Unwatched).unwrap();
    assert_eq!(value.agents.len(), 2);
    let base = lower_bound(&centre, &requirement, 900).unwrap();
    for worth in &value.agents {
        let slack = 0.01 * value.bound;
        assert!(worth.reoptimised <= worth.at_multipliers + slack, "{worth:?}");
        let kind = kinds(&centre).into_iter().find(|&(kind, _)| centre.agents[kind].level == worth.level).unwrap().0;
        let more = lower_bound(&with_one_more(&centre, kind), &requirement, 900).unwrap();
        assert!((base - more - worth.reoptimised).abs() < 2.0 * slack, "{} against {worth:?}", base - more);
        assert!(worth.pay > 0.0);
    }
    assert!(value.agents.iter().any(|worth| worth.reoptimised > 0.0), "agents are short: {:?}", value.agents);
    assert!(
        value.rules.iter().all(|worth| worth.reoptimised > 0.0 && worth.reoptimised <= worth.at_multipliers + 0.01 * value.bound)
    );
}

/// The requirement with a promise over the week for the pool of all queues: 80 % of four contacts an hour by day.
fn promised(centre: &Centre, share: f64) -> StaffingRequirement {
    let mut requirement = requirement(centre, date(21), 7);
    requirement.pools.drain(..2);
    let grid: &PlanningGrid = &requirement.grid;
    let open = |t: usize| (8..20).contains(&chrono::Timelike::hour(&grid.local(t)));
    let met = |n: i32| (1e6 * (1.0 - 0.45_f64.powi(n) - share)) as i32;
    let curve = SurplusCurve { at_zero: met(0), first: 1, values: (1..6).map(met).collect() };
    let volume = |t: usize| 3_000 + 2_000 * (t as i64 % 5);
    let parts = (0..grid.len()).filter(|&t| open(t)).map(|t| PromisedInterval { t, curve: 0, volume: volume(t) }).collect();
    let promise = PeriodPromise { queue: QueueId(0), days: 0..7, measure: PromisedMeasure::ServiceLevel, wanted: share, parts };
    requirement.promises = vec![PooledPromise {
        pool: 0,
        floor: (0..grid.len()).map(|t| u32::from(open(t) && t % 3 == 0)).collect(),
        curves: (0..grid.len()).map(|t| if open(t) { vec![curve.clone()] } else { Vec::new() }).collect(),
        promises: vec![promise],
    }];
    requirement
}

#[test]
fn a_promise_over_the_week_is_counted_as_the_checker_counts_and_priced_at_the_margin() {
    let centre = centre(60, chrono_tz::UTC);
    let mut last = 0.0;
    for share in [0.5, 0.7, 0.9] {
        let requirement = promised(&centre, share);
        let solved = schedule(&centre, &requirement, &limits(6), Seed(1), &Unwatched).unwrap();
        assert_eq!(solved.objective, roster_objective(&centre, &requirement, &solved.roster) as f64);
        assert!(solved.bound <= solved.objective);
        assert!(solved.bound >= last, "a stricter promise has no lower bound: {} after {last}", solved.bound);
        last = solved.bound;
        let value = value(&centre, &requirement, Some(&solved.roster), &FEW, &Unwatched).unwrap();
        let [worth] = value.service.as_slice() else { panic!("one promise has one worth: {:?}", value.service) };
        assert!(worth.per_contact >= 0.0 && worth.reoptimised >= worth.per_point - 0.01 * value.bound, "{worth:?}");
        assert!(worth.reached.is_some());
    }
}
