//! One value an interval.

use std::sync::Arc;

use crate::grid::{GridError, PlanningGrid};
use crate::id::IntervalIndex;

/// One value for every interval of a grid; arithmetic between different grids is an error, not a zip.
#[derive(Debug, Clone, PartialEq)]
pub struct IntervalSeries<T> {
    grid: Arc<PlanningGrid>,
    values: Vec<T>,
}

impl<T> IntervalSeries<T> {
    /// `values` on `grid`.
    ///
    /// # Errors
    /// [`GridError::Mismatch`] unless there is one value for each interval.
    pub fn new(grid: Arc<PlanningGrid>, values: Vec<T>) -> Result<Self, GridError> {
        if values.len() == grid.len() {
            Ok(Self { grid, values })
        } else {
            Err(GridError::Mismatch { left: grid.len(), right: values.len() })
        }
    }

    /// The series whose value at interval `t` is `value(t)`.
    pub fn from_fn(grid: Arc<PlanningGrid>, value: impl FnMut(usize) -> T) -> Self {
        let values = (0..grid.len()).map(value).collect();
        Self { grid, values }
    }

    /// The grid the series lies on.
    pub fn grid(&self) -> &Arc<PlanningGrid> {
        &self.grid
    }

    /// The values in interval order: `len == grid.len()`.
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// The series of `combine(left, right)`, interval by interval.
    ///
    /// # Errors
    /// [`GridError::Mismatch`] when the grids differ.
    pub fn zip_with<U, V>(
        &self,
        other: &IntervalSeries<U>,
        mut combine: impl FnMut(&T, &U) -> V,
    ) -> Result<IntervalSeries<V>, GridError> {
        if self.grid != other.grid {
            return Err(GridError::Mismatch { left: self.values.len(), right: other.values.len() });
        }
        let values = self.values.iter().zip(&other.values).map(|(left, right)| combine(left, right)).collect();
        Ok(IntervalSeries { grid: Arc::clone(&self.grid), values })
    }

    /// The series of `f(value)`.
    pub fn map<U>(&self, f: impl FnMut(&T) -> U) -> IntervalSeries<U> {
        IntervalSeries { grid: Arc::clone(&self.grid), values: self.values.iter().map(f).collect() }
    }
}

impl<T> std::ops::Index<IntervalIndex> for IntervalSeries<T> {
    type Output = T;
    fn index(&self, t: IntervalIndex) -> &T {
        &self.values[usize::from(t)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    #[test]
    fn series_on_different_grids_do_not_add() {
        let grid = |minutes| {
            let start = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
            Arc::new(PlanningGrid::new(start, 1, minutes, chrono_tz::UTC).unwrap())
        };
        let (halves, quarters) = (IntervalSeries::from_fn(grid(30), |t| t), IntervalSeries::from_fn(grid(15), |t| t));
        assert!(halves.zip_with(&quarters, |a, b| a + b).is_err());
        assert_eq!(halves.zip_with(&halves, |a, b| a + b).unwrap().values()[3], 6);
        assert!(IntervalSeries::new(grid(60), vec![0; 23]).is_err());
    }
}
