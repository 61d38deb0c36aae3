//! Making a long list, unit by unit in the order of the tree, and forgetting it when its time is over.

use super::{KEPT, Line, lines, queries};
use crate::attendance::totals::queries::{Wanted, list_behind};
use crate::clock::{Clock, Moment};
use crate::error::Result;
use crate::files;
use crate::jobs::{self, Job};
use crate::reports::book::{Cell, LongBook};
use crate::reports::paper::Words;
use crate::store::ids::PeopleListId;
use crate::store::{Conn, Db};
use anyhow::Context as _;
use std::path::Path;

/// The columns of the list, with their widths in characters.
const COLUMNS: [(&str, f64); 8] = [
    ("report-column-number", 8.0),
    ("report-column-unit", 24.0),
    ("report-column-name", 12.0),
    ("report-column-post", 16.0),
    ("report-column-category", 18.0),
    ("period-session", 40.0),
    ("report-column-state", 10.0),
    ("report-column-make-up", 10.0),
];

/// Does the job: it may be run again after it broke off, and begins anew then. What fails for one unit fails it all: a
/// list without some people would not show that it lacks them.
///
/// # Errors
/// `Conflict` when the job has gone to another runner; `Broken` otherwise.
pub async fn run(db: &Db, clock: &Clock, folder: &Path, job: &Job) -> Result<()> {
    let id = PeopleListId(job.subject_id);
    let list = db.read(move |conn| queries::find(conn, id)).await?;
    let asked = list.asked()?;
    let words = Words::new(list.language, clock);
    let columns = COLUMNS.map(|(key, width)| (words.say(key), width)).to_vec();
    let mut book = LongBook::new(&words.say("period-people"), columns)?;
    let (begun, n_total, now) = (job.clone(), asked.wanted.units.len(), clock.now());
    let n_total = i64::try_from(n_total).unwrap_or(i64::MAX);
    let mut job = db.write(move |conn| jobs::begin(conn, &begun, n_total, now)).await?;
    let mut n_rows = 0;
    for unit in asked.wanted.units.clone() {
        let (wanted, behind) = (Wanted { units: vec![unit], ..asked.wanted.clone() }, asked.behind);
        let read = move |conn: &mut Conn| {
            let found = list_behind(conn, &wanted, behind, i64::MAX, 0)?;
            lines(conn, found)
        };
        let found = db.read(read).await?;
        let numbered = (n_rows + 1..).zip(&found);
        let rows: Vec<Vec<Cell>> = numbered.map(|(number, line)| row_of(number, line, &words)).collect();
        n_rows += found.len() as i64;
        book = tokio::task::spawn_blocking(move || book.push(&rows)).await.context("a list ended early")??;
        let (done, now) = (Job { n_done: job.n_done + 1, ..job }, clock.now());
        job = db.write(move |conn| jobs::progress(conn, &done, now)).await?;
    }
    let about = vec![list.title, words.made_at(clock.now()), words.say("report-formulas"), words.say("period-once")];
    let name = words.say("period-about");
    let made =
        tokio::task::spawn_blocking(move || book.finish(&name, &about)).await.context("a list ended early")??;
    let size_bytes = i64::try_from(made.len()).unwrap_or(i64::MAX);
    let digest = files::store(folder, made).await?;
    let now = clock.now();
    let done = db.write(move |conn| {
        // First of all, so that a runner who lost the job keeps nothing.
        jobs::finish(conn, &job, now)?;
        Ok(queries::mark_made(conn, id, n_rows, &digest, size_bytes)?)
    });
    done.await
}

fn row_of(number: i64, Line { of, make_up }: &Line, words: &Words) -> Vec<Cell> {
    let state = of.state.map(|state| words.choice("attendance-state-", state.as_str())).unwrap_or_default();
    let day = words.clock.local(of.starts_at).date_naive();
    vec![
        Cell::Count(number),
        Cell::text(&of.unit_name),
        Cell::text(&of.name),
        Cell::text(&of.post),
        Cell::Text(words.choice("category-", of.category.as_str())),
        Cell::Text(format!("{day} {}", of.title)),
        Cell::Text(state),
        Cell::Text(words.choice("report-make-up-", make_up.as_str())),
    ]
}

/// The head and the rows of a list that is short enough to be made at once.
pub fn rows_of(found: &[Line], words: &Words) -> (Vec<(String, f64)>, Vec<Vec<Cell>>) {
    let rows = (1..).zip(found).map(|(number, line)| row_of(number, line, words)).collect();
    (COLUMNS.map(|(key, width)| (words.say(key), width)).to_vec(), rows)
}

/// Forgets the lists whose time is over, and tells how many there were; their contents leave the folder with the next
/// sweep.
///
/// # Errors
/// `Broken` when it cannot be written.
pub fn forget_old(conn: &mut Conn, now: Moment) -> Result<usize> {
    Ok(queries::delete_before(conn, now - KEPT)?)
}
