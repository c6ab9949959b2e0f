//! The calendar of service completions: a binary heap of small `Copy` events.

/// A server finishes a contact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Completion {
    /// When, seconds.
    pub at: f64,
    /// Who.
    pub server: u32,
}

/// Completions to come, the next on top: a binary heap whose entries are single integers.
///
/// The bits of a non-negative time order like the time, so time and server make one key that compares without a branch.
#[derive(Debug, Default)]
pub(crate) struct CompletionCalendar {
    heap: Vec<u128>,
}

impl Completion {
    #[inline]
    fn key(self) -> u128 {
        (u128::from(self.at.to_bits()) << 64) | u128::from(self.server)
    }

    #[inline]
    fn of_key(key: u128) -> Self {
        Self { at: f64::from_bits((key >> 64) as u64), server: key as u32 }
    }
}

impl CompletionCalendar {
    /// The next completion, without taking it.
    #[inline]
    pub fn next(&self) -> Option<Completion> {
        self.heap.first().map(|&key| Completion::of_key(key))
    }

    /// Number of completions to come.
    #[inline]
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Enters a completion.
    #[inline]
    pub fn push(&mut self, completion: Completion) {
        let hole = self.heap.len();
        self.heap.push(0);
        self.sift_up(hole, completion.key());
    }

    /// Takes the next completion off.
    #[inline]
    pub fn pop(&mut self) {
        if let Some(last) = self.heap.pop()
            && !self.heap.is_empty()
        {
            self.sink(last);
        }
    }

    /// Replaces the next completion by another in one pass: the server goes straight on to a waiting contact.
    #[inline]
    pub fn replace_next(&mut self, completion: Completion) {
        self.sink(completion.key());
    }

    /// Puts `key` in place of the top: the hole sinks to a leaf along the lesser children, then `key` rises from there.
    ///
    /// A new completion is late as a rule, so it seldom rises far (Floyd's bottom-up heap, Wegener 1993).
    #[inline]
    fn sink(&mut self, key: u128) {
        let heap = self.heap.as_mut_slice();
        let mut hole = 0;
        let mut child = 1;
        while child + 1 < heap.len() {
            let (left, right) = (heap[child], heap[child + 1]);
            heap[hole] = left.min(right);
            hole = child + usize::from(right < left);
            child = 2 * hole + 1;
        }
        if child < heap.len() {
            heap[hole] = heap[child];
            hole = child;
        }
        self.sift_up(hole, key);
    }

    /// Lets `key` rise from `hole`.
    #[inline]
    fn sift_up(&mut self, mut hole: usize, key: u128) {
        let heap = self.heap.as_mut_slice();
        while hole > 0 {
            let parent = (hole - 1) / 2;
            if key >= heap[parent] {
                break;
            }
            heap[hole] = heap[parent];
            hole = parent;
        }
        heap[hole] = key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn completions_leave_in_order_of_time_then_server(times in prop::collection::vec(0_u8..20, 1..200)) {
            let mut calendar = CompletionCalendar::default();
            for (server, &at) in times.iter().enumerate() {
                calendar.push(Completion { at: f64::from(at), server: server as u32 });
            }
            let mut wanted: Vec<(u8, u32)> = times.iter().enumerate().map(|(server, &at)| (at, server as u32)).collect();
            wanted.sort_unstable();
            for (at, server) in wanted {
                prop_assert_eq!(calendar.next(), Some(Completion { at: f64::from(at), server }));
                calendar.pop();
            }
            prop_assert!(calendar.next().is_none());
        }
    }

    #[test]
    fn replacing_the_next_equals_taking_and_entering() {
        let mut calendar = CompletionCalendar::default();
        for at in [5.0, 3.0, 9.0, 4.0] {
            calendar.push(Completion { at, server: 0 });
        }
        calendar.replace_next(Completion { at: 7.0, server: 0 });
        let mut left = Vec::new();
        while let Some(next) = calendar.next() {
            left.push(next.at);
            calendar.pop();
        }
        assert_eq!(left, [4.0, 5.0, 7.0, 9.0]);
    }
}
