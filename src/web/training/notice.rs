//! The notice (通知) of a session, to be read, printed or taken along.

use super::{Facts, facts};
use crate::access::Viewer;
use crate::clock::{Clock, Moment};
use crate::error::{Error, Result};
use crate::links;
use crate::reminders::model::Kind;
use crate::reminders::rules;
use crate::reports::paper::addressed_to;
use crate::settings::{self, Calendar};
use crate::store::Conn;
use crate::store::ids::SessionId;
use crate::training::{Session, SessionState, queries};
use crate::web::papers::words;
use crate::web::visit::Visit;
use crate::web::{App, page};
use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;

#[derive(Serialize)]
struct NoticePage {
    facts: Facts,
    organisation: String,
    to: String,
    /// Everybody who is expected, by unit.
    n_people: i64,
    back: String,
    is_draft: bool,
    pdf: String,
    docx: String,
    /// For HQ, before the session: when mails with the notice go out.
    mails: Option<Mails>,
}

/// The hours of sending on working days; none of them where the rule is off.
#[derive(Serialize)]
struct Mails {
    is_on: bool,
    from_hour: i64,
    to_hour: i64,
}

/// A session whose notice the viewer may read.
///
/// # Errors
/// `NotFound` when they may not see it, and for all but HQ once it is cancelled.
pub(in crate::web) fn find_noticed(conn: &mut Conn, viewer: &Viewer, id: SessionId) -> Result<Session> {
    let session = queries::find_visible(conn, viewer, id)?;
    if session.state == SessionState::Cancelled && !viewer.is_hq() {
        return Err(Error::NotFound("notice"));
    }
    Ok(session)
}

/// Whether those who are expected are told of a session by mail.
fn is_told(conn: &mut Conn, session: &Session, now: Moment) -> Result<bool> {
    let is_on = rules::list(conn)?.iter().any(|rule| rule.kind == Kind::SessionNotice && rule.is_on);
    Ok(is_on && now < session.starts_at)
}

/// From when mails with the notice go out; nothing where nobody is told: the rule is off, or the session has begun.
pub(super) fn mails_from(conn: &mut Conn, session: &Session, clock: &Clock) -> Result<Option<Moment>> {
    let now = clock.now();
    if !is_told(conn, session, now)? {
        return Ok(None);
    }
    Ok(Some(Calendar::of(&settings::current(conn)?).next_sending(clock, now)))
}

/// `GET /sessions/{id}/notice`: for everybody who may see the session.
pub async fn show(app: Data<App>, visit: Visit, viewer: Viewer, id: Path<SessionId>) -> Result<HttpResponse> {
    let (id, now, language, words) = (id.into_inner(), app.clock.now(), visit.language, words(&app, &visit));
    let content = app
        .db
        .read(move |conn| {
            let session = find_noticed(conn, &viewer, id)?;
            let settings = settings::current(conn)?;
            let is_to_come = session.state == SessionState::Published && now < session.starts_at;
            let mails = match viewer.is_hq() && is_to_come {
                true => Some(Mails {
                    is_on: is_told(conn, &session, now)?,
                    from_hour: settings.mail_from_hour,
                    to_hour: settings.mail_to_hour,
                }),
                false => None,
            };
            Ok(NoticePage {
                to: addressed_to(conn, &session, &words)?,
                facts: facts(conn, &session, language, now)?,
                organisation: settings.organisation,
                n_people: queries::count_rosters(conn, &[id])?.first().map_or(0, |(_, n)| *n),
                back: links::session(id),
                is_draft: session.state == SessionState::Draft,
                pdf: links::session_part(id, "notice.pdf"),
                docx: links::session_part(id, "notice.docx"),
                mails,
            })
        })
        .await?;
    page::show(&app, &visit, "training/notice", &content)
}
