//! The head of the file: name, zone, grid, week, currency.

use chrono::Weekday;
use chrono_tz::Tz;

use super::section::Section;
use crate::centre::Currency;
use crate::holidays::{self, HolidaySet};
use crate::io::spelling::nearest;

/// What stands above the first heading.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) zone: Tz,
    pub(super) interval_minutes: u32,
    pub(super) week_start: Weekday,
    pub(super) currency: Currency,
    /// Built-in holidays of the calendar.
    pub(super) holidays: Vec<HolidaySet>,
}

impl Head {
    /// Reads the head; what is wrong is reported and stands in as a placeholder.
    pub(super) fn read(root: &Section<'_>) -> Self {
        let name = root.required("name", "name = \"My centre\"").and_then(|entry| entry.text()).unwrap_or_default();
        Self {
            name: name.to_owned(),
            zone: zone(root).unwrap_or(Tz::UTC),
            interval_minutes: interval(root).unwrap_or(5),
            week_start: root.required("week_start", "week_start = \"mon\"").and_then(|e| e.weekday()).unwrap_or(Weekday::Mon),
            currency: currency(root).unwrap_or(Currency { code: String::new(), minor_digits: 2 }),
            holidays: holiday_sets(root),
        }
    }
}

fn zone(root: &Section<'_>) -> Option<Tz> {
    let entry = root.required("time_zone", "time_zone = \"Europe/Berlin\"")?;
    let text = entry.text()?;
    if let Ok(zone) = text.parse() {
        return Some(zone);
    }
    let names = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    // `Jerusalem` and `Israel/Jerusalem` mean the zone whose city is so called.
    let city = |name: &'static str| name.rsplit('/').next().unwrap_or(name);
    let wanted = text.rsplit('/').next().unwrap_or(text).replace(' ', "_");
    let same_city = names().find(|name| name.contains('/') && city(name).eq_ignore_ascii_case(&wanted));
    let near_city = || nearest(&wanted, names().filter(|name| name.contains('/')).map(city));
    let meant = same_city
        .or_else(|| nearest(text, names()))
        .or_else(|| near_city().and_then(|near| names().find(|name| name.contains('/') && city(name) == near)));
    let hint = match meant {
        Some(name) => format!("did you mean \"{name}\"?"),
        None => "write a name of the IANA time zone database, such as \"Asia/Shanghai\" or \"Europe/London\"".to_owned(),
    };
    entry.refuse(format!("\"{text}\" is no time zone"), hint)
}

fn interval(root: &Section<'_>) -> Option<u32> {
    let entry = root.required("interval_minutes", "interval_minutes = 15")?;
    let minutes = entry.whole(5..=60)? as u32;
    if 60 % minutes == 0 {
        Some(minutes)
    } else {
        entry.refuse(format!("an interval of {minutes} minutes does not divide an hour"), "write 5, 10, 15, 20, 30 or 60")
    }
}

fn holiday_sets(root: &Section<'_>) -> Vec<HolidaySet> {
    let Some(entry) = root.optional("holidays") else { return Vec::new() };
    let known = || holidays::codes().collect::<Vec<_>>().join(", ");
    let codes = entry.list("write it as holidays = [\"CN\"]").unwrap_or_default();
    codes
        .iter()
        .filter_map(|entry| {
            let code = entry.text()?;
            let hint = || format!("use one of {}; holidays of other places go into calendar.csv", known());
            holidays::set(code).or_else(|| entry.refuse(format!("no holidays of \"{code}\" are built in"), hint()))
        })
        .collect()
}

fn currency(root: &Section<'_>) -> Option<Currency> {
    let entry = root.required("currency", "currency = \"EUR\"")?;
    let code = entry.text()?;
    if code.len() != 3 || !code.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return entry
            .refuse(format!("\"{code}\" is no currency code"), "write three capitals, such as \"ILS\", \"EUR\" or \"CNY\"");
    }
    let minor_digits = match code {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV" | "XAF" | "XOF"
        | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    };
    Some(Currency { code: code.to_owned(), minor_digits })
}
