//! Pages of accounts: signing in, one's own matters, and other people's accounts.

pub mod account;
pub mod edit_notice;
pub mod factor;
pub mod forgotten;
pub mod invitation;
pub mod list;
pub mod me;
pub mod notice;
pub mod own_data;
mod prove;
pub mod sign_in;
