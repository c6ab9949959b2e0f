//! What a capacity plan is made from: centre, terms, months of need, and the assumptions where nobody says.

use chrono::{Datelike, NaiveDate};
use solver_data::capacity::{CapacityLevel, CapacityLimits, CapacityProblem, CrossTraining, HiringTerms, StaffGroup};
use solver_data::{CapacityTerms, Centre, ContactHistory, Driver, FinanceTerms, Money, OutlookGrain, Seed};

use super::need::{MonthlyNeed, Sizer, first_day};
use crate::error::PlanError;
use crate::long_view::OutlookWish;
use crate::pipeline::ForecastWish;

/// Weeks of a month.
const WEEKS_A_MONTH: f64 = 52.0 / 12.0;

/// What a capacity plan is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityWish {
    /// First day; `None` for the first planning week after the history.
    pub start: Option<NaiveDate>,
    /// Months.
    pub months: u32,
    /// Drivers of the long view.
    pub drivers: Vec<Driver>,
    /// Levels and changes of the forecast.
    pub forecast: ForecastWish,
    /// Paths of demand.
    pub paths: usize,
    /// Master seed.
    pub seed: Seed,
}

/// A value that a plan rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumption {
    /// Key of `[capacity]` or `[pay]`.
    pub key: &'static str,
    /// Value in words.
    pub value: String,
    /// Whether the centre states it.
    pub stated: bool,
}

/// A centre and its months of need.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityCase<'a> {
    /// The centre.
    pub centre: &'a Centre,
    /// Terms of finance.
    pub terms: &'a FinanceTerms,
    /// Need of the centre's own promises.
    pub need: MonthlyNeed,
    /// Paths, seed and length.
    pub wish: CapacityWish,
    /// First day.
    pub start: NaiveDate,
    pub(super) sizer: Sizer,
}

impl<'a> CapacityCase<'a> {
    /// Looks ahead and sizes every month.
    ///
    /// # Errors
    /// [`PlanError`] of the forecast and of staffing.
    pub fn new(
        centre: &'a Centre,
        terms: &'a FinanceTerms,
        history: &ContactHistory,
        wish: CapacityWish,
    ) -> Result<Self, PlanError> {
        let unknown = PlanError::NoHistory { start: wish.start.unwrap_or_default() };
        let start = wish.start.or_else(|| first_day(centre, history)).ok_or(unknown)?;
        let outlook = OutlookWish {
            start,
            months: wish.months,
            grain: OutlookGrain::Month,
            drivers: wish.drivers.clone(),
            forecast: wish.forecast.clone(),
        };
        let sizer = Sizer::of(centre, history, &outlook)?;
        let need = sizer.need(centre)?;
        Ok(Self { centre, terms, need, wish, start, sizer })
    }

    /// The months.
    pub fn months(&self) -> &[super::NeedMonth] {
        &self.sizer.months
    }

    /// The problem of meeting a need whose contacts come times a factor a month.
    pub fn problem(&self, need: &MonthlyNeed, factors: &[f64]) -> CapacityProblem {
        let (centre, terms) = (self.centre, &self.terms.capacity);
        let levels = self.levels();
        let required = (0..levels.len())
            .map(|l| {
                let hours = |(m, &factor): (usize, &f64)| need.hours(l, m, factor) / terms.roster_efficiency;
                factors.iter().enumerate().map(hours).collect()
            })
            .collect();
        let dearest = levels.iter().map(|level| level.hour_cost).fold(0.0, f64::max);
        let outsourced_hour = self.outsourced_hour(dearest);
        let (hire_cost, class_cost) = (self.hire_cost(), self.class_cost());
        let longest = levels.iter().map(|level| level.monthly_hours).fold(0.0, f64::max) * factors.len() as f64;
        let month = |m: &super::NeedMonth| terms.leave[m.first.month0() as usize];
        CapacityProblem {
            required,
            staff: self.staff(),
            hiring: HiringTerms {
                lead_months: terms.lead_months as usize,
                training_months: terms.training_weeks / WEEKS_A_MONTH,
                pass: terms.training_pass,
                class_seats: f64::from(terms.class_seats),
                classes_a_month: f64::from(terms.classes_a_month),
                class_cost,
                hire_cost,
            },
            attrition: terms.attrition.clone(),
            ramp: terms.ramp.clone(),
            leave: self.months().iter().map(month).collect(),
            limits: CapacityLimits {
                overtime_share: terms.overtime.0,
                overtime_rate: terms.overtime.1,
                outsourcing_share: terms.outsourcing_limit,
                outsourced_hour,
            },
            cross_training: CrossTraining {
                seats: f64::from(terms.cross_training_seats),
                lost_share: (terms.cross_training_weeks / WEEKS_A_MONTH).min(1.0),
                cost: terms.cross_training_cost.map_or(0.25 * hire_cost, |money| money.0 as f64),
                // Those trained on leave like the experienced, so they must be.
                tenure: terms.cross_training_tenure.max(terms.attrition.len() as u32 - 1),
            },
            // A missing hour is dearer than a hire for the whole plan, so that none is missing that can be covered.
            shortage_hour: longest * dearest + hire_cost + class_cost + 10.0 * outsourced_hour,
            levels: if centre.levels.is_empty() { Vec::new() } else { levels },
        }
    }

    fn levels(&self) -> Vec<CapacityLevel> {
        let (centre, terms) = (self.centre, &self.terms.capacity);
        let hours =
            terms.monthly_hours.unwrap_or_else(|| centre.contracts.iter().map(monthly_hours).fold(0.0, f64::max).max(1.0));
        let level = |(l, own): (usize, &solver_data::Level)| {
            let variable = self.terms.variable_hourly.get(l).map_or(0.0, |money| money.0 as f64);
            let base = own.hourly.0 as f64 * (1.0 + self.sizer.premium);
            CapacityLevel {
                name: own.name.clone(),
                monthly_hours: hours,
                hour_cost: (base + variable) * (1.0 + centre.pay.on_cost),
                may_hire: terms.hired.get(l).copied().unwrap_or(true),
            }
        };
        centre.levels.iter().enumerate().map(level).collect()
    }

    /// The agents of the centre by level, tenure, hours and time of employment.
    fn staff(&self) -> Vec<StaffGroup> {
        let months = self.months();
        let mut groups: Vec<StaffGroup> = Vec::new();
        for (_, agent) in self.centre.agents.entries() {
            let from = agent.from.map_or(0, |from| months.iter().filter(|month| month.last < from).count());
            let until = agent.until.map(|until| months.iter().filter(|month| month.first <= until).count());
            if from >= months.len() || until == Some(0) {
                continue;
            }
            let served = agent.from.map_or(120, |from| ((self.start - from).num_days().max(0) as f64 / 30.44) as u32);
            // Where nothing changes any more with tenure, groups are joined.
            let settled = (self.terms.capacity.attrition.len() + self.terms.capacity.ramp.len()) as u32;
            let tenure = served.min(settled.max(self.terms.capacity.cross_training_tenure).max(24));
            let hours = monthly_hours(&self.centre.contracts[agent.contract]);
            let level = usize::from(agent.level);
            let own = StaffGroup { level, tenure, heads: 1.0, monthly_hours: hours, from, until };
            let same = |group: &&mut StaffGroup| StaffGroup { heads: 1.0, ..(**group).clone() } == own;
            match groups.iter_mut().find(same) {
                Some(group) => group.heads += 1.0,
                None => groups.push(own),
            }
        }
        groups
    }

    fn outsourced_hour(&self, dearest: f64) -> f64 {
        match self.terms.outsourced_minute {
            Some(minute) => minute.0 as f64 * 60.0 * self.need.handling_share,
            None => 1.8 * dearest,
        }
    }

    fn hire_cost(&self) -> f64 {
        let usual = 80.0 * self.centre.levels.iter().next().map_or(0.0, |level| level.hourly.0 as f64);
        self.terms.capacity.hiring_cost.map_or(usual, |money| money.0 as f64)
    }

    fn class_cost(&self) -> f64 {
        let trainer = self.centre.levels.iter().last().map_or(0.0, |level| level.hourly.0 as f64);
        let usual = 40.0 * self.terms.capacity.training_weeks * trainer * (1.0 + self.centre.pay.on_cost);
        self.terms.capacity.class_cost.map_or(usual, |money| money.0 as f64)
    }

    /// Everything the plan assumes, stated or not, in words.
    pub fn assumptions(&self) -> Vec<Assumption> {
        let (terms, problem) = (&self.terms.capacity, self.problem(&self.need, &vec![1.0; self.months().len()]));
        let stated = |key: &str| terms.stated.iter().any(|known| known == key);
        let percent = |share: f64| format!("{} %", (share * 1000.0).round() / 10.0);
        let list = |shares: &[f64]| shares.iter().map(|&share| percent(share)).collect::<Vec<_>>().join(", ");
        let digits = self.centre.currency.minor_digits;
        let money =
            |minor: f64| format!("{:.*} {}", digits as usize, minor / 10_f64.powi(digits as i32), self.centre.currency.code);
        let (hours, leave) = (problem.levels.first().map_or(0.0, |level| level.monthly_hours), &terms.leave);
        let leave = if leave.windows(2).all(|pair| pair[0] == pair[1]) { percent(leave[0]) } else { list(leave) };
        let one = |key: &'static str, value: String| Assumption { key, value, stated: stated(key) };
        let mut all = vec![
            one("lead_months", terms.lead_months.to_string()),
            one("training_weeks", terms.training_weeks.to_string()),
            one("training_pass", percent(terms.training_pass)),
            one("class_seats", terms.class_seats.to_string()),
            one("classes_a_month", terms.classes_a_month.to_string()),
            one("class_cost", money(problem.hiring.class_cost)),
            one("hiring_cost", money(problem.hiring.hire_cost)),
            one("ramp", list(&terms.ramp)),
            one("attrition", list(&terms.attrition)),
            one("leave", leave),
            one("roster_efficiency", percent(terms.roster_efficiency)),
            one("monthly_hours", format!("{hours:.1}")),
            one("overtime_limit", percent(terms.overtime.0)),
            one("overtime_rate", percent(terms.overtime.1)),
            one("outsourcing_limit", percent(terms.outsourcing_limit)),
            one("cross_training_seats", terms.cross_training_seats.to_string()),
            one("cross_training_weeks", terms.cross_training_weeks.to_string()),
            one("cross_training_cost", money(problem.cross_training.cost)),
            one("cross_training_tenure", problem.cross_training.tenure.to_string()),
        ];
        let minute = self.terms.outsourced_minute;
        let value = minute.map_or_else(|| money(problem.limits.outsourced_hour) + " / h", |Money(minor)| money(minor as f64));
        all.push(Assumption { key: "outsourced_minute", value, stated: minute.is_some() });
        all
    }

    /// The terms of the plan.
    pub fn capacity_terms(&self) -> &CapacityTerms {
        &self.terms.capacity
    }
}

/// Paid hours a month in the middle of a contract's limits.
fn monthly_hours(contract: &solver_data::Contract) -> f64 {
    f64::from(contract.minimum_weekly_minutes + contract.maximum_weekly_minutes) / 120.0 * WEEKS_A_MONTH
}
