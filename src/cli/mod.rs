//! The program from outside: each command in a file of its own.

mod audit;
mod background;
mod backup;
mod create_admin;
pub mod demo;
mod doctor;
mod import_roster;
pub mod log_lines;
mod remind;
mod serve;
mod tls;
mod verify;

use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::i18n::{self, Language};
use clap::{Parser, Subcommand};
use std::fmt::Display;
use std::io::{ErrorKind, Write as _};

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
    /// Look whether the audit trail is as it was written; fails when it is not
    Audit(audit::AuditOptions),
    /// Bring in people from a roster, or say what it would do
    ImportRoster(import_roster::ImportOptions),
    /// Check a session archive or a final report's file, without a server
    Verify(verify::VerifyOptions),
    /// Write everything, database and files, into one file, while the program goes on
    Backup(backup::BackupOptions),
    /// Put a backup in the place of what is there, after reading all of it
    Restore(backup::RestoreOptions),
    /// Make a key that opens backups: an identity in a file, and the recipient for XUEFA_BACKUP_RECIPIENT
    BackupKey(backup::KeyOptions),
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
        Command::Audit(options) => audit::run(options),
        Command::ImportRoster(options) => import_roster::run(options),
        Command::Verify(options) => verify::run(&options),
        Command::Backup(options) => backup::back_up(options),
        Command::Restore(options) => backup::restore(&options),
        Command::BackupKey(options) => backup::make_key(&options),
        Command::Routes => {
            for route in crate::web::ROUTES {
                say(format_args!("{} {} {}", route.method, route.path, route.permission.name()));
            }
            Ok(())
        }
    }
}

/// Prints a line. What nobody reads any more (`xuefa doctor | head -3`) is dropped, and the work goes on.
fn say(line: impl Display) {
    match writeln!(std::io::stdout().lock(), "{line}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => tracing::error!(%error, "nothing can be printed"),
        _ => {}
    }
}

/// A refusal as a sentence: the command line has no page to word it.
fn in_words(error: Error, clock: &Clock) -> Error {
    let Error::Refused(problems) = error else { return error };
    let words: Vec<String> =
        problems.iter().map(|problem| i18n::word(Language::English, clock, &problem.message)).collect();
    anyhow::anyhow!("{}", words.join("; ")).into()
}

fn migrate(config: &Config) -> Result<()> {
    let n_steps = crate::store::migrate::run(&crate::store::Address::parse(&config.database)?)?;
    say(format_args!("The database is up to date; {n_steps} steps were run."));
    Ok(())
}
