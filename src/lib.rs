//! Xuefa 学法: training sessions on the rule of law, who came, and the study that follows.
//!
//! Each module imports only modules above it; `tests/architecture.rs` sees to that.

pub mod clock;

pub mod error;

pub mod choices;

pub mod config;

pub mod secret;

pub mod i18n;

pub mod templates;

pub mod store;

pub mod links;

pub mod access;

pub mod audit;

pub mod settings;

pub mod jobs;

pub mod mail;

pub mod organization;

pub mod accounts;

pub mod readings;

pub mod training;

pub mod attendance;

pub mod assignments;

pub mod reminders;

pub mod reports;

pub mod web;

pub mod cli;
