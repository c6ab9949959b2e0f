//! `forecast.csv`: expected contacts with prediction intervals and handle time.

use super::csv_text::{CsvText, number, stamp};
use crate::demand::{DemandForecast, QueueForecast};

/// `queue,timestamp,mean,lo80,hi80,lo95,hi95[,aht_seconds]`, one row for each open interval of each queue.
///
/// Where something was changed after the model had spoken, a last column `adjusted_by` says what changed the row, such as
/// `override (Ada: mailing); intraday (…)`. Other levels make other columns, such as `lo90,hi90`; `aht_seconds` is there when some queue has handle times.
pub fn forecast_csv(forecast: &DemandForecast) -> String {
    let mut levels: Vec<f64> = forecast.queues.iter().flat_map(|queue| queue.bands.iter().map(|band| band.level)).collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup_by(|left, right| (*left - *right).abs() < 1e-9);
    let with_aht = forecast.queues.iter().any(|queue| queue.aht_seconds.is_some());
    let mut header: Vec<String> = ["queue", "timestamp", "mean"].map(str::to_owned).to_vec();
    for level in &levels {
        let percent = number(level * 100.0);
        header.extend([format!("lo{percent}"), format!("hi{percent}")]);
    }
    header.extend(with_aht.then(|| "aht_seconds".to_owned()));
    let adjusted = forecast.queues.iter().any(|queue| !queue.adjustments.is_empty());
    header.extend(adjusted.then(|| "adjusted_by".to_owned()));
    let mut text = CsvText::new(&header);
    for queue in &forecast.queues {
        for t in (0..forecast.grid.len()).filter(|&t| queue.open[t]) {
            let mut row = vec![queue.name.clone(), stamp(forecast.grid.local(t)), number(queue.mean[t])];
            row.extend(levels.iter().flat_map(|&level| band_cells(queue, level, t)));
            row.extend(with_aht.then(|| queue.aht_seconds.as_ref().map_or_else(String::new, |aht| number(aht[t]))));
            row.extend(adjusted.then(|| adjusted_by(queue, t)));
            text.row(&row);
        }
    }
    text.finish()
}

/// What changed an interval of a queue, joined by `; `.
fn adjusted_by(queue: &QueueForecast, t: usize) -> String {
    let changes = queue.adjustments.iter().filter(|adjustment| adjustment.factor[t] != 1.0);
    let told = changes.map(|adjustment| match adjustment.note.as_str() {
        "" => adjustment.source.name().to_owned(),
        note => format!("{} ({note})", adjustment.source.name()),
    });
    told.collect::<Vec<_>>().join("; ")
}

fn band_cells(queue: &QueueForecast, level: f64, t: usize) -> [String; 2] {
    queue.band(level).map_or_else(Default::default, |band| [number(band.lo[t]), number(band.hi[t])])
}
