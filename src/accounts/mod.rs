//! Accounts of people: signing in and out, passwords, invitations, roles given. Builds the [`Viewer`](crate::access::Viewer).

pub mod known_device;
pub mod model;
pub mod password;
pub mod queries;
pub mod sign_in;

pub use crate::secret::{self, Secret};
