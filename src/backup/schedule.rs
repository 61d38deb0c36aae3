//! The day's backup, made by one instance, and how many of them are kept.

use super::lock::Lock;
use super::queries::{self, Attempt, AttemptState};
use super::write::{self, Made, WithKey};
use crate::clock::{Clock, Moment};
use crate::config::Config;
use crate::error::Result;
use crate::i18n::{self, Language};
use crate::store::{Address, Db};
use anyhow::Context;
use chrono::{NaiveDate, TimeDelta, Timelike};
use std::fs;
use std::path::{Path, PathBuf};

/// A day's backup that failed is tried so often.
const TRIES: i64 = 4;
/// And not sooner than this after the try before.
const PAUSE: TimeDelta = TimeDelta::minutes(30);
/// Whoever began and has not ended for this long is taken to have died.
const LONGEST: TimeDelta = TimeDelta::hours(6);
/// A last backup older than this is too old: the day's has been missed, and the time to make up for it too.
pub const LATE: TimeDelta = TimeDelta::hours(36);
/// The longest reason that is kept, in characters.
const PROBLEM_CHARACTERS: usize = 500;

/// Makes the day's backup when it is due and nobody else makes it; tells whether it did.
///
/// # Errors
/// `Broken` when it could not be made, which is then also noted.
pub async fn run_due(db: &Db, clock: &Clock, config: &Config) -> Result<bool> {
    let Some(folder) = config.backup.folder.clone() else { return Ok(false) };
    let (now, today) = (clock.now(), clock.today());
    if clock.local(now).hour() < config.backup.hour {
        return Ok(false);
    }
    // Asked by reading first: most ticks find nothing to do, and nothing is then written.
    let before = db.read(move |conn| queries::find_of(conn, today)).await?;
    if !before.is_none_or(|before| may_try_again(&before, now)) {
        return Ok(false);
    }
    let Some(attempt) = db.write(move |conn| claim(conn, today, now)).await? else { return Ok(false) };
    let path = folder.join(name(clock, now, &Lock::of(&config.backup)?));
    make(db, clock, config, attempt, path, WithKey::No).await?;
    rotate(&folder, usize::try_from(config.backup.keep).unwrap_or(usize::MAX), today)?;
    Ok(true)
}

/// Makes a backup at once and notes it; into a folder under a name by the clock, or into the file that is named.
///
/// # Errors
/// `Broken` with one sentence when it could not be made.
pub async fn run_now(db: &Db, clock: &Clock, config: &Config, to: &Path, with_key: WithKey) -> Result<Made> {
    let now = clock.now();
    let lock = Lock::of(&config.backup)?;
    let path = if to.is_dir() { to.join(name(clock, now, &lock)) } else { to.to_owned() };
    let attempt = db.write(move |conn| queries::insert(conn, None, now)).await?.context("a backup cannot be noted")?;
    make(db, clock, config, attempt, path, with_key).await
}

async fn make(
    db: &Db,
    clock: &Clock,
    config: &Config,
    attempt: Attempt,
    path: PathBuf,
    with_key: WithKey,
) -> Result<Made> {
    let (address, data, lock, now) =
        (Address::parse(&config.database)?, config.data.clone(), Lock::of(&config.backup)?, clock.now());
    let written = tokio::task::spawn_blocking(move || write::write(&address, &data, &path, &lock, with_key, now)).await;
    let made = written.context("a backup ended early")?;
    let finished_at = Some(clock.now());
    let ended = match &made {
        Ok(made) => Attempt {
            state: AttemptState::Done,
            finished_at,
            file_name: made.path.file_name().map(|name| name.to_string_lossy().into_owned()),
            size_bytes: i64::try_from(made.size_bytes).ok(),
            problem: None,
            ..attempt
        },
        Err(error) => {
            let problem = i18n::sentence(Language::English, clock, error).chars().take(PROBLEM_CHARACTERS).collect();
            Attempt { state: AttemptState::Failed, finished_at, problem: Some(problem), ..attempt }
        }
    };
    db.write(move |conn| queries::record(conn, &ended)).await?;
    made
}

fn claim(conn: &mut crate::store::Conn, today: NaiveDate, now: Moment) -> Result<Option<Attempt>> {
    match queries::find_of(conn, today)? {
        None => queries::insert(conn, Some(today), now),
        Some(before) if may_try_again(&before, now) => queries::claim_again(conn, &before, now),
        Some(_) => Ok(None),
    }
}

/// Whether a day's backup may be begun again.
fn may_try_again(before: &Attempt, now: Moment) -> bool {
    match before.state {
        AttemptState::Done => false,
        AttemptState::Failed => before.n_tries < TRIES && now - before.started_at >= PAUSE,
        AttemptState::Running => before.n_tries < TRIES && now - before.started_at >= LONGEST,
    }
}

/// How a backup is called in a folder, by date and time.
pub fn name(clock: &Clock, now: Moment, lock: &Lock) -> String {
    format!("xuefa-{}{}", clock.local(now).format("%Y%m%d-%H%M%S"), lock.ending())
}

/// Whether a name is one that [`name`] gives: nothing else in the folder is ever taken away.
fn is_ours(name: &str) -> bool {
    let stem = name.strip_suffix(".age").unwrap_or(name).strip_suffix(".zip");
    let Some(time) = stem.and_then(|stem| stem.strip_prefix("xuefa-")) else { return false };
    time.len() == 15
        && time.bytes().enumerate().all(|(place, byte)| if place == 8 { byte == b'-' } else { byte.is_ascii_digit() })
}

/// Takes the oldest away, so that so many stay, and what a killed backup left behind on a day before.
fn rotate(folder: &Path, keep: usize, today: NaiveDate) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be looked into", folder.display()))?;
    let (mut ours, mut left_behind) = (Vec::new(), Vec::new());
    let of_today = format!("xuefa-{}", today.format("%Y%m%d"));
    for entry in entries {
        let name = entry.context("the folder of backups cannot be looked into")?.file_name();
        let name = name.to_string_lossy().into_owned();
        let whole = name.strip_prefix('.').and_then(|name| name.strip_suffix(".part"));
        if is_ours(&name) {
            ours.push(name);
        } else if whole.is_some_and(|whole| is_ours(whole) && whole < of_today.as_str()) {
            left_behind.push(name);
        }
    }
    ours.sort();
    ours.truncate(ours.len().saturating_sub(keep));
    for name in ours.iter().chain(&left_behind) {
        fs::remove_file(folder.join(name)).with_context(|| format!("the old backup {name} cannot be taken away"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_oldest_of_its_own_backups_are_taken_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = [
            "xuefa-20240703-020000.zip",
            "xuefa-20240704-020000.zip.age",
            "xuefa-20240705-020000.zip",
            "xuefa-20240701-by-hand.zip",
            "before-the-upgrade.zip",
            ".xuefa-20240705-020000.zip.part",
            ".xuefa-20240704-020000.zip.part",
        ];
        for name in names {
            fs::write(folder.path().join(name), "").expect("a file");
        }

        rotate(folder.path(), 2, NaiveDate::from_ymd_opt(2024, 7, 5).expect("a day")).expect("rotated");

        let mut left: Vec<String> = fs::read_dir(folder.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        left.sort();
        let mut expected = names[1..6].to_vec();
        expected.sort_unstable();
        assert_eq!(left, expected);
    }
}
