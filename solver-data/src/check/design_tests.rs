use super::*;
use crate::shift_design::{DesignWeights, ShiftKind};

/// Two days of six-hour slots: two people wanted from 6:00 to 18:00, one by night.
fn instance() -> ShiftDesign {
    ShiftDesign {
        interval_minutes: 360,
        days: 2,
        demand: vec![1, 2, 2, 1, 1, 2, 2, 1],
        kinds: vec![ShiftKind { earliest_start: 1, latest_start: 3, shortest: 2, longest: 2 }],
        minimum_duties: 4.0,
        maximum_duties: 5.0,
        average_minutes: 3_600.0,
        weights: DesignWeights { under_minute: 2, over_minute: 1, shift: 60, duties_per_week: 0.0 },
    }
}

fn shift(start: usize, duties: [u32; 2]) -> DesignedShift {
    DesignedShift { start, length: 2, duties: duties.to_vec() }
}

#[test]
fn a_night_shift_of_the_last_day_covers_the_first_morning() {
    let verdict = check_design(&instance(), &[shift(1, [2, 2]), shift(3, [1, 1])], DesignVariant::Bounded);
    assert!(verdict.is_feasible(), "{verdict:?}");
    assert_eq!((verdict.objective, verdict.under_minutes, verdict.over_minutes, verdict.shifts), (120, 0, 0, 2));
    assert_eq!((verdict.duties, verdict.duties_per_week(&instance())), (6, Some(5.0)));
}

#[test]
fn missing_and_spare_people_are_paid_by_the_minute_and_twins_are_one_shift() {
    let design = [shift(1, [1, 0]), shift(1, [0, 3]), shift(2, [0, 0]), shift(3, [1, 1])];
    let verdict = check_design(&instance(), &design, DesignVariant::Classic);
    assert_eq!((verdict.under_minutes, verdict.over_minutes, verdict.shifts), (720, 720, 2));
    assert_eq!(verdict.objective, 2 * 720 + 720 + 120);
    assert!(verdict.is_feasible());
    assert_eq!(check_design(&instance(), &design, DesignVariant::Bounded).violations[0].rule, "no_understaffing");
}

#[test]
fn a_shift_that_no_kind_allows_is_found() {
    let rules = |design: &[DesignedShift], instance: &ShiftDesign, variant| -> Vec<&str> {
        check_design(instance, design, variant).violations.iter().map(|violation| violation.rule).collect()
    };
    assert_eq!(rules(&[shift(0, [1, 0])], &instance(), DesignVariant::Classic), ["allowed_shift"]);
    let late = DesignedShift { start: 1, length: 2, duties: vec![0, 0, 1] };
    assert_eq!(rules(&[late], &instance(), DesignVariant::Classic), ["known_day"]);
    let longer = ShiftDesign { average_minutes: 3_601.0, ..instance() };
    assert_eq!(rules(&[shift(1, [2, 2]), shift(3, [1, 1])], &longer, DesignVariant::Bounded), ["mean_length"]);
}
