//! Kiosks: a tablet at a venue's door with a narrow credential of its own, which records whom the clerk finds. It goes
//! on without a network and sends what it stored later, each check-in once. At a kiosk somebody's phone can be opened
//! for their own matters (到场开通).

pub mod model;
pub mod queries;

mod door;
mod open;
mod sync;
mod undo;

pub use door::{Entered, FoundOpening, door_token, find_door, open_door, use_door};
pub use model::{Effect, Kiosk, Review, Standing};
pub use open::{
    FoundKiosk, choose, end, find_by_link, find_by_token, link_token, may_be_opened, may_open, open, start, start_here,
};
pub use sync::{Done, MOST_ENTRIES, Report, Stored, report_of_one, sync};
pub use undo::undo;
