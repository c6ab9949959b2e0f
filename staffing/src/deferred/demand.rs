//! Deferred work and its deadline, and what a given capacity makes of it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use solver_data::Deadline;

use super::deadline::OpeningCalendar;
use super::flow::Job;
use crate::error::StaffingError;

/// What must have become of the work when the horizon ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HorizonEnd {
    /// Work that is not due by then may be left.
    Open,
    /// Everything must be done, late work and work that is due later too.
    Finish,
}

/// Work left from before the horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CarriedWork {
    /// Seconds of work.
    pub seconds: f64,
    /// Last interval in which it is on time; none where it is late already.
    pub last: Option<usize>,
    /// Its age when the horizon starts, seconds.
    pub age_seconds: f64,
}

/// Work by interval of arrival, and when it must be done.
#[derive(Debug, Clone, PartialEq)]
pub struct DeferredDemand {
    /// Seconds of work that arrive in each interval.
    pub work_seconds: Vec<f64>,
    /// Length of an interval in seconds.
    pub interval_seconds: f64,
    /// D(i): the last interval in which the work of i is on time; beyond the horizon where that is `len` or more.
    pub last: Vec<usize>,
    /// Work left from before.
    pub carried_in: Vec<CarriedWork>,
    /// Share of every interval's work that must be on time, 0 to 1.
    pub share: f64,
    /// What may be left at the end.
    pub end: HorizonEnd,
}

/// Deferred work through a horizon, the earliest deadline first and late work after all that can still be on time.
///
/// No order of work has more of it on time; all have the same backlog.
#[derive(Debug, Clone, PartialEq)]
pub struct DeferredProgress {
    /// Seconds worked in each interval.
    pub worked_seconds: Vec<f64>,
    /// Seconds of work left at the end of each interval.
    pub backlog_seconds: Vec<f64>,
    /// Age of the oldest work left at the end of each interval, seconds; 0 without any.
    pub oldest_seconds: Vec<f64>,
    /// Mean age of the work left at the end of each interval, seconds.
    pub mean_age_seconds: Vec<f64>,
    /// Share of each interval's work that was done on time; 1 where none came, and for work neither done nor due yet.
    pub on_time_by_arrival: Vec<f64>,
    /// Share on time of all work that is done or due: on time / (on time + late).
    pub on_time_share: f64,
    /// Seconds that missed their deadline, done since or not.
    pub late_seconds: f64,
    /// Work left at the end, oldest first; `last` counts intervals from the end of this horizon.
    pub left: Vec<CarriedWork>,
}

impl DeferredDemand {
    /// All work of `work_seconds` on time by `deadline`, nothing carried in, and nothing left at the end.
    pub fn new(work_seconds: Vec<f64>, interval_seconds: f64, deadline: Deadline, calendar: &OpeningCalendar<'_>) -> Self {
        let last = calendar.last_intervals(deadline, interval_seconds);
        Self { work_seconds, interval_seconds, last, carried_in: Vec::new(), share: 1.0, end: HorizonEnd::Finish }
    }

    /// Intervals of the horizon.
    pub fn intervals(&self) -> usize {
        self.work_seconds.len()
    }

    /// All work of the horizon, carried in or arriving, seconds.
    pub fn total_seconds(&self) -> f64 {
        self.carried_in.iter().map(|carried| carried.seconds).chain(self.work_seconds.iter().copied()).sum()
    }

    /// Checks that the numbers are ones that work can have.
    ///
    /// # Errors
    /// [`StaffingError::OutOfRange`] for the first that is not.
    pub fn validate(&self) -> Result<(), StaffingError> {
        let out = |quantity, value, range| Err(StaffingError::OutOfRange { quantity, value, range });
        let work = self.work_seconds.iter().copied().chain(self.carried_in.iter().map(|carried| carried.seconds));
        for seconds in work {
            if !(seconds.is_finite() && seconds >= 0.0) {
                return out("deferred work in seconds", seconds, "a finite number of 0 or more");
            }
        }
        if !(self.interval_seconds.is_finite() && self.interval_seconds > 0.0) {
            return out("interval in seconds", self.interval_seconds, "a finite number above 0");
        }
        if !(0.0..=1.0).contains(&self.share) {
            return out("share on time", self.share, "0 to 1");
        }
        if self.last.len() != self.intervals() {
            return out("deadlines given", self.last.len() as f64, "one for each interval of work");
        }
        match self.last.iter().enumerate().find(|(i, last)| **last < *i) {
            Some((_, last)) => out("last interval on time", *last as f64, "the interval of arrival or a later one"),
            None => Ok(()),
        }
    }

    /// (1) as jobs that must all be worked, ascending in their release.
    pub(super) fn jobs(&self) -> Vec<Job> {
        let end = self.intervals().saturating_sub(1);
        let mut jobs = Vec::with_capacity(2 * self.intervals() + self.carried_in.len());
        let mut add = |release: usize, due: usize, seconds: f64| {
            // What is due after the horizon, or late, need only be done by its end.
            let forced = due <= end || self.end == HorizonEnd::Finish;
            if seconds > 0.0 && forced {
                jobs.push(Job { release, due: due.min(end), seconds });
            }
        };
        for carried in &self.carried_in {
            add(0, carried.last.unwrap_or(usize::MAX), carried.seconds);
        }
        for (i, (seconds, last)) in self.work_seconds.iter().zip(&self.last).enumerate() {
            add(i, *last, self.share * seconds);
            add(i, usize::MAX, (1.0 - self.share) * seconds);
        }
        jobs
    }

    /// Works through the horizon with `capacity` seconds in each interval; missing intervals have none.
    ///
    /// # Errors
    /// As [`DeferredDemand::validate`].
    pub fn work_through(&self, capacity: &[f64]) -> Result<DeferredProgress, StaffingError> {
        self.validate()?;
        let mut desk = Desk::of(self);
        let intervals = self.intervals();
        let mut progress = DeferredProgress {
            worked_seconds: Vec::with_capacity(intervals),
            backlog_seconds: Vec::with_capacity(intervals),
            oldest_seconds: Vec::with_capacity(intervals),
            mean_age_seconds: Vec::with_capacity(intervals),
            on_time_by_arrival: Vec::new(),
            on_time_share: 1.0,
            late_seconds: 0.0,
            left: Vec::new(),
        };
        for j in 0..intervals {
            progress.worked_seconds.push(desk.work(j, capacity.get(j).map_or(0.0, |c| c.max(0.0))));
            let (backlog, oldest, mean) = desk.backlog(j);
            progress.backlog_seconds.push(backlog);
            progress.oldest_seconds.push(oldest);
            progress.mean_age_seconds.push(mean);
        }
        desk.close(self, &mut progress);
        Ok(progress)
    }
}

/// A batch of work on the desk.
#[derive(Debug, Clone, Copy)]
struct Batch {
    release: usize,
    last: Option<usize>,
    /// When the oldest of it came, and its mean, in seconds since the horizon's start.
    came: f64,
    came_mean: f64,
    seconds: f64,
    left: f64,
    on_time: f64,
}

/// Work in hand: what can still be on time by deadline, the rest by age.
struct Desk {
    batches: Vec<Batch>,
    interval_seconds: f64,
    next: usize,
    oldest: usize,
    timely: BinaryHeap<Reverse<(usize, usize)>>,
    late: BinaryHeap<Reverse<usize>>,
}

impl Desk {
    fn of(demand: &DeferredDemand) -> Self {
        let carried = demand.carried_in.iter().map(|carried| Batch {
            release: 0,
            last: carried.last,
            came: -carried.age_seconds,
            came_mean: -carried.age_seconds,
            seconds: carried.seconds,
            left: carried.seconds,
            on_time: 0.0,
        });
        let mut batches: Vec<Batch> = carried.collect();
        batches.sort_by(|a, b| a.came.total_cmp(&b.came));
        batches.extend(demand.work_seconds.iter().zip(&demand.last).enumerate().map(|(i, (seconds, last))| Batch {
            release: i,
            last: Some(*last),
            came: i as f64 * demand.interval_seconds,
            came_mean: (i as f64 + 0.5) * demand.interval_seconds,
            seconds: *seconds,
            left: *seconds,
            on_time: 0.0,
        }));
        let (timely, late) = (BinaryHeap::new(), BinaryHeap::new());
        Self { batches, interval_seconds: demand.interval_seconds, next: 0, oldest: 0, timely, late }
    }

    /// Works `capacity` seconds in interval `j`; returns the seconds worked.
    fn work(&mut self, j: usize, capacity: f64) -> f64 {
        while self.batches.get(self.next).is_some_and(|batch| batch.release <= j) {
            match self.batches[self.next].last {
                Some(last) => self.timely.push(Reverse((last, self.next))),
                None => self.late.push(Reverse(self.next)),
            }
            self.next += 1;
        }
        let mut free = capacity;
        while let Some(&Reverse((last, at))) = self.timely.peek() {
            let batch = &mut self.batches[at];
            if batch.left <= 0.0 {
                self.timely.pop();
            } else if last < j {
                self.timely.pop();
                self.late.push(Reverse(at));
            } else if free > 0.0 {
                let worked = free.min(batch.left);
                batch.left -= worked;
                batch.on_time += worked;
                free -= worked;
            } else {
                break;
            }
        }
        while let Some(&Reverse(at)) = self.late.peek() {
            let batch = &mut self.batches[at];
            if batch.left <= 0.0 {
                self.late.pop();
            } else if free > 0.0 {
                let worked = free.min(batch.left);
                batch.left -= worked;
                free -= worked;
            } else {
                break;
            }
        }
        capacity - free
    }

    /// Seconds left at the end of interval `j`, the age of the oldest and the mean age.
    fn backlog(&mut self, j: usize) -> (f64, f64, f64) {
        while self.oldest < self.next && self.batches[self.oldest].left <= 0.0 {
            self.oldest += 1;
        }
        let now = (j + 1) as f64 * self.interval_seconds;
        let (mut left, mut aged) = (0.0, 0.0);
        for batch in &self.batches[self.oldest..self.next] {
            left += batch.left;
            aged += batch.left * (now - batch.came_mean);
        }
        let oldest = if left > 0.0 { now - self.batches[self.oldest].came } else { 0.0 };
        (left, oldest, if left > 0.0 { (aged / left).min(oldest) } else { 0.0 })
    }

    /// What came of the deadlines, and what is left.
    fn close(&self, demand: &DeferredDemand, progress: &mut DeferredProgress) {
        let intervals = demand.intervals();
        let end = intervals as f64 * self.interval_seconds;
        let (mut on_time, mut late) = (0.0, 0.0);
        for batch in &self.batches {
            // Done late, or left beyond its deadline; work not due yet is neither.
            let pending = batch.last.is_some_and(|last| last >= intervals);
            let missed = if pending { 0.0 } else { batch.seconds - batch.on_time };
            on_time += batch.on_time;
            late += missed;
            if batch.left > 0.0 {
                let last = batch.last.and_then(|last| last.checked_sub(intervals));
                progress.left.push(CarriedWork { seconds: batch.left, last, age_seconds: end - batch.came });
            }
        }
        let came = &self.batches[self.batches.len() - intervals..];
        progress.on_time_by_arrival = came
            .iter()
            .map(|batch| {
                let pending = batch.last.is_some_and(|last| last >= intervals);
                if pending || batch.seconds <= 0.0 { 1.0 } else { batch.on_time / batch.seconds }
            })
            .collect();
        progress.late_seconds = late;
        progress.on_time_share = if on_time + late > 0.0 { on_time / (on_time + late) } else { 1.0 };
    }
}
