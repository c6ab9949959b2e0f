use solver_data::{Calendar, ContactHistory, ForecastAccuracy, Grain, Unwatched};

use crate::backtest::{BacktestRequest, Contest, backtest, known_models};
use crate::error::ForecastError;
use crate::fixture::{BANK, ISRAEL, TECHNION, TECHNION_QUEUES, USA, holidays, made, several, single};
use crate::request::GapPolicy;

fn asked<'a>(history: &'a ContactHistory, calendar: &'a Calendar, gaps: GapPolicy) -> BacktestRequest<'a> {
    BacktestRequest { gaps, ..BacktestRequest::new(history, calendar) }
}

fn row<'a>(rows: &'a [ForecastAccuracy], queue: &str, grain: Grain, model: &str) -> &'a ForecastAccuracy {
    rows.iter().find(|row| row.queue == queue && row.grain == grain && row.model == model).unwrap()
}

fn assert_calibrated(row: &ForecastAccuracy) {
    let (narrow, wide) = (row.coverage80.unwrap(), row.coverage95.unwrap());
    assert!((0.74..=0.88).contains(&narrow) && (0.92..=0.985).contains(&wide), "{narrow} {wide}");
}

#[test]
fn the_pool_beats_the_planner_on_a_bank_that_opens_on_weekdays() {
    let (history, calendar) = (single(BANK), holidays(USA));
    let rows = backtest(&asked(&history, &calendar, GapPolicy::Unknown), &Unwatched).unwrap();
    let pool = row(&rows, "all", Grain::Interval, "shiftcast");
    assert!(pool.wape < 0.0515, "{}", pool.wape);
    assert!(pool.wape < 0.95 * row(&rows, "all", Grain::Interval, "average_4_weeks").wape);
    assert!(pool.wape > row(&rows, "all", Grain::Interval, "poisson_floor").wape);
    assert_calibrated(pool);
}

#[test]
fn the_pool_beats_the_planner_through_a_month_of_holidays() {
    let (history, calendar) = (single(TECHNION), holidays(ISRAEL));
    let rows = backtest(&asked(&history, &calendar, GapPolicy::Unknown), &Unwatched).unwrap();
    let pool = row(&rows, "all", Grain::Interval, "shiftcast");
    assert!(pool.wape < 0.26, "{}", pool.wape);
    assert!(pool.wape < 0.8 * row(&rows, "all", Grain::Interval, "average_4_weeks").wape);
    assert_calibrated(pool);
}

#[test]
fn queues_with_holes_of_months_and_a_handful_of_contacts_are_scored_each_and_together() {
    let (history, calendar) = (several(TECHNION_QUEUES), holidays(ISRAEL));
    let rows = backtest(&BacktestRequest { origins: 3, ..asked(&history, &calendar, GapPolicy::Zero) }, &Unwatched).unwrap();
    assert_eq!(rows.len(), 7 * (3 + 7) * 4);
    assert!(rows.iter().all(|row| row.wape.is_finite() && row.bias.is_finite()));
    for queue in ["PS", "NW", "PE", "TT", "NE", "IN", "all"] {
        let wape = |model| row(&rows, queue, Grain::Interval, model).wape;
        let best = wape("average_4_weeks").min(wape("seasonal_naive"));
        assert!(wape("shiftcast") < 1.05 * best, "{queue}: {} against {best}", wape("shiftcast"));
    }
}

#[test]
fn a_contest_measures_every_model_by_grain_and_by_lead() {
    let (history, calendar) = (made(84, |day, slot| Some((day % 7 + slot) as f64)), Calendar::default());
    let request = BacktestRequest { origins: 2, days: 10, models: Contest::All, ..BacktestRequest::new(&history, &calendar) };
    let rows = backtest(&request, &Unwatched).unwrap();
    for model in known_models() {
        for grain in [Grain::Interval, Grain::Day, Grain::Week, Grain::Lead(1), Grain::Lead(10)] {
            let row = row(&rows, "all", grain, model);
            assert!(row.wape.is_finite() && row.mase.is_none_or(|mase| mase >= 0.0), "{model} {grain:?}");
            let banded = matches!(grain, Grain::Interval | Grain::Lead(_));
            assert_eq!(row.coverage80.is_some() && row.pinball.is_some(), banded, "{model} {grain:?}");
        }
    }
    assert!(rows.iter().all(|row| row.grain != Grain::Lead(11)));
    let leads: f64 = (1..=10).map(|lead| row(&rows, "all", Grain::Lead(lead), "seasonal_naive").wape).sum();
    assert!(leads < 1e-9, "a course that repeats weekly is known to the naive: {leads}");
}

#[test]
fn a_contest_names_its_models_once_and_refuses_strangers() {
    let asked = |names: &[&str]| Contest::Named(names.iter().map(|name| (*name).to_owned()).collect()).names();
    assert_eq!(asked(&["holt_winters", "seasonal_naive"]).unwrap(), ["holt_winters", "seasonal_naive", "average_4_weeks"]);
    assert_eq!(Contest::Pool.names().unwrap(), ["shiftcast", "seasonal_naive", "average_4_weeks"]);
    assert!(matches!(asked(&["prophet"]), Err(ForecastError::Model { name, .. }) if name == "prophet"));
}

#[test]
fn errors_by_lead_add_up_to_those_by_interval() {
    let (history, calendar) = (single(BANK), holidays(USA));
    let rows = backtest(&BacktestRequest { origins: 2, ..BacktestRequest::new(&history, &calendar) }, &Unwatched).unwrap();
    let leads: Vec<&ForecastAccuracy> =
        rows.iter().filter(|row| row.model == "shiftcast" && matches!(row.grain, Grain::Lead(_))).collect();
    let (best, worst) = leads.iter().fold((f64::MAX, 0.0_f64), |(best, worst), row| (best.min(row.wape), worst.max(row.wape)));
    assert_eq!(leads.len(), 5, "a bank is closed on two of seven days");
    assert!((best..=worst).contains(&row(&rows, "all", Grain::Interval, "shiftcast").wape));
}

#[test]
fn a_backtest_of_nothing_says_what_it_needs() {
    let calendar = Calendar::default();
    let short = made(10, |_, slot| Some(slot as f64));
    let request = asked(&short, &calendar, GapPolicy::Unknown);
    assert!(matches!(
        backtest(&BacktestRequest { origins: 0, ..request.clone() }, &Unwatched),
        Err(ForecastError::EmptyBacktest { .. })
    ));
    assert!(backtest(&BacktestRequest { origins: 1, days: 3000, ..request.clone() }, &Unwatched).is_err());
    let error = backtest(&BacktestRequest { origins: usize::MAX, ..request }, &Unwatched).unwrap_err();
    assert_eq!(error.to_string(), "history of queue all spans 3 days before 2024-01-04; at least 7 are needed");
}
