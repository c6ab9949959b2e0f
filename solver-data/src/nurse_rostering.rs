//! Staff rostering instances of Curtois and Qu (2014), "Computational results on new staff scheduling benchmark
//! instances": one shift a day, cover by shift, requests.
//!
//! Day 0 is a Monday and the horizon a multiple of seven days.

use serde::{Deserialize, Serialize};

/// An instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NurseRostering {
    /// Days.
    pub horizon: usize,
    /// Shift types.
    pub shifts: Vec<ShiftType>,
    /// Staff.
    pub staff: Vec<StaffMember>,
    /// Wishes for a shift; the weight is paid when it is not worked.
    pub on_requests: Vec<ShiftRequest>,
    /// Wishes against a shift; the weight is paid when it is worked.
    pub off_requests: Vec<ShiftRequest>,
    /// Cover by day and shift.
    pub cover: Vec<Cover>,
}

/// A type of shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftType {
    /// Name.
    pub id: String,
    /// Length in minutes.
    pub minutes: u32,
    /// Shifts that must not be worked the day after, as indices.
    pub not_followed_by: Vec<usize>,
}

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffMember {
    /// Name.
    pub id: String,
    /// Most shifts of each type in the horizon: `len == shifts.len()`; 0 for not qualified.
    pub maximum_shifts: Vec<u32>,
    /// Most minutes in the horizon.
    pub maximum_minutes: u32,
    /// Least minutes in the horizon.
    pub minimum_minutes: u32,
    /// Longest run of worked days.
    pub maximum_consecutive: u32,
    /// Shortest run of worked days; a run touching either end of the horizon is exempt.
    pub minimum_consecutive: u32,
    /// Shortest run of days off, with the same exemption.
    pub minimum_consecutive_off: u32,
    /// Most weekends worked (Saturday or Sunday).
    pub maximum_weekends: u32,
    /// Days that must be off, ascending.
    pub days_off: Vec<usize>,
}

/// A wish about a shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShiftRequest {
    /// Index of the member of staff.
    pub staff: usize,
    /// Day.
    pub day: usize,
    /// Index of the shift type.
    pub shift: usize,
    /// Price.
    pub weight: i64,
}

/// Wished cover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// Day.
    pub day: usize,
    /// Index of the shift type.
    pub shift: usize,
    /// Members of staff wished.
    pub requirement: u32,
    /// Price of each one missing.
    pub weight_under: i64,
    /// Price of each one too many.
    pub weight_over: i64,
}
