//! The table of a rolling backtest.

use super::csv_text::{CsvText, share};
use crate::accuracy::ForecastAccuracy;

/// `queue,grain,model,wape,mase,bias,coverage80,coverage95,pinball,origins`, in the order given.
pub fn backtest_csv(rows: &[ForecastAccuracy]) -> String {
    let header = ["queue", "grain", "model", "wape", "mase", "bias", "coverage80", "coverage95", "pinball", "origins"];
    let mut text = CsvText::new(&header);
    let known = |value: Option<f64>| value.map_or_else(String::new, share);
    for row in rows {
        text.row(&[
            row.queue.clone(),
            row.grain.name().into_owned(),
            row.model.clone(),
            share(row.wape),
            known(row.mase),
            share(row.bias),
            known(row.coverage80),
            known(row.coverage95),
            known(row.pinball),
            row.origins.to_string(),
        ]);
    }
    text.finish()
}
