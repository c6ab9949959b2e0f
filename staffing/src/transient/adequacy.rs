//! Which approximation is good enough for an interval.
