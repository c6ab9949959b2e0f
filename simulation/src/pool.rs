//! Interchangeable agents: a group is a number of idle agents.

use crate::engine::Staff;
use crate::routing::Routing;

/// Idle agents of each group; they are always there.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pools {
    /// Idle agents of each group.
    pub idle: Vec<u32>,
}

impl Staff for Pools {
    #[inline]
    fn next_change(&self) -> f64 {
        f64::INFINITY
    }

    fn change(&mut self) -> Option<u32> {
        None
    }

    /// Most idle agents within the level, the first listed among equals; a level of one group is the listed order.
    #[inline]
    fn seize(&mut self, routing: &Routing, queue: u32) -> Option<u32> {
        for level in &routing.levels[queue as usize] {
            let mut chosen = None;
            let mut most = 0;
            for &group in level {
                if self.idle[group as usize] > most {
                    most = self.idle[group as usize];
                    chosen = Some(group);
                }
            }
            if let Some(group) = chosen {
                self.idle[group as usize] -= 1;
                return chosen;
            }
        }
        None
    }

    #[inline]
    fn group(&self, server: u32) -> u32 {
        server
    }

    #[inline]
    fn stays(&self, _: u32) -> bool {
        true
    }

    fn engage(&mut self, _: u32) {}

    #[inline]
    fn rest(&mut self, server: u32, _: f64) {
        self.idle[server as usize] += 1;
    }

    fn depart(&mut self, _: u32, _: f64) {}

    fn deserted(&self, _: u32) -> bool {
        false
    }
}
