//! Whether the parts of a centre fit together: hours and templates, queues and agents, contracts and rules.
//!
//! These are necessary conditions, cheap to check; what only a solve can tell, the solver tells.

use std::collections::BTreeMap;

use super::agents::AgentRow;
use super::document::{Document, Placed};
use super::file::CentreFile;
use super::hours::clock;
use super::week_sums::WeekSums;
use super::weekday;
use crate::centre::{Channel, Contract, Queue, WeeklyHours};
use crate::finding::{Finding, ValidationReport};
use crate::id::SkillId;
use crate::template::ShiftTemplate;

const AGENTS: &str = "agents.csv";

/// Why no week can be worked, and the mend.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Trouble {
    why: String,
    hint: String,
}

/// Checks a centre whose parts hold no error; findings about agents go into `people`.
pub(super) fn check_fit(document: &Document, file: &CentreFile, agents: &[AgentRow], people: &mut ValidationReport) {
    check_opening_hours(document, file);
    let sound = check_contracts(document, file);
    if agents.is_empty() {
        return;
    }
    check_queues(document, file, agents);
    check_agents(file, agents, &sound, people);
}

/// Warns of opening hours of live channels that no template covers.
fn check_opening_hours(document: &Document, file: &CentreFile) {
    let live = |queue: &&Queue| matches!(queue.channel, Channel::Voice | Channel::Chat);
    let hours: Vec<&WeeklyHours> =
        file.queues.iter().map(|q| &q.value).filter(live).map(|queue| queue.hours.as_ref().unwrap_or(&file.hours)).collect();
    let mut bare: Vec<String> = Vec::new();
    for day in 0..7 {
        let mut spans: Vec<(u32, u32)> = Vec::new();
        for minute in (0..24 * 60).step_by(file.head.interval_minutes as usize) {
            let end = minute + file.head.interval_minutes;
            let open = hours.iter().any(|hours| hours.spans[day].iter().any(|&(from, to)| from <= minute && end <= to));
            if open && !covered(file, day, minute) {
                match spans.last_mut() {
                    Some(last) if last.1 == minute => last.1 = end,
                    _ => spans.push((minute, end)),
                }
            }
        }
        bare.extend(spans.iter().map(|&(from, to)| format!("{} {}-{}", weekday::name(day), clock(from), clock(to))));
    }
    if !bare.is_empty() {
        let message = format!("no shift template covers {}", bare.join(", "));
        let hint = "add starts or weekdays to a [[shift]], or open later or close earlier";
        document.warning(&file.opening, message, hint);
    }
}

/// Whether a shift of the day, or of the day before past midnight, is on at a minute.
fn covered(file: &CentreFile, day: usize, minute: u32) -> bool {
    let on = |template: &ShiftTemplate, weekday: usize, minute: u32| {
        template.weekdays[weekday] && template.start_minute <= minute && minute < template.end_minute()
    };
    file.templates.iter().map(|template| &template.value).any(|t| on(t, day, minute) || on(t, (day + 6) % 7, minute + 24 * 60))
}

/// Checks that each contract can be fulfilled under the rules; true for those that can.
fn check_contracts(document: &Document, file: &CentreFile) -> Vec<bool> {
    let check = |placed: &Placed<Contract>| {
        let contract = &placed.value;
        let templates = templates_of(file, contract);
        match unreachable(file, contract, &templates) {
            Some(Trouble { why, hint }) => {
                document.error(&placed.place, format!("contract \"{}\" cannot be fulfilled: {why}", contract.name), hint);
                false
            }
            None => true,
        }
    };
    file.contracts.iter().map(check).collect()
}

fn templates_of<'a>(file: &'a CentreFile, contract: &Contract) -> Vec<&'a ShiftTemplate> {
    file.templates.iter().map(|template| &template.value).filter(|t| contract.classes.contains(&t.class)).collect()
}

/// Why no week of these templates pays what the contract says.
fn unreachable(file: &CentreFile, contract: &Contract, templates: &[&ShiftTemplate]) -> Option<Trouble> {
    let rules = &file.rules.value;
    let least = contract.minimum_weekly_minutes;
    let most = contract.maximum_weekly_minutes.min(rules.maximum_weekly_minutes);
    if least > most {
        let why = format!("it pays at least {} h a week, the rules allow {} h", hours(least), hours(most));
        return Some(Trouble { why, hint: "lower its weekly_hours, or raise maximum_weekly_hours in [rules]".to_owned() });
    }
    let sums = WeekSums::of(templates, contract.maximum_days, rules);
    if sums.reach(least, most) {
        return None;
    }
    let limit = match sums.most_days {
        days if days >= contract.maximum_days => String::new(),
        _ if sums.days_between > 1 => {
            let rest = hours(rules.minimum_rest_minutes);
            format!(", and a rest of {rest} h leaves {} days of the week", sums.most_days)
        }
        days => format!(", and the rules leave {days} days of the week"),
    };
    let near = match sums.around(least, most) {
        (Some(below), Some(above)) => format!("{} h and {} h are the nearest", hours(below), hours(above)),
        (Some(below), None) => format!("{} h is the most they pay", hours(below)),
        (None, Some(above)) => format!("{} h is the least they pay", hours(above)),
        (None, None) => "they pay nothing".to_owned(),
    };
    let why = format!(
        "no {} shifts or fewer pay {} to {} h a week ({near}){limit}",
        contract.maximum_days.min(7),
        hours(least),
        hours(most)
    );
    Some(Trouble { why, hint: "widen weekly_hours, allow other shift classes or days, or ease the rules".to_owned() })
}

/// Hours with at most two decimals.
fn hours(minutes: u32) -> String {
    let text = format!("{:.2}", f64::from(minutes) / 60.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Every queue needs somebody with its skill and level.
fn check_queues(document: &Document, file: &CentreFile, agents: &[AgentRow]) {
    for placed in &file.queues {
        let queue = &placed.value;
        let skill = &file.skills[usize::from(queue.skill)].value;
        let skilled: Vec<&AgentRow> = agents.iter().filter(|row| row.agent.skills.contains(&queue.skill)).collect();
        if skilled.is_empty() {
            let message = format!("no agent has the skill \"{skill}\" of queue \"{}\"", queue.name);
            document.error(&placed.place, message, "give it to agents in agents.csv, or name another skill");
        } else if !skilled.iter().any(|row| row.agent.level >= queue.lowest_level) {
            let level = &file.levels[usize::from(queue.lowest_level)].value.name;
            let message = format!("nobody with the skill \"{skill}\" reaches the level \"{level}\" of queue \"{}\"", queue.name);
            document.error(&placed.place, message, "lower its lowest_level, or raise an agent's level in agents.csv");
        }
    }
}

/// Every agent needs a shift that fits, weeks that add up, and a queue to serve.
fn check_agents(file: &CentreFile, agents: &[AgentRow], sound: &[bool], people: &mut ValidationReport) {
    // Many agents share a contract and hours of availability; each such group is worked out once.
    let mut known: BTreeMap<(usize, Option<u32>, Option<u32>), Option<Trouble>> = BTreeMap::new();
    for row in agents {
        let agent = &row.agent;
        let contract = usize::from(agent.contract);
        let key = (contract, agent.earliest_minute, agent.latest_minute);
        let trouble = known.entry(key).or_insert_with(|| if sound[contract] { agent_trouble(file, row) } else { None });
        if let Some(Trouble { why, hint }) = trouble {
            people
                .push(Finding::error(AGENTS, format!("agent \"{}\": {why}", agent.code), hint.as_str()).at(row.line, row.column));
        }
        let serves = |queue: &Queue| agent.level >= queue.lowest_level && agent.skills.contains(&queue.skill);
        if !file.queues.iter().any(|queue| serves(&queue.value)) {
            let skills: Vec<&str> =
                agent.skills.iter().map(|&skill: &SkillId| file.skills[usize::from(skill)].value.as_str()).collect();
            let level = &file.levels[usize::from(agent.level)].value.name;
            let message =
                format!("agent \"{}\" may serve no queue with the skills {} at level \"{level}\"", agent.code, skills.join(", "));
            people.push(
                Finding::error(AGENTS, message, "add a skill, raise the level, or take the agent out").at(row.line, row.column),
            );
        }
    }
}

fn agent_trouble(file: &CentreFile, row: &AgentRow) -> Option<Trouble> {
    let agent = &row.agent;
    let contract = &file.contracts[usize::from(agent.contract)].value;
    let earliest = agent.earliest_minute.unwrap_or(0);
    let latest = agent.latest_minute.unwrap_or(u32::MAX);
    let mut fitting = templates_of(file, contract);
    fitting.retain(|template| earliest <= template.start_minute && template.end_minute() <= latest);
    if fitting.is_empty() {
        let until = agent.latest_minute.map_or_else(|| "midnight and later".to_owned(), clock);
        let classes = contract.classes.join(", ");
        let why = format!("no shift of contract \"{}\" ({classes}) fits between {} and {until}", contract.name, clock(earliest));
        let hint = "widen earliest and latest, choose another contract, or add starts to a [[shift]]".to_owned();
        return Some(Trouble { why, hint });
    }
    let Trouble { why, hint } = unreachable(file, contract, &fitting)?;
    Some(Trouble { why: format!("within the agent's hours, {why}"), hint: format!("{hint}; or widen earliest and latest") })
}
