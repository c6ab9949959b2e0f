//! The sections of the report, in the order of the planning process.

pub mod accuracy;
pub mod cost;
pub mod demand;
pub mod headline;
pub mod methods;
pub mod need;
pub mod peaks;
pub mod provenance;
pub mod roster;
pub mod service;
pub mod shortfall;
