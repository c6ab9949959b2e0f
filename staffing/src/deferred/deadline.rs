//! Deadlines in clock hours and in working days.

use solver_data::Deadline;

/// Which intervals are open, and the day each belongs to; both `len ==` number of intervals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpeningCalendar<'a> {
    /// Whether work can be done in the interval.
    pub open: &'a [bool],
    /// The interval's day, a number that never falls.
    pub day: &'a [u32],
}

impl OpeningCalendar<'_> {
    /// Last open interval of each working day, ascending.
    fn closes(&self) -> Vec<usize> {
        let mut closes: Vec<usize> = Vec::new();
        for (interval, (open, day)) in self.open.iter().zip(self.day).enumerate() {
            if *open {
                match closes.last_mut() {
                    Some(last) if self.day[*last] == *day => *last = interval,
                    _ => closes.push(interval),
                }
            }
        }
        closes
    }

    /// D(i) for work that arrives in each interval: the last interval in which it is on time, the number of intervals or
    /// more where that lies beyond the horizon.
    ///
    /// On the clock the earliest contact of an interval counts: the last interval that ends no later than the deadline
    /// after the start of its own, and its own at least. Working days run to the close of the last one; work that comes
    /// after a day's last open interval, or on a day without any, counts as received on the next working day.
    pub fn last_intervals(&self, deadline: Deadline, interval_seconds: f64) -> Vec<usize> {
        let intervals = self.open.len();
        match deadline {
            Deadline::ClockHours(hours) => {
                // A deadline of whole intervals must not lose one to rounding.
                let whole = (3600.0 * hours / interval_seconds * (1.0 + 1e-12)).floor().clamp(1.0, 1e12) as usize;
                (0..intervals).map(|i| i + whole - 1).collect()
            }
            Deadline::WorkingDays(days) => {
                let closes = self.closes();
                let mut today = 0;
                (0..intervals)
                    .map(|i| {
                        while closes.get(today).is_some_and(|close| *close < i) {
                            today += 1;
                        }
                        closes.get(today + days as usize).map_or(intervals, |close| *close)
                    })
                    .collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn working_days_skip_closed_days_and_count_late_work_as_received_tomorrow() {
        // Three intervals a day; day 1 is closed, the last interval of the others too.
        let open = [true, true, false, false, false, false, true, true, false, true, true, false];
        let day = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3];
        let calendar = OpeningCalendar { open: &open, day: &day };
        let same_day = calendar.last_intervals(Deadline::WorkingDays(0), 3600.0);
        assert_eq!(same_day, [1, 1, 7, 7, 7, 7, 7, 7, 10, 10, 10, 12]);
        let next_day = calendar.last_intervals(Deadline::WorkingDays(1), 3600.0);
        assert_eq!(next_day, [7, 7, 10, 10, 10, 10, 10, 10, 12, 12, 12, 12]);
    }

    #[test]
    fn clock_hours_run_through_the_night_and_allow_the_own_interval() {
        let calendar = OpeningCalendar { open: &[true; 4], day: &[0, 0, 1, 1] };
        assert_eq!(calendar.last_intervals(Deadline::ClockHours(2.0), 3600.0), [1, 2, 3, 4]);
        assert_eq!(calendar.last_intervals(Deadline::ClockHours(0.1), 3600.0), [0, 1, 2, 3]);
    }
}
