//! Files kept as evidence with the record of a meeting, a person's task or a unit's: added and taken away by whoever
//! fills it in as long as they may write there, downloaded by whoever sees it, and gone some months after its day.

mod add;
mod forget;
mod queries;

pub use add::{MOST_FILES, Place, add, find_place, remove, require_open};
pub use forget::forget_old;
