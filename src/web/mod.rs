//! HTTP: every route with its permission, in one table (`routes.rs`). Handlers read, act, answer.

mod admission;
pub mod app;
mod cookies;
pub mod errors;
pub mod form;
pub mod page;
pub mod paging;
mod request_id;
mod routes;
pub mod unit_tree;
pub mod visit;

pub mod accounts;
pub mod archives;
pub mod attendance;
pub mod audit;
pub mod background;
pub mod download;
pub mod feedback;
pub mod finals;
pub mod foot;
pub mod help;
pub mod home;
pub mod hours;
pub mod inspection;
pub mod jobs;
pub mod mail;
pub mod organization;
pub mod papers;
pub mod period;
pub mod reach;
pub mod readings;
pub mod refusals;
pub mod reminders;
pub mod reports;
pub mod settings;
pub mod sheets;
pub mod statics;
pub mod study;
pub mod training;

pub use admission::Permission;
pub use app::App;
pub use routes::{ROUTES, Route, configure};
