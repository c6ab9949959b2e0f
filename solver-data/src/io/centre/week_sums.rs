//! Which paid times whole shifts can add up to in a week: a necessary condition of any roster.

use std::collections::BTreeSet;

use crate::rules::LabourRules;
use crate::template::ShiftTemplate;

/// Days of a week.
const WEEK: u32 = 7;

/// The weeks that a set of templates allows under the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WeekSums {
    /// Most days that can be worked.
    pub(super) most_days: u32,
    /// Days from one shift to the earliest day the rest before the next allows; 1 when every day can be worked.
    pub(super) days_between: u32,
    /// Paid minutes a week that can be reached, ascending.
    sums: BTreeSet<u32>,
}

impl WeekSums {
    /// All sums of at most `maximum_days` shifts, one a weekday, as far as rest and rows of days allow so many days.
    ///
    /// Rest is taken from the most generous pair of shifts, so a sum that is missing here is missing in every roster,
    /// while one that is here may still be out of reach.
    pub(super) fn of(templates: &[&ShiftTemplate], maximum_days: u32, rules: &LabourRules) -> Self {
        let days_between = days_between(templates, rules.minimum_rest_minutes);
        let by_rest = WEEK.div_ceil(days_between);
        let by_row = WEEK - WEEK / (rules.maximum_consecutive_days + 1);
        let most_days = maximum_days.min(rules.maximum_days_per_week).min(by_rest).min(by_row);
        let mut by_count: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); most_days as usize + 1];
        by_count[0].insert(0);
        for weekday in 0..WEEK as usize {
            let paid: BTreeSet<u32> =
                templates.iter().filter(|template| template.weekdays[weekday]).map(|template| template.paid_minutes).collect();
            for count in (1..by_count.len()).rev() {
                let longer: Vec<u32> =
                    by_count[count - 1].iter().flat_map(|sum| paid.iter().map(move |paid| sum + paid)).collect();
                by_count[count].extend(longer);
            }
        }
        Self { most_days, days_between, sums: by_count.into_iter().flatten().collect() }
    }

    /// Whether some week pays from `least` to `most` minutes.
    pub(super) fn reach(&self, least: u32, most: u32) -> bool {
        least <= most && self.sums.range(least..=most).next().is_some()
    }

    /// The sums next below `least` and next above `most`.
    pub(super) fn around(&self, least: u32, most: u32) -> (Option<u32>, Option<u32>) {
        (self.sums.range(..least).next_back().copied(), self.sums.range(most.saturating_add(1)..).next().copied())
    }
}

/// Least days from one shift's weekday to the next's with the rest between them; 1 to 8.
fn days_between(templates: &[&ShiftTemplate], rest_minutes: u32) -> u32 {
    let latest_start = templates.iter().map(|template| template.start_minute).max().unwrap_or(0);
    let earliest_end = templates.iter().map(|template| template.end_minute()).min().unwrap_or(0);
    (1..=WEEK).find(|days| latest_start + days * 24 * 60 >= earliest_end + rest_minutes).unwrap_or(WEEK + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(start_hour: u32, hours: u32) -> ShiftTemplate {
        ShiftTemplate {
            name: String::new(),
            class: String::new(),
            start_minute: start_hour * 60,
            length_minutes: hours * 60,
            paid_minutes: hours * 60,
            breaks: Vec::new(),
            weekdays: [true, true, true, true, true, false, false],
        }
    }

    fn rules(rest_hours: u32, row: u32) -> LabourRules {
        let none = LabourRules::pack("none").unwrap();
        LabourRules { minimum_rest_minutes: rest_hours * 60, maximum_consecutive_days: row, ..none }
    }

    #[test]
    fn sums_are_those_of_whole_shifts() {
        let (eight, six) = (template(8, 8), template(8, 6));
        let sums = WeekSums::of(&[&eight, &six], 5, &rules(11, 6));
        assert!(sums.reach(36 * 60, 40 * 60));
        assert!(!sums.reach(41 * 60, 60 * 60));
        assert_eq!(sums.around(41 * 60, 60 * 60), (Some(40 * 60), None));
        assert!(!WeekSums::of(&[&eight], 5, &rules(11, 6)).reach(33 * 60, 39 * 60));
    }

    #[test]
    fn long_rest_leaves_every_other_day() {
        let eight = template(8, 8);
        let sums = WeekSums::of(&[&eight], 5, &rules(20, 6));
        assert_eq!((sums.days_between, sums.most_days), (2, 4));
        assert_eq!(WeekSums::of(&[&eight], 7, &rules(0, 1)).most_days, 4);
        assert_eq!(WeekSums::of(&[&eight], 7, &rules(0, 6)).most_days, 6);
    }
}
