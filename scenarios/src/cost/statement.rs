//! The statement of a roster's cost: every paid minute with what is paid for it and why, and what is not pay.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use solver_data::{
    AgentId, Centre, CostLine, CostPlan, DemandForecast, FinanceTerms, Money, OutsourcedMinutes, PayClass, QueueId, Roster,
    ServicePerformance,
};

use super::allocation::{QueueShares, split};
use super::cost_of;
use super::overtime::{OvertimeMinutes, overtime_of};

/// Class of paid time as finance reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaidClass {
    /// Within the normal week, by the premium of the minute.
    Regular(PayClass),
    /// Beyond it, with the rate in per cent.
    Overtime(u32),
}

impl PaidClass {
    /// The name used in files, such as `night` or `overtime_150`.
    pub fn name(self) -> String {
        match self {
            Self::Regular(class) => class.name().to_owned(),
            Self::Overtime(percent) => format!("overtime_{percent}"),
        }
    }
}

/// Paid time of one agent, day and class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidLine {
    /// Who.
    pub agent: AgentId,
    /// Day on which the shift starts.
    pub date: NaiveDate,
    /// Class.
    pub class: PaidClass,
    /// Paid minutes.
    pub minutes: u32,
    /// Base pay.
    pub base: Money,
    /// Premiums of night, weekend, holiday and overtime.
    pub premium: Money,
    /// Variable pay.
    pub variable: Money,
    /// The employer's contributions on all of these.
    pub on_cost: Money,
    /// What of it `cost.csv` holds; the rest is overtime on top of it and variable pay, each with its contributions.
    pub rostered: Money,
}

impl PaidLine {
    /// Everything paid.
    pub fn total(&self) -> Money {
        self.base + self.premium + self.variable + self.on_cost
    }
}

/// Work bought outside on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct OutsourcedLine {
    /// The queue.
    pub queue: QueueId,
    /// The day.
    pub date: NaiveDate,
    /// Minutes of handling.
    pub minutes: f64,
    /// Price.
    pub amount: Money,
}

/// Abandoned contacts expected on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct PenaltyLine {
    /// The queue.
    pub queue: QueueId,
    /// The day.
    pub date: NaiveDate,
    /// Contacts.
    pub abandoned: f64,
    /// What they cost.
    pub amount: Money,
}

/// What a statement is made from.
#[derive(Debug, Clone, Copy)]
pub struct StatementRequest<'a> {
    /// The centre.
    pub centre: &'a Centre,
    /// Terms of finance.
    pub terms: &'a FinanceTerms,
    /// Team by agent code; who has none is in the team `-`.
    pub teams: &'a BTreeMap<String, String>,
    /// Work bought outside; what lies outside the roster's days is left out.
    pub outsourced: &'a [OutsourcedMinutes],
    /// The roster.
    pub roster: &'a Roster,
    /// Expected demand on the roster's grid.
    pub demand: &'a DemandForecast,
    /// Its simulated service.
    pub performance: &'a ServicePerformance,
}

/// Everything a roster costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Paid time, ascending by agent, day and class.
    pub lines: Vec<PaidLine>,
    /// Work bought outside.
    pub outsourced: Vec<OutsourcedLine>,
    /// Cost of abandoned contacts.
    pub penalties: Vec<PenaltyLine>,
    /// What `cost.csv` holds.
    pub rostered: CostPlan,
    /// Whose work the paid time was.
    pub shares: QueueShares,
    /// Contacts expected by queue, and their mean handle time in seconds.
    pub contacts: Vec<(f64, f64)>,
    /// Contacts answered by queue, simulated.
    pub answered: Vec<f64>,
    /// Team of each agent.
    pub teams: Vec<String>,
}

impl Statement {
    /// The statement of a roster.
    pub fn of(request: &StatementRequest<'_>) -> Self {
        let StatementRequest { centre, terms, roster, demand, performance, .. } = *request;
        let rostered = cost_of(centre, roster);
        let overtime = overtime_of(centre, terms, roster);
        let lines = by_day(&rostered).iter().flat_map(|line| paid_lines(centre, terms, line, &overtime)).collect();
        let team = |code: &String| request.teams.get(code).cloned().unwrap_or_else(|| "-".to_owned());
        let answered = performance.queues.iter().map(|queue| queue.horizon.answered.mean).collect();
        Self {
            lines: merged(lines),
            outsourced: bought(request),
            penalties: penalties(request),
            rostered,
            shares: QueueShares::of(centre, roster, demand),
            contacts: demand.queues.iter().enumerate().map(|(q, _)| contacts(centre, demand, q)).collect(),
            answered,
            teams: centre.agents.iter().map(|agent| team(&agent.code)).collect(),
        }
    }

    /// Everything: pay, work bought outside, abandoned contacts.
    pub fn total(&self) -> Money {
        let pay: Money = self.lines.iter().map(PaidLine::total).sum();
        let bought: Money = self.outsourced.iter().map(|line| line.amount).sum();
        let lost: Money = self.penalties.iter().map(|line| line.amount).sum();
        pay + bought + lost
    }

    /// What the lines hold of `cost.csv`: its total, to the minor unit.
    pub fn rostered_total(&self) -> Money {
        self.lines.iter().map(|line| line.rostered).sum()
    }
}

/// One line an agent, day and class, though several shifts may start on a day.
fn by_day(rostered: &CostPlan) -> Vec<CostLine> {
    let mut lines: Vec<CostLine> = Vec::with_capacity(rostered.lines.len());
    for line in &rostered.lines {
        match lines.last_mut().filter(|last| (last.agent, last.date, last.class) == (line.agent, line.date, line.class)) {
            Some(last) => {
                last.minutes += line.minutes;
                last.amount += line.amount;
            }
            None => lines.push(line.clone()),
        }
    }
    lines
}

/// Contacts of a queue over the horizon and their mean handle time.
fn contacts(centre: &Centre, demand: &DemandForecast, q: usize) -> (f64, f64) {
    let queue = &demand.queues[q];
    let volume: f64 = queue.mean.iter().sum();
    let usual = centre.queues.get(QueueId::from(q)).and_then(|queue| queue.aht_seconds).unwrap_or(0.0);
    let Some(aht) = &queue.aht_seconds else { return (volume, usual) };
    let work: f64 = queue.mean.iter().zip(aht).map(|(contacts, aht)| contacts * aht).sum();
    (volume, if volume > 0.0 { work / volume } else { usual })
}

/// A line of `cost.csv` in its parts: within the normal week, and each rate of overtime.
fn paid_lines(centre: &Centre, terms: &FinanceTerms, line: &CostLine, overtime: &OvertimeMinutes) -> Vec<PaidLine> {
    let mut over: BTreeMap<u32, u32> = BTreeMap::new();
    for &(rate, minutes) in overtime.get(&(line.agent, line.date, line.class)).into_iter().flatten() {
        *over.entry((100.0 * rate).round() as u32).or_default() += minutes;
    }
    let beyond: u32 = over.values().sum();
    let mut parts = vec![(PaidClass::Regular(line.class), line.minutes.saturating_sub(beyond))];
    parts.extend(over.into_iter().map(|(percent, minutes)| (PaidClass::Overtime(percent), minutes)));
    let weights: Vec<f64> = parts.iter().map(|part| f64::from(part.1)).collect();
    let shares = split(line.amount, &weights);
    let parts = parts.into_iter().zip(shares).filter(|(part, _)| part.1 > 0);
    parts.map(|((class, minutes), rostered)| paid_line(centre, terms, line, (class, minutes, rostered))).collect()
}

fn paid_line(
    centre: &Centre,
    terms: &FinanceTerms,
    line: &CostLine,
    (class, minutes, rostered): (PaidClass, u32, Money),
) -> PaidLine {
    let level = centre.agents[line.agent].level;
    let hours = f64::from(minutes) / 60.0;
    let plain = centre.levels[level].hourly.0 as f64 * hours;
    let round = |amount: f64| Money((amount + 0.5).floor() as i64);
    let (share, on_cost) = (premium_share(centre, line.class), centre.pay.on_cost);
    // Base and premium as they are; what is left of the rostered amount is the contributions.
    let base = if share == 0.0 && on_cost == 0.0 { rostered } else { round(plain) };
    let premium = match (share == 0.0, on_cost == 0.0) {
        (true, _) => Money(0),
        (false, true) => rostered - base,
        (false, false) => round(plain * share),
    };
    let extra = match class {
        PaidClass::Overtime(percent) => plain * (f64::from(percent) / 100.0 - 1.0 - share).max(0.0),
        PaidClass::Regular(_) => 0.0,
    };
    let variable = terms.variable_hourly.get(usize::from(level)).map_or(0.0, |hourly| hourly.0 as f64 * hours);
    PaidLine {
        agent: line.agent,
        date: line.date,
        class,
        minutes,
        base,
        premium: premium + round(extra),
        variable: round(variable),
        on_cost: rostered - base - premium + round((extra + variable) * on_cost),
        rostered,
    }
}

fn premium_share(centre: &Centre, class: PayClass) -> f64 {
    match class {
        PayClass::Night => centre.pay.night_premium,
        PayClass::Weekend => centre.pay.weekend_premium,
        PayClass::Holiday => centre.pay.holiday_premium,
        PayClass::Normal | PayClass::Overtime => 0.0,
    }
}

/// One line an agent, day and class: overtime of one rate may come from several classes.
fn merged(lines: Vec<PaidLine>) -> Vec<PaidLine> {
    let mut known: BTreeMap<(AgentId, NaiveDate, PaidClass), PaidLine> = BTreeMap::new();
    for line in lines {
        match known.get_mut(&(line.agent, line.date, line.class)) {
            Some(sum) => {
                sum.minutes += line.minutes;
                sum.base += line.base;
                sum.premium += line.premium;
                sum.variable += line.variable;
                sum.on_cost += line.on_cost;
                sum.rostered += line.rostered;
            }
            None => {
                known.insert((line.agent, line.date, line.class), line);
            }
        }
    }
    known.into_values().collect()
}

fn bought(request: &StatementRequest<'_>) -> Vec<OutsourcedLine> {
    let dates = request.roster.grid.dates();
    let line = |row: &OutsourcedMinutes| {
        let queue = request.centre.queues.find(|queue| queue.name == row.queue)?;
        let price = row.price.or(request.terms.outsourced_minute).unwrap_or(Money(0));
        let amount = Money((row.minutes * price.0 as f64).round() as i64);
        dates.contains(&row.date).then_some(OutsourcedLine { queue, date: row.date, minutes: row.minutes, amount })
    };
    request.outsourced.iter().filter_map(line).collect()
}

fn penalties(request: &StatementRequest<'_>) -> Vec<PenaltyLine> {
    let price = request.terms.abandoned_contact.0 as f64;
    let dates = request.performance.grid.dates();
    let mut lines = Vec::new();
    for (q, queue) in request.performance.queues.iter().enumerate() {
        for (&date, day) in dates.iter().zip(&queue.days) {
            let abandoned = day.offered.mean * day.abandonment.mean;
            if abandoned > 0.0 && price > 0.0 {
                let amount = Money((abandoned * price).round() as i64);
                lines.push(PenaltyLine { queue: QueueId::from(q), date, abandoned, amount });
            }
        }
    }
    lines
}
