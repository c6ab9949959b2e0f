//! Business drivers: what contacts follow beyond the calendar, such as orders, customers or campaign spend.

use chrono::NaiveDate;

/// What a driver's values measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DriverMeasure {
    /// Sums over their period, such as orders; a month's value is spread evenly over its days.
    #[default]
    Total,
    /// States that hold on every day of their period, such as customers.
    Level,
}

/// One value of a driver over whole local days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DriverValue {
    /// First day.
    pub first: NaiveDate,
    /// Last day, inclusive.
    pub last: NaiveDate,
    /// Its value, 0 or more.
    pub value: f64,
    /// The planner's contacts per unit of the driver; `None` to learn it.
    pub contact_rate: Option<f64>,
}

/// A driver with its past and planned values.
#[derive(Debug, Clone, PartialEq)]
pub struct Driver {
    /// Name, such as `orders`.
    pub name: String,
    /// Names of the queues it drives; empty for all.
    pub queues: Vec<String>,
    /// What its values measure.
    pub measure: DriverMeasure,
    /// Ascending by first day, not overlapping. Either all of them state a contact rate or none does.
    pub values: Vec<DriverValue>,
}

impl Driver {
    /// Whether the driver concerns a queue.
    pub fn touches(&self, queue: &str) -> bool {
        self.queues.is_empty() || self.queues.iter().any(|name| name == queue)
    }

    /// Whether the planner states how many contacts a unit makes.
    pub fn has_rate(&self) -> bool {
        self.values.iter().any(|value| value.contact_rate.is_some())
    }

    /// The value of a day, in units a day for totals; `None` where nothing is stated.
    pub fn on(&self, date: NaiveDate) -> Option<f64> {
        self.value_on(date).map(|value| value.on_a_day(self.measure))
    }

    /// Contacts of a day by the planner's rate; `None` where no value or no rate is stated.
    ///
    /// For a level the rate counts contacts per unit and stated period, so that a month's contacts are rate × level.
    pub fn contacts_on(&self, date: NaiveDate) -> Option<f64> {
        let value = self.value_on(date)?;
        Some(value.contact_rate? * value.value / value.days())
    }

    fn value_on(&self, date: NaiveDate) -> Option<&DriverValue> {
        let after = self.values.partition_point(|value| value.first <= date);
        self.values[..after].last().filter(|value| date <= value.last)
    }
}

impl DriverValue {
    fn days(&self) -> f64 {
        ((self.last - self.first).num_days() + 1) as f64
    }

    fn on_a_day(&self, measure: DriverMeasure) -> f64 {
        match measure {
            DriverMeasure::Total => self.value / self.days(),
            DriverMeasure::Level => self.value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_months_orders_are_spread_over_its_days_and_a_level_holds_on_each() {
        let date = |month, day| NaiveDate::from_ymd_opt(2024, month, day).unwrap();
        let value = DriverValue { first: date(2, 1), last: date(2, 29), value: 2900.0, contact_rate: Some(0.1) };
        let orders = Driver { name: "orders".into(), queues: Vec::new(), measure: DriverMeasure::Total, values: vec![value] };
        assert_eq!(orders.on(date(2, 29)), Some(100.0));
        assert_eq!((orders.on(date(3, 1)), orders.on(date(1, 31))), (None, None));
        assert!((orders.contacts_on(date(2, 3)).unwrap() - 10.0).abs() < 1e-12);
        let customers = Driver { measure: DriverMeasure::Level, ..orders };
        assert_eq!(customers.on(date(2, 1)), Some(2900.0));
        assert!((customers.contacts_on(date(2, 1)).unwrap() - 10.0).abs() < 1e-12);
    }
}
