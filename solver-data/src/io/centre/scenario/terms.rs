//! Changes of promises, hours, pay, rules and shrinkage.

use super::ScenarioContext;
use crate::centre::Channel;
use crate::io::centre::entry::Entry;
use crate::io::centre::hours::weekly_hours;
use crate::io::centre::section::Section;
use crate::io::centre::target::read_target;
use crate::io::spelling::suggest;
use crate::scenario::{Alteration, Clock, Reach};
use crate::target::ServiceTarget;

/// Contacts of newly open hours relative to the nearest hour open before, where nothing is said.
const NEW_DEMAND: f64 = 0.5;

/// Reads a change of terms.
pub(super) fn read(kind: &str, section: &Section<'_>, (reach, context): (&Reach, ScenarioContext<'_>)) -> Option<Alteration> {
    match kind {
        "shrinkage" => shrinkage(section, reach, context),
        "target" => target(section, reach, context),
        "opening_hours" => opening_hours(section, context),
        "closure" => {
            let moved = section.optional("moved").map_or(Some(0.0), |entry| entry.share());
            Some(Alteration::Closure { moved: moved? })
        }
        "pay" => pay(section, reach, context),
        _ => rules(section, reach, context),
    }
}

/// Refuses dates on a change that holds for the whole horizon.
fn undated(what: &str, section: &Section<'_>, reach: &Reach, context: ScenarioContext<'_>) -> bool {
    let days = context.days;
    let whole = reach.from == days[0]
        && reach.until == days[days.len() - 1]
        && reach.weekdays == [true; 7]
        && reach.clock == Clock::AllDay;
    if !whole {
        let hint = "leave from, until, weekdays and between out, or plan the days apart with --start";
        section.document.error(&section.place, format!("{what} holds for the whole horizon and cannot be dated"), hint);
    }
    whole
}

fn shrinkage(section: &Section<'_>, reach: &Reach, context: ScenarioContext<'_>) -> Option<Alteration> {
    let share = |key: &'static str| match section.optional(key) {
        None => Some(None),
        Some(entry) => super::kind::below_one(&entry).map(Some),
    };
    let (planned, unplanned) = (share("planned"), share("unplanned"));
    if !section.has("planned") && !section.has("unplanned") {
        let hint = "write unplanned = \"12 %\", or planned, or both";
        section.document.error(&section.place, "the change of shrinkage names neither planned nor unplanned", hint);
        return None;
    }
    let undated = undated("shrinkage", section, reach, context);
    let (planned, unplanned) = (planned?, unplanned?);
    undated.then_some(Alteration::Shrinkage { planned, unplanned })
}

fn target(section: &Section<'_>, reach: &Reach, context: ScenarioContext<'_>) -> Option<Alteration> {
    let queues = || reach.queues.iter().map(|&id| &context.centre.queues[id]);
    let live = queues().any(|queue| queue.channel.is_live());
    // Of all queues together those are meant that can make such a promise.
    let channel = (!live).then_some(Channel::Ticket);
    let before = section.document.errors();
    let target = read_target(section, channel);
    if !section.has("target") || section.document.errors() > before {
        return None;
    }
    let entry = section.optional("target")?;
    let named = section.has("queues") || section.has("channel");
    let is_odd = |queue: &&crate::centre::Queue| queue.channel.is_live() == target.deadline.is_some();
    let (odd, all_odd) = (queues().find(is_odd), queues().all(|queue| is_odd(&queue)));
    if let Some(queue) = odd.filter(|_| named || all_odd) {
        let (has, wants) =
            if queue.channel.is_live() { ("answers at once", "a service level") } else { ("works to a deadline", "a deadline") };
        let hint = format!("promise it {wants}, or name other queues");
        return entry.refuse(format!("queue \"{}\" {has} and cannot promise {target}", queue.name), hint);
    }
    if let Some((what, nearest)) = out_of_reach(&target) {
        return entry.refuse(format!("no number of agents can meet {what}"), format!("the nearest that works: {nearest}"));
    }
    Some(Alteration::Target(target))
}

/// A limit that chance alone breaks, whatever the number of agents, and the nearest that can be kept.
fn out_of_reach(target: &ServiceTarget) -> Option<(String, &'static str)> {
    if target.service_level.is_some_and(|level| level.share >= 1.0) {
        return Some(("a service level of 100 %".to_owned(), "service_level = \"99.9 %\""));
    }
    if target.maximum_wait.is_some_and(|limit| limit.share >= 1.0) {
        return Some(("a longest wait that holds for 100 % of the contacts".to_owned(), "maximum_wait_share = \"99.9 %\""));
    }
    if target.asa_seconds.is_some_and(|seconds| seconds <= 0.0) {
        return Some(("a mean wait of 0 s".to_owned(), "asa_seconds = 1"));
    }
    if target.abandonment.is_some_and(|share| share <= 0.0) {
        return Some(("an abandonment of 0 %".to_owned(), "abandonment = \"0.1 %\""));
    }
    if target.occupancy.is_some_and(|share| share <= 0.0) {
        return Some(("an occupancy of 0 %".to_owned(), "occupancy = \"50 %\""));
    }
    None
}

fn opening_hours(section: &Section<'_>, context: ScenarioContext<'_>) -> Option<Alteration> {
    let before = section.document.errors();
    let table = section.required_section("hours", "hours = { mon-fri = [\"08:00-20:00\"] }");
    let hours = weekly_hours(&table, context.centre.interval_minutes);
    let new_demand = section.optional("new_demand").map_or(Some(NEW_DEMAND), |entry| entry.non_negative());
    let moved = section.optional("moved").map_or(Some(0.0), |entry| entry.share());
    if section.document.errors() > before {
        return None;
    }
    Some(Alteration::OpeningHours { hours, new_demand: new_demand?, moved: moved? })
}

fn pay(section: &Section<'_>, reach: &Reach, context: ScenarioContext<'_>) -> Option<Alteration> {
    let keys = ["factor", "night_premium", "weekend_premium", "holiday_premium"];
    if !keys.map(|key| section.has(key)).contains(&true) {
        section.document.error(&section.place, "the change of pay names no pay", "write factor = 1.05, or a premium");
        return None;
    }
    let factor = section.optional("factor").map_or(Some(1.0), |entry| entry.factor());
    let level = match section.optional("level") {
        None => Some(None),
        Some(entry) => {
            let text = entry.text()?;
            let names: Vec<&str> = context.centre.levels.iter().map(|level| level.name.as_str()).collect();
            let found = context.centre.levels.entries().find(|(_, level)| level.name == text).map(|(id, _)| Some(id));
            found.or_else(|| entry.refuse(format!("there is no level \"{text}\""), suggest(text, names)))
        }
    };
    let premium = |key: &'static str| match section.optional(key) {
        None => Some(None),
        Some(entry) => entry.premium().map(Some),
    };
    let premiums = [premium("night_premium"), premium("weekend_premium"), premium("holiday_premium")];
    let undated = undated("pay", section, reach, context);
    let [night, weekend, holiday] = premiums;
    let change = Alteration::Pay { factor: factor?, level: level?, premiums: [night?, weekend?, holiday?] };
    undated.then_some(change)
}

fn rules(section: &Section<'_>, reach: &Reach, context: ScenarioContext<'_>) -> Option<Alteration> {
    let keys = ["minimum_rest_hours", "maximum_consecutive_days", "maximum_days_per_week", "maximum_weekly_hours"];
    if !keys.map(|key| section.has(key)).contains(&true) {
        let hint = "write minimum_rest_hours = 10, or maximum_weekly_hours = 48";
        section.document.error(&section.place, "the change of rules names no rule", hint);
        return None;
    }
    let read = |key: &'static str, read: &dyn Fn(&Entry<'_>) -> Option<u32>| match section.optional(key) {
        None => Some(None),
        Some(entry) => read(&entry).map(Some),
    };
    let hours = |entry: &Entry<'_>| entry.hours();
    let rest = read(keys[0], &hours);
    let in_a_row = read(keys[1], &|entry| entry.whole(1..=31).map(|days| days as u32));
    let a_week = read(keys[2], &|entry| entry.whole(1..=7).map(|days| days as u32));
    let weekly = read(keys[3], &hours);
    let undated = undated("a labour rule", section, reach, context);
    let change = Alteration::Rules {
        minimum_rest_minutes: rest?,
        maximum_consecutive_days: in_a_row?,
        maximum_days_per_week: a_week?,
        maximum_weekly_minutes: weekly?,
    };
    undated.then_some(change)
}
