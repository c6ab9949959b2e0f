//! Reads contact-centre weeks from JSON.

use std::collections::HashSet;
use std::path::Path;

use super::abridge::abridge;
use super::json::{Complaints, parse_json, repeated};
use super::spelling::suggest;
use super::text::{SourceText, read_text};
use crate::finding::ValidationReport;
use crate::week::{ContactCentreWeek, QUARTERS_PER_DAY, WeekAgent, WeekQueue, WeekShift};

/// Bound on prices, rates and requirements, far above any real one, below which no sum overflows.
const LARGEST: i64 = 1_000_000_000;

/// Reads the week at `path`; see [`parse_week`].
pub fn read_week(path: &Path) -> (Option<ContactCentreWeek>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_week(&source),
        Err(error) => (None, ValidationReport { findings: vec![error.finding()] }),
    }
}

/// The week in `source`, validated wholly: what is returned has known names, fitting lengths and windows inside shifts.
///
/// Findings carry line and column where the JSON itself is wrong, else a path such as `agents[3].lens`.
pub fn parse_week(source: &SourceText) -> (Option<ContactCentreWeek>, ValidationReport) {
    let mut report = ValidationReport::default();
    let Some(week) = parse_json::<ContactCentreWeek>(source, &mut report) else { return (None, report) };
    let mut complaints = Complaints::about(&source.name);
    check_frame(&week, &mut complaints);
    for (k, queue) in week.queues.iter().enumerate() {
        check_queue(&week, queue, &format!("queues[{k}]"), &mut complaints);
    }
    for (s, shift) in week.shifts.iter().enumerate() {
        check_shift(shift, &format!("shifts[{s}]"), &mut complaints);
    }
    let classes: HashSet<&str> = week.shifts.iter().map(|shift| shift.len.as_str()).collect();
    let mut classes: Vec<&str> = classes.into_iter().collect();
    classes.sort_unstable();
    for (i, agent) in week.agents.iter().enumerate() {
        check_agent(&week, agent, &classes, &format!("agents[{i}]"), &mut complaints);
    }
    abridge(&source.name, complaints.into_findings(), &mut report);
    (report.is_usable().then_some(week), report)
}

fn check_frame(week: &ContactCentreWeek, complaints: &mut Complaints<'_>) {
    complaints.check(
        "interval_min",
        (week.interval_min != 15).then(|| format!("intervals last {} minutes", week.interval_min)),
        "a week is given in quarters: 15",
    );
    complaints.check("days", (!(1..=28).contains(&week.days)).then(|| format!("{} days", week.days)), "give 7, or 1 to 28");
    let lists = [("queues", week.queues.is_empty()), ("shifts", week.shifts.is_empty()), ("agents", week.agents.is_empty())];
    for (list, empty) in lists {
        complaints.check(list, empty.then(|| format!("there are no {list}")), "give one at least");
    }
    let twice = [
        ("queues", repeated(week.queues.iter().map(|queue| queue.id.as_str()))),
        ("shifts", repeated(week.shifts.iter().map(|shift| shift.id.as_str()))),
        ("agents", repeated(week.agents.iter().map(|agent| agent.id.as_str()))),
    ];
    for (list, name) in twice {
        complaints.check(list, name.map(|name| format!("id `{name}` stands twice")), "give every id once");
    }
    let cost = &week.cost;
    let prices = [
        ("under_interval", cost.under_interval),
        ("over_interval", cost.over_interval),
        ("pref_band_day", cost.pref_band_day),
        ("day_off_req", cost.day_off_req),
        ("split_days_off", cost.split_days_off),
        ("weekend_again_day", cost.weekend_again_day),
    ];
    for (name, price) in prices {
        complaints.check(
            format!("cost.{name}"),
            (!(0..=LARGEST).contains(&price)).then(|| format!("{price} cents")),
            "give 0 to 1000000000",
        );
    }
}

fn check_queue(week: &ContactCentreWeek, queue: &WeekQueue, path: &str, complaints: &mut Complaints<'_>) {
    complaints.check(
        format!("{path}.min_tier"),
        (!(1..=3).contains(&queue.min_tier)).then(|| format!("tier {}", queue.min_tier)),
        "give 1, 2 or 3",
    );
    let quarters = QUARTERS_PER_DAY.saturating_mul(week.days);
    let message = format!("{} requirements for {} days of 96 quarters", queue.req.len(), week.days);
    complaints.check(format!("{path}.req"), (queue.req.len() != quarters).then_some(message), format!("give {quarters}"));
    if let Some((t, agents)) = queue.req.iter().enumerate().find(|(_, agents)| !(0..=1_000_000).contains(*agents)) {
        complaints.check(format!("{path}.req[{t}]"), Some(format!("{agents} agents required")), "give 0 to 1000000");
    }
}

fn check_shift(shift: &WeekShift, path: &str, complaints: &mut Complaints<'_>) {
    let (start, end) = (shift.start, shift.end);
    let fits = start < QUARTERS_PER_DAY && start < end && end - start <= QUARTERS_PER_DAY;
    complaints.check(
        path,
        (!fits).then(|| format!("`{}` from quarter {start} to {end}", shift.id)),
        "start within the day and last 1 to 96 quarters",
    );
    if !fits {
        return;
    }
    let most = (end - start) as u32 * 15;
    complaints.check(
        format!("{path}.paid"),
        (shift.paid > most).then(|| format!("{} paid minutes in {most}", shift.paid)),
        "pay no more than the length",
    );
    for (b, pause) in shift.breaks.iter().enumerate() {
        let inside =
            start <= pause.lo && pause.lo <= pause.hi && pause.hi <= end && pause.len >= 1 && pause.len <= end - pause.hi;
        let message = format!("{} starts in {} to {} and lasts {}", pause.kind, pause.lo, pause.hi, pause.len);
        complaints.check(
            format!("{path}.breaks[{b}]"),
            (!inside).then_some(message),
            format!("keep it within the shift's {start} to {end}"),
        );
    }
}

fn check_agent(week: &ContactCentreWeek, agent: &WeekAgent, classes: &[&str], path: &str, complaints: &mut Complaints<'_>) {
    let at = |field: &str| format!("{path}.{field}");
    complaints.check(at("tier"), (!(1..=3).contains(&agent.tier)).then(|| format!("tier {}", agent.tier)), "give 1, 2 or 3");
    let contract = matches!(agent.contract.as_str(), "FT" | "PT");
    complaints.check(at("contract"), (!contract).then(|| format!("contract `{}`", agent.contract)), "give FT or PT");
    for class in &agent.lens {
        let known = classes.contains(&class.as_str());
        complaints.check(
            at("lens"),
            (!known).then(|| format!("no shift has length class `{class}`")),
            suggest(class, classes.iter().copied()),
        );
    }
    let minutes = format!("{} to {} paid minutes", agent.min_paid, agent.max_paid);
    complaints.check(at("min_paid"), (agent.min_paid > agent.max_paid).then_some(minutes), "the least is at most the most");
    let rate = (0..=LARGEST).contains(&agent.rate_cents_h);
    complaints.check(
        at("rate_cents_h"),
        (!rate).then(|| format!("{} cents an hour", agent.rate_cents_h)),
        "give 0 to 1000000000",
    );
    complaints.check(
        at("min_rest_q"),
        (agent.min_rest_q > 7 * QUARTERS_PER_DAY).then(|| format!("{} quarters of rest", agent.min_rest_q)),
        "give 0 to 672",
    );
    complaints.check(
        at("prev_consec"),
        (agent.prev_consec > 10_000).then(|| format!("{} days worked before", agent.prev_consec)),
        "give 0 to 10000",
    );
    if let Some((earliest, latest)) = agent.avail {
        let fits = earliest < latest && latest <= 2 * QUARTERS_PER_DAY;
        complaints.check(
            at("avail"),
            (!fits).then(|| format!("available from {earliest} to {latest}")),
            "give two quarters, the first before the second",
        );
    }
    for (field, days) in [("holiday", &agent.holiday), ("day_off_req", &agent.day_off_req)] {
        if let Some(day) = days.iter().find(|&&day| day >= week.days) {
            complaints.check(
                at(field),
                Some(format!("day {day} of {}", week.days)),
                format!("give 0 to {}", week.days.saturating_sub(1)),
            );
        }
    }
    let bands = ["early", "mid", "late", "none"];
    let band = agent.pref_band.as_str();
    complaints.check(at("pref_band"), (!bands.contains(&band)).then(|| format!("band `{band}`")), suggest(band, bands));
}

#[cfg(test)]
#[path = "week_tests.rs"]
mod tests;
