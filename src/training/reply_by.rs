//! Until when the units of a published session answer who comes: asked for later, or for longer.

use super::model::{Session, SessionState, refused_step};
use super::queries;
use crate::access::Actor;
use crate::audit::{self, Action};
use crate::clock::Moment;
use crate::error::{Error, Message, Problem, Result};
use crate::store::Conn;
use crate::store::ids::SessionId;

/// Sets the deadline of a published session as it was shown in `version`. What was answered stays. Nothing happens when
/// nothing is different.
///
/// # Errors
/// `Forbidden` but for HQ; `Conflict` when somebody else was faster; `Refused` when it is not published, check-in has
/// opened, or the deadline leaves no time to answer.
pub fn set_reply_by(
    conn: &mut Conn,
    actor: &Actor,
    id: SessionId,
    version: i64,
    reply_by: Moment,
    now: Moment,
) -> Result<()> {
    actor.require_hq()?;
    let session = queries::find_session(conn, id)?;
    if session.state != SessionState::Published {
        return Err(refused_step(session.state));
    }
    super::plan::refuse(check(&session, reply_by, now).into_iter().collect())?;
    if session.version != version {
        return Err(Error::Conflict);
    }
    if session.reply_by == Some(reply_by) {
        return Ok(());
    }
    queries::update_reply_by(conn, &session, reply_by)?;
    let action = Action::new("session.reply_by_set", "session");
    audit::record(conn, actor, now, action, id.0, &(session.reply_by, reply_by))
}

/// Units answer until check-in opens, at the latest, and have at least a moment to do so.
fn check(session: &Session, reply_by: Moment, now: Moment) -> Option<Problem> {
    if session.opens_at() <= now {
        return Some(Problem::at("", Message::new("training-reply-too-late")));
    }
    if session.opens_at() < reply_by {
        return Some(Problem::at(
            "reply_day",
            Message::new("training-reply-after-opening").with("at", session.opens_at()),
        ));
    }
    (reply_by <= now).then(|| Problem::at("reply_day", Message::new("training-reply-in-the-past")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::training::model::tests::{at, session_from};

    #[test]
    fn units_are_given_time_until_check_in_opens_and_not_a_minute_longer() {
        let session = session_from("09:00", "11:00");
        let wrong = |by: &str, now: &str| check(&session, at(by), at(now)).map(|problem| problem.message.id);

        assert_eq!(wrong("08:30", "08:29"), None);
        assert_eq!(wrong("08:31", "08:00"), Some("training-reply-after-opening"));
        assert_eq!(wrong("08:00", "08:00"), Some("training-reply-in-the-past"));
        assert_eq!(wrong("08:30", "08:30"), Some("training-reply-too-late"));
    }
}
