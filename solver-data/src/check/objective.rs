//! The objective of a roster, recounted from its shifts: pay, refused wishes, under- and overstaffing.

use crate::centre::Centre;
use crate::pay::shift_pay;
use crate::period_promise::{PeriodPromise, PooledPromise, cost_of_lacking, price_per_contact};
use crate::requirement::{QueueSet, StaffingRequirement};
use crate::roster::Roster;
use crate::template::ShiftTemplate;

/// Objective of a roster in minor units, counted from nothing but the roster and the prices.
///
/// Pay of every shift, on-costs included, plus the weight of every refused wish, plus in every interval
/// `under · short + over · surplus` with `short = max over pools S of (scheduled(S) - N(S))`, at least 0, `N(S)` the
/// agents on contact who may serve some queue of `S`, and `surplus = N + short - scheduled` over all queues. Where a pool has
/// promises over days or weeks, its floor stands for `scheduled`, and every contact that a promise lacks has its price.
pub fn roster_objective(centre: &Centre, requirement: &StaffingRequirement, roster: &Roster) -> i64 {
    pay(centre, roster) + refused_wishes(centre, roster) + coverage_cost(centre, requirement, roster)
}

fn pay(centre: &Centre, roster: &Roster) -> i64 {
    let lines = roster.tours.iter().flat_map(|tour| tour.shifts.iter().flat_map(|shift| shift_pay(centre, tour.agent, shift)));
    lines.map(|(_, _, amount)| amount.0).sum()
}

fn refused_wishes(centre: &Centre, roster: &Roster) -> i64 {
    let class_of = |name: &str| centre.templates.iter().find(|template| template.name == name);
    centre
        .requests
        .iter()
        .filter(|request| roster.grid.day_of_date(request.date).is_some())
        .filter(|request| {
            let shift = roster.tour(request.agent).and_then(|tour| tour.shifts.iter().find(|shift| shift.date == request.date));
            let worked = shift.and_then(|shift| class_of(&shift.template));
            let described =
                worked.map(|template: &ShiftTemplate| (template.name.as_str(), template.class.as_str(), template.start_minute));
            !request.kind.granted_by(described)
        })
        .map(|request| i64::from(request.weight))
        .sum()
}

fn coverage_cost(centre: &Centre, requirement: &StaffingRequirement, roster: &Roster) -> i64 {
    let (under, over) = centre.coverage.per_interval(centre.interval_minutes);
    let present: Vec<Vec<u32>> = requirement
        .pools
        .iter()
        .map(|pool| roster.on_contact(|agent| QueueSet::served_by(centre, agent).meets(pool.queues)))
        .collect();
    let everybody = requirement.pools.len().checked_sub(1);
    (0..requirement.grid.len())
        .map(|t| {
            let missing = |k: usize| i64::from(requirement.wanted(k)[t]) - i64::from(present[k][t]);
            let short = (0..present.len()).map(missing).max().unwrap_or(0).max(0);
            let surplus = everybody.map_or(0, |all| short - missing(all));
            under * short + over * surplus
        })
        .sum::<i64>()
        + lacking_contacts(centre, requirement, &present)
}

/// Price of the contacts that the promises over days and weeks lack, `present[pool][t]` being there.
fn lacking_contacts(centre: &Centre, requirement: &StaffingRequirement, present: &[Vec<u32>]) -> i64 {
    let price = price_per_contact(&centre.coverage);
    let of = |pool: &PooledPromise| -> i64 {
        let surplus = |promise: &PeriodPromise| promise.surplus(&pool.curves, &present[pool.pool]);
        pool.promises.iter().map(|promise| cost_of_lacking(surplus(promise), price)).sum()
    };
    requirement.promises.iter().map(of).sum()
}
