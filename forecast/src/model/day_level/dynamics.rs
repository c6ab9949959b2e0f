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
    /// Share of the day noise that fades from day to day by [`FADE`] instead of vanishing at once.
    pub(crate) carry: f64,
}

/// What remains of a drift after a day.
pub(crate) const DAMPING: f64 = 0.99;
/// What remains of a carried error after a day.
pub(crate) const FADE: f64 = 0.75;

impl Dynamics {
    /// A level that walks, and errors without memory.
    const fn walking(level_days: f64, weekday_weeks: f64) -> Self {
        Self { level_days, weekday_weeks, drift: 0.0, carry: 0.0 }
    }

    /// Dynamics tried; the first screens the variants.
    pub(crate) const TRIED: [Self; 5] = [
        Self::walking(10.0, 12.0),
        Self::walking(4.0, 12.0),
        Self::walking(10.0, 52.0),
        Self::walking(28.0, 12.0),
        Self::walking(28.0, 52.0),
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
    pub(crate) fn faded(days: usize) -> f64 {
        FADE.powi(days as i32)
    }
}
