//! The volume self-check: its form and paper, and the reference list that it goes by.

pub mod check;
pub mod list;
