//! Requirements of a small centre: two queues of their own skill, a third that only seniors may serve.

mod house;

use house::{agent, centre, forecast, queue};
use solver_data::{QueueForecast, QueueId, QueueSet, ServiceTarget, StaffingRequirement, Table};
use staffing::{RequirementUplift, StaffingError, requirement, requirement_with};

#[test]
fn every_series_has_the_length_of_the_grid_and_closed_intervals_need_nobody() {
    let forecast = forecast([60.0, 40.0, 5.0]);
    let got = requirement(&centre(), &forecast).unwrap();
    let len = forecast.grid.len();
    for queue in &got.queues {
        assert_eq!([queue.offered_load.len(), queue.fractional.len(), queue.agents.len(), queue.scheduled.len()], [len; 4]);
        assert_eq!((queue.agents[0], queue.fractional[0], queue.scheduled[0]), (0, 0.0, 0.0));
        assert!(queue.agents[1] > 0 && queue.fractional[1] <= f64::from(queue.agents[1]));
    }
    for (pool, curve) in got.pools.iter().zip(&got.curves) {
        assert_eq!([pool.offered_load.len(), pool.aht_seconds.len(), pool.agents.len(), pool.scheduled.len()], [len; 4]);
        assert_eq!((pool.agents[0], pool.scheduled[0], curve.intervals[0].len()), (0, 0, 0));
        assert_eq!(curve.intervals.len(), len);
        assert!(pool.scheduled[1] >= pool.agents[1]);
    }
    assert_eq!(got.pools.len(), got.curves.len());
}

#[test]
fn pools_are_the_complements_of_what_classes_serve_with_all_queues_last() {
    let got = requirement(&centre(), &forecast([60.0, 40.0, 5.0])).unwrap();
    // Classes {sales}, {care} and all three; without the juniors only the expert queue is left.
    let sets: Vec<_> = got.pools.iter().map(|pool| pool.queues.0).collect();
    assert_eq!(sets, [0b100, 0b101, 0b110, 0b111]);
    assert_eq!(got.pools[3].queues, QueueSet::of([QueueId(0), QueueId(1), QueueId(2)]));
}

#[test]
fn nine_skills_of_nine_teams_keep_to_the_most_pools_with_each_team_and_the_whole() {
    let names: Vec<String> = (0..9).map(|skill| format!("team{skill}")).collect();
    let queues = (0..9).map(|skill| queue(&names[skill as usize], skill, 0, Some(300.0)));
    let agents = (0..9).map(|skill| agent(&names[skill as usize], 0, &[skill]));
    let (queues, agents) = (Table::new(queues.collect()), Table::new(agents.collect()));
    let centre = solver_data::Centre { queues, agents, skills: Table::new(names.clone()), ..centre() };
    let mut forecast = forecast([0.0; 3]);
    let given = forecast.queues[0].clone();
    let busy = |(skill, name): (usize, &String)| QueueForecast {
        name: name.clone(),
        mean: vec![5.0 + skill as f64; given.mean.len()],
        ..given.clone()
    };
    forecast.queues = names.iter().enumerate().map(busy).collect();
    let got = requirement(&centre, &forecast).unwrap();
    assert_eq!(got.pools.len(), StaffingRequirement::MOST_POOLS);
    assert_eq!(got.pools.last().unwrap().queues, QueueSet((1 << 9) - 1));
    for team in 0..9 {
        let pool = got.pools.iter().find(|pool| pool.queues == QueueSet::of([QueueId(team)])).unwrap();
        assert_eq!(pool.agents, got.queues[team as usize].agents);
    }
}

#[test]
fn pooling_needs_fewer_agents_than_the_queues_apart_and_more_than_any_one() {
    let got = requirement(&centre(), &forecast([60.0, 40.0, 5.0])).unwrap();
    let alone: Vec<u32> = got.queues.iter().map(|queue| queue.agents[1]).collect();
    let together = got.pools.last().unwrap().agents[1];
    assert!(together < alone.iter().sum() && together > alone.iter().copied().max().unwrap());
    let load: f64 = got.queues.iter().map(|queue| queue.offered_load[1]).sum();
    assert!((got.pools.last().unwrap().offered_load[1] - load).abs() < 1e-12);
}

#[test]
fn a_small_strict_queue_never_makes_the_pool_dearer_than_the_queues_apart() {
    let mut centre = centre();
    centre.queues[QueueId(2)].target = ServiceTarget::share_within(0.999, 1.0);
    let got = requirement(&centre, &forecast([300.0, 300.0, 0.01])).unwrap();
    for pool in &got.pools {
        let apart: u32 = pool.queues.queues().map(|queue| got.queues[usize::from(queue)].agents[1]).sum();
        assert!(pool.agents[1] <= apart, "{:?}", pool.queues);
    }
}

#[test]
fn a_patient_queue_needs_more_than_its_load_and_its_pool_no_more_than_the_queues_apart() {
    let mut centre = centre();
    centre.queues[QueueId(0)].patience_seconds = None;
    for queue in 0..3 {
        centre.queues[QueueId(queue)].target = ServiceTarget { abandonment: Some(0.5), ..ServiceTarget::default() };
    }
    let got = requirement(&centre, &forecast([90.0, 90.0, 90.0])).unwrap();
    let [sales, care, expert] = [0, 1, 2].map(|queue| got.queues[queue].agents[1]);
    assert!(f64::from(sales) > got.queues[0].offered_load[1]);
    assert!(f64::from(expert) < got.queues[2].offered_load[1]);
    // Erlang C for all three would want more agents than the whole load, for callers who would have left.
    let all = got.pools.last().unwrap();
    assert!(f64::from(all.agents[1]) < all.offered_load[1]);
    assert_eq!(all.agents[1], sales + care + expert);
}

#[test]
fn an_uplift_is_added_before_shrinkage_and_must_fit() {
    let (centre, forecast) = (centre(), forecast([60.0, 40.0, 5.0]));
    let plain = requirement(&centre, &forecast).unwrap();
    let mut agents = vec![vec![0; forecast.grid.len()]; plain.pools.len()];
    agents[3][7] = 2;
    let lifted = requirement_with(&centre, &forecast, &RequirementUplift { agents }).unwrap();
    assert_eq!(lifted.pools[3].agents[7], plain.pools[3].agents[7] + 2);
    assert!(lifted.pools[3].scheduled[7] >= plain.pools[3].scheduled[7] + 2);
    assert_eq!(lifted.pools[2], plain.pools[2]);
    let short = RequirementUplift { agents: vec![vec![0; 3]; 4] };
    let refused = requirement_with(&centre, &forecast, &short);
    assert!(matches!(refused, Err(StaffingError::UpliftShape { intervals: 3, wanted_intervals: 48, .. })));
}

#[test]
fn a_queue_that_nobody_serves_is_named_with_the_skill_it_needs() {
    let mut centre = centre();
    centre.agents = Table::new(vec![agent("a", 0, &[0]), agent("b", 0, &[1])]);
    let refused = requirement(&centre, &forecast([60.0, 40.0, 5.0])).unwrap_err();
    assert!(matches!(&refused, StaffingError::NobodyServes { queue, .. } if queue == "expert"));
    assert!(refused.to_string().contains("`caring` at level `senior`"), "{refused}");
}

#[test]
fn a_queue_without_forecast_or_handle_time_is_named() {
    let mut forecast = forecast([60.0, 40.0, 5.0]);
    let mut centre = centre();
    centre.queues[QueueId(1)].aht_seconds = None;
    forecast.queues[1].aht_seconds = None;
    let refused = requirement(&centre, &forecast);
    assert!(matches!(refused, Err(StaffingError::NoHandleTime { queue }) if queue == "care"));
    forecast.queues.remove(1);
    assert!(matches!(requirement(&centre, &forecast), Err(StaffingError::NoForecast { queue }) if queue == "care"));
}

#[test]
fn a_target_out_of_reach_names_queue_and_interval() {
    let mut centre = centre();
    centre.queues[QueueId(0)].target = ServiceTarget { occupancy: Some(0.0), ..ServiceTarget::default() };
    let refused = requirement(&centre, &forecast([60.0, 40.0, 5.0])).unwrap_err();
    assert!(matches!(&refused, StaffingError::Queue { queue, interval: 1, .. } if queue == "sales"), "{refused}");
}

#[test]
fn a_hundredth_of_a_contact_still_needs_somebody_there() {
    let got = requirement(&centre(), &forecast([0.01, 0.0, 0.0])).unwrap();
    assert_eq!(got.queues[0].agents[1], 1);
    assert_eq!(got.queues[1].agents[1], 0);
    assert_eq!(got.pools.last().unwrap().agents[1], 1);
}

#[test]
fn the_requirement_does_not_depend_on_the_number_of_threads() {
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| requirement(&centre(), &forecast([60.0, 40.0, 5.0])).unwrap())
    };
    assert_eq!(run(1), run(4));
}
