//! Pools of queues as families of coverage.

use solver_data::{Centre, QueueSet, StaffingRequirement};

use crate::error::SchedulerError;
use crate::problem::{CoverageTerms, HorizonEnd};

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
    if let Some(pool) = pools.iter().find(|pool| pool.scheduled.len() != intervals) {
        let series = format!("the requirement of {}", pool.queues.label(centre));
        return Err(SchedulerError::SeriesLength { series, found: pool.scheduled.len(), expected: intervals });
    }
    let served: Vec<QueueSet> = centre.agents.ids().map(|agent| QueueSet::served_by(centre, agent)).collect();
    // Who serves the pool, agent by agent: equal columns are one family.
    let servers = |queues: QueueSet| served.iter().map(|set| set.meets(queues)).collect::<Vec<bool>>();
    let mut columns: Vec<Vec<bool>> = Vec::new();
    let mut families: Vec<Vec<i32>> = Vec::new();
    for pool in pools {
        let column = servers(pool.queues);
        let k = columns.iter().position(|known| *known == column).unwrap_or_else(|| {
            columns.push(column);
            families.push(vec![0; intervals]);
            columns.len() - 1
        });
        for (need, &scheduled) in families[k].iter_mut().zip(&pool.scheduled) {
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
    let raised: i64 = families[everyone].iter().zip(&everybody.scheduled).map(|(&r, &own)| i64::from(r) - i64::from(own)).sum();
    let terms = CoverageTerms {
        intervals,
        families,
        everyone,
        under: interval_price(centre.coverage.understaffing_per_hour.0),
        over,
        constant: over * raised,
        end: HorizonEnd::Cuts,
    };
    Ok((terms, (0..served.len()).map(bits).collect()))
}
