//! Service as a function of agents, for a scheduler that knows no queueing formula.

/// For each interval a concave, piecewise-linear function: agents on contact → expected contacts answered in time.
///
/// Points are ascending in agents; between them the function is linear, after the last it is flat.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceCurve {
    /// The points of each interval: `len == grid.len()`; an interval without demand has none.
    pub intervals: Vec<Vec<CurvePoint>>,
}

/// A breakpoint of a service curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CurvePoint {
    /// Agents on contact.
    pub agents: u32,
    /// Expected contacts of the interval answered within the threshold.
    pub answered_in_time: f64,
    /// Expected contacts of the interval that abandon.
    pub abandoned: f64,
}

impl ServiceCurve {
    /// Expected contacts answered in time with `agents` on contact in interval `t`.
    pub fn answered_in_time(&self, t: usize, agents: u32) -> f64 {
        let points = &self.intervals[t];
        let above = points.partition_point(|point| point.agents < agents);
        match (above.checked_sub(1).map(|below| points[below]), points.get(above)) {
            (Some(below), Some(above)) => {
                let share = f64::from(agents - below.agents) / f64::from(above.agents - below.agents);
                below.answered_in_time + share * (above.answered_in_time - below.answered_in_time)
            }
            (None, Some(first)) => first.answered_in_time * f64::from(agents) / f64::from(first.agents.max(1)),
            (Some(last), None) => last.answered_in_time,
            (None, None) => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_linear_between_points_and_flat_after_the_last() {
        let point = |agents, answered_in_time| CurvePoint { agents, answered_in_time, abandoned: 0.0 };
        let curve = ServiceCurve { intervals: vec![vec![point(2, 8.0), point(4, 10.0)], vec![]] };
        let served = [0, 1, 2, 3, 4, 9].map(|n| curve.answered_in_time(0, n));
        assert_eq!(served, [0.0, 4.0, 8.0, 9.0, 10.0, 10.0]);
        assert_eq!(curve.answered_in_time(1, 5), 0.0);
    }
}
