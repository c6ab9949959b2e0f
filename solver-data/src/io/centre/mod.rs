//! The centre folder: `centre.toml`, `agents.csv`, `time_off.csv`, `requests.csv`, `calendar.csv`, `changes.csv`, read and validated in
//! one pass.
//!
//! Every finding names file, line and column, for `centre.toml` a path such as `queues[2].patience_seconds` too (lists
//! count from 0), and the mend. What `centre.toml` may hold, with its meaning, stands in the file that
//! `shiftcast init` makes; in short:
//!
//! | table | keys |
//! |---|---|
//! | head | `name`, `time_zone`, `interval_minutes`, `week_start`, `currency`, optional lists `skills` and `holidays` (codes of built-in holidays) |
//! | `[opening_hours]` | `sun-thu = ["07:00-24:00"]` by weekday or span of weekdays; closed where not named |
//! | `[[level]]` | `name`, `hourly`; lowest first |
//! | `[[queue]]` | `name`, `title`, `channel`, `skill`, `lowest_level`, `priority`, `patience_seconds`, `concurrency`, `aht_seconds`, `opening_hours`, `target = { service_level, within_seconds, definition, asa_seconds, abandonment, occupancy }` |
//! | `[[contract]]` | `name`, `weekly_hours = [36, 40]`, `maximum_days`, `shifts`, `weekends_worked = { most = 2, of = 4 }`, `bank = { weekly_hours, limits, settle, settle_weeks, settle_from }` |
//! | `[[shift]]` | `class`, `starts` or `first`, `last`, `every_minutes`, `hours` or `length_minutes`, `weekdays`, `breaks = [{ kind, minutes, paid, between }]` |
//! | `[rules]` | `pack`, `minimum_rest_hours`, `maximum_consecutive_days`, `maximum_days_per_week`, `maximum_weekly_hours`, `weekend`, `weekends_worked`, `sunday_off_every` |
//! | `[shrinkage]` | `planned`, `unplanned` |
//! | `[coverage]` | `understaffing_per_hour`, `overstaffing_per_hour` |
//! | `[pay]` | `night`, `night_premium`, `weekend`, `weekend_premium`, `holiday_premium`, `on_cost`; for finance `overtime`, `overtime_weekend`, `overtime_holiday`, `outsourced_minute`, `abandoned_contact` |
//! | `[capacity]` | terms of the capacity plan: hiring, training, attrition, limits |
//!
//! | table | columns (in brackets: optional) |
//! |---|---|
//! | `agents.csv` | `agent,contract,level,skills`, `[from,until,earliest,latest,days_worked_before,rested_minutes_before,bank_minutes,weekends_worked_before,sundays_worked_before,week_days_before,week_minutes_before]`, own columns |
//! | `time_off.csv` | `agent,start,end[,credited_hours]`: hours credited for each day off |
//! | `requests.csv` | `agent,date,kind[,value],weight`: weight is an amount in the currency |
//! | `calendar.csv` | `start,end,kind[,name,queues,uplift]`: uplift is a factor on volume, empty to learn it |
//! | `changes.csv` | `start,kind(deflection\|repeat),share[,queues,before,aht_ratio,ramp_days,reason]`: planned changes |
//!
//! Several skills or queues in a cell are joined by `;`. Shares are `0.8` or `"80 %"`, seconds are `192` or `"3:12"`, amounts are in the currency with its decimals.

mod agents;
mod assumption;
mod contract;
mod document;
mod donor;
mod entry;
mod events;
mod file;
mod finance;
mod fit;
mod folder;
mod handling;
mod head;
mod hours;
mod queue;
mod requests;
mod rows;
mod scenario;
mod section;
mod shift;
mod target;
mod time_off;
mod week_sums;
mod weekday;

#[cfg(test)]
mod horizon_tests;
#[cfg(test)]
mod table_tests;
#[cfg(test)]
mod tests;

pub use folder::{CentreFolder, read_calendar, read_centre, read_finance};
pub use scenario::{ScenarioContext, ScenarioShelf, SweepAxis, SweepGrid, SweepPoint, parse_sweep, read_scenario};
