//! Pages of accounts: signing in, one's own matters, and other people's accounts.

pub mod sign_in;
