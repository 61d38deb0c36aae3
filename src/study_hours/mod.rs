//! Study hours (学时): what counts, once; what a year asks for and the document that this rests on; the record of one
//! person's year; and who needs help to reach what is asked.
//!
//! [`model`] holds the rules as plain functions. [`record`] and [`outlook`] put the same rules to one person's rows and
//! to those of everybody in a unit. Nothing follows from any of it: no ranking, no warning, no mail.

pub mod model;
pub mod outlook;
pub mod queries;
pub mod record;
pub mod require;
pub mod set_hours;
pub mod year;

pub use model::{Amount, Credit, CreditKind, Hours, Requirement, Standing, read_hours};
