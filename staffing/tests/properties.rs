//! What holds for every queue model on the whole box: loads to a million erlangs, patience from a millisecond to for
//! ever, up to a million agents, up to ten times overloaded. The sums assert in the dev profile that they end.

use proptest::prelude::*;
use solver_data::target::ServiceLevelTarget;
use solver_data::{ServiceLevelDefinition, ServiceTarget};
use staffing::{ErlangA, ErlangB, ErlangC, Measures, QueueModel, Station, service_curve};

const DEFINITIONS: [ServiceLevelDefinition; 5] = [
    ServiceLevelDefinition::ServedAll,
    ServiceLevelDefinition::ServedExclShort,
    ServiceLevelDefinition::OfAnswered,
    ServiceLevelDefinition::HandledOrGone,
    ServiceLevelDefinition::Virtual,
];

/// Spread evenly over orders of magnitude.
fn magnitudes(least: f64, most: f64) -> impl Strategy<Value = f64> {
    (least.log10()..most.log10()).prop_map(|exponent| 10_f64.powf(exponent))
}

fn patience() -> impl Strategy<Value = f64> {
    prop_oneof![8 => magnitudes(1e-3, 1e7), 1 => magnitudes(1e7, 1e300), 1 => Just(f64::INFINITY)]
}

fn threshold() -> impl Strategy<Value = f64> {
    prop_oneof![1 => Just(0.0), 8 => magnitudes(1e-3, 1e5), 1 => Just(f64::INFINITY)]
}

fn load() -> impl Strategy<Value = f64> {
    prop_oneof![1 => Just(0.0), 9 => magnitudes(1e-9, 1e6)]
}

/// Agents between a tenth of the load and far above it, half of them near the critical load; also nobody.
fn agents_for(load: f64) -> impl Strategy<Value = u32> {
    let near = (-4.0..6.0).prop_map(move |beta: f64| (load + beta * load.sqrt()).round().max(0.0) as u32);
    let far = magnitudes(0.1, 20.0).prop_map(move |share: f64| (load * share).min(1e6) as u32);
    prop_oneof![5 => near, 4 => far, 1 => Just(0), 1 => Just(1_000_000), 2 => 0_u32..5]
}

prop_compose! {
    fn staffed()(load in load())(load in Just(load), agents in agents_for(load), aht in magnitudes(1.0, 1e4), patience in patience())
        -> (Station, u32) {
        let model = QueueModel::ErlangA { patience_seconds: patience };
        (Station { model, volume: load, interval_seconds: aht, aht_seconds: aht }, agents)
    }
}

fn assert_sound(got: &Measures) {
    for share in [got.service_level, got.wait_probability, got.abandonment, got.occupancy] {
        assert!((0.0..=1.0).contains(&share), "{got:?}");
    }
    assert!(got.asa_seconds >= 0.0 && got.queue_length >= 0.0, "{got:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_measure_is_a_number_in_its_range((station, agents) in staffed(), t in threshold()) {
        for definition in DEFINITIONS {
            assert_sound(&station.evaluate(agents, t, definition));
            assert_sound(&Station { model: QueueModel::ErlangC, ..station }.evaluate(agents, t, definition));
        }
    }

    #[test]
    fn service_never_worsens_as_agents_are_added((station, agents) in staffed(), t in threshold()) {
        let slack = 1e-10;
        for definition in DEFINITIONS {
            let (fewer, more) = (station.evaluate(agents, t, definition), station.evaluate(agents + 1, t, definition));
            let context = format!("{definition:?} {fewer:?} {more:?}");
            prop_assert!(more.service_level >= fewer.service_level - slack, "{}", context);
            prop_assert!(more.wait_probability <= fewer.wait_probability + slack, "{}", context);
            prop_assert!(more.abandonment <= fewer.abandonment + slack, "{}", context);
            prop_assert!(more.occupancy <= fewer.occupancy + slack, "{}", context);
            prop_assert!(more.asa_seconds <= fewer.asa_seconds * (1.0 + slack) + slack, "{}", context);
        }
    }

    #[test]
    fn flows_balance((station, agents) in staffed(), t in threshold()) {
        // What is served in time or lost in time has ended, and more is served the longer one looks.
        let [served, excl, answered, ended, offered] = DEFINITIONS.map(|it| station.evaluate(agents, t, it).service_level);
        prop_assert!(served <= excl + 1e-12 && served <= answered + 1e-12 && served <= ended + 1e-12 && served <= offered + 1e-12);
        let later = station.evaluate(agents, 2.0 * t + 1.0, ServiceLevelDefinition::ServedAll).service_level;
        prop_assert!(later >= served - 1e-11);
    }

    #[test]
    fn every_contact_is_answered_or_abandons_or_still_waits(
        load in magnitudes(1e-6, 1e6), share in magnitudes(0.1, 3.0), patience in magnitudes(1e-6, 1e9), s in magnitudes(1e-6, 100.0),
    ) {
        // Each share is summed or integrated on its own, so that the balance is a check at any scale.
        let queue = ErlangA::new((load * share).ceil(), load, patience);
        prop_assert!((queue.answered() + queue.abandonment() - 1.0).abs() < 1e-12, "{:?}", queue);
        let within = queue.within(s * patience);
        let [served, abandoned, waiting] = [within.served(), within.abandoned(), within.waiting()];
        prop_assert!((served + abandoned + waiting - 1.0).abs() < 1e-11, "{} {} {}", served, abandoned, waiting);
        prop_assert!((within.ended() + waiting - 1.0).abs() < 1e-11);
        let waits = queue.answered() * queue.mean_wait_answered() + queue.abandonment() * queue.mean_wait_abandoned();
        prop_assert!((waits - queue.mean_wait()).abs() <= 1e-9 * queue.mean_wait() + 1e-290, "{} {}", waits, queue.mean_wait());
    }

    #[test]
    fn blocking_follows_its_recursion(load in magnitudes(1e-9, 1e6), share in magnitudes(0.1, 3.0)) {
        let n = (load * share).round().clamp(1.0, 1e6);
        let (above, below) = (ErlangB::new(n, load), ErlangB::new(n - 1.0, load));
        let recursion = -(n / load / below.blocking()).ln_1p();
        if below.blocking() > 1e-290 {
            let tolerance = 1e-11 * (1.0 + above.ln_blocking().abs());
            prop_assert!((above.ln_blocking() - recursion).abs() < tolerance, "{:?} {}", above, recursion);
        }
    }

    #[test]
    fn patience_without_end_is_erlang_c_and_patience_near_zero_is_erlang_b(load in magnitudes(1e-3, 1e6), beta in 0.3..6.0_f64) {
        let agents = (load + beta * load.sqrt()).ceil() + 1.0;
        let station = |patience_seconds| Station {
            model: QueueModel::ErlangA { patience_seconds },
            volume: load,
            interval_seconds: 200.0,
            aht_seconds: 200.0,
        };
        let waiting = ErlangC::new(agents, load).wait_probability();
        let patient = station(1e30).evaluate(agents as u32, 10.0, ServiceLevelDefinition::ServedAll);
        prop_assert!((patient.wait_probability / waiting - 1.0).abs() < 1e-9);
        let blocked = ErlangB::new(agents, load).blocking();
        let hurried = station(1e-12).evaluate(agents as u32, 10.0, ServiceLevelDefinition::ServedAll);
        prop_assert!((hurried.abandonment / blocked - 1.0).abs() < 1e-6, "{} {}", hurried.abandonment, blocked);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_required_agents_keep_the_target_and_one_fewer_misses(
        volume in magnitudes(1e-4, 1e6), aht in magnitudes(10.0, 1000.0), patience in patience(),
        share in 0.0..1.0_f64, t in magnitudes(0.1, 500.0), definition in 0..5_usize, most_leave in 0.001..1.0_f64,
    ) {
        let model = QueueModel::ErlangA { patience_seconds: patience };
        let station = Station { model, volume, interval_seconds: 1800.0, aht_seconds: aht };
        let definition = DEFINITIONS[definition];
        let level = ServiceLevelTarget { share, within_seconds: t, definition };
        let target = ServiceTarget { service_level: Some(level), abandonment: Some(most_leave), ..ServiceTarget::default() };
        let agents = station.required_agents(&target).unwrap();
        let keeps = |got: &Measures| got.service_level >= share - 1e-12 && got.abandonment <= most_leave + 1e-12;
        prop_assert!(agents >= 1 && keeps(&station.evaluate(agents, t, definition)));
        if agents > 1 && (patience.is_finite() || f64::from(agents - 1) > station.offered_load()) {
            prop_assert!(!keeps(&station.evaluate(agents - 1, t, definition)), "{} agents", agents);
        }
        let fractional = station.required_fractional(&target).unwrap();
        prop_assert!(fractional <= f64::from(agents) && fractional > f64::from(agents) - 1.0 - 1e-9);
    }

    #[test]
    fn service_curves_are_concave_and_never_below_the_service(load in magnitudes(1e-3, 3000.0), patience in patience()) {
        let model = QueueModel::ErlangA { patience_seconds: patience };
        let station = Station { model, volume: 5.0 * load, interval_seconds: 1000.0, aht_seconds: 200.0 };
        let points = service_curve(&station, &ServiceTarget::share_within(0.8, 20.0));
        prop_assert!(points.len() < 1000);
        let mut slope = f64::INFINITY;
        for pair in points.windows(2) {
            let next = (pair[1].answered_in_time - pair[0].answered_in_time) / f64::from(pair[1].agents - pair[0].agents);
            prop_assert!(next <= slope && next > 0.0);
            slope = next;
        }
        for point in points {
            let got = station.evaluate(point.agents, 20.0, ServiceLevelDefinition::ServedAll);
            prop_assert_eq!(point.answered_in_time, got.service_level * station.volume);
        }
    }
}
