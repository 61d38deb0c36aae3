//! Everything in one file: the rows of all tables as they stood at one moment, and the files they speak of, with a
//! manifest that has the digest of each part and a seal over the whole. Looked through whole before it is let at a
//! database; then the new one takes the place of the old in one step (`store::Rebuild`).
//!
//! The archive is a ZIP, which any tool can look into, or the same locked by `age` (age-encryption.org). The program's key is
//! left out unless asked for: whoever finds a backup could make links and codes with it.

mod archive;
mod lock;
mod manifest;
pub mod queries;
mod restore;
mod schedule;
mod seal;
mod write;

pub use archive::{Archive, open};
pub use lock::{Keys, Lock, new_identity};
pub use manifest::Manifest;
pub use queries::{Attempt, AttemptState};
pub use restore::{Mail, Restored, is_key_of, restore};
pub use schedule::{LATE, name, run_due, run_now};
pub use write::{Made, WithKey, write};
