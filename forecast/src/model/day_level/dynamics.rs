//! How the day level moves from one day to the next.

/// Movement of level, weekday effects and errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Dynamics {
    /// Half-life of the level in days.
    pub(crate) level_days: f64,
    /// Half-life of the weekday effects in weeks.
    pub(crate) weekday_weeks: f64,
    /// Standard deviation of the daily drift of the log level.
    pub(crate) drift: f64,
    /// Share of the day noise that fades from day to day instead of vanishing at once.
    pub(crate) carry: f64,
    /// What remains of it after a day.
    pub(crate) fade: f64,
}

/// What remains of a drift after a day.
pub(crate) const DAMPING: f64 = 0.99;

impl Dynamics {
    /// Dynamics tried; the first screens the variants.
    pub(crate) const TRIED: [Self; 5] = [
        Self { level_days: 28.0, weekday_weeks: 52.0, drift: 0.0, carry: 0.8, fade: 0.8 },
        Self { level_days: 28.0, weekday_weeks: 52.0, drift: 0.0, carry: 0.5, fade: 0.94 },
        Self { level_days: 90.0, weekday_weeks: 104.0, drift: 0.0015, carry: 0.7, fade: 0.94 },
        Self { level_days: 10.0, weekday_weeks: 12.0, drift: 0.0, carry: 0.5, fade: 0.8 },
        Self { level_days: 4.0, weekday_weeks: 12.0, drift: 0.0, carry: 0.0, fade: 0.0 },
    ];

    /// Variances that a day adds to the level and to each weekday effect, given the variance of the day noise.
    pub(crate) fn walk(&self, noise: f64) -> (f64, f64) {
        let gain = |half_life: f64| {
            let alpha = 1.0 - 0.5_f64.powf(1.0 / half_life);
            noise * alpha * alpha / (1.0 - alpha)
        };
        (gain(self.level_days), gain(self.weekday_weeks) / 7.0)
    }

    /// What a unit of drift adds to the level within `days` days.
    pub(crate) fn drifted(days: usize) -> f64 {
        (1.0 - DAMPING.powi(days as i32)) / (1.0 - DAMPING)
    }

    /// What remains of a carried error after `days` days.
    pub(crate) fn faded(&self, days: usize) -> f64 {
        self.fade.powi(days as i32)
    }
}
