//! Papers as PDF/A-2b, laid out by typst with the faces that this machine has. Behind the feature `pdf`; without it every
//! paper is refused with a sentence, and printing with the browser goes on working.

#[cfg(feature = "pdf")]
mod fonts;
#[cfg(feature = "pdf")]
mod layout;

use super::paper::Paper;
use crate::error::{Argument, Error, Problem, Result};
use anyhow::Context as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Papers laid out at the same time: each takes a processor and some 100 MB for a second or two.
const AT_ONCE: usize = 2;
/// Papers that wait beyond that; who comes later is asked to come back.
const WAITING: usize = 30;

/// The refusal of a paper for its characters; it has them as its argument `characters`.
const NO_GLYPH: &str = "paper-no-glyph";

/// The characters for which a paper was refused; nothing when this machine prints no paper at all.
pub fn missing_characters(problems: &[Problem]) -> Option<String> {
    let message = problems.iter().map(|problem| &problem.message).find(|message| message.id == NO_GLYPH)?;
    message.arguments.iter().find_map(|(name, value)| match value {
        Argument::Text(characters) if *name == "characters" => Some(characters.clone()),
        Argument::Text(_) | Argument::Number(_) | Argument::Moment(_) | Argument::Texts(_) => None,
    })
}

/// Which face stands in for which of the official ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// 小标宋, 仿宋, …
    pub wanted: &'static str,
    /// The family that is used; nothing when none was found.
    pub used: Option<String>,
    /// It is the official face itself.
    pub is_official: bool,
}

/// Lays papers out. Cloning is cheap; the faces are read at the first paper and kept.
#[derive(Clone)]
pub struct Press(Arc<Inner>);

struct Inner {
    folders: Vec<PathBuf>,
    workers: Semaphore,
    places: Semaphore,
    #[cfg(feature = "pdf")]
    fonts: std::sync::OnceLock<fonts::Fonts>,
}

impl Press {
    /// A press with the faces of a folder, which win by name, and of the system's folders.
    pub fn new(own: Option<&Path>) -> Self {
        let folders = own.map(Path::to_owned).into_iter().chain(SYSTEM_FOLDERS.iter().map(PathBuf::from));
        Self(Arc::new(Inner {
            folders: folders.collect(),
            workers: Semaphore::new(AT_ONCE),
            places: Semaphore::new(AT_ONCE + WAITING),
            #[cfg(feature = "pdf")]
            fonts: std::sync::OnceLock::new(),
        }))
    }

    /// The paper as PDF.
    ///
    /// # Errors
    /// `Refused` when no face has one of its characters, or this program was built without; `Busy` when too many wait.
    pub async fn print(&self, paper: Paper, clock: &crate::clock::Clock) -> Result<Vec<u8>> {
        let _place = self.0.places.try_acquire().map_err(|_| Error::Busy)?;
        let _worker = self.0.workers.acquire().await.context("the press is closed")?;
        let (press, clock) = (self.clone(), clock.clone());
        let printed = tokio::task::spawn_blocking(move || press.print_now(&paper, &clock)).await;
        printed.context("a paper ended early")?
    }

    /// As [`Press::print`], on the thread that asks.
    ///
    /// # Errors
    /// As [`Press::print`], but for `Busy`.
    #[cfg(feature = "pdf")]
    pub fn print_now(&self, paper: &Paper, clock: &crate::clock::Clock) -> Result<Vec<u8>> {
        layout::print(self.fonts(), &self.0.folders, paper, clock)
    }

    #[cfg(not(feature = "pdf"))]
    pub fn print_now(&self, _: &Paper, _: &crate::clock::Clock) -> Result<Vec<u8>> {
        Err(Error::refused(crate::error::Message::new("paper-no-pdf")))
    }

    /// Which faces are used; nothing when this program was built without. Reads them, and keeps none: what prints no
    /// paper needs no memory for them.
    #[cfg(feature = "pdf")]
    pub fn stand_ins(&self) -> Vec<StandIn> {
        fonts::Fonts::read(&self.0.folders).stand_ins
    }

    #[cfg(not(feature = "pdf"))]
    pub fn stand_ins(&self) -> Vec<StandIn> {
        Vec::new()
    }

    #[cfg(feature = "pdf")]
    fn fonts(&self) -> &fonts::Fonts {
        self.0.fonts.get_or_init(|| fonts::Fonts::read(&self.0.folders))
    }

    /// Where faces are looked for, the first winning.
    pub fn folders(&self) -> &[PathBuf] {
        &self.0.folders
    }
}

const SYSTEM_FOLDERS: [&str; 4] =
    ["/usr/local/share/fonts", "/usr/share/fonts", "/Library/Fonts", "C:\\Windows\\Fonts"];
