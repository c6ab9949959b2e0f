//! Rules of a single shift.

use chrono::{Datelike, Duration, NaiveDateTime, NaiveTime};

use super::roster::{Finds, clock, credit};
use crate::centre::Centre;
use crate::grid::PlanningGrid;
use crate::id::AgentId;
use crate::roster::Shift;
use crate::template::ShiftTemplate;

/// Finds what is wrong with one shift of an agent.
pub(super) fn check(centre: &Centre, agent: AgentId, shift: &Shift, grid: &PlanningGrid, finds: &mut Finds<'_>) {
    check_day(centre, agent, shift, grid, finds);
    let date = Some(shift.date);
    let Some(template) = centre.templates.iter().find(|template| template.name == shift.template) else {
        finds.find("known_template", date, format!("there is no shift template `{}`", shift.template));
        return;
    };
    let contract = &centre.contracts[centre.agents[agent].contract];
    if !template.runs_on(shift.date.weekday()) {
        finds.find("weekday", date, format!("template `{}` is not worked on a {}", template.name, shift.date.weekday()));
    }
    if !contract.classes.contains(&template.class) {
        let allowed = contract.classes.join(", ");
        let message = format!(
            "class {} of template `{}` is not in contract {}, which has {allowed}",
            template.class, template.name, contract.name
        );
        finds.find("contract_class", date, message);
    }
    check_times(shift, template, finds);
    check_breaks(shift, template, finds);
    check_paid_minutes(shift, template, finds);
    check_availability(centre, agent, shift, finds);
}

fn check_day(centre: &Centre, agent: AgentId, shift: &Shift, grid: &PlanningGrid, finds: &mut Finds<'_>) {
    let date = Some(shift.date);
    if grid.day_of_date(shift.date).is_none() {
        let (first, last) = (grid.date(0), grid.date(grid.days() - 1));
        finds.find("horizon", date, format!("the day lies outside the horizon {first} to {last}"));
    }
    let person = &centre.agents[agent];
    if !person.employed_on(shift.date) {
        let edge = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "open".to_owned(), |day| day.to_string());
        finds.find("employment", date, format!("employed from {} until {}", edge(person.from), edge(person.until)));
    }
    if credit(centre, agent, shift.date).is_some() {
        finds.find("time_off", date, "the agent is off that day");
    }
}

fn check_times(shift: &Shift, template: &ShiftTemplate, finds: &mut Finds<'_>) {
    let midnight = shift.date.and_time(NaiveTime::MIN);
    let at = |minute: u32| midnight + Duration::minutes(i64::from(minute));
    let (start, end) = (at(template.start_minute), at(template.end_minute()));
    if (shift.start, shift.end) != (start, end) {
        let message = format!("from {} to {}, where template `{}` says {start} to {end}", shift.start, shift.end, template.name);
        finds.find("shift_times", Some(shift.date), message);
    }
}

/// Each break once, in the template's order, inside its window, as long as it shall be, none over another.
fn check_breaks(shift: &Shift, template: &ShiftTemplate, finds: &mut Finds<'_>) {
    let date = Some(shift.date);
    let kinds = |kinds: Vec<&str>| if kinds.is_empty() { "none".to_owned() } else { kinds.join(", ") };
    let placed: Vec<&str> = shift.breaks.iter().map(|pause| pause.kind.as_str()).collect();
    let wanted: Vec<&str> = template.breaks.iter().map(|window| window.kind.as_str()).collect();
    if placed != wanted {
        finds.find("breaks", date, format!("breaks are {}, template `{}` has {}", kinds(placed), template.name, kinds(wanted)));
        return;
    }
    let mut free_from = shift.start;
    for (pause, window) in shift.breaks.iter().zip(&template.breaks) {
        let (after, length) = (minutes(shift.start, pause.start), minutes(pause.start, pause.end));
        if after < i64::from(window.earliest_minute) || after > i64::from(window.latest_minute) {
            let edge = |minute: u32| (shift.start + Duration::minutes(i64::from(minute))).format("%H:%M").to_string();
            let (earliest, latest) = (edge(window.earliest_minute), edge(window.latest_minute));
            finds.find(
                "breaks",
                date,
                format!("{} at {}, its window is {earliest} to {latest}", pause.kind, pause.start.format("%H:%M")),
            );
        }
        if length != i64::from(window.length_minutes) {
            finds.find("breaks", date, format!("{} lasts {length} minutes, {} are due", pause.kind, window.length_minutes));
        }
        if pause.paid != window.paid {
            let word = |paid: bool| if paid { "paid" } else { "unpaid" };
            finds.find(
                "breaks",
                date,
                format!("{} is {}, the template has it {}", pause.kind, word(pause.paid), word(window.paid)),
            );
        }
        if pause.start < free_from || pause.end > shift.end {
            finds.find(
                "breaks",
                date,
                format!("{} at {} leaves the shift or meets another break", pause.kind, pause.start.format("%H:%M")),
            );
        }
        free_from = free_from.max(pause.end);
    }
}

/// Paid minutes are those of the template and those its own spans add up to.
fn check_paid_minutes(shift: &Shift, template: &ShiftTemplate, finds: &mut Finds<'_>) {
    let unpaid: i64 = shift.breaks.iter().filter(|pause| !pause.paid).map(|pause| minutes(pause.start, pause.end)).sum();
    let counted = minutes(shift.start, shift.end) - unpaid;
    if shift.paid_minutes != template.paid_minutes || i64::from(shift.paid_minutes) != counted {
        let message = format!(
            "{} paid minutes stated, {counted} counted from the spans, {} in template `{}`",
            shift.paid_minutes, template.paid_minutes, template.name
        );
        finds.find("paid_minutes", Some(shift.date), message);
    }
}

fn check_availability(centre: &Centre, agent: AgentId, shift: &Shift, finds: &mut Finds<'_>) {
    let person = &centre.agents[agent];
    let midnight = shift.date.and_time(NaiveTime::MIN);
    if let Some(earliest) = person.earliest_minute
        && minutes(midnight, shift.start) < i64::from(earliest)
    {
        finds.find(
            "availability",
            Some(shift.date),
            format!("starts at {}, available from {}", shift.start.format("%H:%M"), clock(earliest)),
        );
    }
    if let Some(latest) = person.latest_minute
        && minutes(midnight, shift.end) > i64::from(latest)
    {
        finds.find(
            "availability",
            Some(shift.date),
            format!("ends at {}, available until {}", shift.end.format("%H:%M"), clock(latest)),
        );
    }
}

fn minutes(from: NaiveDateTime, to: NaiveDateTime) -> i64 {
    (to - from).num_minutes()
}
