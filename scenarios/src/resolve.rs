//! A roster at hand solved again: what stays, what changed, and what can not stay.

use chrono::{NaiveDate, NaiveDateTime};
use scheduler::{Pins, RosterRequest};
use solver_data::check::check_roster;
use solver_data::{AgentId, Centre, Roster, Tour};

use crate::error::PlanError;

/// What of a roster at hand stays as it is; days off stay, too, unless shifts are named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Whose days; `None` for everybody's.
    pub agent: Option<AgentId>,
    /// First and last day; `None` for all.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Template or class of the shifts; `None` for every day, worked or not.
    pub shift: Option<String>,
}

impl Pin {
    fn holds(&self, centre: &Centre, roster: &Roster, agent: AgentId, date: NaiveDate) -> bool {
        let whose = self.agent.is_none_or(|own| own == agent);
        let when = self.days.is_none_or(|(first, last)| (first..=last).contains(&date));
        let what = self.shift.as_deref().is_none_or(|wanted| {
            let shift = roster.tour(agent).and_then(|tour| tour.shifts.iter().find(|shift| shift.date == date));
            shift.is_some_and(|shift| {
                let class = centre.templates.iter().find(|template| template.name == shift.template);
                shift.template == wanted || class.is_some_and(|template| template.class == wanted)
            })
        });
        whose && when && what
    }
}

/// The days that pins and a frozen time hold.
///
/// Before `frozen` everything stays: days before its date, and on its date the shifts that start earlier. A frozen shift
/// of an agent who is away that day is let go, a pinned one is not.
pub fn pins_of(centre: &Centre, roster: &Roster, pins: &[Pin], frozen: Option<NaiveDateTime>) -> Pins {
    let mut held = Pins { not_before: frozen, ..Pins::default() };
    for agent in centre.agents.ids() {
        for &date in roster.grid.dates() {
            let shift = roster.tour(agent).and_then(|tour| tour.shifts.iter().find(|shift| shift.date == date));
            let past = frozen.is_some_and(|time| date < time.date() || shift.is_some_and(|shift| shift.start < time));
            let away = shift.is_some() && !centre.available_on(agent, date);
            if (past && !away) || pins.iter().any(|pin| pin.holds(centre, roster, agent, date)) {
                held.days.insert((agent, date));
            }
        }
    }
    held
}

/// A pinned shift that can not stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinTrouble {
    /// Code of the agent.
    pub agent: String,
    /// What is wrong: which rule, with the values.
    pub message: String,
    /// How to mend it.
    pub hint: String,
}

/// Every pinned shift that breaks a rule, and every agent whom the pins leave without a tour, all at once.
///
/// # Errors
/// [`PlanError::Scheduling`] for a request that can not be posed.
pub fn pin_troubles(request: &RosterRequest<'_>, pins: &Pins) -> Result<Vec<PinTrouble>, PlanError> {
    let Some((roster, _)) = request.at_hand().filter(|_| !pins.days.is_empty()) else { return Ok(Vec::new()) };
    let centre = request.centre();
    let kept = |tour: &Tour| Tour {
        agent: tour.agent,
        shifts: tour.shifts.iter().filter(|shift| pins.days.contains(&(tour.agent, shift.date))).cloned().collect(),
    };
    let pinned = Roster { tours: roster.tours.iter().map(kept).collect(), ..roster.clone() };
    let all = check_roster(centre, &pinned);
    // What is too little can still be added to; what is wrong with the pinned shifts can not be undone.
    let too_little = |message: &str| message.ends_with("are the least");
    let mut troubles: Vec<PinTrouble> = all
        .iter()
        .filter(|violation| violation.rule != "hours_bank" && !too_little(&violation.message))
        .map(|violation| PinTrouble {
            agent: violation.agent.clone(),
            message: match violation.date {
                Some(date) => format!("the pinned shift on {date} breaks {}: {}", violation.rule, violation.message),
                None => format!("the pinned shifts break {}: {}", violation.rule, violation.message),
            },
            hint: mend(violation.rule).to_owned(),
        })
        .collect();
    for clash in request.clashes()? {
        if troubles.iter().all(|trouble| trouble.agent != clash.agent) {
            let hint = "let go of one of the pins, or relax one of the rules named".to_owned();
            troubles.push(PinTrouble { agent: clash.agent, message: clash.conflict, hint });
        }
    }
    Ok(troubles)
}

/// How a broken rule of a pinned shift is mended.
fn mend(rule: &str) -> &'static str {
    match rule {
        "time_off" => "let go of the pin, or take the day out of time_off.csv",
        "employment" => "let go of the pin, or change `from` and `until` in agents.csv",
        "contract_class" => "let go of the pin, or add the class to the contract's shifts in centre.toml",
        "weekday" | "known_template" => "let go of the pin, or let a [[shift]] of centre.toml run on that day",
        "shift_times" | "paid_minutes" | "breaks" => {
            "let go of the pin, or give the shift its template's times in the roster file"
        }
        "availability" => "let go of the pin, or widen `earliest` and `latest` in agents.csv",
        "minimum_rest" => "let go of one of the two shifts, or lower minimum_rest_hours in [rules]",
        "consecutive_days" => "let go of one of the days, or raise maximum_consecutive_days in [rules]",
        "days_per_week" => "let go of one of the days, or raise maximum_days of the contract",
        "weekly_minutes" => "let go of one of the shifts, or raise weekly_hours of the contract",
        "weekends_worked" | "sundays_off" => "let go of the pin, or raise the limit in [rules]",
        _ => "let go of the pin",
    }
}
