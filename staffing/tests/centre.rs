//! Requirements of a small centre: two queues of their own skill, a third that only seniors may serve.

use std::sync::Arc;

use chrono::{NaiveDate, Weekday};
use solver_data::centre::CoveragePrices;
use solver_data::pay::PayRules;
use solver_data::{
    Agent, Calendar, Centre, Channel, ContractId, Currency, DemandForecast, DemandUncertainty, LabourRules, Level, LevelId,
    Money, PlanningGrid, Queue, QueueForecast, QueueId, QueueSet, ServiceTarget, Shrinkage, ShrinkageAssumptions, SkillId,
    StaffingRequirement, Table, WeeklyHours,
};
use staffing::{RequirementUplift, StaffingError, requirement, requirement_with};

fn queue(name: &str, skill: u32, lowest_level: u32, patience_seconds: Option<f64>) -> Queue {
    Queue {
        name: name.to_owned(),
        title: String::new(),
        channel: Channel::Voice,
        skill: SkillId(skill),
        lowest_level: LevelId(lowest_level),
        priority: 0,
        patience_seconds,
        concurrency: 1,
        aht_seconds: Some(240.0),
        target: ServiceTarget::share_within(0.8, 20.0),
        hours: None,
        donor: None,
        later_targets: Vec::new(),
        handling: solver_data::ContactHandling::default(),
    }
}

fn agent(code: &str, level: u32, skills: &[u32]) -> Agent {
    Agent {
        code: code.to_owned(),
        contract: ContractId(0),
        level: LevelId(level),
        skills: skills.iter().copied().map(SkillId).collect(),
        from: None,
        until: None,
        earliest_minute: None,
        latest_minute: None,
        days_worked_before: 0,
        rested_minutes_before: None,
    }
}

/// Skills 0 and 1; queue `expert` needs skill 1 at level 1.
fn centre() -> Centre {
    let level = |name: &str| Level { name: name.to_owned(), hourly: Money(2000) };
    Centre {
        name: "test".to_owned(),
        zone: chrono_tz::UTC,
        interval_minutes: 30,
        week_start: Weekday::Mon,
        currency: Currency { code: "EUR".to_owned(), minor_digits: 2 },
        hours: WeeklyHours::always(),
        queues: Table::new(vec![
            queue("sales", 0, 0, Some(120.0)),
            queue("care", 1, 0, Some(300.0)),
            queue("expert", 1, 1, Some(600.0)),
        ]),
        skills: Table::new(vec!["selling".to_owned(), "caring".to_owned()]),
        levels: Table::new(vec![level("junior"), level("senior")]),
        contracts: Table::new(vec![]),
        templates: Table::new(vec![]),
        rules: LabourRules::pack("eu").expect("the pack exists"),
        shrinkage: ShrinkageAssumptions {
            planned: Shrinkage::try_from(0.1).expect("a fraction"),
            unplanned: Shrinkage::try_from(0.05).expect("a fraction"),
        },
        coverage: CoveragePrices { understaffing_per_hour: Money(10_000), overstaffing_per_hour: Money(0) },
        pay: PayRules {
            night: (0, 0),
            night_premium: 0.0,
            weekend: [None; 7],
            weekend_premium: 0.0,
            holiday_premium: 0.0,
            on_cost: 0.0,
        },
        agents: Table::new(vec![agent("a", 0, &[0]), agent("b", 0, &[1]), agent("c", 1, &[0, 1])]),
        time_off: vec![],
        requests: vec![],
        calendar: Calendar::default(),
        changes: Vec::new(),
        score_bands: None,
    }
}

/// One day; queue q has `volumes[q]` contacts in each interval from the second on, the first is closed.
fn forecast(volumes: [f64; 3]) -> DemandForecast {
    let start = NaiveDate::from_ymd_opt(2024, 6, 3).expect("a date");
    let grid = Arc::new(PlanningGrid::new(start, 1, 30, chrono_tz::UTC).expect("a grid"));
    let open: Vec<_> = (0..grid.len()).map(|t| t > 0).collect();
    let queue = |name: &str, volume: f64| QueueForecast {
        name: name.to_owned(),
        open: open.clone(),
        mean: vec![volume; grid.len()],
        bands: vec![],
        aht_seconds: Some(vec![200.0; grid.len()]),
        model: "given".to_owned(),
        uncertainty: DemandUncertainty { day_level_sd: 0.0, overdispersion: 1.0 },
        days: Vec::new(),
        adjustments: Vec::new(),
    };
    let queues = vec![queue("sales", volumes[0]), queue("care", volumes[1]), queue("expert", volumes[2])];
    let day_errors = solver_data::DayErrors::independent(queues.len());
    DemandForecast { grid, queues, day_errors }
}

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
    let centre = Centre { queues, agents, skills: Table::new(names.clone()), ..centre() };
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
