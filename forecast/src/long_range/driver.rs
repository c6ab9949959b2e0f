//! Drivers of one queue: those whose rate is learned, as daily courses, and those whose rate the planner states, as contacts.

use solver_data::Driver;

use crate::long_range::days::DayTable;

/// Known days a driver must have in the history for its rate to be learned.
const LEAST_DAYS: usize = 182;
/// Share of a day's contacts that stated drivers can explain at most.
const MOST_EXPLAINED: f64 = 0.9;

/// What drivers say about the days of a table.
#[derive(Debug, Clone, Default)]
pub(super) struct DriverCourses {
    /// Daily values of learned drivers, not a number where unknown.
    pub(super) learned: Vec<Vec<f64>>,
    /// Contacts of the planner's rates by day: `len == table.len()`.
    pub(super) stated: Vec<f64>,
    /// What a reader must know.
    pub(super) notes: Vec<String>,
}

impl DriverCourses {
    /// Courses of the drivers that touch a queue.
    pub(super) fn of(table: &DayTable, drivers: &[Driver], queue: &str) -> Self {
        let mut courses = Self { stated: vec![0.0; table.len()], ..Self::default() };
        for driver in drivers.iter().filter(|driver| driver.touches(queue)) {
            if driver.has_rate() {
                add_stated(&mut courses.stated, table, driver);
                continue;
            }
            let course: Vec<f64> = (0..table.len()).map(|day| driver.on(table.date(day)).unwrap_or(f64::NAN)).collect();
            let known = (0..table.known_until).filter(|&day| !course[day].is_nan() && !table.totals[day].is_nan()).count();
            let ahead = course[table.start..].iter().filter(|value| value.is_nan()).count();
            let name = &driver.name;
            if known < LEAST_DAYS {
                courses.notes.push(format!(
                    "driver {name} covers {known} days of the history; {LEAST_DAYS} are needed to learn its rate: state contact_rate"
                ));
                continue;
            }
            if ahead > 0 {
                courses.notes.push(format!("driver {name} has no value on {ahead} days ahead; its last value stands in"));
            }
            courses.learned.push(course);
        }
        courses
    }

    /// Takes the contacts of stated drivers out of the history; at most nine tenths of a day.
    pub(super) fn deducted_from(&self, table: &mut DayTable) {
        for (total, stated) in table.totals.iter_mut().zip(&self.stated) {
            *total -= stated.min(MOST_EXPLAINED * *total);
        }
    }
}

/// Spreads rate × value over the days of each period by their weights.
fn add_stated(stated: &mut [f64], table: &DayTable, driver: &Driver) {
    for value in &driver.values {
        let day_of = |date: chrono::NaiveDate| (date - table.first).num_days();
        let (from, until) = (day_of(value.first).max(0), (day_of(value.last) + 1).min(table.len() as i64));
        if from >= until {
            continue;
        }
        let days = from as usize..until as usize;
        let mean = days.clone().map(|day| table.weight(day)).sum::<f64>() / days.len() as f64;
        for day in days.filter(|_| mean > 0.0) {
            stated[day] += driver.contacts_on(table.date(day)).unwrap_or(0.0) * table.weight(day) / mean;
        }
    }
}
