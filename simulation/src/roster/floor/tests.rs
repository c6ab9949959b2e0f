use proptest::prelude::*;
use solver_data::{
    CallbackOffer, Centre, Channel, Deadline, DeadlineTarget, DeferredWrapUp, Escalation, QueueId, Redial, Seed, ServiceTarget,
};

use super::super::demand::{DayDemand, Volume};
use super::super::small_centre::{agent, at, centre, everybody, forecast, grid, queue, roster, shift, with_break};
use super::*;
use crate::stream::Purpose;

/// Three queues of calls and agents with one, two or three of them, some with breaks.
fn calls(agents: usize) -> Centre {
    let skills: [&[u32]; 5] = [&[0], &[1], &[0, 1], &[1, 2], &[0, 1, 2]];
    let queues = vec![queue(0, 1, Some(60.0)), queue(1, 2, Some(240.0)), queue(2, 2, None)];
    centre(queues, (0..agents).map(|number| agent(skills[number % 5])).collect())
}

/// A voice, a chat, a ticket and an outbound queue with everything a queue can have.
fn everything(agents: usize) -> Centre {
    let skills: [&[u32]; 4] = [&[0, 1, 2, 3], &[0, 1], &[1, 2], &[0, 3]];
    let mut queues = vec![queue(0, 2, Some(90.0)), queue(1, 1, Some(200.0)), queue(2, 1, None), queue(3, 1, None)];
    queues[0].handling.redial = Some(Redial { share: 0.5, after_seconds: 900.0 });
    queues[0].handling.callback = Some(CallbackOffer { after_seconds: 30.0, share: 0.4, within_hours: 2.0 });
    queues[0].handling.escalation = Some(Escalation { to: QueueId(2), share: vec![0.2] });
    queues[0].handling.deferred_wrap_up = Some(DeferredWrapUp { seconds: 60.0, within_hours: 2.0 });
    queues[1].channel = Channel::Chat;
    queues[1].concurrency = 3;
    queues[1].handling.concurrency_factors = vec![1.0, 1.3, 1.7];
    queues[1].handling.redial = Some(Redial { share: 0.3, after_seconds: 600.0 });
    queues[2].channel = Channel::Ticket;
    queues[2].target = ServiceTarget {
        deadline: Some(DeadlineTarget { share: 0.9, within: Deadline::WorkingDays(1) }),
        ..ServiceTarget::default()
    };
    queues[3].channel = Channel::Outbound;
    centre(queues, (0..agents).map(|number| agent(skills[number % 4])).collect())
}

fn compiled(centre: &Centre, mean: f64, agents: usize) -> CompiledRoster {
    let grid = grid(2);
    let day = |agent: i64, day: i64| {
        let start = at(24 * day + 8 + agent % 3, 0, 0);
        let pause = start + chrono::Duration::minutes(180 + 15 * (agent % 4));
        with_break(shift(start, start + chrono::Duration::hours(8)), pause, pause + chrono::Duration::minutes(30))
    };
    let shifts = (0..agents as i64).map(|agent| (0..2).map(|number| day(agent, number)).collect()).collect();
    let forecast = forecast(centre, &grid, (8, 18), mean);
    CompiledRoster::new(centre, &forecast, &roster(&grid, shifts), Vec::new()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn calls_fare_on_the_floor_as_in_the_lean_loop(agents in 0_usize..14, mean in 0.0_f64..40.0, seed in 0_u64..1_000) {
        let compiled = compiled(&calls(agents), mean, agents);
        prop_assert!(compiled.is_plain());
        let (seed, absent) = (Seed(seed), vec![false; compiled.shifts.len()]);
        let lean = compiled.operate_plain(DayDemand::of_centre(&compiled, Volume::Sampled, seed), absent.clone());
        let full = Floor::new(&compiled, DayDemand::of_centre(&compiled, Volume::Sampled, seed), absent, Purpose::Fate.of(seed)).run();
        prop_assert_eq!(&lean.tallies, &full.tallies);
        prop_assert_eq!(&lean.waits, &full.waits);
        for (lean, full) in lean.presence.busy.iter().zip(&full.presence.busy) {
            prop_assert!((lean - full).abs() < 1e-6, "{} {}", lean, full);
        }
        for (lean, full) in lean.presence.groups.iter().zip(&full.presence.groups) {
            prop_assert!((lean.0 - full.0).abs() < 1e-6 && (lean.1 - full.1).abs() < 1e-6, "{:?} {:?}", lean, full);
        }
    }

    #[test]
    fn nothing_is_lost_on_a_floor_of_everything(agents in 0_usize..16, mean in 0.0_f64..40.0, seed in 0_u64..1_000) {
        let compiled = compiled(&everything(agents), mean, agents);
        prop_assert!(!compiled.is_plain());
        let absent = vec![false; compiled.shifts.len()];
        let demand = DayDemand::of_centre(&compiled, Volume::Sampled, Seed(seed));
        let books = Floor::new(&compiled, demand, absent, Seed(seed)).run();
        let intervals = compiled.intervals();
        let sums: Vec<_> = books.tallies.chunks(intervals).map(super::super::measure::total).collect();
        for (own, flow) in sums.iter().zip(&books.flows).take(2) {
            prop_assert_eq!(own.answered + own.abandoned + flow.callbacks, own.offered);
        }
        for (own, flow) in sums.iter().zip(&books.flows).skip(2) {
            prop_assert!(flow.done <= own.answered && own.answered <= own.offered);
            prop_assert!(own.in_time <= own.due && flow.done <= own.due && own.due <= own.offered);
        }
        let flow = books.flows[0];
        prop_assert!(flow.callbacks_made <= flow.callbacks && flow.callbacks_in_time <= flow.callbacks_due);
        prop_assert!(flow.wrap_ups_in_time <= flow.wrap_ups_due && flow.wrap_ups_due <= flow.wrap_ups);
        prop_assert!(books.flows[2].escalated <= flow.wrap_ups);
        for &(busy, available) in &books.presence.groups {
            prop_assert!(busy <= available + 1e-6, "{busy} s of {available} s");
        }
        let left: u32 = (2..4).map(|queue| sums[queue].offered - books.flows[queue].done).sum();
        let backlog: u32 = (2..4).map(|queue| books.backlog[(queue + 1) * intervals - 1].pieces).sum();
        prop_assert_eq!(left, backlog);
    }
}

#[test]
fn two_rosters_send_the_same_contacts_on_and_again() {
    let busy_lines = |agents: usize| {
        let mut centre = everything(agents);
        centre.queues[QueueId(0)].handling.callback = None;
        let compiled = compiled(&centre, 12.0, agents);
        let absent = vec![false; compiled.shifts.len()];
        Floor::new(&compiled, DayDemand::of_centre(&compiled, Volume::Sampled, Seed(5)), absent, Seed(5)).run().flows[0]
    };
    let (none, few, many) = (busy_lines(0), busy_lines(8), busy_lines(40));
    // Whoever is lost tries again; with enough agents nobody is.
    assert!(none.redials > few.redials && few.redials > many.redials, "{none:?} {few:?} {many:?}");
    let grid = grid(1);
    let mut own = everything(12);
    own.queues[QueueId(0)].handling.redial = None;
    own.queues[QueueId(0)].handling.callback = None;
    let escalated = |agents: usize| {
        let forecast = forecast(&own, &grid, (8, 18), 3.0);
        let compiled = CompiledRoster::new(&own, &forecast, &everybody(&grid, agents, (8, 20)), Vec::new()).unwrap();
        let absent = vec![false; compiled.shifts.len()];
        Floor::new(&compiled, DayDemand::of_centre(&compiled, Volume::Sampled, Seed(5)), absent, Seed(5)).run().flows[2].escalated
    };
    // Both staffs answer every call, so the same calls go on.
    assert_eq!(escalated(11), escalated(12));
    assert!(escalated(12) > 0);
}
