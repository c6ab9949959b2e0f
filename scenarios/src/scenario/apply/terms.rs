//! Promises, pay, rules and shrinkage.

use solver_data::scenario::{Alteration, Reach};
use solver_data::{Money, Shrinkage};

use crate::scenario::base::Situation;

/// Applies a change of terms.
pub(super) fn apply(situation: &mut Situation, reach: &Reach, alteration: &Alteration) {
    let centre = &mut situation.centre;
    match alteration {
        Alteration::Shrinkage { planned, unplanned } => {
            let share = |share: f64| Shrinkage::try_from(share).expect("the reader takes shares below 1");
            centre.shrinkage.planned = planned.map_or(centre.shrinkage.planned, share);
            centre.shrinkage.unplanned = unplanned.map_or(centre.shrinkage.unplanned, share);
        }
        Alteration::Target(target) => {
            for &queue in &reach.queues {
                let own = &mut centre.queues[queue];
                // Of all queues together those are meant that can make such a promise.
                if own.channel.is_live() != target.deadline.is_some() {
                    own.target = *target;
                    own.later_targets.clear();
                }
            }
        }
        Alteration::Pay { factor, level, premiums } => {
            for id in centre.levels.ids().collect::<Vec<_>>() {
                if level.is_none_or(|level| level == id) {
                    let hourly = &mut centre.levels[id].hourly;
                    *hourly = Money((hourly.0 as f64 * factor).round() as i64);
                }
            }
            let own = [&mut centre.pay.night_premium, &mut centre.pay.weekend_premium, &mut centre.pay.holiday_premium];
            for (own, new) in own.into_iter().zip(premiums) {
                *own = new.unwrap_or(*own);
            }
        }
        Alteration::Rules { minimum_rest_minutes, maximum_consecutive_days, maximum_days_per_week, maximum_weekly_minutes } => {
            let rules = &mut centre.rules;
            rules.minimum_rest_minutes = minimum_rest_minutes.unwrap_or(rules.minimum_rest_minutes);
            rules.maximum_consecutive_days = maximum_consecutive_days.unwrap_or(rules.maximum_consecutive_days);
            rules.maximum_days_per_week = maximum_days_per_week.unwrap_or(rules.maximum_days_per_week);
            rules.maximum_weekly_minutes = maximum_weekly_minutes.unwrap_or(rules.maximum_weekly_minutes);
        }
        _ => {}
    }
}

/// Takes `minutes` a week and agent, which the shifts will place, out of planned shrinkage: of what it holds at most.
pub(super) fn training_leaves_shrinkage(situation: &mut Situation, minutes: u32) {
    let weeks = (situation.demand.grid.days() as f64 / 7.0).max(1.0);
    let shifts = || situation.roster.tours.iter().flat_map(|tour| &tour.shifts);
    let paid: f64 = shifts().map(|shift| f64::from(shift.paid_minutes)).sum();
    let tours = situation.roster.tours.iter().filter(|tour| !tour.shifts.is_empty()).count() as f64;
    if paid > 0.0 {
        let share = f64::from(minutes) * tours * weeks / paid;
        let planned = situation.centre.shrinkage.planned.get();
        let left = Shrinkage::try_from((planned - share).max(0.0)).expect("a share less some of it is a share");
        situation.centre.shrinkage.planned = left;
    }
}
