//! Labour rules as data: modelled in the scheduler, verified by the checker, written once here.

use serde::{Deserialize, Serialize};

/// Rules every agent's tour obeys, whatever the contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LabourRules {
    /// Name of the pack the limits started from.
    pub pack: String,
    /// Least minutes between the end of a shift and the start of the next.
    pub minimum_rest_minutes: u32,
    /// Most days worked in a row, days before the horizon counted.
    pub maximum_consecutive_days: u32,
    /// Most days worked in a planning week.
    pub maximum_days_per_week: u32,
    /// Most paid minutes in a planning week, whatever the contract says.
    pub maximum_weekly_minutes: u32,
    /// Days of the weekend by `Weekday::num_days_from_monday`; a run of them is one weekend.
    pub weekend_days: [bool; 7],
    /// Most weekends worked in a stretch of them; a weekend is worked when a shift starts on one of its days.
    pub weekends: Option<WorkedLimit>,
    /// Most Sundays worked in a stretch of them: 2 of 3 keep every third Sunday off.
    pub sundays: Option<WorkedLimit>,
}

/// At most `most` of any `of` successive weekends or Sundays are worked, those before the horizon counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WorkedLimit {
    /// Most that are worked.
    pub most: u32,
    /// Of so many in succession, 1 to 32.
    pub of: u32,
}

impl LabourRules {
    /// The packs that ship with the program: name and what they stand for.
    pub const PACKS: [(&'static str, &'static str); 5] = [
        ("none", "no statutory limit: state your own"),
        ("eu", "Directive 2003/88/EC: 11 h daily rest, 48 h a week, one day off in seven"),
        ("israel", "Hours of Work and Rest Law 1951: 8 h between shifts, 36 h weekly rest, 45 h a week then in force"),
        ("china", "Labour Law art. 36–41: 44 h a week and one day off in seven; 11 h rest as house rule"),
        ("brazil", "CLT art. 66–67: 11 h rest, 44 h a week, one day off in seven; Law 10.101/2000: one Sunday off in three"),
    ];

    /// The limits of a pack, or `None` for a name that is not one.
    pub fn pack(name: &str) -> Option<Self> {
        let (minimum_rest_minutes, maximum_consecutive_days, maximum_days_per_week, maximum_weekly_minutes) = match name {
            "none" => (0, 7, 7, 7 * 24 * 60),
            "eu" => (660, 6, 6, 48 * 60),
            "israel" => (480, 6, 6, 45 * 60),
            "china" | "brazil" => (660, 6, 6, 44 * 60),
            _ => return None,
        };
        Some(Self {
            pack: name.to_owned(),
            minimum_rest_minutes,
            maximum_consecutive_days,
            maximum_days_per_week,
            maximum_weekly_minutes,
            // Friday and Saturday in Israel, Saturday and Sunday elsewhere.
            weekend_days: if name == "israel" { [false, false, false, false, true, true, false] } else { SATURDAY_AND_SUNDAY },
            weekends: None,
            sundays: (name == "brazil").then_some(WorkedLimit { most: 2, of: 3 }),
        })
    }
}

const SATURDAY_AND_SUNDAY: [bool; 7] = [false, false, false, false, false, true, true];
