//! Which minutes of a roster are overtime: those beyond the bands' weekly hours, the latest of the week.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate, NaiveDateTime};
use solver_data::pay::shift_pay;
use solver_data::{AgentId, Centre, FinanceTerms, PayClass, Roster, Shift};

/// Minutes by agent, day, class of the minute and rate of the overtime in per mille.
pub(super) type OvertimeMinutes = BTreeMap<(AgentId, NaiveDate, PayClass), Vec<(f64, u32)>>;

/// The overtime of a roster.
///
/// Weekly minutes are counted in the order they are worked, those before a horizon that cuts the week included; a contract
/// with its own beginning of overtime shifts all bands by the difference.
pub(super) fn overtime_of(centre: &Centre, terms: &FinanceTerms, roster: &Roster) -> OvertimeMinutes {
    let mut found = OvertimeMinutes::new();
    let Some(first) = terms.overtime.bands.first().map(|band| band.from) else { return found };
    let horizon = roster.grid.dates().first().map(|&date| centre.week_of(date));
    for tour in &roster.tours {
        let agent = &centre.agents[tour.agent];
        let begins = terms.overtime_after.get(usize::from(agent.contract)).copied().flatten().unwrap_or(first);
        let before = agent.carried.week.map_or(0, |week| week.minutes);
        let mut worked: BTreeMap<NaiveDate, u32> = horizon.map(|week| (week, before)).into_iter().collect();
        for shift in &tour.shifts {
            let start = worked.entry(centre.week_of(shift.date)).or_default();
            let paid: u32 = shift_pay(centre, tour.agent, shift).iter().map(|line| line.1).sum();
            let week = i64::from(*start);
            *start += paid;
            for band in &terms.overtime.bands {
                let shifted = |minute: u32| i64::from(minute) - i64::from(first) + i64::from(begins) - week;
                let (from, to) = (shifted(band.from).max(0) as u32, shifted(band.to).clamp(0, i64::from(paid)) as u32);
                for (class, minutes) in minutes_between(centre, tour.agent, shift, (from, to)) {
                    let rate = match class {
                        PayClass::Weekend => terms.overtime.weekend.map_or(band.rate, |rate| rate.max(band.rate)),
                        PayClass::Holiday => terms.overtime.holiday.map_or(band.rate, |rate| rate.max(band.rate)),
                        _ => band.rate,
                    };
                    found.entry((tour.agent, shift.date, class)).or_default().push((rate, minutes));
                }
            }
        }
    }
    found
}

/// Paid minutes of a shift from one paid minute to another, by class.
fn minutes_between(centre: &Centre, agent: AgentId, shift: &Shift, (from, to): (u32, u32)) -> Vec<(PayClass, u32)> {
    if from >= to {
        return Vec::new();
    }
    let until = |minute| {
        let part = Shift { end: time_of(shift, minute), ..shift.clone() };
        shift_pay(centre, agent, &part)
    };
    let before = until(from);
    let count = |class: PayClass| before.iter().find(|line| line.0 == class).map_or(0, |line| line.1);
    let later = until(to).into_iter().map(|(class, minutes, _)| (class, minutes - count(class)));
    later.filter(|&(_, minutes)| minutes > 0).collect()
}

/// When a number of paid minutes of a shift is reached, in its five-minute steps.
fn time_of(shift: &Shift, minutes: u32) -> NaiveDateTime {
    let (mut at, mut paid) = (shift.start, 0);
    while at < shift.end && paid < minutes {
        let unpaid = shift.breaks.iter().any(|pause| !pause.paid && pause.start <= at && at < pause.end);
        paid += if unpaid { 0 } else { 5 };
        at += Duration::minutes(5);
    }
    at
}
