//! Maximum flow from jobs to the intervals in which they may be worked, by earliest deadline first.
//!
//! # Source
//! Glover (1967), "Maximum matching in a convex bipartite graph", Naval Research Logistics Quarterly 14(3).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Work with a release and a deadline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Job {
    /// First interval in which it may be worked.
    pub release: usize,
    /// Last interval in which it may be worked; beyond the horizon counts as its last interval.
    pub due: usize,
    /// Seconds.
    pub seconds: f64,
}

/// A maximum flow.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Flow {
    /// (job, interval, seconds), ascending in the interval.
    pieces: Vec<(usize, usize, f64)>,
    /// Seconds of each job that were not worked.
    pub left: Vec<f64>,
    /// Their sum.
    pub short: f64,
}

/// Intervals and jobs on the source's side of the minimum cut: jobs that are short, the intervals that could serve
/// them, the jobs served there, and so on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cut {
    /// Whether the interval is in the cut.
    pub intervals: Vec<bool>,
    /// Seconds of the cut's jobs.
    pub seconds: f64,
}

/// Maximum flow of `jobs`, ascending in their release, through intervals of `capacity`.
///
/// What is left of a job up to `negligible` seconds counts as worked.
pub(super) fn earliest_deadline_first(jobs: &[Job], capacity: &[f64], negligible: f64) -> Flow {
    let mut left: Vec<f64> = jobs.iter().map(|job| job.seconds).collect();
    let mut pieces = Vec::with_capacity(jobs.len() + capacity.len());
    let mut waiting = BinaryHeap::new();
    let mut next = 0;
    for (j, &capacity) in capacity.iter().enumerate() {
        while next < jobs.len() && jobs[next].release <= j {
            waiting.push(Reverse((jobs[next].due, next)));
            next += 1;
        }
        let mut free = capacity;
        while let Some(&Reverse((due, job))) = waiting.peek() {
            if due < j || left[job] <= 0.0 {
                waiting.pop();
                continue;
            }
            if free <= 0.0 {
                break;
            }
            let worked = free.min(left[job]);
            pieces.push((job, j, worked));
            free -= worked;
            left[job] -= worked;
        }
    }
    for left in &mut left {
        *left = if *left <= negligible { 0.0 } else { *left };
    }
    let short = left.iter().sum();
    Flow { pieces, left, short }
}

impl Flow {
    /// The minimum cut of this flow of `jobs` through `intervals`.
    pub fn cut(&self, jobs: &[Job], intervals: usize) -> Cut {
        let mut starts = vec![self.pieces.len(); intervals + 1];
        for (at, piece) in self.pieces.iter().enumerate().rev() {
            starts[piece.1] = at;
        }
        for j in (0..intervals).rev() {
            starts[j] = starts[j].min(starts[j + 1]);
        }
        let mut cut = Cut { intervals: vec![false; intervals], seconds: 0.0 };
        // The next interval from j on that is not in the cut yet.
        let mut outside: Vec<usize> = (0..=intervals).collect();
        let mut reached: Vec<bool> = self.left.iter().map(|left| *left > 0.0).collect();
        let mut queue: Vec<usize> = (0..jobs.len()).filter(|job| reached[*job]).collect();
        while let Some(job) = queue.pop() {
            cut.seconds += jobs[job].seconds;
            let last = jobs[job].due.min(intervals - 1);
            let mut j = find(&mut outside, jobs[job].release.min(intervals));
            while j <= last {
                cut.intervals[j] = true;
                outside[j] = j + 1;
                for (other, _, _) in &self.pieces[starts[j]..starts[j + 1]] {
                    if !std::mem::replace(&mut reached[*other], true) {
                        queue.push(*other);
                    }
                }
                j = find(&mut outside, j);
            }
        }
        cut
    }
}

/// Follows the links from j, shortening them.
fn find(outside: &mut [usize], j: usize) -> usize {
    let mut root = j;
    while outside[root] != root {
        root = outside[root];
    }
    let mut at = j;
    while outside[at] != root {
        at = std::mem::replace(&mut outside[at], root);
    }
    root
}
