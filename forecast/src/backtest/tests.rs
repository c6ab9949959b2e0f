use solver_data::{Calendar, ContactHistory, ForecastAccuracy, Grain, Unwatched};

use crate::backtest::{BacktestRequest, backtest};
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
