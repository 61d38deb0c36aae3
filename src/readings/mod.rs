//! Readings: laws and texts from `content/readings/`, and who marked them read.

pub mod model;
pub mod queries;
