//! All SQL of accounts, logins and grants.

mod attempts;
mod holders;
mod invitations;
mod logins;
mod over;
mod roles;

pub(super) use attempts::*;
pub use holders::*;
pub use invitations::*;
pub use logins::*;
pub use over::*;
pub use roles::*;
