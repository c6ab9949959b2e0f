//! What one head contributes in the months after it came, in closed form, and what the starting staff does.

use solver_data::capacity::{CapacityProblem, StaffGroup};

/// One head by months since its first: paid heads, productive share of a month, experienced heads.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Profile {
    pub paid: Vec<f64>,
    pub productive: Vec<f64>,
    pub experienced: Vec<f64>,
}

impl Profile {
    /// A hire: training without output, those who pass, the ramp, attrition by tenure.
    pub fn of_hire(problem: &CapacityProblem) -> Self {
        let months = problem.months();
        let mut profile = Self { paid: vec![0.0; months], productive: vec![0.0; months], experienced: vec![0.0; months] };
        let (length, pass) = (problem.hiring.training_months, problem.hiring.pass);
        let last = (length.ceil() as usize).max(1) - 1;
        let mut survival = 1.0;
        for k in 0..months {
            let in_training = (length - k as f64).clamp(0.0, 1.0);
            let passed = if k < last || length <= 0.0 { 1.0 } else { pass };
            let ends_training = k == last && length > 0.0;
            let paid = if ends_training { in_training + (1.0 - in_training) * pass } else { passed };
            profile.paid[k] = survival * paid;
            if k >= last {
                profile.productive[k] = survival * passed * (1.0 - in_training) * ramp(problem, k - last);
            }
            if k as u32 >= problem.cross_training.tenure {
                profile.experienced[k] = survival * passed;
            }
            survival *= 1.0 - problem.leaving(k as u32);
        }
        profile
    }

    /// Survival of an experienced agent, month by month.
    pub fn of_experienced(problem: &CapacityProblem) -> Vec<f64> {
        let stays = 1.0 - problem.leaving(problem.cross_training.tenure);
        (0..problem.months()).map(|k| stays.powi(k as i32)).collect()
    }
}

fn ramp(problem: &CapacityProblem, since: usize) -> f64 {
    problem.ramp.get(since).copied().unwrap_or(1.0)
}

/// The starting staff by `[level][month]`: paid hours, heads, productive hours, experienced heads of the level's hours.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Staff {
    pub paid_hours: Vec<Vec<f64>>,
    pub heads: Vec<Vec<f64>>,
    pub productive: Vec<Vec<f64>>,
    pub experienced: Vec<Vec<f64>>,
}

impl Staff {
    /// What is left of the starting staff without any decision.
    pub fn of(problem: &CapacityProblem) -> Self {
        let table = || vec![vec![0.0; problem.months()]; problem.levels.len()];
        let mut staff = Self { paid_hours: table(), heads: table(), productive: table(), experienced: table() };
        for group in &problem.staff {
            staff.add(problem, group);
        }
        staff
    }

    fn add(&mut self, problem: &CapacityProblem, group: &StaffGroup) {
        let last = (problem.hiring.training_months.ceil() as u32).max(1) - 1;
        let end = group.until.unwrap_or(usize::MAX).min(problem.months());
        let mut heads = group.heads;
        for month in group.from..end {
            let tenure = group.tenure + (month - group.from) as u32;
            // A newcomer of the starting staff is trained already; the ramp counts from the month of training.
            let since = (group.tenure.saturating_sub(last) + (month - group.from) as u32) as usize;
            let output = heads * group.monthly_hours * (1.0 - problem.leave[month]) * ramp(problem, since);
            self.heads[group.level][month] += heads;
            self.paid_hours[group.level][month] += heads * group.monthly_hours;
            self.productive[group.level][month] += output;
            if tenure >= problem.cross_training.tenure {
                self.experienced[group.level][month] += heads * group.monthly_hours / problem.levels[group.level].monthly_hours;
            }
            heads *= 1.0 - problem.leaving(tenure);
        }
    }
}
