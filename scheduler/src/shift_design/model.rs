//! The instance in the solver's words: slots of the week, shifts, prices a slot, columns of the programs.

use solver_data::shift_design::{DesignVariant, ShiftDesign};

use super::error::ShiftDesignError;

/// A shift: first slot of the day and slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub start: usize,
    pub length: usize,
}

/// The instance made ready. Columns of every program: y(s), x(s, d), over(t), under(t), then the counts of groups.
#[derive(Debug)]
pub(super) struct Model<'a> {
    pub instance: &'a ShiftDesign,
    pub variant: DesignVariant,
    pub days: usize,
    pub slots: usize,
    /// Slots of the week.
    pub horizon: usize,
    pub demand: Vec<i64>,
    pub shifts: Vec<Span>,
    /// Largest useful number of duties of shift s on day d: `most[s * days + d]`.
    pub most: Vec<i64>,
    /// Prices of a missing person, a spare person for a slot, and of a shift used.
    pub under: i64,
    pub over: i64,
    pub fixed: i64,
    /// Every objective is a multiple of this.
    pub unit: i64,
    /// Shifts counted together: by start, by end, and all.
    pub groups: Vec<Vec<usize>>,
}

impl<'a> Model<'a> {
    pub fn new(instance: &'a ShiftDesign, variant: DesignVariant) -> Result<Self, ShiftDesignError> {
        let (days, slots) = (instance.days, instance.slots_per_day());
        if instance.demand.len() != days * slots {
            return Err(ShiftDesignError::DemandLength { found: instance.demand.len(), days, slots });
        }
        let weights = &instance.weights;
        for (what, price) in
            [("understaffing", weights.under_minute), ("overstaffing", weights.over_minute), ("a shift", weights.shift)]
        {
            if price < 0 {
                return Err(ShiftDesignError::NegativePrice { what, price });
            }
        }
        let minutes = i64::from(instance.interval_minutes);
        let (under, over, fixed) = (weights.under_minute * minutes, weights.over_minute * minutes, weights.shift);
        let shifts: Vec<Span> = instance.allowed_shifts().into_iter().map(|(start, length)| Span { start, length }).collect();
        let mut model = Self {
            instance,
            variant,
            days,
            slots,
            horizon: days * slots,
            demand: instance.demand.iter().map(|&people| i64::from(people)).collect(),
            most: Vec::new(),
            groups: groups(&shifts),
            shifts,
            under,
            over,
            fixed,
            unit: gcd(gcd(under, over), fixed).max(1),
        };
        model.most = model.useful();
        model.check_coverable()?;
        Ok(model)
    }

    /// More duties than the greatest demand in their slots only add overstaffing. Where duties must be long on average,
    /// a long one may be there for its length alone: then all of the demand is the limit.
    fn useful(&self) -> Vec<i64> {
        let everyone: i64 = self.demand.iter().sum();
        let mut most = Vec::with_capacity(self.shifts.len() * self.days);
        for (s, _) in self.shifts.iter().enumerate() {
            let spare = if self.lengthens(s) { everyone } else { 0 };
            for day in 0..self.days {
                most.push(self.covered(s, day).map(|t| self.demand[t]).max().unwrap_or(0) + spare);
            }
        }
        most
    }

    /// Whether the shift raises the mean length that the bounded variant asks for.
    pub fn lengthens(&self, shift: usize) -> bool {
        self.variant == DesignVariant::Bounded && self.excess(shift) > 0.0
    }

    /// Minutes of the shift beyond the least mean length.
    pub fn excess(&self, shift: usize) -> f64 {
        self.minutes(shift) as f64 - self.instance.minimum_mean_minutes()
    }

    pub fn minutes(&self, shift: usize) -> usize {
        self.shifts[shift].length * self.instance.interval_minutes as usize
    }

    fn check_coverable(&self) -> Result<(), ShiftDesignError> {
        if self.variant == DesignVariant::Classic {
            return Ok(());
        }
        let mut coverable = vec![false; self.horizon];
        for (s, day) in self.duties() {
            self.covered(s, day).for_each(|t| coverable[t] = true);
        }
        if let Some(t) = (0..self.horizon).find(|&t| self.demand[t] > 0 && !coverable[t]) {
            let (day, slot) = (t / self.slots, t % self.slots);
            return Err(ShiftDesignError::Uncoverable { day, slot, demand: self.demand[t] });
        }
        let longest = (0..self.shifts.len()).map(|s| self.minutes(s)).max().unwrap_or(0);
        let least = self.instance.minimum_mean_minutes();
        if (longest as f64) < least && self.demand.iter().any(|&people| people > 0) {
            return Err(ShiftDesignError::TooShort { least, longest });
        }
        Ok(())
    }

    /// Every shift on every day.
    pub fn duties(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let days = self.days;
        (0..self.shifts.len()).flat_map(move |s| (0..days).map(move |day| (s, day)))
    }

    /// Slots of the week that a duty covers.
    pub fn covered(&self, shift: usize, day: usize) -> impl Iterator<Item = usize> + use<> {
        let (first, length, horizon) = (day * self.slots + self.shifts[shift].start, self.shifts[shift].length, self.horizon);
        (first..first + length).map(move |t| t % horizon)
    }

    /// Slot of the week at which a duty starts.
    pub fn starts_at(&self, shift: usize, day: usize) -> usize {
        (day * self.slots + self.shifts[shift].start) % self.horizon
    }

    /// First slot of the week after a duty.
    pub fn ends_at(&self, shift: usize, day: usize) -> usize {
        (day * self.slots + self.shifts[shift].start + self.shifts[shift].length) % self.horizon
    }

    /// Slot before `t` in the cycle.
    pub fn before(&self, t: usize) -> usize {
        (t + self.horizon - 1) % self.horizon
    }

    pub fn x(&self, shift: usize, day: usize) -> usize {
        self.shifts.len() + shift * self.days + day
    }

    pub fn over_at(&self, t: usize) -> usize {
        self.shifts.len() * (1 + self.days) + t
    }

    pub fn under_at(&self, t: usize) -> usize {
        self.over_at(t) + self.horizon
    }

    pub fn count_of(&self, group: usize) -> usize {
        self.over_at(0) + 2 * self.horizon + group
    }

    /// A bound rounded up to the next value an objective can have.
    pub fn rounded_up(&self, bound: f64) -> i64 {
        let unit = self.unit as f64;
        // The linear program is exact to some seven digits
        let slack = 1e-4_f64.max(1e-7 * bound.abs() / unit);
        ((bound / unit - slack).ceil() as i64).max(0) * self.unit
    }
}

fn groups(shifts: &[Span]) -> Vec<Vec<usize>> {
    let all: Vec<usize> = (0..shifts.len()).collect();
    let by = |key: fn(&Span) -> usize| {
        let mut keys: Vec<usize> = shifts.iter().map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter().map(|wanted| all.iter().copied().filter(|&s| key(&shifts[s]) == wanted).collect()).collect()
    };
    let (starts, ends): (Vec<Vec<usize>>, Vec<Vec<usize>>) = (by(|s| s.start), by(|s| s.start + s.length));
    let mut groups = vec![all.clone()];
    groups.extend(starts.into_iter().chain(ends).filter(|group| group.len() > 1));
    groups
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
