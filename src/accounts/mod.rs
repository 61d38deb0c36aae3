//! Accounts of people: signing in and out, passwords, invitations, roles given. Builds the [`Viewer`](crate::access::Viewer).

mod change_password;
mod create_admin;
mod disable;
pub mod factor;
mod forget;
mod grant;
mod invite;
pub mod known_device;
pub mod model;
pub mod notice;
pub mod notice_queries;
pub mod password;
pub mod password_rules;
mod profile;
pub mod queries;
mod remember;
mod reset;
pub mod sign_in;

pub use crate::secret::{self, Secret};
pub use change_password::change_password;
pub use create_admin::{NewAdmin, create_admin};
pub use disable::{disable, enable, let_leave};
pub use forget::forget_old;
pub use grant::{NewGrant, grant, revoke, turn_roles};
pub use invite::{HandedOver, accept, invite, matter_of};
pub use profile::change_profile;
pub use remember::{check_remembering, remember};
pub use reset::{RESET_LIFE, RESET_PAUSE, ask_reset, begin_renewal};
pub use sign_in::use_login;
