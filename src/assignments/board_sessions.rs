//! A unit's board by session: what its own people and those of its sub-units came to, a column for each of a few sessions.
//!
//! The figures are the board's: of confirmed sessions, each person once in a session and those that make up for it.

use super::board::{Board, parts};
use crate::attendance::Counts;
use crate::attendance::totals::queries::{UnitTotals, list_sessions_due, sum_by_session_and_unit};
use crate::clock::Moment;
use crate::error::Result;
use crate::organization::Unit;
use crate::store::Conn;
use crate::store::ids::{SessionId, UnitId};

/// How many sessions stand side by side at most.
pub const SESSIONS_A_PAGE: i64 = 6;

/// A page of the sessions that somebody of the unit was due at.
#[derive(Debug, Clone)]
pub struct BySession {
    /// All of them; `sessions` is one page.
    pub n_sessions: i64,
    /// The newest first.
    pub sessions: Vec<Held>,
    /// The parts of the unit in their fixed order, or the unit alone when nothing lies below it.
    pub rows: Vec<PartBySession>,
}

/// A session with the figures of the whole unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    pub id: SessionId,
    pub title: String,
    pub starts_at: Moment,
    pub counts: Counts,
}

/// A part of the unit with its figures in each of the sessions, in their order.
#[derive(Debug, Clone)]
pub struct PartBySession {
    pub unit: Unit,
    /// The unit's own people, without those of the units below.
    pub is_own: bool,
    pub counts: Vec<Counts>,
}

/// The page that begins at a place, which is told how many sessions there are.
///
/// # Errors
/// `Broken` when it cannot be read.
pub fn find(conn: &mut Conn, board: &Board, offset: impl FnOnce(i64) -> i64) -> Result<BySession> {
    let units: Vec<UnitId> = board.below.iter().map(|unit| unit.id).collect();
    let all = list_sessions_due(conn, &units)?;
    let n_sessions = all.len() as i64;
    let wanted = side_by_side(&all, offset(n_sessions));
    let lines = sum_by_session_and_unit(conn, &wanted, &units)?;
    let (sessions, rows) = rolled_up(&board.unit, &board.below, &wanted, &lines);
    Ok(BySession { n_sessions, sessions, rows })
}

/// Those of all sessions that stand side by side from a place on.
fn side_by_side(all: &[SessionId], offset: i64) -> Vec<SessionId> {
    all.iter().skip(usize::try_from(offset).unwrap_or(0)).take(SESSIONS_A_PAGE as usize).copied().collect()
}

/// The figures by session, in the order wanted, and by part of the unit: each sub-unit with all below it. The unit's own
/// people have a row where anybody of them was on a roster.
fn rolled_up(
    unit: &Unit,
    below: &[Unit],
    wanted: &[SessionId],
    lines: &[UnitTotals],
) -> (Vec<Held>, Vec<PartBySession>) {
    let sum = |session: SessionId, is_meant: &dyn Fn(UnitId) -> bool| {
        let mut counts = Counts::default();
        let of_it = lines.iter().filter(|line| line.session == session && is_meant(line.unit));
        of_it.for_each(|line| counts += line.totals.counts());
        counts
    };
    let held = |id: &SessionId| {
        let line = lines.iter().find(|line| line.session == *id)?;
        let counts = sum(*id, &|_| true);
        Some(Held { id: *id, title: line.title.clone(), starts_at: line.starts_at, counts })
    };
    let sessions: Vec<Held> = wanted.iter().filter_map(held).collect();
    let mut parts = parts(unit, below);
    let has_below = !parts.is_empty();
    if !has_below {
        parts.push((unit.clone(), vec![unit.id]));
    }
    let row = |(part, units): (Unit, Vec<UnitId>)| PartBySession {
        is_own: has_below && part.id == unit.id,
        counts: sessions.iter().map(|session| sum(session.id, &|unit| units.contains(&unit))).collect(),
        unit: part,
    };
    let has_people = |row: &PartBySession| row.counts.iter().any(|counts| counts.n_roster > 0);
    let rows = parts.into_iter().map(row).filter(|row| !row.is_own || has_people(row)).collect();
    (sessions, rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::UnitPath;
    use crate::attendance::totals::Totals;
    use crate::organization::UnitKind;

    fn unit(id: i64, above: Option<i64>, path: &str) -> Unit {
        Unit {
            id: UnitId(id),
            parent_id: above.map(UnitId),
            code: String::new(),
            name: format!("单位{id}"),
            kind: UnitKind::Enterprise,
            position: id,
            path: UnitPath(path.to_owned()),
            sort_key: String::new(),
            version: 1,
        }
    }

    fn line(session: i64, unit: i64, n_present: i64, n_absent: i64) -> UnitTotals {
        UnitTotals {
            session: SessionId(session),
            title: format!("场次{session}"),
            starts_at: Moment::from_utc(chrono::NaiveDateTime::default()),
            unit: UnitId(unit),
            totals: Totals { n_roster: n_present + n_absent, n_present, n_absent, ..Totals::default() },
        }
    }

    fn shares(counts: &[Counts]) -> Vec<(i64, i64)> {
        counts.iter().map(|counts| (counts.n_took_part(), counts.n_due())).collect()
    }

    #[test]
    fn six_sessions_stand_side_by_side_and_the_last_page_has_the_rest() {
        let all: Vec<SessionId> = (1..=8).map(SessionId).collect();

        assert_eq!(side_by_side(&all, 0), all[..6]);
        assert_eq!(side_by_side(&all, 6), all[6..]);
        assert!(side_by_side(&[], 0).is_empty());
    }

    #[test]
    fn each_sub_unit_rolls_up_all_below_it_and_the_rows_add_up_to_the_whole() {
        let tree =
            [unit(1, None, "/1/"), unit(2, Some(1), "/1/2/"), unit(3, Some(2), "/1/2/3/"), unit(4, Some(1), "/1/4/")];
        let lines = [line(8, 1, 1, 0), line(8, 2, 2, 1), line(8, 3, 0, 4), line(7, 3, 5, 0), line(7, 4, 0, 0)];

        let (sessions, rows) = rolled_up(&tree[0], &tree, &[SessionId(8), SessionId(7)], &lines);

        let totals: Vec<Counts> = sessions.iter().map(|session| session.counts).collect();
        assert_eq!(shares(&totals), [(3, 8), (5, 5)]);
        let by_part: Vec<_> = rows.iter().map(|row| (row.unit.id.0, row.is_own, shares(&row.counts))).collect();
        assert_eq!(
            by_part,
            [(1, true, vec![(1, 1), (0, 0)]), (2, false, vec![(2, 7), (5, 5)]), (4, false, vec![(0, 0), (0, 0)]),]
        );
    }

    #[test]
    fn own_people_have_no_row_where_none_were_meant_and_a_unit_without_sub_units_has_the_one() {
        let tree = [unit(1, None, "/1/"), unit(2, Some(1), "/1/2/")];
        let lines = [line(8, 2, 1, 1)];

        let (_, above) = rolled_up(&tree[0], &tree, &[SessionId(8)], &lines);
        let (_, alone) = rolled_up(&tree[1], &tree[1..], &[SessionId(8)], &lines);

        assert_eq!(above.iter().map(|row| (row.unit.id.0, row.is_own)).collect::<Vec<_>>(), [(2, false)]);
        assert_eq!(alone.iter().map(|row| (row.unit.id.0, row.is_own)).collect::<Vec<_>>(), [(2, false)]);
        assert_eq!(shares(&alone[0].counts), [(1, 2)]);
    }
}
