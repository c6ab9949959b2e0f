//! The calendar of service completions: a binary heap of small `Copy` events.

/// A server finishes a contact.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Completion {
    /// When, seconds.
    pub at: f64,
    /// Who.
    pub server: u32,
}

impl Completion {
    /// Earlier first; at the same instant the lower server first.
    #[inline]
    fn before(self, other: Completion) -> bool {
        self.at < other.at || (self.at == other.at && self.server < other.server)
    }
}

/// Completions to come, the next on top.
#[derive(Debug, Default)]
pub(crate) struct CompletionCalendar {
    heap: Vec<Completion>,
}

impl CompletionCalendar {
    /// The next completion, without taking it.
    #[inline]
    pub fn next(&self) -> Option<Completion> {
        self.heap.first().copied()
    }

    /// Number of completions to come.
    #[inline]
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Enters a completion.
    #[inline]
    pub fn push(&mut self, completion: Completion) {
        self.heap.push(completion);
        let mut hole = self.heap.len() - 1;
        while hole > 0 {
            let parent = (hole - 1) / 2;
            if !completion.before(self.heap[parent]) {
                break;
            }
            self.heap[hole] = self.heap[parent];
            hole = parent;
        }
        self.heap[hole] = completion;
    }

    /// Takes the next completion off.
    #[inline]
    pub fn pop(&mut self) {
        if let Some(last) = self.heap.pop()
            && !self.heap.is_empty()
        {
            self.sift_down(last);
        }
    }

    /// Replaces the next completion by another in one pass: the server goes straight on to a waiting contact.
    #[inline]
    pub fn replace_next(&mut self, completion: Completion) {
        self.sift_down(completion);
    }

    /// Puts `completion` at the top and lets it sink.
    #[inline]
    fn sift_down(&mut self, completion: Completion) {
        let heap = self.heap.as_mut_slice();
        let mut hole = 0;
        loop {
            let mut child = 2 * hole + 1;
            if child >= heap.len() {
                break;
            }
            if child + 1 < heap.len() {
                child += usize::from(heap[child + 1].before(heap[child]));
            }
            if !heap[child].before(completion) {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = completion;
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
