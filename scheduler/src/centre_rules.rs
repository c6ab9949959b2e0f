//! Rules, pay and wishes of a centre's agents.

use std::collections::{HashMap, HashSet};

use chrono::Datelike;
use solver_data::{Agent, AgentId, Centre, Contract, PlanningGrid, Request, TemplateId};

use crate::automaton::{TourRules, WeekRules};
use crate::breaks::placeable;
use crate::centre::cheapest_pay;
use crate::conflict::{Rule, RuleSource, relax};
use crate::mend::DutyName;
use crate::problem::{AgentOffer, Duty};

/// Rules and wishes of the centre's agents.
pub(crate) struct CentreRuleSource<'a> {
    centre: &'a Centre,
    grid: &'a PlanningGrid,
    duties: &'a [Duty],
    /// Families each agent counts for.
    families: Vec<u128>,
    /// Ends of the planning weeks inside the horizon.
    week_ends: Vec<usize>,
    /// Days off of each agent, with the minutes they count for where stated.
    off: Vec<HashMap<usize, Option<u32>>>,
    /// Wishes of each agent by day.
    wishes: Vec<HashMap<usize, Vec<&'a Request>>>,
    /// Pay of each duty by level.
    pay: Vec<Vec<i64>>,
}

impl<'a> CentreRuleSource<'a> {
    /// The rules of `centre` on `grid`, where `families[agent]` are the families an agent counts for.
    pub fn new(centre: &'a Centre, grid: &'a PlanningGrid, duties: &'a [Duty], families: Vec<u128>) -> Self {
        let mut week_ends: Vec<usize> = (1..grid.days()).filter(|&day| grid.date(day).weekday() == centre.week_start).collect();
        week_ends.push(grid.days());
        let mut off = vec![HashMap::new(); centre.agents.len()];
        for absence in &centre.time_off {
            let days = (0..grid.days()).filter(|&day| absence.start <= grid.date(day) && grid.date(day) <= absence.end);
            off[usize::from(absence.agent)].extend(days.map(|day| (day, absence.credited_minutes)));
        }
        let mut wishes: Vec<HashMap<usize, Vec<&Request>>> = vec![HashMap::new(); centre.agents.len()];
        for request in &centre.requests {
            if let Some(day) = grid.day_of_date(request.date) {
                wishes[usize::from(request.agent)].entry(day).or_default().push(request);
            }
        }
        let pay = centre.levels.ids().map(|level| {
            let someone = centre.agents.find(|agent| agent.level == level);
            someone.map_or_else(Vec::new, |agent| cheapest_pay(centre, grid, duties, agent))
        });
        let pay = pay.collect();
        Self { centre, grid, duties, families, week_ends, off, wishes, pay }
    }

    fn contract(&self, agent: usize) -> (&'a Agent, &'a Contract) {
        let agent = &self.centre.agents[AgentId::from(agent)];
        (agent, &self.centre.contracts[agent.contract])
    }

    /// Limits of each week, the minimum pro-rated by days employed and less what absences count for.
    fn weeks(&self, i: usize, relaxed: &[Rule]) -> Vec<WeekRules> {
        let ((agent, contract), rules) = (self.contract(i), &self.centre.rules);
        let mut first = 0;
        self.week_ends
            .iter()
            .map(|&end| {
                let days = std::mem::replace(&mut first, end)..end;
                let inside = days.len() as u32;
                let employed: HashSet<usize> = days.filter(|&day| agent.employed_on(self.grid.date(day))).collect();
                let maximum_days = contract.maximum_days.min(rules.maximum_days_per_week);
                let share = minimum_inside(contract.minimum_weekly_minutes, maximum_days, inside);
                let share = share * employed.len() as u32 / inside.max(1);
                let each = contract.minimum_weekly_minutes / 5;
                let credit = |(day, &minutes): (&usize, &Option<u32>)| {
                    if employed.contains(day) { minutes.unwrap_or(each) } else { 0 }
                };
                let credited: u32 = if relaxed.contains(&Rule::TimeOff) { 0 } else { self.off[i].iter().map(credit).sum() };
                WeekRules {
                    end,
                    minimum_minutes: share.saturating_sub(credited),
                    maximum_minutes: contract.maximum_weekly_minutes.min(rules.maximum_weekly_minutes),
                    maximum_days,
                }
            })
            .collect()
    }

    /// Whether an agent may work a duty, some rules relaxed.
    fn allowed(&self, i: usize, duty: &Duty, relaxed: &[Rule]) -> bool {
        let (agent, contract) = self.contract(i);
        let template = &self.centre.templates[TemplateId::from(duty.template)];
        let holds = |rule, kept: bool| kept || relaxed.contains(&rule);
        let hours = agent.earliest_minute.is_none_or(|earliest| earliest <= template.start_minute)
            && agent.latest_minute.is_none_or(|latest| template.end_minute() <= latest);
        holds(Rule::ShiftClasses, contract.classes.contains(&template.class))
            && holds(Rule::TimeOff, !self.off[i].contains_key(&duty.day))
            && holds(Rule::Employment, agent.employed_on(self.grid.date(duty.day)))
            && holds(Rule::Availability, hours)
            && placeable(duty)
    }

    /// Price of the wishes for a day that are refused; `duty` is `None` for a day off.
    fn refused(&self, i: usize, day: usize, duty: Option<&Duty>) -> i64 {
        let template = duty.map(|duty| &self.centre.templates[TemplateId::from(duty.template)]);
        let worked = template.map(|template| (template.name.as_str(), template.class.as_str(), template.start_minute));
        let refused = self.wishes[i].get(&day).into_iter().flatten().filter(|request| !request.kind.granted_by(worked));
        refused.map(|request| i64::from(request.weight)).sum()
    }
}

/// The part of a weekly minimum that must fall inside a horizon that holds `inside` days of the week.
///
/// The days off may all lie inside, the work outside: 7 days hold all of the minimum, each day less a working day's worth.
fn minimum_inside(minimum: u32, maximum_days: u32, inside: u32) -> u32 {
    let outside = 7u32.saturating_sub(inside);
    minimum * maximum_days.saturating_sub(outside) / maximum_days.max(1)
}

impl RuleSource for CentreRuleSource<'_> {
    fn code(&self, agent: usize) -> String {
        self.contract(agent).0.code.clone()
    }

    fn relaxed(&self, i: usize, relaxed: &[Rule]) -> AgentOffer {
        let (agent, rules) = (self.contract(i).0, &self.centre.rules);
        let rest = i64::from(rules.minimum_rest_minutes);
        let mut tour_rules = TourRules {
            weeks: self.weeks(i, relaxed),
            maximum_consecutive: rules.maximum_consecutive_days,
            consecutive_before: agent.days_worked_before,
            rest_minutes: rest,
            ready_minute: agent.rested_minutes_before.map_or(0, |before| rest - i64::from(before)),
            split_days_off: 0,
        };
        relax(&mut tour_rules, relaxed);
        let pay = &self.pay[usize::from(agent.level)];
        let duties = self.duties.iter().enumerate().filter(|(_, duty)| self.allowed(i, duty, relaxed));
        let duties = duties.map(|(index, duty)| {
            let wishes = self.refused(i, duty.day, Some(duty)) - self.refused(i, duty.day, None);
            (index, pay[index] + wishes)
        });
        AgentOffer {
            families: self.families[i],
            rules: tour_rules,
            duties: duties.collect(),
            idle_cost: (0..self.grid.days()).map(|day| self.refused(i, day, None)).sum(),
        }
    }

    fn named(&self, duty: &Duty) -> DutyName {
        let template = &self.centre.templates[TemplateId::from(duty.template)];
        let clock = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
        let hours = format!("{} to {}", clock(template.start_minute), clock(template.end_minute()));
        DutyName {
            day: self.grid.date(duty.day).format("%Y-%m-%d (%A)").to_string(),
            class: template.class.clone(),
            shift: format!("{} ({hours})", template.name),
        }
    }

    fn words(&self, i: usize, rule: Rule) -> String {
        let ((agent, contract), rules) = (self.contract(i), &self.centre.rules);
        let clock = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
        match rule {
            Rule::Employment => {
                let day = |date: Option<chrono::NaiveDate>| date.map_or("open".to_owned(), |date| date.to_string());
                format!("employment from {} until {}", day(agent.from), day(agent.until))
            }
            Rule::TimeOff => format!("{} days of time off in the horizon", self.off[i].len()),
            Rule::Availability => {
                let (earliest, latest) = (agent.earliest_minute.unwrap_or(0), agent.latest_minute.unwrap_or(2 * 1440));
                format!("availability from {} to {}", clock(earliest), clock(latest))
            }
            Rule::ShiftClasses => format!("contract {} with shift classes {}", contract.name, contract.classes.join(", ")),
            Rule::Nights => "no night shifts".to_owned(),
            Rule::MinimumRest => format!("{} minutes of rest between shifts", rules.minimum_rest_minutes),
            Rule::ConsecutiveDays => format!(
                "at most {} days in a row with {} worked before the horizon",
                rules.maximum_consecutive_days, agent.days_worked_before
            ),
            Rule::MaximumDays => format!("at most {} days a week", contract.maximum_days.min(rules.maximum_days_per_week)),
            Rule::MaximumMinutes => {
                let most = contract.maximum_weekly_minutes.min(rules.maximum_weekly_minutes);
                format!("at most {most} paid minutes a week")
            }
            Rule::MinimumMinutes => format!("at least {} paid minutes a week", contract.minimum_weekly_minutes),
        }
    }
}
