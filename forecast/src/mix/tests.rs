use chrono::{Datelike, Days, NaiveDate};
use solver_data::{AdjustmentSource, Calendar, ChangeKind, DemandForecast, MixDimension, MixRecord, PlannedChange};

use crate::fixture::{after, lively, request};
use crate::mix::{UNSTATED, apply_changes, change_factors, forecast_mix};
use crate::stage::forecast;

fn told() -> DemandForecast {
    let (history, calendar) = (lively(120, 200.0), Calendar::default());
    forecast(&request(&history, &calendar, after(120), 14)).unwrap()
}

fn record(day: u64, value: &str, contacts: f64) -> MixRecord {
    let first = after(0) + Days::new(day);
    MixRecord { first, last: first, queue: "all".into(), dimension: MixDimension::Channel, value: value.into(), contacts }
}

fn change(kind: ChangeKind, start: NaiveDate, ramp_days: u32) -> PlannedChange {
    PlannedChange { start, kind, queues: Vec::new(), ramp_days, reason: "new app".into() }
}

#[test]
fn parts_sum_to_the_queue_in_every_interval_and_bands_hold_their_means() {
    let told = told();
    let records: Vec<MixRecord> = (0..120)
        .flat_map(|day| [record(day, "chat", 30.0 + (day % 5) as f64), record(day, "voice", 70.0), record(day, "mail", 4.0)])
        .collect();
    let mix = &forecast_mix(&told, &records, MixDimension::Channel)[0];
    assert_eq!(mix.values.iter().map(|value| value.value.as_str()).collect::<Vec<_>>(), ["chat", "mail", "voice"]);
    for t in 0..told.grid.len() {
        let sum: f64 = mix.values.iter().map(|value| value.mean[t]).sum();
        approx::assert_relative_eq!(sum, told.queues[0].mean[t], max_relative = 1e-12, epsilon = 1e-12);
        for value in &mix.values {
            let (narrow, wide) = (&value.bands[0], &value.bands[1]);
            let ends = [0.0, wide.lo[t], narrow.lo[t], value.mean[t], narrow.hi[t], wide.hi[t]];
            assert!(ends.windows(2).all(|pair| pair[0] <= pair[1]), "{ends:?}");
        }
    }
    let other = &forecast_mix(&told, &records, MixDimension::Topic)[0].values;
    assert_eq!((other.len(), other[0].value.as_str()), (1, UNSTATED));
    assert_eq!(other[0].mean, told.queues[0].mean);
}

#[test]
fn weekends_keep_their_own_mix_and_few_contacts_do_not() {
    let told = told();
    let mixed = |scale: f64| {
        let records: Vec<MixRecord> = (0..120)
            .flat_map(|day| {
                let weekend = (after(0) + Days::new(day)).weekday().num_days_from_monday() >= 5;
                let chat = if weekend { 0.6 } else { 0.2 };
                let all = if weekend { 300.0 } else { 1000.0 } * scale;
                [record(day, "chat", chat * all), record(day, "voice", (1.0 - chat) * all)]
            })
            .collect();
        let mix = forecast_mix(&told, &records, MixDimension::Channel).remove(0);
        [0, 5].map(|day| mix.values[0].share[told.grid.day_range(day).start])
    };
    let [workday, weekend] = mixed(1.0);
    assert!((workday - 0.2).abs() < 0.02 && (weekend - 0.6).abs() < 0.04, "{workday} {weekend}");
    let [workday, weekend] = mixed(0.001);
    assert!((weekend - workday).abs() < 0.05, "{workday} {weekend}");
}

#[test]
fn a_growing_share_goes_on_growing_and_slows_down() {
    let told = told();
    let chat = |day: u64| 0.15 + 0.2 * day as f64 / 120.0;
    let records: Vec<MixRecord> = (0..120)
        .flat_map(|day| {
            [record(day, "chat", (2000.0 * chat(day)).round()), record(day, "voice", (2000.0 * (1.0 - chat(day))).round())]
        })
        .collect();
    let mix = &forecast_mix(&told, &records, MixDimension::Channel)[0].values[0];
    let at = |day: usize| mix.share[told.grid.day_range(day).start];
    assert!((at(0) - 0.35).abs() < 0.02, "{}", at(0));
    assert!(at(13) > at(0) + 0.005 && at(13) < chat(133) + 0.01, "{} {}", at(13), chat(133));
}

#[test]
fn months_give_shares_too_and_what_is_dated_later_is_not_looked_at() {
    let told = told();
    let month = |month: u32, value: &str, contacts: f64| {
        let first = NaiveDate::from_ymd_opt(2024, month, 1).unwrap();
        let last = first + chrono::Months::new(1) - Days::new(1);
        MixRecord { first, last, ..record(0, value, contacts) }
    };
    let known = [month(1, "chat", 100.0), month(1, "voice", 300.0), month(2, "chat", 110.0), month(2, "voice", 290.0)];
    let mut later = known.to_vec();
    later.push(month(6, "chat", 1e6));
    let (before, after) =
        (forecast_mix(&told, &known, MixDimension::Channel), forecast_mix(&told, &later, MixDimension::Channel));
    assert_eq!(before, after);
    assert!((before[0].values[0].share[0] - 0.26).abs() < 0.02);
}

#[test]
fn deflection_takes_the_easy_contacts() {
    let mut told = told();
    told.queues[0].aht_seconds = Some(vec![200.0; told.grid.len()]);
    let plain = told.clone();
    let start = told.grid.date(3);
    apply_changes(&mut told, &[change(ChangeKind::Deflection { share: 0.1, aht_ratio: 0.6 }, start, 0)]);
    let queue = &told.queues[0];
    for t in 0..told.grid.len() {
        let after = told.grid.day_of(t) >= 3;
        let (volume, aht) = if after { (0.9, 200.0 * 0.94 / 0.9) } else { (1.0, 200.0) };
        approx::assert_relative_eq!(queue.mean[t], volume * plain.queues[0].mean[t], max_relative = 1e-12);
        approx::assert_relative_eq!(queue.bands[1].hi[t], volume * plain.queues[0].bands[1].hi[t], max_relative = 1e-12);
        approx::assert_relative_eq!(queue.aht_seconds.as_ref().unwrap()[t], aht, max_relative = 1e-12);
    }
    let noted = &queue.adjustments[0];
    assert_eq!(noted.source, AdjustmentSource::Deflection);
    assert!(noted.note.contains("new app") && noted.factor[0] == 1.0, "{}", noted.note);
    let work = |queue: &solver_data::QueueForecast, t: usize| queue.mean[t] * queue.aht_seconds.as_ref().unwrap()[t];
    let last = told.grid.day_range(5).start + 20;
    approx::assert_relative_eq!(work(queue, last) / work(&plain.queues[0], last), 0.94, max_relative = 1e-9);
}

#[test]
fn fewer_repeats_lower_the_volume_along_a_ramp() {
    let start = after(120) + Days::new(2);
    let resolved = change(ChangeKind::Repeat { before: 0.25, after: 0.10 }, start, 4);
    let volume = |day: u64| change_factors(&resolved, after(120) + Days::new(day), after(120)).0;
    assert_eq!((volume(0), volume(1)), (1.0, 1.0));
    approx::assert_relative_eq!(volume(6), 0.75 / 0.90, max_relative = 1e-12);
    assert!((2..6).all(|day| volume(day + 1) < volume(day)));
}

#[test]
fn what_the_history_shows_already_is_not_counted_twice() {
    let origin = after(120);
    let old = change(ChangeKind::Deflection { share: 0.2, aht_ratio: 0.5 }, origin - Days::new(200), 0);
    let (volume, aht) = change_factors(&old, origin + Days::new(3), origin);
    assert!((volume - 1.0).abs() < 1e-12 && (aht - 1.0).abs() < 1e-12);
    let recent = change(ChangeKind::Deflection { share: 0.2, aht_ratio: 0.5 }, origin - Days::new(14), 0);
    let (volume, _) = change_factors(&recent, origin, origin);
    approx::assert_relative_eq!(volume, 0.8 / 0.9, max_relative = 1e-9);
    let mut told = told();
    let plain = told.clone();
    apply_changes(&mut told, &[old]);
    assert_eq!(told, plain);
}
