//! Pools of queues as families of coverage.

use std::sync::Arc;

use solver_data::period_promise::price_per_contact;
use solver_data::{Centre, PeriodPromise, PlanningGrid, QueueSet, StaffingRequirement, Tour};

use crate::error::SchedulerError;
use crate::problem::{CoverageTerms, HorizonEnd};
use crate::service::ServiceTerms;

// An agent's families are the bits of one `u128`.
const _: () = assert!(StaffingRequirement::MOST_POOLS <= u128::BITS as usize);

/// Demand and prices of a requirement, and the families each agent counts for.
///
/// Pools served by exactly the same agents are one family with the larger requirement of each interval.
///
/// # Errors
/// [`SchedulerError::Pools`] unless there are 1 to [`StaffingRequirement::MOST_POOLS`] pools,
/// [`SchedulerError::SeriesLength`] for one off the grid.
pub(crate) fn coverage_terms(
    centre: &Centre,
    requirement: &StaffingRequirement,
) -> Result<(CoverageTerms, Vec<u128>), SchedulerError> {
    let (pools, intervals) = (&requirement.pools, requirement.grid.len());
    let fits = pools.len() <= StaffingRequirement::MOST_POOLS;
    let everybody = pools.last().filter(|_| fits).ok_or(SchedulerError::Pools { pools: pools.len() })?;
    for (index, pool) in pools.iter().enumerate() {
        let promised = requirement.promises.iter().find(|promise| promise.pool == index).map(|promise| promise.curves.len());
        let wrong = [Some(requirement.wanted(index).len()), promised].into_iter().flatten().find(|&found| found != intervals);
        if let Some(found) = wrong {
            let series = format!("the requirement of {}", pool.queues.label(centre));
            return Err(SchedulerError::SeriesLength { series, found, expected: intervals });
        }
    }
    let served: Vec<QueueSet> = centre.agents.ids().map(|agent| QueueSet::served_by(centre, agent)).collect();
    // Who serves the pool, agent by agent: equal columns are one family.
    let servers = |queues: QueueSet| served.iter().map(|set| set.meets(queues)).collect::<Vec<bool>>();
    let mut columns: Vec<Vec<bool>> = Vec::new();
    let mut families: Vec<Vec<i32>> = Vec::new();
    let mut family_of = Vec::with_capacity(pools.len());
    for (index, pool) in pools.iter().enumerate() {
        let column = servers(pool.queues);
        let k = columns.iter().position(|known| *known == column).unwrap_or_else(|| {
            columns.push(column);
            families.push(vec![0; intervals]);
            columns.len() - 1
        });
        family_of.push(k);
        for (need, &scheduled) in families[k].iter_mut().zip(requirement.wanted(index)) {
            *need = (*need).max(i32::try_from(scheduled).unwrap_or(i32::MAX));
        }
    }
    let last = servers(everybody.queues);
    let everyone = columns.iter().position(|column| *column == last).expect("the last pool has its family");
    let bits =
        |agent: usize| columns.iter().enumerate().filter(|(_, column)| column[agent]).fold(0, |bits, (k, _)| bits | 1 << k);
    let interval_price = |per_hour: i64| (per_hour * i64::from(requirement.grid.interval_minutes()) + 30) / 60;
    let over = interval_price(centre.coverage.overstaffing_per_hour.0);
    // Overstaffing is counted against all queues together, whatever the family's requirement was raised to.
    let raised: i64 =
        families[everyone].iter().zip(requirement.wanted(pools.len() - 1)).map(|(&r, &own)| i64::from(r) - i64::from(own)).sum();
    let terms = CoverageTerms {
        intervals,
        families,
        everyone,
        under: interval_price(centre.coverage.understaffing_per_hour.0),
        over,
        constant: over * raised,
        end: HorizonEnd::Cuts,
        service: Arc::new(service_terms(centre, requirement, |pool| {
            let family = family_of[pool];
            (family, columns[family].iter().filter(|&&serves| serves).count() as u32)
        })),
    };
    Ok((terms, (0..served.len()).map(bits).collect()))
}

/// Counts agents who are on contact already: shifts that began before the horizon, `families[agent]` being what they count for.
pub(crate) fn count_reaching(coverage: &mut CoverageTerms, families: &[u128], grid: &PlanningGrid, reaching: &[Tour]) {
    let mut there = vec![vec![0_u32; coverage.intervals]; coverage.families.len()];
    for tour in reaching {
        let families = families[usize::from(tour.agent)];
        for (from, to) in tour.shifts.iter().flat_map(|shift| shift.elapsed_on_contact(grid)) {
            let seconds = grid.interval_seconds();
            let (from, to) = ((from / seconds).ceil().max(0.0) as usize, (to / seconds).floor().max(0.0) as usize);
            for (_, there) in there.iter_mut().enumerate().filter(|&(k, _)| families >> k & 1 == 1) {
                there.iter_mut().take(to).skip(from).for_each(|count| *count += 1);
            }
        }
    }
    for (need, &count) in coverage.families.iter_mut().flatten().zip(there.iter().flatten()) {
        *need -= count as i32;
    }
    if !reaching.is_empty() && !coverage.service.is_empty() {
        Arc::make_mut(&mut coverage.service).count_present(&there);
    }
}

/// The promises over periods, where `family(pool)` is the pool's family and the agents who count for it.
fn service_terms(centre: &Centre, requirement: &StaffingRequirement, family: impl Fn(usize) -> (usize, u32)) -> ServiceTerms {
    let mut terms = ServiceTerms { price: price_per_contact(&centre.coverage), ..ServiceTerms::default() };
    for (index, pool) in requirement.promises.iter().enumerate() {
        let row = |(row, promise): (usize, &PeriodPromise)| {
            let parts = promise.parts.iter().map(|part| (part.t, part.curve, part.volume)).collect();
            ((index, row), parts)
        };
        terms.push_pool(family(pool.pool), &pool.curves, pool.promises.iter().enumerate().map(row));
    }
    terms
}
