//! Pay of a shift by class: one formula for the roster's objective, the cost plan and the checker.

use chrono::{Datelike, Duration, NaiveDateTime, Timelike};

use crate::calendar::{Calendar, EventKind};
use crate::centre::Centre;
use crate::cost::PayClass;
use crate::id::AgentId;
use crate::roster::Shift;
use crate::unit::Money;

/// Premiums on base pay; the highest that applies to a minute counts, they do not add up.
#[derive(Debug, Clone, PartialEq)]
pub struct PayRules {
    /// Night window in minutes after midnight, from and to; `to` below `from` crosses midnight.
    pub night: (u32, u32),
    /// Share on top of base pay in the night window, 0.25 for 125 %.
    pub night_premium: f64,
    /// Days of the weekend by `Weekday::num_days_from_monday`, with the minute of the day from which they count.
    pub weekend: [Option<u32>; 7],
    /// Share on top of base pay at the weekend.
    pub weekend_premium: f64,
    /// Share on top of base pay on a calendar holiday.
    pub holiday_premium: f64,
    /// Share on top of pay for the employer's contributions.
    pub on_cost: f64,
}

impl PayRules {
    /// Share on top of base pay at a local time: what an hour of work then costs more.
    pub fn premium_at(&self, calendar: &Calendar, at: NaiveDateTime) -> f64 {
        self.class_at(calendar, at).1
    }

    /// The class of the minute at a local time and the premium it carries.
    fn class_at(&self, calendar: &Calendar, at: NaiveDateTime) -> (PayClass, f64) {
        let holiday = calendar.events.iter().any(|event| event.kind == EventKind::Holiday && event.covers(at.date()));
        let minute = at.hour() * 60 + at.minute();
        let (from, to) = self.night;
        let night = if from <= to { (from..to).contains(&minute) } else { minute >= from || minute < to };
        let weekend = self.weekend[at.weekday().num_days_from_monday() as usize].is_some_and(|first| minute >= first);
        [
            (holiday, PayClass::Holiday, self.holiday_premium),
            (weekend, PayClass::Weekend, self.weekend_premium),
            (night, PayClass::Night, self.night_premium),
        ]
        .into_iter()
        .filter(|&(applies, _, premium)| applies && premium > 0.0)
        .max_by(|left, right| left.2.total_cmp(&right.2))
        .map_or((PayClass::Normal, 0.0), |(_, class, premium)| (class, premium))
    }
}

/// Paid minutes and amount of a shift by pay class, classes in their order, each amount rounded half up to a minor unit.
///
/// Unpaid breaks are left out where they lie; on-costs are included. Minutes are those of the clock on the wall, so they
/// add up to the template's paid minutes in a night of changed clocks, too.
pub fn shift_pay(centre: &Centre, agent: AgentId, shift: &Shift) -> Vec<(PayClass, u32, Money)> {
    let hourly = centre.levels[centre.agents[agent].level].hourly.0 as f64;
    // Classes change on the minute at most; a step of five minutes is the finest grid.
    let step = 5;
    let mut minutes: Vec<(PayClass, f64, u32)> = Vec::new();
    let mut at = shift.start;
    while at < shift.end {
        let unpaid = shift.breaks.iter().any(|pause| !pause.paid && pause.start <= at && at < pause.end);
        if !unpaid {
            let (class, premium) = centre.pay.class_at(&centre.calendar, at);
            match minutes.iter_mut().find(|(known, _, _)| *known == class) {
                Some((_, _, total)) => *total += step,
                None => minutes.push((class, premium, step)),
            }
        }
        at += Duration::minutes(i64::from(step));
    }
    minutes.sort_by_key(|&(class, _, _)| class);
    minutes
        .into_iter()
        .map(|(class, premium, minutes)| {
            let amount = hourly * f64::from(minutes) / 60.0 * (1.0 + premium) * (1.0 + centre.pay.on_cost);
            (class, minutes, Money((amount + 0.5).floor() as i64))
        })
        .collect()
}
