use std::sync::Arc;

use super::{
    backtest_csv, cost_csv, coverage_csv, forecast_csv, nurse_roster_csv, performance_csv, requirement_csv, week_roster_csv,
};
use crate::accuracy::{ForecastAccuracy, Grain};
use crate::check::sample::{centre, day, grid, roster};
use crate::cost::{CostLine, CostPlan, PayClass};
use crate::demand::{Band, DemandForecast, DemandUncertainty, QueueForecast};
use crate::id::{AgentId, QueueId};
use crate::performance::{Estimate, GroupPerformance, QueuePerformance, ServiceMeasures, ServicePerformance};
use crate::requirement::{PooledRequirement, QueueRequirement, QueueSet, StaffingMethod, StaffingRequirement};
use crate::unit::Money;

/// Open Monday from 8 to 8:30, 10.25 contacts a quarter.
fn forecast(levels: &[f64], aht_seconds: Option<f64>) -> DemandForecast {
    let grid = grid();
    let value = |value: f64| vec![value; grid.len()];
    let band = |&level: &f64| Band { level, lo: value(10.25 * (1.0 - level / 2.0)), hi: value(20.0) };
    let queue = |name: &str| QueueForecast {
        name: name.to_owned(),
        open: (0..grid.len()).map(|t| (32..34).contains(&t)).collect(),
        mean: value(10.25),
        bands: levels.iter().map(band).collect(),
        aht_seconds: aht_seconds.map(value),
        model: "shiftcast".to_owned(),
        uncertainty: DemandUncertainty { day_level_sd: 0.1, overdispersion: 1.0 },
        days: Vec::new(),
        adjustments: Vec::new(),
    };
    DemandForecast { queues: vec![queue("A"), queue("B")], grid: Arc::clone(&grid), day_errors: crate::DayErrors::independent(2) }
}

fn requirement() -> StaffingRequirement {
    let grid = grid();
    let (whole, value) = (|n: u32| vec![n; grid.len()], |value: f64| vec![value; grid.len()]);
    let queue = |queue| QueueRequirement {
        queue: QueueId(queue),
        offered_load: value(2.5),
        fractional: value(3.4),
        agents: whole(4),
        scheduled: value(4.25),
        methods: vec![StaffingMethod::ErlangA; grid.len()],
    };
    let pool = |queues: &[u32]| PooledRequirement {
        queues: QueueSet::of(queues.iter().map(|&queue| QueueId(queue))),
        offered_load: value(5.0),
        aht_seconds: value(219.5),
        fractional: value(0.8),
        agents: whole(1),
        methods: vec![StaffingMethod::Priority; grid.len()],
        scheduled: (0..grid.len()).map(|t| u32::from((32..38).contains(&t)) * 2).collect(),
    };
    StaffingRequirement {
        queues: vec![queue(0), queue(1)],
        pools: vec![pool(&[1]), pool(&[0, 1])],
        curves: Vec::new(),
        promises: Vec::new(),
        levels: Vec::new(),
        grid: Arc::clone(&grid),
    }
}

#[test]
fn a_forecast_has_one_row_an_open_interval_and_columns_for_its_levels() {
    let text = forecast_csv(&forecast(&[0.8, 0.95], Some(200.0)));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "queue,timestamp,mean,lo80,hi80,lo95,hi95,aht_seconds");
    assert_eq!(lines[1], "A,2024-06-03 08:00:00,10.25,6.15,20,5.3813,20,200");
    assert_eq!((lines.len(), lines[4]), (5, "B,2024-06-03 08:15:00,10.25,6.15,20,5.3813,20,200"));
    assert_eq!(forecast_csv(&forecast(&[0.9], None)).lines().next(), Some("queue,timestamp,mean,lo90,hi90"));
}

#[test]
fn a_requirement_names_queues_alone_and_pools_of_several() {
    let text = requirement_csv(&centre(), &forecast(&[], Some(219.512_21)), &requirement());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "queue,level,timestamp,volume,aht_seconds,offered_load,required_fractional,required,scheduled,channel,method"
    );
    assert_eq!(lines[1], "A,junior,2024-06-03 08:00:00,10.25,219.5122,2.5,3.4,4,4.25,voice,erlang_a");
    assert_eq!(lines[3], "B,senior,2024-06-03 08:00:00,10.25,219.5122,2.5,3.4,4,4.25,voice,erlang_a");
    assert_eq!(
        &lines[5..],
        [
            "A+B,junior,2024-06-03 08:00:00,20.5,219.5,5,0.8,1,2,voice,priority",
            "A+B,junior,2024-06-03 08:15:00,20.5,219.5,5,0.8,1,2,voice,priority"
        ]
    );
}

#[test]
fn coverage_counts_who_is_on_contact_for_a_pool() {
    let centre = centre();
    let text = coverage_csv(&centre, &requirement(), &roster(&centre));
    assert!(text.starts_with("timestamp,pool,required,scheduled,on_contact,short,over\n"));
    // At 9:00 both agents work, but only the senior may serve queue B; at 9:30 the senior has a break.
    for row in ["2024-06-03 09:00:00,B,1,2,1,1,0", "2024-06-03 09:00:00,A+B,1,2,2,0,0", "2024-06-03 09:30:00,A+B,1,0,1,0,1"] {
        assert!(text.lines().any(|line| line == row), "{row}");
    }
    assert!(!text.contains("2024-06-03 07:45:00"));
}

#[test]
fn performance_leaves_out_stretches_without_contacts() {
    let grid = grid();
    let measures = ServiceMeasures {
        offered: Estimate { mean: 10.0, half_width: 1.0 },
        answered: Estimate { mean: 9.5, half_width: 1.0 },
        service_level: Estimate { mean: 0.8125, half_width: 0.02 },
        abandonment: Estimate { mean: 0.05, half_width: 0.01 },
        asa_seconds: Estimate { mean: 12.5, half_width: 1.0 },
        within_limit: Estimate { mean: 1.0, half_width: 0.0 },
    };
    let queue = |name: &str| QueuePerformance {
        queue: name.to_owned(),
        intervals: (0..grid.len()).map(|t| if t == 32 { measures } else { ServiceMeasures::default() }).collect(),
        days: (0..7).map(|day| if day == 0 { measures } else { ServiceMeasures::default() }).collect(),
        horizon: measures,
        days_meeting_target: 0.9,
        weeks: Vec::new(),
        detail: crate::ServiceDetail::default(),
    };
    let occupancy = vec![Estimate { mean: 0.75, half_width: 0.0 }; grid.len()];
    let performance = ServicePerformance {
        replications: 20,
        queues: vec![queue("A")],
        overall: queue("all"),
        occupancy,
        grid: Arc::clone(&grid),
        weeks: Vec::new(),
        groups: vec![GroupPerformance {
            queues: vec!["A".to_owned(), "B".to_owned()],
            level: None,
            agents: 3,
            occupancy: Estimate { mean: 0.75, half_width: 0.01 },
            days: Vec::new(),
        }],
        attribution: Vec::new(),
    };
    let text = performance_csv(&performance);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[1], "A,interval,2024-06-03 08:00:00,10,9.5,0.8125,0.02,0.05,12.5,,0.01,1,,,,,,");
    assert_eq!(lines[2], "A,day,2024-06-03 00:00:00,10,9.5,0.8125,0.02,0.05,12.5,,0.01,1,,,,,,");
    assert_eq!(lines[3], "A,horizon,2024-06-03 00:00:00,10,9.5,0.8125,0.02,0.05,12.5,,0.01,1,,,,,,");
    assert_eq!(lines[4], "all,interval,2024-06-03 08:00:00,10,9.5,0.8125,0.02,0.05,12.5,0.75,0.01,1,,,,,,");
    let plain = lines.iter().filter(|line| line.contains(",interval,") || line.contains(",day,") || line.contains(",horizon,"));
    assert_eq!(plain.count(), 6);
    assert!(text.contains("A,detail,2024-06-03 00:00:00,,,,,,,,,,,,,wait_p50_seconds,0,0"));
    assert_eq!(lines[lines.len() - 1], "A;B,group,2024-06-03 00:00:00,,,,,,,,,,,,,occupancy,0.75,0.01");
}

#[test]
fn cost_lines_add_up_to_the_total_exactly() {
    let line =
        |agent, class, amount| CostLine { agent: AgentId(agent), date: day(0), class, minutes: 480, amount: Money(amount) };
    let plan = CostPlan { lines: vec![line(0, PayClass::Normal, 16_001), line(1, PayClass::Night, 9_999)] };
    let text = cost_csv(&centre(), &plan);
    assert_eq!(text, "agent,date,class,minutes,amount\nX1,2024-06-03,normal,480,160.01\nX2,2024-06-03,night,480,99.99\n");
    let cents: i64 =
        text.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().replace('.', "").parse::<i64>().unwrap()).sum();
    assert_eq!(Money(cents), plan.total());
}

#[test]
fn a_backtest_leaves_unknown_measures_empty() {
    let row = ForecastAccuracy {
        queue: "all".to_owned(),
        grain: Grain::Day,
        model: "poisson_floor".to_owned(),
        wape: 0.055,
        mase: None,
        bias: -0.001,
        coverage80: Some(0.8),
        coverage95: None,
        pinball: None,
        origins: 8,
    };
    assert_eq!(backtest_csv(std::slice::from_ref(&row)).lines().nth(1), Some("all,day,poisson_floor,0.055,,-0.001,0.8,,,8"));
    let lead = ForecastAccuracy { grain: Grain::Lead(3), ..row };
    assert_eq!(backtest_csv(&[lead]).lines().nth(1), Some("all,lead_3,poisson_floor,0.055,,-0.001,0.8,,,8"));
}

#[test]
fn solved_instances_are_written_as_their_checkers_read_them() {
    let source = crate::io::SourceText::decode("i", include_bytes!("../../../tests/data/nurses_7.txt"));
    let instance = crate::io::parse_nurse_rostering(&source).0.unwrap();
    assert_eq!(nurse_roster_csv(&instance, &[vec![None, Some(1)], vec![Some(2)]]), "employee,day,shift\nS0,1,D\nS1,0,N\n");
    let source = crate::io::SourceText::decode("w", include_bytes!("../../../tests/data/week_8.json"));
    let week = crate::io::parse_week(&source).0.unwrap();
    let assigned = crate::week::WeekAssignment { agent: 1, day: 3, shift: 0, break_starts: vec![39, 44] };
    assert_eq!(week_roster_csv(&week, &[assigned]), "agent,day,shift,break_starts\nA0001,3,P4@32,39;44\n");
}
