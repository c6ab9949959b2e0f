//! Rosters solved again: what stays, what it costs to change, what is pinned.

use solver_data::check::{change_cost, check_roster, roster_changes, roster_objective};
use solver_data::{Money, TimeOff, Unwatched};

use super::tests::{centre, date, limits, requirement};
use super::*;
use crate::request::{ChangePrices, Pins};

const PRICES: ChangePrices = ChangePrices { shift: Money(18_000), pause: Money(0) };

fn solved(centre: &Centre, requirement: &StaffingRequirement) -> Roster {
    schedule(centre, requirement, &SolveLimits { iterations: Some(20), ..limits() }, Seed(0), &Unwatched).unwrap().roster
}

/// Solves again and checks what was promised: rules, the account with the price of changes, the bound.
fn again(centre: &Centre, requirement: &StaffingRequirement, before: &Roster, (prices, pins): (ChangePrices, Pins)) -> Roster {
    let request = RosterRequest::new(centre, requirement).keeping(before, prices).pinning(pins);
    let solved = request.solve(&SolveLimits { iterations: Some(20), ..limits() }, Seed(0), &Unwatched).unwrap();
    let changes = roster_changes(centre, before, &solved.roster);
    let recounted = roster_objective(centre, requirement, &solved.roster) + change_cost(&changes, prices.shift.0, prices.pause.0);
    assert_eq!(check_roster(centre, &solved.roster), Vec::new());
    assert_eq!(solved.objective, recounted as f64);
    assert!(solved.bound <= solved.objective * (1.0 + 1e-9), "{} above {}", solved.bound, solved.objective);
    solved.roster
}

#[test]
fn a_roster_without_a_reason_to_change_stays_to_the_break() {
    for interval in [15, 30] {
        let centre = centre(interval, chrono_tz::Europe::Berlin);
        let requirement = requirement(&centre, date(21), 7);
        let before = solved(&centre, &requirement);
        assert_eq!(again(&centre, &requirement, &before, (PRICES, Pins::default())), before);
    }
}

#[test]
fn a_dearer_change_is_made_less_often() {
    let mut centre = centre(15, chrono_tz::Europe::Berlin);
    let requirement = requirement(&centre, date(21), 7);
    let before = solved(&centre, &requirement);
    centre.time_off.push(TimeOff { agent: AgentId(2), start: date(21), end: date(27), credited_minutes: None });
    let mut counts = Vec::new();
    for price in [0, 5_000, 20_000, 1_000_000] {
        let prices = ChangePrices { shift: Money(price), pause: Money(0) };
        let after = again(&centre, &requirement, &before, (prices, Pins::default()));
        let changes = roster_changes(&centre, &before, &after);
        assert!(after.tour(AgentId(2)).is_none());
        counts.push(changes.iter().filter(|change| change.breaks == 0 && !change.forced).count());
    }
    assert!(counts.is_sorted_by(|more, less| more >= less), "{counts:?}");
    assert_eq!(counts[3], 0, "nobody's shift is worth a million");
}

#[test]
fn pinned_shifts_stay_as_they_were_edited_and_nothing_starts_before_the_frozen_time() {
    let centre = centre(15, chrono_tz::Europe::Berlin);
    let requirement = requirement(&centre, date(21), 7);
    let mut before = solved(&centre, &requirement);
    // A break moved by hand by five minutes, off the grid and inside its window
    let agent = before.tours[0].agent;
    let shift = &mut before.tours[0].shifts[0];
    let pause = &mut shift.breaks[0];
    let window = i64::from(centre.templates.iter().find(|known| known.name == shift.template).unwrap().breaks[0].earliest_minute);
    pause.start = shift.start + Duration::minutes(window + 5);
    pause.end = pause.start + Duration::minutes(15);
    let (day, edited) = (shift.date, shift.clone());
    let frozen = date(23).and_hms_opt(12, 0, 0).unwrap();
    let mut pins = Pins { not_before: Some(frozen), ..Pins::default() };
    pins.days.insert((agent, day));
    for id in centre.agents.ids() {
        pins.days.extend((21..23).map(|number| (id, date(number))));
        let early = before.tour(id).is_some_and(|tour| tour.shifts.iter().any(|s| s.date == date(23) && s.start < frozen));
        pins.days.extend(early.then_some((id, date(23))));
    }
    // Nobody is wanted any more: whatever can go will go.
    let mut idle = requirement.clone();
    idle.pools.iter_mut().for_each(|pool| pool.scheduled.fill(0));
    let free = ChangePrices { shift: Money(0), pause: Money(0) };
    let after = again(&centre, &idle, &before, (free, pins.clone()));
    let on = |roster: &Roster, id: AgentId, date| roster.tour(id).and_then(|t| t.shifts.iter().find(|s| s.date == date).cloned());
    assert_eq!(on(&after, agent, day), Some(edited));
    for &(id, date) in &pins.days {
        assert_eq!(on(&after, id, date), on(&before, id, date));
    }
    for shift in after.tours.iter().flat_map(|tour| &tour.shifts).filter(|shift| shift.start < frozen) {
        assert!(before.tours.iter().any(|tour| tour.shifts.contains(shift)));
    }
}

#[test]
fn a_pin_that_clashes_with_time_off_is_named_with_its_shift() {
    let mut centre = centre(15, chrono_tz::Europe::Berlin);
    let requirement = requirement(&centre, date(21), 7);
    let before = solved(&centre, &requirement);
    let day = before.tours[0].shifts[0].date;
    centre.time_off.push(TimeOff { agent: before.tours[0].agent, start: day, end: day, credited_minutes: None });
    let pins = Pins { days: [(before.tours[0].agent, day)].into(), not_before: None };
    let clashes = RosterRequest::new(&centre, &requirement).keeping(&before, PRICES).pinning(pins).clashes().unwrap();
    assert_eq!(clashes.len(), 1);
    assert!(clashes[0].conflict.contains("time off") && clashes[0].conflict.contains("the pinned"), "{clashes:?}");
}
