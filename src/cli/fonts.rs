//! What papers are printed with, in a sentence.

use crate::clock::Clock;
use crate::config::Config;
use crate::error::Message;
use crate::i18n::{self, Language};
use crate::reports::pdf::{Press, StandIn};
use std::path::Path;

/// The folder that `XUEFA_FONTS` names, when it is none that can be looked into.
pub(super) fn find_missing_folder(config: &Config) -> Option<&Path> {
    config.fonts.as_deref().filter(|folder| std::fs::read_dir(folder).is_err())
}

/// Which face stands in for which official one; or what to do when there is none.
///
/// # Errors
/// The sentence, when no paper can be printed.
pub(super) fn report(press: &Press, language: Language) -> Result<String, String> {
    let words = |message: Message| i18n::word(language, &Clock::system(chrono_tz::UTC), &message);
    let stand_ins = press.stand_ins();
    if stand_ins.is_empty() {
        return Err(words(Message::new("cli-doctor-fonts-no-pdf")));
    }
    let said: Option<Vec<String>> = stand_ins.iter().map(|of| message(of).map(words)).collect();
    let Some(said) = said else {
        let folders: Vec<String> = press.folders().iter().map(|folder| folder.display().to_string()).collect();
        return Err(words(Message::new("cli-doctor-fonts-none").with("folders", folders.join(", "))));
    };
    let and = |first: String, second: String| {
        words(Message::new("cli-doctor-fonts-and").with("first", first).with("second", second))
    };
    Ok(said.into_iter().reduce(and).unwrap_or_default())
}

/// What stands in for a face; nothing when nothing does.
fn message(of: &StandIn) -> Option<Message> {
    let id = if of.is_official { "cli-doctor-fonts-official" } else { "cli-doctor-fonts-stand-in" };
    Some(Message::new(id).with("wanted", of.wanted).with("used", of.used.clone()?))
}
