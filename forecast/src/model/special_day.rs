//! How holidays and their eves compare with what smoothing expects of them.

use crate::day::DayKind;

/// Days of plain expectation that weigh against what was seen.
const PRIOR_DAYS: f64 = 0.5;

/// Contacts on special days per contact that smoothing alone expected.
#[derive(Debug, Clone, Default)]
pub(crate) struct SpecialDays {
    /// Actual and expected totals and days, of holidays and of eves.
    sums: [(f64, f64, f64); 2],
}

impl SpecialDays {
    /// Whether days of a kind teach the factors, and not the states of a model.
    pub(crate) fn are(kind: DayKind) -> bool {
        index(kind).is_some()
    }

    /// Learns a special day; others are passed over.
    pub(crate) fn learn(&mut self, kind: DayKind, actual: f64, expected: f64) {
        if let Some(index) = index(kind).filter(|_| actual.is_finite() && expected > 0.0) {
            let (actuals, expectations, days) = self.sums[index];
            self.sums[index] = (actuals + actual, expectations + expected, days + 1.0);
        }
    }

    /// Factor of a kind of day; 1 for ordinary days.
    pub(crate) fn factor(&self, kind: DayKind) -> f64 {
        let Some((actual, expected, days)) = index(kind).map(|index| self.sums[index]).filter(|sums| sums.2 > 0.0) else {
            return 1.0;
        };
        let prior = PRIOR_DAYS * expected / days;
        (actual + prior) / (expected + prior)
    }
}

fn index(kind: DayKind) -> Option<usize> {
    match kind {
        DayKind::Holiday => Some(0),
        DayKind::Eve => Some(1),
        DayKind::Ordinary | DayKind::Touched => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quiet_holiday_pulls_the_next_one_down_and_leaves_other_days_alone() {
        let mut special = SpecialDays::default();
        assert_eq!(special.factor(DayKind::Holiday), 1.0);
        special.learn(DayKind::Holiday, 10.0, 100.0);
        approx::assert_relative_eq!(special.factor(DayKind::Holiday), 60.0 / 150.0, max_relative = 1e-12);
        assert_eq!((special.factor(DayKind::Eve), special.factor(DayKind::Touched)), (1.0, 1.0));
    }
}
