//! Replays small enough to be followed with a pencil: the rules of the floor, one by one.

mod small_centre;

use chrono::NaiveDateTime;
use simulation::{ReplayRequest, attribute_replay, replay};
use small_centre::{agent, at, centre, everybody, forecast, grid, queue, roster, shift, with_break};
use solver_data::{
    Centre, Channel, ContactOutcome, RealContact, Roster, Seed, ServiceLevelDefinition, ServicePerformance, Unwatched,
};

fn answered(arrival: NaiveDateTime, queue: u32, handle: f64) -> RealContact {
    let (outcome, handle_seconds) = (ContactOutcome::Answered, Some(handle));
    RealContact { arrival, queue: format!("q{queue}"), outcome, waited_seconds: 0.0, handle_seconds }
}

fn abandoned(arrival: NaiveDateTime, queue: u32, waited_seconds: f64) -> RealContact {
    let outcome = ContactOutcome::Abandoned;
    RealContact { arrival, queue: format!("q{queue}"), outcome, waited_seconds, handle_seconds: Some(60.0) }
}

fn replayed(centre: &Centre, roster: &Roster, hours: (usize, usize), contacts: &[RealContact]) -> ServicePerformance {
    let forecast = forecast(centre, &roster.grid, hours, 1.0);
    let request = ReplayRequest { centre, contacts, forecast: &forecast, roster, replications: 1, absence: 0.0, seed: Seed(0) };
    replay(&request, &Unwatched).expect("the request is sound")
}

/// Offered, answered and mean wait of the answered.
fn outcome(performance: &ServicePerformance, queue: usize) -> (f64, f64, f64) {
    let horizon = performance.queues[queue].horizon;
    (horizon.offered.mean, horizon.answered.mean, horizon.asa_seconds.mean)
}

#[test]
fn contacts_are_answered_in_order_of_arrival() {
    let centre = centre(vec![queue(0, 1, None)], vec![agent(&[0])]);
    let contacts = [answered(at(9, 0, 0), 0, 100.0), answered(at(9, 0, 30), 0, 50.0), answered(at(9, 0, 40), 0, 50.0)];
    let performance = replayed(&centre, &everybody(&grid(1), 1, (8, 17)), (8, 17), &contacts);
    // waits 0, 70 and 110 s
    assert_eq!(outcome(&performance, 0), (3.0, 3.0, 60.0));
    assert_eq!(performance.queues[0].horizon.service_level.mean, 1.0 / 3.0);
    assert_eq!(performance.queues[0].intervals[18].offered.mean, 3.0);
    assert!((performance.occupancy[18].mean - 200.0 / 1800.0).abs() < 1e-12);
}

#[test]
fn an_abandoned_contact_is_gone_when_the_agent_comes_a_moment_too_late() {
    let centre = centre(vec![queue(0, 1, None)], vec![agent(&[0])]);
    for (patience, served) in [(69.0, 1.0), (70.0, 2.0)] {
        let contacts = [answered(at(9, 0, 0), 0, 100.0), abandoned(at(9, 0, 30), 0, patience)];
        let performance = replayed(&centre, &everybody(&grid(1), 1, (8, 17)), (8, 17), &contacts);
        assert_eq!(outcome(&performance, 0).1, served, "an agent who comes at the very end of the patience answers");
    }
}

#[test]
fn a_completion_comes_before_an_arrival_at_the_same_instant() {
    let centre = centre(vec![queue(0, 1, None)], vec![agent(&[0])]);
    let contacts = [answered(at(9, 0, 0), 0, 60.0), answered(at(9, 1, 0), 0, 60.0)];
    let performance = replayed(&centre, &everybody(&grid(1), 1, (8, 17)), (8, 17), &contacts);
    assert_eq!(outcome(&performance, 0), (2.0, 2.0, 0.0));
}

#[test]
fn a_coming_agent_takes_the_arrival_of_the_same_instant() {
    let centre = centre(vec![queue(0, 1, None)], vec![agent(&[0])]);
    let performance = replayed(&centre, &everybody(&grid(1), 1, (9, 17)), (8, 17), &[answered(at(9, 0, 0), 0, 60.0)]);
    assert_eq!(outcome(&performance, 0), (1.0, 1.0, 0.0));
}

#[test]
fn higher_priority_goes_first_and_equal_priority_by_waiting() {
    for (priority, waits) in [(2, (160.0, 60.0)), (1, (70.0, 160.0))] {
        let centre = centre(vec![queue(0, 1, None), queue(1, priority, None)], vec![agent(&[0, 1])]);
        let contacts = [answered(at(9, 0, 0), 1, 100.0), answered(at(9, 0, 30), 0, 100.0), answered(at(9, 0, 40), 1, 90.0)];
        let performance = replayed(&centre, &everybody(&grid(1), 1, (8, 17)), (8, 17), &contacts);
        // The first contact of q1 waits for nothing, so its queue's mean is half the wait of the second.
        assert_eq!((outcome(&performance, 0).2, outcome(&performance, 1).2 * 2.0), waits);
    }
}

#[test]
fn specialists_are_used_before_agents_with_more_queues() {
    let centre = centre(vec![queue(0, 1, None), queue(1, 1, None)], vec![agent(&[0, 1]), agent(&[0])]);
    let contacts = [answered(at(9, 0, 0), 0, 600.0), answered(at(9, 0, 10), 1, 60.0)];
    let performance = replayed(&centre, &everybody(&grid(1), 2, (8, 17)), (8, 17), &contacts);
    assert_eq!(outcome(&performance, 1).2, 0.0, "the generalist is free for q1");
}

#[test]
fn the_longest_idle_of_equally_broad_agents_is_taken() {
    // Agent 0 serves q0 and q1, agent 1 serves q0 and q2; agent 0 was busy last, so agent 1 takes q0 and q1 is served at once.
    let centre = centre(vec![queue(0, 1, None), queue(1, 1, None), queue(2, 1, None)], vec![agent(&[0, 1]), agent(&[0, 2])]);
    let contacts = [answered(at(9, 0, 0), 1, 60.0), answered(at(9, 5, 0), 0, 600.0), answered(at(9, 5, 10), 1, 60.0)];
    let performance = replayed(&centre, &everybody(&grid(1), 2, (8, 17)), (8, 17), &contacts);
    assert_eq!(outcome(&performance, 1).2, 0.0);
}

#[test]
fn agents_finish_a_contact_before_a_break_and_return_from_it() {
    let grid = grid(1);
    let centre = centre(vec![queue(0, 1, None)], vec![agent(&[0])]);
    let day = with_break(shift(at(8, 0, 0), at(17, 0, 0)), at(9, 0, 0), at(9, 15, 0));
    let roster = roster(&grid, vec![vec![day]]);
    let contacts = [answered(at(8, 59, 0), 0, 120.0), answered(at(9, 0, 30), 0, 60.0)];
    let performance = replayed(&centre, &roster, (8, 17), &contacts);
    // The second waits for the end of the break: 870 s.
    assert_eq!(outcome(&performance, 0), (2.0, 2.0, 435.0));
    // On contact 900 s after the break and 60 s of overtime; busy 60 s and 60 s.
    assert!((performance.occupancy[18].mean - 120.0 / 960.0).abs() < 1e-12);
}

#[test]
fn those_waiting_at_close_are_served_while_agents_stay() {
    let centre = centre(vec![queue(0, 1, None)], vec![agent(&[0])]);
    let contacts = [answered(at(16, 59, 0), 0, 300.0), answered(at(16, 59, 30), 0, 60.0)];
    for (leaves, served) in [(18, 2.0), (17, 1.0)] {
        let performance = replayed(&centre, &everybody(&grid(1), 1, (8, leaves)), (8, 17), &contacts);
        assert_eq!(outcome(&performance, 0).1, served);
        assert_eq!(performance.queues[0].horizon.abandonment.mean, (2.0 - served) / 2.0);
    }
}

#[test]
fn electronic_mail_waits_for_the_next_day() {
    let mut mail = queue(0, 1, None);
    mail.channel = Channel::Email;
    let centre = centre(vec![mail], vec![agent(&[0])]);
    let contacts = [answered(at(16, 59, 0), 0, 300.0), answered(at(16, 59, 30), 0, 60.0)];
    let performance = replayed(&centre, &everybody(&grid(2), 1, (8, 17)), (8, 17), &contacts);
    assert_eq!(outcome(&performance, 0).1, 2.0);
    // The first is put aside after a minute at 17:00 and taken up again at 08:00 with four minutes left.
    assert_eq!(outcome(&performance, 0).2, f64::from(15 * 3600 + 270) / 2.0);
}

#[test]
fn contacts_outside_opening_hours_or_the_grid_are_no_demand() {
    let centre = centre(vec![queue(0, 1, None)], vec![agent(&[0])]);
    let contacts = [answered(at(7, 0, 0), 0, 60.0), answered(at(12, 0, 0), 0, 60.0), answered(at(36, 0, 0), 0, 60.0)];
    let performance = replayed(&centre, &everybody(&grid(1), 1, (8, 17)), (8, 17), &contacts);
    assert_eq!(outcome(&performance, 0).0, 1.0);
}

#[test]
fn each_definition_counts_the_abandoned_in_its_own_way() {
    // Busy until 09:01:40. One leaves after 5 s, one after 60 s; one arrives 10 s before the agent is free and stays.
    let contacts = [
        answered(at(9, 0, 0), 0, 100.0),
        abandoned(at(9, 0, 10), 0, 5.0),
        abandoned(at(9, 0, 20), 0, 60.0),
        abandoned(at(9, 1, 25), 0, 12.0),
        answered(at(9, 1, 30), 0, 60.0),
    ];
    let wanted = [
        (ServiceLevelDefinition::ServedAll, 2.0 / 5.0),
        (ServiceLevelDefinition::ServedExclShort, 2.0 / 3.0),
        (ServiceLevelDefinition::OfAnswered, 1.0),
        (ServiceLevelDefinition::HandledOrGone, 4.0 / 5.0),
        // The third to leave would have been answered after 15 s.
        (ServiceLevelDefinition::Virtual, 3.0 / 5.0),
    ];
    for (definition, share) in wanted {
        let mut own = queue(0, 1, None);
        if let Some(level) = &mut own.target.service_level {
            level.definition = definition;
        }
        let centre = centre(vec![own], vec![agent(&[0])]);
        let performance = replayed(&centre, &everybody(&grid(1), 1, (8, 17)), (8, 17), &contacts);
        assert!((performance.queues[0].horizon.service_level.mean - share).abs() < 1e-12, "{definition:?}");
        assert!((performance.overall.horizon.service_level.mean - share).abs() < 1e-12, "{definition:?}");
        assert_eq!(performance.queues[0].days_meeting_target, f64::from(u8::from(share >= 0.8)));
    }
}

#[test]
fn what_the_records_do_not_say_is_drawn_anew_in_each_replication() {
    let centre = centre(vec![queue(0, 1, Some(60.0))], vec![agent(&[0])]);
    let grid = grid(1);
    let roster = everybody(&grid, 1, (8, 17));
    let forecast = forecast(&centre, &grid, (8, 17), 1.0);
    let contacts: Vec<RealContact> =
        (0..100).map(|i| RealContact { handle_seconds: None, ..answered(at(9, 0, i * 120), 0, 0.0) }).collect();
    let request = ReplayRequest {
        centre: &centre,
        contacts: &contacts,
        forecast: &forecast,
        roster: &roster,
        replications: 200,
        absence: 0.0,
        seed: Seed(1),
    };
    let horizon = replay(&request, &Unwatched).unwrap().queues[0].horizon;
    assert_eq!((horizon.offered.mean, horizon.offered.half_width), (100.0, 0.0));
    assert!(horizon.answered.half_width > 0.0);
    // Offered twice what one agent can do with 60 s patience: between a third and two thirds leave.
    assert!((0.33..0.67).contains(&horizon.abandonment.mean), "{:?}", horizon.abandonment);
}

/// Real contacts at a steady pace: one every `seconds` from 08:00 on, each of `handle` seconds.
fn steady(seconds: i64, handle: f64) -> Vec<RealContact> {
    (0..9 * 3600 / seconds).map(|k| answered(at(8, 0, k * seconds), 0, handle)).collect()
}

/// Parts of the miss over the horizon: volume, handle time, absence, fit.
fn parts(contacts: &[RealContact], absence: f64, agents: usize) -> [f64; 4] {
    let centre = centre(vec![queue(0, 1, Some(120.0))], vec![agent(&[0]); agents]);
    let (grid, roster) = (grid(1), everybody(&grid(1), agents, (8, 17)));
    // Ten contacts of 240 s an hour and agent would keep two thirds of them busy.
    let forecast = forecast(&centre, &grid, (8, 17), 30.0);
    let request = ReplayRequest {
        centre: &centre,
        contacts,
        forecast: &forecast,
        roster: &roster,
        replications: 30,
        absence,
        seed: Seed(2),
    };
    let misses = attribute_replay(&request, &Unwatched).expect("the request is sound");
    let miss = misses.iter().find(|miss| miss.day.is_none()).expect("the queue has a target");
    let parts = [miss.volume, miss.handle_time, miss.absence, miss.fit].map(|part| part.mean);
    let played = replay(&request, &Unwatched).expect("the request is sound").queues[0].horizon.service_level.mean;
    assert!((miss.served.mean - played).abs() < 1e-12, "the same service as the replay's");
    assert!((parts.iter().sum::<f64>() - (miss.wanted - miss.served.mean)).abs() < 1e-9, "{miss:?}");
    parts
}

#[test]
fn misses_are_due_to_what_went_otherwise_than_expected() {
    let [volume, handle_time, absence, fit] = parts(&steady(60, 240.0), 0.0, 6);
    assert!(fit < 0.0, "the roster fits: {fit}");
    assert!(volume.abs() < 0.02 && handle_time.abs() < 0.02 && absence.abs() < 1e-12, "{volume} {handle_time} {absence}");
    let [volume, handle_time, absence, _] = parts(&steady(36, 240.0), 0.0, 6);
    assert!(volume > 0.1 && handle_time.abs() < 0.02 && absence.abs() < 1e-12, "{volume} {handle_time} {absence}");
    let [volume, handle_time, absence, _] = parts(&steady(60, 400.0), 0.0, 6);
    assert!(handle_time > 0.1 && volume.abs() < 0.02 && absence.abs() < 1e-12, "{volume} {handle_time} {absence}");
    let [volume, handle_time, absence, _] = parts(&steady(60, 240.0), 0.3, 6);
    assert!(absence > 0.1 && volume.abs() < 0.02 && handle_time.abs() < 0.02, "{volume} {handle_time} {absence}");
    let [volume, handle_time, absence, fit] = parts(&steady(60, 240.0), 0.0, 3);
    assert!(fit > 0.1 && volume.abs() < 0.05 && handle_time.abs() < 0.05 && absence.abs() < 1e-12, "{volume} {handle_time}");
}
