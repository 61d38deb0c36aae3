//! The program from outside: each command in a file of its own.

mod background;
mod create_admin;
pub mod demo;
mod doctor;
mod import_roster;
pub mod log_lines;
mod remind;
mod serve;

use crate::config::Config;
use crate::error::Result;
use clap::{Parser, Subcommand};

/// 学法: training sessions on the rule of law, who came, and the study that follows.
#[derive(Parser)]
#[command(name = "xuefa", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a demo organisation and serve it
    Demo(demo::DemoOptions),
    /// Serve the real thing
    Serve(Config),
    /// Make the first administrator, and print a link that sets their password
    CreateAdmin(create_admin::CreateAdminOptions),
    /// Bring the database's tables up to date
    Migrate(Config),
    /// Plan the reminders that are due and send the mail that waits
    Remind(remind::RemindOptions),
    /// Look at settings, database, clock and mail server, and say what to do; fails when something is wrong
    Doctor(doctor::DoctorOptions),
    /// Bring in people from a roster, or say what it would do
    ImportRoster(import_roster::ImportOptions),
    /// Print every route: method, path, permission
    Routes,
}

/// Runs the command that was given.
///
/// # Errors
/// What the command could not do, in one sentence.
pub fn run() -> Result<()> {
    match Cli::parse().command {
        Command::Demo(options) => demo::run(options),
        Command::Serve(config) => serve::run(config),
        Command::CreateAdmin(options) => create_admin::run(&options),
        Command::Migrate(config) => migrate(&config),
        Command::Remind(options) => remind::run(options),
        Command::Doctor(options) => doctor::run(options),
        Command::ImportRoster(options) => import_roster::run(options),
        Command::Routes => {
            for route in crate::web::ROUTES {
                println!("{} {} {}", route.method, route.path, route.permission.name());
            }
            Ok(())
        }
    }
}

fn migrate(config: &Config) -> Result<()> {
    let n_steps = crate::store::migrate::run(&crate::store::Address::parse(&config.database)?)?;
    println!("The database is up to date; {n_steps} steps were run.");
    Ok(())
}
