//! Headcount by month and level: what a capacity plan is made from, and what it says.
//!
//! Heads are expected numbers: attrition and the pass rate act on means. Hours are paid hours of work; money is in minor
//! units, fractional within a plan.

/// A capacity problem of T months and L levels, lowest level first; a higher level may do the work of a lower one.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityProblem {
    /// Levels.
    pub levels: Vec<CapacityLevel>,
    /// Productive hours needed of each level's own work, `[level][month]`.
    pub required: Vec<Vec<f64>>,
    /// Who is there at the start.
    pub staff: Vec<StaffGroup>,
    /// How people come.
    pub hiring: HiringTerms,
    /// Share that leaves at the end of a month, by month of tenure; the last holds for all later ones.
    pub attrition: Vec<f64>,
    /// Output by month after training; 1 afterwards.
    pub ramp: Vec<f64>,
    /// Share of paid time on leave by month: `len == months`.
    pub leave: Vec<f64>,
    /// Overtime and work bought outside.
    pub limits: CapacityLimits,
    /// Training of experienced agents for the next level.
    pub cross_training: CrossTraining,
    /// Price of a missing hour: above every way of covering it.
    pub shortage_hour: f64,
}

/// A level of a capacity problem.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityLevel {
    /// Name.
    pub name: String,
    /// Paid hours of a hire a month.
    pub monthly_hours: f64,
    /// Pay of an hour with everything on it.
    pub hour_cost: f64,
    /// Whether people can be hired into it.
    pub may_hire: bool,
}

/// People of one level and tenure at the start.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffGroup {
    /// Row of the level.
    pub level: usize,
    /// Months of tenure, training included.
    pub tenure: u32,
    /// Heads.
    pub heads: f64,
    /// Paid hours of one head a month.
    pub monthly_hours: f64,
    /// First month in which they are there.
    pub from: usize,
    /// Month from which they are gone, where that is known.
    pub until: Option<usize>,
}

/// How people come.
#[derive(Debug, Clone, PartialEq)]
pub struct HiringTerms {
    /// Months between decision and first day.
    pub lead_months: usize,
    /// Length of the training in months, without output.
    pub training_months: f64,
    /// Share of trainees who pass at its end.
    pub pass: f64,
    /// Seats of a class.
    pub class_seats: f64,
    /// Classes a month at most.
    pub classes_a_month: f64,
    /// Price of a class.
    pub class_cost: f64,
    /// Price of a hire.
    pub hire_cost: f64,
}

/// How far hours can be stretched.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityLimits {
    /// Overtime as a share of productive hours.
    pub overtime_share: f64,
    /// Rate of overtime on an hour's cost.
    pub overtime_rate: f64,
    /// Share of the required hours of a level that may be bought outside.
    pub outsourcing_share: f64,
    /// Price of such an hour.
    pub outsourced_hour: f64,
}

/// Training of experienced agents for the next level.
#[derive(Debug, Clone, PartialEq)]
pub struct CrossTraining {
    /// Agents of all levels a month at most.
    pub seats: f64,
    /// Share of the month without output.
    pub lost_share: f64,
    /// Price an agent.
    pub cost: f64,
    /// Months of tenure before it; at least those over which attrition changes.
    pub tenure: u32,
}

/// A plan; every vector is `[level][month]`.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityPlan {
    /// People who start training, whole.
    pub hires: Vec<Vec<u32>>,
    /// Classes by month, whole.
    pub classes: Vec<u32>,
    /// Agents who start training for the next level, whole; none from the highest.
    pub cross_trained: Vec<Vec<u32>>,
    /// Hours of overtime.
    pub overtime: Vec<Vec<f64>>,
    /// Hours bought outside for a level's work.
    pub outsourced: Vec<Vec<f64>>,
    /// Hours missing.
    pub shortage: Vec<Vec<f64>>,
    /// Paid heads, those in training among them.
    pub heads: Vec<Vec<f64>>,
    /// Productive hours of the people, overtime aside.
    pub productive: Vec<Vec<f64>>,
    /// Cost by kind.
    pub cost: CapacityCost,
}

/// Cost of a plan by kind, in minor units over all months.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct CapacityCost {
    /// Pay of everybody, in training too.
    pub pay: f64,
    /// Hires.
    pub hiring: f64,
    /// Classes and training for the next level.
    pub training: f64,
    /// Overtime.
    pub overtime: f64,
    /// Work bought outside.
    pub outsourced: f64,
    /// Missing hours at their price; 0 in a plan that holds.
    pub shortage: f64,
}

impl CapacityCost {
    /// Money that is spent.
    pub fn spent(&self) -> f64 {
        self.pay + self.hiring + self.training + self.overtime + self.outsourced
    }

    /// What the plan is chosen by: money spent and the price of missing hours.
    pub fn priced(&self) -> f64 {
        self.spent() + self.shortage
    }
}

impl CapacityProblem {
    /// Months of the plan.
    pub fn months(&self) -> usize {
        self.leave.len()
    }

    /// Share that leaves at the end of a month of tenure.
    pub fn leaving(&self, tenure: u32) -> f64 {
        let place = (tenure as usize).min(self.attrition.len().saturating_sub(1));
        self.attrition.get(place).copied().unwrap_or(0.0)
    }
}
