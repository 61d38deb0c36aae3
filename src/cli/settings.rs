//! The command line with the settings of the environment: what is wrong with one of them is said by its variable.

use super::Cli;
use crate::config;
use crate::error::Message;
use crate::i18n;
use clap::builder::{OsStr, Resettable};
use clap::error::{ContextKind, ContextValue};
use clap::{Command, CommandFactory as _, FromArgMatches as _};

/// The exit code of a command line that is not understood, as clap has it.
const USAGE: i32 = 2;

/// A setting of the environment that cannot be used.
pub(super) struct Wrong {
    flag: String,
    variable: String,
    value: String,
    /// In clap's words.
    why: String,
}

impl Wrong {
    /// What is wrong and what to give instead.
    pub(super) fn message(&self) -> Message {
        let advice = i18n::known_word(super::language(), "cli-setting-", &self.variable.to_lowercase());
        Message::new("cli-setting-wrong")
            .with("variable", self.variable.as_str())
            .with("value", self.value.as_str())
            .with("what", advice.unwrap_or_else(|| self.why.clone()))
    }

    /// The setting of the environment that an error of clap is about; none when it is about what was typed.
    fn of(error: &clap::Error) -> Option<Self> {
        let text = |kind| match error.get(kind) {
            Some(ContextValue::String(text)) => Some(text.as_str()),
            _ => None,
        };
        // `--zone <ZONE>`
        let flag = text(ContextKind::InvalidArg)?.split([' ', '=']).next()?.strip_prefix("--")?;
        let variable = config::variable_of(flag)?;
        let value = config::given(&variable)?;
        let is_of_it = value.contains(text(ContextKind::InvalidValue)?);
        let why = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        is_of_it.then(|| Self { flag: flag.to_owned(), variable, value, why })
    }
}

/// What was asked for, and the settings that cannot be used. Only `doctor` goes on without them, to look at the rest;
/// any other command ends here, as it does for what was typed wrongly.
pub(super) fn read() -> (Cli, Vec<Wrong>) {
    let (mut command, mut wrong) = (Cli::command(), Vec::<Wrong>::new());
    loop {
        let error = match command.clone().try_get_matches() {
            Ok(matches) => match Cli::from_arg_matches(&matches) {
                Ok(cli) => return (cli, wrong),
                Err(error) => error.format(&mut command).exit(),
            },
            Err(error) => error,
        };
        let Some(found) = Wrong::of(&error) else { error.exit() };
        if wrong.iter().any(|known| known.variable == found.variable) {
            error.exit();
        }
        if std::env::args().nth(1).as_deref() != Some("doctor") {
            super::note(&found.message());
            std::process::exit(USAGE);
        }
        command = command.mut_subcommand("doctor", |doctor| without(doctor, &found.flag));
        wrong.push(found);
    }
}

/// A command that does not look into the environment for a flag.
fn without(command: Command, flag: &str) -> Command {
    command.mut_args(|argument| {
        let is_it = argument.get_long() == Some(flag);
        if is_it { argument.env(Resettable::<OsStr>::Reset) } else { argument }
    })
}
