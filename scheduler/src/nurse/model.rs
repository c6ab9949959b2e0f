//! The instance compiled for pricing: marginal cover costs by cell and head count, requests, rules in minute units.
//!
//! A *cell* is a (day, shift) pair, `cell = day * shifts + shift`.

use solver_data::nurse_rostering::{NurseRostering, StaffMember};

use super::NurseError;

/// Dual prices are multiples of `1 / SCALE`: with integer prices the dynamic program and the bound are exact.
pub(super) const SCALE: i32 = 256;
/// Value of what cannot be; prices of a whole line stay below half of it.
pub(super) const IMPOSSIBLE: i32 = 1 << 29;

/// One line of work: `line[day]` is the shift worked.
pub(super) type Line = Vec<Option<usize>>;

/// A compiled instance.
#[derive(Debug)]
pub(super) struct Model<'a> {
    pub instance: &'a NurseRostering,
    pub days: usize,
    pub shifts: usize,
    /// `marginal[cell * staff + n]`: change of cover cost when the (n + 1)-th member of staff arrives.
    marginal: Vec<i32>,
    /// `requests[staff][cell]`: change of request cost when the shift is worked.
    pub requests: Vec<Vec<i32>>,
    /// Cost of an empty roster: all cover missing, no wish granted.
    pub empty_cost: i64,
    pub staff: Vec<StaffRules>,
}

/// The rules of one member of staff, minutes counted in `unit`s.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StaffRules {
    pub units: Vec<usize>,
    pub least_units: usize,
    pub most_units: usize,
    pub longest_run: usize,
    pub shortest_run: usize,
    pub shortest_rest: usize,
    pub weekends: usize,
    /// Most shifts of each type; `usize::MAX` where the other rules imply it.
    pub caps: Vec<usize>,
    pub off: Vec<bool>,
    /// Group of each shift; shifts of a group forbid the same successors.
    pub group: Vec<usize>,
    pub groups: usize,
    /// `follows[group][shift]`: the shift may be worked the day after one of the group.
    pub follows: Vec<Vec<bool>>,
}

impl<'a> Model<'a> {
    /// Compiles the instance after checking indices and weights.
    pub fn new(instance: &'a NurseRostering) -> Result<Self, NurseError> {
        check_ranges(instance)?;
        check_weights(instance)?;
        let (days, shifts, heads) = (instance.horizon, instance.shifts.len(), instance.staff.len());
        let mut marginal = vec![0; days * shifts * heads];
        let mut empty_cost = 0;
        for cover in &instance.cover {
            let cell = cover.day * shifts + cover.shift;
            empty_cost += i64::from(cover.requirement) * cover.weight_under;
            for n in 0..heads {
                let change = if (n as u32) < cover.requirement { -cover.weight_under } else { cover.weight_over };
                marginal[cell * heads + n] += change as i32;
            }
        }
        let mut requests = vec![vec![0; days * shifts]; heads];
        for wish in &instance.on_requests {
            requests[wish.staff][wish.day * shifts + wish.shift] -= wish.weight as i32;
            empty_cost += wish.weight;
        }
        for wish in &instance.off_requests {
            requests[wish.staff][wish.day * shifts + wish.shift] += wish.weight as i32;
        }
        let unit = instance.shifts.iter().fold(0, |unit, shift| gcd(unit, shift.minutes)).max(1);
        let staff = instance.staff.iter().map(|member| StaffRules::new(instance, member, unit)).collect();
        Ok(Self { instance, days, shifts, marginal, requests, empty_cost, staff })
    }

    /// Change of cover cost when one more arrives in a cell that has `n`.
    pub fn marginal(&self, cell: usize, n: usize) -> i32 {
        self.marginal[cell * self.staff.len() + n]
    }

    /// Cells of the instance.
    pub fn cells(&self) -> usize {
        self.days * self.shifts
    }

    /// Cost of the requests of a line, relative to an empty line.
    pub fn request_cost(&self, staff: usize, line: &Line) -> i64 {
        let wishes = &self.requests[staff];
        line.iter().enumerate().filter_map(|(d, s)| s.map(|s| i64::from(wishes[d * self.shifts + s]))).sum()
    }

    /// Number of staff by cell.
    pub fn presence(&self, lines: &[Line]) -> Vec<u16> {
        let mut presence = vec![0; self.cells()];
        for line in lines {
            for (d, s) in line.iter().enumerate() {
                if let Some(s) = s {
                    presence[d * self.shifts + s] += 1;
                }
            }
        }
        presence
    }

    /// Cost of a roster from the compiled tables.
    pub fn cost(&self, lines: &[Line]) -> i64 {
        let presence = self.presence(lines);
        let cover: i64 = (0..self.cells())
            .map(|cell| (0..usize::from(presence[cell])).map(|n| i64::from(self.marginal(cell, n))).sum::<i64>())
            .sum();
        let wishes: i64 = lines.iter().enumerate().map(|(i, line)| self.request_cost(i, line)).sum();
        self.empty_cost + cover + wishes
    }
}

impl StaffRules {
    fn new(instance: &NurseRostering, member: &StaffMember, unit: u32) -> Self {
        let units: Vec<usize> = instance.shifts.iter().map(|shift| (shift.minutes / unit) as usize).collect();
        let most_units = (member.maximum_minutes / unit) as usize;
        let mut off = vec![false; instance.horizon];
        for &day in &member.days_off {
            off[day] = true;
        }
        let most_days = instance.horizon;
        let caps = (0..units.len())
            .map(|s| {
                let cap = member.maximum_shifts[s] as usize;
                let implied = most_units.checked_div(units[s]).unwrap_or(most_days).min(most_days);
                if cap > 0 && cap >= implied { usize::MAX } else { cap }
            })
            .collect();
        let (group, follows) = successor_groups(instance);
        Self {
            least_units: member.minimum_minutes.div_ceil(unit) as usize,
            most_units,
            longest_run: member.maximum_consecutive as usize,
            shortest_run: member.minimum_consecutive as usize,
            shortest_rest: (member.minimum_consecutive_off as usize).max(1),
            weekends: (member.maximum_weekends as usize).min(instance.horizon.div_ceil(7)),
            caps,
            off,
            groups: follows.len(),
            group,
            follows,
            units,
        }
    }

    /// Most worked days in `days` days in a row, by the longest run and the shortest rest alone.
    pub fn most_worked(&self, days: usize) -> usize {
        let period = self.longest_run + self.shortest_rest;
        (days / period) * self.longest_run + (days % period).min(self.longest_run)
    }
}

/// Group of each shift by what may follow it, and what may follow each group.
fn successor_groups(instance: &NurseRostering) -> (Vec<usize>, Vec<Vec<bool>>) {
    let mut follows: Vec<Vec<bool>> = Vec::new();
    let mut group = Vec::with_capacity(instance.shifts.len());
    for shift in &instance.shifts {
        let mut may = vec![true; instance.shifts.len()];
        for &next in &shift.not_followed_by {
            may[next] = false;
        }
        let index = follows.iter().position(|known| *known == may).unwrap_or_else(|| {
            follows.push(may);
            follows.len() - 1
        });
        group.push(index);
    }
    (group, follows)
}

fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}

fn within(what: &'static str, index: usize, count: usize) -> Result<(), NurseError> {
    if index < count { Ok(()) } else { Err(NurseError::OutOfRange { what, index, count }) }
}

fn check_ranges(instance: &NurseRostering) -> Result<(), NurseError> {
    let (days, shifts, heads) = (instance.horizon, instance.shifts.len(), instance.staff.len());
    for shift in &instance.shifts {
        shift.not_followed_by.iter().try_for_each(|&next| within("shift", next, shifts))?;
    }
    for member in &instance.staff {
        if member.maximum_shifts.len() != shifts {
            return Err(NurseError::OutOfRange { what: "maximum of shift", index: member.maximum_shifts.len(), count: shifts });
        }
        member.days_off.iter().try_for_each(|&day| within("day", day, days))?;
    }
    for wish in instance.on_requests.iter().chain(&instance.off_requests) {
        within("member of staff", wish.staff, heads)?;
        within("day", wish.day, days)?;
        within("shift", wish.shift, shifts)?;
    }
    for cover in &instance.cover {
        within("day", cover.day, days)?;
        within("shift", cover.shift, shifts)?;
    }
    Ok(())
}

/// Weights must be 0 or more, and the worst line must fit the exact integers of the dynamic program.
fn check_weights(instance: &NurseRostering) -> Result<(), NurseError> {
    let days = instance.horizon;
    let mut worst = vec![0_i64; days * instance.shifts.len()];
    let largest = i64::from(IMPOSSIBLE / 2) / (i64::from(SCALE) * (days as i64 + 1));
    let wishes = instance.on_requests.iter().chain(&instance.off_requests);
    let cells = wishes.map(|wish| ("a request", wish.day, wish.shift, wish.weight)).chain(
        instance
            .cover
            .iter()
            .flat_map(|c| [("understaffing", c.day, c.shift, c.weight_under), ("overstaffing", c.day, c.shift, c.weight_over)]),
    );
    for (what, day, shift, weight) in cells {
        if weight < 0 {
            return Err(NurseError::NegativeWeight { what, weight });
        }
        let sum = &mut worst[day * instance.shifts.len() + shift];
        *sum = if what == "a request" { (*sum).max(weight) } else { sum.saturating_add(weight) };
        if *sum > largest / 2 || weight > largest / 2 {
            return Err(NurseError::WeightTooLarge { weight, largest: largest / 2, days });
        }
    }
    Ok(())
}
