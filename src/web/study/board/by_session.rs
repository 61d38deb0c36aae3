//! The sessions as columns, the newest first, so that a phone shows it without scrolling; each figure leads to its people.

use crate::assignments::board_sessions::{BySession, Held, PartBySession, SESSIONS_A_PAGE};
use crate::attendance::Counts;
use crate::attendance::totals::queries::Behind;
use crate::clock::{Clock, Moment};
use crate::links;
use crate::store::ids::UnitId;
use crate::web::paging::Paging;
use serde::Serialize;

/// So wide is a title above a column at most, a Chinese character being two.
const TITLE_WIDTH: usize = 24;

#[derive(Serialize)]
pub(super) struct SessionTable {
    n: i64,
    sessions: Vec<Head>,
    rows: Vec<Row>,
    /// Of the whole unit; nothing when there is only one row.
    totals: Vec<Cell>,
    paging: Paging,
}

#[derive(Serialize)]
struct Head {
    /// The board with this session chosen.
    href: String,
    session_title: String,
    starts_at: Moment,
}

#[derive(Serialize)]
struct Row {
    name: String,
    is_own: bool,
    /// The board of a unit below.
    href: Option<String>,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    /// The people who were due.
    href: String,
    n: i64,
    of: i64,
}

/// The page of the table that is asked for; `address` is the board's, with the session that was chosen.
pub(in crate::web::study) fn paging(asked: &str, n_sessions: i64, address: &str) -> Paging {
    Paging::of(asked, n_sessions, SESSIONS_A_PAGE, address)
}

/// The table of a unit's board; nothing before the first session is confirmed.
pub(super) fn table(unit: UnitId, of: &BySession, paging: Paging, clock: &Clock) -> Option<SessionTable> {
    let cell = |row: UnitId, is_own: bool, session: &Held, counts: &Counts| {
        let day = clock.local(session.starts_at).date_naive();
        let people = links::period(links::PERIOD_PEOPLE, (day, day), Some(row), None);
        let own = if is_own { "&own=1" } else { "" };
        Cell {
            href: format!("{people}{own}&session={}&show={}", session.id, Behind::Due.as_str()),
            n: counts.n_took_part(),
            of: counts.n_due(),
        }
    };
    let row = |row: &PartBySession| {
        let cells = of.sessions.iter().zip(&row.counts);
        Row {
            name: row.unit.name.clone(),
            is_own: row.is_own,
            href: (row.unit.id != unit).then(|| links::unit(row.unit.id)),
            cells: cells.map(|(session, counts)| cell(row.unit.id, row.is_own, session, counts)).collect(),
        }
    };
    let head = |session: &Held| Head {
        href: links::board_at(unit, session.id, paging.page),
        session_title: short(&session.title),
        starts_at: session.starts_at,
    };
    let totals = of.sessions.iter().filter(|_| of.rows.len() > 1);
    let table = SessionTable {
        n: of.n_sessions,
        sessions: of.sessions.iter().map(head).collect(),
        rows: of.rows.iter().map(row).collect(),
        totals: totals.map(|session| cell(unit, false, session, &session.counts)).collect(),
        paging,
    };
    (of.n_sessions > 0).then_some(table)
}

/// The beginning of a long title.
fn short(title: &str) -> String {
    let mut width = 0;
    let fits = |character: &char| {
        width += if character.is_ascii() { 1 } else { 2 };
        width <= TITLE_WIDTH
    };
    let short: String = title.chars().take_while(fits).collect();
    if short.len() == title.len() { short } else { format!("{}…", short.trim_end()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_of_twelve_characters_stays_whole_and_a_longer_one_is_cut_there() {
        assert_eq!(short("信访工作法治化专题培训会"), "信访工作法治化专题培训会");
        assert_eq!(short("信访工作法治化专题培训会议"), "信访工作法治化专题培训会…");
        assert_eq!(short("Training on the law of petitions"), "Training on the law of p…");
    }
}
