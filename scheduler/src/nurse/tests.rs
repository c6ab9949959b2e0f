//! The solver against enumeration and against its own rules.

use proptest::prelude::*;
use solver_data::nurse_rostering::{Cover, NurseRostering, ShiftRequest, ShiftType, StaffMember};
use solver_data::{Seed, SolveLimits, SolveProgress, StopReason, Unwatched, Watch};

use super::model::{Line, Model};
use super::pricing::Pricer;
use super::response::{Limits, priced_line};
use super::span::Span;
use super::walk_back::{legal_task, lines_below};
use super::{NurseError, SolvedNurse, solve_nurse};

fn shift(id: &str, minutes: u32, not_followed_by: &[usize]) -> ShiftType {
    ShiftType { id: id.into(), minutes, not_followed_by: not_followed_by.to_vec() }
}

fn member(id: &str, maximum_shifts: &[u32], minutes: (u32, u32)) -> StaffMember {
    StaffMember {
        id: id.into(),
        maximum_shifts: maximum_shifts.to_vec(),
        minimum_minutes: minutes.0,
        maximum_minutes: minutes.1,
        maximum_consecutive: 4,
        minimum_consecutive: 2,
        minimum_consecutive_off: 2,
        maximum_weekends: 1,
        days_off: vec![],
    }
}

fn cover(horizon: usize, requirements: &[u32]) -> Vec<Cover> {
    let shifts = requirements.len();
    let cell = |k: usize| Cover {
        day: k / shifts,
        shift: k % shifts,
        requirement: requirements[k % shifts],
        weight_under: 100,
        weight_over: 1,
    };
    (0..horizon * shifts).map(cell).collect()
}

fn limits(iterations: u64, threads: usize) -> SolveLimits {
    SolveLimits { seconds: None, gap: 0.0, iterations: Some(iterations), threads }
}

fn solved(instance: &NurseRostering, iterations: u64) -> SolvedNurse {
    solve_nurse(instance, &limits(iterations, 1), Seed(1), &Unwatched).unwrap()
}

/// Whether a line obeys every rule, read off the rules one by one.
fn legal(instance: &NurseRostering, who: &StaffMember, line: &[Option<usize>]) -> bool {
    let horizon = line.len();
    let minutes: u32 = line.iter().flatten().map(|&s| instance.shifts[s].minutes).sum();
    if minutes < who.minimum_minutes || minutes > who.maximum_minutes {
        return false;
    }
    for s in 0..instance.shifts.len() {
        if line.iter().filter(|&&x| x == Some(s)).count() > who.maximum_shifts[s] as usize {
            return false;
        }
    }
    for d in 1..horizon {
        if let (Some(a), Some(b)) = (line[d - 1], line[d])
            && instance.shifts[a].not_followed_by.contains(&b)
        {
            return false;
        }
    }
    if who.days_off.iter().any(|&d| line[d].is_some()) {
        return false;
    }
    let worked_weekends = (0..horizon / 7).filter(|w| line[7 * w + 5].is_some() || line[7 * w + 6].is_some()).count();
    if worked_weekends > who.maximum_weekends as usize {
        return false;
    }
    let mut from = 0;
    while from < horizon {
        let works = line[from].is_some();
        let until = (from..horizon).find(|&d| line[d].is_some() != works).unwrap_or(horizon);
        let (length, inside) = ((until - from) as u32, from > 0 && until < horizon);
        let least = if works { who.minimum_consecutive } else { who.minimum_consecutive_off };
        if works && length > who.maximum_consecutive || inside && length < least {
            return false;
        }
        from = until;
    }
    true
}

/// All legal lines of a member of staff.
fn legal_lines(instance: &NurseRostering, who: &StaffMember) -> Vec<Vec<Option<usize>>> {
    let choices = instance.shifts.len() + 1;
    let decode = |mut code: usize| -> Vec<Option<usize>> {
        (0..instance.horizon)
            .map(|_| {
                let choice = code % choices;
                code /= choices;
                choice.checked_sub(1)
            })
            .collect()
    };
    (0..choices.pow(instance.horizon as u32)).map(decode).filter(|line| legal(instance, who, line)).collect()
}

fn cost(instance: &NurseRostering, lines: &[&Vec<Option<usize>>]) -> i64 {
    let mut total = 0;
    for c in &instance.cover {
        let present = lines.iter().filter(|line| line[c.day] == Some(c.shift)).count() as i64;
        let missing = i64::from(c.requirement) - present;
        total += if missing > 0 { missing * c.weight_under } else { -missing * c.weight_over };
    }
    for w in &instance.on_requests {
        total += if lines[w.staff][w.day] == Some(w.shift) { 0 } else { w.weight };
    }
    for w in &instance.off_requests {
        total += if lines[w.staff][w.day] == Some(w.shift) { w.weight } else { 0 };
    }
    total
}

/// Two weeks, one shift, one member of staff.
fn alone() -> impl Strategy<Value = NurseRostering> {
    let wish = (0_usize..14, 1_i64..40).prop_map(|(day, weight)| ShiftRequest { staff: 0, day, shift: 0, weight });
    let wishes = || prop::collection::vec(wish.clone(), 0..8);
    let runs = (2_u32..6, 1_u32..4, 1_u32..4);
    let limits = (0_u32..7, 0_u32..5, 0_u32..3, prop::collection::btree_set(0_usize..14, 0..3));
    (wishes(), wishes(), runs, limits, prop::collection::vec((0_u32..2, 0_i64..50, 0_i64..9), 14)).prop_map(
        |(on_requests, off_requests, (longest, work, rest), (least, spread, weekends, off), cells)| {
            let mut who = member("A", &[8], (least * 480, (least + spread) * 480));
            who.maximum_consecutive = longest;
            who.minimum_consecutive = work.min(longest);
            who.minimum_consecutive_off = rest;
            who.maximum_weekends = weekends;
            who.days_off = off.into_iter().collect();
            let cell =
                |(day, (requirement, weight_under, weight_over))| Cover { day, shift: 0, requirement, weight_under, weight_over };
            NurseRostering {
                horizon: 14,
                shifts: vec![shift("D", 480, &[])],
                staff: vec![who],
                on_requests,
                off_requests,
                cover: cells.into_iter().enumerate().map(cell).collect(),
            }
        },
    )
}

/// One week, two shifts of different length, two members of staff.
fn pair() -> impl Strategy<Value = NurseRostering> {
    let wish = (0_usize..2, 0_usize..7, 0_usize..2, 1_i64..9).prop_map(|(staff, day, shift, weight)| ShiftRequest {
        staff,
        day,
        shift,
        weight,
    });
    let wishes = || prop::collection::vec(wish.clone(), 0..10);
    let cell = (0_u32..3, 0_i64..60, 0_i64..4);
    let maxima = || prop::collection::vec(1_u32..5, 2);
    (wishes(), wishes(), prop::collection::vec(cell, 14), maxima(), maxima()).prop_map(|(on, off, cells, a, b)| {
        let cell = |(k, (requirement, weight_under, weight_over)): (usize, (u32, i64, i64))| Cover {
            day: k / 2,
            shift: k % 2,
            requirement,
            weight_under,
            weight_over,
        };
        NurseRostering {
            horizon: 7,
            shifts: vec![shift("E", 480, &[]), shift("L", 600, &[0])],
            staff: vec![member("A", &a, (960, 2100)), member("B", &b, (480, 1700))],
            on_requests: on,
            off_requests: off,
            cover: cells.into_iter().enumerate().map(cell).collect(),
        }
    })
}

/// Four weeks of three shifts for some staff with wishes drawn by a linear congruence.
fn month(heads: usize) -> NurseRostering {
    let mut state = 7_usize;
    let mut draw = |below: usize| {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        (state >> 8) % below
    };
    let staff = (0..heads).map(|i| {
        let mut who = member(&format!("S{i}"), &[28, 28 * (draw(3).min(1) as u32), 4], (7200, 8640));
        who.maximum_consecutive = 5;
        who.maximum_weekends = 2;
        who.days_off = vec![draw(28)];
        who
    });
    let staff: Vec<StaffMember> = staff.collect();
    let wishes =
        (0..4 * heads).map(|k| ShiftRequest { staff: k % heads, day: draw(28), shift: draw(2), weight: 1 + draw(3) as i64 });
    NurseRostering {
        horizon: 28,
        shifts: vec![shift("E", 480, &[]), shift("L", 480, &[0]), shift("N", 600, &[0, 1])],
        on_requests: wishes.collect(),
        off_requests: vec![],
        cover: cover(28, &[heads as u32 / 4, heads as u32 / 5, 1]),
        staff,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_member_of_staff_alone_gets_the_cheapest_legal_line(instance in alone()) {
        let optimum = legal_lines(&instance, &instance.staff[0]).iter().map(|line| cost(&instance, &[line])).min();
        match (solve_nurse(&instance, &limits(100, 1), Seed(3), &Unwatched), optimum) {
            (Ok(solved), Some(optimum)) => {
                prop_assert_eq!(solved.objective, optimum);
                prop_assert!(solved.bound <= optimum as f64);
                prop_assert!(legal(&instance, &instance.staff[0], &solved.assignment[0]));
            }
            (Err(NurseError::NoLegalLine { .. }), None) => {}
            (other, optimum) => prop_assert!(false, "solver says {other:?}, enumeration {optimum:?}"),
        }
    }

    #[test]
    fn walks_back_find_the_cheapest_legal_line_and_all_lines_below_a_price(instance in alone(), turn in 1_usize..40) {
        let model = Model::new(&instance).unwrap();
        let prices: Vec<i32> = (0..model.cells()).map(|cell| ((cell * turn) % 23) as i32 - 11).collect();
        let value = |line: &Line| -> i32 {
            line.iter().enumerate().filter_map(|(d, s)| s.map(|s| prices[d * model.shifts + s])).sum()
        };
        let all = legal_lines(&instance, &instance.staff[0]);
        let (mut pricer, rules) = (Pricer::default(), &model.staff[0]);
        let cheapest = priced_line(&mut pricer, (rules, &prices), Span::Whole, &mut Limits::default());
        let Some(low) = all.iter().map(value).min() else {
            prop_assert!(cheapest.is_none_or(|(_, line)| line.is_none()));
            return Ok(());
        };
        let (bound, line) = cheapest.unwrap();
        prop_assert_eq!((bound, value(&line.unwrap())), (low, low));
        let task = legal_task(&mut pricer, rules, &prices).unwrap();
        let mut found = lines_below(&mut pricer, &task, low + 5, 100_000).unwrap();
        let mut expected: Vec<Line> = all.into_iter().filter(|line| value(line) <= low + 5).collect();
        found.sort();
        expected.sort();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn the_bound_is_below_and_the_roster_above_the_enumerated_optimum(instance in pair()) {
        let lines: Vec<_> = instance.staff.iter().map(|who| legal_lines(&instance, who)).collect();
        let pairs = lines[0].iter().flat_map(|a| lines[1].iter().map(move |b| [a, b]));
        let optimum = pairs.map(|pair| cost(&instance, &pair)).min();
        match (solve_nurse(&instance, &limits(200, 1), Seed(4), &Unwatched), optimum) {
            (Ok(solved), Some(optimum)) => {
                prop_assert!(solved.bound <= optimum as f64, "bound {} above optimum {optimum}", solved.bound);
                prop_assert_eq!(solved.objective, optimum);
                let roster: Vec<_> = solved.assignment.iter().collect();
                prop_assert_eq!(cost(&instance, &roster), solved.objective);
                for (who, line) in instance.staff.iter().zip(&solved.assignment) {
                    prop_assert!(legal(&instance, who, line));
                }
            }
            (Err(NurseError::NoLegalLine { .. }), None) => {}
            (other, optimum) => prop_assert!(false, "solver says {other:?}, enumeration {optimum:?}"),
        }
    }
}

#[test]
fn a_month_is_legal_costs_what_it_says_and_does_not_depend_on_threads() {
    let instance = month(6);
    let one = solve_nurse(&instance, &limits(80, 1), Seed(5), &Unwatched).unwrap();
    let two = solve_nurse(&instance, &limits(80, 2), Seed(5), &Unwatched).unwrap();
    assert_eq!(one, two);
    let roster: Vec<_> = one.assignment.iter().collect();
    assert_eq!(cost(&instance, &roster), one.objective);
    assert!(instance.staff.iter().zip(&one.assignment).all(|(who, line)| legal(&instance, who, line)));
    assert!(one.bound <= one.objective as f64);
    assert!(one.objective as f64 - one.bound < 100.0, "one understaffed shift costs 100: {one:?}");
}

#[test]
fn a_member_of_staff_without_a_legal_line_is_named() {
    let mut instance = month(3);
    instance.staff[1].days_off = (0..28).collect();
    let error = solve_nurse(&instance, &limits(10, 1), Seed(0), &Unwatched).unwrap_err();
    assert!(matches!(&error, NurseError::NoLegalLine { staff, minimum_minutes: 7200, .. } if staff == "S1"), "{error}");
}

#[test]
fn indices_outside_the_tables_and_negative_weights_are_refused() {
    let mut outside = month(3);
    outside.cover[0].shift = 9;
    let error = solve_nurse(&outside, &limits(10, 1), Seed(0), &Unwatched).unwrap_err();
    assert_eq!(error, NurseError::OutOfRange { what: "shift", index: 9, count: 3 });
    let mut negative = month(3);
    negative.on_requests[0].weight = -2;
    let error = solve_nurse(&negative, &limits(10, 1), Seed(0), &Unwatched).unwrap_err();
    assert_eq!(error, NurseError::NegativeWeight { what: "a request", weight: -2 });
    let mut large = month(3);
    large.cover[0].weight_under = 1 << 40;
    let error = solve_nurse(&large, &limits(10, 1), Seed(0), &Unwatched).unwrap_err();
    assert!(matches!(error, NurseError::WeightTooLarge { days: 28, .. }));
}

/// A clock that runs a tenth of a second a look, or a user who wishes to stop at once.
struct Hurried {
    looks: std::sync::atomic::AtomicU32,
    interrupted: bool,
}

impl Watch for Hurried {
    fn elapsed_seconds(&self) -> f64 {
        f64::from(self.looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) * 0.1
    }
    fn interrupted(&self) -> bool {
        self.interrupted
    }
    fn solve_progress(&self, _: &SolveProgress) {}
    fn stage_progress(&self, _: &str, _: u64, _: u64) {}
}

#[test]
fn time_and_interruption_stop_the_solve_with_a_legal_roster() {
    for (interrupted, reason) in [(true, StopReason::Interrupted), (false, StopReason::Time)] {
        let instance = month(6);
        let watch = Hurried { looks: 0.into(), interrupted };
        let limits = SolveLimits { seconds: Some(2.0), gap: 0.0, iterations: None, threads: 2 };
        let solved = solve_nurse(&instance, &limits, Seed(0), &watch).unwrap();
        assert_eq!(solved.stop_reason, reason);
        assert!(instance.staff.iter().zip(&solved.assignment).all(|(who, line)| legal(&instance, who, line)));
        assert!(solved.bound <= solved.objective as f64);
    }
}

#[test]
fn a_gap_of_the_relaxation_is_closed_by_the_lines_that_could_better_the_roster() {
    // three who must work two or three of every pair of days in runs of two: the relaxation takes halves of them
    let mut staff: Vec<StaffMember> = (0..3).map(|i| member(&format!("S{i}"), &[14], (2400, 3360))).collect();
    staff[1].days_off = vec![3];
    let instance = NurseRostering {
        horizon: 14,
        shifts: vec![shift("D", 480, &[])],
        staff,
        on_requests: vec![],
        off_requests: vec![],
        cover: cover(14, &[2]),
    };
    let result = solved(&instance, 40);
    assert_eq!(result.stop_reason, StopReason::Optimal, "{result:?}");
    assert_eq!(result.bound, result.objective as f64);
}

#[test]
fn a_roster_that_meets_its_bound_is_optimal() {
    let instance = NurseRostering {
        horizon: 7,
        shifts: vec![shift("D", 480, &[])],
        staff: vec![member("A", &[7], (0, 1920)), member("B", &[7], (0, 1920))],
        on_requests: vec![],
        off_requests: vec![],
        cover: cover(7, &[1]),
    };
    let result = solved(&instance, 100);
    assert_eq!((result.objective, result.bound, result.stop_reason), (0, 0.0, StopReason::Optimal));
}
