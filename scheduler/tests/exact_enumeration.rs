//! Random small instances of all three formats, enumerated whole through the independent checkers: the bound is at most
//! the optimum, and the solver reaches it.

use proptest::prelude::*;
use scheduler::{solve_nurse, solve_shift_design, solve_week};
use solver_data::check::{check_design, check_nurse, check_week};
use solver_data::nurse_rostering::{Cover, NurseRostering, ShiftRequest, ShiftType, StaffMember};
use solver_data::shift_design::{DesignVariant, DesignWeights, DesignedShift, ShiftDesign, ShiftKind};
use solver_data::week::{
    ContactCentreWeek, QUARTERS_PER_DAY, WeekAgent, WeekAssignment, WeekBreak, WeekPrices, WeekQueue, WeekShift,
};
use solver_data::{Seed, SolveLimits, Unwatched};

fn limits(iterations: u64) -> SolveLimits {
    SolveLimits { seconds: None, gap: 0.0, iterations: Some(iterations), threads: 2 }
}

/// Every choice of one option a place, by counting in mixed radix.
fn choices(options: &[usize], mut visit: impl FnMut(&[usize])) {
    let mut chosen = vec![0; options.len()];
    loop {
        visit(&chosen);
        let Some(place) = (0..options.len()).find(|&place| chosen[place] + 1 < options[place]) else { return };
        chosen[..place].fill(0);
        chosen[place] += 1;
    }
}

// Contact-centre weeks: two agents, two days, two shifts with a break of two possible starts.

const WEEK_DAYS: usize = 2;

fn week_shift(id: &str, start: usize) -> WeekShift {
    let pause = WeekBreak { kind: "pause".to_owned(), lo: start + 8, hi: start + 9, len: 2 };
    let (end, paid) = (start + 18, 240);
    WeekShift { id: id.to_owned(), len: "P".to_owned(), start, end, paid, night: end > 92, breaks: vec![pause] }
}

fn week_agent() -> impl Strategy<Value = WeekAgent> {
    let band = prop_oneof![Just("early"), Just("mid"), Just("late"), Just("none")];
    (1..=2_u32, 0..=1_u32, 1..=2_u32, band, any::<(bool, bool, bool)>(), 0..WEEK_DAYS, 1_600..2_400_i64).prop_map(
        |(tier, least, most_days, band, (wish, no_night, full), day, rate_cents_h)| WeekAgent {
            id: String::new(),
            tier,
            contract: if full { "FT" } else { "PT" }.to_owned(),
            lens: vec!["P".to_owned()],
            min_paid: 240 * least,
            max_paid: 480,
            max_days: most_days,
            max_consec: 2,
            prev_consec: 0,
            min_rest_q: 44,
            rate_cents_h,
            no_night,
            avail: None,
            holiday: Vec::new(),
            day_off_req: if wish { vec![day] } else { Vec::new() },
            pref_band: band.to_owned(),
            worked_last_weekend: false,
        },
    )
}

fn week() -> impl Strategy<Value = ContactCentreWeek> {
    let quarters = WEEK_DAYS * QUARTERS_PER_DAY;
    let need = prop::collection::vec((0..=2_i64, 0..=1_i64), quarters / 8);
    (need, prop::collection::vec(week_agent(), 2), 24..40_usize, 48..84_usize).prop_map(move |(need, mut agents, early, late)| {
        agents.iter_mut().zip(["a", "b"]).for_each(|(agent, id)| id.clone_into(&mut agent.id));
        let open = |t: usize| (24..100).contains(&(t % QUARTERS_PER_DAY));
        let series = |tier: usize| {
            let level = |t: usize| if tier == 0 { need[t / 8].0 } else { need[t / 8].1 };
            (0..quarters).map(|t| if open(t) { level(t) } else { 0 }).collect()
        };
        let queue = |tier: usize| WeekQueue { id: format!("Q{tier}"), min_tier: tier as u32 + 1, req: series(tier) };
        ContactCentreWeek {
            name: "random".to_owned(),
            interval_min: 15,
            days: WEEK_DAYS,
            queues: vec![queue(0), queue(1)],
            shifts: vec![week_shift("early", early), week_shift("late", late)],
            agents,
            cost: WeekPrices {
                under_interval: 400,
                over_interval: 20,
                pref_band_day: 300,
                day_off_req: 2_500,
                split_days_off: 1_500,
                weekend_again_day: 1_000,
            },
        }
    })
}

/// Objective of the best feasible roster, if there is one.
fn cheapest_week(week: &ContactCentreWeek) -> Option<i64> {
    let mut best: Option<i64> = None;
    let places = week.agents.len() * WEEK_DAYS;
    choices(&vec![1 + 2 * week.shifts.len(); places], |chosen| {
        let worked = chosen.iter().enumerate().filter(|&(_, &option)| option > 0).map(|(place, &option)| {
            let shift = (option - 1) / 2;
            let start = week.shifts[shift].breaks[0].lo + (option - 1) % 2;
            WeekAssignment { agent: place / WEEK_DAYS, day: place % WEEK_DAYS, shift, break_starts: vec![start] }
        });
        let verdict = check_week(week, &worked.collect::<Vec<_>>());
        if verdict.is_feasible() {
            best = Some(best.map_or(verdict.objective, |best| best.min(verdict.objective)));
        }
    });
    best
}

// Curtois–Qu: two members of staff, a week, two shifts.

fn member(horizon: usize) -> impl Strategy<Value = StaffMember> {
    let runs = (2..=4_u32, 1..=2_u32, 1..=2_u32, 0..=1_u32);
    (runs, 2..=3_u32, 0..=3_u32, prop::option::of(0..horizon)).prop_map(|(runs, most, nights, day_off)| StaffMember {
        id: String::new(),
        maximum_shifts: vec![7, nights],
        maximum_minutes: 480 * most + 60,
        minimum_minutes: 480,
        maximum_consecutive: runs.0,
        minimum_consecutive: runs.1,
        minimum_consecutive_off: runs.2,
        maximum_weekends: runs.3,
        days_off: day_off.into_iter().collect(),
    })
}

fn nurses() -> impl Strategy<Value = NurseRostering> {
    let horizon = 7;
    let request = (0..2_usize, 0..horizon, 0..2_usize, 1..=3_i64);
    let request = request.prop_map(|(staff, day, shift, weight)| ShiftRequest { staff, day, shift, weight });
    let requests = prop::collection::vec(request, 0..4);
    let staff = prop::collection::vec(member(horizon), 2);
    (staff, requests.clone(), requests, prop::collection::vec(0..=2_u32, 2 * horizon)).prop_map(
        move |(mut staff, on_requests, off_requests, cover)| {
            staff.iter_mut().zip(["a", "b"]).for_each(|(member, id)| id.clone_into(&mut member.id));
            let shift = |id: &str, minutes, not_followed_by| ShiftType { id: id.to_owned(), minutes, not_followed_by };
            let cell = |(place, &requirement): (usize, &u32)| Cover {
                day: place / 2,
                shift: place % 2,
                requirement,
                weight_under: 100,
                weight_over: 1,
            };
            NurseRostering {
                horizon,
                shifts: vec![shift("D", 480, Vec::new()), shift("N", 510, vec![0])],
                staff,
                on_requests,
                off_requests,
                cover: cover.iter().enumerate().map(cell).collect(),
            }
        },
    )
}

/// Lines of work that the member's own rules allow.
fn lines(instance: &NurseRostering, member: &StaffMember) -> Vec<Vec<Option<usize>>> {
    let alone = NurseRostering {
        staff: vec![member.clone()],
        on_requests: Vec::new(),
        off_requests: Vec::new(),
        cover: Vec::new(),
        ..instance.clone()
    };
    let mut lines = Vec::new();
    choices(&vec![1 + instance.shifts.len(); instance.horizon], |chosen| {
        let line: Vec<Option<usize>> = chosen.iter().map(|option| option.checked_sub(1)).collect();
        if check_nurse(&alone, std::slice::from_ref(&line)).is_feasible() {
            lines.push(line);
        }
    });
    lines
}

fn cheapest_roster(instance: &NurseRostering, of: &[Vec<Vec<Option<usize>>>]) -> Option<i64> {
    let pairs = of[0].iter().flat_map(|first| of[1].iter().map(move |second| [first.clone(), second.clone()]));
    pairs.map(|roster| check_nurse(instance, &roster)).map(|verdict| verdict.objective).min()
}

// Shift design: two days of three or four slots, up to four shifts.

fn design() -> impl Strategy<Value = ShiftDesign> {
    let slots = prop_oneof![Just(3_usize), Just(4)];
    let prices = (1..=3_i64, 1..=3_i64, 0..=900_i64);
    (slots, 0..2_usize, 1..3_usize, prices, 0..900_u32).prop_flat_map(|(slots, start, shortest, prices, extra)| {
        prop::collection::vec(0..=2_u32, 2 * slots).prop_map(move |demand| ShiftDesign {
            interval_minutes: 1_440 / slots as u32,
            days: 2,
            demand,
            kinds: vec![ShiftKind { earliest_start: start, latest_start: start + 1, shortest, longest: shortest + 1 }],
            minimum_duties: 1.0,
            maximum_duties: 4.5,
            average_minutes: f64::from(1_440 * 2 + extra),
            weights: DesignWeights { under_minute: prices.0, over_minute: prices.1, shift: prices.2, duties_per_week: 0.0 },
        })
    })
}

/// Objective of the best design with at most `most` duties of a shift on a day.
fn cheapest_design(instance: &ShiftDesign, variant: DesignVariant, most: u32) -> Option<i64> {
    let shifts = instance.allowed_shifts();
    let mut best: Option<i64> = None;
    choices(&vec![most as usize + 1; shifts.len() * instance.days], |chosen| {
        let lines = shifts.iter().zip(chosen.chunks(instance.days));
        let design: Vec<DesignedShift> = lines
            .map(|(&(start, length), duties)| DesignedShift { start, length, duties: duties.iter().map(|&n| n as u32).collect() })
            .collect();
        let verdict = check_design(instance, &design, variant);
        if verdict.is_feasible() {
            best = Some(best.map_or(verdict.objective, |best| best.min(verdict.objective)));
        }
    });
    best
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_week_of_two_agents_is_solved_to_the_optimum(week in week(), seed in 0..100_u64) {
        let solved = solve_week(&week, &limits(60), Seed(seed), &Unwatched);
        let Some(optimum) = cheapest_week(&week) else {
            prop_assert!(solved.is_err());
            return Ok(());
        };
        let solved = solved.unwrap();
        let verdict = check_week(&week, &solved.assignments);
        prop_assert!(verdict.is_feasible(), "{:?}", verdict.violations);
        prop_assert_eq!(verdict.objective, solved.objective);
        prop_assert!(solved.bound <= optimum as f64 * (1.0 + 1e-9), "bound {} above {optimum}", solved.bound);
        prop_assert_eq!(solved.objective, optimum);
    }

    #[test]
    fn a_roster_of_two_nurses_is_solved_to_the_optimum(instance in nurses(), seed in 0..100_u64) {
        let lines: Vec<_> = instance.staff.iter().map(|member| lines(&instance, member)).collect();
        prop_assume!(lines[0].len() * lines[1].len() <= 60_000);
        let solved = solve_nurse(&instance, &limits(600), Seed(seed), &Unwatched);
        let Some(optimum) = cheapest_roster(&instance, &lines) else {
            prop_assert!(solved.is_err());
            return Ok(());
        };
        let solved = solved.unwrap();
        let verdict = check_nurse(&instance, &solved.assignment);
        prop_assert!(verdict.is_feasible(), "{:?}", verdict.violations);
        prop_assert_eq!(verdict.objective, solved.objective);
        prop_assert!(solved.bound <= optimum as f64, "bound {} above {optimum}", solved.bound);
        prop_assert_eq!(solved.objective, optimum);
    }

    #[test]
    fn a_design_of_four_shifts_is_proven_optimal(instance in design(), seed in 0..100_u64) {
        let solved = solve_shift_design(&instance, DesignVariant::Classic, (&limits(400), Seed(seed)), &Unwatched).unwrap();
        let optimum = cheapest_design(&instance, DesignVariant::Classic, 2).unwrap();
        let verdict = check_design(&instance, &solved.shifts, DesignVariant::Classic);
        prop_assert!(verdict.is_feasible(), "{:?}", verdict.violations);
        prop_assert_eq!((verdict.objective, solved.bound), (solved.objective, optimum as f64));
        prop_assert_eq!(solved.objective, optimum);
    }

    #[test]
    fn a_bounded_design_is_at_least_as_good_as_any_of_few_duties(instance in design(), seed in 0..100_u64) {
        let variant = DesignVariant::Bounded;
        let solved = solve_shift_design(&instance, variant, (&limits(400), Seed(seed)), &Unwatched);
        let found = cheapest_design(&instance, variant, 3);
        let Ok(solved) = solved else {
            prop_assert_eq!(found, None);
            return Ok(());
        };
        let verdict = check_design(&instance, &solved.shifts, variant);
        prop_assert!(verdict.is_feasible(), "{:?}", verdict.violations);
        prop_assert_eq!(verdict.objective, solved.objective);
        prop_assert!(solved.bound <= solved.objective as f64);
        prop_assert!(found.is_none_or(|found| solved.objective <= found), "{} above {found:?}", solved.objective);
    }
}
