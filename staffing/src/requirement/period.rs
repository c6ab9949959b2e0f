//! Promises over a day or a week: the agents of a pool placed where they are cheapest.
//!
//! Every limit of every queue whose promise spans a day or a week becomes a limit of [`crate::cover`], one for each day or
//! planning week and each target in force there. The floors are what must hold in every interval: the promises of queues
//! that have one by the interval, the interval floors and occupancy caps of the others, and one agent where contacts
//! come. An agent's price in an interval is 1 and the premium that the hour is paid with.

use chrono::NaiveDate;
use rayon::prelude::*;
use solver_data::{Centre, PlanningGrid, QueueId, ServiceTarget, StaffingMethod, TargetPeriod};

use super::group::Group;
use super::need::Need;
use crate::cover::{Choice, Covered, cover};
use crate::error::StaffingError;
use crate::promise::Limit;

/// Contacts in time that a further agent must add for the choice to go on.
const LEAST_GAIN: f64 = 1e-3;
/// Gain of a contact's worth that is none: a limit that is still missed is then out of reach.
const NO_GAIN: f64 = 1e-12;
/// Choices computed for a load, in steps of its square root, as for a service curve.
const POINTS_PER_ROOT: f64 = 12.0;

/// Prices of an agent in every interval: `len == grid.len()`, 1 where no premium is paid.
pub fn prices(centre: &Centre, grid: &PlanningGrid) -> Vec<f64> {
    (0..grid.len()).map(|t| 1.0 + centre.pay.premium_at(&centre.calendar, grid.local(t)).max(0.0)).collect()
}

/// A limit of [`cover`]: whose, over which period, and what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    pub queue: usize,
    from: NaiveDate,
    target: ServiceTarget,
    pub limit: Limit,
}

/// Raises the needs of a pool, one an interval, until its promises over days and weeks hold at least cost.
///
/// `groups[t]` are the queues of the pool in interval t, `needs[t]` what must hold there in any case.
///
/// # Errors
/// [`StaffingError::TargetOutOfReach`] for a limit that no number of agents keeps, in a [`StaffingError::Queue`] with the
/// first interval that counts for it.
pub(crate) fn place(
    (centre, grid): (&Centre, &PlanningGrid),
    groups: &[Group],
    needs: &mut [Need],
    target: &Promised<'_>,
) -> Result<Option<Covered>, StaffingError> {
    let mut rows: Vec<Row> = Vec::new();
    let own = |t: usize| {
        let date = grid.date(grid.day_of(t));
        rows_of((date, centre.week_of(date)), &groups[t], target, &mut rows)
    };
    let own: Vec<Vec<(usize, usize)>> = (0..grid.len()).map(own).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let prices = prices(centre, grid);
    let choices: Vec<Choice> =
        (0..grid.len()).into_par_iter().map(|t| choice(&groups[t], needs[t].agents, prices[t], &own[t], &rows)).collect();
    let covered = cover(&choices, rows.len());
    if let Some(&broken) = covered.broken.first() {
        return Err(out_of_reach(centre, groups, &covered.agents, (&own, broken, &rows[broken])));
    }
    for ((need, &agents), own) in needs.iter_mut().zip(&covered.agents).zip(&own) {
        if !own.is_empty() {
            *need = Need { fractional: f64::from(agents).max(need.fractional), agents, method: StaffingMethod::Curve };
        }
    }
    Ok(Some(covered))
}

/// Says of a row which value `agents` reach over its period.
fn out_of_reach(
    centre: &Centre,
    groups: &[Group],
    agents: &[u32],
    (own, broken, row): (&[Vec<(usize, usize)>], usize, &Row),
) -> StaffingError {
    let (mut part, mut whole, mut most, mut first) = (0.0, 0.0, 0, None);
    for (t, own) in own.iter().enumerate() {
        let Some(&(_, place)) = own.iter().find(|(index, _)| *index == broken) else { continue };
        let member = &groups[t].members[place];
        let (got, counted) = row.limit.reached(member.volume, &*groups[t].meets(member, f64::from(agents[t])));
        (part, whole, most) = (part + got, whole + counted, most.max(agents[t]));
        first = first.or(Some(t));
    }
    let cause = StaffingError::TargetOutOfReach {
        measure: row.limit.measure(),
        wanted: row.limit.wanted(),
        reached: if whole > 0.0 { part / whole } else { 0.0 },
        agents: most,
        mend: "ask for less over the day or the week",
    };
    let queue = centre.queues[QueueId::from(row.queue)].name.clone();
    StaffingError::Queue { queue, interval: first.unwrap_or(0), cause: Box::new(cause) }
}

/// What a queue promises on a day.
pub(crate) type Promised<'a> = dyn Fn(QueueId, NaiveDate) -> ServiceTarget + 'a;

/// The rows that an interval of a day and week counts for, each with the place of its queue in the group.
pub(super) fn rows_of(
    (date, week): (NaiveDate, NaiveDate),
    group: &Group,
    target: &Promised<'_>,
    rows: &mut Vec<Row>,
) -> Vec<(usize, usize)> {
    let mut own = Vec::new();
    for (place, member) in group.members.iter().enumerate() {
        let target = target(member.queue, date);
        let from = match target.period {
            TargetPeriod::Interval => continue,
            TargetPeriod::Day => date,
            TargetPeriod::Week => week,
        };
        for limit in Limit::of(&target).into_iter().filter(|limit| !matches!(limit, Limit::Occupancy(_))) {
            let row = Row { queue: usize::from(member.queue), from, target, limit };
            let known = rows.iter().rposition(|other| *other == row);
            let index = known.unwrap_or_else(|| {
                rows.push(row);
                rows.len() - 1
            });
            own.push((index, place));
        }
    }
    own.sort_unstable();
    own
}

/// The choices of one interval, up to where a further agent gains next to nothing and every limit holds by itself, or
/// gains nothing at all.
fn choice(group: &Group, least: u32, price: f64, own: &[(usize, usize)], rows: &[Row]) -> Choice {
    let offered = group.station.offered_load();
    let floor = if own.is_empty() { least } else { least.max(group.station.least_agents(offered)) };
    let step = ((offered.sqrt() / POINTS_PER_ROOT) as u32).max(1);
    let mut surplus: Vec<Vec<f64>> = vec![Vec::new(); own.len()];
    let mut agents = floor;
    while !own.is_empty() {
        let mut rests = true;
        for (&(row, place), values) in own.iter().zip(&mut surplus) {
            let member = &group.members[place];
            let value = rows[row].limit.surplus(member.volume, &*group.meets(member, f64::from(agents)));
            let gain = value - values.last().copied().unwrap_or(f64::NEG_INFINITY);
            // A wait counts in contact-seconds: a second of waiting is worth a fraction of a contact in time.
            let least = if value < 0.0 { NO_GAIN * member.volume } else { LEAST_GAIN * member.volume.clamp(1e-6, 1.0) };
            rests &= gain.is_nan() || gain < least * f64::from(step);
            values.push(value);
        }
        if rests && f64::from(agents) > offered {
            break;
        }
        agents = agents.saturating_add(step);
    }
    Choice { floor, step, price, limits: own.iter().map(|row| row.0).collect(), surplus }
}
