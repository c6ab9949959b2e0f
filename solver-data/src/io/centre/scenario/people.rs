//! Changes of who works: agents, headcount, skills, overtime, time off, training.

use super::ScenarioContext;
use super::kind::{below_one, signed_share};
use crate::id::{ContractId, LevelId, SkillId};
use crate::io::centre::entry::Entry;
use crate::io::centre::section::Section;
use crate::io::spelling::suggest;
use crate::scenario::{Alteration, Clock, Direction, Many, Reach};

/// Most agents of one change.
const MOST: i64 = 100_000;

/// Reads what a change of people does.
pub(super) fn read(kind: &str, section: &Section<'_>, (reach, context): (&Reach, ScenarioContext<'_>)) -> Option<Alteration> {
    match kind {
        "extra_agents" => {
            let agents = section.required("agents", "agents = 2").and_then(|entry| count(&entry));
            Some(Alteration::ExtraAgents { agents: agents? })
        }
        "headcount" => headcount(section, context),
        "hire" => hire(section, context),
        "cross_train" => cross_train(section, context),
        "new_skill" => new_skill(section, context),
        "overtime" => {
            let many = many(section, "agents", "agents = \"20 %\"");
            let minutes = section.required("hours", "hours = 1").and_then(|entry| part_of_day(&entry));
            let premium = section.optional("premium").map_or(Some(0.5), |entry| entry.premium());
            Some(Alteration::Overtime { many: many?, minutes: minutes?, premium: premium? })
        }
        "time_off" => {
            let many = many(section, "agents", "agents = \"10 %\"");
            let paid = section.optional("paid").map_or(Some(0.0), |entry| entry.share());
            Some(Alteration::TimeOff { many: many?, paid: paid? })
        }
        _ => training(section, reach, context),
    }
}

/// A number of agents, 1 or more.
fn count(entry: &Entry<'_>) -> Option<u32> {
    match entry.number() {
        Some(number) if number < 0.0 => {
            let hint = "write 1 or more; to let agents go write kind = \"headcount\" with change = -3";
            entry.refuse(format!("a headcount of {number} is negative"), hint)
        }
        _ => entry.whole(1..=MOST).map(|agents| agents as u32),
    }
}

/// `agents = 3` or `agents = "10 %"`.
fn many(section: &Section<'_>, key: &'static str, example: &str) -> Option<Many> {
    let entry = section.required(key, example)?;
    if !entry.is_text() {
        return count(&entry).map(Many::Agents);
    }
    match entry.share() {
        Some(0.0) => entry.refuse("a share of 0 changes nothing", format!("write `{example}`")),
        share => share.map(Many::Share),
    }
}

/// Whole minutes of hours within a day.
fn part_of_day(entry: &Entry<'_>) -> Option<u32> {
    match entry.hours() {
        Some(minutes @ 1..=1440) => Some(minutes),
        Some(_) => entry.refuse("a day has 24 hours", "write more than 0 and at most 24"),
        None => None,
    }
}

fn level(entry: &Entry<'_>, context: ScenarioContext<'_>) -> Option<LevelId> {
    let text = entry.text()?;
    let names = || context.centre.levels.iter().map(|level| level.name.as_str());
    let found = context.centre.levels.entries().find(|(_, level)| level.name == text);
    found
        .map(|(id, _)| id)
        .or_else(|| entry.refuse(format!("there is no level \"{text}\""), suggest(text, names().collect::<Vec<_>>())))
}

fn contract(entry: &Entry<'_>, context: ScenarioContext<'_>) -> Option<ContractId> {
    let text = entry.text()?;
    let names: Vec<&str> = context.centre.contracts.iter().map(|contract| contract.name.as_str()).collect();
    let found = context.centre.contracts.entries().find(|(_, contract)| contract.name == text);
    found.map(|(id, _)| id).or_else(|| entry.refuse(format!("there is no contract \"{text}\""), suggest(text, names)))
}

fn skill((text, entry): (&str, &Entry<'_>), context: ScenarioContext<'_>) -> Option<SkillId> {
    let names: Vec<&str> = context.centre.skills.iter().map(String::as_str).collect();
    let found = context.centre.skills.entries().find(|(_, skill)| *skill == text);
    found.map(|(id, _)| id).or_else(|| entry.refuse(format!("there is no skill \"{text}\""), suggest(text, names)))
}

/// A key that may be missing; the outer `None` where it cannot be read.
#[expect(clippy::option_option, reason = "a key that is not there is no key that cannot be read")]
fn optional<T>(entry: Option<Entry<'_>>, read: impl FnOnce(&Entry<'_>) -> Option<T>) -> Option<Option<T>> {
    match entry {
        None => Some(None),
        Some(entry) => read(&entry).map(Some),
    }
}

/// `change = "+10 %"`, `change = 3`, `change = -2`.
fn headcount(section: &Section<'_>, context: ScenarioContext<'_>) -> Option<Alteration> {
    let entry = section.required("change", "change = \"+10 %\"");
    let of_level = optional(section.optional("level"), |entry| level(entry, context));
    let of_contract = optional(section.optional("contract"), |entry| contract(entry, context));
    let (entry, level, contract) = (entry?, of_level?, of_contract?);
    let there = context
        .centre
        .agents
        .iter()
        .filter(|agent| level.is_none_or(|level| agent.level == level) && contract.is_none_or(|own| agent.contract == own));
    let there = there.count();
    if there == 0 {
        return entry.refuse("no agent is of that level and contract", "leave one of them out; `hire` makes agents from nothing");
    }
    let change = if entry.is_text() { signed_share(&entry) } else { entry.number() };
    let hint = "write it as \"+10 %\", \"-5 %\", 3 or -2";
    let (many, direction) = match change {
        Some(change) if change.abs() > 0.0 && change.abs() <= 1e5 => {
            let direction = if change > 0.0 { Direction::More } else { Direction::Fewer };
            if entry.is_text() {
                (Many::Share(change.abs()), direction)
            } else if change.fract() == 0.0 {
                (Many::Agents(change.abs() as u32), direction)
            } else {
                return entry.refuse(format!("{change} agents are no whole number"), hint);
            }
        }
        Some(0.0) => return entry.refuse("a change of 0 changes nothing", hint),
        _ => return entry.refuse("this is no change of headcount", hint),
    };
    let going = many.of(there);
    if direction == Direction::Fewer && going >= there {
        let left = there as i64 - going as i64;
        let message = format!("a headcount of {there} less {going} leaves {left}");
        let what = if left < 0 { "a negative headcount" } else { "nobody" };
        return entry.refuse(format!("{message}: {what}"), format!("at most {} can go: write -{}", there - 1, there - 1));
    }
    Some(Alteration::Headcount { many, direction, level, contract })
}

fn hire(section: &Section<'_>, context: ScenarioContext<'_>) -> Option<Alteration> {
    let agents = section.required("agents", "agents = 12").and_then(|entry| count(&entry));
    let contract = section.required("contract", "contract = \"full_time\"").and_then(|entry| contract(&entry, context));
    let level = section.required("level", "level = \"junior\"").and_then(|entry| level(&entry, context));
    let entry = section.required("skills", "skills = [\"banking\"]");
    let read = |entry: Entry<'_>| -> Option<Vec<SkillId>> {
        let mut skills =
            super::reach::words(&entry)?.iter().map(|word| skill((&word.value, &entry), context)).collect::<Option<Vec<_>>>()?;
        skills.sort_unstable();
        skills.dedup();
        Some(skills)
    };
    let skills = entry.and_then(read);
    Some(Alteration::Hire { agents: agents?, contract: contract?, level: level?, skills: skills? })
}

fn cross_train(section: &Section<'_>, context: ScenarioContext<'_>) -> Option<Alteration> {
    let learned = section
        .required("skill", "skill = \"stocks\"")
        .and_then(|entry| entry.text().and_then(|text| skill((text, &entry), context)));
    let many = many(section, "agents", "agents = \"20 %\"");
    let from = optional(section.optional("level"), |entry| level(entry, context));
    let (skill, many, level) = (learned?, many?, from?);
    let able = |agent: &crate::agent::Agent| !agent.skills.contains(&skill) && level.is_none_or(|level| agent.level >= level);
    let there = context.centre.agents.iter().filter(|agent| able(agent)).count();
    let wanted = many.of(there);
    if wanted > there || there == 0 {
        let message = format!("{wanted} agents shall learn \"{}\" and {there} do not have it yet", context.centre.skills[skill]);
        section.document.error(&section.place, message, format!("write agents = {there} at most, or leave the change out"));
        return None;
    }
    Some(Alteration::CrossTrain { skill, many, level })
}

fn new_skill(section: &Section<'_>, context: ScenarioContext<'_>) -> Option<Alteration> {
    let name = section.required("name", "name = \"gold\"").and_then(|entry| {
        let text = entry.text()?;
        let taken = context.centre.queues.iter().any(|queue| queue.name == text)
            || context.centre.skills.iter().any(|skill| skill == text);
        if taken {
            return entry.refuse(format!("a queue or skill \"{text}\" is there already"), "give the new one another name");
        }
        Some(text.to_owned())
    });
    let share = section.required("share", "share = \"15 %\"").and_then(|entry| below_one(&entry));
    let aht_factor = section.optional("aht_factor").map_or(Some(1.0), |entry| entry.factor());
    let many = many(section, "agents", "agents = \"25 %\"");
    let lowest_level = optional(section.optional("lowest_level"), |entry| level(entry, context));
    Some(Alteration::NewSkill { name: name?, share: share?, aht_factor: aht_factor?, many: many?, lowest_level: lowest_level? })
}

fn training(section: &Section<'_>, reach: &Reach, context: ScenarioContext<'_>) -> Option<Alteration> {
    let entry = section.required("minutes", "minutes = 60")?;
    let minutes = entry.whole(5..=480)? as u32;
    let interval = context.centre.interval_minutes;
    if !minutes.is_multiple_of(interval) {
        let (below, above) = (minutes / interval * interval, (minutes / interval + 1) * interval);
        let nearest = if below == 0 { format!("{above}") } else { format!("{below} or {above}") };
        return entry.refuse(format!("{minutes} minutes are off the {interval}-minute grid"), format!("write {nearest}"));
    }
    if reach.clock == Clock::AllDay {
        let hint = "write between = \"14:00-16:00\", the hours the training moves to";
        section.document.error(&section.place, "training that moves needs the hours it moves to", hint);
        return None;
    }
    Some(Alteration::Training { minutes })
}
