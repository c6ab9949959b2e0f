//! What holds for finite rooms, retrials, priorities, escalation and chat on the whole box: loads to a million erlangs,
//! patience from a millisecond to for ever, a million agents and places, up to ten times overloaded.

use proptest::prelude::*;
use solver_data::{ServiceLevelDefinition, ServiceTarget};
use staffing::queue::{Escalation, FiniteQueue, PriorityQueue, Retrials};
use staffing::{ChatStation, ErlangA, ErlangB, ErlangC, QueueModel, Station};

/// Spread evenly over orders of magnitude.
fn magnitudes(least: f64, most: f64) -> impl Strategy<Value = f64> {
    (least.log10()..most.log10()).prop_map(|exponent| 10_f64.powf(exponent))
}

/// In handle times.
fn patience() -> impl Strategy<Value = f64> {
    prop_oneof![8 => magnitudes(1e-5, 1e7), 1 => magnitudes(1e7, 1e300), 3 => Just(f64::INFINITY)]
}

fn room() -> impl Strategy<Value = (u32, f64, u32, f64)> {
    let agents = prop_oneof![2 => 0_u32..6, 4 => magnitudes(1.0, 2e4).prop_map(|n| n as u32), 1 => Just(1_000_000)];
    let load = prop_oneof![magnitudes(1e-2, 10.0), 0.9..1.1_f64];
    let waiting = prop_oneof![3 => 0_u32..5, 4 => magnitudes(1.0, 3e4).prop_map(|m| m as u32), 1 => Just(1_000_000)];
    (agents, load, waiting, patience())
        .prop_map(|(n, rho, waiting, patience)| (n, (rho * f64::from(n.max(1))).min(1e6), n.saturating_add(waiting), patience))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn a_room_answers_loses_or_blocks_everybody((n, a, places, patience) in room()) {
        let queue = FiniteQueue::new(n, a, places, patience);
        for share in [queue.blocking(), queue.wait_probability(), queue.wait_probability_accepted(), queue.abandonment(), queue.answered(), queue.occupancy()] {
            prop_assert!((0.0..=1.0).contains(&share), "{:?}", queue);
        }
        prop_assert!(queue.queue_length() >= 0.0 && queue.queue_length() <= f64::from(places) * (1.0 + 1e-9));
        prop_assert!(queue.mean_wait_accepted() >= 0.0, "{:?}", queue);
        prop_assert!((queue.answered() + queue.abandonment() + queue.blocking() - 1.0).abs() < 1e-9, "{:?}", queue);
        let more = FiniteQueue::new(n, a, places.saturating_add(1), patience);
        prop_assert!(more.blocking() <= queue.blocking() + 1e-10, "{:?} {:?}", queue, more);
    }

    #[test]
    fn a_room_has_less_blocking_with_each_agent_and_more_waits_end_as_time_goes_by(
        (n, a, places, patience) in room(), u in magnitudes(1e-4, 1e3),
    ) {
        let queue = FiniteQueue::new(n, a, places, patience);
        let more = FiniteQueue::new(n + 1, a, places.max(n + 1), patience);
        // Where patience is shorter than a handle time, contacts in service hold their places longer than those who wait.
        prop_assert!(patience < 1.0 || more.blocking() <= queue.blocking() + 1e-10);
        prop_assert!(more.answered() >= queue.answered() - 1e-10);
        let (soon, later) = (queue.within(u), queue.within(2.0 * u));
        for within in [soon, later] {
            for share in [within.served, within.virtual_within, within.waiting] {
                prop_assert!((-1e-9..=1.0 + 1e-9).contains(&share), "{:?} {:?}", queue, within);
            }
            prop_assert!(within.served <= within.virtual_within + 1e-9);
            prop_assert!(within.served <= queue.answered() + 1e-9);
        }
        prop_assert!(later.served >= soon.served - 1e-9 && later.waiting <= soon.waiting + 1e-9, "{:?}", queue);
    }

    #[test]
    fn attempts_rise_with_the_share_that_tries_again(
        a in magnitudes(1e-3, 1e6), rho in magnitudes(0.05, 10.0), patience in magnitudes(1e-5, 1e7), redial in 0.0..0.99_f64,
    ) {
        let n = (a / rho).ceil();
        for queue in [Retrials::over_loss(n, a, redial), Retrials::over_abandonment(n, a, patience, redial)] {
            prop_assert!(queue.attempts() >= a && queue.attempts() <= a / (1.0 - redial) * (1.0 + 1e-12), "{:?}", queue);
            prop_assert!((0.0..=1.0).contains(&queue.lost_attempts()) && (0.0..=1.0).contains(&queue.lost_contacts()));
            let balance = queue.attempts() * (1.0 - redial * queue.lost_attempts());
            prop_assert!((balance / a - 1.0).abs() < 1e-9, "{:?}", queue);
        }
        let once = ErlangB::new(n, a).blocking();
        prop_assert!(Retrials::over_loss(n, a, redial).lost_contacts() <= once * (1.0 + 1e-9) + 1e-300);
    }

    #[test]
    fn higher_classes_wait_less_and_all_together_as_without_classes(
        shares in prop::collection::vec(0.05..1.0_f64, 1..6), a in magnitudes(1e-2, 1e6), rho in 0.05..0.999_f64,
    ) {
        let total: f64 = shares.iter().sum();
        let loads: Vec<f64> = shares.iter().map(|share| share / total * a).collect();
        let n = (a / rho).ceil().max(1.0);
        let queue = PriorityQueue::new(n, &loads);
        let waits = queue.mean_waits();
        prop_assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{:?}", waits);
        let mean: f64 = waits.iter().zip(&loads).map(|(wait, load)| wait * load).sum::<f64>() / a;
        let alike = ErlangC::new(n, a);
        if alike.is_stable() {
            prop_assert!((mean - alike.mean_wait()).abs() <= 1e-7 * mean + 1e-300, "{} {}", mean, alike.mean_wait());
        }
    }

    #[test]
    fn seniors_get_no_more_than_juniors_pass_on(a in magnitudes(1e-2, 1e5), rho in magnitudes(0.1, 10.0), share in 0.0..1.0_f64) {
        let juniors = (a / rho).ceil();
        let tiers = Escalation::new((juniors, a), (juniors, share * a));
        prop_assert!(tiers.seniors().occupancy() <= 1.0 && tiers.seniors().wait_probability() <= 1.0);
        let served = share * a.min(juniors);
        prop_assert!((tiers.seniors().occupancy() * juniors - served).abs() <= 1e-9 * served + 1e-12);
    }

    #[test]
    fn a_chat_desk_serves_better_with_each_agent_and_each_second_of_handling_saved(
        load in magnitudes(1e-2, 2e3), rho in magnitudes(0.2, 5.0), c in 1_usize..6, slower in 1.0..1.9_f64,
        patience_s in prop_oneof![magnitudes(1e-3, 1e9), Just(f64::INFINITY)], t in magnitudes(0.1, 1e4),
    ) {
        let aht_seconds: Vec<f64> = (0..c).map(|q| 300.0 * slower.powi(q as i32)).collect();
        let agents = (load / rho).ceil() as u32;
        let full = aht_seconds[c - 1];
        let desk = ChatStation { volume: load * c as f64 * 1800.0 / full, interval_seconds: 1800.0, aht_seconds, patience_seconds: patience_s };
        let serve = |agents| desk.evaluate(agents, t, ServiceLevelDefinition::ServedAll);
        let (fewer, more) = (serve(agents), serve(agents + 1));
        for got in [&fewer, &more] {
            for share in [got.service.service_level, got.service.wait_probability, got.service.abandonment, got.service.occupancy] {
                prop_assert!((0.0..=1.0).contains(&share), "{:?} {:?}", desk, got);
            }
            prop_assert!((0.0..=c as f64).contains(&got.chats_per_agent));
        }
        // More conversations of slower agents may finish less, so that only desks that gain by concurrency are compared.
        let speeds: Vec<f64> = desk.aht_seconds.iter().enumerate().map(|(q, aht)| (q + 1) as f64 / aht).collect();
        if speeds.windows(2).all(|pair| pair[0] <= pair[1]) {
            prop_assert!(more.service.service_level >= fewer.service.service_level - 1e-9, "{:?} {:?}", fewer, more);
            prop_assert!(more.service.wait_probability <= fewer.service.wait_probability + 1e-9);
        }
    }

    #[test]
    fn a_room_without_walls_is_erlang_a_and_c(a in magnitudes(0.1, 300.0), beta in 0.3..4.0_f64, patience in magnitudes(1e-3, 1e3)) {
        let n = (a + beta * a.sqrt()).ceil() as u32 + 1;
        let close = |got: f64, wanted: f64| (got - wanted).abs() <= 1e-10 * wanted + 1e-290;
        let (room, open) = (FiniteQueue::new(n, a, n + 100_000, patience), ErlangA::new(f64::from(n), a, patience));
        prop_assert!(close(room.wait_probability(), open.wait_probability()), "{} {}", room.wait_probability(), open.wait_probability());
        prop_assert!(close(room.abandonment(), open.abandonment()) && close(room.queue_length(), open.queue_length()));
        let (within, reached) = (room.within(0.3), open.within(0.3));
        prop_assert!((within.served - reached.served()).abs() < 1e-10 && (within.virtual_within - reached.virtual_within()).abs() < 1e-10);
        let (room, open) = (FiniteQueue::new(n, a, n + 1_000_000, f64::INFINITY), ErlangC::new(f64::from(n), a));
        prop_assert!(close(room.wait_probability(), open.wait_probability()) && close(room.mean_wait_accepted(), open.mean_wait()));
        prop_assert!((room.within(0.3).served - open.within(0.3)).abs() < 1e-10);
    }

    #[test]
    fn the_walk_finds_what_the_formulas_find(
        volume in magnitudes(1e-3, 1e6), aht in magnitudes(10.0, 1000.0), share in 0.0..0.999_999_f64, t in magnitudes(0.1, 2000.0),
        asa in prop::option::of(magnitudes(1e-3, 1e3)), occupancy in prop::option::of(0.05..1.0_f64),
    ) {
        let station = Station { model: QueueModel::ErlangC, volume, interval_seconds: 1800.0, aht_seconds: aht };
        let target = ServiceTarget { asa_seconds: asa, occupancy, ..ServiceTarget::share_within(share, t) };
        let agents = station.required_agents(&target).unwrap();
        let keeps = |agents: u32| {
            let got = station.evaluate(agents, t, ServiceLevelDefinition::ServedAll);
            let stable = f64::from(agents) > station.offered_load() * (1.0 + 1e-12);
            stable && got.service_level >= share - 1e-12
                && asa.is_none_or(|asa| got.asa_seconds <= asa + 1e-12)
                && occupancy.is_none_or(|most| got.occupancy <= most + 1e-12)
        };
        prop_assert!(keeps(agents) && !keeps(agents - 1), "{} agents for {:?}", agents, target);
    }
}

#[test]
fn a_million_agents_and_places_are_no_trouble() {
    for patience in [1e-5, 1.0, 1e4, 1e300, f64::INFINITY] {
        for (n, a) in [(1_000_000, 1e6), (1_000_000, 999_999.5), (100_000, 1e6), (1_000_000, 1.0), (0, 1e6), (1, 1e6)] {
            let queue = FiniteQueue::new(n, a, n + 1_000_000, patience);
            assert!((queue.answered() + queue.abandonment() + queue.blocking() - 1.0).abs() < 1e-7, "{queue:?}");
            let within = queue.within(0.01);
            assert!((-1e-9..=1.0).contains(&within.served), "{queue:?} {within:?}");
        }
    }
}
