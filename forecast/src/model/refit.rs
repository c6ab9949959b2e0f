//! When a model learns its parameters anew.

use crate::model::Cut;

/// Growth of the known days after which parameters are learned anew.
const GROWTH: usize = 3;

/// Which of `cuts`, ascending, parameters are learned at: the first, each after the known days have grown threefold, and
/// the last, which is the forecast itself. Nothing after a cut is ever learned from.
pub(crate) fn refits(cuts: &[Cut]) -> Vec<bool> {
    let mut learned_at = None;
    let due = |(k, cut): (usize, &Cut)| {
        let due = learned_at.is_none_or(|origin| cut.origin >= GROWTH * origin) || k + 1 == cuts.len();
        if due {
            learned_at = Some(cut.origin);
        }
        due
    };
    cuts.iter().enumerate().map(due).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_learned_first_and_last_and_when_the_days_have_trebled() {
        let cuts = [20, 40, 60, 100, 170, 190].map(|origin| Cut { origin, from: origin, until: origin + 7 });
        assert_eq!(refits(&cuts), [true, false, true, false, false, true]);
        assert!(refits(&[]).is_empty());
    }
}
