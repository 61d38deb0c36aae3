//! What has been kept for its time goes by itself: each feature's verb in turn, once an hour.

use crate::assignments;
use crate::assignments::evidence;
use crate::attendance;
use crate::clock::Clock;
use crate::error::Result;
use crate::reports::{finals, people_list};
use crate::settings;
use crate::store::{Conn, Db, form_keys};
use crate::{accounts, feedback, jobs, mail, organization, reminders};
use chrono::{Months, NaiveDate, NaiveTime, TimeDelta};

/// Mails and their addresses, in months: a year's figures can still be explained (Personal Information Protection Law,
/// Art. 19: no longer than needed).
const MAIL_MONTHS: u32 = 12;
/// A form that was sent is known again for as long as a browser may send it twice.
const FORMS_KEPT: TimeDelta = TimeDelta::days(7);
/// Sessions emptied at one go.
const SESSIONS_AT_ONCE: i64 = 10;

/// Takes away all that is due, each feature's in a write of its own so that one failure holds up nobody else's; tells
/// how many things went.
///
/// # Errors
/// The first failure, once everything was tried.
pub async fn forget_old(db: &Db, clock: &Clock) -> Result<usize> {
    let (now, today) = (clock.now(), clock.today());
    let kept = db.read(|conn| Ok(settings::current(conn)?.kept_months)).await?;
    let before = |months: u32| today.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN);
    let day = before(u32::try_from(kept).unwrap_or(u32::MAX));
    let (moment, mail_before) = (clock.moment(day, NaiveTime::MIN), clock.moment(before(MAIL_MONTHS), NaiveTime::MIN));
    let done = [
        db.write(move |conn| evidence::forget_old(conn, now, today)).await,
        db.write(move |conn| forget_sessions(conn, moment)).await,
        db.write(move |conn| attendance::forget_marks(conn, now)).await,
        db.write(move |conn| assignments::forget_old(conn, day, moment)).await,
        db.write(move |conn| reminders::forget_old(conn, mail_before, moment)).await,
        db.write(move |conn| mail::forget_old(conn, mail_before)).await,
        db.write(move |conn| feedback::forget_old(conn, moment)).await,
        db.write(move |conn| organization::forget_old(conn, now)).await,
        db.write(move |conn| people_list::forget_old(conn, now)).await,
        db.write(move |conn| jobs::forget_old(conn, now)).await,
        db.write(move |conn| accounts::forget_old(conn, now)).await,
        db.write(move |conn| form_keys::forget_old(conn, now - FORMS_KEPT)).await,
    ];
    done.into_iter().sum()
}

fn forget_sessions(conn: &mut Conn, before: crate::clock::Moment) -> Result<usize> {
    let old = attendance::list_old(conn, before, SESSIONS_AT_ONCE)?;
    for session in &old {
        finals::forget_names(conn, *session)?;
        attendance::forget(conn, *session)?;
    }
    Ok(old.len())
}
