//! All SQL of readings; statutes, questions, and who has read what have their own.

use super::model::{Citation, Flag, Reading, Version};
use super::search;
use crate::clock::Moment;
use crate::each;
use crate::error::{Error, Result};
use crate::store::Conn;
use crate::store::ids::{PersonId, ReadingId, StatuteId};
use crate::store::schema::{people, reading_citations, reading_versions, readings, statute_reviews, statutes};
use chrono::NaiveDate;
use diesel::dsl::{count_star, exists, max, not};
use diesel::prelude::*;

/// Readings with their current version: a [`Reading`] each.
macro_rules! current {
    () => {
        readings::table.inner_join(reading_versions::table.on(
            reading_versions::reading_id.eq(readings::id).and(reading_versions::number.eq(readings::current_version)),
        ))
    };
}

/// A reading with its current version, or `NotFound`.
pub fn find(conn: &mut Conn, id: ReadingId) -> Result<Reading> {
    current!()
        .filter(readings::id.eq(id))
        .select((readings::all_columns, reading_versions::all_columns))
        .get_result(conn)
        .optional()?
        .ok_or(Error::NotFound("reading"))
}

/// These readings with their current versions, in the order of their ids.
pub fn list_whole(conn: &mut Conn, ids: &[ReadingId]) -> QueryResult<Vec<Reading>> {
    current!()
        .filter(readings::id.eq_any(ids.to_vec()))
        .order(readings::id)
        .select((readings::all_columns, reading_versions::all_columns))
        .load(conn)
}

/// One version of a reading, or `NotFound`.
pub fn find_version(conn: &mut Conn, id: ReadingId, number: i64) -> Result<Version> {
    reading_versions::table.find((id, number)).get_result(conn).optional()?.ok_or(Error::NotFound("reading"))
}

/// What is told of a version in the list of them. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub struct VersionLine {
    pub number: i64,
    pub made_at: Moment,
    pub by: Option<String>,
}

/// All versions of a reading, the newest first.
pub fn list_versions(conn: &mut Conn, id: ReadingId) -> QueryResult<Vec<VersionLine>> {
    reading_versions::table
        .left_join(people::table.on(people::id.nullable().eq(reading_versions::made_by)))
        .filter(reading_versions::reading_id.eq(id))
        .order(reading_versions::number.desc())
        .select((reading_versions::number, reading_versions::made_at, people::name.nullable()))
        .load(conn)
}

/// What is known of a reading without its text. Columns in the order of its query.
#[derive(Debug, Clone, Queryable)]
pub struct Heading {
    pub id: ReadingId,
    pub slug: String,
    pub position: i64,
    pub shipped: bool,
    pub retired_at: Option<Moment>,
    pub retired_by: Option<PersonId>,
    pub approved_digest: Option<String>,
    pub digest: String,
    pub title_zh: String,
    pub title_en: String,
}

impl Heading {
    /// Its text left the program; nobody retired it.
    pub fn ships_no_longer(&self) -> bool {
        self.shipped && self.retired_at.is_some() && self.retired_by.is_none()
    }
}

/// All readings in the library's order, those retired included.
pub fn list(conn: &mut Conn) -> QueryResult<Vec<Heading>> {
    current!()
        .order((readings::position, readings::id))
        .select((
            readings::id,
            readings::slug,
            readings::position,
            readings::shipped,
            readings::retired_at,
            readings::retired_by,
            readings::approved_digest,
            reading_versions::digest,
            reading_versions::title_zh,
            reading_versions::title_en,
        ))
        .load(conn)
}

/// The titles of all readings, in Chinese and English.
pub fn list_titles(conn: &mut Conn) -> QueryResult<Vec<(ReadingId, String, String)>> {
    current!()
        .order((readings::position, readings::id))
        .select((readings::id, reading_versions::title_zh, reading_versions::title_en))
        .load(conn)
}

crate::choices! {
    /// Which part of the library is listed.
    pub enum Shown {
        /// What is in use.
        InUse = "in_use",
        /// 待审定.
        Awaiting = "awaiting",
        /// 所引法规已修订.
        Flagged = "flagged",
        Retired = "retired",
    }
}

/// Lists and counts look for the same: one part of the library, and every one of these words.
macro_rules! looked_for {
    ($query:expr, $shown:expr, $words:expr, $flagged:expr) => {{
        let mut query = $query;
        query = match $shown {
            Shown::InUse => query.filter(readings::retired_at.is_null()),
            Shown::Retired => query.filter(readings::retired_at.is_not_null()),
            Shown::Awaiting => query.filter(readings::retired_at.is_null()).filter(
                readings::approved_digest
                    .is_null()
                    .or(readings::approved_digest.ne(reading_versions::digest.nullable())),
            ),
            Shown::Flagged => {
                query.filter(readings::retired_at.is_null()).filter(readings::id.eq_any($flagged.to_vec()))
            }
        };
        for word in $words {
            query = query.filter(reading_versions::searched.like(search::pattern(word)).escape('\\'));
        }
        query
    }};
}

/// One page of the library, or of what holds every one of these words. `flagged` are the ids that [`list_flags`] names.
pub fn page(
    conn: &mut Conn,
    shown: Shown,
    words: &[String],
    flagged: &[ReadingId],
    limit: i64,
    offset: i64,
) -> QueryResult<Vec<Reading>> {
    looked_for!(current!().into_boxed(), shown, words, flagged)
        .order((readings::position, readings::id))
        .limit(limit)
        .offset(offset)
        .select((readings::all_columns, reading_versions::all_columns))
        .load(conn)
}

/// How many there are of them.
pub fn count(conn: &mut Conn, shown: Shown, words: &[String], flagged: &[ReadingId]) -> QueryResult<i64> {
    let query = current!().select(count_star()).into_boxed();
    looked_for!(query, shown, words, flagged).get_result(conn)
}

/// Which readings cite a statute that was amended since, and was not looked at again: all that are in use, or one.
pub fn list_flags(conn: &mut Conn, id: Option<ReadingId>) -> QueryResult<Vec<Flag>> {
    let looked_at = statute_reviews::table
        .filter(statute_reviews::statute_id.eq(reading_citations::statute_id))
        .filter(statute_reviews::reading_id.eq(reading_citations::reading_id))
        .filter(statute_reviews::amended_on.nullable().eq(statutes::amended_on));
    let mut query = reading_citations::table
        .inner_join(statutes::table)
        .inner_join(
            readings::table.on(readings::id
                .eq(reading_citations::reading_id)
                .and(readings::current_version.eq(reading_citations::reading_version))),
        )
        .filter(statutes::amended_on.is_not_null())
        .filter(reading_citations::in_force.is_null().or(reading_citations::in_force.lt(statutes::amended_on)))
        .filter(not(exists(looked_at)))
        .into_boxed();
    query = match id {
        Some(id) => query.filter(readings::id.eq(id)),
        None => query.filter(readings::retired_at.is_null()),
    };
    let mut flags: Vec<Flag> = query
        .order((readings::position, readings::id, reading_citations::position))
        .select((readings::id, statutes::id, statutes::name, statutes::amended_on.assume_not_null()))
        .load(conn)?;
    flags.dedup();
    Ok(flags)
}

/// What a version of a reading cites, in its order.
pub fn list_citations(conn: &mut Conn, id: ReadingId, number: i64) -> QueryResult<Vec<Citation>> {
    let rows: Vec<(String, String, Option<NaiveDate>)> = reading_citations::table
        .inner_join(statutes::table)
        .filter(reading_citations::reading_id.eq(id))
        .filter(reading_citations::reading_version.eq(number))
        .order(reading_citations::position)
        .select((statutes::name, reading_citations::article, reading_citations::in_force))
        .load(conn)?;
    Ok(rows.into_iter().map(|(statute, article, in_force)| Citation { statute, article, in_force }).collect())
}

/// The reading of that name, which ships: added at its place in the library, or moved there; in use.
pub(super) fn place(conn: &mut Conn, slug: &str, position: i64) -> QueryResult<ReadingId> {
    each!(conn, c => diesel::insert_into(readings::table)
        .values((readings::slug.eq(slug), readings::position.eq(position)))
        .on_conflict(readings::slug)
        .do_update()
        .set(readings::position.eq(position))
        .execute(c))?;
    // What HQ retired stays retired; what only ceased to ship is back.
    diesel::update(readings::table.filter(readings::slug.eq(slug)).filter(readings::retired_by.is_null()))
        .set(readings::retired_at.eq(None::<Moment>))
        .execute(conn)?;
    readings::table.filter(readings::slug.eq(slug)).select(readings::id).first(conn)
}

/// Adds one of HQ's own, behind all others, still without a version.
pub(super) fn insert_own(conn: &mut Conn, slug: &str) -> QueryResult<ReadingId> {
    let last: Option<i64> = readings::table.select(max(readings::position)).first(conn)?;
    diesel::insert_into(readings::table)
        .values((readings::slug.eq(slug), readings::position.eq(last.unwrap_or(0) + 1), readings::shipped.eq(false)))
        .returning(readings::id)
        .get_result(conn)
}

/// The number of the version with that text, if there was one.
pub(super) fn find_number(conn: &mut Conn, id: ReadingId, digest: &str) -> QueryResult<Option<i64>> {
    reading_versions::table
        .filter(reading_versions::reading_id.eq(id))
        .filter(reading_versions::digest.eq(digest))
        .order(reading_versions::number.desc())
        .select(reading_versions::number)
        .first(conn)
        .optional()
}

/// The number of the newest version; 0 when there is none.
pub(super) fn last_number(conn: &mut Conn, id: ReadingId) -> QueryResult<i64> {
    let last: Option<i64> = reading_versions::table
        .filter(reading_versions::reading_id.eq(id))
        .select(max(reading_versions::number))
        .first(conn)?;
    Ok(last.unwrap_or(0))
}

/// Adds a version, unless another instance has just added the same.
pub(super) fn insert_version(conn: &mut Conn, version: &Version) -> QueryResult<()> {
    let row = (
        reading_versions::reading_id.eq(version.reading_id),
        reading_versions::number.eq(version.number),
        reading_versions::digest.eq(&version.digest),
        reading_versions::title_zh.eq(&version.title_zh),
        reading_versions::title_en.eq(&version.title_en),
        reading_versions::summary_zh.eq(&version.summary_zh),
        reading_versions::summary_en.eq(&version.summary_en),
        reading_versions::issuer_zh.eq(&version.issuer_zh),
        reading_versions::issuer_en.eq(&version.issuer_en),
        reading_versions::document_number.eq(&version.document_number),
        reading_versions::in_force.eq(version.in_force),
        reading_versions::body_zh.eq(&version.body_zh),
        reading_versions::body_en.eq(&version.body_en),
        reading_versions::sources_zh.eq(&version.sources_zh),
        reading_versions::sources_en.eq(&version.sources_en),
        reading_versions::file_use_id.eq(version.file_use_id),
        reading_versions::searched.eq(&version.searched),
        reading_versions::made_by.eq(version.made_by),
        reading_versions::made_at.eq(version.made_at),
    );
    each!(conn, c => diesel::insert_into(reading_versions::table).values(row).on_conflict_do_nothing().execute(c))?;
    Ok(())
}

/// What a version cites; a statute that is not on HQ's list yet is put there.
pub(super) fn insert_citations(conn: &mut Conn, id: ReadingId, number: i64, citations: &[Citation]) -> QueryResult<()> {
    for (citation, position) in citations.iter().zip(1_i64..) {
        let row = (statutes::name.eq(&citation.statute), statutes::in_force.eq(citation.in_force));
        each!(conn, c => diesel::insert_into(statutes::table).values(row).on_conflict_do_nothing().execute(c))?;
        let statute: StatuteId =
            statutes::table.filter(statutes::name.eq(&citation.statute)).select(statutes::id).first(conn)?;
        let row = (
            reading_citations::reading_id.eq(id),
            reading_citations::reading_version.eq(number),
            reading_citations::position.eq(position),
            reading_citations::statute_id.eq(statute),
            reading_citations::article.eq(&citation.article),
            reading_citations::in_force.eq(citation.in_force),
        );
        each!(conn, c => diesel::insert_into(reading_citations::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(())
}

/// From now on this version is read and assigned.
pub(super) fn make_current(conn: &mut Conn, id: ReadingId, number: i64) -> QueryResult<()> {
    diesel::update(readings::table.filter(readings::id.eq(id)))
        .set((readings::current_version.eq(number), readings::version.eq(readings::version + 1)))
        .execute(conn)?;
    Ok(())
}

/// The same, of what was shown in `version`; tells whether nobody was faster.
pub(super) fn make_current_of(conn: &mut Conn, id: ReadingId, version: i64, number: i64) -> QueryResult<bool> {
    let n = diesel::update(readings::table.filter(readings::id.eq(id)).filter(readings::version.eq(version)))
        .set((readings::current_version.eq(number), readings::version.eq(readings::version + 1)))
        .execute(conn)?;
    Ok(n == 1)
}

pub(super) fn mark_retired(
    conn: &mut Conn,
    id: ReadingId,
    at: Option<Moment>,
    by: Option<PersonId>,
) -> QueryResult<()> {
    diesel::update(readings::table.filter(readings::id.eq(id)))
        .set((readings::retired_at.eq(at), readings::retired_by.eq(by), readings::version.eq(readings::version + 1)))
        .execute(conn)?;
    Ok(())
}

pub(super) fn mark_approved(conn: &mut Conn, id: ReadingId, by: PersonId, at: Moment, digest: &str) -> QueryResult<()> {
    diesel::update(readings::table.filter(readings::id.eq(id)))
        .set((readings::approved_by.eq(by), readings::approved_at.eq(at), readings::approved_digest.eq(digest)))
        .execute(conn)?;
    Ok(())
}

/// The name of whoever approved a reading.
pub fn find_approver(conn: &mut Conn, id: ReadingId) -> QueryResult<Option<String>> {
    readings::table
        .inner_join(people::table.on(people::id.nullable().eq(readings::approved_by)))
        .filter(readings::id.eq(id))
        .select(people::name)
        .first(conn)
        .optional()
}

/// Which version of each reading is read and assigned now.
pub fn current_numbers(conn: &mut Conn) -> QueryResult<Vec<(ReadingId, i64)>> {
    readings::table.order(readings::id).select((readings::id, readings::current_version)).load(conn)
}
