use super::*;
use crate::nurse_rostering::{Cover, ShiftRequest, ShiftType};

const E: Option<usize> = Some(0);
const N: Option<usize> = Some(1);
const O: Option<usize> = None;

/// Two weeks, an early and a night shift; early must not follow night.
fn instance() -> NurseRostering {
    let shift = |id: &str, not_followed_by| ShiftType { id: id.to_owned(), minutes: 480, not_followed_by };
    NurseRostering {
        horizon: 14,
        shifts: vec![shift("E", Vec::new()), shift("N", vec![0])],
        staff: vec![StaffMember {
            id: "S".to_owned(),
            maximum_shifts: vec![14, 2],
            maximum_minutes: 10 * 480,
            minimum_minutes: 4 * 480,
            maximum_consecutive: 5,
            minimum_consecutive: 2,
            minimum_consecutive_off: 2,
            maximum_weekends: 1,
            days_off: vec![13],
        }],
        on_requests: vec![ShiftRequest { staff: 0, day: 0, shift: 0, weight: 3 }],
        off_requests: vec![ShiftRequest { staff: 0, day: 1, shift: 0, weight: 2 }],
        cover: vec![
            Cover { day: 0, shift: 0, requirement: 2, weight_under: 100, weight_over: 1 },
            Cover { day: 1, shift: 0, requirement: 0, weight_under: 100, weight_over: 1 },
        ],
    }
}

fn rules(line: [Option<usize>; 14]) -> Vec<&'static str> {
    check_nurse(&instance(), &[line.to_vec()]).violations.into_iter().map(|violation| violation.rule).collect()
}

#[test]
fn wishes_and_cover_are_priced() {
    let verdict = check_nurse(&instance(), &[vec![E, E, E, E, O, O, O, E, E, N, O, O, O, O]]);
    assert!(verdict.is_feasible(), "{verdict:?}");
    assert_eq!((verdict.shift_on, verdict.shift_off, verdict.under, verdict.over), (0, 2, 100, 1));
    assert_eq!((verdict.objective, verdict.short_units, verdict.over_units), (103, 1, 1));
    assert_eq!(check_nurse(&instance(), &[]).shift_on, 3);
}

#[test]
fn every_rule_is_found() {
    assert_eq!(rules([E, E, E, E, E, E, O, O, O, O, O, O, O, O]), ["maximum_consecutive"]);
    assert_eq!(rules([E, E, O, O, E, O, O, E, E, O, O, O, O, O]), ["minimum_consecutive"]);
    assert_eq!(rules([E, E, O, E, E, O, O, O, O, O, O, O, O, O]), ["minimum_days_off"]);
    assert_eq!(rules([E, E, N, E, E, O, O, O, O, O, O, O, O, O]), ["forbidden_succession"]);
    assert_eq!(rules([N, N, N, O, O, E, E, O, O, O, O, O, O, O]), ["maximum_shifts"]);
    assert_eq!(rules([E, E, O, O, O, O, O, O, O, O, O, O, O, O]), ["minimum_minutes"]);
    assert_eq!(rules([E, E, E, E, O, O, E, E, E, O, O, E, E, O]), ["maximum_weekends"]);
    assert_eq!(rules([E, E, E, O, O, O, O, O, O, O, O, O, O, E]), ["day_off"]);
    assert_eq!(rules([E, E, E, E, E, O, O, E, E, E, E, E, O, E]), ["maximum_minutes", "minimum_days_off", "day_off"]);
    assert_eq!(rules([Some(2), E, E, E, E, O, O, O, O, O, O, O, O, O]), ["known_assignment"]);
}
