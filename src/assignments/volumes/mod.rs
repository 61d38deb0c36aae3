//! The volume self-check (一案一卷自查): a unit goes through its volumes by a reference list, which is no official standard.
//!
//! [`list`] is that list, shipped in `content/volume-items.csv` and edited by HQ ([`edit_list`]); [`write`] is a unit's check by it.
//! Nothing of a case is kept: which items are still being completed, and counts of volumes where HQ asks for them.

pub mod articles;
pub mod edit_list;
pub mod list;
pub mod model;
pub mod queries;
pub mod write;

pub use list::{Item, List};
pub use model::{Answer, Check, Counted, Snapshot};
