//! Failed attempts to sign in, by subject.

use crate::accounts::model::Failures;
use crate::clock::Moment;
use crate::each;
use crate::store::Conn;
use crate::store::schema::sign_in_failures;
use diesel::prelude::*;

/// The failures of a subject, none when it has none; nobody else changes them before this transaction ends.
pub(in crate::accounts) fn lock_failures(conn: &mut Conn, subject: &str, now: Moment) -> QueryResult<Failures> {
    // An update that changes nothing takes the lock on both engines.
    each!(conn, c => diesel::insert_into(sign_in_failures::table)
        .values((
            sign_in_failures::subject.eq(subject),
            sign_in_failures::n_failures.eq(0),
            sign_in_failures::last_failed_at.eq(now),
            sign_in_failures::wait_until.eq(now),
        ))
        .on_conflict(sign_in_failures::subject)
        .do_update()
        .set(sign_in_failures::subject.eq(subject))
        .execute(c))?;
    sign_in_failures::table
        .filter(sign_in_failures::subject.eq(subject))
        .select((sign_in_failures::n_failures, sign_in_failures::last_failed_at, sign_in_failures::wait_until))
        .get_result(conn)
}

/// The failures of a subject, as they stand.
pub(in crate::accounts) fn find_failures(conn: &mut Conn, subject: &str) -> QueryResult<Option<Failures>> {
    sign_in_failures::table
        .filter(sign_in_failures::subject.eq(subject))
        .select((sign_in_failures::n_failures, sign_in_failures::last_failed_at, sign_in_failures::wait_until))
        .get_result(conn)
        .optional()
}

pub(in crate::accounts) fn store_failures(conn: &mut Conn, subject: &str, failures: Failures) -> QueryResult<()> {
    diesel::update(sign_in_failures::table.filter(sign_in_failures::subject.eq(subject)))
        .set((
            sign_in_failures::n_failures.eq(failures.n),
            sign_in_failures::last_failed_at.eq(failures.last_failed_at),
            sign_in_failures::wait_until.eq(failures.wait_until),
        ))
        .execute(conn)?;
    Ok(())
}

pub(in crate::accounts) fn delete_failures(conn: &mut Conn, subject: &str) -> QueryResult<usize> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::subject.eq(subject))).execute(conn)
}

pub(in crate::accounts) fn take_back_failure(conn: &mut Conn, subject: &str) -> QueryResult<usize> {
    diesel::update(sign_in_failures::table.filter(sign_in_failures::subject.eq(subject)))
        .filter(sign_in_failures::n_failures.gt(0))
        .set(sign_in_failures::n_failures.eq(sign_in_failures::n_failures - 1))
        .execute(conn)
}

/// Removes failures that hold nobody back any more.
pub(in crate::accounts) fn delete_old_failures(conn: &mut Conn, before: Moment) -> QueryResult<usize> {
    diesel::delete(sign_in_failures::table.filter(sign_in_failures::last_failed_at.lt(before))).execute(conn)
}
