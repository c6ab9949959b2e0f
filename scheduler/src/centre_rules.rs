//! Rules, pay and wishes of a centre's agents.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, Duration, NaiveDate};
use solver_data::{Agent, AgentId, Centre, Contract, PlanningGrid, Request, TemplateId, WorkedBefore, WorkedLimit};

use crate::automaton::{StretchRule, TourRules, WeekRules};
use crate::breaks::placeable;
use crate::centre::cheapest_pay;
use crate::conflict::{Rule, RuleSource, relax};
use crate::mend::DutyName;
use crate::problem::{AgentOffer, Duty, gcd};

/// A roster at hand as the rules of its agents see it.
pub(crate) struct Standing {
    /// The duty that is each agent's shift of each day, agent by agent.
    pub duties: Vec<HashMap<usize, usize>>,
    /// Days each agent spends as the roster has them.
    pub pinned: Vec<HashSet<usize>>,
    /// Pay of the duties behind the templates', each made for one pinned shift of one agent.
    pub own: Vec<(usize, i64)>,
    /// Price of a day that differs from the roster.
    pub change_price: i64,
    /// Elapsed minute before which nothing starts that is not pinned.
    pub not_before: i64,
}

/// What a day of a roster at hand offers to keep.
enum Kept {
    /// A duty that may still be worked.
    Shift(usize),
    /// The day off.
    DayOff,
    /// Nothing: the day is pinned, the duty may not be worked any more, or no roster is at hand.
    Nothing,
}

/// Rules and wishes of the centre's agents.
pub(crate) struct CentreRuleSource<'a> {
    centre: &'a Centre,
    grid: &'a PlanningGrid,
    duties: &'a [Duty],
    /// Families each agent counts for.
    families: Vec<u128>,
    /// The roster to keep to.
    standing: Option<Standing>,
    /// Ends of the planning weeks inside the horizon.
    week_ends: Vec<usize>,
    /// Days off of each agent, with the minutes they count for where stated; days before the horizon are below 0.
    off: Vec<HashMap<i64, Option<u32>>>,
    /// Wishes of each agent by day.
    wishes: Vec<HashMap<usize, Vec<&'a Request>>>,
    /// Pay of each duty by level.
    pay: Vec<Vec<i64>>,
    /// Weekends and Sundays as days of the horizon, with whether the first had begun before it.
    stretches: [(Vec<(usize, usize)>, bool); 2],
}

impl<'a> CentreRuleSource<'a> {
    /// The rules of `centre` on `grid`, where `families[agent]` are the families an agent counts for.
    pub fn new(
        centre: &'a Centre,
        grid: &'a PlanningGrid,
        duties: &'a [Duty],
        families: Vec<u128>,
        standing: Option<Standing>,
    ) -> Self {
        let mut week_ends: Vec<usize> = (1..grid.days()).filter(|&day| grid.date(day).weekday() == centre.week_start).collect();
        week_ends.push(grid.days());
        let mut off = vec![HashMap::new(); centre.agents.len()];
        for absence in &centre.time_off {
            let days = (-6..grid.days() as i64).filter(|&day| (absence.start..=absence.end).contains(&date(grid, day)));
            off[usize::from(absence.agent)].extend(days.map(|day| (day, absence.credited_minutes)));
        }
        let mut wishes: Vec<HashMap<usize, Vec<&Request>>> = vec![HashMap::new(); centre.agents.len()];
        for request in &centre.requests {
            if let Some(day) = grid.day_of_date(request.date) {
                wishes[usize::from(request.agent)].entry(day).or_default().push(request);
            }
        }
        let common = duties.len() - standing.as_ref().map_or(0, |standing| standing.own.len());
        let pay = centre.levels.ids().map(|level| {
            let someone = centre.agents.find(|agent| agent.level == level);
            someone.map_or_else(Vec::new, |agent| cheapest_pay(centre, grid, &duties[..common], agent))
        });
        let pay = pay.collect();
        let stretches = [centre.rules.weekend_days, SUNDAYS].map(|days| stretches(grid, days));
        Self { centre, grid, duties, families, standing, week_ends, off, wishes, pay, stretches }
    }

    fn contract(&self, agent: usize) -> (&'a Agent, &'a Contract) {
        let agent = &self.centre.agents[AgentId::from(agent)];
        (agent, &self.centre.contracts[agent.contract])
    }

    /// Limits of each week, the minimum pro-rated by days employed and less what absences count for; what was worked of
    /// the first week before the horizon counts where it is known.
    fn weeks(&self, i: usize, relaxed: &[Rule]) -> Vec<WeekRules> {
        let ((agent, contract), rules) = (self.contract(i), &self.centre.rules);
        let maximum_days = contract.maximum_days.min(rules.maximum_days_per_week);
        let known = agent.carried.week.is_some();
        let begun = i64::from(self.grid.date(0).weekday().days_since(self.centre.week_start));
        let mut first = 0;
        self.week_ends
            .iter()
            .map(|&end| {
                let days = std::mem::replace(&mut first, end)..end;
                let days = if days.start == 0 && known { -begun..end as i64 } else { days.start as i64..end as i64 };
                let inside = (days.end - days.start) as u32;
                let employed: HashSet<i64> = days.filter(|&day| agent.employed_on(date(self.grid, day))).collect();
                let share = minimum_inside(contract.minimum_weekly_minutes, maximum_days, inside);
                let share = share * employed.len() as u32 / inside.max(1);
                let credited = self.credited(i, &employed, contract.minimum_weekly_minutes / 5, relaxed);
                WeekRules {
                    end,
                    minimum_minutes: share.saturating_sub(credited),
                    maximum_minutes: contract.maximum_weekly_minutes.min(rules.maximum_weekly_minutes),
                    maximum_days,
                    total_minutes: None,
                }
            })
            .collect()
    }

    /// Minutes that an agent's days off among `employed` count for, `each` where they do not say.
    fn credited(&self, i: usize, employed: &HashSet<i64>, each: u32, relaxed: &[Rule]) -> u32 {
        let credit = |(day, &minutes): (&i64, &Option<u32>)| {
            if employed.contains(day) { minutes.unwrap_or(each) } else { 0 }
        };
        if relaxed.contains(&Rule::TimeOff) { 0 } else { self.off[i].iter().map(credit).sum() }
    }

    /// Sets the hours bank's limits on the minutes paid from the horizon's start to the end of each week.
    ///
    /// Limits are narrowed to multiples of `unit`, which divides every paid length: agents whose balances differ by less
    /// have the same tours.
    fn bank(&self, i: usize, weeks: &mut [WeekRules], unit: i64, relaxed: &[Rule]) {
        let (agent, contract) = self.contract(i);
        let Some(bank) = &contract.bank else { return };
        let start = i64::from(agent.carried.bank_minutes);
        let (least, most) = (i64::from(bank.least).min(start), i64::from(bank.most).max(start));
        let horizon_end = date(self.grid, self.grid.days() as i64 - 1);
        let (mut due, mut first) = (0, 0);
        for week in weeks {
            let days = std::mem::replace(&mut first, week.end) as i64..week.end as i64;
            let employed: HashSet<i64> = days.filter(|&day| agent.employed_on(date(self.grid, day))).collect();
            let credited = self.credited(i, &employed, bank.weekly_minutes / 5, relaxed);
            due += i64::from((bank.weekly_minutes * employed.len() as u32 / 7).saturating_sub(credited));
            let last = date(self.grid, week.end as i64 - 1);
            let mut limits = (i64::MIN / 4, i64::MAX / 4);
            if (last + Duration::days(1)).weekday() == self.centre.week_start {
                limits = (least, most);
            }
            if let Some(settlement) = bank.settlement.filter(|settlement| settlement.ends_on(last, horizon_end)) {
                limits = (limits.0.max(settlement.least.into()), limits.1.min(settlement.most.into()));
            }
            let (least, most) = (limits.0 - start + due, limits.1 - start + due);
            week.total_minutes = Some(((least + unit - 1).div_euclid(unit) * unit, most.div_euclid(unit) * unit));
        }
    }

    /// Weekends and Sundays that may be worked.
    fn stretch_rules(&self, i: usize, relaxed: &[Rule]) -> Vec<StretchRule> {
        let ((agent, contract), rules) = (self.contract(i), &self.centre.rules);
        let limits = [
            (Rule::Weekends, contract.weekends.or(rules.weekends), agent.carried.weekends),
            (Rule::Sundays, rules.sundays, agent.carried.sundays),
        ];
        let kept = limits.into_iter().zip(&self.stretches).filter(|((rule, _, _), _)| !relaxed.contains(rule));
        let rule = |((_, limit, before), (stretches, begun)): ((Rule, Option<WorkedLimit>, WorkedBefore), &(Vec<_>, bool))| {
            let limit = limit.filter(|limit| limit.most < limit.of && !stretches.is_empty())?;
            Some(StretchRule {
                most: limit.most,
                of: limit.of,
                stretches: stretches.clone(),
                before: if *begun { before.0 >> 1 } else { before.0 },
                begun: *begun && before.worked(0),
            })
        };
        kept.filter_map(rule).collect()
    }

    /// Whether an agent may work a duty, some rules relaxed.
    fn allowed(&self, i: usize, index: usize, relaxed: &[Rule]) -> bool {
        let duty = &self.duties[index];
        let (agent, contract) = self.contract(i);
        let template = &self.centre.templates[TemplateId::from(duty.template)];
        let holds = |rule, kept: bool| kept || relaxed.contains(&rule);
        let pinned = |standing: &Standing| {
            // A pinned day holds its shift and nothing else; a duty made for a pinned shift is nobody else's.
            let held = standing.pinned[i].contains(&duty.day);
            let own = standing.duties[i].get(&duty.day) == Some(&index);
            if held { own } else { index < self.common() && duty.start_minute >= standing.not_before }
        };
        let free = |standing: &Standing| index < self.common() && (standing.not_before <= duty.start_minute);
        let standing = self.standing.as_ref();
        if !standing.is_none_or(|standing| if relaxed.contains(&Rule::Pins) { free(standing) } else { pinned(standing) }) {
            return false;
        }
        let hours = agent.earliest_minute.is_none_or(|earliest| earliest <= template.start_minute)
            && agent.latest_minute.is_none_or(|latest| template.end_minute() <= latest);
        holds(Rule::ShiftClasses, contract.classes.contains(&template.class))
            && holds(Rule::TimeOff, !self.off[i].contains_key(&(duty.day as i64)))
            && holds(Rule::Employment, agent.employed_on(self.grid.date(duty.day)))
            && holds(Rule::Availability, hours)
            && placeable(duty)
    }

    /// Duties that templates make; those behind them are made for pinned shifts.
    fn common(&self) -> usize {
        self.duties.len() - self.standing.as_ref().map_or(0, |standing| standing.own.len())
    }

    /// Days that an agent must work.
    fn pinned_days(&self, i: usize, relaxed: &[Rule]) -> Vec<usize> {
        let Some(standing) = self.standing.as_ref().filter(|_| !relaxed.contains(&Rule::Pins)) else { return Vec::new() };
        let mut days: Vec<usize> =
            standing.pinned[i].iter().copied().filter(|day| standing.duties[i].contains_key(day)).collect();
        days.sort_unstable();
        days
    }

    /// What a day of the roster at hand offers to keep.
    fn kept(&self, i: usize, day: usize) -> Kept {
        let Some(standing) = self.standing.as_ref().filter(|standing| !standing.pinned[i].contains(&day)) else {
            return Kept::Nothing;
        };
        match standing.duties[i].get(&day) {
            Some(&duty) if self.allowed(i, duty, &[]) => Kept::Shift(duty),
            Some(_) => Kept::Nothing,
            None => Kept::DayOff,
        }
    }

    /// Price of changing a day, on top of the price of leaving it off.
    fn change(&self, i: usize, index: usize) -> i64 {
        let price = self.standing.as_ref().map_or(0, |standing| standing.change_price);
        match self.kept(i, self.duties[index].day) {
            Kept::DayOff => price,
            Kept::Shift(duty) if duty == index => -price,
            _ => 0,
        }
    }

    /// Price of leaving every day off where the roster at hand works.
    fn all_dropped(&self, i: usize) -> i64 {
        let Some(standing) = &self.standing else { return 0 };
        let dropped = standing.duties[i].keys().filter(|&&day| matches!(self.kept(i, day), Kept::Shift(_))).count();
        standing.change_price * dropped as i64
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
        let allowed: Vec<usize> = (0..self.duties.len()).filter(|&duty| self.allowed(i, duty, relaxed)).collect();
        let mut weeks = self.weeks(i, relaxed);
        let unit = allowed.iter().fold(0, |unit, &duty| gcd(unit, self.duties[duty].paid_minutes.into()));
        self.bank(i, &mut weeks, unit.max(1), relaxed);
        let begun = agent.carried.week.unwrap_or_default();
        let cut = self.grid.date(0).weekday() != self.centre.week_start;
        let mut tour_rules = TourRules {
            weeks,
            begun_week: if cut { (begun.days, begun.minutes) } else { (0, 0) },
            maximum_consecutive: rules.maximum_consecutive_days,
            consecutive_before: agent.days_worked_before,
            rest_minutes: rest,
            ready_minute: agent.rested_minutes_before.map_or(0, |before| rest - i64::from(before)),
            split_days_off: 0,
            stretches: self.stretch_rules(i, relaxed),
            pinned_days: self.pinned_days(i, relaxed),
        };
        relax(&mut tour_rules, relaxed);
        let common = self.common();
        let pay = |index: usize| match &self.standing {
            Some(standing) if index >= common => standing.own[index - common].1,
            _ => self.pay[usize::from(agent.level)][index],
        };
        let duties = allowed.into_iter().map(|index| {
            let duty = &self.duties[index];
            let wishes = self.refused(i, duty.day, Some(duty)) - self.refused(i, duty.day, None);
            (index, pay(index) + wishes + self.change(i, index))
        });
        AgentOffer {
            families: self.families[i],
            rules: tour_rules,
            duties: duties.collect(),
            idle_cost: (0..self.grid.days()).map(|day| self.refused(i, day, None)).sum::<i64>() + self.all_dropped(i),
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
            Rule::TimeOff => {
                format!("{} days of time off in the horizon", self.off[i].keys().filter(|&&day| day >= 0).count())
            }
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
            Rule::HoursBank => contract.bank.as_ref().map_or_else(String::new, |bank| {
                let (least, most, now) = (bank.least, bank.most, agent.carried.bank_minutes);
                let settled = bank.settlement.map_or_else(String::new, |settled| {
                    format!(" and of {} to {} at the settlement", settled.least, settled.most)
                });
                format!("an hours bank of {least} to {most} minutes{settled}, now at {now},")
            }),
            Rule::Weekends => stretch_words(contract.weekends.or(rules.weekends), "weekends"),
            Rule::Sundays => stretch_words(rules.sundays, "Sundays"),
            Rule::Pins => self.pinned_words(i),
        }
    }
}

impl CentreRuleSource<'_> {
    /// The shifts pinned, in plain words.
    fn pinned_words(&self, i: usize) -> String {
        let shifts: Vec<String> = self
            .pinned_days(i, &[])
            .into_iter()
            .filter_map(|day| {
                let duty = &self.duties[*self.standing.as_ref()?.duties[i].get(&day)?];
                let template = &self.centre.templates[TemplateId::from(duty.template)];
                Some(format!("{} on {}", template.name, self.grid.date(day)))
            })
            .collect();
        if shifts.is_empty() { "the days off that are pinned".to_owned() } else { format!("the pinned {}", shifts.join(", ")) }
    }
}

fn stretch_words(limit: Option<WorkedLimit>, name: &str) -> String {
    limit.map_or_else(String::new, |limit| format!("at most {} of {} {name} in succession worked", limit.most, limit.of))
}

/// The date of a day counted from the horizon's first, which may lie before it.
fn date(grid: &PlanningGrid, day: i64) -> NaiveDate {
    grid.date(0) + Duration::days(day)
}

/// Sundays, by `Weekday::num_days_from_monday`.
const SUNDAYS: [bool; 7] = [false, false, false, false, false, false, true];

/// Runs of such days in the horizon, and whether the first had begun on the day before it.
fn stretches(grid: &PlanningGrid, days: [bool; 7]) -> (Vec<(usize, usize)>, bool) {
    let counted = |day: i64| days[date(grid, day).weekday().num_days_from_monday() as usize];
    let inside: Vec<usize> = (0..grid.days()).filter(|&day| counted(day as i64)).collect();
    let runs = inside.chunk_by(|day, next| day + 1 == *next).map(|run| (run[0], run[run.len() - 1]));
    (runs.collect(), counted(0) && counted(-1))
}
