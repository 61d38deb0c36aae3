//! The address of every page, as functions: used by pages, mail and redirects.

mod calls;
mod kiosks;
mod letters;
mod people;
mod program;
mod reports;
mod sessions;
mod study;

pub use calls::*;
pub use kiosks::*;
pub use letters::*;
pub use people::*;
pub use program::*;
pub use reports::*;
pub use sessions::*;
pub use study::*;
