//! What agents bring into a horizon: hours owed, weekends worked, the week begun.

use chrono::{Datelike, Duration, NaiveDate};

use crate::agent::Agent;
use crate::bank::HoursBank;
use crate::centre::Centre;
use crate::grid::PlanningGrid;
use crate::id::AgentId;
use crate::roster::{Roster, Shift, Tour};

/// State of an agent on the day before the horizon, besides days worked in a row and rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CarriedOver {
    /// Balance of the hours bank in paid minutes, above 0 where the agent worked more; from the column `bank_minutes`.
    pub bank_minutes: i32,
    /// Weekends before the horizon; from the column `weekends_worked_before`.
    pub weekends: WorkedBefore,
    /// Sundays before the horizon; from the column `sundays_worked_before`.
    pub sundays: WorkedBefore,
    /// What the agent worked of the planning week that the horizon's first day cuts; `None` where nobody knows.
    pub week: Option<WeekBefore>,
}

/// The part of a planning week before the horizon, as worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WeekBefore {
    /// Days worked.
    pub days: u32,
    /// Paid minutes.
    pub minutes: u32,
}

/// Which of the stretches before the horizon were worked: bit 0 is the latest, bit 1 the one before it.
///
/// Where the horizon starts within a stretch (on the Sunday of a weekend), the latest is that very stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct WorkedBefore(pub u32);

impl WorkedBefore {
    /// The last `count` stretches worked, none before them.
    pub fn last(count: u32) -> Self {
        Self(1u32.checked_shl(count).map_or(u32::MAX, |above| above - 1))
    }

    /// Whether the stretch `back` before the latest was worked.
    pub fn worked(self, back: u32) -> bool {
        self.0.checked_shr(back).is_some_and(|bits| bits & 1 == 1)
    }

    /// The history with one more stretch behind it.
    #[must_use]
    pub fn then(self, worked: u32) -> Self {
        Self(self.0 << 1 | worked.min(1))
    }
}

/// Runs of days that count as one stretch, such as weekends, between two days, both inclusive; ascending.
pub fn stretches(days: [bool; 7], first: NaiveDate, last: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
    let counted = |date: NaiveDate| days[date.weekday().num_days_from_monday() as usize];
    let mut found: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for date in first.iter_days().take_while(|&date| date <= last).filter(|&date| counted(date)) {
        match found.last_mut().filter(|(_, end)| *end + Duration::days(1) == date) {
            Some((_, end)) => *end = date,
            None => found.push((date, date)),
        }
    }
    found
}

/// The Sundays, as days for [`stretches`].
pub const SUNDAYS: [bool; 7] = [false, false, false, false, false, false, true];

/// Brings the state of all agents forward over the rosters that end before the first day of `grid`.
///
/// The columns of `agents.csv` then stand for the day before the first of these rosters. Returns the shifts that began
/// before the horizon and reach into it. Days between the rosters and the horizon count as days off.
pub fn carry_over(centre: &mut Centre, rosters: &[Roster], grid: &PlanningGrid) -> Vec<Tour> {
    let start = grid.date(0);
    let Some(first) = rosters.iter().map(|roster| roster.grid.date(0)).min().filter(|&first| first < start) else {
        return Vec::new();
    };
    let mut reaching = Vec::new();
    for agent in centre.agents.ids().collect::<Vec<_>>() {
        let mut shifts: Vec<Shift> = rosters
            .iter()
            .filter_map(|roster| roster.tour(agent))
            .flat_map(|tour| &tour.shifts)
            .filter(|shift| (first..start).contains(&shift.date))
            .cloned()
            .collect();
        shifts.sort_by_key(|shift| (shift.date, shift.start));
        bring_forward(centre, agent, &shifts, (first, grid));
        shifts.retain(|shift| grid.elapsed_seconds(shift.end) > 0.0);
        if !shifts.is_empty() {
            reaching.push(Tour { agent, shifts });
        }
    }
    reaching
}

/// The state of one agent after `shifts`, ascending, between the day `first` and the start of `grid`.
fn bring_forward(centre: &mut Centre, id: AgentId, shifts: &[Shift], (first, grid): (NaiveDate, &PlanningGrid)) {
    let (start, weekend) = (grid.date(0), centre.rules.weekend_days);
    let last = start - Duration::days(1);
    let worked = |date: NaiveDate| shifts.iter().any(|shift| shift.date == date);
    let run = last.iter_days().rev().take_while(|&date| date >= first && worked(date)).count() as u32;
    let bank = centre.contracts[centre.agents[id].contract].bank.clone();
    let earned = bank.map_or(0, |bank| earned(centre, id, &bank, (shifts, first, last)));
    let week_start = centre.week_of(start);
    let before = centre.agents[id].carried;
    let agent = &mut centre.agents[id];
    let whole = i64::from(run) == (start - first).num_days();
    agent.days_worked_before = if whole { agent.days_worked_before + run } else { run };
    if let Some(shift) = shifts.last() {
        agent.rested_minutes_before = Some((-grid.elapsed_seconds(shift.end) / 60.0).round() as i32);
    } else if let Some(rested) = agent.rested_minutes_before {
        agent.rested_minutes_before = i32::try_from(i64::from(rested) + 1440 * (start - first).num_days()).ok();
    }
    let history = |days: [bool; 7], before: WorkedBefore| after_stretches(days, before, (first, last), &worked);
    agent.carried = CarriedOver {
        bank_minutes: before.bank_minutes.saturating_add(earned),
        weekends: history(weekend, before.weekends),
        sundays: history(SUNDAYS, before.sundays),
        week: week_before(agent, shifts, (first, start, week_start)),
    };
}

/// The planning week of the horizon's first day as far as it lies before it; `None` unless all of it is known.
fn week_before(agent: &Agent, shifts: &[Shift], (first, start, week): (NaiveDate, NaiveDate, NaiveDate)) -> Option<WeekBefore> {
    if week == start {
        return None;
    }
    let known = if first <= week { Some(WeekBefore::default()) } else { agent.carried.week };
    let inside = shifts.iter().filter(|shift| shift.date >= week);
    known.map(|known| {
        inside.fold(known, |sum, shift| WeekBefore { days: sum.days + 1, minutes: sum.minutes + shift.paid_minutes })
    })
}

/// What the bank gained: paid minutes less what was due, planning week by planning week.
fn earned(centre: &Centre, id: AgentId, bank: &HoursBank, (shifts, first, last): (&[Shift], NaiveDate, NaiveDate)) -> i32 {
    let paid: u32 = shifts.iter().map(|shift| shift.paid_minutes).sum();
    let days: Vec<NaiveDate> = first.iter_days().take_while(|&date| date <= last).collect();
    let due: u32 = days.chunk_by(|_, next| next.weekday() != centre.week_start).map(|week| due(centre, id, bank, week)).sum();
    paid as i32 - due as i32
}

/// Minutes due for the days of a planning week, or a part of it: the week's hours in proportion to the days employed,
/// less what days off count for, rounded down.
pub fn due(centre: &Centre, id: AgentId, bank: &HoursBank, week: &[NaiveDate]) -> u32 {
    let agent = &centre.agents[id];
    let employed: Vec<NaiveDate> = week.iter().copied().filter(|&date| agent.employed_on(date)).collect();
    let off = |date: &NaiveDate| centre.time_off.iter().find(|off| off.agent == id && (off.start..=off.end).contains(date));
    let credited: u32 = employed.iter().filter_map(off).map(|off| off.credited_minutes.unwrap_or(bank.weekly_minutes / 5)).sum();
    (bank.weekly_minutes * employed.len() as u32 / 7).saturating_sub(credited)
}

/// A history carried over the days from `first` to `last`.
fn after_stretches(
    days: [bool; 7],
    before: WorkedBefore,
    (first, last): (NaiveDate, NaiveDate),
    worked: &impl Fn(NaiveDate) -> bool,
) -> WorkedBefore {
    let counted = |date: NaiveDate| days[date.weekday().num_days_from_monday() as usize];
    stretches(days, first, last).into_iter().fold(before, |history, (from, to)| {
        let now = u32::from(from.iter_days().take_while(|&date| date <= to).any(worked));
        // A stretch that had begun before the first of these days is the latest of the history already.
        if from == first && counted(first - Duration::days(1)) { WorkedBefore(history.0 | now) } else { history.then(now) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank::HoursBank;
    use crate::check::sample::{centre, day, grid, roster, shift};
    use crate::id::Table;

    fn after(start: u32, templates: &[&str]) -> (Centre, Vec<Tour>) {
        let mut centre = centre();
        let mut contracts: Vec<_> = centre.contracts.iter().cloned().collect();
        contracts[0].bank = Some(HoursBank { weekly_minutes: 1_400, least: -600, most: 600, settlement: None });
        centre.contracts = Table::new(contracts);
        centre.agents[AgentId(0)].carried.bank_minutes = 10;
        centre.agents[AgentId(0)].days_worked_before = 2;
        let mut worked = roster(&centre);
        let days = templates.iter().enumerate().filter(|(_, template)| **template != "-");
        worked.tours[0].shifts = days.map(|(number, template)| shift(&centre, template, day(number as u32), 0)).collect();
        let next = PlanningGrid::new(day(start), 7, 15, grid().zone()).unwrap();
        let reaching = carry_over(&mut centre, &[worked], &next);
        (centre, reaching)
    }

    #[test]
    fn a_week_worked_is_carried_into_the_next() {
        let (centre, reaching) = after(7, &["-", "-", "-", "F8@08:00", "F8@22:00", "-", "F8@22:00"]);
        let agent = &centre.agents[AgentId(0)];
        assert_eq!((agent.days_worked_before, agent.rested_minutes_before), (1, Some(-390)));
        let carried =
            CarriedOver { bank_minutes: 10 + 3 * 480 - 1_400, weekends: WorkedBefore(1), sundays: WorkedBefore(1), week: None };
        assert_eq!(agent.carried, carried);
        assert_eq!(reaching.iter().map(|tour| (tour.agent, tour.shifts.len())).collect::<Vec<_>>(), [(AgentId(0), 1)]);
        assert_eq!(centre.agents[AgentId(1)].days_worked_before, 0);
    }

    #[test]
    fn a_horizon_within_a_week_knows_what_was_worked_of_it() {
        let (centre, reaching) = after(3, &["F8@08:00", "F8@08:00", "F8@08:00", "F8@08:00"]);
        let agent = &centre.agents[AgentId(0)];
        assert!(reaching.is_empty());
        assert_eq!((agent.days_worked_before, agent.rested_minutes_before), (5, Some(450)), "two days came before them");
        assert_eq!(agent.carried.week, Some(WeekBefore { days: 3, minutes: 1_440 }));
        assert_eq!(agent.carried.bank_minutes, 10 + 1_440 - 600);
    }

    #[test]
    fn a_weekend_that_began_before_the_rosters_is_one_weekend() {
        let before = WorkedBefore(0b10);
        let sunday = after_stretches([false, false, false, false, false, true, true], before, (day(6), day(6)), &|_| true);
        assert_eq!(sunday, WorkedBefore(0b11));
        let next = after_stretches(SUNDAYS, before, (day(0), day(6)), &|_| true);
        assert_eq!(next, WorkedBefore(0b101));
        assert_eq!(WorkedBefore::last(3), WorkedBefore(0b111));
        assert!(next.worked(2) && !next.worked(1) && !next.worked(40));
    }
}
