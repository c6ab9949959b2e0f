//! Quantities with their units: the newtypes that stand at every public door.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde::{Deserialize, Serialize};

/// A number that a quantity cannot be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UnitError {
    /// The quantity is negative, infinite or not a number.
    #[error("{quantity} is {value}, which is not a finite number of 0 or more")]
    NotNonNegative {
        /// Name of the quantity.
        quantity: &'static str,
        /// What was given.
        value: f64,
    },
    /// The fraction lies outside its range.
    #[error("{quantity} is {value}, outside 0 to 1; write 80 % as 0.80")]
    NotFraction {
        /// Name of the quantity.
        quantity: &'static str,
        /// What was given.
        value: f64,
    },
}

macro_rules! non_negative {
    ($(#[$doc:meta])* $name:ident, $quantity:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "f64", into = "f64")]
        pub struct $name(f64);

        impl $name {
            /// The bare number, in the unit of the type.
            #[inline]
            pub const fn get(self) -> f64 {
                self.0
            }
        }

        impl TryFrom<f64> for $name {
            type Error = UnitError;
            fn try_from(value: f64) -> Result<Self, UnitError> {
                if value.is_finite() && value >= 0.0 {
                    Ok(Self(value))
                } else {
                    Err(UnitError::NotNonNegative { quantity: $quantity, value })
                }
            }
        }

        impl From<$name> for f64 {
            fn from(quantity: $name) -> f64 {
                quantity.0
            }
        }
    };
}

macro_rules! fraction {
    ($(#[$doc:meta])* $name:ident, $quantity:literal, $accepts:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "f64", into = "f64")]
        pub struct $name(f64);

        impl $name {
            /// The bare fraction.
            #[inline]
            pub const fn get(self) -> f64 {
                self.0
            }
        }

        impl TryFrom<f64> for $name {
            type Error = UnitError;
            fn try_from(value: f64) -> Result<Self, UnitError> {
                let accepts: fn(f64) -> bool = $accepts;
                if accepts(value) {
                    Ok(Self(value))
                } else {
                    Err(UnitError::NotFraction { quantity: $quantity, value })
                }
            }
        }

        impl From<$name> for f64 {
            fn from(quantity: $name) -> f64 {
                quantity.0
            }
        }
    };
}

non_negative!(
    /// A duration in seconds.
    Seconds, "a duration"
);
non_negative!(
    /// Offered load in erlangs: mean number of agents that would be busy if every contact were answered at once.
    Erlangs, "an offered load"
);
non_negative!(
    /// Contacts offered in one interval; an expected volume may be fractional.
    ContactVolume, "a contact volume"
);
non_negative!(
    /// Full-time equivalents.
    FullTimeEquivalent, "a full-time equivalent"
);
fraction!(
    /// Share of contacts answered within the threshold; see [`crate::ServiceLevelDefinition`] for its forms.
    ServiceLevel, "a service level", |x| (0.0..=1.0).contains(&x)
);
fraction!(
    /// Busy share of available time.
    Occupancy, "an occupancy", |x| (0.0..=1.0).contains(&x)
);
fraction!(
    /// Share of paid time in which an agent is not available; scheduled = required / (1 - shrinkage).
    Shrinkage, "a shrinkage", |x| (0.0..1.0).contains(&x)
);

impl Seconds {
    /// `minutes` whole minutes.
    pub fn from_minutes(minutes: u32) -> Self {
        Self(f64::from(minutes) * 60.0)
    }
}

impl Erlangs {
    /// Offered load a = volume × handle time / interval.
    ///
    /// An interval of zero length offers no load.
    pub fn offered(volume: ContactVolume, handle_time: Seconds, interval: Seconds) -> Self {
        if interval.0 > 0.0 { Self(volume.0 * handle_time.0 / interval.0) } else { Self(0.0) }
    }
}

/// A whole number of agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct AgentCount(pub u32);

/// An amount in integer minor units (cents, agorot, fen) of the centre's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Money(pub i64);

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0 - other.0)
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        self.0 += other.0;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money(0), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_contacts_of_three_minutes_in_half_an_hour_offer_ten_erlangs() {
        let load = Erlangs::offered(ContactVolume::try_from(100.0).unwrap(), Seconds::from_minutes(3), Seconds::from_minutes(30));
        assert_eq!(load.get(), 10.0);
    }

    #[test]
    fn shrinkage_of_one_is_refused_because_nobody_would_be_left() {
        assert!(Shrinkage::try_from(1.0).is_err());
        assert!(ServiceLevel::try_from(1.0).is_ok());
        assert!(ServiceLevel::try_from(80.0).is_err());
        assert!(Seconds::try_from(f64::NAN).is_err());
    }
}
