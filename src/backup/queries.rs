//! All SQL of backups.

use crate::clock::Moment;
use crate::each;
use crate::error::Result;
use crate::store::Conn;
use crate::store::schema::{backups, file_uses, files};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::BTreeSet;

crate::choices! {
    /// How a backup stands.
    pub enum AttemptState {
        Running = "running",
        Done = "done",
        Failed = "failed",
    }
}

/// A backup that was made, or was to be. Columns in the order of the table.
#[derive(Debug, Clone, Queryable)]
pub struct Attempt {
    pub id: i64,
    /// Nothing when it was made by hand.
    pub due_on: Option<NaiveDate>,
    pub state: AttemptState,
    pub n_tries: i64,
    pub started_at: Moment,
    pub finished_at: Option<Moment>,
    pub file_name: Option<String>,
    pub size_bytes: Option<i64>,
    pub problem: Option<String>,
}

/// The digests of the files that are kept with something, once each, in their order.
pub(super) fn list_digests(conn: &mut Conn) -> Result<BTreeSet<String>> {
    let used = file_uses::table.select(file_uses::file_id);
    let digests: Vec<String> = files::table.filter(files::id.eq_any(used)).select(files::digest).load(conn)?;
    Ok(digests.into_iter().collect())
}

/// The newest backup that was made; nothing when there is none.
pub fn find_last_done(conn: &mut Conn) -> Result<Option<Attempt>> {
    let done = backups::table.filter(backups::state.eq(AttemptState::Done));
    Ok(done.order((backups::finished_at.desc(), backups::id.desc())).first(conn).optional()?)
}

/// The newest that came to nothing, if none was made since.
pub fn find_failure(conn: &mut Conn) -> Result<Option<Attempt>> {
    let over = backups::table.filter(backups::state.ne(AttemptState::Running));
    let newest: Option<Attempt> =
        over.order((backups::finished_at.desc(), backups::id.desc())).first(conn).optional()?;
    Ok(newest.filter(|attempt| attempt.state == AttemptState::Failed))
}

/// The backup of a day, if somebody has begun it.
pub(super) fn find_of(conn: &mut Conn, due_on: NaiveDate) -> Result<Option<Attempt>> {
    Ok(backups::table.filter(backups::due_on.eq(due_on)).get_result(conn).optional()?)
}

/// Begins one; nothing when somebody else was faster with the day's.
pub(super) fn insert(conn: &mut Conn, due_on: Option<NaiveDate>, now: Moment) -> Result<Option<Attempt>> {
    let row = (backups::due_on.eq(due_on), backups::state.eq(AttemptState::Running), backups::started_at.eq(now));
    Ok(each!(conn, c => diesel::insert_into(backups::table)
        .values(row)
        .on_conflict_do_nothing()
        .returning(backups::all_columns)
        .get_result(c)
        .optional())?)
}

/// Begins it again, unless somebody else was faster.
pub(super) fn claim_again(conn: &mut Conn, before: &Attempt, now: Moment) -> Result<Option<Attempt>> {
    let same = backups::table.filter(backups::id.eq(before.id)).filter(backups::n_tries.eq(before.n_tries));
    let claimed = diesel::update(same)
        .set((
            backups::state.eq(AttemptState::Running),
            backups::n_tries.eq(before.n_tries + 1),
            backups::started_at.eq(now),
            backups::finished_at.eq(None::<Moment>),
        ))
        .returning(backups::all_columns)
        .get_result(conn)
        .optional()?;
    Ok(claimed)
}

/// Notes how it ended, for whoever began it last.
pub(super) fn record(conn: &mut Conn, of: &Attempt) -> Result<()> {
    let same = backups::table.filter(backups::id.eq(of.id)).filter(backups::n_tries.eq(of.n_tries));
    diesel::update(same)
        .set((
            backups::state.eq(of.state),
            backups::finished_at.eq(of.finished_at),
            backups::file_name.eq(&of.file_name),
            backups::size_bytes.eq(of.size_bytes),
            backups::problem.eq(&of.problem),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets those under way: in a backup, the one that it is.
pub(super) fn delete_running(conn: &mut Conn) -> Result<()> {
    diesel::delete(backups::table.filter(backups::state.eq(AttemptState::Running))).execute(conn)?;
    Ok(())
}
