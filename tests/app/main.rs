//! The application from the outside of its verbs: every feature on a real database, with a fixed clock.
//! `XUEFA_TEST_POSTGRESQL=postgres://…` runs the same tests on PostgreSQL; without it they run on SQLite.

mod support;

mod accounts;
mod readings;
mod store;
