//! The tables of a long view and of its backtest.

use super::csv_text::{CsvText, number, share};
use crate::outlook::{Outlook, OutlookAccuracy, OutlookPeriod};

const PARTS: [&str; 7] = ["level", "trend", "season", "holidays", "drivers", "changes", "near"];

/// `queue,from,until,mean,lo80,hi80,lo95,hi95[,aht_seconds,aht_sd],level,trend,season,holidays,drivers,changes,near`, one row
/// for each period of each queue and of `all`.
///
/// `level` is contacts, the other parts are factors on it, and their product is `mean`.
pub fn outlook_csv(outlook: &Outlook) -> String {
    let periods = || outlook.queues.iter().flat_map(|queue| queue.periods.iter().map(move |period| (queue, period)));
    let levels: Vec<f64> = periods().next().map_or_else(Vec::new, |(_, period)| period.bands.iter().map(|b| b.level).collect());
    let with_aht = periods().any(|(_, period)| period.handle_time.is_some());
    let mut header: Vec<String> = ["queue", "from", "until", "mean"].map(str::to_owned).to_vec();
    for level in &levels {
        let percent = number(level * 100.0);
        header.extend([format!("lo{percent}"), format!("hi{percent}")]);
    }
    header.extend(with_aht.then_some(["aht_seconds", "aht_sd"]).into_iter().flatten().map(str::to_owned));
    header.extend(PARTS.map(str::to_owned));
    let mut text = CsvText::new(&header);
    for (queue, period) in periods() {
        let mut row = vec![queue.name.clone(), period.first.to_string(), period.last.to_string(), number(period.mean)];
        row.extend(period.bands.iter().flat_map(|band| [number(band.lo), number(band.hi)]));
        if with_aht {
            row.extend(period.handle_time.map_or_else(Default::default, |(seconds, sd)| [number(seconds), number(sd)]));
        }
        row.extend(parts(period));
        text.row(&row);
    }
    text.finish()
}

fn parts(period: &OutlookPeriod) -> [String; 7] {
    let own = &period.parts;
    let factors = [own.trend, own.season, own.holidays, own.drivers, own.changes, own.near].map(share);
    let [trend, season, holidays, drivers, changes, near] = factors;
    [number(own.level), trend, season, holidays, drivers, changes, near]
}

/// `queue,months,model,wape,bias,coverage80,coverage95,judged`, in the order given.
pub fn outlook_accuracy_csv(rows: &[OutlookAccuracy]) -> String {
    let mut text = CsvText::new(&["queue", "months", "model", "wape", "bias", "coverage80", "coverage95", "judged"]);
    let known = |value: Option<f64>| value.map_or_else(String::new, share);
    for row in rows {
        text.row(&[
            row.queue.clone(),
            row.months.to_string(),
            row.model.clone(),
            share(row.wape),
            share(row.bias),
            known(row.coverage80),
            known(row.coverage95),
            row.judged.to_string(),
        ]);
    }
    text.finish()
}
