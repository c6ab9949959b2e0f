use proptest::prelude::*;
use solver_data::shift_design::{DesignVariant, DesignWeights, ShiftDesign, ShiftKind};
use solver_data::{Seed, SolveLimits, StopReason, Unwatched};

use super::cut::Separator;
use super::greedy::{construct, is_feasible};
use super::model::Model;
use super::plan::Plan;
use super::relaxation::Relaxation;
use super::solve_shift_design;

/// A week of eight slots a day whose demand is made of a morning, a day and a night shift.
fn week() -> ShiftDesign {
    let made_of: [(usize, usize, [u32; 7]); 3] =
        [(2, 3, [3, 3, 4, 3, 5, 1, 1]), (4, 2, [2, 2, 2, 2, 2, 0, 0]), (7, 3, [1, 1, 1, 1, 2, 2, 1])];
    let mut demand = vec![0; 56];
    for (start, length, duties) in made_of {
        for (day, count) in duties.into_iter().enumerate() {
            (start..start + length).for_each(|slot| demand[(day * 8 + slot) % 56] += count);
        }
    }
    ShiftDesign {
        interval_minutes: 180,
        days: 7,
        demand,
        kinds: vec![
            ShiftKind { earliest_start: 1, latest_start: 4, shortest: 2, longest: 4 },
            ShiftKind { earliest_start: 6, latest_start: 7, shortest: 2, longest: 3 },
        ],
        minimum_duties: 4.0,
        maximum_duties: 5.0,
        average_minutes: 2_280.0,
        weights: DesignWeights { under_minute: 1, over_minute: 1, shift: 180, duties_per_week: 0.0 },
    }
}

fn limits(iterations: u64) -> SolveLimits {
    SolveLimits { seconds: None, gap: 0.0, iterations: Some(iterations), threads: 2 }
}

#[test]
fn a_demand_made_of_three_shifts_is_designed_with_three() {
    let solved = solve_shift_design(&week(), DesignVariant::Classic, (&limits(200), Seed(0)), &Unwatched).unwrap();
    assert_eq!((solved.objective, solved.bound, solved.stop_reason), (540, 540.0, StopReason::Optimal));
    assert_eq!(solved.gap(), 0.0);
}

#[test]
fn a_solve_stopped_by_iterations_repeats_for_any_number_of_threads() {
    let mut instance = week();
    for (t, people) in instance.demand.iter_mut().enumerate() {
        *people += u32::from(t % 5 == 0) + u32::from(t % 3 == 1);
    }
    let solve = |threads| {
        let limits = SolveLimits { threads, ..limits(20) };
        solve_shift_design(&instance, DesignVariant::Classic, (&limits, Seed(3)), &Unwatched).unwrap()
    };
    assert_eq!(solve(1), solve(2));
}

#[test]
fn a_bounded_design_leaves_nobody_missing_and_lasts_long_enough() {
    let instance = ShiftDesign { average_minutes: 2_565.0, maximum_duties: 4.75, ..week() };
    let solved = solve_shift_design(&instance, DesignVariant::Bounded, (&limits(200), Seed(0)), &Unwatched).unwrap();
    let duties: u32 = solved.shifts.iter().flat_map(|shift| &shift.duties).sum();
    let minutes: u32 = solved.shifts.iter().map(|shift| 180 * shift.length as u32 * shift.duties.iter().sum::<u32>()).sum();
    assert!(f64::from(minutes) >= 540.0 * f64::from(duties));
    assert!(solved.bound > 540.0 && solved.bound <= solved.objective as f64);
}

#[test]
fn what_no_shift_can_do_is_named() {
    let uncovered = ShiftDesign { kinds: vec![week().kinds[0]], ..week() };
    let refused = solve_shift_design(&uncovered, DesignVariant::Bounded, (&limits(9), Seed(0)), &Unwatched).unwrap_err();
    assert!(refused.to_string().contains("no shift covers slot"), "{refused}");
    let short = ShiftDesign { maximum_duties: 1.0, ..week() };
    let refused = solve_shift_design(&short, DesignVariant::Bounded, (&limits(9), Seed(0)), &Unwatched).unwrap_err();
    assert!(refused.to_string().contains("the longest shift lasts 720"), "{refused}");
}

#[test]
fn no_demand_wants_no_shift() {
    let idle = ShiftDesign { demand: vec![0; 56], ..week() };
    let solved = solve_shift_design(&idle, DesignVariant::Classic, (&limits(9), Seed(0)), &Unwatched).unwrap();
    assert!(solved.shifts.is_empty());
    assert_eq!(solved.objective, 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn moves_change_the_cost_by_what_they_say(moves in prop::collection::vec((0..16_usize, 0..7_usize, 0..3_i64), 1..40)) {
        let instance = week();
        let model = Model::new(&instance, DesignVariant::Classic).unwrap();
        let mut plan = Plan::empty(&model);
        for (shift, day, count) in moves {
            let before = plan.cost;
            let change = plan.change(&model, (shift, day), count);
            plan.add(&model, (shift, day), count);
            prop_assert_eq!(plan.cost - before, change);
        }
        let duties = plan.duties.clone();
        prop_assert_eq!(Plan::of(&model, &duties).cost, plan.cost);
    }

    #[test]
    fn no_design_is_cut_off(duties in prop::collection::vec(0..4_i64, 16 * 7), used in prop::collection::vec(any::<bool>(), 16)) {
        let instance = week();
        let model = Model::new(&instance, DesignVariant::Classic).unwrap();
        prop_assert_eq!(model.shifts.len(), 16);
        let kept = duties.iter().enumerate().map(|(at, &count)| if used[at / 7] { count.min(model.most[at]) } else { 0 });
        let plan = Plan::of(&model, &kept.collect::<Vec<_>>());
        let mut at = vec![0.0; model.count_of(model.groups.len())];
        for (s, day) in model.duties() {
            at[model.x(s, day)] = plan.duties[s * 7 + day] as f64;
            at[s] = f64::from(u8::from(plan.used[s] > 0));
        }
        for t in 0..model.horizon {
            at[model.over_at(t)] = plan.surplus[t].max(0) as f64;
            at[model.under_at(t)] = (-plan.surplus[t]).max(0) as f64;
        }
        // Cuts that a fractional point calls for hold for every whole one
        let mut relaxation = Relaxation::new(&model, &model.most, Vec::new(), None).unwrap();
        let separator = Separator::new(&model);
        for _ in 0..3 {
            let point = relaxation.solve().unwrap().unwrap();
            let cuts = separator.separate(&model, &model.most, &point.at, 200);
            for cut in &cuts {
                prop_assert!(cut.slack(&at) > -1e-6, "{cut:?}");
            }
            relaxation.add(cuts).unwrap();
        }
    }
}

#[test]
fn first_designs_keep_the_rules() {
    for variant in [DesignVariant::Classic, DesignVariant::Bounded] {
        let instance = week();
        let model = Model::new(&instance, variant).unwrap();
        assert!(is_feasible(&model, &construct(&model)));
    }
}
