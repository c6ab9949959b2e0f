//! `forecast.csv` told apart by channel or topic.

use super::csv_text::{CsvText, number, share, stamp};
use crate::demand::DemandForecast;
use crate::mix::{MixDimension, MixForecast};

/// `queue,channel|topic,timestamp,mean,lo80,hi80,lo95,hi95[,aht_seconds],share`, one row for each value and open interval.
///
/// The means of a queue's values sum to the queue's in every interval; handle times are the queue's.
pub fn mix_csv(forecast: &DemandForecast, mix: &[MixForecast], dimension: MixDimension) -> String {
    let levels: Vec<f64> = forecast.queues.first().map_or_else(Vec::new, |queue| queue.bands.iter().map(|b| b.level).collect());
    let with_aht = forecast.queues.iter().any(|queue| queue.aht_seconds.is_some());
    let mut header: Vec<String> = ["queue", dimension.name(), "timestamp", "mean"].map(str::to_owned).to_vec();
    for level in &levels {
        let percent = number(level * 100.0);
        header.extend([format!("lo{percent}"), format!("hi{percent}")]);
    }
    header.extend(with_aht.then(|| "aht_seconds".to_owned()));
    header.push("share".to_owned());
    let mut text = CsvText::new(&header);
    for (queue, parts) in forecast.queues.iter().zip(mix) {
        for value in &parts.values {
            for t in (0..forecast.grid.len()).filter(|&t| queue.open[t]) {
                let at = stamp(forecast.grid.local(t));
                let mut row = vec![queue.name.clone(), value.value.clone(), at, number(value.mean[t])];
                row.extend(value.bands.iter().flat_map(|band| [number(band.lo[t]), number(band.hi[t])]));
                row.extend(with_aht.then(|| queue.aht_seconds.as_ref().map_or_else(String::new, |aht| number(aht[t]))));
                row.push(share(value.share[t]));
                text.row(&row);
            }
        }
    }
    text.finish()
}
