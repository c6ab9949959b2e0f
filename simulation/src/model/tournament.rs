//! The calendar of completions: a tournament in which the earliest instant wins.

use std::hint::select_unpredictable;

/// A knockout tournament among places 0..n, each with an instant; its winner is the earliest.
///
/// A new instant replays the matches from its place to the root. Which nodes those are is known beforehand and every
/// match is decided without a branch, so that a replay of 7 rounds costs about one mispredicted branch of a heap.
///
/// A contender is one integer: the bits of a non-negative instant, which order like the instant, with the place in the
/// lowest ones. Instants that agree in the bits above the place's (1e-13 of themselves with 500 places) leave in order
/// of place; the instants themselves are kept whole.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tournament {
    /// The root is 1, the children of i are 2 i and 2 i + 1, places are the last half.
    nodes: Vec<u64>,
    /// Instant of each place.
    instants: Vec<f64>,
}

impl Tournament {
    /// All `places` at `at`, 0 or later.
    pub fn new(places: u32, at: f64) -> Self {
        let width = (places as usize).next_power_of_two().max(2);
        let mut instants = vec![at; places as usize];
        instants.resize(width, f64::INFINITY);
        let mut nodes = vec![0; width];
        nodes.extend(instants.iter().enumerate().map(|(place, at)| at.to_bits() & !(width as u64 - 1) | place as u64));
        for node in (1..width).rev() {
            nodes[node] = nodes[2 * node].min(nodes[2 * node + 1]);
        }
        Self { nodes, instants }
    }

    /// The earliest instant and its place; infinite when no place has one.
    #[inline]
    pub fn first(&self) -> (f64, u32) {
        let place = self.nodes[1] as usize & (self.instants.len() - 1);
        (self.instants[place], place as u32)
    }

    /// Gives a place an instant earlier than its own: it rises until it meets an earlier one, mostly at once.
    #[inline]
    pub fn bring_forward(&mut self, place: u32, at: f64) {
        let width = self.instants.len();
        self.instants[place as usize] = at;
        let nodes = self.nodes.as_mut_slice();
        let mut node = width + place as usize;
        let contender = at.to_bits() & !(width as u64 - 1) | u64::from(place);
        while node > 0 && contender < nodes[node] {
            nodes[node] = contender;
            node /= 2;
        }
    }

    /// Gives a place a new instant, 0 or later.
    #[inline]
    pub fn set(&mut self, place: u32, at: f64) {
        let width = self.instants.len();
        self.instants[place as usize] = at;
        let nodes = self.nodes.as_mut_slice();
        let mut node = width + place as usize;
        let mut winner = at.to_bits() & !(width as u64 - 1) | u64::from(place);
        nodes[node] = winner;
        while node > 1 {
            let rival = nodes[node ^ 1];
            winner = select_unpredictable(rival < winner, rival, winner);
            node /= 2;
            nodes[node] = winner;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_earliest_wins_and_the_lowest_place_at_ties(
            places in 1_u32..70, moves in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..9), 1..200),
        ) {
            let mut instants = vec![f64::INFINITY; places as usize];
            let mut tournament = Tournament::new(places, f64::INFINITY);
            for (index, at) in moves {
                let place = index.index(instants.len());
                let before = std::mem::replace(&mut instants[place], if at == 8 { f64::INFINITY } else { f64::from(at) });
                if instants[place] < before {
                    tournament.bring_forward(place as u32, instants[place]);
                } else {
                    tournament.set(place as u32, instants[place]);
                }
                let earliest = instants.iter().copied().fold(f64::INFINITY, f64::min);
                prop_assert_eq!(tournament.first().0, earliest);
                if earliest < f64::INFINITY {
                    prop_assert_eq!(tournament.first().1 as usize, instants.iter().position(|&at| at == earliest).unwrap());
                }
            }
        }
    }
}
