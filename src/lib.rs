//! Xuefa 学法: training sessions on the rule of law, who came, and the study that follows.
//!
//! The modules stand in import order: each uses only those above it, and `tests/architecture.rs` sees to that.
//! A feature's folder holds `model.rs` (types and pure rules), `queries.rs` (all its SQL) and a file for each verb.
//!
//! # Walkthroughs
//!
//! *Check-in.* `GET /c/{code}` shows the session and changes nothing; `POST /c/{code}` → `web::attendance` (who, which,
//! when) → `attendance::check_in` inside one write → `training::queries` finds the session by its code → a pure rule
//! admits or refuses → one row, unique per person and session → `audit::record` → redirect to the result.
//!
//! *Close and follow up.* `attendance::close` ends check-in → HQ reconciles on the roll → `attendance::confirm` turns the
//! undecided into absent → `/sessions/{id}/follow-up` lists those not there → `assignments::follow_up` makes
//! one task per person and reading for exactly them; run again, it adds nothing.
//!
//! *Report.* The address is narrowed to the viewer's reach → `reports::session_attendance` computes one plain struct →
//! page, print and CSV lay that struct out and compute nothing.
//!
//! *Reminder.* Each tick `reminders::plan` inserts what is due and not yet planned (unique per person, task and stage)
//! and queues a mail in the same write; `mail::deliver` claims a row by a conditional update, sends, records the outcome.
//!
//! *Roster.* An upload is stored and checked by a job → the preview says new, changed, unchanged, errors by row
//! and column → confirming runs a second job, whose one write applies all rows or none.

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
