//! A review as CSV, as JSON and on one screen.

use std::fmt::Write as _;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use scenarios::Review;
use scenarios::review::ReviewRequest;
use serde_json::{Map, Value, json};
use solver_data::Estimate;

use crate::cli::Language;
use crate::report::review::{Part, Told, advice, front, in_points, in_points_within, measure_line};
use crate::report::{ReportMeta, number};

/// The days under review, such as `24–30 October 1999`.
pub fn days(request: &ReviewRequest) -> String {
    let (first, last) = (request.start, scenarios::pipeline::last_day(request.start, request.weeks));
    let from = match (first.year() == last.year(), first.month() == last.month()) {
        (true, true) => "%-d",
        (true, false) => "%-d %B",
        _ => "%-d %B %Y",
    };
    format!("{}–{}", first.format(from), last.format("%-d %B %Y"))
}

/// `review.csv`: `section,queue,date,part,value,ci95_half_width,unit`; an empty date is the whole horizon.
///
/// Of section `service`, the parts from `staffing` to `attendance` add up to `miss`, as they do of section `hours`.
pub fn csv(review: &Review) -> String {
    let mut rows = Rows(String::from("section,queue,date,part,value,ci95_half_width,unit\n"));
    for row in &review.forecast {
        let known = [("contacts_expected", row.expected), ("contacts_came", row.came)];
        rows.all("forecast", (&row.queue, None), &known, "contacts");
        rows.all("forecast", (&row.queue, None), &[("wape", row.wape), ("in_80_percent_interval", row.coverage80)], "share");
        rows.all("forecast", (&row.queue, None), &[("aht_expected", row.expected_aht), ("aht", row.aht)], "seconds");
        let abandoned = row.recorded.abandonment().unwrap_or(f64::NAN);
        rows.all("forecast", (&row.queue, None), &[("abandonment_recorded", abandoned)], "share");
        for (day, (expected, came)) in row.days.iter().enumerate() {
            let at = (row.queue.as_str(), Some(review.grid.date(day)));
            rows.all("forecast", at, &[("contacts_expected", *expected), ("contacts_came", *came)], "contacts");
        }
    }
    for row in &review.service {
        let at = (row.queue.as_str(), row.day);
        rows.all("service", at, &[("contacts", row.contacts)], "contacts");
        rows.all("service", at, &[("wanted", row.wanted)], "share");
        for (part, share) in [("planned", row.planned), ("served", row.served), ("known_volume", row.known)] {
            rows.estimate("service", at, part, share);
        }
        for part in Part::ALL {
            rows.estimate("service", at, part.name(), part.of_service(row));
        }
        rows.estimate("service", at, "miss", Estimate { mean: row.wanted - row.served.mean, ..row.served });
    }
    for row in &review.hours {
        let at = (row.queue.as_str(), row.day);
        rows.all("hours", at, &[("asked", row.asked), ("needed", row.needed), ("present", row.present)], "agent_hours");
        let parts = Part::ALL.map(|part| (part.name(), part.of_hours(row)));
        rows.all("hours", at, &parts, "agent_hours");
        rows.all("hours", at, &[("miss", row.needed - row.present)], "agent_hours");
    }
    next_rows(review, &mut rows);
    rows.0
}

fn next_rows(review: &Review, rows: &mut Rows) {
    let (next, unit) = (&review.next, review.centre.currency.code.as_str());
    let at = |queue| (queue, Some(next.days.0));
    let money = |amount: solver_data::Money| amount.0 as f64 / number::minor_units(&review.centre.currency);
    let contacts = [("contacts_before_the_week", next.contacts.0), ("contacts_now", next.contacts.1)];
    rows.all("next", at("all"), &contacts, "contacts");
    let needed = [("needed_before_the_week", next.needed.0), ("needed_now", next.needed.1)];
    rows.all("next", at("all"), &needed, "agent_hours");
    rows.all("next", at("all"), &[("roster_going_on.cost", money(next.base_cost))], unit);
    for base in &next.base {
        rows.estimate("next", at(&base.queue), "roster_going_on", base.service_level);
    }
    for measure in &next.measures {
        let name = match &measure.kind {
            scenarios::review::MeasureKind::Extra(_) => "extra_agents",
            scenarios::review::MeasureKind::Replan => "roster_anew",
        };
        for own in &measure.service {
            rows.estimate("next", at(&own.queue), name, own.service_level);
            rows.estimate("next", at(&own.queue), &format!("{name}.difference"), own.difference);
        }
        rows.all("next", at("all"), &[(&format!("{name}.cost_difference"), money(measure.cost))], unit);
        rows.all("next", at("all"), &[(&format!("{name}.hours_difference"), measure.hours)], "agent_hours");
    }
}

/// Rows of the file; an unknown value is an empty cell.
struct Rows(String);

impl Rows {
    fn all(&mut self, section: &str, at: (&str, Option<NaiveDate>), values: &[(&str, f64)], unit: &str) {
        for (part, value) in values {
            self.row(section, at, (part, *value, None), unit);
        }
    }

    fn estimate(&mut self, section: &str, at: (&str, Option<NaiveDate>), part: &str, value: Estimate) {
        self.row(section, at, (part, value.mean, Some(value.half_width)), "share");
    }

    fn row(&mut self, section: &str, (queue, date): (&str, Option<NaiveDate>), value: (&str, f64, Option<f64>), unit: &str) {
        let (part, mean, half) = value;
        let cell = |value: f64| if value.is_finite() { format!("{value:.6}") } else { String::new() };
        let date = date.map_or_else(String::new, |date| date.to_string());
        let half = half.map_or_else(String::new, cell);
        let quoted =
            if queue.contains([',', '"', '\n']) { format!("\"{}\"", queue.replace('"', "\"\"")) } else { queue.to_owned() };
        let _ = writeln!(self.0, "{section},{quoted},{date},{part},{},{half},{unit}", cell(mean));
    }
}

/// The whole horizon and the next period as one JSON object.
pub fn record(review: &Review, request: &ReviewRequest) -> Value {
    let estimate = |value: Estimate| json!({ "mean": value.mean, "half_width": value.half_width });
    let (service, hours) = (review.overall(), review.overall_hours());
    let of_service: Map<String, Value> =
        service.iter().flat_map(|row| Part::ALL.map(|part| (part.name().to_owned(), estimate(part.of_service(row))))).collect();
    let of_hours: Map<String, Value> =
        hours.iter().flat_map(|row| Part::ALL.map(|part| (part.name().to_owned(), json!(part.of_hours(row))))).collect();
    let all = review.forecast.last();
    let measures: Vec<Value> = review
        .next
        .measures
        .iter()
        .map(|measure| {
            let kind = match &measure.kind {
                scenarios::review::MeasureKind::Extra(extra) => json!({
                    "extra_agents": extra.count, "from_minute": extra.minutes.0, "to_minute": extra.minutes.1,
                    "days": extra.days, "level": extra.level, "queues": extra.queues,
                }),
                scenarios::review::MeasureKind::Replan => json!("roster_anew"),
            };
            json!({
                "measure": kind,
                "service_level": measure.service.last().map(|all| estimate(all.service_level)),
                "difference": measure.service.last().map(|all| estimate(all.difference)),
                "cost_difference_minor_units": measure.cost.0,
                "agent_hours_difference": measure.hours,
            })
        })
        .collect();
    json!({
        "start": request.start,
        "weeks": request.weeks,
        "seed": request.seed.0,
        "replications": review.replications,
        "contacts_expected": all.map(|row| row.expected),
        "contacts_came": all.map(|row| row.came),
        "wape": all.map(|row| row.wape),
        "wanted": service.map(|row| row.wanted),
        "planned": service.map(|row| estimate(row.planned)),
        "served": service.map(|row| estimate(row.served)),
        "miss": service.map(|row| row.wanted - row.served.mean),
        "service_parts": of_service,
        "agent_hours_needed": hours.map(|row| row.needed),
        "agent_hours_present": hours.map(|row| row.present),
        "hour_parts": of_hours,
        "next_start": review.next.days.0,
        "roster_going_on": review.next.overall().map(|all| estimate(all.service_level)),
        "measures": measures,
    })
}

/// What happened, why and what to do, on one screen.
pub fn summary(review: &Review, meta: &ReportMeta, page: &Path, language: Language) -> String {
    let told = Told { review, meta, language: language.into() };
    let say = told.language;
    let mut text = format!("\n{}: {}\n", meta.generated_for, front::headline(&told));
    if let (Some(service), Some(hours)) = (review.overall(), review.overall_hours()) {
        let _ = writeln!(
            text,
            "\n{}",
            say.say("  part               points     agent-hours", "  原因               百分点          人时")
        );
        for part in Part::ALL {
            let points = in_points_within(part.of_service(service));
            let (name, hours) = (part.word(say), number::signed(part.of_hours(hours), 1));
            let _ = writeln!(text, "  {}{points:>15}{hours:>14}", padded(name, 14));
        }
        let (points, gap) = (in_points(service.wanted - service.served.mean), number::signed(hours.needed - hours.present, 1));
        let _ = writeln!(text, "  {}{points:>15}{gap:>14}", padded(say.say("whole miss", "总差距"), 14));
    }
    let _ = writeln!(text, "\n{}", say.say("What to do:", "改进建议："));
    for line in advice(&told) {
        let _ = writeln!(text, "  {} {}", line.title, line.text);
    }
    if !review.next.measures.is_empty() {
        let _ =
            writeln!(text, "\n{}", say.say("In the next period, beside the roster going on:", "下一周期（与沿用排班对比）："));
        for measure in &review.next.measures {
            let _ = writeln!(text, "  {}", measure_line(&told, measure));
        }
    }
    let _ = writeln!(text, "\n{}: {}", say.say("Review", "复盘"), page.display());
    text
}

/// A name filled up to a width in columns of the terminal, a Chinese letter taking two.
fn padded(name: &str, width: usize) -> String {
    let columns: usize = name.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum();
    format!("{name}{}", " ".repeat(width.saturating_sub(columns)))
}
