//! What every model promises; a new line in the registry is tested without a new test.

use std::sync::Arc;

use chrono::Duration;
use proptest::prelude::{ProptestConfig, prop, prop_assert, proptest};
use solver_data::{Calendar, CalendarEvent, ContactHistory, DemandForecast, EventKind, PlanningGrid};

use crate::fixture::{after, lively, made, record, request};
use crate::model::{Cut, names, registry};
use crate::pool::POOL;
use crate::request::{GapPolicy, ModelChoice};
use crate::series::Frame;
use crate::stage::forecast;

fn all_names() -> Vec<&'static str> {
    names().into_iter().chain([POOL]).collect()
}

fn answer(history: &ContactHistory, days: usize, model: &str, gaps: GapPolicy) -> DemandForecast {
    let calendar = Calendar::default();
    let asked = request(history, &calendar, after(days), 7);
    forecast(&crate::ForecastRequest { model: ModelChoice::Named(model.into()), gaps, ..asked }).unwrap()
}

fn assert_sane(forecast: &DemandForecast, what: &str) {
    for queue in &forecast.queues {
        assert_eq!(queue.mean.len(), forecast.grid.len(), "{what}");
        assert!(queue.mean.iter().all(|mean| mean.is_finite() && *mean >= 0.0), "{what}");
        assert!(queue.uncertainty.day_level_sd.is_finite() && queue.uncertainty.overdispersion > 0.0, "{what}");
        for t in 0..queue.mean.len() {
            let (narrow, wide) = (&queue.bands[0], &queue.bands[1]);
            let ends = [0.0, wide.lo[t], narrow.lo[t], queue.mean[t], narrow.hi[t], wide.hi[t], f64::MAX];
            assert!(ends.windows(2).all(|pair| pair[0] <= pair[1]), "{what}, interval {t}: {ends:?}");
        }
    }
}

/// Courses that have broken forecasters before: (name, days, history).
fn courses() -> Vec<(&'static str, usize, ContactHistory)> {
    vec![
        ("lively", 120, lively(120, 40.0)),
        ("one week", 7, lively(7, 40.0)),
        ("three weeks", 21, lively(21, 40.0)),
        ("constant", 70, made(70, |_, _| Some(12.0))),
        ("nothing ever", 70, made(70, |_, _| Some(0.0))),
        ("a contact a week", 70, made(70, |day, slot| Some(f64::from(u8::from(day % 7 == 2 && slot == 20))))),
        ("a dead month", 120, made(120, |day, slot| Some(if (60..90).contains(&day) { 0.0 } else { slot as f64 }))),
        ("a hole of two months", 120, made(120, |day, slot| (!(30..90).contains(&day)).then_some(5.0 + slot as f64))),
        ("a burst", 70, made(70, |day, slot| Some(if day == 50 { 5000.0 } else { slot as f64 }))),
        ("weekdays only", 70, made(70, |day, slot| (day % 7 < 5 && (16..40).contains(&slot)).then_some(30.0))),
        ("a week unknown", 70, made(70, |day, slot| Some(if (40..47).contains(&day) { f64::NAN } else { slot as f64 }))),
        ("all unknown but a week", 70, made(70, |day, slot| Some(if day < 63 { f64::NAN } else { slot as f64 }))),
        ("a day twice", 70, twice(made(70, |_, slot| Some(slot as f64)), 50)),
        ("a contact now and then", 120, made(120, |day, slot| Some(f64::from(u8::from((day * 48 + slot) % 31 == 0))))),
        ("ending in zeros", 70, made(70, |day, slot| Some(if day < 50 { slot as f64 } else { 0.0 }))),
    ]
}

/// A history in which all rows of a day stand twice.
fn twice(mut history: ContactHistory, day: usize) -> ContactHistory {
    let records = &mut history.queues[0].records;
    let again = records[day * 48..(day + 1) * 48].to_vec();
    records.splice(day * 48..day * 48, again);
    records.sort_by_key(|record| record.start);
    history
}

#[test]
fn every_model_answers_every_course_with_finite_nested_numbers() {
    for (course, days, history) in courses() {
        for model in all_names() {
            for gaps in [GapPolicy::Unknown, GapPolicy::Zero] {
                assert_sane(&answer(&history, days, model, gaps), &format!("{model} on {course}"));
            }
        }
    }
}

#[test]
fn every_model_forecasts_four_times_the_contacts_from_four_times_the_history() {
    let (single, fourfold) = (lively(100, 200.0), lively(100, 200.0));
    let fourfold = ContactHistory {
        queues: fourfold
            .queues
            .into_iter()
            .map(|mut queue| {
                queue.records.iter_mut().for_each(|record| record.offered = record.offered.map(|offered| 4.0 * offered));
                queue
            })
            .collect(),
        ..fourfold
    };
    for model in all_names() {
        let (small, large) = (answer(&single, 100, model, GapPolicy::Unknown), answer(&fourfold, 100, model, GapPolicy::Unknown));
        for (small, large) in small.queues[0].mean.iter().zip(&large.queues[0].mean) {
            approx::assert_relative_eq!(4.0 * small, *large, max_relative = 0.01, epsilon = 0.5);
        }
    }
}

#[test]
fn no_model_looks_past_its_origin() {
    const ORIGINS: [usize; 5] = [15, 40, 70, 83, 110];
    let (past, days) = (lively(120, 40.0), 120);
    let holiday = |day| CalendarEvent {
        start: after(day),
        end: after(day),
        kind: EventKind::Holiday,
        name: "feast".into(),
        queues: Vec::new(),
        uplift: None,
    };
    let calendar = Calendar { events: [20, 57, 86, 93].map(holiday).to_vec() };
    let paths = |history: &ContactHistory| {
        let asked = request(history, &calendar, after(days), 7);
        let series = Frame::new(&asked).unwrap().series(&history.queues[0]).unwrap();
        let cuts = ORIGINS.map(|origin| Cut { origin, from: origin + 1, until: origin + 9 });
        registry().iter().map(|model| model.paths(&series, &cuts)).collect::<Vec<_>>()
    };
    let expected = paths(&past);
    for (k, origin) in ORIGINS.into_iter().enumerate() {
        let changed = paths(&made(120, |day, slot| {
            let offered = past.queues[0].records[day * 48 + slot].offered;
            offered.map(|offered| if day < origin { offered } else { 7.0 * offered + 3.0 })
        }));
        for (model, (expected, changed)) in names().into_iter().zip(expected.iter().zip(&changed)) {
            assert_eq!(expected[..=k], changed[..=k], "{model} before day {origin}");
        }
    }
}

#[test]
fn every_model_sums_five_minutes_to_quarters() {
    let start = crate::fixture::date(2024, 1, 1).and_hms_opt(0, 0, 0).unwrap();
    let records = (0..35 * 288).map(|i| record(start + Duration::minutes(5 * i), (i % 7) as f64)).collect();
    let history = ContactHistory { interval_minutes: 5, queues: vec![solver_data::QueueHistory { name: "all".into(), records }] };
    let calendar = Calendar::default();
    let grid = Arc::new(PlanningGrid::new(after(35), 7, 15, chrono_tz::UTC).unwrap());
    for model in all_names() {
        let asked = crate::ForecastRequest::new(&history, &calendar, grid.clone());
        let answer = forecast(&crate::ForecastRequest { model: ModelChoice::Named(model.into()), ..asked }).unwrap();
        assert_sane(&answer, model);
        approx::assert_relative_eq!(answer.queues[0].mean.iter().sum::<f64>(), 7.0 * 864.0, max_relative = 0.03);
    }
}

#[test]
fn a_start_long_after_the_history_is_answered_in_finite_numbers() {
    let (history, calendar) = (lively(60, 40.0), Calendar::default());
    for model in all_names() {
        let asked = request(&history, &calendar, after(60 + 3 * 365), 7);
        match forecast(&crate::ForecastRequest { model: ModelChoice::Named(model.into()), ..asked }) {
            Ok(answer) => assert_sane(&answer, model),
            Err(error) => assert!(error.to_string().contains("history"), "{error}"),
        }
    }
}

#[test]
fn what_starts_after_the_horizon_begins_does_not_matter() {
    let long = lively(120, 40.0);
    let short = ContactHistory {
        queues: long
            .queues
            .iter()
            .map(|q| solver_data::QueueHistory { records: q.records[..100 * 48].to_vec(), ..q.clone() })
            .collect(),
        ..long.clone()
    };
    for model in all_names() {
        assert_eq!(answer(&long, 100, model, GapPolicy::Zero), answer(&short, 100, model, GapPolicy::Zero));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_history_gives_finite_nested_numbers(
        days in 7_usize..50,
        counts in prop::collection::vec(prop::option::weighted(0.8, 0_u32..400), 97),
        quiet in 1_u32..300,
    ) {
        let history = made(days, |day, slot| {
            let count = counts[(day * 48 + slot) % counts.len()]?;
            Some(if count < quiet { 0.0 } else { f64::from(count) })
        });
        let first = history.queues[0].records.first().unwrap().start.date();
        let last = history.queues[0].records.last().unwrap().start.date();
        if (last - first).num_days() >= 6 {
            for model in all_names() {
                let answer = answer(&history, days, model, GapPolicy::Unknown);
                assert_sane(&answer, model);
                prop_assert!(answer.queues[0].mean.iter().sum::<f64>() < 48.0 * 7.0 * 4000.0);
            }
        }
    }
}
