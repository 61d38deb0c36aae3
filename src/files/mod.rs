//! Files that are kept with something: scans and evidence. The content lies in the data folder under its own digest and
//! is typed by what it is, not by what it is called; the tables know what it is kept with. What nobody uses any more is
//! swept a day later. Who may see or add a file, the feature decides whose thing it is kept with.

mod container;
mod keep;
pub mod kind;
pub mod model;
pub mod queries;
mod sweep;

pub use keep::{Received, keep, list_contents, load, put_content, read, receive, store, take_all_away, take_away};
pub use kind::{Accepts, EVIDENCE, FileKind, READINGS, SCANS};
pub use model::{FileUse, Subject};
pub use sweep::{KeptElsewhere, sweep};
