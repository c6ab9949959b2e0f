//! A centre staffed by groups: three tiers over a short day.
#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

use std::sync::Arc;

use chrono::{NaiveDate, Weekday};
use scenarios::multi_skill::{CentreStaffing, CentreStaffingRequest, Headcount, SimulationEffort, staff_centre};
use scenarios::staffing::requirement::loaded_stations;
use solver_data::centre::CoveragePrices;
use solver_data::pay::PayRules;
use solver_data::{
    Agent, Calendar, Centre, Channel, ContactHandling, ContractId, Currency, DayErrors, DeferredWrapUp, DemandForecast,
    DemandUncertainty, Escalation, LabourRules, Level, LevelId, Money, PlanningGrid, Queue, QueueForecast, QueueId, Redial, Seed,
    ServiceTarget, Shrinkage, ShrinkageAssumptions, SkillId, Table, Unwatched, WaitLimit, WeeklyHours,
};

const LEVELS: [(&str, i64); 3] = [("junior", 2_000), ("mid", 2_600), ("senior", 3_500)];

fn queue(name: &str, lowest_level: u32, aht_seconds: f64) -> Queue {
    Queue {
        name: name.to_owned(),
        title: String::new(),
        channel: Channel::Voice,
        skill: SkillId(0),
        lowest_level: LevelId(lowest_level),
        priority: lowest_level.cast_signed(),
        patience_seconds: Some(240.0),
        concurrency: 1,
        aht_seconds: Some(aht_seconds),
        target: ServiceTarget::share_within(0.8, 30.0),
        later_targets: Vec::new(),
        hours: None,
        donor: None,
        // Higher levels are faster.
        handling: ContactHandling { level_factors: vec![1.0, 0.9, 0.8], ..ContactHandling::default() },
    }
}

fn agent(number: usize, level: u32) -> Agent {
    Agent {
        code: format!("A{number}"),
        contract: ContractId(0),
        level: LevelId(level),
        skills: vec![SkillId(0)],
        from: None,
        until: None,
        earliest_minute: None,
        latest_minute: None,
        days_worked_before: 0,
        rested_minutes_before: None,
        carried: solver_data::CarriedOver::default(),
    }
}

/// Juniors take simple contacts, mids medium ones, too, seniors everything; `staff` of each.
fn centre(staff: [usize; 3]) -> Centre {
    let share = |share: f64| Shrinkage::try_from(share).unwrap();
    let agents =
        staff.iter().enumerate().flat_map(|(level, &number)| (0..number).map(move |k| agent(100 * level + k, level as u32)));
    Centre {
        name: "three tiers".to_owned(),
        zone: chrono_tz::UTC,
        interval_minutes: 30,
        week_start: Weekday::Mon,
        currency: Currency { code: "EUR".to_owned(), minor_digits: 2 },
        hours: WeeklyHours::always(),
        queues: Table::new(vec![queue("simple", 0, 240.0), queue("medium", 1, 330.0), queue("complex", 2, 540.0)]),
        skills: Table::new(vec!["service".to_owned()]),
        levels: Table::new(LEVELS.map(|(name, hourly)| Level { name: name.to_owned(), hourly: Money(hourly) }).to_vec()),
        contracts: Table::new(Vec::new()),
        templates: Table::new(Vec::new()),
        rules: LabourRules::pack("none").unwrap(),
        shrinkage: ShrinkageAssumptions { planned: share(0.1), unplanned: share(0.05) },
        coverage: CoveragePrices { understaffing_per_hour: Money(0), overstaffing_per_hour: Money(0) },
        pay: PayRules {
            night: (0, 0),
            night_premium: 0.0,
            weekend: [None; 7],
            weekend_premium: 0.0,
            holiday_premium: 0.0,
            on_cost: 0.0,
        },
        agents: Table::new(agents.collect()),
        time_off: Vec::new(),
        requests: Vec::new(),
        calendar: Calendar::default(),
        changes: Vec::new(),
        score_bands: None,
    }
}

/// Six half-hours from eight o'clock; `shape` of each over the queues' means.
fn demand(centre: &Centre, shape: [f64; 6]) -> DemandForecast {
    let first = NaiveDate::from_ymd_opt(2024, 6, 3).unwrap();
    let grid = Arc::new(PlanningGrid::new(first, 1, 30, chrono_tz::UTC).unwrap());
    let expected = |(queue, mean): (&Queue, f64)| {
        let at = |t: usize| t.checked_sub(16).and_then(|k| shape.get(k)).map_or(0.0, |shape| mean * shape);
        QueueForecast {
            name: queue.name.clone(),
            open: (0..grid.len()).map(|t| (16..22).contains(&t)).collect(),
            mean: (0..grid.len()).map(at).collect(),
            bands: Vec::new(),
            aht_seconds: None,
            model: "flat".to_owned(),
            uncertainty: DemandUncertainty { day_level_sd: 0.0, overdispersion: 1.0 },
            days: Vec::new(),
            adjustments: Vec::new(),
        }
    };
    let queues: Vec<_> = centre.queues.iter().zip([80.0, 40.0, 15.0]).map(expected).collect();
    DemandForecast { day_errors: DayErrors::independent(queues.len()), grid, queues }
}

fn staffed(centre: &Centre, demand: &DemandForecast, headcount: Headcount) -> CentreStaffing {
    let effort = SimulationEffort { contacts: 2_000.0, first: 8, most: 32, proof: 32, polish: 1 };
    let request = CentreStaffingRequest { headcount, effort, ..CentreStaffingRequest::new(centre, demand, Seed(4)) };
    staff_centre(&request, &Unwatched).unwrap()
}

#[test]
fn every_open_interval_keeps_its_targets_for_less_than_the_queues_alone() {
    let centre = centre([9, 6, 5]);
    let demand = demand(&centre, [0.5, 1.0, 1.5, 1.5, 1.0, 0.0]);
    let staffing = staffed(&centre, &demand, Headcount::Unlimited);
    let labels: Vec<String> = staffing.classes.iter().map(|class| class.label(&centre)).collect();
    assert_eq!(labels, ["junior: simple", "mid: simple+medium", "senior: simple+medium+complex"]);
    let open: Vec<usize> = (0..demand.grid.len()).filter(|&t| staffing.intervals[t].is_some()).collect();
    assert_eq!(open, [16, 17, 18, 19, 20], "nobody is needed where nobody comes");
    // Half-hours with the same demand share a solution.
    assert_eq!(staffing.clusters, 3);
    assert_eq!(staffing.intervals[17], staffing.intervals[20]);
    for at in staffing.intervals.iter().flatten() {
        assert!(at.staffing.keeps_all() && centre.queues.ids().all(|queue| at.keeps(queue) == Some(true)));
        assert!(at.staffing.bound.pooled <= at.staffing.cost && at.staffing.cost < at.staffing.alone.cost, "{at:?}");
        assert!(!at.beyond_headcount);
    }
    let hours = |t: usize| staffing.intervals[t].as_ref().unwrap().staffing.cost;
    assert!(hours(16) < hours(17) && hours(17) < hours(18));
    let sum = staffing.comparison();
    assert!(sum.pooled_pay <= sum.staffed_pay && sum.staffed_pay < sum.alone_pay);
    assert!(sum.pooled_hours > 0.0 && sum.alone_hours > sum.staffed_hours);
}

#[test]
fn the_headcount_is_kept_where_it_is_enough_and_left_behind_where_it_is_not() {
    let centre = centre([4, 30, 12]);
    let demand = demand(&centre, [1.0, 3.0, 0.0, 0.0, 0.0, 0.0]);
    let staffing = staffed(&centre, &demand, Headcount::Employed);
    let (quiet, busy) = (staffing.intervals[16].as_ref().unwrap(), staffing.intervals[17].as_ref().unwrap());
    assert!(!quiet.beyond_headcount && busy.beyond_headcount);
    for (class, &agents) in staffing.classes.iter().zip(&quiet.staffing.agents) {
        assert!(agents <= class.headcount, "{agents} of {}", class.headcount);
    }
    assert!(quiet.staffing.keeps_all() && busy.staffing.keeps_all());
    assert!(staffing.beyond_headcount().contains(&1));
}

#[test]
fn agents_who_can_do_all_of_a_dearer_class_displace_it_where_any_number_may_be_asked_for() {
    let mut centre = centre([3, 3, 3]);
    // Mids may do everything now, as fast as seniors.
    for row in 0..3 {
        let queue = &mut centre.queues[QueueId(row)];
        queue.lowest_level = LevelId(row.min(1));
        queue.handling = ContactHandling::default();
    }
    let demand = demand(&centre, [0.5, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let levels =
        |headcount| -> Vec<u32> { staffed(&centre, &demand, headcount).classes.iter().map(|class| class.level.0).collect() };
    assert_eq!(levels(Headcount::Unlimited), [0, 1]);
    // Mids and seniors are one class: the same queues, the same handle times; its price is the mids'.
    assert_eq!(levels(Headcount::Employed), [0, 1]);
}

#[test]
fn escalated_contacts_are_staffed_where_they_go() {
    let plain = centre([9, 6, 5]);
    let demand = demand(&plain, [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let mut escalating = plain.clone();
    let escalation = Escalation { to: QueueId(2), share: vec![0.2, 0.1, 0.0] };
    escalating.queues[QueueId(0)].handling.escalation = Some(escalation);
    let seniors =
        |centre: &Centre| staffed(centre, &demand, Headcount::Unlimited).intervals[16].as_ref().unwrap().staffing.alone.agents[2];
    // 80 contacts, of which juniors, mids and seniors would take 9, 3 and 5/3 in proportion, send some 12.5 on to the 15.
    let (before, after) = (seniors(&plain), seniors(&escalating));
    assert!(after >= before + 2, "{before} and {after}");
}

#[test]
fn chats_at_once_are_shared_by_their_agent_with_factors_or_without() {
    let plain = centre([9, 6, 5]);
    let demand = demand(&plain, [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let alone = |concurrency, factors: &[f64]| {
        let mut centre = plain.clone();
        let queue = &mut centre.queues[QueueId(0)];
        (queue.channel, queue.concurrency) = (Channel::Chat, concurrency);
        queue.handling.concurrency_factors = factors.to_vec();
        staffed(&centre, &demand, Headcount::Unlimited).intervals[16].as_ref().unwrap().staffing.alone.agents[0]
    };
    let (one, three) = (alone(1, &[]), alone(3, &[]));
    assert!(2 * three < one, "{three} of {one}");
    assert_eq!(alone(3, &[1.0, 1.0, 1.0]), three);
    assert!(alone(3, &[1.0, 1.5, 2.0]) > three);
}

#[test]
fn the_contacts_simulated_are_those_that_formulas_size() {
    let mut centre = centre([9, 6, 5]);
    let demand = demand(&centre, [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    centre.queues[QueueId(0)].handling.redial = Some(Redial { share: 0.5, after_seconds: 300.0 });
    centre.queues[QueueId(1)].handling.deferred_wrap_up = Some(DeferredWrapUp { seconds: 60.0, within_hours: 4.0 });
    let loaded = loaded_stations(&centre, &demand).unwrap();
    let staffing = staffed(&centre, &demand, Headcount::Unlimited);
    let at = staffing.intervals[16].as_ref().unwrap();
    for (own, hourly) in loaded.iter().zip(&at.hourly) {
        assert!((2.0 * own.stations[16].volume - hourly).abs() < 1e-9, "{hourly}");
    }
    assert!(at.hourly[0] > 160.0 && (at.hourly[1] - 80.0).abs() < 1e-9);
    assert!((loaded[1].put_off_seconds - 60.0).abs() < 1e-9);
}

#[test]
fn a_promise_that_is_not_judged_is_never_called_kept() {
    let mut centre = centre([9, 6, 5]);
    centre.queues[QueueId(1)].target.maximum_wait = Some(WaitLimit { seconds: 90.0, share: 0.99 });
    let demand = demand(&centre, [0.5, 0.0, 0.0, 0.0, 0.0, 0.0]);
    let staffing = staffed(&centre, &demand, Headcount::Unlimited);
    let at = staffing.intervals[16].as_ref().unwrap();
    assert_eq!([0, 1, 2].map(|queue| at.keeps(QueueId(queue))), [Some(true), None, Some(true)]);
    assert_eq!(at.keeps_all(), None);
}
