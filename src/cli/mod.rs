//! The program from outside: each command in a file of its own.

mod audit;
mod background;
mod backup;
mod create_admin;
pub mod demo;
mod doctor;
mod fonts;
mod import_roster;
pub mod log_lines;
mod remind;
mod serve;
mod settings;
mod tls;
mod verify;

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::error::{Error, Message, Result};
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
    /// Print every route: method, path, permission, and below them who is meant by each permission
    Routes,
}

/// Runs the command that was given.
///
/// # Errors
/// What the command could not do, in one sentence for whoever runs it.
pub fn run() -> Result<(), String> {
    let (cli, wrong) = settings::read();
    let done = match cli.command {
        Command::Demo(options) => demo::run(options),
        Command::Serve(config) => serve::run(config),
        Command::CreateAdmin(options) => create_admin::run(&options),
        Command::Migrate(config) => migrate(&config),
        Command::Remind(options) => remind::run(options),
        Command::Doctor(options) => doctor::run(options, &wrong),
        Command::Audit(options) => audit::run(options),
        Command::ImportRoster(options) => import_roster::run(options),
        Command::Verify(options) => verify::run(&options),
        Command::Backup(options) => backup::back_up(options),
        Command::Restore(options) => backup::restore(&options),
        Command::BackupKey(options) => backup::make_key(&options),
        Command::Routes => {
            list_routes();
            Ok(())
        }
    };
    done.map_err(|error| sentence(&error))
}

/// The language of whoever runs the command, by their locale; English unless that is Chinese.
fn language() -> Language {
    match config::locale() {
        Some(locale) if locale.starts_with("zh") => Language::Chinese,
        Some(_) | None => Language::English,
    }
}

/// A message in that language. None of the command line's own has a moment in it, so that the zone is nobody's.
fn words(message: &Message) -> String {
    i18n::word(language(), &Clock::system(chrono_tz::UTC), message)
}

/// An error as a sentence in that language.
fn sentence(error: &Error) -> String {
    i18n::sentence(language(), &Clock::system(chrono_tz::UTC), error)
}

/// As [`sentence`], in the language of the log.
fn logged(error: &Error) -> String {
    i18n::sentence(Language::English, &Clock::system(chrono_tz::UTC), error)
}

/// Prints a line of words.
fn tell(message: &Message) {
    say(words(message));
}

/// Says something beside what is printed.
fn note(message: &Message) {
    eprintln!("xuefa: {}", words(message));
}

/// Prints a line. What nobody reads any more (`xuefa doctor | head -3`) is dropped, and the work goes on.
fn say(line: impl Display) {
    match writeln!(std::io::stdout().lock(), "{line}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => tracing::error!(%error, "nothing can be printed"),
        _ => {}
    }
}

/// A count as an argument of a message.
fn count(n: impl TryInto<i64>) -> i64 {
    n.try_into().unwrap_or(i64::MAX)
}

/// A verb's refusal as a sentence, with its moments in the organisation's zone.
fn in_words(error: Error, clock: &Clock) -> Error {
    match error {
        Error::Refused(_) => anyhow::anyhow!("{}", i18n::sentence(language(), clock, &error)).into(),
        other => other,
    }
}

fn migrate(config: &Config) -> Result<()> {
    let n_steps = crate::store::migrate::run(&crate::store::Address::parse(&config.database)?)?;
    tell(&Message::new("cli-migrated").with("n", count(n_steps)));
    Ok(())
}

/// The routes, and below them, after an empty line, who is meant by each permission.
fn list_routes() {
    let mut roles: Vec<&str> = Vec::new();
    for route in crate::web::ROUTES {
        let role = route.permission.name();
        say(format_args!("{} {} {role}", route.method, route.path));
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    say("");
    for role in roles {
        let what = i18n::word_of(language(), "cli-routes-", role);
        tell(&Message::new("cli-routes-line").with("role", role).with("what", what));
    }
}
