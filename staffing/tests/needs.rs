//! What channels, levels, priorities, periods and uncertainty make of a requirement.

mod house;

use chrono::NaiveDate;
use house::{centre, forecast, week};
use proptest::prelude::*;
use solver_data::{
    CallbackOffer, Centre, Channel, DatedTarget, Deadline, DeadlineTarget, DeferredWrapUp, Escalation, LevelId, QueueId,
    QueueSet, Redial, Seed, ServiceLevelDefinition, ServiceLevelTarget, ServiceTarget, StaffingMethod, TargetPeriod,
};
use staffing::queue::ChatStation;
use staffing::uncertainty::{PathWish, requirement_with_probability, share_of_periods};
use staffing::{ComparedMethod, QueueModel, StaffingError, Station, compare, requirement};

const SALES: QueueId = QueueId(0);
const CARE: QueueId = QueueId(1);
const EXPERT: QueueId = QueueId(2);

fn weekly(share: f64, floor: f64) -> ServiceTarget {
    let period = TargetPeriod::Week;
    ServiceTarget { period, interval_floor: Some(floor), ..ServiceTarget::share_within(share, 20.0) }
}

/// The centre with every queue's target changed.
fn promising(change: impl Fn(ServiceTarget) -> ServiceTarget) -> Centre {
    let mut centre = centre();
    for queue in 0..3 {
        centre.queues[QueueId(queue)].target = change(centre.queues[QueueId(queue)].target);
    }
    centre
}

/// Service level of the sales queue alone, by interval and over all.
fn sales_service(volumes: &[f64], agents: &[u32]) -> (Vec<f64>, f64) {
    let model = QueueModel::ErlangA { patience_seconds: 120.0 };
    let station = |volume| Station { model, volume, interval_seconds: 1800.0, aht_seconds: 200.0 };
    let level = |(&volume, &agents): (&f64, &u32)| {
        station(volume).evaluate(agents, 20.0, ServiceLevelDefinition::ServedAll).service_level
    };
    let levels: Vec<f64> = volumes.iter().zip(agents).map(level).collect();
    let served: f64 = levels.iter().zip(volumes).map(|(level, volume)| level * volume).sum();
    (levels, served / volumes.iter().sum::<f64>())
}

#[test]
fn a_weekly_promise_is_kept_over_the_week_with_fewer_agents_and_its_floor_in_every_interval() {
    let demand = week(7, [60.0, 40.0, 5.0]);
    let by_interval = requirement(&centre(), &demand).unwrap();
    let over_week = requirement(&promising(|_| weekly(0.8, 0.6)), &demand).unwrap();
    let hours = |requirement: &solver_data::StaffingRequirement| requirement.queues[0].agents.iter().sum::<u32>();
    assert!(hours(&over_week) < hours(&by_interval), "{} {}", hours(&over_week), hours(&by_interval));
    let (levels, overall) = sales_service(&demand.queues[0].mean, &over_week.queues[0].agents);
    assert!((0.8 - 1e-9..0.805).contains(&overall), "{overall}");
    assert!(levels.iter().all(|level| *level >= 0.6 - 1e-9));
    assert!(over_week.queues[0].methods.iter().all(|method| *method == StaffingMethod::Curve));
}

#[test]
fn a_weekly_promise_is_left_to_the_roster_above_floors_that_the_spread_keeps_too() {
    let forecast = week(7, [60.0, 40.0, 5.0]);
    let centre = promising(|_| ServiceTarget { abandonment: Some(0.06), ..weekly(0.8, 0.5) });
    let got = requirement(&centre, &forecast).unwrap();
    assert!(!got.promises.is_empty());
    for promised in &got.promises {
        let spread = &got.pools[promised.pool].scheduled;
        assert!(promised.floor.iter().zip(spread).all(|(floor, scheduled)| floor <= scheduled));
        assert!(promised.floor.iter().sum::<u32>() < spread.iter().sum());
        assert_eq!(got.wanted(promised.pool), promised.floor);
        for promise in &promised.promises {
            let reached = |more: u32| {
                let agents: Vec<u32> = spread.iter().map(|agents| agents + more).collect();
                promise.reached(promise.surplus(&promised.curves, &agents))
            };
            let level = promise.measure == solver_data::PromisedMeasure::ServiceLevel;
            // The spread counts the mean number on contact and rounds to whole agents; absence costs a little.
            assert!(
                if level { reached(0) > promise.wanted - 0.12 } else { reached(0) < promise.wanted + 0.05 },
                "{}",
                reached(0)
            );
            assert!(if level { reached(9) > 0.99 } else { reached(9) < 0.01 });
        }
    }
    // By the interval nothing is left open.
    assert!(requirement(&promising(|target| target), &forecast).unwrap().promises.is_empty());
}

#[test]
fn a_daily_promise_lies_between_the_interval_and_the_week() {
    let mut demand = week(7, [60.0, 40.0, 5.0]);
    for t in demand.grid.day_range(6) {
        demand.queues[0].mean[t] *= 0.2;
    }
    let hours = |period| {
        let centre = promising(|_| ServiceTarget { period, ..weekly(0.8, 0.6) });
        requirement(&centre, &demand).unwrap().queues[0].agents.iter().sum::<u32>()
    };
    let (day, week) = (hours(TargetPeriod::Day), hours(TargetPeriod::Week));
    let interval = requirement(&centre(), &demand).unwrap().queues[0].agents.iter().sum::<u32>();
    assert!(week <= day && day < interval, "{week} {day} {interval}");
}

#[test]
fn a_weekly_promise_with_a_cap_on_abandonment_keeps_both() {
    let demand = week(7, [60.0, 40.0, 5.0]);
    let capped = promising(|_| ServiceTarget { abandonment: Some(0.03), ..weekly(0.8, 0.5) });
    let agents = requirement(&capped, &demand).unwrap().queues[0].agents.clone();
    let model = QueueModel::ErlangA { patience_seconds: 120.0 };
    let lost = |(&volume, &agents): (&f64, &u32)| {
        let station = Station { model, volume, interval_seconds: 1800.0, aht_seconds: 200.0 };
        volume * station.evaluate(agents, 20.0, ServiceLevelDefinition::ServedAll).abandonment
    };
    let lost: f64 = demand.queues[0].mean.iter().zip(&agents).map(lost).sum();
    let share = lost / demand.queues[0].mean.iter().sum::<f64>();
    assert!(share <= 0.03 + 1e-9 && share > 0.0295, "{share}");
}

#[test]
fn a_dear_night_is_staffed_thinner_over_the_week() {
    let demand = week(7, [60.0, 40.0, 5.0]);
    let even = promising(|_| weekly(0.8, 0.4));
    let mut dear = even.clone();
    (dear.pay.night, dear.pay.night_premium) = ((22 * 60, 6 * 60), 1.0);
    let night = |centre: &Centre| {
        let agents = &requirement(centre, &demand).unwrap().queues[0].agents;
        (0..agents.len()).filter(|t| !(12..44).contains(&(t % 48))).map(|t| agents[t]).sum::<u32>()
    };
    assert!(night(&dear) < night(&even), "{} {}", night(&dear), night(&even));
}

#[test]
fn a_promise_holds_from_its_day_on() {
    let demand = week(4, [60.0, 40.0, 5.0]);
    let mut centre = centre();
    let from = NaiveDate::from_ymd_opt(2024, 6, 5).unwrap();
    centre.queues[SALES].later_targets = vec![DatedTarget { from, target: ServiceTarget::share_within(0.95, 15.0) }];
    let agents = requirement(&centre, &demand).unwrap().queues[0].agents.clone();
    assert_eq!(agents[..48], agents[48..96]);
    assert!((0..48).all(|t| agents[96 + t] > agents[t]));
}

#[test]
fn a_small_gold_queue_keeps_its_strict_promise_by_priority() {
    let demand = forecast([0.0, 200.0, 20.0]);
    let mut centre = centre();
    centre.queues[EXPERT].target = ServiceTarget::share_within(0.95, 20.0);
    let in_order = requirement(&centre, &demand).unwrap();
    centre.queues[EXPERT].priority = 1;
    let by_priority = requirement(&centre, &demand).unwrap();
    let pool = |requirement: &solver_data::StaffingRequirement| {
        let pool = requirement.pools.iter().find(|pool| pool.queues == QueueSet::of([CARE, EXPERT])).unwrap().clone();
        (pool.agents[1], pool.methods[1])
    };
    let ((strict, _), (gold, method)) = (pool(&in_order), pool(&by_priority));
    assert!(gold < strict, "{gold} {strict}");
    assert_eq!(method, StaffingMethod::Priority);
}

#[test]
fn escalated_contacts_and_slow_levels_add_to_the_load() {
    let demand = forecast([0.0, 100.0, 5.0]);
    let mut centre = centre();
    let plain = requirement(&centre, &demand).unwrap();
    // One junior of one queue and one senior of three serve `care`: three quarters of it go to juniors.
    centre.queues[CARE].handling.escalation = Some(Escalation { to: EXPERT, share: vec![0.2, 0.0] });
    centre.queues[CARE].handling.level_factors = vec![1.2, 0.8];
    let tiered = requirement(&centre, &demand).unwrap();
    let load = |requirement: &solver_data::StaffingRequirement, queue: usize| requirement.queues[queue].offered_load[1];
    assert!((load(&tiered, 1) / load(&plain, 1) - (0.75 * 1.2 + 0.25 * 0.8)).abs() < 1e-12);
    assert!((load(&tiered, 2) / load(&plain, 2) - (5.0 + 100.0 * 0.75 * 0.2) / 5.0).abs() < 1e-12);
}

#[test]
fn callers_who_try_again_add_to_the_load_what_the_agents_lose() {
    let demand = forecast([100.0, 0.0, 0.0]);
    let mut centre = centre();
    centre.queues[SALES].target = ServiceTarget { abandonment: Some(0.1), ..ServiceTarget::default() };
    let once = requirement(&centre, &demand).unwrap();
    centre.queues[SALES].handling.redial = Some(Redial { share: 0.5, after_seconds: 300.0 });
    let again = requirement(&centre, &demand).unwrap();
    let (before, after) = (once.queues[0].offered_load[1], again.queues[0].offered_load[1]);
    // At most a tenth is lost and half of that comes again.
    assert!(after > before && after <= before / (1.0 - 0.05) + 1e-9, "{before} {after}");
    assert!(again.queues[0].agents[1] >= once.queues[0].agents[1]);
}

#[test]
fn chats_are_sized_by_their_chain() {
    let demand = forecast([48.0, 0.0, 0.0]);
    let mut centre = centre();
    let queue = &mut centre.queues[SALES];
    (queue.channel, queue.concurrency, queue.patience_seconds) = (Channel::Chat, 3, Some(300.0));
    queue.handling.concurrency_factors = vec![1.0, 1.3, 1.7];
    let target = queue.target;
    let got = requirement(&centre, &demand).unwrap();
    let station =
        ChatStation { volume: 48.0, interval_seconds: 1800.0, aht_seconds: vec![200.0, 260.0, 340.0], patience_seconds: 300.0 };
    assert_eq!(got.queues[0].agents[1], station.required_agents(&target).unwrap());
    assert_eq!(got.queues[0].methods[1], StaffingMethod::Concurrent);
    let voice = requirement(&self::centre(), &demand).unwrap();
    assert!(got.queues[0].agents[1] < voice.queues[0].agents[1]);
}

#[test]
fn mail_is_worked_within_its_deadline_and_in_the_idle_time_of_those_who_answer() {
    let demand = week(2, [0.0, 60.0, 30.0]);
    let mut centre = centre();
    let mail = &mut centre.queues[EXPERT];
    (mail.channel, mail.patience_seconds) = (Channel::Email, None);
    let deadline = DeadlineTarget { share: 1.0, within: Deadline::ClockHours(24.0) };
    mail.target = ServiceTarget { deadline: Some(deadline), ..ServiceTarget::default() };
    let got = requirement(&centre, &demand).unwrap();
    let hours = |agents: &[u32]| 0.5 * f64::from(agents.iter().sum::<u32>());
    let load = 0.5 * got.queues[2].offered_load.iter().sum::<f64>();
    let alone = &got.queues[2];
    assert!((load..load + 1.0).contains(&hours(&alone.agents)), "{} {load}", hours(&alone.agents));
    // A day to do it in levels the work: the noon peak is a good deal above the load of any agent asked for.
    let peak = alone.offered_load.iter().copied().fold(0.0, f64::max);
    assert!(alone.agents.iter().all(|&agents| f64::from(agents) < 0.9 * peak + 1.0), "{peak}");
    let pool = got.pools.iter().find(|pool| pool.queues == QueueSet::of([CARE, EXPERT])).unwrap();
    let care = hours(&got.queues[1].agents);
    assert!(hours(&pool.agents) >= care && hours(&pool.agents) < care + 0.8 * load, "{} {care} {load}", hours(&pool.agents));
    // What callers leave idle below the usual cap is worth agents that need not come.
    let tight = requirement(&promise_mail(&centre, 0.05), &demand).unwrap();
    assert!(hours(&tight.queues[2].agents) >= hours(&alone.agents) - 1.0);
    assert!(tight.queues[2].agents.iter().max() > alone.agents.iter().max());
}

/// The centre with its mail due within some hours.
fn promise_mail(centre: &Centre, hours: f64) -> Centre {
    let mut centre = centre.clone();
    let deadline = DeadlineTarget { share: 1.0, within: Deadline::ClockHours(hours) };
    centre.queues[EXPERT].target = ServiceTarget { deadline: Some(deadline), ..ServiceTarget::default() };
    centre
}

#[test]
fn an_offer_to_call_back_and_write_ups_put_off_thin_the_peak() {
    let demand = week(1, [80.0, 0.0, 0.0]);
    let plain = requirement(&centre(), &demand).unwrap();
    let peak = |requirement: &solver_data::StaffingRequirement| requirement.queues[0].agents.iter().copied().max();
    let mut offering = centre();
    offering.queues[SALES].handling.callback = Some(CallbackOffer { after_seconds: 15.0, share: 0.5, within_hours: 6.0 });
    assert!(peak(&requirement(&offering, &demand).unwrap()) <= peak(&plain));
    let mut putting_off = centre();
    putting_off.queues[SALES].handling.deferred_wrap_up = Some(DeferredWrapUp { seconds: 60.0, within_hours: 8.0 });
    let later = requirement(&putting_off, &demand).unwrap();
    assert!(peak(&later) < peak(&plain));
    // The work is put off, not saved: all of it fits into the agents' time.
    let worked: f64 = later.queues[0].agents.iter().map(|&agents| f64::from(agents)).sum();
    assert!(worked >= plain.queues[0].offered_load.iter().sum::<f64>());
}

#[test]
fn a_queue_staffed_below_its_load_carries_its_backlog_into_the_next_interval() {
    let mut demand = forecast([100.0, 0.0, 0.0]);
    for t in 0..demand.grid.len() {
        demand.queues[0].mean[t] = if t == 20 { 160.0 } else { 40.0 };
    }
    let mut centre = centre();
    centre.queues[SALES].patience_seconds = Some(1800.0);
    centre.queues[SALES].target = ServiceTarget { abandonment: Some(0.15), ..ServiceTarget::default() };
    let got = &requirement(&centre, &demand).unwrap().queues[0];
    assert!(got.agents[21] > got.agents[23], "{} {}", got.agents[21], got.agents[23]);
    assert_eq!((got.methods[21], got.methods[30]), (StaffingMethod::Transient, StaffingMethod::ErlangA));
}

#[test]
fn seniors_are_needed_for_what_is_reserved_to_them() {
    let got = requirement(&centre(), &forecast([60.0, 40.0, 25.0])).unwrap();
    assert_eq!(got.levels.iter().map(|row| row.level).collect::<Vec<_>>(), [LevelId(0), LevelId(1)]);
    assert_eq!(got.levels[1].queues, QueueSet::of([EXPERT]));
    assert_eq!(got.levels[1].agents, got.queues[2].agents);
    assert_eq!(got.levels[0].agents, got.pools.last().unwrap().agents);
}

#[test]
fn methods_are_compared_by_hours_and_by_the_service_they_give() {
    let rows = compare(&centre(), &week(7, [60.0, 40.0, 5.0])).unwrap();
    assert_eq!(rows.len(), 4 * ComparedMethod::ALL.len());
    for chunk in rows.chunks(ComparedMethod::ALL.len()) {
        let [c, a, as_c, as_a, free] = [0, 1, 2, 3, 4].map(|k| chunk[k]);
        assert!(a.agent_hours <= c.agent_hours && free.agent_hours <= as_a.agent_hours);
        assert!(free.agent_hours < a.agent_hours && as_a.agent_hours <= a.agent_hours + 1e-9);
        assert!(as_c.abandonment <= c.abandonment + 1e-9 && as_a.abandonment <= a.abandonment + 1e-9);
        assert!(as_c.agent_hours <= c.agent_hours);
        assert!(chunk.iter().all(|row| row.service_level >= 0.8 - 1e-9 && row.worst_interval >= 0.5 - 1e-9));
        assert!(free.service_level < c.service_level);
    }
}

#[test]
fn planning_to_the_mean_keeps_a_promise_on_few_days_and_at_a_probability_on_as_many_as_asked() {
    let demand = week(7, [60.0, 40.0, 5.0]);
    let centre = promising(|target| ServiceTarget { period: TargetPeriod::Day, ..target });
    let wish = PathWish { paths: 200, seed: Seed(5) };
    let share = |scheduled: &[f64]| {
        let whole: Vec<u32> = scheduled.iter().map(|agents| agents.ceil() as u32).collect();
        share_of_periods(&centre, &demand, (QueueSet::of([SALES]), &whole), wish).unwrap()[0]
    };
    let mean = share(&requirement(&centre, &demand).unwrap().queues[0].scheduled);
    let sure = share(&requirement_with_probability(&centre, &demand, 0.9, wish).unwrap().queues[0].scheduled);
    assert!(mean.share < 0.85 && mean.low < mean.share && mean.share < mean.high, "{mean:?}");
    assert!((0.9..0.97).contains(&sure.share), "{sure:?}");
}

/// The centre with `expert` of mail within a day, and everybody else promising over a period.
fn with_mail(period: TargetPeriod) -> Centre {
    let mut centre = promising(|target| ServiceTarget { period, ..target });
    let mail = &mut centre.queues[EXPERT];
    (mail.channel, mail.patience_seconds) = (Channel::Email, None);
    promise_mail(&centre, 24.0)
}

#[test]
fn a_pool_that_promises_over_a_day_has_agents_for_its_mail_at_a_probability() {
    // Far more mail than a few callers leave idle time for.
    let demand = week(2, [0.0, 4.0, 60.0]);
    let wish = PathWish { paths: 60, seed: Seed(2) };
    let got = requirement_with_probability(&with_mail(TargetPeriod::Day), &demand, 0.8, wish).unwrap();
    let pool = got.pools.iter().find(|pool| pool.queues == QueueSet::of([CARE, EXPERT])).unwrap();
    let load: f64 = pool.offered_load.iter().sum();
    let agents: f64 = pool.agents.iter().map(|&agents| f64::from(agents)).sum();
    assert!(agents >= load, "{agents} {load}");
    assert!(pool.methods.contains(&StaffingMethod::Deferred));
}

#[test]
fn a_promise_kept_too_seldom_is_an_error_with_the_share_reached() {
    let mut demand = week(1, [20.0, 0.0, 0.0]);
    // Of log-normal levels with mean 1, these pass sixteen most often: on nearly one day in a hundred.
    demand.queues[0].uncertainty.day_level_sd = 2.35;
    let centre = promising(|target| ServiceTarget { period: TargetPeriod::Day, ..target });
    let got = requirement_with_probability(&centre, &demand, 0.9999, PathWish { paths: 2000, seed: Seed(5) });
    let Err(StaffingError::Queue { cause, .. }) = got else { panic!("{got:?}") };
    let StaffingError::TargetOutOfReach { wanted, reached, .. } = *cause else { panic!("{cause}") };
    assert!(wanted == 0.9999 && reached > 0.5 && reached < 0.9999, "{reached}");
}

#[test]
fn chats_keep_a_promise_over_the_day_as_often_as_asked() {
    let demand = week(1, [60.0, 0.0, 0.0]);
    let mut centre = promising(|target| ServiceTarget { period: TargetPeriod::Day, ..target });
    (centre.queues[SALES].channel, centre.queues[SALES].concurrency) = (Channel::Chat, 3);
    let wish = PathWish { paths: 100, seed: Seed(4) };
    let got = requirement_with_probability(&centre, &demand, 0.9, wish).unwrap();
    let whole: Vec<u32> = got.queues[0].scheduled.iter().map(|agents| agents.ceil() as u32).collect();
    let share = share_of_periods(&centre, &demand, (QueueSet::of([SALES]), &whole), wish).unwrap()[0];
    assert!(share.share >= 0.9, "{share:?}");
}

#[test]
fn a_strict_promise_of_few_contacts_over_a_week_is_within_reach() {
    let demand = week(7, [0.4, 0.0, 0.0]);
    let strict = promising(|target| ServiceTarget {
        period: TargetPeriod::Week,
        ..ServiceTarget {
            service_level: target.service_level.map(|level| ServiceLevelTarget { share: 0.9999, ..level }),
            ..target
        }
    });
    let agents = &requirement(&strict, &demand).unwrap().queues[0].agents;
    let (_, overall) = sales_service(&demand.queues[0].mean, agents);
    assert!(overall >= 0.9999 - 1e-9, "{overall}");
}

#[test]
fn a_promise_out_of_reach_over_a_day_says_what_is_reached_and_from_which_interval_on() {
    let mut demand = week(2, [60.0, 0.0, 0.0]);
    demand.queues[0].mean[..50].fill(0.0);
    let never_busy = |target| ServiceTarget { service_level: None, asa_seconds: Some(-1.0), period: TargetPeriod::Day, ..target };
    let got = requirement(&promising(never_busy), &demand);
    let Err(StaffingError::Queue { interval, cause, .. }) = got else { panic!("{got:?}") };
    let StaffingError::TargetOutOfReach { reached, .. } = *cause else { panic!("{cause}") };
    assert_eq!(interval, 50);
    assert!((0.0..1e-6).contains(&reached), "{reached}");
}

#[test]
fn chats_are_compared_with_chats_that_never_leave() {
    let demand = week(1, [60.0, 0.0, 0.0]);
    let mut impatient = centre();
    let queue = &mut impatient.queues[SALES];
    (queue.channel, queue.concurrency, queue.patience_seconds) = (Channel::Chat, 3, Some(30.0));
    let mut patient = impatient.clone();
    patient.queues[SALES].patience_seconds = None;
    let hours = |centre: &Centre| compare(centre, &demand).unwrap().iter().map(|row| row.agent_hours).collect::<Vec<_>>();
    let (with, without) = (hours(&impatient), hours(&patient));
    assert_eq!(with[0], without[0]);
    assert!(with[1] < with[0]);
}

#[test]
fn sampled_requirements_do_not_depend_on_the_number_of_threads() {
    let demand = week(1, [60.0, 40.0, 5.0]);
    let wish = PathWish { paths: 60, seed: Seed(1) };
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| requirement_with_probability(&centre(), &demand, 0.8, wish).unwrap())
    };
    assert_eq!(run(1), run(3));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn more_contacts_or_a_higher_share_never_need_fewer_agents(
        volume in 2.0..80.0_f64, more in 1.0..1.5_f64, share in 0.5..0.9_f64, higher in 0.0..0.08_f64, period in 0..3_usize,
    ) {
        let period = [TargetPeriod::Interval, TargetPeriod::Day, TargetPeriod::Week][period];
        let total = |volume: f64, share: f64| {
            let centre = promising(|_| ServiceTarget { period, ..ServiceTarget::share_within(share, 20.0) });
            let got = requirement(&centre, &week(1, [volume, volume, 0.1 * volume])).unwrap();
            [got.queues[0].agents.iter().sum::<u32>(), got.pools.last().unwrap().agents.iter().sum::<u32>()]
        };
        let [base, busier, stricter] = [total(volume, share), total(volume * more, share), total(volume, share + higher)];
        // Over a period whole agents leave a step to spare.
        let slack = u32::from(period != TargetPeriod::Interval);
        for k in 0..2 {
            prop_assert!(base[k] <= busier[k] + slack && base[k] <= stricter[k] + slack, "{base:?} {busier:?} {stricter:?}");
        }
    }

    #[test]
    fn no_probability_of_a_half_or_more_asks_for_fewer_agents_than_the_mean(
        volume in 0.5..60.0_f64, p in 0.5..0.9_f64, period in 0..3_usize, patience in 60.0..3000.0_f64, kind in 0..3_usize,
    ) {
        let period = [TargetPeriod::Interval, TargetPeriod::Day, TargetPeriod::Week][period];
        let mut centre = if kind == 0 { with_mail(period) } else { promising(|target| ServiceTarget { period, ..target }) };
        centre.queues[SALES].patience_seconds = Some(patience);
        if kind == 1 {
            centre.queues[SALES].handling.callback = Some(CallbackOffer { after_seconds: 15.0, share: 0.5, within_hours: 6.0 });
            centre.queues[CARE].target = ServiceTarget { abandonment: Some(0.15), period, ..ServiceTarget::default() };
        }
        let demand = week(1, [volume, volume, 0.2 * volume]);
        let mean = requirement(&centre, &demand).unwrap();
        let sure = requirement_with_probability(&centre, &demand, p, PathWish { paths: 60, seed: Seed(3) }).unwrap();
        let below = |sure: &[u32], mean: &[u32]| sure.iter().zip(mean).any(|(sure, mean)| sure < mean);
        for (sure, mean) in sure.queues.iter().zip(&mean.queues) {
            prop_assert!(!below(&sure.agents, &mean.agents), "{:?}", sure.queue);
            prop_assert!(sure.scheduled.iter().zip(&mean.scheduled).all(|(sure, mean)| sure >= mean));
            prop_assert!(sure.fractional.iter().zip(&mean.fractional).all(|(sure, mean)| sure >= mean));
        }
        for (sure, mean) in sure.pools.iter().zip(&mean.pools) {
            prop_assert!(!below(&sure.agents, &mean.agents) && !below(&sure.scheduled, &mean.scheduled), "{:?}", sure.queues);
            prop_assert!(sure.fractional.iter().zip(&mean.fractional).all(|(sure, mean)| sure >= mean));
        }
        for (sure, mean) in sure.levels.iter().zip(&mean.levels) {
            prop_assert!(!below(&sure.agents, &mean.agents) && !below(&sure.scheduled, &mean.scheduled), "{:?}", sure.level);
        }
    }

    #[test]
    fn a_higher_probability_never_needs_fewer_agents(volume in 2.0..60.0_f64, p in 0.5..0.9_f64, more in 0.0..0.09_f64) {
        let demand = week(1, [volume, volume, 0.1 * volume]);
        let at = |p| requirement_with_probability(&centre(), &demand, p, PathWish { paths: 80, seed: Seed(3) }).unwrap();
        let (base, surer) = (at(p), at(p + more));
        for (base, surer) in base.pools.iter().zip(&surer.pools) {
            prop_assert!(base.agents.iter().zip(&surer.agents).all(|(base, surer)| base <= surer));
            // The levels of work at which the need is known differ, so that N may be one agent off.
            prop_assert!(base.scheduled.iter().zip(&surer.scheduled).all(|(base, surer)| *base <= surer + 1));
        }
    }
}
