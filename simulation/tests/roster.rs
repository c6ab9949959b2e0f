//! Rosters against random demand: conservation, common random numbers, determinism, monotonicity.

mod small_centre;

use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;
use simulation::{
    Precision, Problem, RosterSimulation, SimulationError, attribute_simulation, simulate_roster, simulate_roster_to,
};
use small_centre::{agent, centre, everybody, forecast, grid, queue};
use solver_data::{
    Centre, DayErrors, DemandForecast, DemandUncertainty, Roster, Seed, ServicePerformance, SolveProgress, TargetPeriod,
    Unwatched, Watch,
};

/// Two queues, some agents for either and some for both.
fn two_queues(agents: [usize; 3]) -> Centre {
    let skills: [&[u32]; 3] = [&[0], &[1], &[0, 1]];
    let agents = skills.iter().zip(agents).flat_map(|(skills, count)| vec![agent(skills); count]).collect();
    centre(vec![queue(0, 1, Some(120.0)), queue(1, 2, Some(240.0))], agents)
}

fn simulated(centre: &Centre, forecast: &DemandForecast, roster: &Roster, replications: u32, absence: f64) -> ServicePerformance {
    let request = RosterSimulation { centre, forecast, roster, replications, absence, seed: Seed(7) };
    simulate_roster(&request, &Unwatched).expect("the request is sound")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn every_contact_is_answered_or_abandons(
        agents in [0_usize..4, 0_usize..4, 0_usize..4], mean in 0.0_f64..60.0, absence in 0.0_f64..1.0, sd in 0.0_f64..0.5,
        overdispersion in 0.0_f64..4.0,
    ) {
        let (centre, grid) = (two_queues(agents), grid(2));
        let mut forecast = forecast(&centre, &grid, (8, 18), mean);
        for queue in &mut forecast.queues {
            queue.uncertainty = DemandUncertainty { day_level_sd: sd, overdispersion };
        }
        let roster = everybody(&grid, agents.iter().sum(), (9, 17));
        let performance = simulated(&centre, &forecast, &roster, 1, absence);
        let mut total = 0.0;
        for unit in performance.queues.iter().chain([&performance.overall]) {
            for measures in unit.intervals.iter().chain(&unit.days).chain([&unit.horizon]) {
                let abandoned = measures.abandonment.mean * measures.offered.mean;
                prop_assert!((measures.answered.mean + abandoned - measures.offered.mean).abs() < 1e-6);
                prop_assert!((0.0..=1.0).contains(&measures.service_level.mean));
                prop_assert!(measures.asa_seconds.mean >= 0.0 && measures.asa_seconds.mean.is_finite());
            }
            let sum: f64 = unit.intervals.iter().map(|measures| measures.offered.mean).sum();
            let days: f64 = unit.days.iter().map(|measures| measures.offered.mean).sum();
            prop_assert_eq!((sum, days), (unit.horizon.offered.mean, unit.horizon.offered.mean));
            total += unit.horizon.offered.mean;
        }
        prop_assert_eq!(total, 2.0 * performance.overall.horizon.offered.mean);
        prop_assert!(performance.occupancy.iter().all(|occupancy| (0.0..=1.0).contains(&occupancy.mean)));
    }
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let (centre, grid) = (two_queues([3, 3, 3]), grid(2));
    let (forecast, roster) = (forecast(&centre, &grid, (8, 18), 30.0), everybody(&grid, 9, (8, 18)));
    let with_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| simulated(&centre, &forecast, &roster, 150, 0.1))
    };
    let one = with_threads(1);
    assert_eq!(one, with_threads(2));
    assert_eq!(one, with_threads(7));
    assert!(one.overall.horizon.service_level.half_width > 0.0);
}

#[test]
fn two_rosters_face_the_same_contacts() {
    let (small, large, grid) = (two_queues([2, 2, 2]), two_queues([5, 5, 5]), grid(1));
    let forecast = forecast(&small, &grid, (8, 18), 30.0);
    let few = simulated(&small, &forecast, &everybody(&grid, 6, (8, 18)), 20, 0.0);
    let many = simulated(&large, &forecast, &everybody(&grid, 15, (8, 18)), 20, 0.0);
    for (few, many) in few.queues.iter().zip(&many.queues) {
        for (few, many) in few.intervals.iter().zip(&many.intervals) {
            assert_eq!(few.offered, many.offered);
        }
        assert!(few.horizon.answered.mean < many.horizon.answered.mean);
    }
}

#[test]
fn service_does_not_worsen_as_agents_are_added() {
    let grid = grid(1);
    let mut last = 0.0;
    let mut last_abandonment = 1.0;
    for shared in 0..8 {
        let centre = two_queues([4, 4, shared]);
        let forecast = forecast(&centre, &grid, (8, 18), 45.0);
        let roster = everybody(&grid, 8 + shared, (8, 18));
        let horizon = simulated(&centre, &forecast, &roster, 60, 0.0).overall.horizon;
        assert!(horizon.service_level.mean >= last - 0.002, "{shared}: {} after {last}", horizon.service_level.mean);
        assert!(horizon.abandonment.mean <= last_abandonment + 0.001, "{shared}");
        (last, last_abandonment) = (horizon.service_level.mean, horizon.abandonment.mean);
    }
    assert!(last > 0.85, "{last}");
}

#[test]
fn absence_takes_its_share_of_the_shifts() {
    let (centre, grid) = (two_queues([10, 10, 0]), grid(5));
    let (forecast, roster) = (forecast(&centre, &grid, (8, 18), 10.0), everybody(&grid, 20, (8, 18)));
    let busy = |absence| {
        let performance = simulated(&centre, &forecast, &roster, 50, absence);
        performance.occupancy[20].mean
    };
    let (all, half) = (busy(0.0), busy(0.5));
    assert!((half / all - 2.0).abs() < 0.25, "half of the agents are twice as busy: {all} and {half}");
    let nobody = simulated(&centre, &forecast, &roster, 5, 1.0);
    assert_eq!(nobody.overall.horizon.answered.mean, 0.0);
    assert_eq!(nobody.overall.horizon.abandonment.mean, 1.0);
    assert_eq!(nobody.overall.days_meeting_target, 0.0);
}

#[test]
fn demand_has_the_forecasts_mean_and_spread() {
    let (centre, grid) = (centre(vec![queue(0, 1, None)], vec![agent(&[0])]), grid(1));
    let mut forecast = forecast(&centre, &grid, (8, 18), 50.0);
    let roster = everybody(&grid, 1, (8, 18));
    // Variance of one interval's count: m + m (d - 1) + m² s² (1 + …), m = 50.
    for (sd, overdispersion) in [(0.0, 1.0), (0.0, 3.0), (0.1, 1.0)] {
        forecast.queues[0].uncertainty = DemandUncertainty { day_level_sd: sd, overdispersion };
        let replications = 2_000;
        let offered = simulated(&centre, &forecast, &roster, replications, 0.0).queues[0].intervals[20].offered;
        let deviation = offered.half_width / 1.961 * f64::from(replications).sqrt();
        let wanted = (50.0 * overdispersion + 2500.0 * sd * sd).sqrt();
        assert!((offered.mean - 50.0).abs() < 2.0 * offered.half_width, "{offered:?}");
        assert!((deviation / wanted - 1.0).abs() < 0.06, "{sd} {overdispersion}: {deviation} for {wanted}");
    }
}

#[test]
fn queues_and_days_err_together_as_the_forecast_says() {
    let (centre, grid) = (two_queues([1, 1, 0]), grid(2));
    let mut forecast = forecast(&centre, &grid, (8, 18), 50.0);
    for queue in &mut forecast.queues {
        queue.uncertainty = DemandUncertainty { day_level_sd: 0.2, overdispersion: 1.0 };
    }
    let roster = everybody(&grid, 2, (8, 18));
    let replications = 1_000;
    let mut spread = |next_day: f64, across: f64| {
        forecast.day_errors = DayErrors::correlated(next_day, vec![1.0, across, across, 1.0], vec![Vec::new(); 2]);
        let offered = simulated(&centre, &forecast, &roster, replications, 0.0).overall.horizon.offered;
        offered.half_width / 1.962 * f64::from(replications).sqrt()
    };
    // Four queue-days of 1,000 contacts with a standard deviation of 200 each, on their own or all together.
    for (found, wanted) in [(spread(0.0, 0.0), 400.0), (spread(0.0, 0.9), 551.0), (spread(0.9, 0.9), 760.0)] {
        assert!((found / wanted - 1.0).abs() < 0.1, "{found} for {wanted}");
    }
}

#[test]
fn intervals_without_contacts_are_served_and_hold_no_nan() {
    let (centre, grid) = (two_queues([1, 1, 0]), grid(1));
    let (forecast, roster) = (forecast(&centre, &grid, (8, 18), 5.0), everybody(&grid, 2, (8, 18)));
    let night = simulated(&centre, &forecast, &roster, 3, 0.0).overall.intervals[2];
    let measures = [night.offered.mean, night.service_level.mean, night.abandonment.mean, night.asa_seconds.mean];
    assert_eq!(measures, [0.0, 1.0, 0.0, 0.0]);
}

#[test]
fn every_problem_of_a_request_is_listed() {
    let (mut centre, grid) = (two_queues([1, 1, 0]), grid(1));
    let mut forecast = forecast(&centre, &grid, (8, 18), 5.0);
    forecast.queues[0].mean[20] = f64::NAN;
    forecast.queues[1].name = "other".to_owned();
    centre.queues[solver_data::QueueId(0)].patience_seconds = Some(-1.0);
    let roster = everybody(&small_centre::grid(1), 3, (8, 18));
    let request =
        RosterSimulation { centre: &centre, forecast: &forecast, roster: &roster, replications: 0, absence: 1.5, seed: Seed(0) };
    let Err(SimulationError::Refused { problems, .. }) = simulate_roster(&request, &Unwatched) else {
        panic!("nonsense is refused")
    };
    assert_eq!(problems.len(), 6, "{problems:?}");
    assert!(problems.contains(&Problem::QueueWithoutForecast { queue: "q1".to_owned() }));
    assert!(problems.contains(&Problem::UnknownAgent { agent: 2, agents: 2 }));
}

/// A user who stops after some replications.
struct Impatient(AtomicU32);

impl Watch for Impatient {
    fn elapsed_seconds(&self) -> f64 {
        0.0
    }
    fn interrupted(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= 3
    }
    fn solve_progress(&self, _: &SolveProgress) {}
    fn stage_progress(&self, _: &str, _: u64, total: u64) {
        assert_eq!(total, 1_000);
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_wish_to_stop_is_heard_between_replications() {
    let (centre, grid) = (two_queues([1, 1, 0]), grid(1));
    let (forecast, roster) = (forecast(&centre, &grid, (8, 18), 5.0), everybody(&grid, 2, (8, 18)));
    let request = RosterSimulation {
        centre: &centre,
        forecast: &forecast,
        roster: &roster,
        replications: 1_000,
        absence: 0.0,
        seed: Seed(0),
    };
    let stopped = simulate_roster(&request, &Impatient(AtomicU32::new(0)));
    assert!(matches!(stopped, Err(SimulationError::Interrupted { done: 3..100, replications: 1_000 })), "{stopped:?}");
}

/// Everything a queue can have, in three of them.
fn rich(agents: usize) -> Centre {
    let mut queues = vec![queue(0, 2, Some(90.0)), queue(1, 1, Some(200.0)), queue(2, 1, None)];
    queues[0].handling.redial = Some(solver_data::Redial { share: 0.5, after_seconds: 900.0 });
    queues[0].handling.escalation = Some(solver_data::Escalation { to: solver_data::QueueId(2), share: vec![0.2] });
    queues[1].channel = solver_data::Channel::Chat;
    queues[1].concurrency = 3;
    queues[2].channel = solver_data::Channel::Email;
    let skills: [&[u32]; 3] = [&[0, 1, 2], &[0, 1], &[1, 2]];
    centre(queues, (0..agents).map(|number| agent(skills[number % 3])).collect())
}

#[test]
fn chats_redials_and_mail_do_not_depend_on_the_number_of_threads() {
    let (centre, grid) = (rich(8), grid(2));
    let (forecast, roster) = (forecast(&centre, &grid, (8, 18), 25.0), everybody(&grid, 8, (8, 18)));
    let with_threads = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| simulated(&centre, &forecast, &roster, 40, 0.1))
    };
    let one = with_threads(1);
    assert_eq!(one, with_threads(16));
    assert!(one.queues[0].detail.flow.redials.mean > 0.0 && one.queues[2].detail.flow.escalated.mean > 0.0);
}

#[test]
fn service_is_told_by_week_percentile_and_quantile() {
    let (centre, grid) = (two_queues([3, 3, 2]), grid(10));
    let (forecast, roster) = (forecast(&centre, &grid, (8, 18), 25.0), everybody(&grid, 8, (8, 18)));
    let performance = simulated(&centre, &forecast, &roster, 20, 0.0);
    assert_eq!(performance.weeks, [small_centre::monday(), small_centre::monday() + chrono::Duration::days(7)]);
    for unit in performance.queues.iter().chain([&performance.overall]) {
        let weeks: f64 = unit.weeks.iter().map(|week| week.offered.mean).sum();
        assert!((weeks - unit.horizon.offered.mean).abs() < 1e-6);
        let (detail, asa) = (&unit.detail, unit.horizon.asa_seconds.mean);
        assert!(detail.wait_percentiles.windows(2).all(|pair| pair[0].mean <= pair[1].mean));
        assert!(detail.wait_percentiles[0].mean < asa && asa < detail.wait_percentiles[3].mean);
        assert!(detail.wait_percentiles[4].mean <= detail.longest_wait.mean);
        assert!(detail.day_quantiles.is_sorted() && detail.day_quantiles[0] > 0.0);
        assert!((detail.days_on_target.mean - unit.days_meeting_target).abs() < 1e-9);
    }
    let agents: usize = performance.groups.iter().map(|group| group.agents).sum();
    assert_eq!((agents, performance.groups.len()), (8, 3));
    assert!(performance.groups.iter().all(|group| (0.3..1.0).contains(&group.occupancy.mean)));
}

#[test]
fn promises_are_judged_over_their_period_and_from_their_date() {
    let mut centre = two_queues([4, 4, 1]);
    let grid = grid(3);
    let (easy, hard) =
        (solver_data::ServiceTarget::share_within(0.01, 600.0), solver_data::ServiceTarget::share_within(1.0, 0.0));
    for (period, wanted) in [(TargetPeriod::Interval, 60), (TargetPeriod::Day, 3), (TargetPeriod::Week, 1)] {
        let queue = &mut centre.queues[solver_data::QueueId(0)];
        queue.target = solver_data::ServiceTarget { period, ..easy };
        let from = small_centre::monday() + chrono::Duration::days(1);
        queue.later_targets = vec![solver_data::DatedTarget { from, target: solver_data::ServiceTarget { period, ..hard } }];
        let (forecast, roster) = (forecast(&centre, &grid, (8, 18), 40.0), everybody(&grid, 9, (8, 18)));
        let own = simulated(&centre, &forecast, &roster, 10, 0.0).queues.remove(0);
        assert_eq!(own.detail.judged.len(), wanted, "{period:?}");
        assert_eq!(own.detail.judged[0].met.mean, 1.0);
        if period == TargetPeriod::Day {
            let met: Vec<f64> = own.detail.judged.iter().map(|own| own.met.mean).collect();
            assert_eq!(met, [1.0, 0.0, 0.0], "nobody may wait from Tuesday on");
            assert!((own.days_meeting_target - 1.0 / 3.0).abs() < 1e-12);
        }
    }
}

#[test]
fn every_week_of_the_horizon_is_judged_from_its_first_day() {
    let (mut centre, grid) = (two_queues([4, 4, 1]), grid(10));
    let queue = &mut centre.queues[solver_data::QueueId(0)];
    let easy = solver_data::ServiceTarget::share_within(0.01, 600.0);
    queue.target = solver_data::ServiceTarget { period: TargetPeriod::Week, ..easy };
    let (forecast, roster) = (forecast(&centre, &grid, (8, 18), 20.0), everybody(&grid, 9, (8, 18)));
    let performance = simulated(&centre, &forecast, &roster, 5, 0.0);
    let judged: Vec<usize> = performance.queues[0].detail.judged.iter().map(|week| week.interval).collect();
    assert_eq!(judged, [0, grid.day_range(7).start]);
}

#[test]
fn replications_are_added_until_the_service_is_precise() {
    let (centre, grid) = (two_queues([3, 3, 3]), grid(1));
    let (forecast, roster) = (forecast(&centre, &grid, (8, 18), 30.0), everybody(&grid, 9, (8, 18)));
    let request =
        RosterSimulation { centre: &centre, forecast: &forecast, roster: &roster, replications: 0, absence: 0.0, seed: Seed(7) };
    let within = |half_width| simulate_roster_to(&request, &Precision::within(half_width, 5_000), &Unwatched).unwrap();
    let (rough, fine) = (within(0.02), within(0.005));
    assert!(rough.replications < fine.replications && fine.replications < 5_000, "{}", fine.replications);
    for unit in fine.queues.iter().chain([&fine.overall]) {
        assert!(unit.horizon.service_level.half_width <= 0.005 && unit.horizon.abandonment.half_width <= 0.005);
    }
}

#[test]
fn agents_who_stay_away_cost_service_and_a_volume_that_errs_goes_both_ways() {
    let (centre, grid) = (two_queues([4, 4, 2]), grid(2));
    let mut forecast = forecast(&centre, &grid, (8, 18), 30.0);
    for queue in &mut forecast.queues {
        queue.uncertainty = DemandUncertainty { day_level_sd: 0.3, overdispersion: 1.5 };
    }
    let roster = everybody(&grid, 10, (8, 18));
    let request =
        RosterSimulation { centre: &centre, forecast: &forecast, roster: &roster, replications: 60, absence: 0.1, seed: Seed(7) };
    let misses = attribute_simulation(&request, &Unwatched).unwrap();
    assert_eq!(misses.len(), 6, "two queues, two days and the horizon");
    for miss in misses {
        let parts = miss.volume.mean + miss.handle_time.mean + miss.absence.mean + miss.fit.mean;
        assert!((parts - (miss.wanted - miss.served.mean)).abs() < 1e-9);
        assert!(miss.absence.mean > miss.absence.half_width && miss.handle_time.mean == 0.0, "{miss:?}");
        assert!(miss.volume.half_width > 0.0 && miss.volume.mean.abs() < 2.0 * miss.volume.half_width + 0.05, "{miss:?}");
    }
}
