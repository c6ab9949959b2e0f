//! Where a day stands within one occurrence of an event, so that days of occurrences of other lengths can be matched.

/// Longest occurrence whose days are all told apart.
const LONGEST_TOLD_APART: u32 = 10;
/// Days at either end of a longer one that are told apart.
const ENDS: u32 = 4;

/// Place of a day in an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Days since the start.
    FromStart(u8),
    /// Days until the end.
    FromEnd(u8),
    /// Weeks since the start, well within a long occurrence.
    Inner(u8),
}

impl Place {
    /// Place of the day `offset` days after the start of an occurrence of `length` days.
    ///
    /// The first half is counted from the start, the last from the end: the third day and the last of a feast are matched
    /// with the third and the last of a longer one. The inner days of an occurrence beyond ten days are matched by week.
    pub(crate) fn of(offset: u32, length: u32) -> Self {
        let (from_start, from_end) = (offset.min(length - 1), length - 1 - offset.min(length - 1));
        let nearest = from_start.min(from_end);
        if length > LONGEST_TOLD_APART && nearest >= ENDS {
            Self::Inner((from_start / 7).min(u32::from(u8::MAX)) as u8)
        } else if from_start <= from_end {
            Self::FromStart(from_start as u8)
        } else {
            Self::FromEnd(from_end as u8)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Place::{FromEnd, FromStart, Inner};
    use super::*;

    fn places(length: u32) -> Vec<Place> {
        (0..length).map(|offset| Place::of(offset, length)).collect()
    }

    #[test]
    fn first_days_are_matched_from_the_start_and_last_days_from_the_end() {
        assert_eq!(places(1), [FromStart(0)]);
        assert_eq!(places(4), [FromStart(0), FromStart(1), FromEnd(1), FromEnd(0)]);
        assert_eq!(places(5), [FromStart(0), FromStart(1), FromStart(2), FromEnd(1), FromEnd(0)]);
        assert!(places(5).iter().filter(|place| places(4).contains(place)).count() == 4);
    }

    #[test]
    fn the_inner_days_of_a_month_are_matched_by_week() {
        let month = places(30);
        assert_eq!((month[3], month[4], month[13], month[26]), (FromStart(3), Inner(0), Inner(1), FromEnd(3)));
        assert_eq!(places(29)[28], FromEnd(0));
    }
}
