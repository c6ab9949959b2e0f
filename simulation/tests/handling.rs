//! Chats, desk work, call-backs, wrap-up and levels, small enough to be followed with a pencil.

mod small_centre;

use chrono::NaiveDateTime;
use simulation::{ReplayRequest, replay};
use small_centre::{agent, at, centre, everybody, forecast, grid, queue};
use solver_data::{
    CallbackOffer, Centre, Channel, ContactOutcome, Deadline, DeadlineTarget, DeferredWrapUp, Level, LevelId, Money, Queue,
    QueueId, RealContact, Seed, ServicePerformance, ServiceTarget, Table, Unwatched,
};

fn came(arrival: NaiveDateTime, queue: u32, handle: f64) -> RealContact {
    let (outcome, handle_seconds) = (ContactOutcome::Answered, Some(handle));
    RealContact { arrival, queue: format!("q{queue}"), outcome, waited_seconds: 0.0, handle_seconds }
}

/// The contacts meet one agent from 08:00 to 17:00 on both of two days; queues open until `closes`.
fn one_agent(centre: &Centre, closes: usize, contacts: &[RealContact]) -> ServicePerformance {
    let grid = grid(2);
    let (forecast, roster) = (forecast(centre, &grid, (8, closes), 1.0), everybody(&grid, 1, (8, 17)));
    let request =
        ReplayRequest { centre, contacts, forecast: &forecast, roster: &roster, replications: 1, absence: 0.0, seed: Seed(0) };
    replay(&request, &Unwatched).expect("the request is sound")
}

fn mean_wait(performance: &ServicePerformance, queue: usize) -> f64 {
    performance.queues[queue].horizon.asa_seconds.mean
}

fn ticket(number: u32, within: Deadline) -> Queue {
    let mut ticket = queue(number, 1, None);
    ticket.channel = Channel::Ticket;
    ticket.target = ServiceTarget { deadline: Some(DeadlineTarget { share: 0.9, within }), ..ServiceTarget::default() };
    ticket
}

#[test]
fn chats_slow_each_other_down_and_speed_up_when_one_ends() {
    let mut chat = queue(0, 1, None);
    chat.channel = Channel::Chat;
    chat.concurrency = 2;
    chat.handling.concurrency_factors = vec![1.0, 1.5];
    let contacts = [0, 50, 60, 61].map(|second| came(at(9, 0, second), 0, 100.0));
    let performance = one_agent(&centre(vec![chat], vec![agent(&[0])]), 17, &contacts);
    // The first has 50 s left when the second comes, so both go on at two thirds of the speed: it ends after 125 s. The
    // third starts then; the second has 50 s left and ends 75 s later, after 200 s, when the fourth starts.
    assert!((mean_wait(&performance, 0) - (65.0 + 139.0) / 4.0).abs() < 1e-9);
    // The third has 50 s left after 200 s and ends after 275; the fourth has 50 s left then and ends after 325.
    assert!((performance.occupancy[18].mean - 325.0 / 1800.0).abs() < 1e-9);
}

#[test]
fn an_agent_with_chats_takes_no_call_and_no_further_chat_while_one_waits() {
    let mut chat = queue(0, 1, None);
    chat.channel = Channel::Chat;
    chat.concurrency = 3;
    let contacts = [came(at(9, 0, 0), 0, 100.0), came(at(9, 0, 10), 1, 60.0), came(at(9, 0, 20), 0, 60.0)];
    let performance = one_agent(&centre(vec![chat, queue(1, 1, None)], vec![agent(&[0, 1])]), 17, &contacts);
    // The call waits for the first chat, the second chat for the call.
    assert_eq!((mean_wait(&performance, 1), mean_wait(&performance, 0)), (90.0, 140.0 / 2.0));
}

#[test]
fn desk_work_is_interrupted_by_a_call_and_resumed_with_the_rest() {
    for (hours, in_time) in [(0.2, 1.0), (0.199, 0.0)] {
        let centre = centre(vec![queue(0, 1, None), ticket(1, Deadline::ClockHours(hours))], vec![agent(&[0, 1])]);
        let contacts = [came(at(9, 0, 0), 1, 600.0), came(at(9, 1, 0), 0, 120.0)];
        let performance = one_agent(&centre, 17, &contacts);
        assert_eq!(mean_wait(&performance, 0), 0.0);
        // Ten minutes of work and two of interruption: done after exactly 0.2 hours.
        let deferred = performance.queues[1].detail.deferred.as_ref().expect("tickets are deferred");
        assert_eq!((deferred.done.mean, deferred.in_time.mean), (1.0, in_time));
        assert_eq!(performance.queues[1].horizon.service_level.mean, in_time);
        assert_eq!(performance.queues[1].days_meeting_target, in_time);
    }
}

#[test]
fn working_days_end_at_close_of_business() {
    // The agent is on a call until 16:50, then has ten minutes for a ticket of half an hour: it is done on the next day.
    for (days, in_time) in [(0, 0.0), (1, 1.0)] {
        let centre = centre(vec![queue(0, 1, None), ticket(1, Deadline::WorkingDays(days))], vec![agent(&[0, 1])]);
        let contacts = [came(at(16, 0, 0), 0, 3000.0), came(at(16, 0, 10), 1, 1800.0)];
        let performance = one_agent(&centre, 17, &contacts);
        let deferred = performance.queues[1].detail.deferred.as_ref().expect("tickets are deferred");
        assert_eq!(deferred.in_time.mean, in_time, "{days} working days");
        // It waits at 16:30, is put aside at 17:00 and overnight, and taken up at 08:00.
        assert_eq!([32, 33, 62, 63].map(|t| deferred.backlog[t].mean), [1.0, 1.0, 1.0, 0.0]);
        assert_eq!(deferred.oldest_seconds[32].mean, 1790.0);
    }
}

#[test]
fn whoever_accepts_a_call_back_leaves_the_line_and_is_called_later() {
    let mut voice = queue(0, 1, None);
    voice.handling.callback = Some(CallbackOffer { after_seconds: 60.0, share: 1.0, within_hours: 0.05 });
    let contacts = [came(at(9, 0, 0), 0, 300.0), came(at(9, 0, 30), 0, 60.0), came(at(9, 4, 50), 0, 100.0)];
    let performance = one_agent(&centre(vec![voice], vec![agent(&[0])]), 17, &contacts);
    let (horizon, flow) = (performance.queues[0].horizon, performance.queues[0].detail.flow);
    // The third waits 10 s and goes first; the second is called after it, 400 s from nine and 130 s past its window.
    assert_eq!((horizon.offered.mean, horizon.answered.mean, horizon.asa_seconds.mean), (3.0, 2.0, 5.0));
    assert_eq!((horizon.abandonment.mean, flow.callbacks.mean, flow.callbacks_made.mean), (0.0, 1.0, 1.0));
    assert_eq!(flow.callbacks_in_time.mean, 0.0);
}

#[test]
fn wrap_up_is_put_off_until_nobody_waits() {
    let mut voice = queue(0, 1, None);
    voice.handling.deferred_wrap_up = Some(DeferredWrapUp { seconds: 60.0, within_hours: 2.0 });
    // A quarter of the mean of 240 s is put off: the first is on the line for 300 s, then 100 s of wrap-up wait.
    let contacts = [came(at(9, 0, 0), 0, 400.0), came(at(9, 1, 0), 0, 400.0), came(at(9, 10, 20), 0, 40.0)];
    let performance = one_agent(&centre(vec![voice], vec![agent(&[0])]), 17, &contacts);
    // The second waits 240 s; the third interrupts the wrap-up.
    assert_eq!(mean_wait(&performance, 0), 80.0);
    let flow = performance.queues[0].detail.flow;
    assert_eq!((flow.wrap_ups.mean, flow.wrap_ups_in_time.mean), (3.0, 1.0));
    assert!((performance.occupancy[18].mean - 840.0 / 1800.0).abs() < 1e-9);
}

#[test]
fn higher_levels_are_faster_where_the_queue_says_so() {
    let mut voice = queue(0, 1, None);
    voice.handling.level_factors = vec![1.0, 0.5];
    let mut centre = centre(vec![voice], vec![agent(&[0])]);
    let level = |name: &str| Level { name: name.to_owned(), hourly: Money(2000) };
    centre.levels = Table::new(vec![level("junior"), level("senior")]);
    let contacts = [came(at(9, 0, 0), 0, 100.0), came(at(9, 0, 40), 0, 100.0)];
    for (level, wait) in [(0, 60.0), (1, 10.0)] {
        centre.agents = Table::new(vec![solver_data::Agent { level: LevelId(level), ..agent(&[0]) }]);
        let performance = one_agent(&centre, 17, &contacts);
        assert_eq!(mean_wait(&performance, 0), wait / 2.0);
        assert_eq!(performance.groups[0].level, Some(LevelId(level)));
    }
}

#[test]
fn calls_are_made_while_the_queue_is_open() {
    let mut outbound = queue(1, 1, None);
    outbound.channel = Channel::Outbound;
    let centre = centre(vec![queue(0, 1, None), outbound], vec![agent(&[0, 1])]);
    let contacts = [came(at(9, 55, 0), 0, 600.0), came(at(9, 59, 0), 1, 60.0)];
    let performance = one_agent(&centre, 10, &contacts);
    // The agent is free at 10:05, when the queue has closed: the call is made at 08:00 on the next day.
    assert_eq!(mean_wait(&performance, 1), f64::from(22 * 3600 + 60));
    assert_eq!(performance.queues[QueueId(1).0 as usize].detail.deferred.as_ref().map(|own| own.done.mean), Some(1.0));
}
