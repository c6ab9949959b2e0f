//! What finance must know of a centre beyond the pay of a rostered minute: overtime, variable pay, work bought outside,
//! what a lost contact costs, and the terms of a capacity plan.
//!
//! None of it changes a roster or its `cost.csv`; a centre that says nothing pays nothing of it.

use crate::unit::Money;

/// The terms of a centre, those of levels and contracts in the centre's order.
#[derive(Debug, Clone, PartialEq)]
pub struct FinanceTerms {
    /// Pay of hours beyond the normal week.
    pub overtime: OvertimePay,
    /// Price of a minute of contact handling bought outside; `None` where nothing is said.
    pub outsourced_minute: Option<Money>,
    /// What an abandoned contact costs.
    pub abandoned_contact: Money,
    /// Variable pay an hour by level, such as a bonus for contacts solved; on-costs come on top.
    pub variable_hourly: Vec<Money>,
    /// Weekly minutes after which a contract is paid overtime, where it is not the first band's.
    pub overtime_after: Vec<Option<u32>>,
    /// Terms of the capacity plan.
    pub capacity: CapacityTerms,
}

/// Overtime by paid hours of a planning week.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OvertimePay {
    /// Bands of weekly minutes, ascending and without a gap; empty where overtime is paid like any other hour.
    pub bands: Vec<OvertimeBand>,
    /// Rate of overtime at the weekend, where it is more than the band's.
    pub weekend: Option<f64>,
    /// Rate of overtime on a public holiday, where it is more than the band's.
    pub holiday: Option<f64>,
}

/// A band of overtime.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OvertimeBand {
    /// First weekly minute of the band.
    pub from: u32,
    /// Minute after its last.
    pub to: u32,
    /// Rate on base pay, 1.5 for 150 %.
    pub rate: f64,
}

impl FinanceTerms {
    /// Terms that add nothing to the cost of a roster, for a number of levels and contracts.
    pub fn plain(levels: usize, contracts: usize) -> Self {
        Self {
            overtime: OvertimePay::default(),
            outsourced_minute: None,
            abandoned_contact: Money(0),
            variable_hourly: vec![Money(0); levels],
            overtime_after: vec![None; contracts],
            capacity: CapacityTerms::usual(),
        }
    }
}

/// Terms of a capacity plan. Amounts that nobody states are derived from the pay where the plan is made.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityTerms {
    /// Months between the decision to hire and the first day of training.
    pub lead_months: u32,
    /// Weeks of training without output.
    pub training_weeks: f64,
    /// Share of trainees who pass.
    pub training_pass: f64,
    /// Seats of a class.
    pub class_seats: u32,
    /// Classes that may start in a month.
    pub classes_a_month: u32,
    /// Price of a class.
    pub class_cost: Option<Money>,
    /// Price of a hire.
    pub hiring_cost: Option<Money>,
    /// Output by month after training; 1 afterwards.
    pub ramp: Vec<f64>,
    /// Share that leaves a month, by month of tenure; the last holds for all later ones.
    pub attrition: Vec<f64>,
    /// Share of paid time on leave, by calendar month: 12 entries.
    pub leave: Vec<f64>,
    /// Share of scheduled hours that a roster can turn into required ones.
    pub roster_efficiency: f64,
    /// Paid hours of a hire a month; `None` for those of the contract with most hours.
    pub monthly_hours: Option<f64>,
    /// Overtime as a share of the hours on the job, and its rate on base pay.
    pub overtime: (f64, f64),
    /// Share of the required hours that may be bought outside.
    pub outsourcing_limit: f64,
    /// Agents who may be trained for the next level in a month.
    pub cross_training_seats: u32,
    /// Weeks of such a training.
    pub cross_training_weeks: f64,
    /// Its price an agent.
    pub cross_training_cost: Option<Money>,
    /// Months of tenure before it.
    pub cross_training_tenure: u32,
    /// Whether each level may be hired, in the centre's order; empty: all may.
    pub hired: Vec<bool>,
    /// Keys that the centre states; the others are assumptions.
    pub stated: Vec<String>,
}

impl CapacityTerms {
    /// Terms of a usual centre: what a plan assumes where the centre is silent.
    pub fn usual() -> Self {
        Self {
            lead_months: 1,
            training_weeks: 2.0,
            training_pass: 0.85,
            class_seats: 12,
            classes_a_month: 2,
            class_cost: None,
            hiring_cost: None,
            ramp: vec![0.6, 0.8, 0.9],
            attrition: vec![0.06, 0.05, 0.04, 0.03, 0.03, 0.025],
            leave: vec![0.08; 12],
            roster_efficiency: 0.90,
            monthly_hours: None,
            overtime: (0.08, 1.5),
            outsourcing_limit: 0.10,
            cross_training_seats: 2,
            cross_training_weeks: 2.0,
            cross_training_cost: None,
            cross_training_tenure: 6,
            hired: Vec::new(),
            stated: Vec::new(),
        }
    }
}

/// A row of a budget: what a queue was to cost.
#[derive(Debug, Clone, PartialEq)]
pub struct BudgetRow {
    /// Name of the queue.
    pub queue: String,
    /// First and last day it covers; `None` for the horizon it is compared with.
    pub days: Option<(chrono::NaiveDate, chrono::NaiveDate)>,
    /// Contacts.
    pub volume: f64,
    /// Mean handle time in seconds.
    pub aht_seconds: f64,
    /// Paid hours.
    pub paid_hours: f64,
    /// Pay of these hours with everything on it.
    pub amount: Money,
    /// Work bought outside.
    pub outsourced: Money,
    /// Cost of abandoned contacts.
    pub penalty: Money,
}

/// Contact handling bought outside on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct OutsourcedMinutes {
    /// The day.
    pub date: chrono::NaiveDate,
    /// Name of the queue.
    pub queue: String,
    /// Minutes of handling.
    pub minutes: f64,
    /// Price a minute where it is not the centre's.
    pub price: Option<Money>,
}
