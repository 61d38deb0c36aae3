//! The implementation report (贯彻落实情况报告): what a unit studied and what it does about its own problems.
//!
//! [`save_draft`] is for liaison and leader, [`hand_in`] for the leader. Its figures are counted ([`figures`]), never typed.
//! Its rows (problem, measure, who, by when) live on on the unit's board: [`change_row`].

mod change_row;
mod figures;
pub mod model;
mod page;
pub mod queries;
mod write;

pub use change_row::{RowChange, change_row, find_row};
pub use figures::{Figures, figures};
pub use model::{Content, ContentRow, Report, Row, RowState, ShownRow, Snapshot};
pub use write::{Wanted, find, hand_in, save_draft};
