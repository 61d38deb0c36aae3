//! The implementation report: its form, its paper, and its rows on the unit's board.

pub mod board;
pub mod form;
pub mod paper;
pub mod row;
