//! The application from the outside of its verbs: every feature on a real database, with a fixed clock.
//! `XUEFA_TEST_POSTGRESQL=postgres://…` runs the same tests on PostgreSQL; without it they run on SQLite.

#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod support;

mod accounts;
mod archives;
mod assignments;
mod attendance;
mod audit;
mod backup;
mod calendar;
mod calls;
mod canaries;
mod codes;
mod commands;
mod decided;
mod demo;
mod doctor;
mod duties;
mod evidence;
mod exchange;
mod factor;
mod figures;
mod finals;
mod guests;
mod help;
mod hours;
mod implementation;
mod kiosk;
mod library;
mod mail;
mod mail_server;
mod make_up;
mod notice;
mod organization;
mod paper;
mod papers;
mod period;
mod permissions;
mod privacy;
mod questions;
mod readings;
mod reflections;
mod refusals;
mod reminders;
mod reminders_in_time;
mod replies;
mod report_files;
mod reports;
mod requests;
mod same_queries;
mod scans;
mod self_test;
mod settings;
mod store;
mod study_counts;
mod study_pages;
mod tls;
mod told;
mod topics;
mod training;
mod verification;
mod volumes;
mod web_safety;

/// Goes around the test runner, which keeps what tests print to itself.
#[test]
fn says_which_database_these_tests_run_on() {
    use std::io::Write;

    let sentence = match std::env::var("XUEFA_TEST_POSTGRESQL") {
        Ok(_) => "these tests ran on PostgreSQL",
        Err(_) => {
            "these tests ran on SQLite; left out: the same on PostgreSQL, and the pages in Chromium (tests/all runs both)"
        }
    };

    writeln!(std::io::stderr(), "{sentence}").expect("standard error is open");
}
