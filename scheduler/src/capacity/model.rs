//! The program of the module's head, built, solved and read back through `good_lp` with HiGHS.

use good_lp::constraint::ConstraintReference;
use good_lp::solvers::highs::highs;
use good_lp::{DualValues, Expression, Solution, SolutionWithDual, SolverModel, Variable, variable, variables};
use solver_data::capacity::CapacityProblem;

use super::error::CapacityError;
use super::profile::{Profile, Staff};
use super::recourse::CapacityDecisions;

/// Whether people are whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum People {
    /// Whole, to a relative gap of the cost that can be decided, within so many nodes.
    Whole { gap: f64, nodes: i32 },
    /// In parts: the relaxation.
    Parts,
}

/// The relaxation: a lower bound of every plan, and what its prices say.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityRelaxation {
    /// Cost in minor units, the price of missing hours included: no plan costs less.
    pub cost: f64,
    /// Missing hours.
    pub shortage_hours: f64,
    /// Shadow prices.
    pub prices: CapacityPrices,
}

/// Shadow prices of the relaxation, in minor units.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityPrices {
    /// An hour more of a level's work needed, `[level][month]`.
    pub hour: Vec<Vec<f64>>,
    /// One trained agent more of a level in a month, before pay, `[level][month]`.
    pub agent: Vec<Vec<f64>>,
    /// One seat more in training, by month.
    pub seat: Vec<f64>,
}

/// What the solver gives back.
pub(super) struct Answer {
    pub decisions: CapacityDecisions,
    pub objective: f64,
    pub shortage_hours: f64,
    pub prices: CapacityPrices,
}

/// Variables and constraints of a program under construction.
struct Program<'a> {
    problem: &'a CapacityProblem,
    staff: Staff,
    hire: Profile,
    stays: Vec<f64>,
    hires: Vec<Vec<Option<Variable>>>,
    classes: Vec<Variable>,
    moved: Vec<Vec<Option<Variable>>>,
    overtime: Vec<Vec<Variable>>,
    outsourced: Vec<Vec<Variable>>,
    shortage: Vec<Vec<Variable>>,
    /// Minor units of one unit of the objective, and hours of one unit of work.
    money: f64,
    hours: f64,
}

/// Solves the program.
///
/// # Errors
/// [`CapacityError::Solver`].
pub(super) fn solve(problem: &CapacityProblem, people: People) -> Result<Answer, CapacityError> {
    let mut all = variables!();
    let program = Program::new(problem, &mut all, people);
    let objective = program.objective();
    let mut model = all.minimise(objective).using(highs).set_threads(1).set_option("random_seed", 0);
    model.set_verbose(false);
    if let People::Whole { gap, nodes } = people {
        model = model.set_option("mip_rel_gap", gap).set_option("mip_max_nodes", nodes);
    }
    let rows = program.constrain(&mut model);
    let failed = |cause: good_lp::ResolutionError| CapacityError::Solver { cause: cause.to_string() };
    let mut solution = model.solve().map_err(failed)?;
    let prices = match people {
        People::Parts => {
            let duals = solution.compute_dual();
            rows.prices(&program, |row| duals.dual(row.clone()).abs())
        }
        People::Whole { .. } => rows.prices(&program, |_| 0.0),
    };
    Ok(program.read(&solution, prices))
}

impl<'a> Program<'a> {
    fn new(problem: &'a CapacityProblem, all: &mut good_lp::ProblemVariables, people: People) -> Self {
        let (months, levels) = (problem.months(), problem.levels.len());
        let terms = &problem.hiring;
        let whole = |most: f64| match people {
            People::Whole { .. } => variable().integer().min(0.0).max(most),
            People::Parts => variable().min(0.0).max(most),
        };
        let seats = (terms.class_seats * terms.classes_a_month).floor();
        let hires = (0..levels)
            .map(|l| {
                let open = |c: usize| problem.levels[l].may_hire && c >= terms.lead_months && seats > 0.0;
                (0..months).map(|c| open(c).then(|| all.add(whole(seats)))).collect()
            })
            .collect();
        let classes = (0..months).map(|_| all.add(whole(terms.classes_a_month))).collect();
        let most = problem.cross_training.seats;
        let moved = (0..levels)
            .map(|l| (0..months).map(|_| (l + 1 < levels && most > 0.0).then(|| all.add(whole(most)))).collect())
            .collect();
        let mut hours = || -> Vec<Vec<Variable>> {
            (0..levels).map(|_| (0..months).map(|_| all.add(variable().min(0.0))).collect()).collect()
        };
        let (overtime, outsourced, shortage) = (hours(), hours(), hours());
        let dearest = problem.levels.iter().map(|level| level.hour_cost).fold(1.0, f64::max);
        let longest = problem.levels.iter().map(|level| level.monthly_hours).fold(1.0, f64::max);
        Self {
            staff: Staff::of(problem),
            hire: Profile::of_hire(problem),
            stays: Profile::of_experienced(problem),
            problem,
            hires,
            classes,
            moved,
            overtime,
            outsourced,
            shortage,
            money: dearest * longest,
            hours: longest,
        }
    }

    /// (1), without the pay of the starting staff, in units of the dearest agent-month.
    fn objective(&self) -> Expression {
        let (problem, months) = (self.problem, self.problem.months());
        let mut objective = Expression::default();
        for (l, level) in problem.levels.iter().enumerate() {
            for c in 0..months {
                let stayed: f64 = self.hire.paid[..months - c].iter().sum();
                let pay = stayed * level.monthly_hours * level.hour_cost;
                if let Some(h) = self.hires[l][c] {
                    objective.add_mul((pay + problem.hiring.hire_cost) / self.money, h);
                }
                if let Some(y) = self.moved[l][c] {
                    let stayed: f64 = self.stays[..months - c].iter().sum();
                    let raise = problem.levels[l + 1].hour_cost - level.hour_cost;
                    let cost = stayed * level.monthly_hours * raise + problem.cross_training.cost;
                    objective.add_mul(cost / self.money, y);
                }
                let price = |hour: f64| hour * self.hours / self.money;
                objective.add_mul(price(level.hour_cost * problem.limits.overtime_rate), self.overtime[l][c]);
                objective.add_mul(price(problem.limits.outsourced_hour), self.outsourced[l][c]);
                objective.add_mul(price(problem.shortage_hour), self.shortage[l][c]);
            }
        }
        for &n in &self.classes {
            objective.add_mul(problem.hiring.class_cost / self.money, n);
        }
        objective
    }

    /// (2): productive hours of a level in a month.
    fn productive(&self, l: usize, t: usize) -> Expression {
        let problem = self.problem;
        let mut sum = Expression::from(self.staff.productive[l][t] / self.hours);
        let present = |level: usize| problem.levels[level].monthly_hours * (1.0 - problem.leave[t]) / self.hours;
        for c in 0..=t {
            if let Some(h) = self.hires[l][c] {
                sum.add_mul(self.hire.productive[t - c] * present(l), h);
            }
            if let Some(y) = self.moved[l][c] {
                sum.add_mul(-self.stays[t - c] * present(l), y);
            }
            if let Some(y) = l.checked_sub(1).and_then(|below| self.moved[below][c]) {
                let output = if t == c { 1.0 - problem.cross_training.lost_share } else { 1.0 };
                sum.add_mul(self.stays[t - c] * output * present(l - 1), y);
            }
        }
        sum
    }

    fn constrain(&self, model: &mut impl SolverModel) -> Rows {
        let (problem, months, levels) = (self.problem, self.problem.months(), self.problem.levels.len());
        let mut rows = Rows { needed: vec![Vec::new(); levels], overtime: vec![Vec::new(); levels], classes: Vec::new() };
        for t in 0..months {
            let (mut done, mut needed) = (Expression::default(), 0.0);
            for l in (0..levels).rev() {
                let productive = self.productive(l, t);
                // (4)
                let allowed = productive.clone() * problem.limits.overtime_share;
                rows.overtime[l].push(model.add_constraint(Expression::from(self.overtime[l][t]).leq(allowed)));
                let outside = problem.limits.outsourcing_share * problem.required[l][t] / self.hours;
                model.add_constraint(Expression::from(self.outsourced[l][t]).leq(outside));
                // (3)
                done += productive + self.overtime[l][t] + self.outsourced[l][t] + self.shortage[l][t];
                needed += problem.required[l][t] / self.hours;
                rows.needed[l].push(model.add_constraint(done.clone().geq(needed)));
                self.experienced(model, l, t);
            }
            // (5)
            let hired: Expression = self.hires.iter().filter_map(|hires| hires[t]).sum();
            model.add_constraint(hired.leq(problem.hiring.class_seats * self.classes[t]));
            rows.classes.push(model.add_constraint(Expression::from(self.classes[t]).leq(problem.hiring.classes_a_month)));
            // (6)
            let moved: Expression = self.moved.iter().filter_map(|moved| moved[t]).sum();
            model.add_constraint(moved.leq(problem.cross_training.seats));
        }
        rows
    }

    /// (6): those trained on were there.
    fn experienced(&self, model: &mut impl SolverModel, l: usize, t: usize) {
        let mut trained_on = Expression::default();
        let mut there = Expression::from(self.staff.experienced[l][t]);
        for c in 0..=t {
            if let Some(y) = self.moved[l][c] {
                trained_on.add_mul(self.stays[t - c], y);
            }
            if let Some(h) = self.hires[l][c] {
                there.add_mul(self.hire.experienced[t - c], h);
            }
        }
        model.add_constraint(trained_on.leq(there));
    }

    fn read(&self, solution: &impl Solution, prices: CapacityPrices) -> Answer {
        let whole = |variable: Option<Variable>| variable.map_or(0, |own| solution.value(own).round().max(0.0) as u32);
        let table = |rows: &[Vec<Option<Variable>>]| -> Vec<Vec<u32>> {
            rows.iter().map(|row| row.iter().map(|&own| whole(own)).collect()).collect()
        };
        let decisions = CapacityDecisions {
            hires: table(&self.hires),
            classes: self.classes.iter().map(|&own| whole(Some(own))).collect(),
            cross_trained: table(&self.moved),
        };
        let staff_pay: f64 = self
            .staff
            .paid_hours
            .iter()
            .zip(&self.problem.levels)
            .map(|(hours, level)| hours.iter().sum::<f64>() * level.hour_cost)
            .sum();
        let objective = solution.eval(self.objective()) * self.money + staff_pay;
        let shortage_hours = self.shortage.iter().flatten().map(|&own| solution.value(own)).sum::<f64>() * self.hours;
        Answer { decisions, objective, shortage_hours, prices }
    }
}

/// Rows whose duals are prices.
struct Rows {
    needed: Vec<Vec<ConstraintReference>>,
    overtime: Vec<Vec<ConstraintReference>>,
    classes: Vec<ConstraintReference>,
}

impl Rows {
    fn prices(&self, program: &Program<'_>, dual: impl Fn(&ConstraintReference) -> f64) -> CapacityPrices {
        let problem = program.problem;
        let (months, levels) = (problem.months(), problem.levels.len());
        let an_hour = program.money / program.hours;
        let mut hour = vec![vec![0.0; months]; levels];
        let mut agent = vec![vec![0.0; months]; levels];
        for t in 0..months {
            let mut below = 0.0;
            for l in 0..levels {
                below += dual(&self.needed[l][t]) * an_hour;
                hour[l][t] = below;
                let stretched = dual(&self.overtime[l][t]) * an_hour * problem.limits.overtime_share;
                agent[l][t] = (below + stretched) * problem.levels[l].monthly_hours * (1.0 - problem.leave[t]);
            }
        }
        let seat = |row: &ConstraintReference| dual(row) * program.money / problem.hiring.class_seats.max(1.0);
        CapacityPrices { hour, agent, seat: self.classes.iter().map(seat).collect() }
    }
}
