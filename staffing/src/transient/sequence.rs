//! The least agents.
