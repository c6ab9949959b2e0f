//! Deferred work: conservation, optimality against brute force, callbacks and write-ups.

use proptest::prelude::*;
use solver_data::{Deadline, ServiceLevelDefinition, ServiceTarget};
use staffing::deferred::{
    CallbackPolicy, CallbackTrigger, CarriedWork, DeferredCapacity, DeferredDemand, HorizonEnd, IdlePolicy, OpeningCalendar,
    Spread, WriteUpPolicy, defer_write_up, with_callbacks,
};
use staffing::{QueueModel, Station};

fn demand(work: &[f64], last: &[usize]) -> DeferredDemand {
    DeferredDemand {
        work_seconds: work.to_vec(),
        interval_seconds: 1.0,
        last: last.to_vec(),
        carried_in: Vec::new(),
        share: 1.0,
        end: HorizonEnd::Finish,
    }
}

fn capacity(idle: &[f64], price: &[f64], spread: Spread) -> DeferredCapacity {
    DeferredCapacity {
        idle_seconds: idle.to_vec(),
        most_agents: vec![f64::INFINITY; idle.len()],
        price: price.to_vec(),
        efficiency: 1.0,
        spread,
    }
}

/// Hall's condition on windows: the most by which the work that must be done in a window exceeds its capacity.
fn excess(demand: &DeferredDemand, capacity: &[f64]) -> f64 {
    let n = capacity.len();
    let mut worst = f64::NEG_INFINITY;
    for a in 0..n {
        for b in a..n {
            let due = |i: &usize| demand.last[*i].min(n - 1) <= b;
            let work: f64 = (a..=b).filter(due).map(|i| demand.work_seconds[i]).sum();
            worst = worst.max(work - capacity[a..=b].iter().sum::<f64>());
        }
    }
    worst
}

/// Work, last intervals and idle time of a few intervals, whole numbers.
fn instance(n: usize) -> impl Strategy<Value = (Vec<f64>, Vec<usize>, Vec<f64>, Vec<f64>)> {
    let numbers = |most: u32| prop::collection::vec((0..=most).prop_map(f64::from), n);
    let lasts =
        prop::collection::vec(0..n, n).prop_map(|spans| spans.iter().enumerate().map(|(i, span)| i + span).collect::<Vec<_>>());
    (numbers(4), lasts, numbers(2), numbers(5))
}

/// An augmenting path from a unit of work to a free slot.
fn augment(unit: usize, arcs: &dyn Fn(usize, usize) -> bool, seen: &mut [bool], of: &mut [Option<usize>]) -> bool {
    for slot in 0..of.len() {
        if arcs(unit, slot)
            && !std::mem::replace(&mut seen[slot], true)
            && of[slot].is_none_or(|taken| augment(taken, arcs, seen, of))
        {
            of[slot] = Some(unit);
            return true;
        }
    }
    false
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn work_in_is_work_done_and_backlog((work, last, idle, _) in instance(12), carried in 0.0..5.0_f64) {
        let carried_in = vec![CarriedWork { seconds: carried, last: Some(2), age_seconds: 4.0 }];
        let demand = DeferredDemand { carried_in, ..demand(&work, &last) };
        let got = demand.work_through(&idle).unwrap();
        let (mut came, mut done) = (carried, 0.0);
        for j in 0..work.len() {
            came += work[j];
            done += got.worked_seconds[j];
            prop_assert!((came - done - got.backlog_seconds[j]).abs() < 1e-9);
            prop_assert!(got.worked_seconds[j] <= idle[j]);
            // Nobody is idle while work waits.
            prop_assert!(got.worked_seconds[j] == idle[j] || got.backlog_seconds[j] == 0.0);
            prop_assert!(got.mean_age_seconds[j] <= got.oldest_seconds[j]);
        }
        let left: f64 = got.left.iter().map(|left| left.seconds).sum();
        prop_assert!((left - got.backlog_seconds[work.len() - 1]).abs() < 1e-9);
        prop_assert!((0.0..=1.0).contains(&got.on_time_share));
    }

    #[test]
    fn no_matching_of_work_to_intervals_has_more_on_time((work, last, idle, _) in instance(7)) {
        // Units of work against units of capacity, by augmenting paths.
        let units: Vec<usize> = (0..work.len()).flat_map(|i| vec![i; work[i] as usize]).collect();
        let slots: Vec<usize> = (0..idle.len()).flat_map(|j| vec![j; idle[j] as usize]).collect();
        let arcs = |unit: usize, slot: usize| (units[unit]..=last[units[unit]]).contains(&slots[slot]);
        let mut of = vec![None; slots.len()];
        let best = (0..units.len()).filter(|unit| augment(*unit, &arcs, &mut vec![false; slots.len()], &mut of)).count();
        let got = demand(&work, &last).work_through(&idle).unwrap();
        let pending: f64 = (0..work.len()).filter(|i| last[*i] >= work.len()).map(|i| work[i]).sum();
        let left_pending: f64 = got.left.iter().filter(|left| left.last.is_some()).map(|left| left.seconds).sum();
        let on_time = got.on_time_share * if got.on_time_share < 1.0 {
            got.late_seconds / (1.0 - got.on_time_share)
        } else {
            work.iter().sum::<f64>() - left_pending
        };
        prop_assert!((on_time - best as f64).abs() < 1e-9, "{on_time} {best} {pending}");
    }

    #[test]
    fn the_least_constant_is_the_worst_window((work, last, idle, _) in instance(9)) {
        let demand = demand(&work, &last);
        let (level, short) = demand.least_constant(&capacity(&idle, &[1.0; 9], Spread::Level)).unwrap();
        let mut worst = 0.0_f64;
        for a in 0..9 {
            for b in a..9 {
                let due = |i: &usize| last[*i].min(8) <= b;
                let needed: f64 = (a..=b).filter(due).map(|i| work[i]).sum();
                worst = worst.max((needed - idle[a..=b].iter().sum::<f64>()) / (b - a + 1) as f64);
            }
        }
        prop_assert_eq!(short, 0.0);
        prop_assert!((level - worst).abs() < 1e-9, "{} {}", level, worst);
    }

    #[test]
    fn the_cheapest_and_the_level_plan_cost_no_more_than_any_other((work, last, idle, price) in instance(4)) {
        let demand = demand(&work, &last);
        let total = work.iter().sum::<f64>() as usize + 1;
        let (mut cheapest, mut levelled) = (f64::INFINITY, (f64::INFINITY, f64::INFINITY));
        // Capacities of whole agents suffice: the vertices of a polymatroid of whole numbers are whole.
        for code in 0..total.pow(4) {
            let extra: Vec<f64> = (0..4).map(|j| (code / total.pow(j) % total) as f64).collect();
            let sum: Vec<f64> = extra.iter().zip(&idle).map(|(a, b)| a + b).collect();
            if excess(&demand, &sum) <= 0.0 {
                let cost: f64 = extra.iter().zip(&price).map(|(a, b)| a * b).sum();
                let peak = extra.iter().copied().fold(0.0, f64::max);
                cheapest = cheapest.min(cost);
                if (peak, cost) < levelled {
                    levelled = (peak, cost);
                }
            }
        }
        let got = demand.requirement(&capacity(&idle, &price, Spread::Cheapest)).unwrap();
        prop_assert!((got.cost - cheapest).abs() < 1e-9, "{:?} {}", got, cheapest);
        prop_assert!(got.progress.on_time_share > 1.0 - 1e-9 && got.short_seconds == 0.0);
        let level = demand.requirement(&capacity(&idle, &price, Spread::Level)).unwrap();
        prop_assert!(level.peak_agents <= levelled.0 + 1e-9 && level.cost >= cheapest - 1e-9);
        prop_assert!(level.progress.on_time_share > 1.0 - 1e-9);
        if (level.peak_agents - levelled.0).abs() < 1e-9 {
            prop_assert!((level.cost - levelled.1).abs() < 1e-9, "{:?} {:?}", level, levelled);
        }
    }

    #[test]
    fn nothing_can_be_moved_from_a_fuller_to_an_emptier_interval_of_an_even_plan((work, last, idle, _) in instance(8)) {
        let demand = demand(&work, &last);
        let even = demand.requirement(&capacity(&idle, &[1.0; 8], Spread::Even)).unwrap();
        let cheapest = demand.requirement(&capacity(&idle, &[1.0; 8], Spread::Cheapest)).unwrap();
        let (level, _) = demand.least_constant(&capacity(&idle, &[1.0; 8], Spread::Even)).unwrap();
        prop_assert!((even.peak_agents - level).abs() < 1e-9);
        prop_assert!((even.cost - cheapest.cost).abs() < 1e-8, "{:?} {:?}", even, cheapest);
        let sum: Vec<f64> = even.agents.iter().zip(&idle).map(|(a, b)| a + b).collect();
        prop_assert!(excess(&demand, &sum) <= 1e-9);
        for full in 0..8 {
            for empty in 0..8 {
                if even.agents[full] > even.agents[empty] + 1e-6 {
                    let mut moved = sum.clone();
                    moved[full] -= 1e-6;
                    moved[empty] += 1e-6;
                    prop_assert!(excess(&demand, &moved) > 1e-7, "{:?} {} {}", even.agents, full, empty);
                }
            }
        }
    }

    #[test]
    fn more_capacity_and_longer_deadlines_never_hurt((work, last, idle, _) in instance(10), at in 0..10_usize) {
        let base = demand(&work, &last);
        let mut more = idle.clone();
        more[at] += 1.0;
        let (before, after) = (base.work_through(&idle).unwrap(), base.work_through(&more).unwrap());
        prop_assert!(after.late_seconds <= before.late_seconds + 1e-9);
        prop_assert!(after.backlog_seconds.iter().zip(&before.backlog_seconds).all(|(a, b)| *a <= b + 1e-9));
        let longer: Vec<usize> = last.iter().map(|last| last + 1).collect();
        let plan = |last: &[usize]| {
            demand(&work, last).requirement(&capacity(&idle, &[1.0; 10], Spread::Even)).unwrap()
        };
        prop_assert!(plan(&longer).peak_agents <= plan(&last).peak_agents + 1e-9);
    }
}

#[test]
fn a_share_on_time_leaves_the_rest_for_later_and_keeps_its_promise() {
    // All work arrives in the first of ten hours, half of it is due at once.
    let work: Vec<f64> = (0..10).map(|i| if i == 0 { 3600.0 } else { 0.0 }).collect();
    let calendar = OpeningCalendar { open: &[true; 10], day: &[0; 10] };
    let all = DeferredDemand::new(work, 3600.0, Deadline::ClockHours(1.0), &calendar);
    let half = DeferredDemand { share: 0.5, ..all.clone() };
    let even = DeferredCapacity::even(&[true; 10]);
    let (strict, mild) = (all.requirement(&even).unwrap(), half.requirement(&even).unwrap());
    assert!((strict.agents[0] - 1.0).abs() < 1e-9 && strict.peak_agents > 1.9 * mild.peak_agents);
    assert!((mild.progress.on_time_by_arrival[0] - 0.5).abs() < 1e-9);
    assert!((mild.agents[5] - 0.5 / 9.0).abs() < 1e-9 && mild.progress.backlog_seconds[9] < 1e-6);
    let open = DeferredDemand { end: HorizonEnd::Open, ..half }.requirement(&even).unwrap();
    assert!((open.agents.iter().sum::<f64>() - 0.5).abs() < 1e-9);
    assert!((open.progress.oldest_seconds[9] - 36_000.0).abs() < 1e-9);
}

#[test]
fn work_that_no_open_interval_can_do_in_time_is_told_and_the_rest_is_planned() {
    let demand = demand(&[2.0, 3.0, 1.0, 4.0], &[0, 2, 2, 3]);
    let mut capacity = capacity(&[0.0; 4], &[1.0; 4], Spread::Even);
    capacity.most_agents = vec![0.0, 10.0, 10.0, 1.5];
    let got = demand.requirement(&capacity).unwrap();
    assert!((got.short_seconds - 2.0 - 2.5).abs() < 1e-9, "{got:?}");
    assert_eq!(got.agents, [0.0, 2.0, 2.0, 1.5]);
    assert!((got.progress.late_seconds - 4.5).abs() < 1e-9);
}

#[test]
fn without_acceptance_callbacks_change_nothing_and_erlang_a_stays() {
    for (volume, agents) in [(60.0, 11), (60.0, 8), (3000.0, 520), (900.0, 100), (4.0, 1)] {
        let model = QueueModel::ErlangA { patience_seconds: 180.0 };
        let station = Station { model, volume, interval_seconds: 1800.0, aht_seconds: 300.0 };
        let want = station.evaluate(agents, 20.0, ServiceLevelDefinition::ServedAll);
        for (offer, accepted) in [
            (CallbackTrigger::ToAbandoning, 0.0),
            (CallbackTrigger::AfterWait { seconds: 60.0 }, 0.0),
            (CallbackTrigger::AfterWait { seconds: 1e6 }, 0.7),
        ] {
            let policy = CallbackPolicy { offer, accepted, redialling: 0.0 };
            let got = with_callbacks(&station, agents, &policy, 20.0).unwrap();
            for (got, want) in [
                (got.wait_probability, want.wait_probability),
                (got.abandonment, want.abandonment),
                (got.service_level, want.service_level),
                (got.asa_seconds, want.asa_seconds),
                (got.occupancy, want.occupancy),
            ] {
                assert!((got - want).abs() <= 1e-10 * want.abs() + 1e-13, "{volume} {agents} {policy:?}: {got} {want}");
            }
        }
    }
}

#[test]
fn callbacks_after_a_wait_shorten_the_queue_and_every_try_has_one_end() {
    let model = QueueModel::ErlangA { patience_seconds: 180.0 };
    let station = Station { model, volume: 60.0, interval_seconds: 1800.0, aht_seconds: 300.0 };
    let mut before = f64::INFINITY;
    for accepted in [0.0, 0.3, 0.6, 1.0] {
        let policy = CallbackPolicy { offer: CallbackTrigger::AfterWait { seconds: 45.0 }, accepted, redialling: 0.0 };
        let got = with_callbacks(&station, 8, &policy, 20.0).unwrap();
        let answered = got.occupancy * 8.0 / 10.0;
        assert!((answered + got.abandonment + got.callback_share - 1.0).abs() < 1e-10, "{got:?}");
        assert!(got.asa_seconds < before);
        before = got.asa_seconds;
    }
}

#[test]
fn at_once_accepted_by_all_a_callback_is_a_lost_call_of_erlang_b() {
    let station = Station { model: QueueModel::ErlangC, volume: 60.0, interval_seconds: 1800.0, aht_seconds: 300.0 };
    let policy = CallbackPolicy { offer: CallbackTrigger::AfterWait { seconds: 0.0 }, accepted: 1.0, redialling: 0.0 };
    let got = with_callbacks(&station, 8, &policy, 20.0).unwrap();
    let blocked = staffing::ErlangB::new(8.0, 10.0).blocking();
    assert!((got.callback_share - blocked).abs() < 1e-12, "{got:?} {blocked}");
    let half = CallbackPolicy { accepted: 0.1, ..policy };
    assert!(with_callbacks(&station, 8, &half, 20.0).is_err(), "nine erlangs stay for eight agents");
}

#[test]
fn redials_solve_their_equation_and_callbacks_spare_them() {
    let model = QueueModel::ErlangA { patience_seconds: 120.0 };
    let station = Station { model, volume: 70.0, interval_seconds: 1800.0, aht_seconds: 300.0 };
    let policy = CallbackPolicy { offer: CallbackTrigger::ToAbandoning, accepted: 0.0, redialling: 0.6 };
    let got = with_callbacks(&station, 9, &policy, 20.0).unwrap();
    assert!((got.tries - 70.0 - 0.6 * got.tries * got.abandonment).abs() < 1e-9, "{got:?}");
    let spared = with_callbacks(&station, 9, &CallbackPolicy { accepted: 0.5, ..policy }, 20.0).unwrap();
    assert!(spared.tries < got.tries && spared.callbacks > 0.0);
    let closed = with_callbacks(&station, 0, &policy, 20.0).unwrap();
    assert!((closed.tries - 175.0).abs() < 1e-6 && closed.service_level == 0.0);
}

#[test]
fn deferring_write_ups_into_troughs_needs_fewer_agents() {
    let volumes = [20.0, 60.0, 110.0, 130.0, 90.0, 70.0, 60.0, 80.0, 100.0, 70.0, 40.0, 20.0];
    let model = QueueModel::ErlangA { patience_seconds: 180.0 };
    let stations = volumes.map(|volume| Station { model, volume, interval_seconds: 1800.0, aht_seconds: 300.0 });
    let policy = WriteUpPolicy {
        seconds: 60.0,
        within_seconds: 7200.0,
        idle: IdlePolicy { occupancy_cap: 0.9, reserve: 0.05, efficiency: 0.9 },
    };
    let plan = defer_write_up(&stations, &ServiceTarget::share_within(0.8, 20.0), &policy).unwrap();
    assert_eq!(plan.write_ups.short_seconds, 0.0);
    assert!(plan.write_ups.progress.on_time_share > 1.0 - 1e-9);
    assert!(plan.write_ups.progress.backlog_seconds.last().unwrap() < &1e-6);
    let (at_once, deferred) = (plan.agents_at_once.iter().sum::<u32>(), plan.agents().iter().sum::<f64>());
    assert!(deferred < f64::from(at_once), "{deferred} {at_once}");
}
