//! How the day-level errors of a forecast hang together: from day to day, and across queues.

/// Joint law of the day-level errors of all queues.
///
/// The log error of queue q on day d is a stationary AR(1) in d with standard normal marginals z(q, d), whose innovations
/// correlate across queues as `across`; times the queue's day-level standard deviation on that day.
#[derive(Debug, Clone, PartialEq)]
pub struct DayErrors {
    next_day: f64,
    across: Vec<f64>,
    factor: Vec<f64>,
    relative_sd: Vec<Vec<f64>>,
}

impl DayErrors {
    /// Queues err on their own, and so do days.
    pub fn independent(queues: usize) -> Self {
        let identity: Vec<f64> = (0..queues * queues).map(|i| f64::from(u8::from(i / queues == i % queues))).collect();
        Self { next_day: 0.0, factor: identity.clone(), across: identity, relative_sd: vec![Vec::new(); queues] }
    }

    /// Errors that correlate.
    ///
    /// - `next_day`: correlation of a queue's error with its own of the day before, clamped to -0.95..=0.95
    /// - `across`: correlation of two queues on one day, symmetric, row by row: `len == queues * queues`; its off-diagonal
    ///   is shrunk until the matrix is positive definite
    /// - `relative_sd`: standard deviation of each day over the queue's `day_level_sd`, one row a queue; an empty row is 1
    ///   throughout
    pub fn correlated(next_day: f64, mut across: Vec<f64>, relative_sd: Vec<Vec<f64>>) -> Self {
        let queues = relative_sd.len();
        let next_day = if next_day.is_finite() { next_day.clamp(-0.95, 0.95) } else { 0.0 };
        across.resize(queues * queues, 0.0);
        for q in 0..queues {
            across[q * queues + q] = 1.0;
        }
        let factor = loop {
            if let Some(factor) = cholesky(&across, queues) {
                break factor;
            }
            for (_, value) in across.iter_mut().enumerate().filter(|(i, _)| i / queues != i % queues) {
                // Two queues whose correlation is no number are taken as unrelated; so is what shrinking has left of nothing.
                *value = if value.is_finite() && value.abs() > 1e-6 { 0.9 * *value } else { 0.0 };
            }
        };
        Self { next_day, across, factor, relative_sd }
    }

    /// Number of queues.
    pub fn queues(&self) -> usize {
        self.relative_sd.len()
    }

    /// Correlation of a queue's error with its own of the day before.
    pub fn next_day(&self) -> f64 {
        self.next_day
    }

    /// Correlation of the errors of two queues on one day; 1 for a queue with itself.
    pub fn across(&self, one: usize, other: usize) -> f64 {
        self.across[one * self.queues() + other]
    }

    /// Lower triangular L with L Lᵀ = the correlation across queues, row by row.
    pub fn factor(&self) -> &[f64] {
        &self.factor
    }

    /// Standard deviation of a day over the queue's `day_level_sd`.
    pub fn relative_sd(&self, queue: usize, day: usize) -> f64 {
        self.relative_sd.get(queue).and_then(|row| row.get(day)).copied().unwrap_or(1.0)
    }

    /// The same law with the standard deviation of one queue and day multiplied by `by`; `days` is the horizon's length.
    #[must_use]
    pub fn with_day_scaled(mut self, queue: usize, (day, days): (usize, usize), by: f64) -> Self {
        let row = &mut self.relative_sd[queue];
        row.resize(days.max(row.len()), 1.0);
        row[day] *= by;
        self
    }

    /// The same law with the queues in another order: queue `k` of the result is queue `order[k]` of this one.
    #[must_use]
    pub fn reordered(&self, order: &[usize]) -> Self {
        let across = order.iter().flat_map(|&one| order.iter().map(move |&other| self.across(one, other))).collect();
        Self::correlated(self.next_day, across, order.iter().map(|&q| self.relative_sd[q].clone()).collect())
    }

    /// The same law with one more queue at the end, which errs as queue `like` does, correlated with it by `correlation`.
    #[must_use]
    pub fn with_queue_like(&self, like: usize, correlation: f64) -> Self {
        let (before, after) = (self.queues(), self.queues() + 1);
        let mut across = vec![0.0; after * after];
        for one in 0..before {
            for other in 0..before {
                across[one * after + other] = self.across(one, other);
            }
            let value = correlation * self.across(one, like);
            (across[one * after + before], across[before * after + one]) = (value, value);
        }
        let mut relative_sd = self.relative_sd.clone();
        relative_sd.push(self.relative_sd[like].clone());
        Self::correlated(self.next_day, across, relative_sd)
    }
}

/// Lower triangular factor of a symmetric matrix of order `n`; `None` unless it is safely positive definite.
fn cholesky(matrix: &[f64], n: usize) -> Option<Vec<f64>> {
    let mut factor = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let inner: f64 = (0..j).map(|k| factor[i * n + k] * factor[j * n + k]).sum();
            let rest = matrix[i * n + j] - inner;
            if i == j {
                if rest.is_nan() || rest < 1e-9 {
                    return None;
                }
                factor[i * n + i] = rest.sqrt();
            } else {
                factor[i * n + j] = rest / factor[j * n + j];
            }
        }
    }
    Some(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_times_its_transpose_is_the_correlation() {
        let across = vec![1.0, 0.5, 0.2, 0.5, 1.0, -0.3, 0.2, -0.3, 1.0];
        let errors = DayErrors::correlated(0.4, across.clone(), vec![Vec::new(); 3]);
        let factor = errors.factor();
        for (i, expected) in across.iter().enumerate() {
            let product: f64 = (0..3).map(|k| factor[i / 3 * 3 + k] * factor[i % 3 * 3 + k]).sum();
            assert!((product - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn an_impossible_correlation_is_shrunk_until_it_is_possible() {
        // Three queues cannot all oppose one another; nor can one be no number.
        let errors = DayErrors::correlated(7.0, vec![1.0, -0.9, -0.9, -0.9, 1.0, -0.9, -0.9, -0.9, 1.0], vec![Vec::new(); 3]);
        assert!(errors.across(0, 1) > -0.5 && errors.across(0, 1) < -0.3);
        assert_eq!(errors.next_day(), 0.95);
        let errors = DayErrors::correlated(f64::NAN, vec![1.0, f64::NAN, f64::NAN, 1.0], vec![Vec::new(); 2]);
        assert_eq!((errors.across(0, 1), errors.next_day()), (0.0, 0.0));
    }

    #[test]
    fn a_new_queue_errs_like_its_donor() {
        let errors = DayErrors::correlated(0.3, vec![1.0, 0.5, 0.5, 1.0], vec![vec![1.0, 2.0], Vec::new()]);
        let more = errors.with_queue_like(0, 0.8);
        assert_eq!((more.queues(), more.across(2, 0), more.across(2, 1)), (3, 0.8, 0.4));
        assert_eq!((more.relative_sd(2, 1), more.relative_sd(1, 1)), (2.0, 1.0));
        let turned = more.reordered(&[2, 0, 1]);
        assert_eq!((turned.across(0, 1), turned.across(0, 2), turned.relative_sd(0, 1)), (0.8, 0.4, 2.0));
    }
}
