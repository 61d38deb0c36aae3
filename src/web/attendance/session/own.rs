//! One's own state in a session, and what one can do about it.

use crate::access::Viewer;
use crate::assignments::{TaskRow, make_up};
use crate::attendance::model::{deciders, may_undo};
use crate::attendance::queries;
use crate::attendance::requests::RequestState;
use crate::attendance::requests::model::{AskRefusal, may_ask_correction, may_ask_leave};
use crate::attendance::{Attendance, AttendanceState, MakeUp};
use crate::clock::Moment;
use crate::error::Result;
use crate::i18n::Language;
use crate::links;
use crate::settings;
use crate::store::Conn;
use crate::training::{self, Session, SessionState};
use crate::web::attendance::requests::{self, ShownRequest};
use crate::web::attendance::{PersonRow, Standing};
use serde::Serialize;

/// The viewer's own state, when they are on the roster.
#[derive(Serialize)]
pub(super) struct OwnPart {
    person: PersonRow,
    venue: String,
    opens_at: Moment,
    /// The code can be typed now.
    may_check_in: bool,
    is_to_come: bool,
    /// The personal code, for the kiosk, until they are in.
    my_code: Option<String>,
    undo: Option<String>,
    /// Where leave is asked for, while it can be.
    leave: Option<String>,
    correction: Option<String>,
    /// Where HQ is told that it is wrong, once it is too late to ask for a correction.
    too_late: Option<String>,
    /// For so many days a correction could be asked for.
    days: i64,
    requests: Vec<ShownRequest>,
    /// What makes up for it, while that is owed.
    owed: Option<OwedPart>,
}

/// That the session is to be made up for, and the next steps by name.
#[derive(Serialize)]
struct OwedPart {
    with_notes: bool,
    has_steps: bool,
    sessions: Vec<MakeUpSession>,
    notes: Vec<Note>,
    /// By name those who lead the unit, when there is no step: who is asked about the next exchange meeting.
    leaders: Vec<String>,
}

#[derive(Serialize)]
struct MakeUpSession {
    href: String,
    session_title: String,
    starts_at: Moment,
}

#[derive(Serialize)]
struct Note {
    href: String,
    reading_title: String,
}

impl OwedPart {
    fn find(
        conn: &mut Conn,
        session: &Session,
        viewer: &Viewer,
        recorded: Option<&Attendance>,
        (now, language): (Moment, Language),
    ) -> Result<Option<Self>> {
        let is_owed = recorded.is_some_and(|of| of.state.is_not_there() && of.make_up != MakeUp::Done);
        if !is_owed || !session.is_confirmed() {
            return Ok(None);
        }
        let ways = make_up::ways(conn, session.id, viewer.person, now)?;
        let sessions = ways.sessions.into_iter().map(|one| MakeUpSession {
            href: links::session(one.id),
            session_title: one.title,
            starts_at: one.starts_at,
        });
        let note = |row: &TaskRow| Note { href: links::task(row.task.id), reading_title: row.title(language) };
        let notes: Vec<Note> = ways.notes.iter().map(note).collect();
        let sessions: Vec<MakeUpSession> = sessions.collect();
        let has_steps = !sessions.is_empty() || !notes.is_empty();
        let leaders = if has_steps { Vec::new() } else { list_leaders(conn, session, viewer)? };
        Ok(Some(Self { with_notes: ways.with_notes, has_steps, sessions, notes, leaders }))
    }
}

/// The names of those who decide about the viewer in a session.
fn list_leaders(conn: &mut Conn, session: &Session, viewer: &Viewer) -> Result<Vec<String>> {
    let case = queries::find_case(conn, session.id, viewer.person)?;
    let all = queries::list_leaders(conn)?;
    let names = queries::list_names(conn, &deciders(viewer.person, &case.decided_at, &all))?;
    Ok(names.into_iter().map(|(_, name)| name).collect())
}

impl OwnPart {
    pub(super) fn find(
        conn: &mut Conn,
        standing: &Standing,
        viewer: &Viewer,
        now: Moment,
        language: Language,
    ) -> Result<Option<Self>> {
        let Some(row) = standing.own.clone() else { return Ok(None) };
        let session = &standing.session;
        let recorded = queries::find(conn, session.id, viewer.person)?;
        let venues = training::queries::list_venues(conn, session.id)?;
        let venue = venues.into_iter().find(|venue| venue.id == row.venue_id).map_or(String::new(), |venue| venue.name);
        let is_in =
            recorded.as_ref().is_some_and(|of| matches!(of.state, AttendanceState::Present | AttendanceState::Exempt));
        let undo = recorded.as_ref().is_some_and(|of| may_undo(of, viewer.person, now));
        let requests = requests::list_of_person(conn, viewer, session, &row, recorded.as_ref())?;
        let is_waiting = requests.iter().any(|request| request.state == RequestState::Asked);
        let days = settings::current(conn)?.correction_days;
        let may_leave = !is_waiting && may_ask_leave(session, recorded.as_ref(), now, days).is_ok();
        let correction = may_ask_correction(session, recorded.as_ref(), now, days);
        let may_correct = !is_waiting && correction.is_ok();
        Ok(Some(Self {
            leave: may_leave.then(|| links::session_part(session.id, "leave")),
            correction: may_correct.then(|| links::session_part(session.id, "correction")),
            too_late: correction.is_err_and(AskRefusal::is_too_late).then(|| links::feedback_about(session.id)),
            days,
            requests,
            owed: OwedPart::find(conn, session, viewer, recorded.as_ref(), (now, language))?,
            venue,
            opens_at: session.opens_at(),
            may_check_in: session.is_open(now) && !is_in,
            is_to_come: session.state == SessionState::Published && now < session.opens_at(),
            my_code: (session.state == SessionState::Published && !is_in)
                .then(|| links::session_part(session.id, "my-code")),
            undo: undo.then(|| links::session_part(session.id, "undo-check-in")),
            person: PersonRow::of(session, row, recorded.as_ref()),
        }))
    }
}
